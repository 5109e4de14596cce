"""Draw scenes as PDF operators and collect the fonts and pictures they need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

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
from kiosk.badges.pdf.objects import PdfDocument
from kiosk.badges.pdf.resources import PdfFont, pdf_picture, utf16_hex
from kiosk.badges.text.faces import Face, face_key
from kiosk.badges.text.shaping import Cluster, GlyphRun, ShapedLine

_ROUND = 0.5523
"""Distance of a quarter circle's control points, as a share of the radius."""


class BadgeDocument:
    """One PDF: pages drawn from scenes, and forms for content that many pages share."""

    def __init__(self, title: str) -> None:
        self.pdf = PdfDocument(title)
        self._fonts = FontTable()
        self._xobjects: dict[str, str] = {}
        self._names: dict[object, str] = {}

    def has(self, key: object) -> bool:
        """Whether a shared scene is stored under `key`."""
        return key in self._names

    def shared(self, key: object, ops: Sequence[Op], width: float, height: float) -> str:
        """Operators that show a scene stored once under `key`; empty for an empty scene."""
        if key not in self._names:
            if not ops:
                self._names[key] = ""
                return ""
            content = self.operators(ops).encode("latin-1")
            reference = self.pdf.add_form(content, width, height)
            self._names[key] = self._named(reference)
        return f"/{self._names[key]} Do\n" if self._names[key] else ""

    def operators(self, ops: Iterable[Op]) -> str:
        """Operators that draw a scene in place."""
        return "".join(self._one(op) for op in ops)

    def save(self, path: Path) -> None:
        """Subset the fonts and write the file."""
        fonts = {font.name: font.add_to(self.pdf) for font in self._fonts}
        self.pdf.save(path, fonts, self._xobjects)

    def _one(self, op: Op) -> str:
        match op:
            case TextOp():
                drawn = self._fonts.text_operators(op.line, op.x, op.y, op.size)
                return f"{_fill(op.colour)}{drawn}"
            case QrOp():
                return _qr(op)
            case RectOp():
                return _rect(op)
            case LineOp():
                dash = "[2 2]0 d " if op.dashed else ""
                ends = f"{_n(op.x1)} {_n(op.y1)} m {_n(op.x2)} {_n(op.y2)} l S"
                return f"q {dash}{_stroke(op.colour)}{_n(op.line_width)} w {ends} Q\n"
            case BarsOp():
                bars = "".join(
                    f"{_n(op.x + x)} {_n(op.y)} {_n(w)} {_n(op.height)} re " for x, w in op.bars
                )
                return f"0 g {bars}f\n"
            case TurnedOp():
                return f"q {_turn(op)} cm\n{self.operators(op.ops)}Q\n"
            case ImageOp():
                clip = f"{' '.join(map(_n, op.clip))} re W n " if op.clip else ""
                place = f"{clip}{_n(op.width)} 0 0 {_n(op.height)} {_n(op.x)} {_n(op.y)} cm"
                return f"q {place} /{self._picture(op.path, op.mono)} Do Q\n"

    def _picture(self, path: Path, mono: bool) -> str:
        key = (path, mono)
        if key not in self._names:
            picture = pdf_picture(path, mono)
            entries = picture.entries
            if picture.mask:
                mask = self.pdf.add_stream(picture.mask, picture.mask_entries, packed=True)
                entries += f"/SMask {mask}"
            reference = self.pdf.add_stream(picture.data, entries, packed=True)
            self._names[key] = self._named(reference)
        return self._names[key]

    def _named(self, reference: str) -> str:
        name = f"X{len(self._xobjects)}"
        self._xobjects[name] = reference
        return name


def _turn(op: TurnedOp) -> str:
    """The matrix of a rotation about a point."""
    cos, sin = (round(f(math.radians(op.degrees)), 6) for f in (math.cos, math.sin))
    x, y = op.x - op.x * cos + op.y * sin, op.y - op.x * sin - op.y * cos
    return " ".join((_f(cos), _f(sin), _f(-sin), _f(cos), _n(x), _n(y)))


def _qr(op: QrOp) -> str:
    side = op.module * op.code.modules
    zone = side + 8 * op.module
    x, y = op.x + 4 * op.module, op.y + 4 * op.module
    n = op.code.modules
    # A mask is sampled at pixel centres; some rasterisers draw filled rectangles too wide.
    return (
        f"1 g {_n(op.x)} {_n(op.y)} {_n(zone)} {_n(zone)} re f 0 g "
        f"q {_f(side)} 0 0 {_f(side)} {_f(x)} {_f(y)} cm "
        f"BI/W {n}/H {n}/IM true/BPC 1/F/AHx ID {op.code.mask_hex()}> EI Q\n"
    )


def _rect(op: RectOp) -> str:
    if op.fill is None and op.stroke is None:
        return ""
    paint = "B" if op.fill and op.stroke else "f" if op.fill else "S"
    colours = (_fill(op.fill) if op.fill else "") + (_stroke(op.stroke) if op.stroke else "")
    dash = "[2 2]0 d " if op.dashed else ""
    return f"q {dash}{colours}{_n(op.line_width)} w {_outline(op)} {paint} Q\n"


