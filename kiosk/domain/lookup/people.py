"""Input and output of the name search, and its store of attendees."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Findable(NamedTuple):
    """The searchable facts of one attendee. Empty texts mean not given.

    A NamedTuple, as 100,000 are created when an event is opened.
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
    """The buyer's name where the ticket has no name."""
    codes: tuple[str, ...] = ()
    """Badge and ticket codes, which people also type by hand."""
    arrived: bool = False
    """Already checked in: ranked after equals."""
    barred: bool = False
    """Canceled or blocked: ranked after equals, also those checked in."""


class Hit(NamedTuple):
    """One attendee found."""

    id: str
    score: float
    """1 when every word typed is exactly a word of the name; higher only for a whole code."""
    is_written: bool = False
    """Every word typed begins a word of the name as it is spelled, or the text is a whole code."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Attendees found, best first."""

    hits: tuple[Hit, ...] = ()
    clear: bool = False
    """Whether Enter may check in the first hit: every typed word begins a word of this one name, or
    the text is a whole code or e-mail address, and no other attendee fits or nearly fits."""


# The attendees of the search: a slot each, with the numbers of their words, in flat arrays.

UNTYPED_WORD = 0.01
BEHIND = 0.001
"""Taken off a score for each of `IS_IN` and `BARRED`."""
IS_IN, BARRED = 1, 2
"""Ranks after expected attendees: already checked in; canceled or blocked."""
_MOST_PARTS = 5


class People:
    """Slots are given in order and never reused, so postings stay sorted."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.behind = bytearray()
        """0 for expected attendees, else `IS_IN` or `BARRED`."""
        self.handicap = array("f")
        """Subtracted from a score: for each word of the full name, and for a lower rank."""
        self._slots: dict[str, int] = {}
        self._words = array("I")
        self._first = array("I", [0])
        self._names = bytearray()

    def enter(
        self, person_id: str, name: Sequence[int], other: Sequence[int], parts: int, behind: int
    ) -> int:
        """Assign a slot to an attendee, with the words of the name and of other fields.

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
        """Note whether an attendee arrived; a barred one keeps its rank."""
        now = IS_IN if arrived else 0
        if self.behind[slot] not in (now, BARRED):
            self.handicap[slot] += BEHIND * (now - self.behind[slot])
            self.behind[slot] = now

    def slot(self, person_id: str) -> int | None:
        """The slot of an attendee; None if unknown."""
        return self._slots.get(person_id)

    def leave(self, person_id: str) -> None:
        """Remove an attendee; the slot stays empty."""
        del self._slots[person_id]

    def words(self, slot: int) -> array[int]:
        """Numbers of all words of an attendee, those of the name first."""
        return self._words[self._first[slot] : self._first[slot + 1]]

    def name_words(self, slot: int) -> int:
        """The number of name words in `words`."""
        return self._names[slot]

    def is_present(self, slot: int) -> bool:
        """Whether the slot still belongs to an attendee."""
        return self._slots.get(self.ids[slot]) == slot

    def __len__(self) -> int:
        return len(self._slots)
