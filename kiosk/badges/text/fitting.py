"""Find the largest size at which a text fits its box, over all ways to break it into lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from kiosk.badges.text.breaks import (
    Break,
    Piece,
    clusters,
    joined,
    needs_no_hyphen,
    pieces_of,
    visible,
)
from kiosk.badges.text.fontbook import TextStyle
from kiosk.badges.text.runs import script_of
from kiosk.badges.text.shaping import ShapedLine, Shaper

GAP = 0.12
"""Distance between the ink of two lines, em."""
CAP = 0.72
"""Smallest height of a line above the baseline, em: else `ace` would be larger than `Ace`."""
FEWER_LINES = 1.08
"""Another line must make the text this many times larger."""
LAST_RESORT_PT = 5.0
"""The smallest size of a required text that no break and no initial makes fit."""
_DIVIDED = 0.3
"""A name that must be divided anyway gets more lines up to this part of the largest size."""
_VERY_LONG = 16
"""A word of so many letters is divided anywhere if it has no syllables."""
_WORTH_A_HYPHEN = 1.15
"""A hyphenated text must be this many times larger than the whole words."""


@dataclass(frozen=True, slots=True)
class Box:
    """The box for a text, and its limits; all in points."""

    width: float
    height: float
    largest: float
    smallest: float
    most_lines: int = 3
    unbroken: float = 0.0
    """Words are divided if they would be smaller than this, points; 0: only if nothing fits."""

    @property
    def divided(self) -> float:
        """A name that is divided gets more lines up to this size, points."""
        return min(self.largest, max(self.unbroken, _DIVIDED * self.largest))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines from the top, all of one size in points."""

    lines: tuple[ShapedLine, ...]
    size: float
    height: float
    """From the top of the first line to the bottom of the last, points."""

    @property
    def descent(self) -> float:
        """From the last baseline to the bottom, points."""
        return self.size * _below(self.lines[-1])

    @property
    def ink_width(self) -> float:
        """Width of the widest line, points."""
        return self.size * max(line.ink_width for line in self.lines)

    @property
    def missing(self) -> tuple[str, ...]:
        """Clusters that are in no face."""
        return tuple(cluster for line in self.lines for cluster in line.missing)

    def baselines(self) -> list[float]:
        """The baseline of each line at even distances, points below the top of the first line."""
        first = _above(self.lines[0])
        if len(self.lines) == 1:
            return [first * self.size]
        leading = _leading(self.lines)
        return [(first + number * leading) * self.size for number in range(len(self.lines))]


def fit(
    shaper: Shaper,
    text: str,
    style: TextStyle,
    box: Box,
    depth: Break = Break.WORDS,
    language: str = "",
) -> Fitted | None:
    """The best fit, or None if even the smallest size is too large. `text` is clean."""
    pieces = pieces_of(text, depth, language)
    if not pieces or box.width <= 0 or box.height <= 0:
        return None
    best, expected = [visible(text)], 0.0
    is_last_resort = depth is not Break.WORDS and box.unbroken > 0
    enough = box.divided if is_last_resort else box.largest
    if len(pieces) > 1:
        measured = _Measured(shaper, pieces, style)
        for count in range(1, min(box.most_lines, len(pieces)) + 1):
            lines, size = measured.broken_into(count, box)
            if size > expected * FEWER_LINES:
                best, expected = lines, size
            if expected >= enough:
                break
    shaped = tuple(shaper.line(line, style) for line in best)
    height = _stack_height(shaped)
    widest = max([line.ink_width for line in shaped]) or 1e-6
    size = min(box.largest, box.width / widest, box.height / height)
    return Fitted(shaped, size, size * height) if size >= box.smallest else None


def fit_divided(
    shaper: Shaper, text: str, style: TextStyle, box: Box, language: str = ""
) -> Fitted | None:
    """The best fit; words are divided if they are too long for the box, or very small in it."""
    whole = fit(shaper, text, style, box)
    enough = box.divided if box.unbroken and needs_no_hyphen(text) else box.unbroken
    if whole and (whole.missing or whole.size >= min(enough, box.largest)):
        return whole
    depths = [Break.SYLLABLES]
    if whole and box.unbroken > 0 and len(max(visible(text).split(), key=len)) >= _VERY_LONG:
        depths.append(Break.CLUSTERS)  # a word without syllables
    for depth in depths:
        divided = fit(shaper, text, style, box, depth, language)
        if divided and (whole is None or divided.size > whole.size * _WORTH_A_HYPHEN):
            return divided
    return whole


