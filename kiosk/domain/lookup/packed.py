"""Keep sorted texts and lists of numbers in one piece of memory each, as they are stored.

A search index of 100,000 attendees is read in a few milliseconds this way, and takes a fifth of the
memory of dictionaries and lists.
"""

from __future__ import annotations

import mmap
import sys
from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import Any

UTF_8 = ("utf-8", "surrogatepass")
Packed = dict[str, Any]
"""The parts of an index by name: bytes, numbers and texts."""
_LAST = "\U0010ffff"
_MANY = 50
"""New texts that are sorted with the others in less time than entered one by one."""


def numbers_of(data: bytes | memoryview) -> memoryview:
    """Numbers of four bytes each, in the order of this machine; they are not copied."""
    return memoryview(data).cast("I")


def let_go(data: bytes | mmap.mmap | None) -> None:
    """Release the memory of a mapped file; a page that is read again comes from its cache."""
    if sys.platform != "win32" and isinstance(data, mmap.mmap):
        data.madvise(mmap.MADV_DONTNEED)


class Texts(Sequence[str]):
    """Texts, each found by its place; where they are sorted, a place is found by its text."""

    def __init__(self, data: bytes | memoryview = b"", first: Sequence[int] = (0,)) -> None:
        self._data = data
        self._first = first

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Pack texts, in this order."""
        first, end, parts = array("I", [0]), 0, []
        for text in texts:
            parts.append(text.encode(*UTF_8))
            end += len(parts[-1]) + 1
            first.append(end)
        parts.append(b"")
        return cls(b"\n".join(parts), first)

    @classmethod
    def unpack(cls, packed: Packed, name: str) -> Texts:
        """The texts of `pack`."""
        return cls(packed[name], numbers_of(packed[f"{name} first"]))

    def pack(self, packed: Packed, name: str) -> None:
        """Add them to the parts of an index."""
        packed[name], packed[f"{name} first"] = self._data, array("I", self._first).tobytes()

    def __len__(self) -> int:
        return len(self._first) - 1

    def __getitem__(self, place: Any) -> Any:
        return str(self._data[self._first[place] : self._first[place + 1] - 1], *UTF_8)

    def find(self, text: str) -> int | None:
        """The place of a text among sorted ones; None if it is not there."""
        data, first, sought = self._data, self._first, text.encode(*UTF_8)
        low, high = 0, len(first) - 1
        while low < high:  # `bisect_left` of the encoded texts, which have the same order
            middle = (low + high) // 2
            if bytes(data[first[middle] : first[middle + 1] - 1]) < sought:
                low = middle + 1
            else:
                high = middle
        found = low < len(first) - 1 and data[first[low] : first[low + 1] - 1] == sought
        return low if found else None

    def beginning(self, start: str) -> range:
        """The places of the sorted texts that begin with a text."""
        low = bisect_left(self, start)
        return range(low, bisect_left(self, start + _LAST, low))

    def part(self, places: range) -> list[str]:
        """Several texts without a line end, at once."""
        if not places:
            return []
        data = self._data[self._first[places.start] : self._first[places.stop] - 1]
        return str(data, *UTF_8).split("\n")


class AddedTexts:
    """Different texts that are added one by one, and found by their beginning."""

    def __init__(self) -> None:
        self._ordered: list[str] = []
        self._new: list[str] = []

    def add(self, text: str) -> None:
        """Add a text."""
        self._new.append(text)

    def in_order(self) -> list[str]:
        """All of them, sorted."""
        if len(self._new) > _MANY:
            self._ordered = sorted([*self._ordered, *self._new])
        else:
            for text in self._new:
                insort(self._ordered, text)
        self._new.clear()
        return self._ordered

    def beginning(self, start: str) -> list[str]:
        """Those that begin with a text, in order."""
        texts = self.in_order()
        low = bisect_left(texts, start)
        return texts[low : bisect_left(texts, start + _LAST, low)]


class Lists:
    """A list of numbers for each place, and numbers added to them later."""

    def __init__(self, numbers: memoryview | None = None, first: Sequence[int] = (0,)) -> None:
        self._numbers = numbers or memoryview(array("I"))
        self._first = first
        self._added: dict[int, array[int]] = {}

    @classmethod
    def unpack(cls, packed: Packed, name: str) -> Lists:
        """The lists of `pack_lists`."""
        return cls(numbers_of(packed[name]), numbers_of(packed[f"{name} first"]))

    def __getitem__(self, place: int) -> Sequence[int]:
        """The numbers of a place, none if there are none; in ascending order if so added."""
        added = self._added.get(place)
        if place + 1 >= len(self._first):
            return added or ()
        stored = self._numbers[self._first[place] : self._first[place + 1]]
        if not added:
            return stored
        both = array("I")
        both.frombytes(stored.tobytes())
        return both + added

    def count(self, place: int) -> int:
        """How many numbers a place has."""
        stored = 0
        if place + 1 < len(self._first):
            stored = self._first[place + 1] - self._first[place]
        return stored + len(self._added.get(place, ()))

    def add(self, place: int, number: int) -> None:
        """Add a number to a place."""
        self._added.setdefault(place, array("I")).append(number)

    def drop(self, place: int, number: int) -> None:
        """Remove a number that was added; stored ones stay."""
        added = self._added.get(place)
        at = bisect_left(added, number) if added else 0
        if added and at < len(added) and added[at] == number:
            del added[at]


def pack_lists(packed: Packed, name: str, lists: Iterable[Sequence[int]]) -> None:
    """Add a list of numbers for each place to the parts of an index."""
    numbers, first = array("I"), array("I", [0])
    for some in lists:
        numbers.extend(some)
        first.append(len(numbers))
    packed[name], packed[f"{name} first"] = numbers.tobytes(), first.tobytes()
