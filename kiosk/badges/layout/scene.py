"""The colours, drawing operations and QR codes of a badge, in points from its lower left corner."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.badges.text.shaping import ShapedLine

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
LINE_GREY: Colour = (0.6, 0.6, 0.6)
"""Of guides, and of lines to write on."""


class TextOp(NamedTuple):
    """A shaped line; the pen starts at x, y."""

    line: ShapedLine
    x: float
    y: float
    size: float
    colour: Colour


class RectOp(NamedTuple):
    """A rectangle, filled, outlined or both."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None
    stroke: Colour | None = None
    line_width: float = 0.5
    radius: float = 0.0
    dashed: bool = False


class LineOp(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour
    line_width: float = 0.5
    dashed: bool = False


class QrOp(NamedTuple):
    """A QR code with its quiet zone; x, y is the lower left corner of the zone."""

    code: QrCode
    x: float
    y: float
    module: float


class BarsOp(NamedTuple):
    """A linear code: dark bars as (x, width) from the left of the code."""

    bars: tuple[tuple[float, float], ...]
    x: float
    y: float
    height: float


class ImageOp(NamedTuple):
    """A picture that fills a box; `mono`: one bit a pixel, `clip`: the visible part."""

    path: Path
    x: float
    y: float
    width: float
    height: float
    mono: bool = False
    clip: tuple[float, float, float, float] | None = None


class TurnedOp(NamedTuple):
    """Operations rotated counterclockwise about a point; 180: for a badge that is folded."""

    ops: tuple[Op, ...]
    x: float
    y: float
    degrees: float = 180.0


Op = TurnedOp | TextOp | RectOp | LineOp | QrOp | BarsOp | ImageOp


# Colours of layouts: `#rrggbb`, and words for the colours of the event and the role.

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

WORDS = (
    "ink", "paper", "accent", "role", "ground", "on-accent", "on-role", "on-ground", "grey", "none",
)  # fmt: skip
"""`on-accent` ... are black or white, whichever has more contrast on that colour. `ground` is the
colour of the whole badge."""


def is_colour(text: str) -> bool:
    """Whether this is a valid colour in a layout."""
    return text in WORDS or bool(_HEX.fullmatch(text))


def parse_hex(text: str) -> Colour | None:
    """`#1a7f5a` or `#172` as red, green, blue; None for anything else."""
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:] if len(text) == 7 else "".join(char * 2 for char in text[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def readable_on(colour: Colour) -> Colour:
    """Black or white, by the larger contrast ratio (WCAG 2.2, relative luminance)."""
    light = _luminance(colour)
    return WHITE if (1.05 / (light + 0.05)) >= ((light + 0.05) / 0.05) else BLACK


def legible(colour: Colour) -> Colour:
    """The colour, darkened until text on white paper is legible (WCAG 2.2, contrast 4.5 : 1)."""
    while 1.05 / (_luminance(colour) + 0.05) < 4.5:
        colour = (colour[0] * 0.9, colour[1] * 0.9, colour[2] * 0.9)
    return colour


def is_light(colour: Colour) -> bool:
    """Whether a colour looks nearer to white than to black: a thermal head leaves it white."""
    return _luminance(colour) > 0.18


def resolve(text: str, *, accent: Colour, role: Colour, ground: Colour = WHITE) -> Colour | None:
    """The colour for a word or hex code of a layout; None for `none`."""
    words: dict[str, Colour | None] = {
        "ink": BLACK,
        "paper": WHITE,
        "grey": (0.35, 0.35, 0.35),
        "accent": accent,
        "role": role,
        "on-accent": readable_on(accent),
        "on-role": readable_on(role),
        "ground": ground,
        "on-ground": readable_on(ground),
        "none": None,
    }
    return words[text] if text in words else parse_hex(text)


def _luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# QR codes: level Q, one fixed mask, version by length.

QUIET_MODULES = 4
"""White on each side (ISO/IEC 18004)."""

LETTERS_IN_SMALLEST = 16
"""Alphanumeric characters that version 1 holds at level Q."""

_MASK = 2
"""Choosing the mask takes most of an encoder's time, and every mask scans equally well."""

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(_ALPHANUMERIC)}

_WORTH_A_BASIS = 60
"""From this number of codes of one length on, composing them is faster."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark modules of a code, without its quiet zone."""

    modules: int
    """Modules along one side."""
    bits: int
    """Row by row from the top left, the first module in the highest bit; 1 is dark."""

    @property
    def rows(self) -> list[list[bool]]:
        """The modules as rows of booleans."""
        count = self.modules
        text = f"{self.bits:0{count * count}b}"
        rows = [text[at : at + count] for at in range(0, count * count, count)]
        return [[module == "1" for module in row] for row in rows]

    def mask_hex(self) -> str:
        """The rows as a 1-bit image mask, each padded to bytes: bit 0 paints."""
        count = self.modules
        width = (count + 7) // 8
        padding = width * 8 - count
        row_bits = (1 << count) - 1
        pad_bits = (1 << padding) - 1
        lines = [
            f"{(~(self.bits >> shift) & row_bits) << padding | pad_bits:0{width * 2}x}"
            for shift in range((count - 1) * count, -1, -count)
        ]
        return "".join(lines)


def qr_code(text: str) -> QrCode:
    """Encode a short text. Raises `ValueError` when it is too long for every version."""
    if len(text) <= LETTERS_IN_SMALLEST and _VALUES.keys() >= set(text):
        _seen[len(text)] += 1
        if _seen[len(text)] > _WORTH_A_BASIS:
            return _composed(text)
    return _encoded(text)


_seen: Counter[int] = Counter()


@lru_cache(maxsize=16)
def _encoded(text: str) -> QrCode:
    """Encode with the library."""
    # qrcode is a heavy leaf: desks that only scan never load it
    from qrcode import QRCode, constants, exceptions, util

    mode = util.MODE_ALPHA_NUM if _VALUES.keys() >= set(text) else util.MODE_8BIT_BYTE
    smallest = mode == util.MODE_ALPHA_NUM and len(text) <= LETTERS_IN_SMALLEST
    code = QRCode(1 if smallest else None, constants.ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    code.add_data(util.QRData(text.encode("utf-8"), mode=mode, check_data=False), optimize=0)
    try:
        code.make(fit=not smallest)
    except exceptions.DataOverflowError as error:
        raise ValueError("too long for a QR code") from error
    bits = 0
    for row in code.modules:
        for dark in row:
            bits = bits << 1 | bool(dark)
    return QrCode(len(code.modules), bits)


def _composed(text: str) -> QrCode:
    """Encode as an exclusive or of known codes.

    Error correction, placement and mask are linear over GF(2), so for one length each bit of the
    text flips a fixed set of modules. The library gives those sets once; badge codes are then
    composed ten times as fast as the library encodes one.
    """
    basis = _basis(len(text))
    bits = basis.blank
    for changes, value in zip(basis.changes, _pair_values(text), strict=True):
        at = 0
        while value:
            if value & 1:
                bits ^= changes[at]
            value >>= 1
            at += 1
    return QrCode(basis.modules, bits)


@dataclass(frozen=True, slots=True)
class _Basis:
    modules: int
    blank: int
    """The code of a text of zeros."""
    changes: tuple[tuple[int, ...], ...]
    """For each pair of characters, the modules that each bit of its value flips."""


@lru_cache(maxsize=LETTERS_IN_SMALLEST)
def _basis(length: int) -> _Basis:
    blank = _encoded("0" * length)
    changes = []
    for start in range(0, length, 2):
        pair = min(2, length - start)
        changes.append(
            tuple(
                _encoded(_with_value(length, start, pair, 1 << bit)).bits ^ blank.bits
                for bit in range(11 if pair == 2 else 6)
            )
        )
    return _Basis(blank.modules, blank.bits, tuple(changes))


def _with_value(length: int, start: int, pair: int, value: int) -> str:
    high, low = divmod(value, len(_ALPHANUMERIC))
    letters = _ALPHANUMERIC[high] + _ALPHANUMERIC[low] if pair == 2 else _ALPHANUMERIC[value]
    return "0" * start + letters + "0" * (length - start - pair)


def _pair_values(text: str) -> list[int]:
    """Two characters make 11 bits, a last single one 6 (ISO/IEC 18004, 7.4.4)."""
    values = [
        _VALUES[text[start]] * len(_ALPHANUMERIC) + _VALUES[text[start + 1]]
        for start in range(0, len(text) - 1, 2)
    ]
    if len(text) % 2:
        values.append(_VALUES[text[-1]])
    return values
