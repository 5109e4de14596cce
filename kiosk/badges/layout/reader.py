"""Check a layout's TOML and build its elements; errors name the line of the key."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from kiosk.badges.layout.fields import fields_of, mistaken_field
from kiosk.badges.layout.model import DEFAULT_MARGIN, Element, Layout, Role, upright_spans
from kiosk.badges.layout.scene import WORDS, is_colour
from kiosk.errors import KioskError, nearest

_DOCK = ("dock", "dock_wide", "share", "least", "most", "priority", "shape", "bleed")
_COMMON = (
    "type", "x", "y", "width", "height", "when", "unless", "types", "not_types", "rotate", *_DOCK,
)  # fmt: skip
_TEXT = ("text", "size", "smallest", "lines", "align", "valign", "weight", "colour", "required")
KEYS: dict[str, tuple[str, ...]] = {
    "text": (*_COMMON, *_TEXT),
    "band": (*_COMMON, *_TEXT, "fill", "stroke", "line_width", "radius", "padding"),
    "rect": (*_COMMON, "fill", "stroke", "line_width", "radius"),
    "line": (*_COMMON, "colour", "line_width"),
    "stack": (*_COMMON, "align", "valign", "parts"),
    "group": (*_COMMON, "parts"),
    "logos": (*_COMMON, "sources"),
    "qr": (*_COMMON, "text", "caption", "align", "valign"),
    "code128": (*_COMMON, "text"),
    "image": (*_COMMON, "source", "cover", "align", "valign"),
    "background": (*_COMMON, "source"),
    "slot": _COMMON,
}
"""The kinds of element and the keys of each."""

_TOP = (
    "name", "description", "width", "height", "stock", "thermal", "dpi", "back", "role", "front",
    "adapts", "margin", "ground",
)  # fmt: skip
_ROLE = ("match", "word", "colour", "badge")
_WORDS_OF = {
    "align": ("left", "center", "right"),
    "valign": ("top", "middle", "bottom"),
    "weight": ("bold", "regular", "mono"),
    "dock": ("top", "bottom", "left", "right", "fill"),
    "shape": ("tall", "wide"),
    "dock_wide": ("top", "bottom", "left", "right", "fill"),
}
_FAR = 100_000
"""The largest meaningful number in a layout; it also excludes infinity and NaN."""
_TYPES: dict[str, str] = {str(f.name): str(f.type) for f in dataclass_fields(Element)}


def refused(problem: str, next_step: str = "Correct the layout file.") -> KioskError:
    """The error for a layout that cannot be used."""
    return KioskError("layout_invalid", problem, saved="No badge was drawn.", next_step=next_step)


class LayoutReader:
    """Reads one file; finds the lines of its keys for errors."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._digest = hashlib.sha256(text.encode())
        self._adapts = False
        self._tables: Counter[str] = Counter()

    def layout(self, content: dict[str, Any]) -> Layout:
        self._check_keys(content, _TOP, "a layout", "")
        for key in ("width", "height"):
            if not isinstance(content.get(key), int | float) or not 10 <= content[key] <= 1000:
                raise self._wrong("", key, f"`{key}` must be the badge's {key} in mm, 10 to 1000")
        size = (float(content["width"]), float(content["height"]))
        adapts = self._sides(content)
        margin, ground = content.get("margin", DEFAULT_MARGIN), str(content.get("ground", "paper"))
        if not isinstance(margin, int | float) or not 0 <= margin <= 0.3:
            raise self._wrong("", "margin", "`margin` is a part of the shorter side, 0 to 0.3")
        if not is_colour(ground) or ground.endswith("ground"):
            raise self._wrong("", "ground", f"`{ground}` is not a colour", ground, WORDS)
        front = self._elements(content, "front", size)
        if not front:
            raise refused(f"{self._path.name} has no element: begin one with [[front]].")
        dpi = content.get("dpi", 300)
        if not isinstance(dpi, int | float) or not 1 <= dpi <= 10_000:
            raise self._wrong("", "dpi", "`dpi` must be a whole number, as 203, 300 or 600")
        back = content.get("back", "none")
        if isinstance(back, str) and back not in ("same", "none"):
            raise self._wrong("", "back", '`back` is "same", "none", or elements under [[back]]')
        if isinstance(back, str):
            back_side = front if back == "same" else ()
        else:
            back_side = self._elements(content, "back", size)
        return Layout(
            name=str(content.get("name", self._path.stem)),
            width=size[0],
            height=size[1],
            front=front,
            back=back_side,
            description=str(content.get("description", "")),
            stock=str(content.get("stock", "")),
            roles=self._roles(content.get("role", [])),
            thermal=bool(content.get("thermal", False)),
            dpi=int(dpi),
            folder=self._path.parent,
            adapts=adapts,
            margin=float(margin),
            ground=ground,
            fingerprint=self._digest.hexdigest()[:16],
        )

    def _sides(self, content: dict[str, Any]) -> tuple[float, float] | None:
        """The limits of a layout that adapts to the badge's size."""
        sides = content.get("adapts")
        self._adapts = sides is not None
        if sides is None:
            return None
        if (
            isinstance(sides, list)
            and len(sides) == 2
            and all(isinstance(side, int | float) for side in sides)
            and 10 <= sides[0] <= sides[1] <= 1000
        ):
            return float(sides[0]), float(sides[1])
        raise self._wrong("", "adapts", "`adapts` is the shortest and the longest side in mm")

    def _elements(
        self, content: dict[str, Any], side: str, size: tuple[float, float]
    ) -> tuple[Element, ...]:
        entries = content.get(side, [])
        if not _are_tables(entries):
            raise self._wrong("", side, f"elements begin with [[{side}]]")
        return tuple(
            self._element(entry, f"{side}:{number}", size) for number, entry in enumerate(entries)
        )

    def _element(self, entry: dict[str, Any], where: str, size: tuple[float, float]) -> Element:
        kind = entry.get("type", "")
        if not isinstance(kind, str) or kind not in KEYS:
            raise self._wrong(where, "type", f"`{kind}` is not a type of element", str(kind), KEYS)
        if kind == "group" and not self._adapts:
            raise self._wrong(where, "type", "a group needs a layout with `adapts`")
        self._check_keys(entry, KEYS[kind], f"a {kind}", where)
        values = {
            key: self._value(where, key, entry[key])
            for key in entry
            if key not in ("type", "parts")
        }
        if "parts" in KEYS[kind]:
            values["parts"] = self._parts(entry, where, size, is_stack=kind == "stack")
        if kind == "background":
            values = {"x": 0.0, "y": 0.0, "width": size[0], "height": size[1], **values}
        is_row = ".parts" in where and not self._adapts
        for key in ("dock",) if self._adapts else () if is_row else ("x", "y", "width", "height"):
            if key not in values:
                raise self._wrong(where, "type", f"the {kind} lacks `{key}`")
        element = Element(kind=kind, **values)
        if not self._adapts and not is_row:
            self._check_place(element, where, size)
        self._check_fields(element, where)
        if element.kind in ("qr", "code128") and not element.text:
            return Element(kind=kind, **{**values, "text": "{badge_code}"})
        if element.kind in ("image", "background"):
            self._check_picture(element.source, where)
        for source in element.sources:
            if source != "sponsors":
                self._check_picture(source, where)
        return element

    def _parts(
        self, entry: dict[str, Any], where: str, size: tuple[float, float], *, is_stack: bool
    ) -> tuple[Element, ...]:
        parts = entry.get("parts", [])
        table = f"{where.partition(':')[0]}.parts"
        if not _are_tables(parts):
            raise self._wrong(where, "parts", f"parts begin with [[{table}]]")
        if is_stack:  # its rows are texts without a place
            parts = [{"type": "text", "dock": "top", **part} for part in parts]
        made = []
        for part in parts:
            made.append(self._element(part, f"{table}:{self._tables[table]}", size))
            self._tables[table] += 1
        return tuple(made)

    def _check_place(self, element: Element, where: str, size: tuple[float, float]) -> None:
        if element.kind == "line":
            return
        spans = upright_spans(element.width, element.height, element.rotate)
        for key, start, length, span, limit in (
            ("width", element.x, element.width, spans[0], size[0]),
            ("height", element.y, element.height, spans[1], size[1]),
        ):
            if length <= 0:
                raise self._wrong(where, key, f"`{key}` must be more than 0 mm")
            end = start + length / 2 + span / 2
            if element.kind in ("text", "qr", "code128") and end > limit + 0.02:
                raise self._wrong(where, key, f"the {element.kind} extends past the badge's edge")

    def _check_fields(self, element: Element, where: str) -> None:
        for key, names in (
            ("text", fields_of(element.text)),
            ("caption", fields_of(element.caption)),
            ("when", element.when),
            ("unless", element.unless),
        ):
            for name in names:
                if meant := mistaken_field(name):
                    raise self._wrong(where, key, f"no field is called `{name}`", name, (meant,))

    def _check_picture(self, source: str, where: str) -> None:
        if source == "logo":
            return
        path = self._path.parent / source
        if not source or not path.is_file():
            raise self._wrong(where, "source", f"there is no picture {source or '(empty)'}")
        try:
            self._digest.update(path.read_bytes())
        except OSError:
            raise self._wrong(where, "source", f"{source} cannot be read") from None

    def _roles(self, entries: Any) -> tuple[Role, ...]:
        if not _are_tables(entries):
            raise self._wrong("", "role", "roles begin with [[role]]")
        return tuple(self._role(entry, number) for number, entry in enumerate(entries))

    def _role(self, entry: dict[str, Any], number: int) -> Role:
        where = f"role:{number}"
        self._check_keys(entry, _ROLE, "a role", where)
        match = self._texts(where, "match", entry.get("match", ()))
        colour = str(entry.get("colour", "accent"))
        if not is_colour(colour):
            raise self._wrong(where, "colour", f"`{colour}` is not a colour", colour, WORDS)
        badge = entry.get("badge", True)
        if not isinstance(badge, bool):
            raise self._wrong(where, "badge", "`badge` is true or false")
        return Role(match, str(entry.get("word", "")), colour, badge)

    def _value(self, where: str, key: str, value: Any) -> Any:
        kind = _TYPES[key]
        if kind.startswith("tuple"):
            return self._texts(where, key, value)
        if kind == "bool" and isinstance(value, bool):
            return value
        if (
            kind in ("float", "int")
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and abs(value) <= _FAR
        ):
            return float(value) if kind == "float" else int(value)
        if kind == "str" and isinstance(value, str):
            self._check_word(where, key, value)
            return value
        wanted = {"bool": "true or false", "float": "a number", "int": "a whole number"}
        raise self._wrong(where, key, f"`{key}` must be {wanted.get(kind, 'a text in quotes')}")

    def _texts(self, where: str, key: str, value: Any) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
            raise self._wrong(where, key, f"`{key}` must be a text or a list of texts")
        return tuple(values)

    def _check_word(self, where: str, key: str, value: str) -> None:
        if key in _WORDS_OF and value not in _WORDS_OF[key]:
            raise self._wrong(where, key, f"`{value}` is not a valid {key}", value, _WORDS_OF[key])
        if key in ("colour", "fill", "stroke") and not is_colour(value):
            raise self._wrong(where, key, f"`{value}` is not a colour", value, WORDS)

    def _check_keys(
        self, entry: dict[str, Any], allowed: tuple[str, ...], what: str, where: str
    ) -> None:
        for key in entry:
            if key not in allowed and not (where == "" and key == "back"):
                raise self._wrong(where, key, f"`{key}` is not a key of {what}", key, allowed)

    def _wrong(
        self, where: str, key: str, problem: str, word: str = "", words: Any = ()
    ) -> KioskError:
        """The error, with the nearest valid word if there is one."""
        near = nearest(word, words)
        if near:
            hint = f"Did you mean `{near[0]}`?"
        else:
            hint = f"Valid: {', '.join(words)}." if words else "Correct the layout file."
        place = f"{self._path.name}, line {self._line_of(where, key)}"
        return refused(f"{place}: {problem}.", hint)

    def _line_of(self, where: str, key: str) -> int:
        """Find the line of a key, which tomllib does not report."""
        table, _, number = where.partition(":")
        start = self._table_line(table, int(number or 0)) if table else 0
        assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        header = re.compile(r"\s*\[")
        for index in range(start, len(self._lines)):
            if index > start and header.match(self._lines[index]) and table:
                break
            if assignment.match(self._lines[index]):
                return index + 1
            if not table and re.match(rf"\s*\[+\s*{re.escape(key)}\s*\]", self._lines[index]):
                return index + 1
        return start + 1

    def _table_line(self, table: str, number: int) -> int:
        header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
        starts = [index for index, line in enumerate(self._lines) if header.match(line)]
        return starts[number] if number < len(starts) else 0


def _are_tables(entries: Any) -> bool:
    return isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
