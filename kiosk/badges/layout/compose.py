"""Compose the scene of a badge from a layout and a person, and hash its content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kiosk.badges.layout import scene
from kiosk.badges.layout.arrange import arranged
from kiosk.badges.layout.fields import EVENT_FIELDS, Values, fields_of, find_field, is_shown
from kiosk.badges.layout.model import MM, Element, EventLook, Layout, Role, matches
from kiosk.badges.layout.painter import Painter, Workplace, style_of
from kiosk.badges.layout.scene import BLACK, LINE_GREY, WHITE, Colour, LineOp, Op, RectOp
from kiosk.badges.text.cleaning import no_font_for, why_not
from kiosk.badges.text.shaping import Shaper
from kiosk.domain.badges.order import BadgePerson

_CODE = ("badge_code",)
_WRITING_LINES = (0.5, 0.88)
"""Where a blank badge has lines for the name, as parts of the height of its names."""
_SHARED_FIELDS = frozenset((*EVENT_FIELDS, "role", "ticket_type"))
"""Fields with one value on all badges of a ticket type."""


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

    def __post_init__(self) -> None:
        """Arrange a layout that adapts for its usual size, unless it is arranged already."""
        layout = self.layout
        if layout.origin is None:
            self.layout = arranged(layout, layout.width, layout.height, self.event) or layout

    def look(self, ticket_type: str) -> TypeLook:
        """The role, colours and elements for a ticket type, computed once."""
        if ticket_type not in self._looks:
            accent = scene.parse_hex(self.event.accent) or BLACK
            role = self.layout.role_of(ticket_type)
            colour = scene.resolve(role.colour, accent=accent, role=accent) or accent
            layout = self.layout
            ground = scene.resolve(layout.ground, accent=accent, role=colour) or WHITE
            ground = WHITE if layout.thermal else ground
            drawn = _split(layout, ticket_type)
            hashed = _split(layout.origin, ticket_type) if layout.origin else drawn
            self._looks[ticket_type] = TypeLook(role, accent, colour, ground, *drawn, hashed)
        return self._looks[ticket_type]

    def values(self, person: BadgePerson) -> Values:
        """A person's values, for `own` on each side."""
        return Values(person, self.event, self.look(person.ticket_type).role)

    def shared(self, side: int, ticket_type: str) -> list[Op]:
        """The operations that all badges of one ticket type share; drawn below the others."""
        values = self.values(BadgePerson("", "", ticket_type=ticket_type))
        look, layout = self.look(ticket_type), self.layout
        ops = self.draw(look.shared[side], values)
        if layout.ground == "paper" or layout.thermal:
            return ops
        size = (layout.width * MM, layout.height * MM)
        return [RectOp(0.0, 0.0, *size, look.ground), *ops]

    def own(self, side: int, values: Values) -> list[Op]:
        """The operations of this person only. Raises `CannotDrawError`."""
        if side == 0:
            why_not(values.person)
        return self.draw(self.look(values.person.ticket_type).own[side], values)

    def blank(self, side: int, ticket_type: str, code: str) -> list[Op]:
        """The operations of a badge to write on by hand: its code, and lines for the name."""
        person = BadgePerson("", "", ticket_type=ticket_type, badge_code=code)
        own = self.look(ticket_type).own[side]
        names = [e for e in own if e.kind == "stack" and any(part.required for part in e.parts)]
        codes = [e for e in own if e.kind in ("qr", "code128") or fields_of(e.text) == _CODE]
        stacks = [e for e in own if e.kind == "stack" and e not in names]
        ops = self.draw([*(codes if code else ()), *stacks], self.values(person))
        for stack in names:
            for share in _WRITING_LINES:
                y = (self.layout.height - stack.y - stack.height * share) * MM
                x = stack.x * MM
                ops.append(LineOp(x, y, x + stack.width * MM, y, LINE_GREY, 0.4))
        return ops

    def check_text(self, text: str, person: BadgePerson) -> None:
        """Check that fonts have all letters. Raises `CannotDrawError` if not."""
        style = style_of(Element("text", 0, 0, 0, 0), text, person, self.event)
        if missing := self.shaper.line(text, style).missing:
            raise no_font_for(missing)

    def draw(self, elements: Sequence[Element], values: Values) -> list[Op]:
        """The operations of elements. Raises `CannotDrawError`."""
        look = self.look(values.person.ticket_type)
        place = Workplace(self.layout, self.event, self.dpi, self.proof, self.shaper)
        painter = Painter(place, values, accent=look.accent, role=look.colour, ground=look.ground)
        for element in elements:
            if is_shown(element, values):
                painter.draw(element)
        return painter.ops