def _outline(op: RectOp) -> str:
    x, y, right, top = op.x, op.y, op.x + op.width, op.y + op.height
    r = min(op.radius, op.width / 2, op.height / 2)
    if r <= 0:
        return f"{_n(x)} {_n(y)} {_n(op.width)} {_n(op.height)} re"
    k = r * (1 - _ROUND)
    curves = (
        (right - k, y, right, y + k, right, y + r, right, top - r),
        (right, top - k, right - k, top, right - r, top, x + r, top),
        (x + k, top, x, top - k, x, top - r, x, y + r),
        (x, y + k, x + k, y, x + r, y, x + r, y),
    )
    start = f"{_n(x + r)} {_n(y)} m {_n(right - r)} {_n(y)} l"
    parts = [f"{' '.join(map(_n, at[:6]))} c {' '.join(map(_n, at[6:]))} l" for at in curves]
    return " ".join((start, *parts, "h"))


def _fill(colour: Colour) -> str:
    red, green, blue = colour
    if red == green == blue:
        return f"{_n(red)} g "
    return f"{_n(red)} {_n(green)} {_n(blue)} rg "


def _stroke(colour: Colour) -> str:
    return f"{_n(colour[0])} {_n(colour[1])} {_n(colour[2])} RG "


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _f(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


# Lines of text as PDF operators.

_HALF = 0.0005
"""Em; smaller distances are not written."""


class FontTable:
    """The fonts of one document; turns lines of text into operators."""

    def __init__(self) -> None:
        self._fonts: dict[Any, PdfFont] = {}

    def __iter__(self) -> Iterator[PdfFont]:
        return iter(self._fonts.values())

    def text_operators(self, line: ShapedLine, x: float, y: float, size: float) -> str:
        """Draw a line with its pen at x, y (points) inside BT ... ET."""
        parts = []
        for run in line.runs:
            if run.clusters:
                parts.append(self._run(run, x, y, size))
            x += run.width * size
        return f"BT {''.join(parts)}ET\n" if parts else ""

    def _run(self, run: GlyphRun, x: float, y: float, size: float) -> str:
        font = self._font(run.face)
        writer = _RunWriter(font, size)
        for cluster in run.clusters:
            writer.add(cluster)
        return f"/{font.name} {_n(size)} Tf 1 0 0 1 {_n(x)} {_n(y)} Tm {writer.end()}"

    def _font(self, face: Face) -> PdfFont:
        key = face_key(face)
        if key not in self._fonts:
            self._fonts[key] = PdfFont(face, f"F{len(self._fonts)}")
        return self._fonts[key]


class _RunWriter:
    """Builds the TJ operators of one run; offsets and kerning in thousandths of an em."""

    def __init__(self, font: PdfFont, size: float) -> None:
        self._font = font
        self._used, self._meaning = font.used, font.meaning
        self._size = size
        self._parts: list[str] = []
        self._array: list[str] = []
        self._codes = ""
        self._rise = 0.0
        self._shift = 0.0
        """Distance to move the pen right before the next glyph, in em."""

    def add(self, cluster: Cluster) -> None:
        """Add a cluster; if its glyph does not identify its text, the text is written as well."""
        if len(cluster.glyphs) == 1 and self._add_plain(cluster):
            return
        plain = self._font.means(cluster)
        if not plain:
            self._flush()
            self._parts.append(f"/Span<</ActualText<feff{utf16_hex(cluster.text)}>>>BDC ")
        for gid, advance, dx, dy in cluster.glyphs:
            width = self._font.used.get(gid)
            if width is None:
                width = self._font.used[gid] = self._font.face.advance(gid)
            if abs(dy - self._rise) > _HALF:
                self._flush()
                self._rise = dy
                self._parts.append(f"{_n(dy * self._size)} Ts ")
            self._move(self._shift + dx)
            self._codes += f"{gid:04x}"
            self._shift = advance - width - dx
        if not plain:
            self._flush()
            self._parts.append("EMC ")

    def _add_plain(self, cluster: Cluster) -> bool:
        """Add a single glyph on the baseline that identifies its text; False for other clusters."""
        gid, advance, dx, dy = cluster.glyphs[0]
        width = self._used.get(gid)
        if width is None or dy != self._rise or self._meaning.get(gid) != cluster.text:
            return False
        distance = self._shift + dx
        if distance > _HALF or distance < -_HALF:
            self._move(distance)
        self._codes += f"{gid:04x}"
        self._shift = advance - width - dx
        return True

    def end(self) -> str:
        """Finish the run and return its operators."""
        self._flush()
        if self._rise:
            self._parts.append("0 Ts ")
        return "".join(self._parts)

    def _move(self, distance: float) -> None:
        self._shift = 0.0
        thousandths = round(-distance * 1000)
        if thousandths:
            if self._codes:
                self._array.append(f"<{self._codes}>")
                self._codes = ""
            self._array.append(str(thousandths))

    def _flush(self) -> None:
        if self._codes:
            self._array.append(f"<{self._codes}>")
            self._codes = ""
        if self._array:
            self._parts.append(f"[{''.join(self._array)}]TJ ")
            self._array = []
