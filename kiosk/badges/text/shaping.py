"""Shape one line of text with HarfBuzz into positioned glyphs, in visual order."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kiosk.badges.text.faces import EAST_ASIAN, Face
from kiosk.badges.text.fontbook import FontBook, TextStyle
from kiosk.badges.text.runs import Run, itemize, script_of

_CACHED_LINES = 6000
_SPACE_EM = 0.24
"""The least distance of the ink on both sides of a space next to Nastaliq."""


class Glyph(NamedTuple):
    """A glyph and its position; em, y upwards."""

    gid: int
    advance: float
    dx: float
    dy: float


class Cluster(NamedTuple):
    """Glyphs that together draw `text`; copy and search in the PDF need it."""

    text: str
    glyphs: tuple[Glyph, ...]


class GlyphRun(NamedTuple):
    """Clusters of one face from left to right."""

    face: Face
    clusters: tuple[Cluster, ...]
    width: float


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """One line that can be drawn at any size; all measures in em."""

    text: str
    runs: tuple[GlyphRun, ...]
    width: float
    """Sum of advances."""
    left: float
    bottom: float
    right: float
    top: float
    """Box of the ink; it can extend past the advances (Nastaliq's kaf and gaf do)."""
    missing: tuple[str, ...]
    """Clusters that are in no face; nothing is drawn for them."""

    @property
    def ink_width(self) -> float:
        """Width of the ink."""
        return self.right - self.left


class Shaper:
    """Shapes lines and caches them: given names and organisations repeat."""

    def __init__(self) -> None:
        self._books: dict[TextStyle, FontBook] = {}
        self._lines: OrderedDict[tuple[str, TextStyle], ShapedLine] = OrderedDict()

    def book(self, style: TextStyle) -> FontBook:
        """The faces of a style."""
        if style not in self._books:
            self._books[style] = FontBook(style)
        return self._books[style]

    def line(self, text: str, style: TextStyle) -> ShapedLine:
        """Shape `text` (clean, one line) in `style`."""
        key = (text, style)
        shaped = self._lines.get(key)
        if shaped is None:
            shaped = self._lines[key] = self._shape(text, style)
            if len(self._lines) > _CACHED_LINES:
                self._lines.popitem(last=False)
        return shaped

    def _shape(self, text: str, style: TextStyle) -> ShapedLine:
        runs, missing = itemize(text, self.book(style))
        if missing and (plain := _plain_letters(text)) != text:
            return self._shape(plain, style)
        if style.mono and text.isascii() and len(runs) == 1:
            shaped: tuple[GlyphRun, ...] = (_mono_run(text, runs[0]),)
        else:
            codepoints = [ord(char) for char in text]
            shaped = tuple(_shape_run(text, codepoints, run, style) for run in runs)
            if style.nastaliq and " " in text:
                shaped = _spaced(shaped)
        left, bottom, right, top = _ink_box(shaped)
        width = sum(run.width for run in shaped)
        return ShapedLine(text, shaped, width, left, bottom, right, top, tuple(missing))


def _plain_letters(text: str) -> str:
    """Replace styled Unicode letters by plain ones: 𝓐𝓷𝓷𝓪 and Ａｎｎａ become Anna."""
    return "".join(
        unicodedata.normalize("NFKC", char)
        if unicodedata.decomposition(char).startswith(("<font>", "<wide>", "<narrow>"))
        else char
        for char in text
    )


def _mono_run(text: str, run: Run) -> GlyphRun:
    """One glyph per letter: the same as shaping ASCII in a monospaced face."""
    face = run.face
    glyphs = [face.glyph(ord(char)) for char in text]
    clusters = tuple(
        Cluster(char, (Glyph(gid, face.advance(gid), 0.0, 0.0),))
        for char, gid in zip(text, glyphs, strict=True)
    )
    return GlyphRun(face, clusters, sum(face.advance(gid) for gid in glyphs))


def _shape_run(text: str, codepoints: list[int], run: Run, style: TextStyle) -> GlyphRun:
    import uharfbuzz as hb  # a heavy leaf: desks that only scan never load it

    buffer = hb.Buffer()
    buffer.add_codepoints(codepoints, run.start, run.end - run.start)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.script = run.script
    if language := _language(run.script, style):
        buffer.language = language
    buffer.guess_segment_properties()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    hb.shape(run.face.font, buffer)
    upem = run.face.upem
    glyphs = [
        Glyph(info.codepoint, place.x_advance / upem, place.x_offset / upem, place.y_offset / upem)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]
    starts = [info.cluster for info in buffer.glyph_infos]
    clusters = _clusters(text, run, glyphs, starts)
    return GlyphRun(run.face, clusters, sum(glyph.advance for glyph in glyphs))


def _spaced(runs: tuple[GlyphRun, ...]) -> tuple[GlyphRun, ...]:
    """Widen spaces between Nastaliq and other text, as its last letters reach over the space."""
    clusters = [cluster for run in runs for cluster in run.clusters]
    edges = list(_edges(runs))
    for index in range(1, len(clusters) - 1):
        if clusters[index].text != " " or _is_word(clusters[index - 1 : index + 2]):
            continue
        before, after = (
            max((right for _, right in edges[:index]), default=0.0),
            min((left for left, _ in edges[index + 1 :]), default=0.0),
        )
        if (gap := after - before) < _SPACE_EM:
            glyph = clusters[index].glyphs[-1]
            wider = glyph._replace(advance=glyph.advance + _SPACE_EM - gap)
            clusters[index] = clusters[index]._replace(glyphs=(wider,))
    return tuple(_rebuilt(runs, clusters))


def _rebuilt(runs: tuple[GlyphRun, ...], clusters: list[Cluster]) -> Iterator[GlyphRun]:
    start = 0
    for run in runs:
        own = tuple(clusters[start : start + len(run.clusters)])
        start += len(run.clusters)
        width = sum(glyph.advance for cluster in own for glyph in cluster.glyphs)
        yield run._replace(clusters=own, width=width)


def _is_word(neighbours: list[Cluster]) -> bool:
    """Whether Arabic letters are on both sides of a space: Nastaliq lets such words overlap."""
    return all(
        part.text[0].isalpha() and script_of(part.text[0]) == "Arab" for part in neighbours[::2]
    )


def _edges(runs: tuple[GlyphRun, ...]) -> Iterator[tuple[float, float]]:
    """The left and right of each cluster's ink on the line, em; of a space its position."""
    pen = 0.0
    for run in runs:
        for cluster in run.clusters:
            start, inks = pen, []
            for gid, advance, dx, _ in cluster.glyphs:
                if ink := run.face.ink(gid):
                    inks += [pen + dx + ink[0], pen + dx + ink[2]]
                pen += advance
            yield (min(inks), max(inks)) if inks else (start, start)


def _clusters(text: str, run: Run, glyphs: list[Glyph], starts: list[int]) -> tuple[Cluster, ...]:
    bounds = [*sorted(set(starts)), run.end]
    end_of = dict(pairwise(bounds))
    clusters: list[Cluster] = []
    first = 0
    for index in range(1, len(glyphs) + 1):
        if index == len(glyphs) or starts[index] != starts[first]:
            start = starts[first]
            part = text[start : end_of[start]]
            clusters.append(Cluster(part, tuple(glyphs[first:index])))
            first = index
    return tuple(clusters)


def _language(script: str, style: TextStyle) -> str:
    if script == "Arab":
        return "ur" if style.nastaliq else ""
    return style.han_language if script in EAST_ASIAN else ""


def _ink_box(runs: tuple[GlyphRun, ...]) -> tuple[float, float, float, float]:
    pen, inks = 0.0, []
    for run in runs:
        for cluster in run.clusters:
            for gid, advance, dx, dy in cluster.glyphs:
                if ink := run.face.ink(gid):
                    inks.append((pen + dx + ink[0], dy + ink[1], pen + dx + ink[2], dy + ink[3]))
                pen += advance
    if not inks:
        return 0.0, 0.0, pen, 0.0
    lefts, bottoms, rights, tops = zip(*inks, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
