"""Lines of text as PDF operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.badges.faces import Face, face_key
from kiosk.badges.pdf_fonts import PdfFont, utf16_hex
from kiosk.badges.shaping import Cluster, GlyphRun, ShapedLine

_HALF = 0.0005
"""Em; distances below are not written."""


class FontTable:
    """The fonts of one document, and lines of text as its operators."""

    def __init__(self) -> None:
        self._fonts: dict[Any, PdfFont] = {}

    def __iter__(self) -> Iterator[PdfFont]:
        return iter(self._fonts.values())

    def text_operators(self, line: ShapedLine, x: float, y: float, size: float) -> str:
        """Draws a line with its pen starting at x, y (points) inside BT ... ET."""
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
        return (
            f"/{font.name} {_number(size)} Tf 1 0 0 1 {_number(x)} {_number(y)} Tm {writer.end()}"
        )

    def _font(self, face: Face) -> PdfFont:
        key = face_key(face)
        if key not in self._fonts:
            self._fonts[key] = PdfFont(face, f"F{len(self._fonts)}")
        return self._fonts[key]


class _RunWriter:
    """Builds the TJ operators of one run; offsets and kerning are thousandths of an em."""

    def __init__(self, font: PdfFont, size: float) -> None:
        self._font = font
        self._used, self._meaning = font.used, font.meaning
        self._size = size
        self._parts: list[str] = []
        self._array: list[str] = []
        self._codes = ""
        self._rise = 0.0
        self._shift = 0.0
        """What the pen has to be moved right before the next glyph, in em."""

    def add(self, cluster: Cluster) -> None:
        """The next cluster; where its glyph does not tell its text, the text is written too."""
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
                self._parts.append(f"{_number(dy * self._size)} Ts ")
            self._move(self._shift + dx)
            self._codes += f"{gid:04x}"
            self._shift = advance - width - dx
        if not plain:
            self._flush()
            self._parts.append("EMC ")

    def _add_plain(self, cluster: Cluster) -> bool:
        """The common case: one glyph on the line that means its text. False if it is not."""
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
        """The operators."""
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


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
