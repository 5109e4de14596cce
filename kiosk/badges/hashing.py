"""A hash of what a badge shows, to know whose printed badge is out of date."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from kiosk.badges.compose import is_for, is_shown
from kiosk.badges.fields import Values, find_field
from kiosk.badges.layout import EventLook, Layout
from kiosk.domain.badge import BadgePerson


def badge_hash(person: BadgePerson, layout: Layout, event: EventLook) -> str:
    """16 hex digits that change when, and only when, something drawn changes."""
    return hash_of(Values(person, event, layout.role_of(person.ticket_type)), layout)


def hash_of(values: Values, layout: Layout) -> str:
    """The same from values that are at hand."""
    person = values.person
    logo = values.event.logo
    changed_ns = logo.stat().st_mtime_ns if logo is not None and logo.is_file() else 0
    event = _event_part(values.event, changed_ns)
    shown = [layout.fingerprint, event, values.role.colour]
    for side in layout.sides:
        for number, element in enumerate(side):
            if is_for(element, person.ticket_type) and is_shown(element, values):
                shown.append(f"{number}:{values.text(element.text)}")
    if not person.name.isascii():  # these choose the face of Arabic and Han letters
        shown += [find_field(person.fields, "country"), find_field(person.fields, "language")]
    joined = "\x1f".join(shown).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


@lru_cache(maxsize=8)
def _event_part(event: EventLook, _logo_changed_ns: int) -> str:
    parts = [
        event.name, event.dates, event.accent, event.han_language, event.nastaliq,
        event.programme, event.place, event.contact, event.wifi,
    ]  # fmt: skip
    if event.logo is not None:
        parts.append(_digest(event.logo))
    return "\x1f".join(parts)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
