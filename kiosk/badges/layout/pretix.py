"""Convert a badge layout exported from pretix to a layout file.

The export is a JSON list of elements in millimetres from the lower left corner: bare as in the
editor, inside the API's object with `layout` and `size`, or in the API's list of such objects.
A text is rotated clockwise about its upper left corner. Source: src/pretix/base/pdf.py (class
Renderer) and src/pretix/plugins/badges/templates.py of pretix/pretix.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.badges.layout.model import MM, upright_spans
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError

_FIELDS = {
    "attendee_name": "name",
    "attendee_company": "company",
    "attendee_email": "email",
    "attendee_job_title": "job_title",
    "attendee_country": "country",
    "attendee_city": "city",
    "item": "ticket_type",
    "itemvar": "ticket_type",
    "item_category": "question:Category",
    "addons": "add_ons",
    "seat": "question:Seat",
    "variation": "question:Variation",
    "order": "order_code",
    "secret": "badge_code",
    "pseudonymization_id": "badge_code",
    "event_name": "event",
    "event_date": "dates",
    "event_date_range": "dates",
    "event_begin": "dates",
    "event_begin_date": "dates",
    "event_location": "place",
}
_NAME_PARTS = {
    "given_name": "given_name",
    "calling_name": "given_name",
    "family_name": "family_name",
    "full_name": "name",
    "for_salutation": "name",
}
"""Parts of pretix' name schemes, `attendee_name_given_name`; others are columns of the import."""
_FAR = 10_000.0
"""Larger than any page, in millimetres."""
_SIZES = (
    (148.0, 105.0), (105.0, 148.0), (82.0, 203.0), (210.0, 148.0), (210.0, 297.0), (420.0, 297.0),
)  # fmt: skip
"""Page sizes to try if the export names none: pretix's default first, then larger ones."""


@dataclass(slots=True)
class PretixImport:
    """A layout file's text, and notes on the parts that were not converted."""

    toml: str
    notes: list[str] = field(default_factory=list)


def import_pretix_layout(
    text: str, *, width: float | None = None, height: float | None = None
) -> PretixImport:
    """Convert a pretix export.

    Args:
        text: the JSON.
        width, height: page size in mm, if the export has none and the guess is wrong.

    Raises:
        KioskError: the text is not a badge layout.
    """
    elements, size, note = _parse(text)
    page = (width, height) if width and height else size or _guess(elements)
    converter = _Converter(float(page[0] or 0), float(page[1] or 0))
    if note:
        converter.note(note)
    if not size and not width:
        converter.note(f"The page size was guessed: {page[0]:g} x {page[1]:g} mm.")
    for number, element in enumerate(elements, 1):
        converter.add(number, element)
    if not any(converter.sides.values()):
        raise _invalid("This layout has no element that kiosk can draw.")
    return converter.finish()


def _invalid(problem: str) -> KioskError:
    return KioskError(
        "layout_invalid",
        problem,
        saved="Nothing was imported.",
        next_step="In pretix, open the layout's editor, copy its JSON and save it as a file.",
    )


def _parse(text: str) -> tuple[list[dict[str, Any]], tuple[float, float] | None, str]:
    """The elements, the page size if it is named, and a note on the choice of the layout."""
    try:
        content, note = _one_layout(json.loads(text))
        size = None
        if isinstance(content, dict):
            if content.get("size"):
                first = content["size"][0]
                width, height = float(first["width"]), float(first["height"])
                size = (width, height) if 0 < width <= _FAR and 0 < height <= _FAR else None
            content = content.get("layout")
            content = json.loads(content) if isinstance(content, str) else content
        if not isinstance(content, list) or not all(_is_element(entry) for entry in content):
            raise TypeError("not a list of elements")
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise _invalid("This is not a badge layout from pretix.") from error
    return content, size, note


def _one_layout(content: Any) -> tuple[Any, str]:
    """The default layout of the API's list, else its first one, with a note on the others."""
    if isinstance(content, dict) and "results" in content:
        content = content["results"]
    if not (isinstance(content, list) and content and all(_is_layout(each) for each in content)):
        return content, ""
    chosen = next((each for each in content if each.get("default") is True), content[0])
    others = [str(each.get("name", "?")) for each in content if each is not chosen]
    note = f"Other layouts in the file were left out: {', '.join(others)}." if others else ""
    return chosen, note


