"""Keep the counts of an open event up to date, for the desk's counters and the dashboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tally import (
    AttendanceCounts,
    FirstTimers,
    ListCounts,
    Tally,
    Ticket,
    TicketKind,
    gates_of,
    list_tally,
)
from kiosk.domain.datetimes import DateTimeContext
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import LogCursor
from kiosk.storage.queries import tally as queries
from kiosk.storage.queries.help_desk import count_help_waiting
from kiosk.storage.queries.lists import check_in_lists, date_context

RECENT_MS = 15 * 60 * 1000
"""The window of recent arrivals."""


class EventCounts:
    """The counts of one event file, read once and then updated by difference.

    `refresh` asks the log which tickets have changed, and counts only these again.
    So a check-in costs the same whether 10 or 10,000 people are in.
    """

    def __init__(self, store: Store) -> None:
        self._connection = store.connection
        self._cursor = LogCursor()
        self._attendance = AttendanceCounts(date_context(self._connection).zone)
        self._groups: list[queries.TicketGroup] = []
        self._first_timers: dict[str, bool] | None = None
        """Id to whether the ticket is valid. Read when a screen or file first needs it."""
        self._context: DateTimeContext | None = None
        """None: every list admits every ticket, so no rights are read."""
        self._read_rights: queries.RightsReader = queries.no_rights

    def refresh(self, store: Store) -> None:
        """Count what any desk has written since the last refresh."""
        changes = self._cursor.look(self._connection)
        dates = date_context(self._connection)
        is_restricted = any(item.is_restricted for item in check_in_lists(self._connection))
        context = dates if is_restricted else None
        is_new = context != self._context
        if changes.tickets or is_new:
            self._context = context
            self._read_rights = (
                queries.rights_reader(self._connection, context) if context else queries.no_rights
            )
        if changes.everything or is_new or dates.zone != self._attendance.zone:
            self._attendance = AttendanceCounts(dates.zone)
            self._attendance.add_all(self._tickets())
            self._first_timers = None
        elif changes.ids:
            now = dict(self._tickets(changes.ids))
            for ticket_id in changes.ids:
                self._attendance.replace(ticket_id, now.get(ticket_id))
            self._reread_first_timers(changes.ids)
        if changes.tickets or is_new:
            self._groups = queries.ticket_groups(self._connection, self._read_rights)

    def _tickets(self, ids: frozenset[str] | None = None) -> Iterator[tuple[str, Ticket]]:
        return queries.tickets_with_passages(self._connection, ids, self._read_rights)

    def _reread_first_timers(self, ids: frozenset[str]) -> None:
        if self._first_timers is not None:
            for ticket_id in ids:
                self._first_timers.pop(ticket_id, None)
            self._first_timers |= queries.first_timer_tickets(self._connection, ids)

    @property
    def groups(self) -> list[queries.TicketGroup]:
        """All tickets, counted by type, status and origin."""
        return self._groups

    def on_list(self, list_id: str) -> ListCounts:
        """The counts of this list."""
        return self._attendance.on_list(list_id)

    def checked_in(self, ticket_id: str) -> int:
        """Heads of this ticket that are checked in on any list."""
        return self._attendance.checked_in(ticket_id)

    def expected(self, check_in_list: CheckInList) -> int:
        """Heads of valid tickets that the list admits."""
        return sum(
            group.heads
            for group in self._groups
            if group.kind.is_valid and check_in_list.expects(group.ticket_type, group.rights)
        )

    def first_timers(self, list_id: str | None) -> FirstTimers:
        """First-timers, and those of them who are checked in, on this list or on any."""
        if self._first_timers is None:
            self._first_timers = queries.first_timer_tickets(self._connection)
        people = checked_in = 0
        for ticket_id, is_valid in self._first_timers.items():
            is_in = self._attendance.has_entry(ticket_id, list_id)
            people += is_valid or is_in
            checked_in += is_in
        return FirstTimers(people, checked_in)

    def tallies(self, now_ms: int) -> tuple[Tally, tuple[Tally, ...]]:
        """The tally of the whole event, and of each list in the order of the desk."""
        lists = check_in_lists(self._connection)
        all_out = {item.id: item.rules.inside_since(now_ms) for item in lists}
        since_ms = {list_id: at_ms for list_id, at_ms in all_out.items() if at_ms is not None}
        inside = self._attendance.inside_since(since_ms) if since_ms else {}
        gates = gates_of(lists)
        heads: Counter[TicketKind] = Counter()
        for group in self._groups:
            heads[group.kind] += group.heads
        refused = queries.refused_scans(self._connection)
        all_refused: Counter[str] = Counter()
        for outcomes in refused.values():
            all_refused.update(outcomes)

        def tally_of(item: CheckInList | None) -> Tally:
            list_id = item.id if item else None
            return list_tally(
                item,
                heads,
                self._attendance.on_list(list_id),
                all_refused if item is None else refused.get(item.id, {}),
                self.first_timers(list_id),
                inside.get(list_id),
                gates,
            )

        return tally_of(None), tuple(map(tally_of, lists))


_COUNTS: WeakKeyDictionary[Store, EventCounts] = WeakKeyDictionary()


def event_counts(store: Store) -> EventCounts:
    """The counts of this open event now."""
    counts = _COUNTS.get(store)
    if counts is None:
        counts = _COUNTS[store] = EventCounts(store)
    counts.refresh(store)
    return counts


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """The line of counters at a desk."""

    checked_in: int
    expected: int
    recent: int
    """Heads that arrived in the last quarter of an hour."""
    at_help_desk: int = 0
    """People who wait at the help desk, sent by any desk."""


def desk_counts(store: Store, check_in_list: CheckInList) -> DeskCounts:
    """The counters of one list now."""
    counts = event_counts(store)
    on_list = counts.on_list(check_in_list.id)
    return DeskCounts(
        checked_in=on_list.checked_in.total(),
        expected=counts.expected(check_in_list),
        recent=on_list.arrived_since(store.clock() - RECENT_MS),
        at_help_desk=count_help_waiting(store.connection),
    )


def checked_in_by_list(store: Store) -> dict[str, int]:
    """List id to heads checked in."""
    counts = event_counts(store)
    return {
        item.id: counts.on_list(item.id).checked_in.total()
        for item in check_in_lists(store.connection)
    }