def fit_required(
    shaper: Shaper, text: str, style: TextStyle, box: Box, language: str = ""
) -> Fitted | None:
    """The best fit of a name: divided, with initials of middle names, or smaller than wanted."""
    if fitted := fit_divided(shaper, text, style, box, language):
        return fitted
    for shorter in shorten_middle_names(text):
        if fitted := fit(shaper, shorter, style, box):
            return fitted
    smaller = replace(box, smallest=min(box.smallest, max(LAST_RESORT_PT, box.smallest * 0.6)))
    if fitted := fit_divided(shaper, text, style, smaller, language):
        return fitted
    tiny = replace(box, smallest=min(box.smallest, LAST_RESORT_PT), most_lines=box.most_lines + 2)
    return fit(shaper, text, style, tiny, Break.CLUSTERS, language)


def fit_cut(shaper: Shaper, text: str, style: TextStyle, box: Box) -> Fitted | None:
    """Cut a text: keep the first words with an ellipsis, else the first clusters."""
    words = visible(text).split()
    for count in range(len(words) - 1, 0, -1):
        if fitted := fit(shaper, " ".join(words[:count]) + " …", style, box):
            return fitted
    if fitted := fit(shaper, text, style, box, Break.CLUSTERS):
        return fitted
    first = clusters(words[0]) if words else []
    for length in range(len(first) - 1, 1, -max(1, len(first) // 20)):
        start = "".join(first[:length])
        if fitted := fit(shaper, f"{start}…", style, box, Break.CLUSTERS):
            return fitted
    return None


def shorten_middle_names(name: str) -> Iterator[str]:
    """Shorter and shorter forms of a name in a script that has initials: `Ana M. Costa`.

    Small words such as `von`, abbreviations such as `Prof.` and the first name after them stay.
    """
    words = visible(name).split()
    first = next((at for at, word in enumerate(words) if not word.endswith(".")), 0)
    for index in range(len(words) - 2, first, -1):
        letter = words[index][0]
        is_name = letter.isupper() and len(words[index]) > 2 and "." not in words[index]
        if not is_name or script_of(letter) not in ("Latn", "Cyrl", "Grek", "Armn"):
            continue
        words[index] = f"{letter.upper()}."
        yield " ".join(words)


def _stack_height(lines: tuple[ShapedLine, ...]) -> float:
    if len(lines) == 1:
        return _above(lines[0]) + _below(lines[0])
    return _above(lines[0]) + _leading(lines) * (len(lines) - 1) + _below(lines[-1])


def _leading(lines: tuple[ShapedLine, ...]) -> float:
    """The distance of two baselines, em: the same between all lines."""
    return max((_below(one) + _above(two) + GAP for one, two in pairwise(lines)), default=0.0)


def _above(line: ShapedLine) -> float:
    return max(CAP, line.top)


def _below(line: ShapedLine) -> float:
    return max(0.0, -line.bottom)


class _Measured:
    """Pieces with their sizes, to compare line breaks without shaping each line."""

    def __init__(self, shaper: Shaper, pieces: list[Piece], style: TextStyle) -> None:
        blank, hyphen = (shaper.line(mark, style).width for mark in " -")
        self._pieces = pieces
        self._ends = [0.0]
        self._hyphens = [0.0, *(hyphen if piece.end else 0.0 for piece in pieces)]
        above, below = CAP, 0.0
        for before, piece, _ in pieces:
            line = shaper.line(piece, style)
            self._ends.append(self._ends[-1] + (blank if before else 0.0) + line.width)
            above, below = max(above, line.top), max(below, -line.bottom)
        self._line_height = above + below

    def broken_into(self, count: int, box: Box) -> tuple[list[str], float]:
        """The break with the narrowest widest line, and the expected font size."""
        bounds = self._bounds(count)
        widest = max(self._width(start, end) for start, end in pairwise(bounds))
        height = count * self._line_height + (count - 1) * GAP
        size = min(box.largest, box.width / (widest or 1e-6), box.height / height)
        return [joined(self._pieces[start:end]) for start, end in pairwise(bounds)], size

    def _width(self, start: int, end: int) -> float:
        return self._ends[end] - self._ends[start] + self._hyphens[end]

    def _bounds(self, count: int) -> list[int]:
        """The ends of `count` lines, each with one piece or more."""
        whole = len(self._pieces)
        best = [self._width(0, end) for end in range(whole + 1)]
        starts: list[list[int]] = []
        for line in range(2, count + 1):
            before, best, chosen = best, [0.0] * (whole + 1), [0] * (whole + 1)
            for end in range(line, whole + 1):
                best[end], chosen[end] = min(
                    (max(before[start], self._width(start, end)), start)
                    for start in range(line - 1, end)
                )
            starts.append(chosen)
        bounds = [whole]
        for chosen in reversed(starts):
            bounds.append(chosen[bounds[-1]])
        return [0, *reversed(bounds)]