Sides = tuple[tuple[Element, ...], ...]
"""The elements of the front, and of the back if there is one."""


def _split(layout: Layout, ticket_type: str) -> tuple[Sides, Sides]:
    """The elements that all badges of a ticket type share, and those of each person."""
    sides = [[e for e in side if is_for(e, ticket_type)] for side in layout.sides]
    shared = tuple(tuple(e for e in side if is_shared(e)) for side in sides)
    return shared, tuple(tuple(e for e in side if not is_shared(e)) for side in sides)


@dataclass(frozen=True, slots=True)
class TypeLook:
    """A ticket type's role, colours and elements by side."""

    role: Role
    accent: Colour
    colour: Colour
    ground: Colour
    shared: Sides
    own: Sides
    hashed: tuple[Sides, Sides]
    """The shared and own elements for the hash: of the layout before it was arranged."""


def is_shared(element: Element) -> bool:
    """Whether an element is the same on every badge of a ticket type."""
    leaves = list(element.leaves())
    if any(leaf.kind in ("qr", "code128") for leaf in leaves):
        return False
    named = {name for e in leaves for name in (*fields_of(e.text), *e.when, *e.unless)}
    return named <= _SHARED_FIELDS


def is_for(element: Element, ticket_type: str) -> bool:
    """Whether an element is for a ticket type."""
    if element.types and not matches(ticket_type, element.types):
        return False
    return not (element.not_types and matches(ticket_type, element.not_types))


def badge_hash(person: BadgePerson, layout: Layout, event: EventLook) -> str:
    """Hash the content of a badge, to find printed badges that are out of date.

    16 hex digits that change when, and only when, something drawn changes. For many people use
    `BadgePress.hash`, which reads the layout once.
    """
    composer = Composer(layout, event)
    return hash_of(composer, composer.values(person))


def hash_of(composer: Composer, values: Values) -> str:
    """`badge_hash` from a composer and a person's values.

    A layout that adapts has one hash for all stocks.
    """
    person = values.person
    look = composer.look(person.ticket_type)
    logo = composer.event.logo
    changed_ns = logo.stat().st_mtime_ns if logo is not None and logo.is_file() else 0
    key = (person.ticket_type, changed_ns)
    if key not in composer.signatures:
        composer.signatures[key] = _signature(composer, values, changed_ns)
    shown = [composer.signatures[key]]
    for side in look.hashed[1]:
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
    for side in look.hashed[0]:
        parts += _texts(side, values)
        leaves = [leaf for element in side for leaf in element.leaves()]
        if event.logo is not None and any(leaf.source == "logo" for leaf in leaves):
            parts.append(_digest(event.logo, logo_changed_ns))
        if any("sponsors" in leaf.sources for leaf in leaves):
            parts += [_digest(path, path.stat().st_mtime_ns) for path in event.sponsors]
    return "\x1f".join(parts)


def _texts(elements: tuple[Element, ...], values: Values) -> list[str]:
    leaves = [leaf for e in elements if is_shown(e, values) for leaf in e.leaves()]
    return [
        f"{number}:{values.text(leaf.text)}"
        for number, leaf in enumerate(leaves)
        if is_shown(leaf, values)
    ]


@lru_cache(maxsize=8)
def _digest(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
