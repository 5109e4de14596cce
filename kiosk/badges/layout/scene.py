"""Define the colours and drawing operations of a badge, in points from its lower left corner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # reading a layout needs the colours only, not the text engine
    from pathlib import Path

    from kiosk.badges.layout.qr import QrCode
    from kiosk.badges.text.shaping import ShapedLine

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)


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
