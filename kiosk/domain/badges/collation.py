"""Sort names for badge boxes and lists, and find their index letters.

Scripts have a fixed order, Latin first. Within a script names are compared by their folded letters
(`domain.people.names.fold`): accents, case and punctuation do not count, so Ørsted is under O and
Ağaoğlu under A, as in an English index. Other scripts are sorted by code point, which is the order
of the alphabet for Greek, Cyrillic, the Indic scripts, Thai, kana and Hangul, and the order of a
radical-and-stroke dictionary for Han (Unicode Standard Annex 38). There is one order for all desks,
because any volunteer must find any badge; the exact order of one language (ä after a in Germany,
after z in Sweden) would depend on the desk.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from kiosk.domain.people.names import fold

NO_LETTER = "#"
"""Index letter of names that begin with a digit or have no letters."""
HAN = "漢"
"""Index letter of all names in Han characters, which have thousands of first characters."""

_SCRIPTS = (
    (0x0061, "LATIN"),
    (0x0370, "GREEK"),
    (0x0400, "CYRILLIC"),
    (0x0530, ""),
)
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_JAMO = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
"""The 19 initial consonants of Hangul in their order; each begins 588 syllables (Unicode 3.12)."""


class NameKey(NamedTuple):
    """The sort key of a name; names that fold alike keep a stable order."""

    script: int
    """0 without a letter, 1 Latin, 2 Greek, 3 Cyrillic, then all others together."""
    folded: str
    text: str


def name_key(text: str) -> NameKey:
    """The sort key of a name."""
    folded = fold(text).replace("'", "")
    folded = " ".join(folded.split())
    return NameKey(_script(folded), folded, unicodedata.normalize("NFC", text))


def _script(folded: str) -> int:
    first = next((char for char in folded if char.isalpha()), "")
    if not first or folded[0].isdigit():
        return 0
    return max(number for number, (start, _) in enumerate(_SCRIPTS, 1) if ord(first) >= start)


def is_han(char: str) -> bool:
    """Whether this is a Han character, in any language."""
    return any(low <= ord(char) <= high for low, high in _HAN)


def prefix(key: NameKey, length: int) -> str:
    """The first letters of a name as on a sign: `Ku` for two letters of Kumar."""
    if key.script == 0 or not key.folded:
        return NO_LETTER
    if is_han(key.folded[0]):
        return HAN if length == 1 else key.text[:length]
    letters = clusters(key.folded)[:length]
    if length == 1:
        return _alone(letters[0][0])
    return "".join(letters).rstrip().capitalize()


def _alone(letter: str) -> str:
    """The index letter: without vowel sign, and for Hangul the first consonant."""
    syllable = (ord(letter) - 0xAC00) // 588
    return _JAMO[syllable] if 0 <= syllable < len(_JAMO) else letter.upper()


def clusters(text: str) -> list[str]:
    """Letters, each with its vowel signs and marks."""
    parts: list[str] = []
    for char in text:
        if parts and unicodedata.category(char) in ("Mn", "Mc", "Me"):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def shortest_apart(keys: Sequence[NameKey], key: NameKey, longest: int = 6) -> str:
    """The shortest beginning of `key`, up to `longest` letters, that no other key shares."""
    for length in range(1, longest):
        mine = prefix(key, length)
        if all(prefix(other, length) != mine for other in keys):
            return mine
    return prefix(key, longest)
