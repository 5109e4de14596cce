"""Turn a layout's elements into the operations of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import floor
from operator import le
from pathlib import Path
from typing import NamedTuple

from kiosk.badges.layout import scene
from kiosk.badges.layout.arrange import CAPTION_MM
from kiosk.badges.layout.fields import Values, fields_of, find_field, is_shown
from kiosk.badges.layout.model import MM, Element, EventLook, Layout
from kiosk.badges.layout.scene import (
    BLACK,
    LINE_GREY,
    QUIET_MODULES,
    WHITE,
    Colour,
    ImageOp,
    LineOp,
    Op,
    QrOp,
    RectOp,
    TextOp,
    TurnedOp,
    qr_code,
)
from kiosk.badges.pdf.objects import code128
from kiosk.badges.pdf.resources import contained, covering, picture_size
from kiosk.badges.text.breaks import visible
from kiosk.badges.text.cleaning import MAX_LETTERS, CannotDrawError, clean_text, no_font_for
from kiosk.badges.text.fitting import (
    CAP,
    LAST_RESORT_PT,
    Box,
    Fitted,
    fit_cut,
    fit_divided,
    fit_required,
)
from kiosk.badges.text.fontbook import TextStyle, han_language_of, wants_nastaliq
from kiosk.badges.text.shaping import Shaper
from kiosk.domain.badges.order import BadgePerson

_LONGEST_CUT = 200
"""Letters used of a text that may be cut."""
_NAME_PT = 16.5
"""Words of a name are divided rather than printed smaller than this."""
_LEAST_GAP_PT = 3.0
"""Left free below each row of a stack when the others are fitted."""
_MOST_ATTEMPTS = 9
_NAMES = frozenset(("name", "name_large", "name_rest", "given_name", "family_name"))
"""Fields that are never cut."""
_WIDEST = 6.0
"""A wider picture in a row of logos is less high than the others, which else would be tiny."""
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


class Rect(NamedTuple):
    """A rectangle, points from the lower left corner of the badge."""

    x: float
    y: float
    width: float
    height: float


class Painter:
    """Collects the operations of elements, in points; y grows upwards."""

    def __init__(
        self,
        place: Workplace,
        values: Values,
        *,
        accent: Colour,
        role: Colour,
        ground: Colour,
    ) -> None:
        self._at, self._values = place, values
        self._accent, self._role, self._ground = accent, role, ground
        self._height = place.layout.height
        self.ops: list[Op] = []

    def draw(self, element: Element) -> None:
        """Draw one element."""
        low = self._height - element.y - element.height
        at = Rect(element.x * MM, low * MM, element.width * MM, element.height * MM)
        before = len(self.ops)
        if element.kind in ("rect", "band"):
            self._rect(element, at)
        if element.kind in ("text", "band"):
            self._text(element, at)
        elif element.kind == "stack":
            self._stack(element, at)
        elif element.kind == "logos":
            self._logos(element, at)
        elif element.kind == "qr":
            self._qr(element, at)
        elif element.kind == "code128":
            self._bars(element, at)
        elif element.kind in ("image", "background"):
            self._image(element, at)
        elif element.kind == "line":
            ends = (at.x, at.y + at.height, at.x + at.width, at.y)
            colour = self._colour(element.colour) or BLACK
            self.ops.append(LineOp(*ends, colour, element.line_width * MM))
        elif element.kind == "slot" and self._at.proof:
            radius = min(at.width, at.height) / 2
            self.ops.append(RectOp(*at, None, LINE_GREY, 0.5, radius, dashed=True))
        if element.rotate and len(self.ops) > before:
            middle = (at.x + at.width / 2, at.y + at.height / 2)
            turned = TurnedOp(tuple(self.ops[before:]), *middle, element.rotate)
            self.ops[before:] = [turned]

    def _colour(self, name: str) -> Colour | None:
        colour = scene.resolve(name, accent=self._accent, role=self._role, ground=self._ground)
        if not self._at.layout.thermal or colour is None:
            return colour
        if name in ("role", "accent"):
            return BLACK
        return WHITE if name in ("on-role", "on-accent") or scene.is_light(colour) else BLACK

    def _text_colour(self, name: str) -> Colour:
        colour = self._colour(name) or BLACK
        return scene.legible(colour) if name in ("accent", "role") else colour

    def _rect(self, element: Element, at: Rect) -> None:
        fill, stroke = self._colour(element.fill), self._colour(element.stroke)
        line = element.line_width * MM
        self.ops.append(RectOp(*at, fill, stroke, line, element.radius * MM))

    def _text(self, element: Element, at: Rect) -> None:
        if element.text == "{programme}":
            self._programme(element, at)
            return
        text = self._values.text(element.text)
        if not text:
            return
        x, y, width, height = at
        if element.kind == "band":
            x, width = x + element.padding * MM, width - 2 * element.padding * MM
            y, height = y + height * 0.2, height * 0.6
        unbroken = _unbroken(element)
        box = Box(width, height, element.size, element.smallest, element.lines, unbroken)
        fitted = self._fitted(element, text, box)
        if fitted is not None:
            self._place(element, fitted, Rect(x, y, width, height))
        elif element.required:
            raise _does_not_fit()

    def _stack(self, element: Element, at: Rect) -> None:
        """Draw rows below each other; rows without a text take no space."""
        x, y, width, height = at
        rows = [
            (row, text)
            for row in element.parts
            if is_shown(row, self._values) and (text := self._values.text(row.text))
        ]
        fitted: list[tuple[Element, Fitted]] | None = []
        while rows and not (fitted := self._stacked(rows, width, height)):
            least = max(row.priority for row, _ in rows)
            if least > 1:
                rows = [(row, text) for row, text in rows if row.priority < least]
            elif fitted := self._stacked(rows, width, height, LAST_RESORT_PT):
                break
            else:
                raise _does_not_fit()
        free = height - _rows_height(fitted or [])
        top = y + height - {"top": 0.0, "bottom": free}.get(element.valign, free / 2)
        before: Fitted | None = None
        for row, lines in fitted or ():
            top -= _gap(before, lines) if before else 0.0
            align = element.align if row.align == "center" else row.align
            self._lines(lines, x, top, width, align, row.colour)
            top, before = top - lines.height, lines

    def _stacked(
        self, rows: list[tuple[Element, str]], width: float, height: float, least: float = 0.0
    ) -> list[tuple[Element, Fitted]] | None:
        """The rows at the largest sizes that fit together; None if they do not.

        A name is shortened or printed smaller than wanted only when no other row is left to omit.

        Args:
            least: a smallest size for all rows, points; 0: the one of each row.
        """
        shrinks = all(row.priority <= 1 for row, _ in rows)
        smallest = [least or min(row.smallest, row.size) for row, _ in rows]
        floors = [size * CAP for size in smallest]
        largest = [row.size for row, _ in rows]
        for _ in range(_MOST_ATTEMPTS):
            fitted: list[tuple[Element, Fitted]] = []
            for number, (row, text) in enumerate(rows):
                own = floors[number]
                space = height - sum(floors) + own - _LEAST_GAP_PT * (len(rows) - 1)
                limit = max(smallest[number], largest[number])
                if fitted:  # the first row stays the largest
                    limit = min(limit, max(_NAME_PT, 0.8 * fitted[0][1].size))
                box = Box(width, space, limit, smallest[number], row.lines, _unbroken(row))
                lines = self._fitted(row, text, box, shrinks=shrinks)
                if lines is not None:
                    fitted.append((row, lines))
                    largest[number] = lines.size
                elif row.required:
                    return None
            total = _rows_height(fitted)
            if total <= height + 0.01:
                return fitted
            if all(map(le, largest, smallest)):
                return None
            share = min(0.97, height / total)
            largest = [max(low, size * share) for low, size in zip(smallest, largest, strict=True)]
        return None

    def _fitted(
        self, element: Element, text: str, box: Box, *, shrinks: bool = True
    ) -> Fitted | None:
        """A text in its box; None if it does not fit.

        Args:
            shrinks: a name may be shortened, or smaller than the smallest size of the box.
        """
        values, shaper = self._values, self._at.shaper
        is_name = element.required or not _NAMES.isdisjoint(fields_of(element.text))
        style = style_of(element, visible(text), values.person, self._at.event)
        language = "" if text.isascii() else find_field(values.person.fields, "language")
        if not is_name and len(text) > _LONGEST_CUT:
            return self._without_missing(text, style, box)
        fit = fit_required if is_name and (shrinks or not element.required) else fit_divided
        fitted = fit(shaper, text, style, box, language)
        if fitted is None:
            return None if element.required else self._without_missing(text, style, box)
        if fitted.missing:
            if element.required:
                raise no_font_for(fitted.missing)
            return self._without_missing(text, style, box)
        return fitted

    def _without_missing(self, text: str, style: TextStyle, box: Box) -> Fitted | None:
        """A text that may be cut, without the letters that no font has."""
        shaper = self._at.shaper
        if missing := shaper.line(visible(text)[:MAX_LETTERS], style).missing:
            text = " ".join(_without(visible(text), missing).split())
            short = text if len(text) <= _LONGEST_CUT else ""
            if fitted := fit_divided(shaper, short, style, box) if short else None:
                return fitted
        return fit_cut(shaper, text[:_LONGEST_CUT], style, box)

    def _place(self, element: Element, fitted: Fitted, at: Rect) -> None:
        free = at.height - fitted.height
        middle = free / 2
        if len(fitted.lines) == 1 and fitted.lines[0].top < _CAPITAL_LIKE:
            # Centre by the height of capitals: a descender must not lift the word.
            middle = min(free, (at.height - CAP * fitted.size) / 2)
        top = at.y + at.height - {"top": 0.0, "bottom": free}.get(element.valign, middle)
        self._lines(fitted, at.x, top, at.width, element.align, element.colour)

    def _lines(
        self, fitted: Fitted, x: float, top: float, width: float, align: str, colour_name: str
    ) -> None:
        """Draw lines from the top of a box."""
        colour, size = self._text_colour(colour_name), fitted.size
        for line, below in zip(fitted.lines, fitted.baselines(), strict=True):
            space = width - line.ink_width * size
            shift = {"left": 0.0, "right": space}.get(align, space / 2)
            self.ops.append(TextOp(line, x + shift - line.left * size, top - below, size, colour))

    def _programme(self, element: Element, at: Rect) -> None:
        person, event = self._values.person, self._at.event
        rows = [clean_text(row) for row in event.programme.splitlines()]
        lines = [self._at.shaper.line(row, style_of(element, row, person, event)) for row in rows]
        widest = max((line.ink_width for line in lines), default=1.0) or 1.0
        size = min(element.size, at.width / widest, at.height / (1.4 * max(len(lines), 1)))
        colour = self._text_colour(element.colour)
        for number, line in enumerate(lines, 1):
            baseline = at.y + at.height - number * size * 1.4
            pen = at.x - line.left * size if element.align == "left" else at.x
            self.ops.append(TextOp(line, pen, baseline, size, colour))

    def _qr(self, element: Element, at: Rect) -> None:
        text = visible(self._values.text(element.text))
        if not text:
            return
        if element.caption:
            caption = CAPTION_MM * MM
            words = replace(element, kind="text", text=element.caption, weight="mono", lines=1)
            below = at._replace(height=caption * 0.8)
            self._text(replace(words, size=9.0, smallest=4.0), below)
            at = at._replace(y=at.y + caption, height=at.height - caption)
        try:
            code = qr_code(text)
        except ValueError as error:
            raise CannotDrawError(f"code is {error}") from error
        dot = 72 / self._at.dpi
        cells = code.modules + 2 * QUIET_MODULES
        dots = floor(min(at.width, at.height) / cells / dot + 1e-6)
        if dots < 2:
            raise CannotDrawError("code is too long for the layout's QR box")
        side = cells * dots * dot
        left = round((at.x + (at.width - side) / 2) / dot) * dot
        low = round((at.y + (at.height - side) / 2) / dot) * dot
        self.ops.append(QrOp(code, left, low, dots * dot))

    def _bars(self, element: Element, at: Rect) -> None:
        text = self._values.text(element.text)
        if text:
            op = code128(text, *at, 72 / self._at.dpi)
            if op is None:
                raise CannotDrawError("code does not fit as a bar code")
            self.ops.append(op)

    def _image(self, element: Element, at: Rect) -> None:
        layout, event = self._at.layout, self._at.event
        path = event.logo if element.source == "logo" else layout.folder / element.source
        if path is None or not element.source:
            return
        if element.kind == "background" or element.cover:
            if not layout.thermal or element.kind == "image":
                self.ops.append(ImageOp(path, *covering(path, at), mono=layout.thermal, clip=at))
        else:
            place = contained(path, at, element.align, element.valign)
            self.ops.append(ImageOp(path, *place, mono=layout.thermal))

    def _logos(self, element: Element, at: Rect) -> None:
        """Draw pictures of equal height in as many rows as make them largest."""
        paths: list[Path] = []
        for source in element.sources:
            is_event = source == "sponsors"
            paths += self._at.event.sponsors if is_event else [self._at.layout.folder / source]
        if not paths:
            return
        shapes = [min(_WIDEST, wide / high) for wide, high in map(picture_size, paths)]
        x, y, width, height = at
        rows = max(range(1, 4), key=lambda count: _logo_height(shapes, count, width, height))
        high = _logo_height(shapes, rows, width, height)
        many = -(-len(paths) // rows)
        pitch = height / rows
        for number in range(rows):
            chosen = slice(number * many, (number + 1) * many)
            gap = (width - high * sum(shapes[chosen])) / (len(shapes[chosen]) + 1)
            left, low = x + gap, y + height - (number + 0.5) * pitch - high / 2
            for path, shape in zip(paths[chosen], shapes[chosen], strict=True):
                place = contained(path, (left, low, high * shape, high), "center", "middle")
                self.ops.append(ImageOp(path, *place, mono=self._at.layout.thermal))
                left += high * shape + gap


def _logo_height(shapes: list[float], rows: int, width: float, height: float) -> float:
    """The height of all pictures, as proportions, in so many rows with space around them."""
    many = -(-len(shapes) // rows)
    longest = max(sum(shapes[at : at + many]) for at in range(0, len(shapes), many))
    return min(width * 0.9 / longest if many < 2 else width * 0.8 / longest, height / rows * 0.85)


def _does_not_fit() -> CannotDrawError:
    return CannotDrawError("has a name that is too long for the layout; choose a larger one")


def _unbroken(element: Element) -> float:
    return _NAME_PT if element.required else 0.0


def _gap(upper: Fitted, lower: Fitted) -> float:
    """The distance of two rows, which hardly depends on the letters with a descender."""
    small, large = sorted((upper.size, lower.size))
    return max(0.15 * small, 0.45 * small + 0.1 * large - upper.descent)


def _rows_height(rows: list[tuple[Element, Fitted]]) -> float:
    fitted = [lines for _, lines in rows]
    gaps = sum(_gap(upper, lower) for upper, lower in pairwise(fitted))
    return sum(lines.height for lines in fitted) + gaps


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
