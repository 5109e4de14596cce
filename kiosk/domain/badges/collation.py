"""In which order names stand in boxes and on lists, and under which letter.

Scripts stand in a fixed order, Latin first. Inside a script names are compared by their folded
letters (`domain.names.fold`): accents, case and punctuation decide nothing, so Ørsted stands under
O and Ağaoğlu under A, as an English index has them. Other scripts go by code point, which is their
alphabet's order for Greek, Cyrillic, the Indic scripts, Thai, kana and Hangul, and the order of a
radical-and-stroke dictionary for Han (Unicode Standard Annex 38). One sheet of rules for a desk
where any volunteer has to find any badge; the exact order of one language (ä behind a in Germany,
behind z in Sweden) would need to know whose desk it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from kiosk.domain.people.names import fold

NO_LETTER = "#"
"""Index letter of names that begin with a digit, and of those that have no letter at all."""
HAN = "漢"
"""Index letter of all names in Han characters: nobody looks one of thousands up by its first."""

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
    """What a name is sorted by; namesakes in folding stand in a stable order of their own."""

    script: int
    """0 without a letter, 1 Latin, 2 Greek, 3 Cyrillic, then all others together."""
    folded: str
    text: str


def name_key(text: str) -> NameKey:
    """The place of a name among all."""
    folded = fold(text).replace("'", "")
    folded = " ".join(folded.split())
    return NameKey(_script(folded), folded, unicodedata.normalize("NFC", text))


def _script(folded: str) -> int:
    first = next((char for char in folded if char.isalpha()), "")
    if not first or folded[0].isdigit():
        return 0
    return max(number for number, (start, _) in enumerate(_SCRIPTS, 1) if ord(first) >= start)


def is_han(char: str) -> bool:
    """Whether this is a Chinese character, wherever it is used."""
    return any(low <= ord(char) <= high for low, high in _HAN)


def index_letter(text: str) -> str:
    """The letter under which a name is looked for: `O` for Ørsted, `ㅎ` for 홍길동."""
    return prefix(name_key(text), 1)


def prefix(key: NameKey, length: int) -> str:
    """The first letters of a name as a sign shows them: `Ku` for two of Kumar."""
    if key.script == 0 or not key.folded:
        return NO_LETTER
    if is_han(key.folded[0]):
        return HAN if length == 1 else key.text[:length]
    letters = clusters(key.folded)[:length]
    if length == 1:
        return _alone(letters[0][0])
    return "".join(letters).rstrip().capitalize()


def _alone(letter: str) -> str:
    """As an index has it: a vowel sign does not make another letter, Hangul goes by consonant."""
    syllable = (ord(letter) - 0xAC00) // 588
    return _JAMO[syllable] if 0 <= syllable < len(_JAMO) else letter.upper()


def clusters(text: str) -> list[str]:
    """Letters with the vowel signs and marks that hang on them."""
    parts: list[str] = []
    for char in text:
        if parts and unicodedata.category(char) in ("Mn", "Mc", "Me"):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def shortest_apart(keys: Sequence[NameKey], key: NameKey, longest: int = 6) -> str:
    """The shortest beginning of `key`, up to `longest` letters, that none of `keys` shares."""
    for length in range(1, longest):
        mine = prefix(key, length)
        if all(prefix(other, length) != mine for other in keys):
            return mine
    return prefix(key, longest)
