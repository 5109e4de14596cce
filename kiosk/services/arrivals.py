"""Who arrived when, for the chart of the dashboard and of the report."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kiosk.domain.arrivals import arrivals
from kiosk.domain.checkin import CheckInList
from kiosk.domain.outcomes import Direction
from kiosk.services.event import event_info
from kiosk.storage import overview
from kiosk.storage.overview import QUARTER_MS
from kiosk.storage.reports import Passage
from kiosk.storage.store import Store


def arrivals_by_list(store: Store, lists: Sequence[CheckInList]) -> dict[str, dict[int, int]]:
    """For each list: start of a quarter hour (ms UTC) to people who arrived, in order of time."""
    connection, zone = store.connection, event_info(store).zone
    rules = {item.id: item.entry for item in lists}
    found = overview.arrivals(connection)
    for (list_id, _), passages in groupby(
        overview.crowded(connection), key=lambda passage: (passage.list_id, passage.attendee_id)
    ):
        if list_id not in rules:
            continue
        story = list(passages)
        entries = arrivals(rules[list_id], story[0].party, map(Passage.moment, story), zone)
        let_in = (p.heads for p in story if p.direction is Direction.ENTRY)
        for (at_ms, came), heads in zip(entries, let_in, strict=True):
            found[list_id][at_ms // QUARTER_MS * QUARTER_MS] -= heads - came
    return {
        list_id: {start: heads for start, heads in quarters.items() if heads}
        for list_id, quarters in found.items()
    }
