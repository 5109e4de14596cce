"""Search codes, e-mail addresses and phone numbers in one text, with little memory for many."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from kiosk.domain.lookup.packed import UTF_8
from kiosk.domain.lookup.people import Findable
from kiosk.domain.lookup.spellings import COMPOUND_SURNAMES, JAPANESE_READINGS
from kiosk.domain.people.names import fold, split_runs, words

_TO_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_TO_DIGITS = bytes.maketrans(b"ABCDEFGHIJ", b"0123456789")


def tag_of(slot: int) -> str:
    """A slot in capitals: keys are in lower case, so no part of a key matches in it."""
    return str(slot).translate(_TO_LETTERS)


class Lines:
    """Keys with the slot of their attendee, stored as `key TAB slot` lines in one text.

    In UTF-8, where no letter appears inside another one, and in one growing piece: 100,000 small
    strings would fragment the memory.
    """

    def __init__(self, text: bytes | bytearray | memoryview = b"\n") -> None:
        self._text = text

    def pack(self) -> bytes:
        """All lines, for the constructor."""
        return bytes(self._text)

    def add(self, key: str, tag: str) -> None:
        """Enter a folded key without spaces, with the tag of its person's slot."""
        if not isinstance(self._text, bytearray):  # stored ones stay until one is added
            self._text = bytearray(self._text)
        self._text += f"{key}\t{tag}\n".encode(*UTF_8)

    def find(self, part: str, most: int = 200) -> Iterator[tuple[int, str]]:
        """Slots whose key contains the part, with the whole key, in order of entry.

        `"\\n" + part` finds keys that begin with it, `part + "\\t"` keys that end with it.
        """
        stored, sought, end = self._text, part.encode(*UTF_8), 0
        text = bytes(stored) if isinstance(stored, memoryview) else stored
        for _ in range(most):
            at = text.find(sought, end)
            if at < 0:
                return
            tab = text.find(b"\t", at)
            end = text.find(b"\n", tab)
            key = text[text.rfind(b"\n", 0, tab) + 1 : tab].decode(*UTF_8)
            yield int(text[tab + 1 : end].translate(_TO_DIGITS)), key


class CodeBook:
    """Lines by first character, so that a search reads a small part of 300,000 codes."""

    def __init__(self, shelves: Mapping[str, bytes | memoryview]) -> None:
        lines = {letter: Lines(text) for letter, text in shelves.items()}
        self._shelves = defaultdict(Lines, lines)

    def pack(self) -> dict[str, bytes]:
        """All lines by first character, for the constructor."""
        return {letter: shelf.pack() for letter, shelf in self._shelves.items()}

    def add(self, code: str, tag: str) -> None:
        """Enter a code, not empty, with the tag of its person's slot."""
        self._shelves[code[0]].add(code, tag)

    def beginning(self, start: str) -> Iterator[tuple[int, str]]:
        """Slots with a code that begins with the text, and the whole code."""
        shelf = self._shelves.get(start[0])
        return shelf.find("\n" + start) if shelf else iter(())

    def holding(self, part: str) -> Iterator[tuple[int, str]]:
        """Slots with a code that contains the part, and the whole code."""
        for shelf in self._shelves.values():
            yield from shelf.find(part)


# The search keys of an attendee: words of the name, other words, codes, digits, e-mail.

WITHIN = "\u2060"
"""Marks a syllable inside a name; no folded text contains it."""
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NOT_DIGITS = re.compile(r"\D+")


class Keys(NamedTuple):
    """All search keys of one attendee."""

    name: list[str]
    """Words of the name, folded, in order."""
    other: list[str]
    """Words of company, e-mail and the names of others."""
    parts: int
    """The number of words in the full name as spoken."""
    spoken: tuple[str, ...] = ()
    """Those of `other` that are names."""


def keys_of(person: Findable) -> Keys:
    """Take a person apart."""
    name, parts = name_words(person.name)
    for extra in (person.given_name, person.family_name):
        if extra and extra not in person.name:
            name.extend(word for word in name_words(extra)[0] if word not in name)
    other = [*_field_words(person.company), *email_words(person.email)]
    spoken = tuple(name_words(person.others)[0]) if person.others else ()
    other.extend(spoken)
    if not other:
        return Keys(name, other, parts)
    taken = set(name)
    other = [word for word in dict.fromkeys(other) if word not in taken]
    return Keys(name, other, parts, spoken)


def name_words(text: str) -> tuple[list[str], int]:
    """Words of a name under which it may be typed, and how many words it has."""
    spoken: list[str] = []
    parts = 0
    folded = fold(text)
    if folded.isascii() and "'" not in folded:
        spoken = folded.split()
        return spoken, sum(len(word) > 1 for word in spoken)  # an initial is rarely typed
    for word in folded.split():
        parts += len(word) > 1 or not word.isascii()
        if "'" in word:
            pieces = [piece for piece in word.split("'") if len(piece) > 2]
            word = word.replace("'", "")
            if not word:
                continue
            spoken.extend(piece for piece in pieces if piece != word)
        if word.isascii():
            spoken.append(word)
            continue
        for syllabic, run in split_runs(word):
            if syllabic:
                spoken.extend(_syllabic_words(run))
                parts += len(run) > 1
            else:
                spoken.append(run)
    return spoken, parts


def _syllabic_words(run: str) -> list[str]:
    """Surname and given name of a name written without spaces, and each syllable within them.

    A syllable within gets a mark: it is found when typed as it is written, not by its sound,
    or "ta" would find every 健太.
    """
    if len(run) == 1:
        return [run]
    family = 1
    if run in JAPANESE_READINGS:
        family = len(run)
    elif run[:2] in COMPOUND_SURNAMES or run[:2] in JAPANESE_READINGS:
        family = 2
    elif run[:3] in JAPANESE_READINGS:
        family = 3
    groups = [group for group in (run[:family], run[family:]) if group]
    within = [syllable + WITHIN for group in groups if len(group) > 1 for syllable in group]
    return [*groups, *within]


def email_words(email: str) -> list[str]:
    """Words of an address: of the part before the @ if it has several, and of the domain."""
    local, _, domain = email.strip().partition("@")
    if local.isascii() and local.isalpha():
        return _domain_words(domain)
    spoken = [word for word in _NOT_LETTERS.split(fold(local)) if len(word) > 1]
    return [*spoken, *_domain_words(domain)] if len(spoken) > 1 else _domain_words(domain)


@lru_cache(maxsize=1024)
def _domain_words(domain: str) -> list[str]:
    return [label for label in fold(domain).split()[:-1] if len(label) > 3]


_field_words = lru_cache(maxsize=1024)(words)


def code_key(code: str) -> str:
    """A code as it is compared: case, spaces, hyphens and a leading # do not count."""
    if code.isalnum():
        return code.lower()
    return "".join(code.lower().split()).replace("-", "").lstrip("#")


def email_key(email: str) -> str:
    """An e-mail address as it is compared: case and spaces do not count."""
    return "".join(email.lower().split())


def digits(text: str) -> str:
    """Digits of a phone number, of any script, as ASCII."""
    return _NOT_DIGITS.sub("", text if text.isascii() else fold(text))
