"""The largest size at which a text fits its box, over all ways to break it into lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from kiosk.badges.fontbook import TextStyle
from kiosk.badges.itemize import script_of
from kiosk.badges.shaping import ShapedLine, Shaper

GAP = 0.12
"""Between the ink of two lines, em."""
CAP = 0.72
"""Least height above the baseline a line is given, em: else `ace` would stand taller than `Ace`."""
FEWER_LINES = 1.08
"""One more line must make the text this much larger."""
_MOST_PIECES = 24


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text may go and how: points, sizes included."""

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
        """Of the widest line, points."""
        return self.size * max(line.ink_width for line in self.lines)

    def baselines(self) -> list[float]:
        """Of each line, points below the top of the stack."""
        found, y = [], 0.0
        for line in self.lines:
            y += _above(line)
            found.append(y * self.size)
            y += _below(line) + GAP
        return found


def fit(shaper: Shaper, text: str, style: TextStyle, box: Box) -> Fitted | None:
    """The best fit, or None when even the smallest size is too large. `text` is clean."""
    pieces = _pieces(text)
    if not pieces or box.width <= 0 or box.height <= 0:
        return None
    best: Fitted | None = None
    for count in range(1, min(box.most_lines, len(pieces)) + 1):
        lines = tuple(
            shaper.line(line, style) for line in _best_break(shaper, pieces, style, count)
        )
        fitted = Fitted(lines, _size_in(lines, box))
        if best is None or fitted.size > best.size * FEWER_LINES:
            best = fitted
        if best.size >= box.largest:
            break
    return best if best and best.size >= box.smallest else None


def shorten_middle_names(name: str) -> Iterator[str]:
    """Ever shorter forms of a name in a script with initials: `Ana M. Costa`; then none."""
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
    """What may end a line, each with the blank before it: `[("", "Jean-"), ("", "Luc")]`."""
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


def _best_break(
    shaper: Shaper, pieces: list[tuple[str, str]], style: TextStyle, count: int
) -> list[str]:
    """The break into `count` lines whose widest line is narrowest, by the widths of pieces."""
    if count == 1 or len(pieces) > _MOST_PIECES:
        return _greedy_break(pieces, count)
    blank = shaper.line(" ", style).width
    ends = [0.0]
    for before, piece in pieces:
        ends.append(ends[-1] + (blank if before else 0.0) + shaper.line(piece, style).width)
    best: tuple[float, tuple[int, ...]] | None = None
    for cuts in combinations(range(1, len(pieces)), count - 1):
        bounds = (0, *cuts, len(pieces))
        widest = max(ends[end] - ends[start] for start, end in pairwise(bounds))
        if best is None or widest < best[0]:
            best = (widest, bounds)
    bounds = best[1] if best else (0, len(pieces))
    return [_joined(pieces[start:end]) for start, end in pairwise(bounds)]


def _greedy_break(pieces: list[tuple[str, str]], count: int) -> list[str]:
    total = sum(len(before) + len(piece) for before, piece in pieces)
    lines: list[list[tuple[str, str]]] = [[]]
    filled = 0
    for before, piece in pieces:
        if filled >= total * len(lines) / count and len(lines) < count:
            lines.append([])
        lines[-1].append((before, piece))
        filled += len(before) + len(piece)
    return [_joined(line) for line in lines if line]


def _joined(pieces: list[tuple[str, str]]) -> str:
    return "".join(before + piece for before, piece in pieces).strip()
