"""Scenes as PDF operators, with the fonts and pictures they need collected on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.badges.pdf_text import FontTable
from kiosk.badges.pictures import pdf_picture
from kiosk.badges.scene import BarsOp, Colour, ImageOp, LineOp, Op, QrOp, RectOp, TextOp, TurnedOp

if TYPE_CHECKING:
    from kiosk.badges.pdf_objects import PdfDocument

_ROUND = 0.5523
"""Of a radius: where the control points of a quarter circle lie."""


class BadgeDocument:
    """One PDF being drawn: pages by their scenes, forms for what many pages share."""

    def __init__(self, title: str) -> None:
        from kiosk.badges.pdf_objects import PdfDocument

        self.pdf: PdfDocument = PdfDocument(title)
        self._fonts = FontTable()
        self._xobjects: dict[str, str] = {}
        self._names: dict[object, str] = {}

    def has(self, key: object) -> bool:
        """Whether a shared scene is kept under `key`."""
        return key in self._names

    def shared(self, key: object, ops: Sequence[Op], width: float, height: float) -> str:
        """Operators that show a scene kept once under `key`; empty for an empty scene."""
        if key not in self._names:
            if not ops:
                self._names[key] = ""
                return ""
            content = self.operators(ops).encode("latin-1")
            reference = self.pdf.add_form(content, width, height)
            self._names[key] = self._named(reference)
        return f"/{self._names[key]} Do\n" if self._names[key] else ""

    def operators(self, ops: Iterable[Op]) -> str:
        """Operators of a scene drawn here."""
        return "".join(self._one(op) for op in ops)

    def save(self, path: Path) -> None:
        """Subsets the fonts and writes the file."""
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
                turn = f"-1 0 0 -1 {_n(2 * op.x)} {_n(2 * op.y)} cm"
                return f"q {turn}\n{self.operators(op.ops)}Q\n"
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


def _qr(op: QrOp) -> str:
    side = op.module * op.code.modules
    zone = side + 8 * op.module
    x, y = op.x + 4 * op.module, op.y + 4 * op.module
    n = op.code.modules
    # A mask samples at pixel centres where filled rectangles would be fattened by some rasterisers.
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
    parts = [f"{_n(x + r)} {_n(y)} m {_n(right - r)} {_n(y)} l"]
    for points in curves:
        values = " ".join(map(_n, points))
        cut = values.split(" ")
        parts.append(f"{' '.join(cut[:6])} c {' '.join(cut[6:])} l")
    return " ".join(parts) + " h"


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
    return f"{value:.4f}".rstrip("0").rstrip(".")
