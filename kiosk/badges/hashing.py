"""A hash of what a badge shows, to know whose printed badge is out of date."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from kiosk.badges.compose import Composer, is_shown
from kiosk.badges.fields import Values, find_field
from kiosk.badges.layout import Element, EventLook, Layout
from kiosk.domain.badge import BadgePerson


def badge_hash(person: BadgePerson, layout: Layout, event: EventLook) -> str:
    """16 hex digits that change when, and only when, something drawn changes.

    For many people ask `BadgePress.hash`, which looks at the layout once.
    """
    composer = Composer(layout, event)
    return hash_of(composer, composer.values(person))


def hash_of(composer: Composer, values: Values) -> str:
    """The same from values that are at hand."""
    person = values.person
    look = composer.look(person.ticket_type)
    logo = composer.event.logo
    changed_ns = logo.stat().st_mtime_ns if logo is not None and logo.is_file() else 0
    key = (person.ticket_type, changed_ns)
    if key not in composer.signatures:
        composer.signatures[key] = _signature(composer, values, changed_ns)
    shown = [composer.signatures[key]]
    for side in look.own:
        shown += _texts(side, values)
    if not person.name.isascii():  # these choose the face of Arabic and Han letters
        shown += [find_field(person.fields, "country"), find_field(person.fields, "language")]
    joined = "\x1f".join(shown).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


def _signature(composer: Composer, values: Values, logo_changed_ns: int) -> str:
    """What the badges of one ticket type have in common."""
    look, event = composer.look(values.person.ticket_type), composer.event
    parts = [composer.layout.fingerprint, event.accent, look.role.colour]
    parts += [event.han_language, event.nastaliq]
    for side in look.shared:
        parts += _texts(side, values)
        if event.logo is not None and any(element.source == "logo" for element in side):
            parts.append(_digest(event.logo, logo_changed_ns))
    return "\x1f".join(parts)


def _texts(elements: tuple[Element, ...], values: Values) -> list[str]:
    return [
        f"{number}:{values.text(element.text)}"
        for number, element in enumerate(elements)
        if is_shown(element, values)
    ]


@lru_cache(maxsize=8)
def _digest(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
