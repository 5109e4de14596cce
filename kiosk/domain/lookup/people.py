"""What goes into the lookup, and what comes out."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Findable(NamedTuple):
    """What the desk may type to find one person. Empty texts mean not given.

    A NamedTuple, as 100,000 are made when an event is opened.
    """

    id: str
    name: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    company: str = ""
    order_code: str = ""
    phone: str = ""
    guest_of: str = ""
    """The buyer's name where the ticket itself has none."""
    codes: tuple[str, ...] = ()
    """Badge and ticket codes, which people also type by hand."""
    arrived: bool = False
    """Already in: ranked behind equals."""
    barred: bool = False
    """Canceled or blocked: ranked behind equals who are in, too."""


class Hit(NamedTuple):
    """One person found."""

    id: str
    score: float
    """1 when every word typed is exactly a word of the name; higher only for a whole code."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """People found, best first."""

    hits: tuple[Hit, ...] = ()
    clear: bool = False
    """Whether Enter may check in the first hit: every word typed is the beginning of a word of
    this one name, or the text is a whole code or e-mail, and nobody else fits or nearly fits."""


# The people of the lookup: a slot each, with the numbers of their words, in flat arrays.

UNTYPED_WORD = 0.01
BEHIND = 0.001
"""Taken off a score for each of `IS_IN` and `BARRED`."""
IS_IN, BARRED = 1, 2
"""Ranks behind those who are awaited: already in; canceled or blocked."""
_MOST_PARTS = 5


class People:
    """Slots are given in order and never reused, so postings stay sorted."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.behind = bytearray()
        """0 for those who are awaited, else `IS_IN` or `BARRED`."""
        self.handicap = array("f")
        """Taken off a score: for each word of the full name, and for standing behind others."""
        self._slots: dict[str, int] = {}
        self._words = array("I")
        self._first = array("I", [0])
        self._names = bytearray()

    def enter(
        self, person_id: str, name: Sequence[int], other: Sequence[int], parts: int, behind: int
    ) -> int:
        """Give a person a slot, with the words of the name and those of everything else.

        Args:
            behind: 0, `IS_IN` or `BARRED`.
        """
        slot = self._slots[person_id] = len(self.ids)
        self.ids.append(person_id)
        self._words.extend(name[:255])
        self._words.extend(other)
        self._first.append(len(self._words))
        self._names.append(min(len(name), 255))
        self.handicap.append(UNTYPED_WORD * min(parts, _MOST_PARTS) + BEHIND * behind)
        self.behind.append(behind)
        return slot

    def set_arrived(self, slot: int, arrived: bool) -> None:
        """Note whether a person came; whoever is barred stays behind all others."""
        now = IS_IN if arrived else 0
        if self.behind[slot] not in (now, BARRED):
            self.handicap[slot] += BEHIND * (now - self.behind[slot])
            self.behind[slot] = now

    def slot(self, person_id: str) -> int | None:
        """The slot of a person, None if unknown."""
        return self._slots.get(person_id)

    def leave(self, person_id: str) -> None:
        """Forget a person; the slot stays empty."""
        del self._slots[person_id]

    def words(self, slot: int) -> array[int]:
        """Numbers of all words of a person, those of the name first."""
        return self._words[self._first[slot] : self._first[slot + 1]]

    def name_words(self, slot: int) -> int:
        """How many of `words` are of the name."""
        return self._names[slot]

    def is_present(self, slot: int) -> bool:
        """Whether the slot still holds a person."""
        return self._slots.get(self.ids[slot]) == slot

    def __len__(self) -> int:
        return len(self._slots)
