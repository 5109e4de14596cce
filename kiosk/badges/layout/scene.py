"""Define the drawing operations of a badge, in points from its lower left corner."""

from __future__ import annotations

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
    """Operations rotated by 180 degrees about a point: upside down until the badge is folded."""

    ops: tuple[Op, ...]
    x: float
    y: float


Op = TurnedOp | TextOp | RectOp | LineOp | QrOp | BarsOp | ImageOp
