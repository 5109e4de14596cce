"""Layout and person to a scene: what is drawn where, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.badges import colours
from kiosk.badges.fields import Values, fields_of
from kiosk.badges.layout import Element, EventLook, Layout, Role, matches
from kiosk.badges.painter import Painter, Workplace, style_of
from kiosk.badges.refusal import no_font_for, why_not
from kiosk.badges.scene import BLACK, Colour, Op
from kiosk.badges.shaping import Shaper
from kiosk.domain.badge import BadgePerson

_SHARED_FIELDS = frozenset(("event", "dates", "programme", "place", "contact", "wifi"))
_ROLE_FIELDS = frozenset(("role", "ticket_type"))


@dataclass(slots=True)
class Composer:
    """Composes the badges of one layout and event; keeps shaped lines between badges."""

    layout: Layout
    event: EventLook
    dpi: int = 300
    proof: bool = False
    shaper: Shaper = field(default_factory=Shaper)
    signatures: dict[tuple[str, int], str] = field(default_factory=dict)
    """What hashes have in common, by ticket type; kept here by `hashing`."""
    _looks: dict[str, TypeLook] = field(default_factory=dict)

    def look(self, ticket_type: str) -> TypeLook:
        """What the layout holds for a ticket type, sorted out once."""
        if ticket_type not in self._looks:
            accent = colours.parse_hex(self.event.accent) or BLACK
            role = self.layout.role_of(ticket_type)
            colour = colours.resolve(role.colour, accent=accent, role=accent) or accent
            meant = [[e for e in side if is_for(e, ticket_type)] for side in self.layout.sides]
            shared = tuple(tuple(e for e in side if is_shared(e)) for side in meant)
            own = tuple(tuple(e for e in side if not is_shared(e)) for side in meant)
            self._looks[ticket_type] = TypeLook(role, accent, colour, shared, own)
        return self._looks[ticket_type]

    def values(self, person: BadgePerson) -> Values:
        """A person's values, to be passed to `own` for each side."""
        return Values(person, self.event, self.look(person.ticket_type).role)

    def shared(self, side: int, ticket_type: str) -> list[Op]:
        """What all badges of one ticket type have in common; drawn beneath the rest."""
        values = self.values(BadgePerson("", "", "", "", "", ticket_type, ""))
        return self.draw(self.look(ticket_type).shared[side], values)

    def own(self, side: int, values: Values) -> list[Op]:
        """What is this person's. Raises `CannotDrawError`."""
        if side == 0:
            why_not(values.person)
        return self.draw(self.look(values.person.ticket_type).own[side], values)

    def check_text(self, text: str, person: BadgePerson) -> None:
        """Raises `CannotDrawError` when no font has some of the letters."""
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
    """Whether an element's conditions hold for a person."""
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
