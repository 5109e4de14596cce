"""Compose the scene of a badge from a layout and a person, and hash what it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kiosk.badges.layout import colours
from kiosk.badges.layout.fields import Values, fields_of, find_field
from kiosk.badges.layout.model import Element, EventLook, Layout, Role, matches
from kiosk.badges.layout.painter import Painter, Workplace, style_of
from kiosk.badges.layout.scene import BLACK, Colour, Op
from kiosk.badges.text.cleaning import no_font_for, why_not
from kiosk.badges.text.shaping import Shaper
from kiosk.domain.badges.order import BadgePerson

_SHARED_FIELDS = frozenset(("event", "dates", "programme", "place", "contact", "wifi"))
_ROLE_FIELDS = frozenset(("role", "ticket_type"))


@dataclass(slots=True)
class Composer:
    """Composes the badges of one layout and event; caches shaped lines between badges."""

    layout: Layout
    event: EventLook
    dpi: int = 300
    proof: bool = False
    shaper: Shaper = field(default_factory=Shaper)
    signatures: dict[tuple[str, int], str] = field(default_factory=dict)
    """The hash part of each ticket type, by its name and the change time of the logo."""
    _looks: dict[str, TypeLook] = field(default_factory=dict)

    def look(self, ticket_type: str) -> TypeLook:
        """The role, colours and elements for a ticket type, computed once."""
        if ticket_type not in self._looks:
            accent = colours.parse_hex(self.event.accent) or BLACK
            role = self.layout.role_of(ticket_type)
            colour = colours.resolve(role.colour, accent=accent, role=accent) or accent
            sides = [[e for e in side if is_for(e, ticket_type)] for side in self.layout.sides]
            shared = tuple(tuple(e for e in side if is_shared(e)) for side in sides)
            own = tuple(tuple(e for e in side if not is_shared(e)) for side in sides)
            self._looks[ticket_type] = TypeLook(role, accent, colour, shared, own)
        return self._looks[ticket_type]

    def values(self, person: BadgePerson) -> Values:
        """A person's values, for `own` on each side."""
        return Values(person, self.event, self.look(person.ticket_type).role)

    def shared(self, side: int, ticket_type: str) -> list[Op]:
        """The operations that all badges of one ticket type share; drawn below the others."""
        values = self.values(BadgePerson("", "", "", "", "", ticket_type, ""))
        return self.draw(self.look(ticket_type).shared[side], values)

    def own(self, side: int, values: Values) -> list[Op]:
        """The operations of this person only. Raises `CannotDrawError`."""
        if side == 0:
            why_not(values.person)
        return self.draw(self.look(values.person.ticket_type).own[side], values)

    def check_text(self, text: str, person: BadgePerson) -> None:
        """Check that fonts have all letters. Raises `CannotDrawError` if not."""
        style = style_of(Element("text", 0, 0, 0, 0), text, person, self.event)
        if missing := self.shaper.line(text, style).missing:
            raise no_font_for(missing)

    def draw(self, elements: Sequence[Element], values: Values) -> list[Op]:
        """The operations of elements. Raises `CannotDrawError`."""
        look = self.look(values.person.ticket_type)
        place = Workplace(self.layout, self.event, self.dpi, self.proof, self.shaper)
        painter = Painter(place, values, accent=look.accent, role=look.colour)
        for element in elements:
            if is_shown(element, values):
                painter.draw(element)
        return painter.ops


@dataclass(frozen=True, slots=True)
class TypeLook:
    """A ticket type's role, colours and elements by side."""

    role: Role
    accent: Colour
    colour: Colour
    shared: tuple[tuple[Element, ...], ...]
    own: tuple[tuple[Element, ...], ...]


def is_shown(element: Element, values: Values) -> bool:
    """Whether an element's conditions are met for a person."""
    if element.when and not all(map(values.filled, element.when)):
        return False
    return not (element.unless and any(map(values.filled, element.unless)))


def is_shared(element: Element) -> bool:
    """Whether an element is the same on every badge of a ticket type."""
    if element.kind in ("qr", "code128"):
        return False
    named = {*fields_of(element.text), *element.when, *element.unless}
    return named <= _SHARED_FIELDS | _ROLE_FIELDS


def is_for(element: Element, ticket_type: str) -> bool:
    """Whether an element is for a ticket type."""
    if element.types and not matches(ticket_type, element.types):
        return False
    return not (element.not_types and matches(ticket_type, element.not_types))


def badge_hash(person: BadgePerson, layout: Layout, event: EventLook) -> str:
    """Hash what a badge shows, to find printed badges that are out of date.

    16 hex digits that change when, and only when, something drawn changes. For many people use
    `BadgePress.hash`, which reads the layout once.
    """
    composer = Composer(layout, event)
    return hash_of(composer, composer.values(person))


def hash_of(composer: Composer, values: Values) -> str:
    """`badge_hash` from a composer and a person's values."""
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
    if not person.name.isascii():  # they select the face of Arabic and Han letters
        shown += [find_field(person.fields, "country"), find_field(person.fields, "language")]
    joined = "\x1f".join(shown).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


def _signature(composer: Composer, values: Values, logo_changed_ns: int) -> str:
    """The part of the hash that all badges of one ticket type share."""
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
