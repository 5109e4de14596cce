"""Read the tables of a stock file, and check that the badges are on their page."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from kiosk.errors import nearest

_UNITS = {"mm": 1.0, "in": 25.4}
_TEXTS = ("name", "description", "unit", "duplex", "source", "layout")
_NUMBERS = ("dpi", "nudge_x", "nudge_y", "scale")
_SWITCHES = ("roll", "endless", "crop_marks")
_PAIRS = ("page", "badge", "grid", "first", "pitch")
_CHOICES = {"unit": tuple(_UNITS), "duplex": ("long", "short", "none")}
_SIDE_MM = (5.0, 2000.0)
"""The shortest and the longest side of a page or a badge."""
_DPI = (72, 2400)
_MOST_PLACES = 100
"""Rows or columns of a sheet."""
_ROUNDING_MM = 0.11
"""Makers round inches and millimetres."""


def stock_values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The values for a `Stock` from one table of a file, in mm.

    Raises:
        ValueError: a clause with what is wrong.
    """
    _check_words(entry)
    unit = _UNITS[entry.get("unit", "mm")]
    page, badge = _pair(entry, "page", unit), _pair(entry, "badge", unit)
    first, pitch = _pair(entry, "first", unit, (0, 0)), _pair(entry, "pitch", unit, (0, 0))
    columns, rows = _pair(entry, "grid", 1, (1, 1))
    for key, sides in (("page", page), ("badge", badge)):
        if not all(_SIDE_MM[0] <= side <= _SIDE_MM[1] for side in sides):
            raise ValueError(f"{key}: a side is {_SIDE_MM[0]:g} to {_SIDE_MM[1]:g} mm")
    for number in (columns, rows):
        if number != int(number) or not 1 <= number <= _MOST_PLACES:
            raise ValueError(f"grid: columns and rows are numbers from 1 to {_MOST_PLACES}")
    for index, (way, number) in enumerate((("columns", columns), ("rows", rows))):
        if number > 1 and pitch[index] < badge[index] - _ROUNDING_MM:
            raise ValueError(f"pitch: the {way} of badges overlap")
        end = first[index] + (number - 1) * pitch[index] + badge[index]
        if first[index] < 0 or end > page[index] + _ROUNDING_MM:
            raise ValueError(f"the {way} of badges do not fit the page: they end at {end:g} mm")
    kept = {key: entry[key] for key in entry if key not in (*_PAIRS, "unit")}
    return {
        "description": "",
        **kept,
        "page_width": page[0],
        "page_height": page[1],
        "badge_width": badge[0],
        "badge_height": badge[1],
        "columns": int(columns),
        "rows": int(rows),
        "left": first[0],
        "top": first[1],
        "pitch_x": pitch[0],
        "pitch_y": pitch[1],
    }


def _check_words(entry: Mapping[str, Any]) -> None:
    known = (*_PAIRS, *_TEXTS, *_NUMBERS, *_SWITCHES)
    for key, value in entry.items():
        if key not in known:
            near = nearest(key, known)
            hint = f", the nearest is “{near[0]}”" if near else ""
            raise ValueError(f"“{key}” is not a setting of a stock{hint}")
        if key in _TEXTS and not isinstance(value, str):
            raise ValueError(f"{key}: write a text in quotation marks")
        if key in _SWITCHES and not isinstance(value, bool):
            raise ValueError(f"{key}: write true or false")
        if key in _NUMBERS and not _is_number(value):
            raise ValueError(f"{key}: write a number")
        if key in _CHOICES and value not in _CHOICES[key]:
            raise ValueError(f"{key}: choose {', '.join(_CHOICES[key])}")
    if not entry.get("name", "").strip():
        raise ValueError("name is missing")
    dpi = entry.get("dpi", 300)
    if not (dpi == int(dpi) and _DPI[0] <= dpi <= _DPI[1]):
        raise ValueError(f"dpi: a whole number from {_DPI[0]} to {_DPI[1]}")


def _pair(
    entry: Mapping[str, Any], key: str, unit: float, default: tuple[int, int] | None = None
) -> tuple[float, float]:
    value = entry.get(key, default)
    if value is None:
        raise ValueError(f"{key} is missing")
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(f"{key}: write two numbers in brackets, [90, 54]")
    return round(value[0] * unit, 4), round(value[1] * unit, 4)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
