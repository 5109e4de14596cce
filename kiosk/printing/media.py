"""Convert paper and label sizes to IPP: hundredths of a millimetre, and names with the size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosk.errors import PrintError
from kiosk.printing.ipp.message import Attribute, Collection, IntRange, Tag

_MM = {"mm": 1.0, "in": 25.4}
_NAME = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$")
_SIDE_MM = (5.0, 5000.0)
"""From the smallest label to the longest banner; other numbers are a mistake."""


def media_col(width_mm: float, height_mm: float) -> Attribute:
    """The `media-col` attribute for a sheet or label of exactly this size.

    x is the side across the feed direction, as PWG 5100.3 defines `media-size`.

    Raises:
        PrintError: a side cannot be a paper size.
    """
    return _collection(
        "media-col",
        _collection(
            "media-size",
            Attribute("x-dimension", Tag.INTEGER, (hundredths(width_mm),)),
            Attribute("y-dimension", Tag.INTEGER, (hundredths(height_mm),)),
        ),
    )


def hundredths(side_mm: float) -> int:
    """A side in hundredths of a millimetre, rounded to the nearest.

    Raises:
        PrintError: the side cannot be a paper size.
    """
    low, high = _SIDE_MM
    if not low <= side_mm <= high:  # also refuses NaN
        raise PrintError(
            "paper_size_impossible",
            f"A badge side of {side_mm:g} mm cannot be printed.",
            next_step="Check the stock's size; it is in millimetres.",
        )
    return round(side_mm * 100)


def named_size_mm(media_name: str) -> tuple[float, float] | None:
    """Width and height in a self-describing name, `oe_62x100mm_62x100mm`; None for other names.

    Source: PWG 5101.1 section 5, media size self-describing names.
    """
    size = _NAME.search(media_name)
    if not size:
        return None
    unit = _MM[size[3]]
    return float(size[1]) * unit, float(size[2]) * unit


def sizes_mm(media: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """The sizes of self-describing names, without the ends of ranges.

    Each once: CUPS lists a size of a PPD twice, as a name and in hundredths of a millimetre.
    """
    names = (name for name in media if not name.startswith(("custom_min_", "custom_max_")))
    sizes: list[tuple[float, float]] = []
    for width, height in filter(None, map(named_size_mm, names)):
        if not any(is_same_size(size, (width, height), _SAME_MM) for size in sizes):
            sizes.append((round(width, 1), round(height, 1)))
    return tuple(sizes)


def ranges_mm(media: tuple[str, ...]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The smallest and the largest size of each range, `custom_min_*` and `custom_max_*`."""
    ends = [
        [size for name in media if name.startswith(start) and (size := named_size_mm(name))]
        for start in ("custom_min_", "custom_max_")
    ]
    return tuple(dict.fromkeys(zip(*ends, strict=False)))


_SAME_MM = 0.3
"""A point of 1/72 in is rounded by less."""
_PPD_SIZES = {
    "a0": (841, 1189),
    "a1": (594, 841),
    "a2": (420, 594),
    "a3": (297, 420),
    "a4": (210, 297),
    "a5": (148, 210),
    "a6": (105, 148),
    "a7": (74, 105),
    "a8": (52, 74),
    "isob4": (250, 353),
    "isob5": (176, 250),
    "b4": (257, 364),
    "b5": (182, 257),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "executive": (184.15, 266.7),
    "statement": (139.7, 215.9),
    "tabloid": (279.4, 431.8),
    "ledger": (431.8, 279.4),
    "postcard": (100, 148),
    "envdl": (110, 220),
    "env10": (104.775, 241.3),
    "envc5": (162, 229),
    "envc6": (114, 162),
    "envmonarch": (98.425, 190.5),
    "folio": (210, 330),
}
"""mm. Source: OpenPrinting/libcups, cups/pwg-media.c, the PPD names."""
_PPD_POINTS = re.compile(r"w(\d+(?:\.\d+)?)h(\d+(?:\.\d+)?)")
_PPD_NUMBERS = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in|cm)?")
_LARGEST_IN = 20.0
"""Numbers without a unit up to this are inches (`4x6`), above it millimetres (`62x100`)."""


