"""Turn a layout's elements into the operations of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from kiosk.badges.layout import colours
from kiosk.badges.layout.fields import Values, find_field
from kiosk.badges.layout.model import MM, Element, EventLook, Layout
from kiosk.badges.layout.qr import QUIET_MODULES, qr_code
from kiosk.badges.layout.scene import (
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
from kiosk.badges.pdf.pictures import contained, covering
from kiosk.badges.text.cleaning import MAX_LETTERS, CannotDrawError, clean_text, no_font_for
from kiosk.badges.text.fitting import CAP, Box, Fitted, fit, shorten_middle_names
from kiosk.badges.text.fontbook import TextStyle
from kiosk.badges.text.languages import han_language_of, wants_nastaliq
from kiosk.badges.text.shaping import ShapedLine, Shaper
from kiosk.domain.badges.order import BadgePerson

_LONGEST_CUT = 200
"""Letters used of a text that may be cut."""
_CAPITAL_LIKE = 0.8
"""Lines with ink below this height (em) are centred by their capitals."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The settings that all painters of one press share."""

    layout: Layout
    event: EventLook
    dpi: int
    proof: bool
    shaper: Shaper


class Painter:
    """Collects the operations of elements, in points; y grows upwards."""

    def __init__(
        self,
        place: Workplace,
        values: Values,
        *,
        accent: Colour,
        role: Colour,
    ) -> None:
        self._at, self._values = place, values
        self._accent, self._role = accent, role
        self._height = place.layout.height
        self.ops: list[Op] = []

    def draw(self, element: Element) -> None:
        """Draw one element whose conditions are met."""
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
        elif element.kind == "slot" and self._at.proof:
            grey = (0.6, 0.6, 0.6)
            radius = min(width, height) / 2
            self.ops.append(RectOp(x, y, width, height, None, grey, 0.5, radius, dashed=True))
        if element.rotate == 180 and len(self.ops) > before:
            turned = TurnedOp(tuple(self.ops[before:]), x + width / 2, y + height / 2)
            self.ops[before:] = [turned]

    def _colour(self, name: str) -> Colour | None:
        colour = colours.resolve(name, accent=self._accent, role=self._role)
        if not self._at.layout.thermal or colour is None:
            return colour
        if name in ("role", "accent"):
            return BLACK
        return WHITE if name in ("on-role", "on-accent") or colours.is_light(colour) else BLACK

    def _text_colour(self, name: str) -> Colour:
        colour = self._colour(name) or BLACK
        return colours.legible(colour) if name in ("accent", "role") else colour

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
        style = style_of(element, text, self._values.person, self._at.event)
        shaper = self._at.shaper
        short = element.required or len(text) <= _LONGEST_CUT
        fitted = fit(shaper, text, style, box) if short else None
        missing = fitted.missing if fitted else shaper.line(text[:MAX_LETTERS], style).missing
        if missing:
            if element.required:
                raise no_font_for(missing)
            text = " ".join(_without(text, missing).split())
            fitted = fit(shaper, text, style, box) if text and short else None
        if fitted is None and element.required:
            shorter = shorten_middle_names(text)
            fitted = next(filter(None, (fit(shaper, name, style, box) for name in shorter)), None)
            if fitted is None:
                raise CannotDrawError(f"does not fit the layout at {box.smallest:g} pt")
        return fitted or self._clipped(shaper, text, style, box)

    def _clipped(self, shaper: Shaper, text: str, style: TextStyle, box: Box) -> Fitted | None:
        """Cut a text: keep the first words with an ellipsis, else the first letters."""
        words = text[:_LONGEST_CUT].split()
        for count in range(len(words) - 1, 0, -1):
            if fitted := fit(shaper, " ".join(words[:count]) + " …", style, box):
                return fitted
        first = words[0] if words else ""
        for length in range(len(first) - 1, 1, -max(1, len(first) // 20)):
            if fitted := fit(shaper, f"{first[:length]}…", style, box):
                return fitted
        return None

    def _place(
        self, element: Element, fitted: Fitted, x: float, y: float, width: float, height: float
    ) -> None:
        free = height - fitted.height
        middle = free / 2
        if len(fitted.lines) == 1 and fitted.lines[0].top < _CAPITAL_LIKE:
            # Centre by the height of capitals: a descender must not lift the word.
            middle = min(free, (height - CAP * fitted.size) / 2)
        top = y + height - {"top": 0.0, "bottom": free}.get(element.valign, middle)
        colour = self._text_colour(element.colour)
        for line, below in zip(fitted.lines, fitted.baselines(), strict=True):
            space = width - line.ink_width * fitted.size
            shift = {"left": 0.0, "right": space}.get(element.align, space / 2)
            pen = x + shift - line.left * fitted.size
            self.ops.append(TextOp(line, pen, top - below, fitted.size, colour))

    def _programme(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        rows = [clean_text(row) for row in self._at.event.programme.splitlines()]
        size, lines = self._programme_size(element, rows, width, height)
        for number, line in enumerate(lines, 1):
            at = y + height - number * size * 1.4
            colour = self._text_colour(element.colour)
            pen = x - line.left * size if element.align == "left" else x
            self.ops.append(TextOp(line, pen, at, size, colour))

    def _programme_size(
        self, element: Element, rows: list[str], width: float, height: float
    ) -> tuple[float, list[ShapedLine]]:
        shaper = self._at.shaper
        person, event = self._values.person, self._at.event
        lines = [shaper.line(row, style_of(element, row, person, event)) for row in rows]
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
        dot = 72 / self._at.dpi
        cells = code.modules + 2 * QUIET_MODULES
        dots = floor(min(width, height) / cells / dot + 1e-6)
        if dots < 2:
            raise CannotDrawError("code is too long for the layout's QR box")
        side = cells * dots * dot
        left = round((x + (width - side) / 2) / dot) * dot
        low = round((y + (height - side) / 2) / dot) * dot
        self.ops.append(QrOp(code, left, low, dots * dot))

    def _bars(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        # loads reportlab, a heavy leaf: few layouts have bars, and a preview needs no PDF library
        from kiosk.badges.pdf.library import code128

        text = self._values.text(element.text)
        if text:
            op = code128(text, x, y, width, height, 72 / self._at.dpi)
            if op is None:
                raise CannotDrawError("code does not fit as a bar code")
            self.ops.append(op)

    def _image(self, element: Element, x: float, y: float, width: float, height: float) -> None:
        layout, event = self._at.layout, self._at.event
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


def style_of(element: Element, text: str, person: BadgePerson, event: EventLook) -> TextStyle:
    """The text style for a person at an event."""
    bold, mono = element.weight != "regular", element.weight == "mono"
    if text.isascii():
        return TextStyle(bold, mono)
    country = find_field(person.fields, "country")
    language = find_field(person.fields, "language")
    everything = f"{person.name} {person.company} {text}"
    nastaliq = wants_nastaliq(everything, event.nastaliq, country, language)
    han_language = han_language_of(f"{person.name} {text}", event.han_language, country)
    return TextStyle(bold, mono, nastaliq, han_language)


def _without(text: str, clusters: Sequence[str]) -> str:
    for cluster in clusters:
        text = text.replace(cluster, "")
    return text