def _is_layout(entry: Any) -> bool:
    return isinstance(entry, dict) and "layout" in entry


def _is_element(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("type"), str)


def _guess(elements: list[dict[str, Any]]) -> tuple[float, float]:
    boxes = [_placed(element) for element in elements]
    right = max((box.right for box in boxes), default=0)
    top = max((box.top for box in boxes), default=0)
    for width, height in _SIZES:
        if right <= width + 1 and top <= height + 1:
            return width, height
    return right, top


@dataclass(frozen=True, slots=True)
class _Box:
    """A box by its middle, mm from the lower left corner of the page; rotated clockwise."""

    x: float
    y: float
    width: float
    height: float
    degrees: float = 0.0

    @property
    def spans(self) -> tuple[float, float]:
        """Width and height of the smallest upright rectangle around it."""
        return upright_spans(self.width, self.height, self.degrees)

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.spans[0] / 2

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y + self.spans[1] / 2

    def on_page(self, width: float, height: float) -> _Box:
        """The box, moved and made smaller until it is on the page."""
        wide, high = self.spans
        share = min(1.0, width / max(wide, 0.1), height / max(high, 0.1))
        wide, high = wide * share / 2, high * share / 2
        return replace(
            self,
            x=min(max(self.x, wide), width - wide),
            y=min(max(self.y, high), height - high),
            width=self.width * share,
            height=self.height * share,
        )


def _placed(element: Mapping[str, Any]) -> _Box:
    """The box of an element; a text is rotated about its upper left corner."""
    left, bottom = _number(element, "left"), _number(element, "bottom")
    if element["type"] not in ("textarea", "textcontainer"):
        width = abs(_number(element, "width", "size")) or 30.0
        height = abs(_number(element, "height", "size")) or width
        return _Box(left + width / 2, bottom + height / 2, width, height)
    line = _line_mm(element)
    width, height = abs(_number(element, "width")) or 40.0, line
    if element["type"] == "textcontainer":
        height = abs(_number(element, "height")) or line
        top = bottom + height
    elif element.get("downward"):
        height, top = 2 * line, bottom
    else:
        top = bottom + height
    degrees = _number(element, "rotation") % 360
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = width / 2, -height / 2
    return _Box(left + x * cos + y * sin, top - x * sin + y * cos, width, height, degrees)


def _line_mm(element: Mapping[str, Any]) -> float:
    return (abs(_number(element, "fontsize")) or 12.0) * 1.3 / MM


