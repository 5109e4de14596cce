"""Find the places where a text may end a line: spaces, hyphens, syllables, clusters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges.text.faces import JOINING
from kiosk.badges.text.runs import clusters_of, script_of

if TYPE_CHECKING:
    from pyphen import Pyphen

SOFT_HYPHEN, ZERO_WIDTH_SPACE = "\u00ad", "\u200b"
_HIDDEN = str.maketrans("", "", SOFT_HYPHEN + ZERO_WIDTH_SPACE)

WITHOUT_SPACES = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Tibt"))
"""Scripts that do not separate words; a line may end between two clusters."""
_HYPHENATED = frozenset(("Latn", "Cyrl", "Grek", "Armn"))
_FIRST_VOWELS = frozenset("เแโใไເແໂໃໄ")
"""Thai and Lao vowels that are written before their consonant."""
_NEVER_FIRST = frozenset("ะาำๅๆฯະາຳໆຯ་།")
_STACKERS = frozenset("\u1039\u17d2")
"""The next consonant is written below: Myanmar virama, Khmer coeng."""
_KILLERS = frozenset("\u103a\u0e4c\u17cd\u0ecc")
"""Marks of a consonant that ends its syllable."""
_SYLLABLE_END = re.compile("[^\u0f0b]+\u0f0b*|\u0f0b+")
"""A Tibetan syllable with its tsheg: a line ends only after one (class BA in UAX #14)."""
_SHORTEST_PART = 2
"""Letters of a word before and after a hyphen."""
_DICTIONARIES = {"Latn": "en_US", "Cyrl": "ru_RU", "Grek": "el_GR"}
"""The default dictionary of each script (LibreOffice's, in pyphen)."""


class Break(IntEnum):
    """How far the breaking of words may go."""

    WORDS = 0
    """At spaces and after hyphens; between Chinese and Japanese letters."""
    SYLLABLES = 1
    """Also at soft hyphens and syllables, and between clusters of scripts without spaces."""
    CLUSTERS = 2
    """Between any two clusters."""


class Piece(NamedTuple):
    """A part of a text that stays on one line."""

    before: str
    """The space before it, which is not drawn at the start of a line."""
    text: str
    end: str = ""
    """The hyphen that is drawn if the line ends after it."""


def visible(text: str) -> str:
    """The text without soft hyphens and zero-width spaces."""
    return text if text.isascii() else text.translate(_HIDDEN)


def pieces_of(text: str, depth: Break, language: str = "") -> list[Piece]:
    """The pieces of a clean text in order; `language`: of the attendee, for the syllables."""
    if text.isascii() and text.isalpha() and depth is Break.WORDS:
        return [Piece("", text)]
    pieces: list[Piece] = []
    for word in text.split(" "):
        blank = " " if pieces else ""
        for part, end in _parts(word, depth, language):
            pieces.append(Piece(blank, part, end))
            blank = ""
    return pieces


def joined(pieces: list[Piece]) -> str:
    """The text of one line."""
    return "".join(before + text for before, text, _ in pieces).strip() + pieces[-1].end


def needs_no_hyphen(text: str) -> bool:
    """Whether a text has a script that is written without spaces, and is divided without a sign."""
    return not text.isascii() and any(script_of(char) in WITHOUT_SPACES for char in text)


def clusters(text: str) -> list[str]:
    """The parts of a word that no line break and no cut may divide."""
    parts: list[str] = []
    for cluster in clusters_of(text):
        part = text[cluster.start : cluster.end]
        if parts and _belongs(parts[-1], part):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _belongs(before: str, part: str) -> bool:
    closes = any(mark in part[1:3] for mark in _KILLERS) or part[0] in _NEVER_FIRST
    return before[-1] in _FIRST_VOWELS or before[-1] in _STACKERS or closes


def _parts(word: str, depth: Break, language: str) -> Iterator[tuple[str, str]]:
    for unit in word.split(ZERO_WIDTH_SPACE):
        if depth is Break.WORDS:
            yield from ((part, "") for part in _at_hyphens(visible(unit)))
            continue
        soft = [part for part in unit.split(SOFT_HYPHEN) if part]
        for number, part in enumerate(soft):
            end = "-" if number < len(soft) - 1 else ""
            is_marked = len(soft) > 1 and depth is Break.SYLLABLES
            inner = [(part, "")] if is_marked else list(_divided(part, depth, language))
            yield from inner[:-1]
            yield inner[-1][0], inner[-1][1] or end


def _divided(word: str, depth: Break, language: str) -> Iterator[tuple[str, str]]:
    for part in _at_hyphens(word):
        script = next((s for char in part if (s := script_of(char)) != "Zyyy"), "Zyyy")
        if depth is Break.SYLLABLES and script == "Tibt":
            units, hyphen = _SYLLABLE_END.findall(part), ""
        elif depth is Break.CLUSTERS or script in WITHOUT_SPACES:
            hyphen = "-" if script in _HYPHENATED else ""
            units = clusters(part)
        else:
            units, hyphen = _syllables(part, script, language), "-"
        yield from ((unit, hyphen) for unit in units[:-1])
        yield units[-1], ""


def _at_hyphens(word: str) -> list[str]:
    if word.isalpha() and word.isascii():
        return [word]
    if len(word) >= 6 and all(script_of(char) in ("Hani", "Hira", "Kana") for char in word):
        return list(word)
    return [part for part in re.split(r"(?<=\w\w[\-–/])(?=\w\w)", word) if part]


def _syllables(word: str, script: str, language: str) -> list[str]:
    """The syllables of a word by the dictionary of its language; a long one is divided again."""
    if script in JOINING or len(word) <= 2 * _SHORTEST_PART:
        return [word]
    dictionary = _dictionary(language, script)
    cuts = dictionary.positions(word) if dictionary else []
    parts, start = [], 0
    for cut in [*(int(cut) for cut in cuts), len(word)]:
        parts.append(word[start:cut])
        start = cut
    return [piece for part in parts for piece in _shorter(part, script)]


def _shorter(part: str, script: str) -> list[str]:
    """A part that no syllable is that long: cut before a consonant that a vowel follows."""
    if len(part) <= 6 or script not in _HYPHENATED:
        return [part]
    folded = "".join(unicodedata.normalize("NFD", char)[0] for char in part.casefold())
    cuts = [
        at
        for at in range(_SHORTEST_PART, len(part) - 1)
        if folded[at] not in _VOWELS and folded[at + 1] in _VOWELS and folded[at - 1] in _VOWELS
    ]
    return [part[a:b] for a, b in zip([0, *cuts], [*cuts, len(part)], strict=True)]


_VOWELS = frozenset("aeiouyаеёиоуыэюяієїαεηιουω")


@lru_cache(maxsize=64)
def _dictionary(language: str, script: str) -> Pyphen | None:
    # a heavy leaf: few names need a hyphen
    import pyphen

    wanted = language.strip().replace("-", "_")
    found = pyphen.language_fallback(wanted) if wanted else None
    name = found or pyphen.language_fallback(_DICTIONARIES.get(script, ""))
    return pyphen.Pyphen(lang=name, left=_SHORTEST_PART, right=_SHORTEST_PART) if name else None
