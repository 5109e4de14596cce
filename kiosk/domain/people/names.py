"""Fold names for comparison, and split them into words. Shown names are never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

APOSTROPHES = "'’‘ʼʻ`´′＇ʹʿʾ"
"""Characters that people type in O'Brien, D’Aubigny, Qur'an, Hawaiʻi."""

_LETTERS = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ɛ": "e", "ɔ": "o",
    # One letter, several code points: Arabic, Persian and Urdu keyboards differ.
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك",
    "ہ": "ه", "ھ": "ه", "ة": "ه", "ە": "ه", "ں": "ن", "ـ": "",
    "ー": "",
}  # fmt: skip
"""Letters that Unicode does not decompose, and variants of one letter."""

_DROPPED_MARKS = (
    (0x0300, 0x036F),  # accents
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),
    (0x064B, 0x065F),  # Arabic short vowels, hamza above and below
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # emoji or text form
)
_NUKTAS = frozenset({0x093C, 0x09BC, 0x0A3C, 0x0ABC, 0x0B3C, 0x0CBC})
"""The dot that changes ज to ज़; half of all writers leave it out. Vowel signs are never dropped."""


class _FoldTable(dict[int, str]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __missing__(self, code_point: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code_point).casefold()).casefold()  # 𝔍 is a J
        folded = "".join(map(_fold_one, plain))
        self[code_point] = folded
        return folded


def _fold_one(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    if char in APOSTROPHES:
        return "'"
    code_point = ord(char)
    if code_point in _NUKTAS or any(low <= code_point <= high for low, high in _DROPPED_MARKS):
        return ""
    category = unicodedata.category(char)
    if category == "Cf":  # joiners, direction marks, soft hyphen
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category[0] not in "LMN":
        return " "
    if 0x30A1 <= code_point <= 0x30F6:  # katakana to hiragana
        return chr(code_point - 0x60)
    return char


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """Fold a text for comparing: case, accents, width and joiners go, punctuation becomes spaces.

    Vowel signs of Indic and South-East Asian scripts stay, apostrophes become `'`.
    """
    folded = text.translate(_FOLD)
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


_LOST = re.compile(
    "\ufffd|\\?\\?|\\w\\?\\w|#(?:REF!|N/A|NAME\\?|VALUE!)|[ÃÂ][\u0080-\u00bf]|â€", re.IGNORECASE
)


def has_lost_letters(name: str) -> bool:
    """Whether letters of a name were lost on the way: `Fran?ois`, `????`, `#REF!`, U+FFFD."""
    return bool(_LOST.search(name))


_SIGNS_OF_LOSS = ("\ufffd", "?", "#", "Ã", "Â", "ã", "â", "n/a")


def with_lost_letters(names: Sequence[str]) -> list[str]:
    """The names that lost letters; nearly always none, which one look at all names shows."""
    together = "\n".join(names)
    if not any(sign in together for sign in _SIGNS_OF_LOSS):
        return []
    return [name for name in names if has_lost_letters(name)]


def is_syllabic(char: str) -> bool:
    """Whether the character is written without spaces and means a syllable: Han, Hangul."""
    return "\u3400" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or char >= "\U00020000"


def split_runs(word: str) -> Iterator[tuple[bool, str]]:
    """Cut a word where Han or Hangul begins or ends: (is syllabic, run)."""
    start = 0
    for position in range(1, len(word) + 1):
        if position == len(word) or is_syllabic(word[position]) != is_syllabic(word[start]):
            yield is_syllabic(word[start]), word[start:position]
            start = position


def words(text: str) -> list[str]:
    """Words of a text, folded, apostrophes taken out: `D’Aubigny` is `daubigny`."""
    return fold(text).replace("'", "").split()


def typed_words(text: str) -> list[str]:
    """Words of a query: like `words`, with every Han or Hangul syllable as a separate word."""
    typed: list[str] = []
    for word in words(text):
        if word.isascii():
            typed.append(word)
            continue
        for syllabic, run in split_runs(word):
            typed.extend(run if syllabic else [run])
    return typed


# Sort names without titles, companies and other words that are no part of them.

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\s[|/•·@–—].*$|\s-\s.*$")
"""Pronouns in brackets; a company, role or handle behind a sign: `(she/her)`, `| TCS`, `@asha`."""
_BEFORE = frozenset((
    "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "shri", "smt", "sri", "kumari",
    "ustad", "er", "adv",
))  # fmt: skip
_BEHIND = frozenset((
    "jr", "sr", "jnr", "snr", "ii", "iii", "iv", "phd", "mba", "msc", "bsc", "mtech", "btech",
    "esq", "cpa",
))  # fmt: skip
_BEHIND_A_COMMA = _BEHIND | frozenset(["ma", "ba", "md", "dds"])
"""Without a comma, `Jack Ma` would lose his name."""


def sorted_name(name: str) -> tuple[str, str]:
    """A name for sorting, as (given names, family name), without titles, suffixes and asides.

    `Dr. Priya Kulkarni, PhD (she/her) | TCS` and `Kulkarni, Priya` give (`Priya`, `Kulkarni`). A
    single word is the family name. Where nothing would be left, the name is taken as it is.
    """
    before, _, behind = _ASIDE.sub(" ", name).partition(",")
    parts = _without_titles(before.split(), _BEHIND)
    more = _without_titles(behind.replace(",", " ").split(), _BEHIND_A_COMMA)
    if more:
        return " ".join(more), " ".join(parts) or " ".join(more)
    parts = parts or name.split()
    return " ".join(parts[:-1]), parts[-1] if parts else ""


def _without_titles(parts: list[str], behind: frozenset[str]) -> list[str]:
    while len(parts) > 1 and _bare(parts[0]) in _BEFORE:
        parts = parts[1:]
    while parts and _bare(parts[-1]) in behind:
        parts = parts[:-1]
    return parts


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()
