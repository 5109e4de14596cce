"""Why a badge must not be drawn, in words for the organiser."""

from __future__ import annotations

from kiosk.badges.text_cleaning import MAX_LETTERS, clean_text, damage
from kiosk.domain.badge import BadgePerson


class CannotDrawError(Exception):
    """A badge that must not be printed; the message is one clause for the organiser."""


def why_not(person: BadgePerson) -> None:
    """Raises `CannotDrawError` for a name that must not become ink."""
    if not person.name.strip():
        raise CannotDrawError("has no name")
    if len(person.name) > MAX_LETTERS:
        raise CannotDrawError(f"has {len(person.name)} letters, which no badge holds")
    if trouble := damage(person.name):
        raise CannotDrawError(trouble)
    if not clean_text(person.name):
        raise CannotDrawError("has nothing visible in the name")


def no_font_for(missing: tuple[str, ...]) -> CannotDrawError:
    """The error for clusters no font has, with their code points."""
    shown = list(dict.fromkeys(missing))[:3]
    codes = ", ".join(
        f"{cluster} ({' '.join(f'U+{ord(char):04X}' for char in cluster)})" for cluster in shown
    )
    more = " …" if len(set(missing)) > 3 else ""
    return CannotDrawError(f"no font on this computer has {codes}{more}")
