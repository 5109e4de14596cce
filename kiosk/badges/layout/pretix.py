"""Convert a badge layout exported from pretix to a layout file.

The export is a JSON list of elements in millimetres from the lower left corner, either bare or
inside the API's object with `layout` and `size`. Source: src/pretix/base/pdf.py (class Renderer)
and src/pretix/plugins/badges/templates.py of pretix/pretix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.badges.layout.model import MM
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError

_FIELDS = {
    "attendee_name": "name",
    "attendee_name:given_name": "given_name",
    "attendee_name:family_name": "family_name",
    "attendee_company": "company",
    "attendee_email": "email",
    "attendee_job_title": "job_title",
    "attendee_country": "country",
    "attendee_city": "city",
    "item": "ticket_type",
    "itemvar": "ticket_type",
    "item_category": "ticket_type",
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
_FAR = 10_000.0
"""Larger than any page, in millimetres."""
_SIZES = ((148.0, 105.0), (105.0, 148.0), (210.0, 148.0), (210.0, 297.0), (420.0, 297.0))
"""Page sizes to try if the export names none: pretix's default first, then larger ones."""


@dataclass(slots=True)
class PretixImport:
    """A layout file's text, and notes on what was not converted."""

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
    elements, size = _parse(text)
    page = (width, height) if width and height else size or _guess(elements)
    converter = _Converter(float(page[0] or 0), float(page[1] or 0))
    for element in elements:
        converter.add(element)
    return converter.finish()


def _parse(text: str) -> tuple[list[dict[str, Any]], tuple[float, float] | None]:
    try:
        content = json.loads(text)
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
        raise KioskError(
            "layout_invalid",
            "This is not a badge layout from pretix.",
            saved="Nothing was imported.",
            next_step="In pretix, open the layout's editor, copy its JSON and save it as a file.",
        ) from error
    return content, size


def _is_element(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("type"), str)


def _guess(elements: list[dict[str, Any]]) -> tuple[float, float]:
    right = max((_number(e, "left") + _number(e, "width", "size") for e in elements), default=0)
    top = max((_number(e, "bottom") + _number(e, "height", "size") for e in elements), default=0)
    for width, height in _SIZES:
        if right <= width + 1 and top <= height + 1:
            return width, height
    return right, top


class _Converter:
    """Converts the elements of one layout."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._sides: dict[str, list[dict[str, Any]]] = {"front": [], "back": []}
        self._notes: dict[str, None] = {}
        self._has_name = False

    def add(self, element: Mapping[str, Any]) -> None:
        """Convert one element of the export."""
        made: dict[str, Any] | None = None
        match element["type"]:
            case "textarea" | "textcontainer":
                made = self._text(element)
            case "barcodearea":
                made = self._qr(element)
            case "poweredby":
                pass
            case kind:
                self._notes[f"A {kind} ({element.get('content', '')}) was left out."] = None
        if made:
            side = "front" if int(_number(element, "page") or 1) == 1 else "back"
            self._sides[side].append(made)

    def finish(self) -> PretixImport:
        """The file's text."""
        back = "" if self._sides["back"] else 'back = "none"\n'
        lines = [
            "# Imported from pretix. Millimetres from the top left; sizes of text in points.\n",
            f"width = {self._width:g}\nheight = {self._height:g}\n{back}",
        ]
        for side, elements in self._sides.items():
            for element in elements:
                rows = "".join(f"{key} = {_toml(value)}\n" for key, value in element.items())
                lines.append(f"[[{side}]]\n{rows}")
        if not self._has_name:
            self._notes["The layout shows no name."] = None
        self._notes[
            "The background is a PDF in pretix: save it as a picture next to the layout and add an "
            "element of type background with source = its file name."
        ] = None
        return PretixImport("\n".join(lines), list(self._notes))

    def _text(self, element: Mapping[str, Any]) -> dict[str, Any] | None:
        template = self._template(element)
        if not template:
            return None
        size = _number(element, "fontsize") or 12.0
        line = size * 1.3 / MM
        turn = _number(element, "rotation") % 360
        if turn not in (0, 180):
            self._notes[f"Text rotated by {turn:g} degrees is upright here."] = None
        lines = 1
        if element["type"] == "textcontainer":
            height, valign = _number(element, "height") or line, element.get("verticalalign", "top")
            lines = max(1, min(3, int(height / line)))
            top = self._height - _number(element, "bottom") - height
        elif element.get("downward"):
            height, valign, top = 2 * line, "top", self._height - _number(element, "bottom")
            lines = 2
        else:
            height, valign = line, "bottom"
            top = self._height - _number(element, "bottom") - height
        box = self._box(_number(element, "left"), top, _number(element, "width") or 40.0, height)
        align = element.get("align")
        is_name = template in ("{name}", "{given_name}")
        self._has_name = self._has_name or "name}" in template
        made = {
            "type": "text",
            "text": template,
            **box,
            "size": size,
            "smallest": min(6.0, size),
            "lines": lines,
            "align": align if align in ("left", "center", "right") else "left",
            "valign": valign if valign in ("top", "middle", "bottom") else "top",
            "weight": "bold" if element.get("bold") else "regular",
            "colour": _hex(element.get("color")),
        }
        return {**made, **({"required": True} if is_name else {}), **_turned(turn)}

    def _qr(self, element: Mapping[str, Any]) -> dict[str, Any]:
        side = _number(element, "size") or 30.0
        top = self._height - _number(element, "bottom") - side
        content = element.get("content") or "secret"
        if content not in ("secret", "pseudonymization_id"):
            self._notes[f"The QR code contained {content}; now it has the badge's own code."] = None
        return {"type": "qr", **self._box(_number(element, "left"), top, side, side)}

    def _box(self, left: float, top: float, width: float, height: float) -> dict[str, float]:
        """The box, moved and cut to the page."""
        x, y = min(max(left, 0.0), self._width - 2), min(max(top, 0.0), self._height - 2)
        wide, high = min(width, self._width - x), min(height, self._height - y)
        return {
            "x": round(x, 2),
            "y": round(y, 2),
            "width": round(wide, 2),
            "height": round(high, 2),
        }

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
        if name.startswith(("question_", "question:", "meta:", "itemmeta:")):
            return f"{{question:{re.split('[_:]', name, maxsplit=1)[1]}}}"
        if name:
            self._notes[f"The field {name} is unknown and was left out."] = None
        return ""


def _turned(turn: float) -> dict[str, int]:
    return {"rotate": 180} if turn == 180 else {}


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
