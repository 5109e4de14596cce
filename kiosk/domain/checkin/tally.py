"""Count attendance: expected, checked in, inside, arrivals, by ticket type, desk and gate.

Desk counters, dashboard, statistics, report and the counts kept by a purge all use these
definitions. All figures are heads (people), unless a docstring says tickets.

- expected: heads of valid tickets that the list admits.
- checked in: heads let in, at most the heads of each ticket. They stay checked in when the ticket
  is canceled later, and count when a supervisor admitted them.
- inside: entries minus exits, for each ticket between none and its heads.
- arrival: a head that comes to a list for the first time on a day of the event's zone. Neither a
  return from lunch nor a second admission of the same head is an arrival.
- let in by a desk: heads of all its entries, returns included.
- let in at a gate: heads let in by its desks. A gate is the desks that the rules of a list name.

Undone entries and exits count nowhere, nor do those of tickets that this file does not have yet.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from kiosk.domain.checkin.lists import is_one_of
from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.checkin.rights import NO_LIMITS, Rights
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import day_at
from kiosk.domain.text import casefold_key

QUARTER_MS = 15 * 60 * 1000
"""Offsets of time zones are multiples of it, so quarter hours in UTC are quarter hours locally."""
_PAUSE_MS = 6 * 60 * 60 * 1000
"""After this time without an arrival, the next one begins a new chart."""


class TicketKind(NamedTuple):
    """What tickets that are counted together have in common."""

    ticket_type: str
    is_valid: bool
    is_walk_in: bool
    rights: Rights = NO_LIMITS
    """Read only where a list does not admit every ticket."""


class Passage(NamedTuple):
    """One entry or exit that is not undone."""

    list_id: str
    at_ms: int
    direction: Direction
    heads: int
    desk: str


class Ticket(NamedTuple):
    """A ticket with entries or exits."""

    kind: TicketKind
    heads: int
    """People the ticket admits."""
    passages: tuple[Passage, ...]
    """List by list, oldest first."""


class Entry(NamedTuple):
    """One entry, as a list counts it."""

    at_ms: int
    arrived: int
    """Heads of it that came to the list for the first time that day."""
    heads: int
    desk: str


class TicketCounts(NamedTuple):
    """One ticket on one list."""

    checked_in: int
    inside: int
    entries: tuple[Entry, ...]


def count_ticket(heads: int, passages: Iterable[Passage], zone: tzinfo) -> TicketCounts:
    """Count the entries and exits of one ticket on one list.

    Args:
        heads: people the ticket admits.
        passages: of this list, oldest first.
        zone: the event's; an arrival belongs to a day of this zone.
    """
    total = inside = today = 0
    entries: list[Entry] = []
    for passage in passages:
        if passage.direction is Direction.EXIT:
            inside = max(0, inside - passage.heads)
            continue
        if entries and day_at(entries[-1].at_ms, zone) != day_at(passage.at_ms, zone):
            today = 0
        arrived = max(0, min(passage.heads, heads - today))
        today += arrived
        total += passage.heads
        inside = min(heads, inside + passage.heads)
        entries.append(Entry(passage.at_ms, arrived, passage.heads, passage.desk))
    return TicketCounts(min(total, heads), inside, tuple(entries))


class ListCounts:
    """The counts of one list, to which tickets are added and from which they are taken away."""

    def __init__(self) -> None:
        self.checked_in: Counter[TicketKind] = Counter()
        self.inside = 0
        self.arrivals: Counter[int] = Counter()
        """Start of a quarter hour (ms UTC) to heads that arrived."""
        self.desks: Counter[str] = Counter()
        """Heads let in by each desk."""
        self.entries: list[Entry] = []
        """Oldest first."""

    def add(self, kind: TicketKind, counts: TicketCounts, sign: int = 1) -> None:
        """Count a ticket; with -1, take it away again. `entries` is the caller's to keep."""
        self.checked_in[kind] += sign * counts.checked_in
        self.inside += sign * counts.inside
        for entry in counts.entries:
            self.arrivals[entry.at_ms // QUARTER_MS * QUARTER_MS] += sign * entry.arrived
            self.desks[entry.desk] += sign * entry.heads

    def entries_since(self, at_ms: int) -> list[Entry]:
        """Entries at this moment (ms UTC) or later."""
        return self.entries[bisect_left(self.entries, at_ms, key=itemgetter(0)) :]

    def arrived_since(self, at_ms: int) -> int:
        """Heads that arrived at this moment (ms UTC) or later."""
        return sum(entry.arrived for entry in self.entries_since(at_ms))


class AttendanceCounts:
    """The counts of all lists, updated ticket by ticket.

    It remembers the entries and exits of each ticket. So a ticket that changed (a check-in, an
    undo, another status) costs only its own few rows: the old ones are taken away, the new ones
    are added.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.anywhere = ListCounts()
        """A ticket counts once here, with the list on which most of its heads are checked in."""
        self._lists: dict[str, ListCounts] = {}
        self._tickets: dict[str, Ticket] = {}

    def on_list(self, list_id: str | None) -> ListCounts:
        """The counts of this list; None: of all lists together."""
        return self.anywhere if list_id is None else self._lists.get(list_id) or ListCounts()

    def checked_in(self, ticket_id: str) -> int:
        """Heads of this ticket that are checked in, on the list that has most of them."""
        ticket = self._tickets.get(ticket_id)
        if ticket is None:
            return 0
        return max(counts.checked_in for _, counts in self._count(ticket))

    def has_entry(self, ticket_id: str, list_id: str | None) -> bool:
        """Whether this ticket has an entry on this list, or on any."""
        ticket = self._tickets.get(ticket_id)
        return ticket is not None and any(
            passage.direction is Direction.ENTRY and list_id in (None, passage.list_id)
            for passage in ticket.passages
        )

    def inside_since(self, since_ms: Mapping[str, int]) -> dict[str | None, int]:
        """Heads inside where everybody was out at a moment: by list, and on any list (None).

        Args:
            since_ms: list id to that moment (ms UTC).
        """
        inside: Counter[str | None] = Counter()
        for ticket in self._tickets.values():
            kept = [one for one in ticket.passages if one.at_ms >= since_ms.get(one.list_id, 0)]
            counted = self._count(ticket._replace(passages=tuple(kept)))
            for list_id, counts in counted:
                inside[list_id] += counts.inside
            inside[None] += max((counts.inside for _, counts in counted), default=0)
        return {list_id: inside[list_id] for list_id in (None, *since_ms)}

    def add_all(self, tickets: Iterable[tuple[str, Ticket]]) -> None:
        """Count many tickets, each for the first time."""
        for ticket_id, ticket in tickets:
            self._tickets[ticket_id] = ticket
            for counts, counted in self._add(ticket):
                counts.entries += counted.entries
        for counts in (self.anywhere, *self._lists.values()):
            counts.entries.sort()

    def replace(self, ticket_id: str, ticket: Ticket | None) -> None:
        """Count a ticket as it is now; None: it has no entries and exits."""
        before = self._tickets.pop(ticket_id, None)
        if before is not None:
            for counts, counted in self._add(before, -1):
                for entry in counted.entries:
                    del counts.entries[bisect_left(counts.entries, entry)]
        if ticket is not None:
            self._tickets[ticket_id] = ticket
            for counts, counted in self._add(ticket):
                for entry in counted.entries:
                    insort(counts.entries, entry)

    def _count(self, ticket: Ticket) -> list[tuple[str, TicketCounts]]:
        return [
            (list_id, count_ticket(ticket.heads, passages, self.zone))
            for list_id, passages in groupby(ticket.passages, key=itemgetter(0))
        ]

    def _add(self, ticket: Ticket, sign: int = 1) -> list[tuple[ListCounts, TicketCounts]]:
        counted = self._count(ticket)
        anywhere = TicketCounts(
            max(counts.checked_in for _, counts in counted),
            max(counts.inside for _, counts in counted),
            tuple(entry for _, counts in counted for entry in counts.entries),
        )
        parts = [(self._lists.setdefault(key, ListCounts()), counts) for key, counts in counted]
        parts.append((self.anywhere, anywhere))
        for counts, part in parts:
            counts.add(ticket.kind, part, sign)
        return parts


# The counts as screens, files and papers show them.


@dataclass(frozen=True, slots=True)
class Turnout:
    """Expected and checked in: of a list, or of one ticket type on it."""

    expected: int = 0
    checked_in: int = 0
    no_shows: int = 0
    """Expected and not checked in."""
    walk_ins: int = 0
    """Checked in with a ticket made at the desk."""

    def __add__(self, other: Turnout) -> Turnout:
        return Turnout(
            self.expected + other.expected,
            self.checked_in + other.checked_in,
            self.no_shows + other.no_shows,
            self.walk_ins + other.walk_ins,
        )


@dataclass(frozen=True, slots=True)
class FirstTimers:
    """Tickets of people who attend for the first time."""

    people: int = 0
    """With a valid ticket, or checked in."""
    checked_in: int = 0


class GateCount(NamedTuple):
    """The people let in at one gate."""

    desks: tuple[str, ...]
    """The gate's desks, as the rules of a list name them."""
    heads: int

    @property
    def name(self) -> str:
        """`North 1 + North 2`."""
        return " + ".join(self.desks)


def gates_of(lists: Iterable[CheckInList]) -> list[tuple[str, ...]]:
    """The gates of an event, each once, in the order of the lists. Desks are compared regardless
    of case and order."""
    gates: dict[frozenset[str], tuple[str, ...]] = {}
    for item in lists:
        if item.rules.desks:
            gates.setdefault(frozenset(map(casefold_key, item.rules.desks)), item.rules.desks)
    return list(gates.values())


def heads_at_gate(gate: Sequence[str], desks: Mapping[str, int]) -> int:
    """Heads let in at a gate.

    Args:
        gate: names of its desks, at least one.
        desks: desk to heads let in.
    """
    return sum(heads for desk, heads in desks.items() if is_one_of(gate, desk))


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one list, or of the whole event (an entry on any list)."""

    name: str
    total: Turnout = Turnout()
    by_type: dict[str, Turnout] = field(default_factory=dict)
    """Ticket type to its turnout, without types that are neither expected nor checked in."""
    inside: int = 0
    arrivals: dict[int, int] = field(default_factory=dict)
    """Start of a quarter hour (ms UTC) to heads that arrived, oldest first."""
    desks: dict[str, int] = field(default_factory=dict)
    """Desk to heads let in, the busiest first."""
    gates: tuple[GateCount, ...] = ()
    """Gates of the event at which people were let in, the busiest first. A desk may be in
    several; desks of no gate are in `desks` only."""
    refused: dict[str, int] = field(default_factory=dict)
    """Outcome to refused scans, the most frequent first."""
    first_timers: FirstTimers = FirstTimers()
    list_id: str = ""
    """Empty for the whole event."""

    @property
    def types(self) -> list[tuple[str, Turnout]]:
        """Ticket types, the largest first; the name is empty for tickets without a type."""
        return sorted(
            self.by_type.items(), key=lambda item: (-item[1].expected, -item[1].checked_in, item[0])
        )


@dataclass(frozen=True, slots=True)
class EventTally:
    """All counts of an event."""

    event: Tally
    lists: tuple[Tally, ...]
    """In the order of the desk."""
    by_status: dict[str, int]
    """Status to tickets."""
    walk_ins: int
    """Tickets made at a desk."""
    forced: int
    """Entries and exits that a supervisor admitted."""
    undone: int
    badges_printed: int
    """People with a printed badge."""
    badge_prints: int
    """Badges printed in all, reprints included."""
    badges_made: int = 0
    """People with a PDF of their badge, and no print."""
    answers: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """Question at check-in to answer to (heads checked in, heads in all)."""

    @property
    def people(self) -> int:
        """Tickets, whatever their status."""
        return sum(self.by_status.values())


def list_tally(
    check_in_list: CheckInList | None,
    heads: Mapping[TicketKind, int],
    counts: ListCounts,
    refused: Mapping[str, int],
    first_timers: FirstTimers,
    inside: int | None = None,
    gates: Iterable[tuple[str, ...]] = (),
) -> Tally:
    """Make the tally of a list, or of the whole event (None).

    Args:
        heads: of all tickets of each kind.
        counts: of this list, or of all lists together.
        refused: outcome to refused scans.
        inside: where it differs from `counts`, because everybody was checked out.
        gates: of the event, see `gates_of`.
    """
    by_type: dict[str, Turnout] = {}
    for kind in sorted(heads, key=itemgetter(0, 1, 2)):
        admitted = check_in_list is None or check_in_list.expects(kind.ticket_type, kind.rights)
        expected = heads[kind] if kind.is_valid and admitted else 0
        checked_in = counts.checked_in[kind]
        if expected or checked_in:
            by_type[kind.ticket_type] = by_type.get(kind.ticket_type, Turnout()) + Turnout(
                expected,
                checked_in,
                expected - checked_in if expected else 0,
                checked_in if kind.is_walk_in else 0,
            )
    at_gates = [GateCount(gate, heads_at_gate(gate, counts.desks)) for gate in gates]
    return Tally(
        name=check_in_list.name if check_in_list else "",
        total=sum(by_type.values(), Turnout()),
        by_type=by_type,
        inside=counts.inside if inside is None else inside,
        arrivals={start: count for start, count in sorted(counts.arrivals.items()) if count},
        desks=by_frequency({desk: count for desk, count in counts.desks.items() if count}),
        gates=tuple(
            sorted((gate for gate in at_gates if gate.heads), key=lambda g: (-g.heads, g.name))
        ),
        refused=by_frequency(refused),
        first_timers=first_timers,
        list_id=check_in_list.id if check_in_list else "",
    )


def by_frequency(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts with the largest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def newest_stretch(quarters: Mapping[int, int], now_ms: int = 0) -> dict[int, int]:
    """The quarter hours since doors last opened, without gaps, up to now while people arrive.

    Args:
        quarters: start (ms UTC) to heads, oldest first.
        now_ms: 0: end with the last arrival.
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
