"""How many of those who are here for the first time are in."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple
from weakref import WeakKeyDictionary

from kiosk.domain.events import EventKind
from kiosk.storage import log
from kiosk.storage.first_timers import first_timer_ids
from kiosk.storage.scans import arrived_ids
from kiosk.storage.store import Store

_NO_NEWS = frozenset(
    {
        EventKind.CHECK_IN,
        EventKind.REFUSED,
        EventKind.UNDO,
        EventKind.BADGES_PRINTED,
        EventKind.BADGE_WANTED,
        EventKind.BADGE_JOB,
        EventKind.LIST,
        EventKind.SETTING,
        EventKind.BIND,
    }
)
_KNOWN: WeakKeyDictionary[Store, tuple[int, dict[str, bool]]] = WeakKeyDictionary()
"""Up to which place in the log, and who they are: the answers of 100,000 people are not read
again for each scan."""


class FirstTimers(NamedTuple):
    """Tickets of people who are here for the first time."""

    people: int
    """With a valid ticket, or in."""
    came: int


def first_timers(store: Store, list_id: str | None = None) -> FirstTimers:
    """How many there are, and how many of them are in, on one list or on any."""
    ids = _ids(store)
    if not ids:
        return FirstTimers(0, 0)
    came = ids.keys() & arrived_ids(store.connection, list_id)
    expected = {attendee_id for attendee_id, is_valid in ids.items() if is_valid}
    return FirstTimers(len(expected | came), len(came))


def _ids(store: Store) -> dict[str, bool]:
    place, ids = _KNOWN.get(store, (0, {}))
    kinds, now_at = _news(store.connection, place)
    if not kinds <= _NO_NEWS:
        ids = first_timer_ids(store.connection)
    _KNOWN[store] = now_at, ids
    return ids


def _news(connection: sqlite3.Connection, place: int) -> tuple[set[str], int]:
    if not place:
        return {"all"}, log.last_event(connection)
    kinds, now_at = log.kinds_after(connection, place)
    return set(kinds), now_at