def ppd_size_mm(choice: str) -> tuple[float, float] | None:
    """Width and height of a paper in the words of a PPD, `A4`, `w162h288`, `4x6`, `62x100mm`.

    Variants such as `A4.Borderless` have the size of the paper. None for other words.
    """
    if size := named_size_mm(choice):
        return size
    word = choice.casefold()
    if points := _PPD_POINTS.match(word):
        return float(points[1]) / 72 * 25.4, float(points[2]) / 72 * 25.4
    if numbers := _PPD_NUMBERS.match(word):
        width, height = float(numbers[1]), float(numbers[2])
        unit = numbers[3] or ("in" if max(width, height) <= _LARGEST_IN else "mm")
        factor = {**_MM, "cm": 10.0}[unit]
        return width * factor, height * factor
    return _PPD_SIZES.get(re.split(r"[._ ]", word.replace("small", "").replace("rotated", ""))[0])


def media_of_choices(choices: Sequence[str]) -> tuple[str, ...]:
    """The papers of a PPD as self-describing names.

    None if one of them has no known size, such as `Custom.WIDTHxHEIGHT`: no size is excluded then.
    """
    sizes = [ppd_size_mm(choice) for choice in choices]
    if any(size is None for size in sizes):
        return ()
    return tuple(f"oe_{w:g}x{h:g}mm_{w:g}x{h:g}mm" for w, h in filter(None, sizes))


def size_names(sizes: Attribute | None) -> tuple[str, ...]:
    """`media-size-supported` as media names: a size has one, a range has two (PWG 5100.7)."""
    names: list[str] = []
    for value in sizes.values if sizes else ():
        sides = [value.get(side) for side in _SIDES] if isinstance(value, Collection) else []
        low, high = ([_hundredth(side, end) for side in sides] for end in (0, 1))
        if len(low) == 2 and all(low) and all(high):
            is_range = low != high
            prefix = ("custom_min_", "custom_max_") if is_range else ("oe_",)
            names += [
                f"{start}{x / 100:g}x{y / 100:g}mm_{x / 100:g}x{y / 100:g}mm"
                for start, (x, y) in zip(prefix, (low, high), strict=False)
            ]
    return tuple(names)


_SIDES = ("x-dimension", "y-dimension")


def _hundredth(side: Attribute | None, end: int) -> int:
    value = side.values[0] if side and side.values else 0
    if isinstance(value, IntRange):
        return value[end]
    return value if isinstance(value, int) else 0


def takes_size(media: tuple[str, ...], width_mm: float, height_mm: float) -> bool | None:
    """Whether a printer with these `media-supported` names accepts that size; None: unknown.

    `custom_min_*` and `custom_max_*` give the range of sizes that have no name.
    """
    sizes = [size for name in media if (size := named_size_mm(name))]
    if not sizes:
        return None
    wanted = width_mm, height_mm
    if any(is_same_size(size, wanted) for size in sizes):
        return True
    return any(all(map(_between, wanted, low, high)) for low, high in ranges_mm(media))


def _between(side_mm: float, low: float, high: float) -> bool:
    slack = 1.0 if low == high else 0.0  # the width of a roll
    return low - slack <= side_mm <= high + slack


def is_same_size(
    one: tuple[float, float], other: tuple[float, float], slack_mm: float = 1.0
) -> bool:
    """Whether two sizes are one paper or label: makers round (62 mm rolls are listed as 61.98)."""
    return all(abs(a - b) <= slack_mm for a, b in zip(one, other, strict=True))


def _collection(name: str, *members: Attribute) -> Attribute:
    return Attribute(name, Tag.COLLECTION, (Collection(members),))