class _Converter:
    """Converts the elements of one layout."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self.sides: dict[str, list[dict[str, Any]]] = {"front": [], "back": []}
        """The converted elements."""
        self._notes: dict[str, None] = {}
        self._number = 0
        self._has_name = False

    def note(self, sentence: str) -> None:
        """Add a sentence for the organiser."""
        self._notes[sentence] = None

    def add(self, number: int, element: Mapping[str, Any]) -> None:
        """Convert one element of the export."""
        self._number = number
        made: dict[str, Any] | None = None
        match element["type"]:
            case "textarea" | "textcontainer":
                made = self._text(element)
            case "barcodearea":
                made = self._qr(element)
            case kind:
                about = f" ({element['content']})" if element.get("content") else ""
                self._left_out(f"{kind}{about}")
        if made:
            side = "front" if int(_number(element, "page") or 1) == 1 else "back"
            self.sides[side].append(made)

    def _left_out(self, what: str) -> None:
        self.note(f"Element {self._number}, {what}, was left out.")

    def finish(self) -> PretixImport:
        """The file's text."""
        back = "" if self.sides["back"] else 'back = "none"\n'
        lines = [
            "# Imported from pretix. Millimetres from the top left; sizes of text in points.\n",
            f"width = {self._width:g}\nheight = {self._height:g}\n{back}",
        ]
        for side, elements in self.sides.items():
            for element in elements:
                rows = "".join(f"{key} = {_toml(value)}\n" for key, value in element.items())
                lines.append(f"[[{side}]]\n{rows}")
        if not self._has_name:
            self.note("The layout shows no name.")
        self.note(
            "The background is a PDF in pretix: save it as a picture next to the layout and add an "
            "element of type background with source = its file name."
        )
        return PretixImport("\n".join(lines), list(self._notes))

    def _text(self, element: Mapping[str, Any]) -> dict[str, Any] | None:
        template = self._template(element)
        if not template:
            return None
        size = abs(_number(element, "fontsize")) or 12.0
        valign, lines = "bottom", 1
        if element["type"] == "textcontainer":
            height = abs(_number(element, "height")) or _line_mm(element)
            valign = element.get("verticalalign", "top")
            lines = max(1, min(3, int(height / _line_mm(element))))
        elif element.get("downward"):
            valign, lines = "top", 2
        align = element.get("align")
        is_name = template in ("{name}", "{given_name}")
        self._has_name = self._has_name or "name}" in template
        made = {
            "type": "text",
            "text": template,
            **self._box(element),
            "size": size,
            "smallest": min(6.0, size),
            "lines": lines,
            "align": align if align in ("left", "center", "right") else "left",
            "valign": valign if valign in ("top", "middle", "bottom") else "top",
            "weight": "bold" if element.get("bold") else "regular",
            "colour": _hex(element.get("color")),
        }
        return {**made, **({"required": True} if is_name else {})}

    def _qr(self, element: Mapping[str, Any]) -> dict[str, Any]:
        content = element.get("content") or "secret"
        if content not in ("secret", "pseudonymization_id"):
            self.note(f"The QR code contained {content}; now it has the badge's own code.")
        return {"type": "qr", **self._box(element)}

    def _box(self, element: Mapping[str, Any]) -> dict[str, float]:
        """The element's box from the top left, on the page."""
        wanted = _placed(element)
        box = wanted.on_page(self._width, self._height)
        if abs(box.width - wanted.width) > 1 or math.dist((box.x, box.y), (wanted.x, wanted.y)) > 1:
            self.note(f"Element {self._number} was outside of the page and was moved onto it.")
        place = {
            "x": box.x - box.width / 2,
            "y": self._height - box.y - box.height / 2,
            "width": box.width,
            "height": box.height,
        }
        turn = {"rotate": round(-box.degrees % 360, 2)} if box.degrees else {}
        return {**{key: round(value, 2) for key, value in place.items()}, **turn}

    def _template(self, element: Mapping[str, Any]) -> str:
        content = str(element.get("content") or "")
        if content in ("other", "other_i18n"):
            text = element.get("text") or ""
            if content == "other_i18n":
                texts = element.get("text_i18n")
                texts = texts if isinstance(texts, dict) else {}
                text = texts.get("en") or next(iter(texts.values()), "")
            return re.sub(r"\{([\w:]+)\}", lambda match: self._field(match[1]), str(text))
        return self._field(content)

    def _field(self, name: str) -> str:
        if name in _FIELDS:
            return f"{{{_FIELDS[name]}}}"
        if part := re.fullmatch(r"attendee_name[_:](\w+)", name):
            known = _NAME_PARTS.get(part[1])
            return f"{{{known}}}" if known else f"{{question:{part[1].replace('_', ' ')}}}"
        if name.startswith(("question_", "question:", "meta:", "itemmeta:")):
            return f"{{question:{re.split('[_:]', name, maxsplit=1)[1]}}}"
        self._left_out(f"the field {name}" if name else "a text without content")
        return ""


def _number(element: Mapping[Any, Any], *names: Any) -> float:
    for name in names:
        try:
            number = float(element[name])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if abs(number) <= _FAR:  # also false for NaN
            return number
    return 0.0


def _hex(colour: Any) -> str:
    if isinstance(colour, list) and len(colour) >= 3:
        channels = dict(enumerate(colour))
        parts = [int(min(255, max(0, _number(channels, place)))) for place in range(3)]
        return "#" + "".join(f"{part:02x}" for part in parts)
    return "#000000"


def _printable(text: str) -> str:
    """The text with its line ends, without characters that TOML forbids."""
    return "\n".join(clean_text(line) for line in text.split("\n"))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(_printable(value), ensure_ascii=False)
    return f"{value:g}"
