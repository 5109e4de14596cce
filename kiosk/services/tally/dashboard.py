"""One list at a glance while its doors are open: who is in, who is missing, how fast it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.people.attendee import is_speaker_type
from kiosk.services.checkin.lists import choose_list
from kiosk.services.event.event import event_info
from kiosk.services.tally.counts import (
    FirstTimers,
    arrivals_by_list,
    arrived_since,
    first_timers,
    today_ms,
)
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendance, tally
from kiosk.storage.queries.attendees import ticket_types
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.tally import QUARTER_MS, DeskTally, data_version, valid_heads_by_type

PACE_WINDOW_MS = 15 * 60 * 1000
LEAST_WINDOW_MS = 3 * 60 * 1000
LEAST_ARRIVALS = 5
"""Fewer people, or fewer minutes, say nothing about the next hour."""
_PAUSE_MS = 6 * 60 * 60 * 1000
"""After so long without anybody, the next arrival begins a new chart."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A list or a ticket type."""

    name: str
    came: int
    expected: int
    list_id: str = ""
    """Empty for a ticket type."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people come to the list now."""

    heads: int
    """Who came in the window for the first time that day."""
    minutes: int
    """The window: 15, or less where the first one came less long ago."""
    missing: int
    """Heads expected and not in."""
    is_telling: bool
    """Whether it is enough to reckon with."""

    @property
    def per_hour(self) -> int:
        """Heads an hour at this pace."""
        return round(self.heads * 60 / self.minutes)

    @property
    def minutes_left(self) -> int | None:
        """Minutes until all who are expected are in; None where that cannot be said."""
        if not self.is_telling or self.missing <= 0:
            return None
        return max(1, round(self.missing * self.minutes / self.heads))


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the dashboard shows, at one moment."""

    event_name: str
    zone: ZoneInfo
    now_ms: int
    list: CheckInList
    came: int
    expected: int
    pace: Pace
    lists: tuple[Tally, ...]
    first_timers: FirstTimers
    """Of the whole event, and those in on this list."""
    types: tuple[Tally, ...]
    """Ticket types of the list, the largest first; the name is empty for no type."""
    quarters: Mapping[int, int]
    """Start of each quarter hour of the newest stretch (ms UTC) to heads let in, without gaps."""
    desks: tuple[DeskTally, ...]
    speakers: int
    """Tickets of speakers the list admits."""
    speakers_missing: tuple[str, ...]
    badges_printed: int
    badges_wanted: int
    badges_waiting: int
    """In the queues of all desks."""
    badges_failed: int
    refused: Mapping[str, int]
    version: int
    """Of the file when this was read, see `data_version`."""


def dashboard(store: Store, list_id: str | None = None) -> Dashboard:
    """The dashboard of one list; of the list of the moment when none, or one removed, is named.

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
        kinds = tally.turnout(connection, shown.id)
        types = _types(kinds, shown)
        speaker_types = [
            kind
            for kind in ticket_types(connection)
            if is_speaker_type(kind) and shown.admits_type(kind)
        ]
        printed, wanted = tally.badge_progress(connection)
        waiting, failed = tally.badges_on_their_way(connection)
        missing = sum(
            kind.heads - kind.came
            for kind in kinds
            if kind.is_valid and shown.admits_type(kind.ticket_type)
        )
        return Dashboard(
            event_name=info.name,
            zone=info.zone,
            now_ms=now_ms,
            list=shown,
            came=sum(kind.came for kind in kinds),
            expected=sum(item.expected for item in types),
            pace=_pace(store, shown.id, now_ms, missing),
            lists=_lists(store, lists),
            first_timers=first_timers(store, shown.id),
            types=types,
            quarters=newest_stretch(arrivals_by_list(store, lists).get(shown.id, {}), now_ms),
            desks=tuple(tally.desk_tallies(connection, shown.id, now_ms - PACE_WINDOW_MS)),
            speakers=sum(
                kind.heads for kind in kinds if kind.is_valid and kind.ticket_type in speaker_types
            ),
            speakers_missing=_speakers_missing(store, shown, speaker_types),
            badges_printed=printed,
            badges_wanted=wanted,
            badges_waiting=waiting,
            badges_failed=failed,
            refused=tally.refusals(connection, shown.id),
            version=version,
        )


def changed_dashboard(
    store: Store, list_id: str | None, seen_version: int | None
) -> Dashboard | None:
    """The dashboard when something was written since that version, else None."""
    if seen_version is not None and data_version(store.connection) == seen_version:
        return None
    return dashboard(store, list_id)


def _lists(store: Store, lists: Sequence[CheckInList]) -> tuple[Tally, ...]:
    came = tally.came_by_list(store.connection)
    heads = valid_heads_by_type(store.connection)
    return tuple(
        Tally(
            item.name,
            came.get(item.id, 0),
            sum(count for kind, count in heads.items() if item.admits_type(kind)),
            item.id,
        )
        for item in lists
    )


def _types(kinds: Sequence[tally.Turnout], shown: CheckInList) -> tuple[Tally, ...]:
    came: dict[str, int] = {}
    expected: dict[str, int] = {}
    for kind in kinds:
        came[kind.ticket_type] = came.get(kind.ticket_type, 0) + kind.came
        if kind.is_valid and shown.admits_type(kind.ticket_type):
            expected[kind.ticket_type] = expected.get(kind.ticket_type, 0) + kind.heads
    tallies = [Tally(name, came[name], expected.get(name, 0)) for name in came]
    shown_ones = [tally for tally in tallies if tally.came or tally.expected]
    return tuple(sorted(shown_ones, key=lambda tally: (-tally.expected, -tally.came, tally.name)))


def _pace(store: Store, list_id: str, now_ms: int, missing: int) -> Pace:
    """Reckoned from who came anew: somebody back from lunch does not shorten the queue."""
    since_ms = now_ms - PACE_WINDOW_MS
    heads = arrived_since(store, list_id, since_ms)
    window_ms = PACE_WINDOW_MS
    if heads and heads == arrived_since(store, list_id, min(since_ms, today_ms(store))):
        first_ms = tally.first_entry_ms(store.connection, list_id, since_ms)
        window_ms = max(60_000, now_ms - (first_ms or since_ms))
    is_telling = heads >= LEAST_ARRIVALS and window_ms >= LEAST_WINDOW_MS
    return Pace(heads, max(1, round(window_ms / 60_000)), missing, is_telling)


def newest_stretch(quarters: Mapping[int, int], now_ms: int) -> dict[int, int]:
    """The quarter hours since doors last opened, none left out, up to now while it goes on.

    Args:
        quarters: start (ms UTC) to heads, in order of time.
    """
    starts = list(quarters)
    if not starts:
        return {}
    first = last = starts[-1]
    for start in reversed(starts[:-1]):
        if first - start > _PAUSE_MS:
            break
        first = start
    current = now_ms // QUARTER_MS * QUARTER_MS
    if last < current <= last + _PAUSE_MS:
        last = current
    return {start: quarters.get(start, 0) for start in range(first, last + 1, QUARTER_MS)}


def _speakers_missing(store: Store, shown: CheckInList, kinds: Sequence[str]) -> tuple[str, ...]:
    if not kinds:
        return ()
    absent = attendance.Selection(arrived=False, list_id=shown.id, ticket_types=kinds)
    names = tally.selected_names(store.connection, absent)
    return tuple(name or (f"Guest of {host}" if host else "(no name yet)") for name, host in names)
