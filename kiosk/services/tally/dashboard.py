"""Sum up one list while its doors are open: who is in, who is missing, how fast people arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tally import ListCounts, Tally, newest_stretch
from kiosk.domain.datetimes import day_start_ms
from kiosk.domain.people.attendee import is_speaker_type
from kiosk.services.checkin.lists import choose_list
from kiosk.services.event.event import event_info
from kiosk.services.tally.counts import RECENT_MS, event_counts
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import data_version
from kiosk.storage.queries import attendance
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.tally import BadgeCounts, TicketGroup, badge_counts

LEAST_WINDOW_MS = 3 * 60 * 1000
LEAST_ARRIVALS = 5
"""Fewer people, or fewer minutes, say nothing about the next hour."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people arrive now."""

    heads: int
    """Arrivals in the window."""
    minutes: int
    """The window: 15, or less where the first arrival of the day was later."""
    missing: int
    """Heads expected and not in."""
    is_reliable: bool
    """Whether there are enough arrivals for an estimate."""

    @property
    def per_hour(self) -> int:
        """Heads an hour at this pace."""
        return round(self.heads * 60 / self.minutes)

    @property
    def minutes_left(self) -> int | None:
        """Minutes until everyone expected is in; None without an estimate."""
        if not self.is_reliable or self.missing <= 0:
            return None
        return max(1, round(self.missing * self.minutes / self.heads))


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the dashboard shows, at one moment."""

    event_name: str
    zone: ZoneInfo
    now_ms: int
    list: CheckInList
    tally: Tally
    """Of the list that is shown."""
    lists: tuple[Tally, ...]
    pace: Pace
    quarters: Mapping[int, int]
    """Start of each quarter hour of the newest stretch (ms UTC) to arrivals, without gaps."""
    recent_by_desk: Mapping[str, int]
    """Heads let in by each desk in the last 15 minutes."""
    speakers: int
    """Heads of valid speakers' tickets that the list admits."""
    speakers_missing: tuple[str, ...]
    badges: BadgeCounts
    version: int
    """Of the file when it was read, see `data_version`."""


def dashboard(store: Store, list_id: str | None = None) -> Dashboard:
    """The dashboard of one list; without one, or if it was removed, of the list of the moment.

    Raises:
        KioskError: `no_lists`.
    """
    connection = store.connection
    version = data_version(connection)
    with attendance.snapshot(connection):
        now_ms = store.clock()
        lists = check_in_lists(connection)
        named = next((item for item in lists if item.id == list_id), None)
        shown = named or choose_list(lists, None, now_ms)
        info = event_info(store)
        counts = event_counts(store)
        tallies = counts.tallies(now_ms)[1]
        tally = next(item for item in tallies if item.list_id == shown.id)
        on_list = counts.on_list(shown.id)
        recent: Counter[str] = Counter()
        for entry in on_list.entries_since(now_ms - RECENT_MS):
            recent[entry.desk] += entry.heads
        speakers = [group for group in counts.groups if _are_speakers(group, shown)]
        return Dashboard(
            event_name=info.name,
            zone=info.zone,
            now_ms=now_ms,
            list=shown,
            tally=tally,
            lists=tallies,
            pace=_pace(on_list, now_ms, tally.total.no_shows, info.zone),
            quarters=newest_stretch(tally.arrivals, now_ms),
            recent_by_desk=recent,
            speakers=sum(group.heads for group in speakers),
            speakers_missing=_missing(store, shown, {group.ticket_type for group in speakers}),
            badges=badge_counts(connection),
            version=version,
        )


def changed_dashboard(
    store: Store, list_id: str | None, seen_version: int | None
) -> Dashboard | None:
    """The dashboard, or None if nothing was written since that version."""
    if seen_version is not None and data_version(store.connection) == seen_version:
        return None
    return dashboard(store, list_id)


def _pace(on_list: ListCounts, now_ms: int, missing: int, zone: ZoneInfo) -> Pace:
    """Returns do not count: a person back from lunch does not shorten the queue."""
    since_ms = now_ms - RECENT_MS
    today_ms = day_start_ms(datetime.fromtimestamp(now_ms / 1000, zone).date(), zone)
    heads = on_list.arrived_since(since_ms)
    window_ms = RECENT_MS
    if heads and heads == on_list.arrived_since(min(since_ms, today_ms)):
        window_ms = max(60_000, now_ms - on_list.entries_since(since_ms)[0].at_ms)
    is_reliable = heads >= LEAST_ARRIVALS and window_ms >= LEAST_WINDOW_MS
    return Pace(heads, max(1, round(window_ms / 60_000)), missing, is_reliable)


def _are_speakers(group: TicketGroup, shown: CheckInList) -> bool:
    return (
        group.kind.is_valid
        and is_speaker_type(group.ticket_type)
        and shown.expects(group.ticket_type, group.rights)
    )


def _missing(store: Store, shown: CheckInList, ticket_types: set[str]) -> tuple[str, ...]:
    if not ticket_types:
        return ()
    absent = attendance.Selection(arrived=False, list_ids=[shown.id], ticket_types=ticket_types)
    names = attendance.selected_names(store.connection, absent)
    return tuple(name or (f"Guest of {host}" if host else "(no name yet)") for name, host in names)
