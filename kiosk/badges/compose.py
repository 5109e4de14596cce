"""Layout and person to a scene: what is drawn where, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor

from kiosk.badges import colours
from kiosk.badges.fields import Values, fields_of, find_field
from kiosk.badges.fitting import CAP, Box, Fitted, fit, shorten_middle_names
from kiosk.badges.fontbook import TextStyle
from kiosk.badges.languages import han_language_of, wants_nastaliq
from kiosk.badges.layout import MM, Element, EventLook, Layout, Role, matches
from kiosk.badges.pictures import contained, covering
from kiosk.badges.qr import QUIET_MODULES, qr_code
from kiosk.badges.scene import (
    BLACK,
    WHITE,
    Colour,
    ImageOp,
    LineOp,
    Op,
    QrOp,
    RectOp,
    TextOp,
    TurnedOp,
)
from kiosk.badges.shaping import ShapedLine, Shaper
from kiosk.badges.text_cleaning import MAX_LETTERS, clean_text, damage
from kiosk.domain.badge import BadgePerson

_SHARED_FIELDS = frozenset(("event", "dates", "programme", "place", "contact", "wifi"))
_CAPITAL_LIKE = 0.8
"""Lines whose ink stays below this (em) are centred by their capitals."""
_ROLE_FIELDS = frozenset(("role", "ticket_type"))


class CannotDrawError(Exception):
    """A badge that must not be printed; the message is one clause for the organiser."""


@dataclass(slots=True)
class Composer:
    """Composes the badges of one layout and event; keeps shaped lines between badges."""

    layout: Layout
    event: EventLook
    dpi: int = 300
    proof: bool = False
    shaper: Shaper = field(default_factory=Shaper)
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
        style = _style_of(Element("text", 0, 0, 0, 0), text, person, self.event)
        if missing := self.shaper.line(text, style).missing:
            raise CannotDrawError(f"no font on this computer has {_listed(missing)}")

    def draw(self, elements: Sequence[Element], values: Values) -> list[Op]:
        """The operations of elements. Raises `CannotDrawError`."""
        painter = _Painter(self, values)
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


class _Painter:
    """Appends the operations of elements; y grows upwards, points."""

    def __init__(self, composer: Composer, values: Values) -> None:
        self._composer, self._values = composer, values
        look = composer.look(values.person.ticket_type)
        self._accent, self._role = look.accent, look.colour
        self._height = composer.layout.height
        self.ops: list[Op] = []

    def draw(self, element: Element) -> None:
        """One element; conditions have been looked at."""
        x, y = element.x * MM, (self._height - element.y - element.height) * MM
        width, height = element.width * MM, element.height * MM
        before = len(self.ops)
        if element.kind in ("rect", "band"):
            self._rect(element, x, y, width, height)
        if element.kind in ("text", "band"):
            self._text(element, x, y, width, height)
        elif element.kind == "qr":
            self._qr(element, x, y, width, height)
        elif element.kind == "code128":
            self._bars(element, x, y, width, height)
        elif element.kind in ("image", "background"):
            self._image(element, x, y, width, height)
        elif element.kind == "line":
            colour = self._colour(element.colour) or BLACK
            self.ops.append(LineOp(x, y + height, x + width, y, colour, element.line_width * MM))
        elif element.kind == "slot" and self._composer.proof:
            grey = (0.6, 0.6, 0.6)
            radius = min(width, height) / 2
            self.ops.append(RectOp(x, y, width, height, None, grey, 0.5, radius, dashed=True))
        if element.rotate == 180 and len(self.ops) > before:
            turned = TurnedOp(tuple(self.ops[before:]), x + width / 2, y + height / 2)
            self.ops[before:] = [turned]

    def _colour(self, name: str) -> Colour | None:
        colour = colours.resolve(name, accent=self._accent, role=self._role)
        if self._composer.layout.thermal and colour not in (None, WHITE):
            return BLACK if name not in ("on-role", "on-accent") else WHITE
        return colour

    def _rect(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        fill, stroke = self._colour(element.fill), self._colour(element.stroke)
        line = element.line_width * MM
        self.ops.append(RectOp(x, y, width, height, fill, stroke, line, element.radius * MM))

    def _text(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        if element.text == "{programme}":
            self._programme(element, x, y, width, height)
            return
        text = self._values.text(element.text)
        if not text:
            return
        if element.kind == "band":
            x, width = x + element.padding * MM, width - 2 * element.padding * MM
            y, height = y + height * 0.2, height * 0.6
        box = Box(width, height, element.size, element.smallest, element.lines)
        fitted = self._fitted(element, text, box)
        if fitted is not None:
            self._place(element, fitted, x, y, width, height)

    def _fitted(self, element: Element, text: str, box: Box) -> Fitted | None:
        style = _style_of(element, text, self._values.person, self._composer.event)
        shaper = self._composer.shaper
        missing = shaper.line(text, style).missing
        if missing:
            if element.required:
                raise CannotDrawError(f"no font on this computer has {_listed(missing)}")
            text = " ".join(_without(text, missing).split())
        fitted = fit(shaper, text, style, box) if text else None
        if fitted is None and element.required:
            shorter = shorten_middle_names(text)
            fitted = next(filter(None, (fit(shaper, name, style, box) for name in shorter)), None)
            if fitted is None:
                raise CannotDrawError(f"does not fit the layout at {box.smallest:g} pt")
        return fitted or self._clipped(shaper, text, style, box)

    def _clipped(self, shaper: Shaper, text: str, style: TextStyle, box: Box) -> Fitted | None:
        """A text that may be cut: whole words from the front, with an ellipsis."""
        words = text.split()
        for count in range(len(words) - 1, 0, -1):
            if fitted := fit(shaper, " ".join(words[:count]) + " …", style, box):
                return fitted
        return None

    def _place(
        self, element: Element, fitted: Fitted, x: float, y: float, width: float, height: float
    ) -> None:
        free = height - fitted.height
        middle = free / 2
        if len(fitted.lines) == 1 and fitted.lines[0].top < _CAPITAL_LIKE:
            # Centred by the height of capitals: a descender must not lift the word.
            middle = min(free, (height - CAP * fitted.size) / 2)
        top = y + height - {"top": 0.0, "bottom": free}.get(element.valign, middle)
        colour = self._colour(element.colour) or BLACK
        for line, below in zip(fitted.lines, fitted.baselines(), strict=True):
            room = width - line.ink_width * fitted.size
            shift = {"left": 0.0, "right": room}.get(element.align, room / 2)
            pen = x + shift - line.left * fitted.size
            self.ops.append(TextOp(line, pen, top - below, fitted.size, colour))

    def _programme(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        rows = [clean_text(row) for row in self._composer.event.programme.splitlines()]
        size, lines = self._programme_size(element, rows, width, height)
        for number, line in enumerate(lines, 1):
            at = y + height - number * size * 1.4
            colour = self._colour(element.colour) or BLACK
            pen = x - line.left * size if element.align == "left" else x
            self.ops.append(TextOp(line, pen, at, size, colour))

    def _programme_size(
        self, element: Element, rows: list[str], width: float, height: float
    ) -> tuple[float, list[ShapedLine]]:
        shaper = self._composer.shaper
        person, event = self._values.person, self._composer.event
        lines = [shaper.line(row, _style_of(element, row, person, event)) for row in rows]
        widest = max((line.ink_width for line in lines), default=1.0) or 1.0
        size = min(element.size, width / widest, height / (1.4 * max(len(lines), 1)))
        return size, lines

    def _qr(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        text = self._values.text(element.text)
        if not text:
            return
        try:
            code = qr_code(text)
        except ValueError as error:
            raise CannotDrawError(f"code is {error}") from error
        dot = 72 / self._composer.dpi
        cells = code.modules + 2 * QUIET_MODULES
        dots = floor(min(width, height) / cells / dot + 1e-6)
        if dots < 2:
            raise CannotDrawError("code is too long for the layout's QR box")
        side = cells * dots * dot
        left = round((x + (width - side) / 2) / dot) * dot
        low = round((y + (height - side) / 2) / dot) * dot
        self.ops.append(QrOp(code, left, low, dots * dot))

    def _bars(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        from kiosk.badges.code128 import code128

        text = self._values.text(element.text)
        if text:
            op = code128(text, x, y, width, height, 72 / self._composer.dpi)
            if op is None:
                raise CannotDrawError("code does not fit as a bar code")
            self.ops.append(op)

    def _image(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        layout, event = self._composer.layout, self._composer.event
        path = event.logo if element.source == "logo" else layout.folder / element.source
        if path is None or not element.source:
            return
        box = (x, y, width, height)
        if element.kind == "background" or element.cover:
            if not layout.thermal or element.kind == "image":
                self.ops.append(ImageOp(path, *covering(path, box), mono=layout.thermal, clip=box))
        else:
            place = contained(path, box, element.align, element.valign)
            self.ops.append(ImageOp(path, *place, mono=layout.thermal))


def _style_of(element: Element, text: str, person: BadgePerson, event: EventLook) -> TextStyle:
    bold, mono = element.weight != "regular", element.weight == "mono"
    if text.isascii():
        return TextStyle(bold, mono)
    country = find_field(person.fields, "country")
    language = find_field(person.fields, "language")
    everything = f"{person.name} {person.company} {text}"
    nastaliq = wants_nastaliq(everything, event.nastaliq, country, language)
    han_language = han_language_of(f"{person.name} {text}", event.han_language, country)
    return TextStyle(bold, mono, nastaliq, han_language)


def _listed(missing: tuple[str, ...]) -> str:
    shown = list(dict.fromkeys(missing))[:3]
    codes = ", ".join(
        f"{cluster} ({' '.join(f'U+{ord(char):04X}' for char in cluster)})" for cluster in shown
    )
    return codes + (" …" if len(set(missing)) > 3 else "")


def _without(text: str, clusters: Sequence[str]) -> str:
    for cluster in clusters:
        text = text.replace(cluster, "")
    return text
