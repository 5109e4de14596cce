"""Who arrived when: for the charts, for the pace, for the desk's counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from kiosk.domain.arrivals import arrivals
from kiosk.domain.checkin import CheckInList
from kiosk.domain.moments import day_start_ms
from kiosk.domain.outcomes import Direction
from kiosk.services.event import event_info
from kiosk.storage import overview
from kiosk.storage.overview import QUARTER_MS
from kiosk.storage.reports import Passage
from kiosk.storage.store import Store


def arrivals_by_list(store: Store, lists: Sequence[CheckInList]) -> dict[str, dict[int, int]]:
    """For each list: start of a quarter hour (ms UTC) to people who arrived, in order of time."""
    connection, zone = store.connection, event_info(store).zone
    wanted = {item.id for item in lists}
    found = overview.arrivals(connection)
    for (list_id, _), passages in groupby(
        overview.crowded(connection), key=lambda passage: (passage.list_id, passage.attendee_id)
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
        return overview.arrived_between(connection, list_id, today, since_ms)
    yesterday = day_start_ms(day - timedelta(days=1), zone)
    late = overview.arrived_between(connection, list_id, yesterday, since_ms, today)
    return late + overview.arrived_between(connection, list_id, today, today)


def _today(store: Store, zone: tzinfo) -> date:
    return datetime.fromtimestamp(store.clock() / 1000, zone).date()
