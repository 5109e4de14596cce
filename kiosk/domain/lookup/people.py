"""Input and output of the name search, and its store of attendees."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.domain.lookup.packed import Packed, Texts


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
    others: str = ""
    """Names of the buyer of a ticket without a name, of companions, of former holders."""
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
_LOOKS = 20
"""Ids that are compared to find one among 100,000."""


class People:
    """Slots are given in order and never reused, so postings stay sorted."""

    def __init__(self) -> None:
        self._stored = Texts()
        """The ids of the first slots, sorted."""
        self._ids: list[str] = []
        """The ids of the slots after them."""
        self._slots: dict[str, int] = {}
        """The slots of these."""
        self._gone: set[int] = set()
        self.behind = bytearray()
        """0 for expected attendees, else `IS_IN` or `BARRED`."""
        self.handicap = array("f")
        """Subtracted from a score: for each word of the full name, and for a lower rank."""
        self._words = array("I")
        self._first = array("I", [0])
        self._names = bytearray()

    @classmethod
    def unpack(cls, packed: Packed) -> People:
        """The attendees of `pack`."""
        people = cls()
        people._stored = Texts.unpack(packed, "ids")
        people.behind = bytearray(packed["behind"])
        people.handicap.frombytes(packed["handicap"])
        people._words.frombytes(packed["words of people"])
        people._first = array("I")
        people._first.frombytes(packed["first words of people"])
        people._names = bytearray(packed["name words"])
        return people

    def pack(self, packed: Packed, ranks: Sequence[int]) -> None:
        """Add them to the parts of an index: entered in the order of their ids, none removed.

        Args:
            ranks: the number of each word there.
        """
        Texts.of(self._ids).pack(packed, "ids")
        packed |= {
            "behind": bytes(self.behind),
            "handicap": self.handicap.tobytes(),
            "words of people": array("I", map(ranks.__getitem__, self._words)).tobytes(),
            "first words of people": self._first.tobytes(),
            "name words": bytes(self._names),
        }

    def enter(
        self, person_id: str, name: Sequence[int], other: Sequence[int], parts: int, behind: int
    ) -> int:
        """Assign a slot to an attendee, with the words of the name and of other fields.

        Args:
            behind: 0, `IS_IN` or `BARRED`.
        """
        slot = self._slots[person_id] = len(self._stored) + len(self._ids)
        self._ids.append(person_id)
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
        slot = self._slots.get(person_id)
        if slot is None:
            slot = self._stored.find(person_id)
        return None if slot in self._gone else slot

    def id_of(self, slot: int) -> str:
        """The id of the attendee of a slot."""
        stored = len(self._stored)
        return str(self._stored[slot]) if slot < stored else self._ids[slot - stored]

    def leave(self, slot: int) -> None:
        """Remove an attendee; the slot stays empty."""
        self._gone.add(slot)

    def set_all_arrived(self, ids: set[str]) -> None:
        """Note who arrived, in an index in which no one has."""
        if len(ids) * _LOOKS < len(self):
            slots = (self.slot(person_id) for person_id in ids)
        else:
            slots = (at for at, person_id in enumerate(self._stored) if person_id in ids)
        for slot in slots:
            if slot is not None:
                self.set_arrived(slot, True)

    def words(self, slot: int) -> array[int]:
        """Numbers of all words of an attendee, those of the name first."""
        return self._words[self._first[slot] : self._first[slot + 1]]

    def name_words(self, slot: int) -> int:
        """The number of name words in `words`."""
        return self._names[slot]

    def is_present(self, slot: int) -> bool:
        """Whether the slot still belongs to an attendee."""
        return slot not in self._gone

    def __len__(self) -> int:
        return len(self._names) - len(self._gone)
