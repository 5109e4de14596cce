"""Look up attendees of one event by name, company, order or code."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.lookup import STORED_FORM, Findable, LookupIndex
from kiosk.domain.people.attendee import GUEST_OF, Attendee
from kiosk.domain.people.names import words
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.lists import event_lists, find_list
from kiosk.services.event.event import open_event
from kiosk.storage.file.cache import keep_value, kept_place, kept_value, newest_place
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
    """Whether only the first can be meant."""
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attendee id to the former holders of a transferred ticket."""


def checked_in_ids(store: Store, list_name: str) -> set[str]:
    """Ids of the attendees who are checked in on a list.

    Raises:
        KioskError: there is no list of that name.
    """
    item = find_list(event_lists(store), list_name)
    return arrived_ids(store.connection, item.id)


class Lookup:
    """A search index, and who is checked in."""

    def __init__(
        self,
        index: LookupIndex,
        arrived: set[str],
        read_to: int,
        former: dict[str, tuple[str, ...]],
    ) -> None:
        self.index = index
        self.former = former
        self.arrived = arrived
        self.read_to = read_to

    @classmethod
    def load(cls, store: Store, give_way: Callable[[], None] | None = None) -> Lookup:
        """Read the stored index, or all attendees; checked-in people rank behind equal matches.

        Args:
            give_way: called for each person; waits while other work has priority.
        """
        return cls._stored(store) or cls._built(store, give_way)

    @classmethod
    def _built(cls, store: Store, give_way: Callable[[], None] | None = None) -> Lookup:
        read_to = last_event(store.connection)
        arrived = arrived_ids(store.connection)
        former = former_holders(store.connection)
        people_now = _findables(store, arrived, former, give_way)
        return cls(LookupIndex.build(people_now), arrived, read_to, former)

    @classmethod
    def _stored(cls, store: Store) -> Lookup | None:
        """The stored index with the changes since; None: there is none, or too much changed."""
        connection = store.connection
        read_to = last_event(connection)
        changed = _changed_since_stored(store)
        packed = None if changed is None else kept_value(connection, _CACHE_KEY)
        if changed is None or packed is None:
            return None
        try:
            index = LookupIndex.unpack(packed)
        except (ValueError, KeyError, TypeError):  # of another program
            return None
        arrived = arrived_ids(connection)
        index.set_all_arrived(arrived)
        lookup = cls(index, arrived, read_to, former_holders(connection))
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
        """Take in what any desk has written since the last look."""
        rows, self.read_to = events_after(store.connection, self.read_to)
        stale: dict[str, None] = {}
        passed: dict[str, None] = {}
        for kind, subject, body in rows:
            if kind == EventKind.IMPORT_ROWS:
                stale.update(dict.fromkeys(row[0] for row in json.loads(body)["rows"]))
            elif subject:
                (passed if kind in _ONLY_PASSED else stale)[subject] = None
        if len(stale) > _MOST_CHANGES:
            fresh = Lookup.load(store)
            self.index, self.arrived, self.former = fresh.index, fresh.arrived, fresh.former
            return
        for attendee_id in stale:
            self._reread(store, attendee_id)
        for attendee_id in passed.keys() - stale.keys():
            self._passed(store, attendee_id)

    def _passed(self, store: Store, attendee_id: str) -> None:
        arrived = has_arrived(store.connection, attendee_id)
        if arrived and attendee_id not in self.arrived:
            self.arrived.add(attendee_id)
            self.index.set_arrived(attendee_id, True)
        elif not arrived and attendee_id in self.arrived:
            self._reread(store, attendee_id)  # taken back

    def _reread(self, store: Store, attendee_id: str) -> None:
        person = people.attendee(store.connection, attendee_id)
        if person is None:
            return
        arrived = has_arrived(store.connection, attendee_id)
        (self.arrived.add if arrived else self.arrived.discard)(attendee_id)
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
        result = self.index.search(query, limit)
        found = people.attendees_by_ids(store.connection, [hit.id for hit in result.hits])
        former = {person.id: self.former[person.id] for person in found if person.id in self.former}
        clear = result.clear and not (former and _means_former(query, found[0], former))
        return LookupResult(found, clear, former)

    def _guests(self, store: Store, host: str, limit: int) -> list[Attendee]:
        hits = self.index.search(host, limit).hits
        found = people.attendees_by_ids(store.connection, [hit.id for hit in hits])
        return [person for person in found if not person.name]


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
        is_stopped: whether the desk closes, and nobody needs the index any more.
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
    own = words(f"{person.name} {person.given_name} {person.family_name}")
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
        guest_of=" ".join((person.guest_of, *former)) if former else person.guest_of,
        codes=(*codes, badge_code(person.id)),
        arrived=arrived,
        barred=person.status in _BARRED,
    )
