"""Attendees who may be one person: found at an import, decided by a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.people.people import find_attendee
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.scans import has_arrived

SETTING = "possible_duplicates"
"""Pairs of ids, the earlier attendee first."""

Pair = tuple[str, str]


class PossiblePair(NamedTuple):
    """Two attendees who may be one person."""

    first: Attendee
    second: Attendee

    @property
    def why(self) -> str:
        """What they share."""
        if self.first.email and self.first.email.casefold() == self.second.email.casefold():
            return "the same e-mail"
        return "the same name"


def note_doubts(store: Store, pairs: Iterable[Pair]) -> None:
    """Add uncertain pairs of an import; inside of a transaction."""
    known = _pairs(store)
    found = list(dict.fromkeys([*known, *pairs]))
    if found != known:
        _save(store, found)


def possible_duplicates(store: Store) -> list[PossiblePair]:
    """The undecided pairs of which both still have a ticket that is not canceled."""
    found = []
    for ids in _pairs(store):
        two = people.attendees_by_ids(store.connection, ids)
        if len(two) == 2 and TicketStatus.CANCELED not in {person.status for person in two}:
            found.append(PossiblePair(*two))
    return found


def partners(pairs: Sequence[Sequence[str]], attendee_id: str) -> list[str]:
    """The ids that may be the same person as this attendee."""
    return [b if a == attendee_id else a for a, b in pairs if attendee_id in (a, b)]


def decide(store: Store, first: str, second: str, *, is_same: bool) -> Attendee:
    """Decide a pair. Of one person the first ticket stays, or the one that is checked in; it gets
    the codes of the other.

    Nothing is deleted: the other ticket is canceled, with a note.

    Returns:
        The attendee who stays.

    Raises:
        KioskError: `no_such_attendee`, `id_not_unique`.
    """
    with store.writing():
        keep, other = find_attendee(store, first), find_attendee(store, second)
        _save(store, [pair for pair in _pairs(store) if set(pair) != {keep.id, other.id}])
        if is_same:
            if has_arrived(store.connection, other.id) > has_arrived(store.connection, keep.id):
                keep, other = other, keep
            for code in people.codes_of(store.connection, other.id):
                store.append(EventKind.BIND, {"code": code}, subject=keep.id)
            note = f"The same person as {keep.label}."
            changes = {"status": str(TicketStatus.CANCELED), "note": note}
            store.append(EventKind.EDIT, {"set": changes}, subject=other.id)
    return find_attendee(store, keep.id)


def _pairs(store: Store) -> list[Pair]:
    return [(a, b) for a, b in setting(store.connection, SETTING, [])]


def _save(store: Store, pairs: Sequence[Pair]) -> None:
    store.append(EventKind.SETTING, {"key": SETTING, "value": [list(pair) for pair in pairs]})
