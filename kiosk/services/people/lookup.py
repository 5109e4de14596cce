"""Look up attendees of one event by name, company, order or code."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.lookup.index import STORED_FORM, LookupIndex
from kiosk.domain.lookup.people import Findable, Hit
from kiosk.domain.people.attendee import GUEST_OF, Attendee
from kiosk.domain.people.names import typed_words, words
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.event.event import open_event
from kiosk.storage.file.cache import keep_value, kept_place, mapped_value, newest_place
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import changed_since, events_after, last_event
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.attendees import former_holders, transfers_of
from kiosk.storage.queries.scans import arrived_ids, has_arrived

_ONLY_PASSED = frozenset(
    {
        EventKind.CHECK_IN,
        EventKind.REFUSED,
        EventKind.UNDO,
        EventKind.BADGE_WANTED,
        EventKind.BADGE_JOB,
        EventKind.BADGES_PRINTED,
    }
)
"""Event kinds that change nothing a person is found by. Adding the person again after each scan
would make the index grow all day."""
_SPARE = 30
"""Hits beyond the requested ones: attendees who are not in yet take the place of those who are."""
_WHOLE_NAME = 1.0
"""The score from which all words of a name were typed."""
_NUMBER_DIGITS = 3
"""Digits of the shortest number by which an attendee is looked up."""
_NAMESAKES = 3
"""Attendees looked at to learn whether a word is a whole name."""
_FOUND_AS_BEFORE = _ONLY_PASSED | {EventKind.SETTING, EventKind.LIST, EventKind.IMPORT_DONE}
MANY = 5_000
"""Attendees from which on the index is stored: reading fewer names takes a fifth of a second."""
_MOST_CHANGES = 2_000
_CACHE_KEY = f"lookup {STORED_FORM}"
_BARRED = (TicketStatus.CANCELED, TicketStatus.BLOCKED)


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The people that match a query, best first."""

    people: list[Attendee]
    clear: bool
    """Whether only the first can be meant: one Enter is enough."""
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attendee id to the former holders of a transferred ticket."""
    is_spelled: bool = True
    """Whether the first is spelled as typed; else it only sounds or looks similar."""


class Lookup:
    """A search index, and who is checked in on one list."""

    def __init__(
        self,
        index: LookupIndex,
        arrived: set[str],
        read_to: int,
        former: dict[str, tuple[str, ...]],
        list_id: str | None = None,
    ) -> None:
        self.index = index
        self.former = former
        self.arrived = arrived
        self.read_to = read_to
        self.list_id = list_id
        """The list that `arrived` is about; None: any list."""

    @classmethod
    def load(
        cls,
        store: Store,
        give_way: Callable[[], None] | None = None,
        list_id: str | None = None,
    ) -> Lookup:
        """Read the stored index, or all attendees; those checked in on the list rank behind equal
        matches.

        Args:
            give_way: called for each person; waits while other work has priority.
        """
        return cls._stored(store, list_id) or cls._built(store, give_way, list_id)

    @classmethod
    def _built(
        cls, store: Store, give_way: Callable[[], None] | None, list_id: str | None
    ) -> Lookup:
        read_to = last_event(store.connection)
        arrived = arrived_ids(store.connection, list_id)
        former = former_holders(store.connection)
        people_now = _findables(store, arrived, former, give_way)
        return cls(LookupIndex.build(people_now), arrived, read_to, former, list_id)

    def use_list(self, store: Store, list_id: str | None) -> None:
        """Rank and mark those who are checked in on another list."""
        if list_id == self.list_id:
            return
        before, self.list_id = self.arrived, list_id
        self.arrived = arrived_ids(store.connection, list_id)
        for attendee_id in before ^ self.arrived:
            self.index.set_arrived(attendee_id, attendee_id in self.arrived)

    @classmethod
    def _stored(cls, store: Store, list_id: str | None) -> Lookup | None:
        """The stored index with the changes since; None: there is none, or too much changed."""
        connection = store.connection
        read_to = last_event(connection)
        changed = _changed_since_stored(store)
        packed = None if changed is None else mapped_value(connection, _CACHE_KEY)
        if changed is None or packed is None:
            return None
        try:
            index = LookupIndex.unpack(packed)
        except (ValueError, KeyError, TypeError):  # of another program
            return None
        arrived = arrived_ids(connection, list_id)
        index.set_all_arrived(arrived)
        lookup = cls(index, arrived, read_to, former_holders(connection), list_id)
        for attendee_id in changed:
            lookup._reread(store, attendee_id)
        return lookup

    @classmethod
    def build_and_store(cls, store: Store) -> None:
        """Build the index of a large event, and store it for the next start.

        Raises:
            KioskError: it cannot be stored; nothing else depends on it.
        """
        place = newest_place(store.connection)
        former = former_holders(store.connection)
        packed = LookupIndex.build(_findables(store, set(), former, None)).pack()
        with store.writing():
            keep_value(store.connection, _CACHE_KEY, place, packed)

    def refresh(self, store: Store) -> None:
        """Add what any desk has written since the last refresh."""
        rows, self.read_to = events_after(store.connection, self.read_to)
        stale: dict[str, None] = {}
        passed: dict[str, None] = {}
        for kind, subject, body in rows:
            if kind == EventKind.IMPORT_ROWS:
                stale.update(dict.fromkeys(row[0] for row in json.loads(body)["rows"]))
            elif subject:
                (passed if kind in _ONLY_PASSED else stale)[subject] = None
        if len(stale) > _MOST_CHANGES:
            fresh = Lookup.load(store, list_id=self.list_id)
            self.index, self.arrived, self.former = fresh.index, fresh.arrived, fresh.former
            return
        for attendee_id in stale:
            self._reread(store, attendee_id)
        for attendee_id in passed.keys() - stale.keys():
            self.index.set_arrived(attendee_id, self._note_arrival(store, attendee_id))

    def _note_arrival(self, store: Store, attendee_id: str) -> bool:
        arrived = has_arrived(store.connection, attendee_id, self.list_id)
        (self.arrived.add if arrived else self.arrived.discard)(attendee_id)
        return arrived

    def _reread(self, store: Store, attendee_id: str) -> None:
        person = people.attendee(store.connection, attendee_id)
        if person is None:
            return
        arrived = self._note_arrival(store, attendee_id)
        codes = tuple(people.codes_of(store.connection, attendee_id))
        old_names = tuple(item.old_name for item in transfers_of(store.connection, attendee_id))
        if old_names:
            self.former[attendee_id] = old_names
        self.index.add(findable(person, codes, arrived=arrived, former=old_names))

    def search(self, store: Store, query: str, limit: int = 10) -> LookupResult:
        """The people that match a text, best first; `guest of priya` finds her nameless guests."""
        if query.strip().casefold().startswith(GUEST_OF.casefold()):
            guests = self._guests(store, query.strip()[len(GUEST_OF) :], limit)
            if guests:
                return LookupResult(guests, len(guests) == 1, {})
        result = self.index.search(query, limit, _SPARE)
        typed = typed_words(query)
        hits = sorted(result.hits, key=self._comes_first)[:limit]  # stable: else as found
        written = {hit.id for hit in hits if hit.is_written}
        found = people.attendees_by_ids(store.connection, [hit.id for hit in hits])
        spelled = _spelled_words(query)
        found.sort(
            key=lambda person: (
                *self._rank(person, typed, written),
                not spelled <= _spelled_words(person.name),
            )
        )
        former = {person.id: self.former[person.id] for person in found if person.id in self.former}
        is_clear = self._is_clear(store, found, typed, written, whole=result.clear)
        clear = is_clear and not (former and _means_former(query, found[0], former))
        is_spelled = bool(found) and found[0].id in written
        return LookupResult(found, clear, former, is_spelled)

    def _comes_first(self, hit: Hit) -> tuple[bool, bool, bool]:
        """The order in which hits are taken, from what the index knows; `_rank` refines it."""
        return (
            hit.score < _WHOLE_NAME,
            not hit.is_written,
            hit.is_written and hit.id in self.arrived,
        )

    def _rank(
        self, person: Attendee, typed: Sequence[str], written: set[str]
    ) -> tuple[int, bool, bool]:
        """The whole name first, then its beginnings, each beginning with people who may enter.

        Similar names come last, as the index orders them: how similar they are counts more than
        who may enter.
        """
        is_whole = _is_full_name(person, typed)
        if not is_whole and person.id not in written:
            return 2, False, False
        is_expected = person.status is TicketStatus.VALID and person.id not in self.arrived
        return 0 if is_whole else 1, not is_expected, person.status in _BARRED

    def _is_clear(
        self,
        store: Store,
        found: Sequence[Attendee],
        typed: Sequence[str],
        written: set[str],
        *,
        whole: bool,
    ) -> bool:
        """Whether one Enter may take the first: the only one of this full name, or the only match
        that is spelled as typed. A digit or two are often the answer to a dialog that is closed
        already.
        """
        if not found or found[0].id not in written:
            return False
        if _is_full_name(found[0], typed):
            return len(found) == 1 or not _is_full_name(found[1], typed)
        if "".join(typed).isdecimal() and len("".join(typed)) < _NUMBER_DIGITS:
            return False
        return (whole or len(found) == 1) and not self._may_mean_another(store, found[0], typed)

    def _may_mean_another(self, store: Store, person: Attendee, typed: Sequence[str]) -> bool:
        """Whether a word that only begins a name of this person is a whole name of others: `li` of
        Lindqvist, where others are called Li. Then the typed name may be of an unregistered person.
        """
        own = _name_words(person)
        begun = [word for word in typed if word not in own and any(n.startswith(word) for n in own)]
        return len(typed) > 1 and any(self._is_a_name(store, word) for word in begun)

    def _is_a_name(self, store: Store, word: str) -> bool:
        hits = self.index.search(word, _NAMESAKES).hits
        found = people.attendees_by_ids(store.connection, [hit.id for hit in hits])
        return any(word in _name_words(person) for person in found)

    def _guests(self, store: Store, host: str, limit: int) -> list[Attendee]:
        hits = self.index.search(host, limit).hits
        found = people.attendees_by_ids(store.connection, [hit.id for hit in hits])
        return [person for person in found if not person.name]


def _name_words(person: Attendee) -> list[str]:
    return words(f"{person.name} {person.given_name} {person.family_name}")


def _spelled_words(text: str) -> set[str]:
    """The words of a text with their accents: Kohler is not Köhler."""
    return set(unicodedata.normalize("NFC", text).casefold().split())


def _is_full_name(person: Attendee, typed: Sequence[str]) -> bool:
    """Whether exactly the words of the name were typed, in any order."""
    parts = f"{person.given_name} {person.family_name}"
    names = (sorted(typed_words(name)) for name in (person.name, parts))
    return bool(typed) and sorted(typed) in names


def _changed_since_stored(store: Store) -> list[str] | None:
    """Attendees to read again after a stored index; None: there is none, or too many changed."""
    place = kept_place(store.connection, _CACHE_KEY)
    if place is None:
        return None
    return changed_since(store.connection, place, _FOUND_AS_BEFORE, _MOST_CHANGES)


# Build the index of a large event in another process: this one answers keys and scans meanwhile.

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kiosk.services.people.lookup import main; main(sys.argv[2])"
)
_LOOK_EVERY_S = 0.02


def store_index(store: Store, is_stopped: Callable[[], bool]) -> None:
    """Have the index of a large event built and stored, if it is not yet; waits for it.

    Where that fails, the index is built in this process when it is loaded.

    Args:
        is_stopped: whether the desk closes, and no one needs the index any more.
    """
    if people.count_attendees(store.connection) < MANY or store.is_read_only:
        return
    if _changed_since_stored(store) is not None:
        return
    try:
        builder = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(store.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:  # no process can be started
        return
    while builder.poll() is None:
        if is_stopped():
            builder.kill()
        time.sleep(_LOOK_EVERY_S)


def main(path: str) -> None:
    """Run the other process."""
    store = open_event(Path(path), desk="")
    try:
        Lookup.build_and_store(store)
    finally:
        store.close()


def _means_former(query: str, person: Attendee, former: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a ticket was found by the name of a former holder."""
    own = _name_words(person)
    old = words(" ".join(former.get(person.id, ())))

    def begins(word: str, names: Sequence[str]) -> bool:
        return any(name.startswith(word) for name in names)

    return any(begins(word, old) and not begins(word, own) for word in words(query))


def _findables(
    store: Store,
    arrived: set[str],
    former: Mapping[str, tuple[str, ...]],
    give_way: Callable[[], None] | None,
) -> Iterator[Findable]:
    for person in people.search_rows(store.connection):
        if give_way is not None:
            give_way()
        is_in = person.id in arrived
        yield findable(person, person.codes, arrived=is_in, former=former.get(person.id, ()))


def findable(
    person: Attendee | people.SearchRow,
    codes: Sequence[str],
    *,
    arrived: bool,
    former: Sequence[str] = (),
) -> Findable:
    """The searchable texts of a person. Checked-in and canceled people rank behind.

    Args:
        former: names of former holders of the ticket.
    """
    return Findable(
        id=person.id,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        company=person.company,
        order_code=person.order_code,
        phone=person.phone,
        others=" ".join(filter(None, (person.guest_of, *former, person.companions))),
        codes=(*codes, badge_code(person.id)),
        arrived=arrived,
        barred=person.status in _BARRED,
    )
