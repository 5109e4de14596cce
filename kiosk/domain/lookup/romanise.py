"""Spell words of other scripts in Latin letters, as a user may type them."""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.domain.lookup.spellings import (
    ARABIC_LETTERS,
    HAN_SPELLINGS,
    HANGUL_SPELLINGS,
    HEBREW_LETTERS,
    JAPANESE_READINGS,
)

_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_THAI = re.compile(r"[\u0e00-\u0edf]")
_INDIC = re.compile(r"[\u0900-\u0ddf]")
_TAMIL = re.compile(r"[\u0b80-\u0bff]")


@lru_cache(maxsize=8192)
def vowelled(word: str) -> tuple[str, ...]:
    """Latin spellings of a folded word of a script that writes its vowels, likeliest first."""
    if word.isascii() or writes_no_vowels(word):
        return ()
    if word in HAN_SPELLINGS or word in JAPANESE_READINGS or word in HANGUL_SPELLINGS:
        own = (*JAPANESE_READINGS.get(word, ()), *HANGUL_SPELLINGS.get(word, ()))
        return tuple(dict.fromkeys((_plain(word), *own, *HAN_SPELLINGS.get(word, ()))))
    if _INDIC.search(word):
        return tuple(dict.fromkeys(_indic(word)))
    plain = _plain(word)
    return (plain,) if plain else ()


@lru_cache(maxsize=8192)
def unvowelled(word: str) -> tuple[str, ...]:
    """Latin letters of a folded word without written short vowels, likeliest first."""
    if _ARABIC.search(word):
        return _arabic(word)
    if _HEBREW.search(word):
        return _spell_out(word, HEBREW_LETTERS)
    if _THAI.search(word):
        return (_plain(_THAI_SILENT.sub("", _THAI_EARLY_VOWEL.sub(r"\2\1", word))),)
    return ()


def writes_no_vowels(word: str) -> bool:
    """Whether the script of the word leaves vowels out or writes them around (Arabic, Hebrew,
    Thai)."""
    return bool(_ARABIC.search(word) or _HEBREW.search(word) or _THAI.search(word))


def _plain(word: str) -> str:
    from anyascii import anyascii  # only names in other scripts need it

    return re.sub(r"[^a-z0-9]", "", anyascii(word).lower())


# Arabic, Hebrew -------------------------------------------------------------------------------


def _arabic(word: str) -> tuple[str, ...]:
    spelled = _spell_out(word, ARABIC_LETTERS)
    if word.startswith("ال") and len(word) > 4:  # "Al-", which Latin spellings set apart
        return (*spelled, *_spell_out(word[2:], ARABIC_LETTERS))
    return spelled


def _spell_out(word: str, letters: dict[str, str]) -> tuple[str, ...]:
    """Letters that have several Latin ones give one spelling for the first, one for the second."""
    choices = [letters.get(char) or _plain(char) or "-" for char in word]
    first = "".join(choice.split("/")[0] for choice in choices)
    second = "".join(choice.split("/")[-1] for choice in choices)
    return tuple(dict.fromkeys(text.replace("-", "") for text in (first, second)))


# Thai: เ แ โ ใ ไ are written before the consonant they follow; ์ silences a consonant.
_THAI_EARLY_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_THAI_SILENT = re.compile("[ก-ฮ][ิุ]?์")


# Indic: the Unicode blocks from Devanagari to Malayalam share the layout of ISCII, so that the
# offset in the block shows consonant, vowel sign and virama in each (Unicode Standard, ch. 12).


def _is_consonant(char: str) -> bool:
    if "\u0d80" <= char <= "\u0ddf":  # Sinhala has a different layout
        return "\u0d9a" <= char <= "\u0dc6"
    offset = ord(char) & 0x7F
    return 0x15 <= offset <= 0x39 or 0x58 <= offset <= 0x5F


def _takes_vowel(char: str) -> bool:
    """Whether the character ends the inherent vowel of the consonant before it."""
    if "\u0d80" <= char <= "\u0ddf":
        return "\u0dca" <= char <= "\u0ddf"
    return 0x3E <= ord(char) & 0x7F <= 0x4D


_SCHWA = "a"
_DELETED = re.compile(r"(?<=[aeiou])([bcdfghjklmnpqrstvwyz]+)A(?=[bcdfghjklmnpqrstvwyz]+[aeiouA])")


def _indic(word: str) -> list[str]:
    """Romanise: with each inherent vowel, and with those dropped that Hindi does not speak."""
    pieces = []
    for position, char in enumerate(word):
        pieces.append(_letter(char))
        following = word[position + 1 : position + 2]
        if _is_consonant(char) and following and not _takes_vowel(following):
            pieces.append("A")
    text = _respell("".join(pieces))
    full, spoken = text.replace("A", _SCHWA), _DELETED.sub(r"\1", text).replace("A", _SCHWA)
    if not _TAMIL.search(word):
        return [full, spoken, *([spoken[:-1] + "o"] if spoken.endswith("av") else [])]  # Rao
    voiced = _voiced(full)
    return [voiced, full, voiced[0].translate(_SOFT) + voiced[1:]]


def _letter(char: str) -> str:
    plain = _plain(char)
    if plain[:1] == "c":
        return "ch" + plain[1:]
    if plain[:1] == "s" and not _is_dental_s(char):
        return "sh" + plain[1:]
    return plain


def _is_dental_s(char: str) -> bool:
    """Of the letters read s the last, स, is s in names; श and ष are written sh."""
    return char == "\u0dc3" if "\u0d80" <= char <= "\u0ddf" else ord(char) & 0x7F == 0x38


def _respell(text: str) -> str:
    """Where the letters of a transliteration differ from what people write in Latin."""
    for written, typed in (
        ("jn", "gy"), ("mh", "ngh"), ("mk", "nk"), ("mg", "ng"), ("mch", "nch"), ("mt", "nt"),
        ("md", "nd"), ("ms", "ns"), ("mj", "nj"), ("tchu", "kshA"),
    ):  # fmt: skip
        text = text.replace(written, typed)
    return text


_SOFT = str.maketrans("ktp", "gdb")


def _voiced(text: str) -> str:
    """Tamil writes k and g, t and d, p and b alike: voiced between vowels and after nasals."""
    text = re.sub(r"(?<!ch)ch(?!ch)", "s", text)
    for hard, soft in (("k", "g"), ("t", "d"), ("p", "b")):
        text = re.sub(rf"(?<=[aeiouynm]){hard}(?=[aeiouyr])", soft, text)
    return text
