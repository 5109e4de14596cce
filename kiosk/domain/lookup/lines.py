"""Codes, e-mail addresses and phone numbers: one text to search in, little memory for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

_UTF_8 = ("utf-8", "surrogatepass")
_TO_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_TO_DIGITS = bytes.maketrans(b"ABCDEFGHIJ", b"0123456789")


def tag_of(slot: int) -> str:
    """A slot in capitals: keys are folded, so no part of a key is ever found in it."""
    return str(slot).translate(_TO_LETTERS)


class Lines:
    """Keys with the slot of their person, kept as `key TAB slot` lines of one text.

    In UTF-8, in which no letter is found within another one, and in one piece that grows: a
    hundred thousand small strings would leave holes in the memory.
    """

    def __init__(self) -> None:
        self._text = bytearray(b"\n")

    def add(self, key: str, tag: str) -> None:
        """Enter a folded key without spaces, with the tag of its person's slot."""
        self._text += f"{key}\t{tag}\n".encode(*_UTF_8)

    def find(self, part: str, most: int = 200) -> Iterator[tuple[int, str]]:
        """Slots whose key holds the part, with the whole key, in the order they were entered.

        `"\\n" + part` finds keys that begin so, `part + "\\t"` those that end so.
        """
        text, sought, end = self._text, part.encode(*_UTF_8), 0
        for _ in range(most):
            at = text.find(sought, end)
            if at < 0:
                return
            tab = text.find(b"\t", at)
            end = text.find(b"\n", tab)
            key = text[text.rfind(b"\n", 0, tab) + 1 : tab].decode(*_UTF_8)
            yield int(text[tab + 1 : end].translate(_TO_DIGITS)), key


class CodeBook:
    """Lines by their first character, so that a search reads a small part of 300,000 codes."""

    def __init__(self) -> None:
        self._shelves: defaultdict[str, Lines] = defaultdict(Lines)

    def add(self, code: str, tag: str) -> None:
        """Enter a code, not empty, with the tag of its person's slot."""
        self._shelves[code[0]].add(code, tag)

    def beginning(self, start: str) -> Iterator[tuple[int, str]]:
        """Slots with a code that begins so, and the whole code."""
        shelf = self._shelves.get(start[0])
        return shelf.find("\n" + start) if shelf else iter(())

    def holding(self, part: str) -> Iterator[tuple[int, str]]:
        """Slots with a code that holds the part anywhere, and the whole code."""
        for shelf in self._shelves.values():
            yield from shelf.find(part)
