"""Who arrived when: for the charts, for the pace, for the desk's counter."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import NamedTuple
from weakref import WeakKeyDictionary

from kiosk.domain.checkin.outcomes import Direction, arrivals
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import day_start_ms
from kiosk.domain.log.events import EventKind
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.log import reader
from kiosk.storage.queries import tally
from kiosk.storage.queries.attendance import Passage
from kiosk.storage.queries.scans import arrived_ids
from kiosk.storage.queries.tally import QUARTER_MS, first_timer_ids


def arrivals_by_list(store: Store, lists: Sequence[CheckInList]) -> dict[str, dict[int, int]]:
    """For each list: start of a quarter hour (ms UTC) to people who arrived, in order of time."""
    connection, zone = store.connection, event_info(store).zone
    wanted = {item.id for item in lists}
    found = tally.arrivals(connection)
    for (list_id, _), passages in groupby(
        tally.crowded(connection), key=lambda passage: (passage.list_id, passage.attendee_id)
    ):
        if list_id not in wanted:
            continue
        story = list(passages)
        entries = arrivals(story[0].party, map(Passage.moment, story), zone)
        let_in = (p.heads for p in story if p.direction is Direction.ENTRY)
        for (at_ms, came), heads in zip(entries, let_in, strict=True):
            found[list_id][at_ms // QUARTER_MS * QUARTER_MS] -= heads - came
    return {
        list_id: {start: heads for start, heads in quarters.items() if heads}
        for list_id, quarters in found.items()
    }


def today_ms(store: Store) -> int:
    """When the day of the event's zone began."""
    zone = event_info(store).zone
    return day_start_ms(_today(store, zone), zone)


def arrived_since(store: Store, list_id: str, since_ms: int) -> int:
    """People who arrived on a list since a moment of this day or of the day before."""
    connection, zone = store.connection, event_info(store).zone
    day = _today(store, zone)
    today = day_start_ms(day, zone)
    if since_ms >= today:
        return tally.arrived_between(connection, list_id, today, since_ms)
    yesterday = day_start_ms(day - timedelta(days=1), zone)
    late = tally.arrived_between(connection, list_id, yesterday, since_ms, today)
    return late + tally.arrived_between(connection, list_id, today, today)


def _today(store: Store, zone: tzinfo) -> date:
    return datetime.fromtimestamp(store.clock() / 1000, zone).date()


# How many of those who are here for the first time are in.

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
        return {"all"}, reader.last_event(connection)
    kinds, now_at = reader.kinds_after(connection, place)
    return set(kinds), now_at
