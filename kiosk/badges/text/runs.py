"""Split a line into clusters, choose a face for each, and join them to runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges.text import bidi
from kiosk.badges.text.faces import JOINING

if TYPE_CHECKING:
    from kiosk.badges.text.faces import Face
    from kiosk.badges.text.fontbook import FontBook


_SHARED = ("Zyyy", "Zinh", "Zzzz")
"""Codes of characters that belong to no single script."""


@dataclass(slots=True)
class Cluster:
    """A base with its marks, joiners and selectors, which one face must draw."""

    start: int
    end: int
    codepoints: tuple[int, ...]
    """The code points that a face must have: without joiners and selectors."""
    script: str
    level: int
    is_emoji: bool
    face: Face | None = None


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """ISO 15924 code; `Zyyy` for characters that scripts share, `Zinh` for marks."""
    # a heavy leaf: desks that only scan never load it
    from fontTools import unicodedata as font_tools_unicodedata

    return str(font_tools_unicodedata.script(char))


def clusters_of(text: str) -> list[Cluster]:
    """The clusters of a line in stored order, with their scripts."""
    clusters = list(_clusters(text))
    _resolve_scripts(text, clusters)
    return clusters


def _clusters(text: str) -> Iterator[Cluster]:
    levels = bidi.levels(text)
    start = 0
    while start < len(text):
        end = start + 1
        flags = 1 if _is_regional(text[start]) else 0
        while end < len(text) and _extends(text, end, flags):
            flags = 2 if flags else 0
            end += 1
        whole = text[start:end]
        drawn = tuple(ord(char) for char in whole if not _is_ignorable(char))
        emoji = "\ufe0f" in whole or "\u20e3" in whole or flags == 2
        yield Cluster(start, end, drawn, script_of(text[start]), levels[start], emoji)
        start = end


def _extends(text: str, index: int, flags: int) -> bool:
    char, before = text[index], text[index - 1]
    if (
        char in "\u200c\u200d"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    ):
        return True
    if "\U000e0020" <= char <= "\U000e007f" or unicodedata.category(char).startswith("M"):
        return True
    if before == "\u200d":
        return char != " "
    return flags == 1 and _is_regional(char)


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_ignorable(char: str) -> bool:
    return (
        char in "\u200c\u200d\u2068\u2069"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _resolve_scripts(text: str, clusters: list[Cluster]) -> None:
    """Shared characters take the script before them, else after; brackets the outer script.

    Digits at the start of a word take the script of its letters: `3M` has one face.
    """
    opened: list[tuple[str, str]] = []
    current = ""
    for index, cluster in enumerate(clusters):
        char = text[cluster.start]
        if cluster.script not in _SHARED:
            current = cluster.script
            continue
        if char.isalnum() and (index == 0 or text[cluster.start - 1] == " "):
            current = _script_of_word(text, clusters[index:]) or current
        if char in bidi.CLOSING_OF:
            opened.append((bidi.CLOSING_OF[char], current))
        elif opened and char == opened[-1][0]:
            current = opened.pop()[1] or current
        cluster.script = current
    following = "Latn"
    for cluster in reversed(clusters):
        cluster.script = following = cluster.script or following


def _script_of_word(text: str, clusters: list[Cluster]) -> str:
    for cluster in clusters:
        if text[cluster.start] == " ":
            return ""
        if cluster.script not in _SHARED:
            return cluster.script
    return ""


# Runs of one direction, script and face.

_PLAIN_LATIN_END = "\u0250"
"""Characters below this never combine, join or change direction: one run."""


class Run(NamedTuple):
    """Characters `start` to `end` of the line, shaped by one face in one direction."""

    start: int
    end: int
    level: int
    script: str
    face: Face


def itemize(text: str, book: FontBook) -> tuple[list[Run], list[str]]:
    """Runs in visual order, and the clusters that are in no face."""
    if not text:  # a name of invisible characters is empty after cleaning
        return [], []
    face = book.text_face
    if max(text) < _PLAIN_LATIN_END and face.has_all(text):
        return [Run(0, len(text), 0, "Latn", face)], []
    clusters = clusters_of(text)
    choose_faces(text, clusters, book)
    missing = [text[c.start : c.end] for c in clusters if c.face is None and c.codepoints]
    runs: list[Run] = []
    for cluster in clusters:
        if cluster.face is None:
            continue
        last = runs[-1] if runs else None
        if last and _continues(last, cluster):
            runs[-1] = last._replace(end=cluster.end)
        else:
            level, script = cluster.level, cluster.script
            runs.append(Run(cluster.start, cluster.end, level, script, cluster.face))
    return bidi.visual_order(runs, [run.level for run in runs]), missing


def _continues(run: Run, cluster: Cluster) -> bool:
    same = run.level == cluster.level and run.script == cluster.script
    return same and run.face is cluster.face and run.end == cluster.start


# A face for each cluster; words and pairs of brackets share one face.


def choose_faces(text: str, clusters: list[Cluster], book: FontBook) -> None:
    """Set `face` of every cluster; None if it is in no face."""
    previous: Cluster | None = None
    for group in _groups(text, clusters):
        if len(group) > 1:
            needed = tuple({point for cluster in group for point in cluster.codepoints})
            whole = book.face_for(needed, group[0].script)
            for cluster in group:
                cluster.face = whole or book.face_for(cluster.codepoints, cluster.script)
        else:
            _choose_face(text, group[0], previous, book)
        previous = group[-1] if group[-1].face else previous
    _give_blanks_a_text_face(text, clusters, book)
    _pair_brackets(text, clusters)


def _groups(text: str, clusters: list[Cluster]) -> Iterator[list[Cluster]]:
    """Whole words of joining scripts, everything else cluster by cluster."""
    word: list[Cluster] = []
    for cluster in clusters:
        joins = cluster.script in JOINING and text[cluster.start].isalpha()
        if word and (not joins or cluster.script != word[0].script):
            yield word
            word = []
        if joins:
            word.append(cluster)
        else:
            yield [cluster]
    if word:
        yield word


def _choose_face(text: str, cluster: Cluster, previous: Cluster | None, book: FontBook) -> None:
    if not cluster.codepoints or text[cluster.start] == " ":
        return
    shared = script_of(text[cluster.start]) in ("Zyyy", "Zinh")
    near = previous.face if previous and previous.script == cluster.script else None
    if cluster.is_emoji and (face := book.emoji_face(cluster.codepoints)):
        cluster.face = face
    elif shared and near and not near.is_emoji and near.covers(cluster.codepoints):
        cluster.face = near
    else:
        cluster.face = book.face_for(cluster.codepoints, cluster.script)


def _give_blanks_a_text_face(text: str, clusters: list[Cluster], book: FontBook) -> None:
    """Spaces take the text face before or after them: an emoji font's space is 1.2 em wide."""
    letters = [c.face for c in clusters if c.face and not c.face.is_emoji]
    fallback = next((face for face in letters if face.glyph(0x20)), None) or book.text_face
    last = fallback
    for cluster in clusters:
        if cluster.face is None and text[cluster.start] == " ":
            cluster.face = last
        elif cluster.face and not cluster.face.is_emoji and cluster.face.glyph(0x20):
            last = cluster.face


def _pair_brackets(text: str, clusters: list[Cluster]) -> None:
    opened: list[Cluster] = []
    for cluster in clusters:
        char = text[cluster.start]
        if char in bidi.CLOSING_OF:
            opened.append(cluster)
        elif opened and char == bidi.CLOSING_OF[text[opened[-1].start]]:
            other = opened.pop()
            if other.face is cluster.face or other.face is None or cluster.face is None:
                continue
            if other.face.covers(cluster.codepoints):
                cluster.face = other.face
            elif cluster.face.covers(other.codepoints):
                other.face = cluster.face
