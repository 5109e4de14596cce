"""Count a whole event at one moment, for statistics, reports and the dashboard.

The counts are kept when the people of an event are removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tally import (
    EventTally,
    FirstTimers,
    ListCounts,
    Tally,
    Turnout,
    by_frequency,
    newest_stretch,
)
from kiosk.domain.datetimes import day_at, day_start_ms
from kiosk.domain.log.setting_schema import MAX_TIME_MS
from kiosk.domain.people.attendee import is_speaker_type, label_of
from kiosk.services.checkin.lists import choose_list
from kiosk.services.event.event import event_info
from kiosk.services.tally.counts import RECENT_MS, event_counts
from kiosk.storage.file.modes import snapshot
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import data_version
from kiosk.storage.queries import attendance
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.lists import check_in_lists, setting
from kiosk.storage.queries.questions import check_in_questions
from kiosk.storage.queries.tally import (
    BadgeCounts,
    TicketGroup,
    answer_counts,
    badge_counts,
    scan_counts,
)

PURGED = "purged"
"""Setting of a purged event: `frozen_tally` of its counts."""
PURGED_REPORT = "purged_report"
"""The same for the report, in files that kiosk 0.1 purged."""


def event_tally(store: Store) -> EventTally:
    """Count everything at one moment; of an event without its people, return the kept counts."""
    with snapshot(store.connection):
        return purged_tally(store) or _counted_now(store)


def purged_tally(store: Store) -> EventTally | None:
    """The counts kept by a purge; None while the people are there, or if the counts are invalid."""
    kept = setting(store.connection, PURGED)
    if not kept or count_attendees(store.connection):
        return None
    try:
        if "event" not in kept:
            kept = asdict(_thawed_0_1(kept, setting(store.connection, PURGED_REPORT, {})))
        tally = _thawed(kept)
    except (msgspec.ValidationError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return tally if _is_in_range(asdict(tally)) else None


def _is_in_range(value: Any) -> bool:
    """Whether every number is a count or a time that can be shown."""
    if isinstance(value, dict):
        return all(_is_in_range(item) for item in (*value, *value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_in_range, value))
    return not isinstance(value, int) or 0 <= value <= MAX_TIME_MS


def _counted_now(store: Store) -> EventTally:
    connection = store.connection
    counts = event_counts(store)
    event, lists = counts.tallies(store.clock())
    scans = scan_counts(connection)
    badges = badge_counts(connection)
    by_status: Counter[str] = Counter()
    for group in counts.groups:
        by_status[group.status] += group.tickets
    return EventTally(
        event=event,
        lists=lists,
        by_status=dict(by_status),
        walk_ins=sum(group.tickets for group in counts.groups if group.is_walk_in),
        forced=scans.forced,
        undone=scans.undone,
        badges_printed=badges.people,
        badge_prints=badges.prints,
        badges_made=badges.made,
        answers=answer_counts(connection, check_in_questions(connection), counts.checked_in),
    )


# The counts of an event without its people, as a setting of the event.


def frozen_tally(tally: EventTally) -> dict[str, Any]:
    """The counts as JSON, without desks and gates: a desk is often named after its volunteer."""
    every = (tally.event, *tally.lists)
    event, *lists = (replace(item, desks={}, gates=()) for item in every)
    return asdict(replace(tally, event=event, lists=tuple(lists)))


def _thawed(kept: dict[str, Any]) -> EventTally:
    tally = msgspec.convert(kept, EventTally, str_keys=True)
    event, *lists = map(_in_order, (tally.event, *tally.lists))
    return replace(tally, event=event, lists=tuple(lists))


def _in_order(tally: Tally) -> Tally:
    """Sort the counts again: JSON sorts its keys as texts."""
    arrivals = dict(sorted(tally.arrivals.items()))
    return replace(tally, arrivals=arrivals, refused=by_frequency(tally.refused))


def _thawed_0_1(stats: dict[str, Any], report: dict[str, Any]) -> EventTally:
    """Counts that kiosk 0.1 kept: those of `stats`, and those of the report.

    No-shows and walk-ins were kept for lists and for ticket types, not for the types of a list.
    """
    by_type = {share[0]: _share(share) for share in report.get("types", [])}
    of_lists = {share[0]: _share(share) for share in report.get("lists", [])}
    return EventTally(
        event=Tally(
            name="",
            total=sum(by_type.values(), Turnout()) if by_type else Turnout(stats["heads"]),
            by_type=by_type,
            refused=by_frequency(stats["refused_by"]),
            first_timers=FirstTimers(stats.get("first_timers", 0), stats.get("first_timers_in", 0)),
        ),
        lists=tuple(
            Tally(
                name=item["name"],
                total=of_lists.get(item["name"]) or Turnout(item["expected"], item["checked_in"]),
                by_type={name: Turnout(**counts) for name, counts in item["by_type"].items()},
                inside=item["inside"],
                arrivals={int(start): heads for start, heads in item["arrivals"].items()},
            )
            for item in stats["lists"]
        ),
        by_status=stats["by_status"],
        walk_ins=stats["walk_ins"],
        forced=stats["forced"],
        undone=stats["undone"],
        badges_printed=stats["badges_printed"],
        badge_prints=stats["badge_prints"],
        answers={
            question: {text: (counts[0], counts[1]) for text, counts in given.items()}
            for question, given in stats.get("answers", {}).items()
        },
    )


def _share(share: list[Any]) -> Turnout:
    _, checked_in, expected, no_shows, walk_ins = share
    return Turnout(expected, checked_in, no_shows, walk_ins)


# The dashboard: who is in, who is missing, how fast people arrive.

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
    with snapshot(connection):
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
    today_ms = day_start_ms(day_at(now_ms, zone), zone)
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
    return tuple(label_of(name, host) for name, host in names)
