"""Render a badge as a picture for the screen, from the same scene as on paper.

HarfBuzz rasterises the outlines that the PDF embeds. So the preview needs no PDF library and
shows the letters as they are printed.
"""

from __future__ import annotations

import uharfbuzz as hb
from PIL import Image, ImageDraw

from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.model import MM
from kiosk.badges.layout.scene import (
    BarsOp,
    Colour,
    ImageOp,
    LineOp,
    Op,
    QrOp,
    RectOp,
    TextOp,
    TurnedOp,
)
from kiosk.badges.pdf.resources import flat, open_picture
from kiosk.domain.badges.order import BadgePerson


def render_preview(composer: Composer, person: BadgePerson, width_px: int) -> Image.Image:
    """The front of a badge on white, `width_px` wide. Raises `CannotDrawError` as for the PDF."""
    layout = composer.layout
    scale = width_px / (layout.width * MM)  # pixels a point
    canvas = Image.new("RGB", (width_px, max(1, round(layout.height * MM * scale))), "white")
    painter = _Canvas(canvas, scale)
    for op in (*composer.shared(0, person.ticket_type), *composer.own(0, composer.values(person))):
        painter.draw(op)
    return canvas


class _Canvas:
    """Draws operations; y grows upwards in the scene and downwards in the picture."""

    def __init__(self, canvas: Image.Image, scale: float) -> None:
        self._canvas, self._scale = canvas, scale
        self._draw = ImageDraw.Draw(canvas)
        self._shift_x = self._shift_y = 0.0

    def draw(self, op: Op) -> None:
        """Draw one operation."""
        match op:
            case TextOp():
                self._text(op)
            case RectOp():
                self._rect(op)
            case QrOp():
                self._qr(op)
            case ImageOp():
                self._image(op)
            case LineOp():
                ends = [self._point(op.x1, op.y1), self._point(op.x2, op.y2)]
                thick = max(1, round(op.line_width * self._scale))
                self._draw.line(ends, fill=_rgb(op.colour), width=thick)
            case TurnedOp():
                self._turned(op)
            case BarsOp():
                for x, width in op.bars:
                    self._box(op.x + x, op.y, width, op.height, (0, 0, 0))

    def _turned(self, op: TurnedOp) -> None:
        """Draw on a square picture rotated about the point, then rotate it back."""
        wide, high = self._canvas.size
        side = 2 * (wide + high)
        x = op.x * self._scale + self._shift_x
        y = high - op.y * self._scale - self._shift_y
        square = Image.new("RGB", (side, side), "white")
        corner = (round(side / 2 - x), round(side / 2 - y))
        square.paste(self._canvas, corner)
        turned = square.rotate(-op.degrees, Image.Resampling.BICUBIC, fillcolor="white")
        inner = _Canvas(turned, self._scale)
        inner._shift_x = side / 2 - op.x * self._scale
        inner._shift_y = side / 2 - op.y * self._scale
        for each in op.ops:
            inner.draw(each)
        back = turned.rotate(op.degrees, Image.Resampling.BICUBIC, fillcolor="white")
        self._canvas.paste(back.crop((*corner, corner[0] + wide, corner[1] + high)))

    def _point(self, x: float, y: float) -> tuple[int, int]:
        left = x * self._scale + self._shift_x
        return round(left), round(self._canvas.height - y * self._scale - self._shift_y)

    def _box(
        self, x: float, y: float, width: float, height: float, fill: tuple[int, int, int]
    ) -> None:
        left, top = self._point(x, y + height)
        right, bottom = self._point(x + width, y)
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=fill)

    def _rect(self, op: RectOp) -> None:
        half = op.line_width / 2 if op.stroke else 0.0  # PDF centres the stroke on the edge
        left, top = self._point(op.x - half, op.y + op.height + half)
        right, bottom = self._point(op.x + op.width + half, op.y - half)
        self._draw.rounded_rectangle(
            (left, top, max(left, right - 1), max(top, bottom - 1)),
            radius=op.radius * self._scale,
            fill=_rgb(op.fill) if op.fill else None,
            outline=_rgb(op.stroke) if op.stroke else None,
            width=max(1, round(op.line_width * self._scale)),
        )

    def _qr(self, op: QrOp) -> None:
        zone = op.module * (op.code.modules + 8)
        self._box(op.x, op.y, zone, zone, (255, 255, 255))
        count = op.code.modules
        for row, modules in enumerate(op.code.rows):
            y = op.y + (4 + count - 1 - row) * op.module
            for column, dark in enumerate(modules):
                if dark:
                    x = op.x + (4 + column) * op.module
                    self._box(x, y, op.module, op.module, (0, 0, 0))

    def _image(self, op: ImageOp) -> None:
        left, top = self._point(op.x, op.y + op.height)
        right, bottom = self._point(op.x + op.width, op.y)
        size = (max(1, right - left), max(1, bottom - top))
        picture = open_picture(op.path)
        if op.mono:
            self._canvas.paste(flat(picture).resize(size).convert("1"), (left, top))
            return
        rgba = picture.convert("RGBA").resize(size)
        if op.clip:
            x, y, width, height = op.clip
            (near, high), (far, low) = self._point(x, y + height), self._point(x + width, y)
            rgba = rgba.crop((near - left, high - top, far - left, low - top))
            left, top = near, high
        self._canvas.paste(rgba, (left, top), rgba)

    def _text(self, op: TextOp) -> None:
        raster = hb.RasterDraw()
        pen = op.x * self._scale + self._shift_x
        base = op.y * self._scale + self._shift_y
        for run in op.line.runs:
            size = op.size * self._scale / run.face.upem
            for cluster in run.clusters:
                for gid, advance, dx, dy in cluster.glyphs:
                    x = pen + dx * op.size * self._scale
                    y = base + dy * op.size * self._scale
                    raster.transform = (size, 0, 0, size, x, y)
                    raster.draw_glyph(run.face.font, gid)
                    pen += advance * op.size * self._scale
        picture = raster.render()
        extents = picture.extents if picture else None
        if not extents or not extents.width or not extents.height:
            return
        size_px = (extents.width, extents.height)
        alpha = Image.frombytes("L", size_px, bytes(picture.buffer), "raw", "L", extents.stride, -1)
        top = round(self._canvas.height - extents.y_origin - extents.height)
        self._canvas.paste(_rgb(op.colour), (extents.x_origin, top), alpha)


def _rgb(colour: Colour) -> tuple[int, int, int]:
    return round(colour[0] * 255), round(colour[1] * 255), round(colour[2] * 255)
