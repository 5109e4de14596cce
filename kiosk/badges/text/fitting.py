"""Find the largest size at which a text fits its box, over all ways to break it into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from kiosk.badges.text.fontbook import TextStyle
from kiosk.badges.text.runs import script_of
from kiosk.badges.text.shaping import ShapedLine, Shaper

GAP = 0.12
"""Distance between the ink of two lines, em."""
CAP = 0.72
"""Smallest height of a line above the baseline, em: else `ace` would be larger than `Ace`."""
FEWER_LINES = 1.08
"""Another line must make the text this many times larger."""
_MOST_PIECES = 24


@dataclass(frozen=True, slots=True)
class Box:
    """The box for a text, and its limits; all in points."""

    width: float
    height: float
    largest: float
    smallest: float
    most_lines: int = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines from the top, all of one size in points."""

    lines: tuple[ShapedLine, ...]
    size: float

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last, points."""
        return self.size * _stack_height(self.lines)

    @property
    def ink_width(self) -> float:
        """Width of the widest line, points."""
        return self.size * max(line.ink_width for line in self.lines)

    @property
    def missing(self) -> tuple[str, ...]:
        """Clusters that are in no face."""
        return tuple(cluster for line in self.lines for cluster in line.missing)

    def baselines(self) -> list[float]:
        """The baseline of each line, points below the top of the first line."""
        baselines, y = [], 0.0
        for line in self.lines:
            y += _above(line)
            baselines.append(y * self.size)
            y += _below(line) + GAP
        return baselines


def fit(shaper: Shaper, text: str, style: TextStyle, box: Box) -> Fitted | None:
    """The best fit, or None if even the smallest size is too large. `text` is clean."""
    pieces = _pieces(text)
    if not pieces or box.width <= 0 or box.height <= 0:
        return None
    best, expected = [text], 0.0
    if len(pieces) > 1:
        measured = _Measured(shaper, pieces, style)
        for count in range(1, min(box.most_lines, len(pieces)) + 1):
            lines, size = measured.broken_into(count, box)
            if size > expected * FEWER_LINES:
                best, expected = lines, size
            if expected >= box.largest:
                break
    shaped = tuple(shaper.line(line, style) for line in best)
    fitted = Fitted(shaped, _size_in(shaped, box))
    return fitted if fitted.size >= box.smallest else None


def shorten_middle_names(name: str) -> Iterator[str]:
    """Shorter and shorter forms of a name in a script that has initials: `Ana M. Costa`."""
    words = name.split()
    for index in range(len(words) - 2, 0, -1):
        letter = words[index][0]
        if script_of(letter) not in ("Latn", "Cyrl", "Grek", "Armn") or len(words[index]) < 3:
            continue
        words[index] = f"{letter.upper()}."
        yield " ".join(words)


def _size_in(lines: tuple[ShapedLine, ...], box: Box) -> float:
    widest = max(line.ink_width for line in lines) or 1e-6
    return min(box.largest, box.width / widest, box.height / _stack_height(lines))


def _stack_height(lines: tuple[ShapedLine, ...]) -> float:
    return sum(_above(line) + _below(line) for line in lines) + GAP * (len(lines) - 1)


def _above(line: ShapedLine) -> float:
    return max(CAP, line.top)


def _below(line: ShapedLine) -> float:
    return max(0.0, -line.bottom)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Pieces that can end a line, each with the space before it: `[("", "Jean-"), ("", "Luc")]`."""
    pieces: list[tuple[str, str]] = []
    for word in text.split(" "):
        blank = " " if pieces else ""
        for part in _split_word(word):
            pieces.append((blank, part))
            blank = ""
    return pieces


def _split_word(word: str) -> list[str]:
    if len(word) >= 6 and all(script_of(char) in ("Hani", "Hira", "Kana") for char in word):
        return list(word)
    return [part for part in re.split(r"(?<=\w\w[\-–/])(?=\w\w)", word) if part]


class _Measured:
    """Pieces with their sizes, to compare line breaks without shaping each line."""

    def __init__(self, shaper: Shaper, pieces: list[tuple[str, str]], style: TextStyle) -> None:
        blank = shaper.line(" ", style).width
        self._pieces = pieces
        self._ends = [0.0]
        above, below = CAP, 0.0
        for before, piece in pieces:
            line = shaper.line(piece, style)
            self._ends.append(self._ends[-1] + (blank if before else 0.0) + line.width)
            above, below = max(above, line.top), max(below, -line.bottom)
        self._line_height = above + below

    def broken_into(self, count: int, box: Box) -> tuple[list[str], float]:
        """The break with the narrowest widest line, and the expected font size."""
        bounds = self._bounds(count)
        widest = max(self._ends[end] - self._ends[start] for start, end in pairwise(bounds))
        height = count * self._line_height + (count - 1) * GAP
        size = min(box.largest, box.width / (widest or 1e-6), box.height / height)
        return [_joined(self._pieces[start:end]) for start, end in pairwise(bounds)], size

    def _bounds(self, count: int) -> tuple[int, ...]:
        whole = len(self._pieces)
        if count == 1:
            return (0, whole)
        if whole > _MOST_PIECES:
            return self._even_bounds(count)
        ends = self._ends

        def widest(cuts: tuple[int, ...]) -> float:
            return max(ends[end] - ends[start] for start, end in pairwise((0, *cuts, whole)))

        return (0, *min(combinations(range(1, whole), count - 1), key=widest), whole)

    def _even_bounds(self, count: int) -> tuple[int, ...]:
        """For many pieces: each line ends near its share of the width."""
        cuts = []
        for number in range(1, count):
            share = self._ends[-1] * number / count
            nearest = min(range(1, len(self._pieces)), key=self._distance(share))
            cuts.append(nearest)
        return tuple(sorted({0, *cuts, len(self._pieces)}))

    def _distance(self, width: float) -> Callable[[int], float]:
        return lambda at: abs(self._ends[at] - width)


def _joined(pieces: list[tuple[str, str]]) -> str:
    return "".join(before + piece for before, piece in pieces).strip()
