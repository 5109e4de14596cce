"""Codes, e-mail addresses and phone numbers: one text to search in, little memory for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

_BLOCK = 256
_TO_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_TO_DIGITS = str.maketrans("ABCDEFGHIJ", "0123456789")


def tag_of(slot: int) -> str:
    """A slot in capitals: keys are folded, so no part of a key is ever found in it."""
    return str(slot).translate(_TO_LETTERS)


class Lines:
    """Keys with the slot of their person, kept as `key TAB slot` lines of one text."""

    def __init__(self) -> None:
        self._text = "\n"
        self._new: list[str] = []
        self._blocks: list[str] = []

    def add(self, key: str, tag: str) -> None:
        """Enter a folded key without spaces, with the tag of its person's slot."""
        self._new.append(f"{key}\t{tag}\n")
        if len(self._new) >= _BLOCK:  # a hundred thousand small strings would leave holes
            self._blocks.append("".join(self._new))
            self._new.clear()

    def find(self, part: str, most: int = 200) -> Iterator[tuple[int, str]]:
        """Slots whose key holds the part, with the whole key, in the order they were entered.

        `"\\n" + part` finds keys that begin so, `part + "\\t"` those that end so.
        """
        self.settle()
        text, end = self._text, 0
        for _ in range(most):
            at = text.find(part, end)
            if at < 0:
                return
            tab = text.find("\t", at)
            end = text.find("\n", tab)
            yield (
                int(text[tab + 1 : end].translate(_TO_DIGITS)),
                text[text.rfind("\n", 0, tab) + 1 : tab],
            )

    def settle(self) -> None:
        """Join what was entered to one text."""
        if self._new or self._blocks:
            self._text = "".join((self._text, *self._blocks, *self._new))
            self._blocks.clear()
            self._new.clear()


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

    def settle(self) -> None:
        """Join what was entered."""
        for shelf in self._shelves.values():
            shelf.settle()
