"""The index that finds attendees in memory while a name is typed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from mmap import mmap

import msgspec

from kiosk.domain.lookup.candidates import Candidates
from kiosk.domain.lookup.keys import CodeBook, Lines, code_key, digits, email_key, keys_of, tag_of
from kiosk.domain.lookup.packed import Packed, let_go
from kiosk.domain.lookup.people import BARRED, IS_IN, Findable, People, SearchResult
from kiosk.domain.lookup.search import Searcher
from kiosk.domain.lookup.vocabulary import Vocabulary

STORED_FORM = f"6 {sys.byteorder}"
"""Raised whenever an attendee is found by other words, or the index is stored otherwise."""


_STORED = dict[str, memoryview | dict[str, memoryview] | list[tuple[int, str, int]]]
"""Bytes, shelves of codes, and groups of sounds, by name."""


class LookupIndex:
    """Finds attendees by name, e-mail, company, order, phone and code."""

    def __init__(self, packed: Packed | None = None) -> None:
        is_new = packed is None
        self._stored: bytes | mmap | None = None
        packed = packed or {"codes": {}, "phones": b"\n", "emails": {}}
        self._people = People() if is_new else People.unpack(packed)
        self._vocabulary = Vocabulary() if is_new else Vocabulary.unpack(packed)
        self._candidates = Candidates(self._vocabulary)
        self._codes = CodeBook(packed["codes"])
        self._phones = Lines(packed["phones"])
        self._emails = CodeBook(packed["emails"])
        self._searcher = Searcher(
            self._people,
            self._vocabulary,
            self._candidates,
            self._codes,
            self._phones,
            self._emails,
        )

    @classmethod
    def build(cls, people: Iterable[Findable]) -> LookupIndex:
        """Index all attendees, each before the next is requested, so that none is kept in memory
        and the caller can pause at any time."""
        index = cls()
        for person in people:
            index.add(person)
        index.settle()
        return index

    def pack(self) -> bytes:
        """The index to store, if it was just built from attendees in the order of their ids."""
        packed: Packed = {
            "codes": self._codes.pack(),
            "phones": self._phones.pack(),
            "emails": self._emails.pack(),
        }
        self._people.pack(packed, self._vocabulary.pack(packed))
        return msgspec.msgpack.encode(packed)

    @classmethod
    def unpack(cls, data: bytes | mmap) -> LookupIndex:
        """The index of `pack`. Most of it stays where it is: of a mapped file, only the pages that
        a search reads are in memory.

        Raises:
            ValueError, KeyError, TypeError: it is not one.
        """
        index = cls(msgspec.msgpack.decode(data, type=_STORED))
        index._stored = data
        let_go(data)
        return index

    def set_all_arrived(self, ids: set[str]) -> None:
        """Note who arrived, in an index that was just unpacked."""
        self._people.set_all_arrived(ids)

    def __len__(self) -> int:
        return len(self._people)

    def settle(self) -> None:
        """Sort all new entries now, so that the first search does not wait for it."""
        self._vocabulary.settle()

    def add(self, person: Findable) -> None:
        """Add an attendee, or replace the one with this id."""
        if self._people.slot(person.id) is not None:
            self.remove(person.id)
        keys = keys_of(person)
        known = len(self._vocabulary)
        name = [self._vocabulary.enter(word, by_sound=True) for word in keys.name]
        other = [self._vocabulary.enter(word, by_sound=word in keys.spoken) for word in keys.other]
        behind = BARRED if person.barred else IS_IN if person.arrived else 0
        slot = self._people.enter(person.id, name, other, keys.parts, behind)
        self._vocabulary.post(slot, name, other)
        if len(self._vocabulary) != known:
            self._candidates.forget()
        tag = tag_of(slot)
        for code in _codes(person):
            self._codes.add(code, tag)
        if phone := digits(person.phone):
            self._phones.add(phone, tag)
        if email := email_key(person.email):
            self._emails.add(email, tag)

    def remove(self, person_id: str) -> None:
        """Remove an attendee; an unknown id is no error."""
        slot = self._people.slot(person_id)
        if slot is None:
            return
        self._vocabulary.drop(slot, self._people.words(slot))
        self._people.leave(slot)

    def set_arrived(self, person_id: str, arrived: bool) -> None:
        """Note that an attendee arrived, or that this was undone."""
        slot = self._people.slot(person_id)
        if slot is not None:
            self._people.set_arrived(slot, arrived)

    def search(self, query: str, limit: int = 10, spare: int = 0) -> SearchResult:
        """Find the attendees that the typed text can mean, best first; never raises.

        Args:
            limit: hits that are searched for.
            spare: hits beyond them, if they are known without a longer search.
        """
        result = self._searcher.search(query, limit, spare)
        let_go(self._stored)
        return result


def _codes(person: Findable) -> set[str]:
    codes = {code_key(code) for code in (person.order_code, *person.codes)}
    codes.discard("")
    return codes
