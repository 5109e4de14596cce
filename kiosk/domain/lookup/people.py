"""The people of the lookup: a slot each, with the numbers of their words, in flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

UNTYPED_WORD = 0.01
ARRIVED = 0.001
_MOST_PARTS = 5


class People:
    """Slots are given in order and never reused, so postings stay sorted."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.arrived = bytearray()
        self.handicap = array("f")
        """Taken off a score: for each word of the full name, and for having come already."""
        self._slots: dict[str, int] = {}
        self._words = array("I")
        self._first = array("I", [0])
        self._names = bytearray()

    def enter(
        self, person_id: str, name: Sequence[int], other: Sequence[int], parts: int, arrived: bool
    ) -> int:
        """Give a person a slot, with the words of the name and those of everything else."""
        slot = self._slots[person_id] = len(self.ids)
        self.ids.append(person_id)
        self._words.extend(name[:255])
        self._words.extend(other)
        self._first.append(len(self._words))
        self._names.append(min(len(name), 255))
        self.handicap.append(UNTYPED_WORD * min(parts, _MOST_PARTS))
        self.arrived.append(False)
        if arrived:
            self.set_arrived(slot, True)
        return slot

    def set_arrived(self, slot: int, arrived: bool) -> None:
        """Note whether a person came."""
        if arrived != self.arrived[slot]:
            self.arrived[slot] = arrived
            self.handicap[slot] += ARRIVED if arrived else -ARRIVED

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
