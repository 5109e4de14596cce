"""Clusters of a line: what must be drawn by one face, with its script and direction."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kiosk.badges import bidi

if TYPE_CHECKING:
    from kiosk.badges.faces import Face


@dataclass(slots=True)
class Cluster:
    """A base with its marks, joiners and selectors: what one face must draw whole."""

    start: int
    end: int
    codepoints: tuple[int, ...]
    """Those a face must have: without joiners and selectors."""
    script: str
    level: int
    is_emoji: bool
    face: Face | None = None


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """ISO 15924 code; `Zyyy` for what scripts share, `Zinh` for marks that follow their base."""
    from fontTools import unicodedata as font_tools_unicodedata

    return str(font_tools_unicodedata.script(char))


def clusters_of(text: str) -> list[Cluster]:
    """The clusters of a line in stored order, their scripts resolved."""
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
    """Shared characters take the script before them, else the next; brackets that of outside."""
    opened: list[tuple[str, str]] = []
    current = ""
    for cluster in clusters:
        char = text[cluster.start]
        if cluster.script not in ("Zyyy", "Zinh", "Zzzz"):
            current = cluster.script
            continue
        if char in bidi.CLOSING_OF:
            opened.append((bidi.CLOSING_OF[char], current))
        elif opened and char == opened[-1][0]:
            current = opened.pop()[1] or current
        cluster.script = current
    following = "Latn"
    for cluster in reversed(clusters):
        cluster.script = following = cluster.script or following
