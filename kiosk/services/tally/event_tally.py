"""The counts of an event: who was expected, who came, who is inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby
from typing import Any

from kiosk.domain.checkin.outcomes import arrivals
from kiosk.domain.checkin.rules import CheckInList, Direction
from kiosk.domain.people.attendee import WALK_IN_SOURCE
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.tally.counts import first_timers
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendance
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.lists import check_in_lists, setting
from kiosk.storage.queries.questions import check_in_questions
from kiosk.storage.queries.tally import answers

PURGED = "purged"
"""Setting of an event whose people were removed: `EventStats` as it was then."""

QUARTER_MS = 15 * 60 * 1000
"""Every zone's offset is a multiple of it, so quarter hours in UTC are so on the wall as well."""


@dataclass(slots=True)
class TypeCount:
    """One ticket type on one list."""

    expected: int = 0
    checked_in: int = 0


@dataclass(slots=True)
class ListStats:
    """One check-in list."""

    name: str
    expected: int = 0
    """Heads of valid tickets that the list admits."""
    checked_in: int = 0
    """Heads let in, at most the ticket's own each; also of those canceled or forced."""
    inside: int = 0
    """Entries less exits, never below none nor above its heads for any ticket."""
    by_type: dict[str, TypeCount] = field(default_factory=dict)
    arrivals: dict[int, int] = field(default_factory=dict)
    """Start of a quarter hour (ms UTC) to heads let in then, in the order of time."""


@dataclass(frozen=True, slots=True)
class EventStats:
    """The whole event."""

    lists: list[ListStats]
    people: int
    """Tickets known, whatever their status."""
    heads: int
    """People whom valid tickets admit."""
    by_status: dict[str, int]
    """Status to tickets."""
    walk_ins: int
    refused: int
    """Scans that were not let through."""
    refused_by: dict[str, int]
    """The same by outcome."""
    forced: int
    undone: int
    badges_printed: int
    """People with a badge."""
    badge_prints: int
    """Badges printed in all, reprints included."""
    answers: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """Question at check-in to answer to (heads who came, heads in all)."""
    first_timers: int = 0
    """Tickets of people who are here for the first time, valid or in."""
    first_timers_in: int = 0
    """Those of them who are in on any list."""


def event_stats(store: Store) -> EventStats:
    """Count everything, at one moment; of an event without its people, what was counted then."""
    connection = store.connection
    with attendance.snapshot(connection):
        counted = setting(connection, PURGED)
        if counted and not count_attendees(connection):
            return _counted_before(counted)
        tickets = attendance.heads_by_type_and_status(connection)
        zone = event_info(store).zone
        lists = _lists(check_in_lists(connection), tickets, attendance.passages(connection), zone)
        scans = attendance.scan_counts(connection)
        badges, prints = attendance.badge_counts(connection)
        newcomers = first_timers(store)
        by_status: dict[str, int] = {}
        for _, status, count, _ in tickets:
            by_status[str(status)] = by_status.get(str(status), 0) + count
        return EventStats(
            lists=lists,
            people=sum(by_status.values()),
            heads=sum(heads for _, status, _, heads in tickets if status is TicketStatus.VALID),
            by_status=by_status,
            walk_ins=attendance.count_from_source(connection, WALK_IN_SOURCE),
            refused=sum(scans.refused_by_outcome.values()),
            refused_by=scans.refused_by_outcome,
            forced=scans.forced,
            undone=scans.undone,
            badges_printed=badges,
            badge_prints=prints,
            answers=answers(connection, check_in_questions(connection)),
            first_timers=newcomers.people,
            first_timers_in=newcomers.came,
        )


def _counted_before(counted: dict[str, Any]) -> EventStats:
    lists = [
        ListStats(
            **{
                **item,
                "by_type": {kind: TypeCount(**count) for kind, count in item["by_type"].items()},
                "arrivals": {int(start): heads for start, heads in item["arrivals"].items()},
            }
        )
        for item in counted["lists"]
    ]
    refused = sorted(counted["refused_by"].items(), key=lambda item: (-item[1], item[0]))
    return EventStats(**{**counted, "lists": lists, "refused_by": dict(refused)})


def _lists(
    lists: list[CheckInList],
    tickets: list[tuple[str, TicketStatus, int, int]],
    passages: Iterable[attendance.Passage],
    zone: tzinfo,
) -> list[ListStats]:
    counted = {item.id: ListStats(item.name) for item in lists}
    for item in lists:
        stats = counted[item.id]
        for kind, status, _, heads in tickets:
            if status is TicketStatus.VALID and item.admits_type(kind):
                stats.expected += heads
                stats.by_type.setdefault(kind, TypeCount()).expected += heads
    for (list_id, _), story in groupby(passages, key=lambda p: (p.list_id, p.attendee_id)):
        if list_id in counted:
            _count_ticket(counted[list_id], list(story), zone)
    for stats in counted.values():
        stats.arrivals = dict(sorted(stats.arrivals.items()))
    return list(counted.values())


def _count_ticket(stats: ListStats, story: list[attendance.Passage], zone: tzinfo) -> None:
    """Add one ticket's entries and exits on one list, oldest first."""
    party, kind = story[0].party, story[0].ticket_type
    came = inside = 0
    for passage in story:
        if passage.direction is Direction.ENTRY:
            came += passage.heads
            inside = min(party, inside + passage.heads)
        else:
            inside = max(0, inside - passage.heads)
    if came:
        stats.checked_in += min(came, party)
        stats.by_type.setdefault(kind, TypeCount()).checked_in += min(came, party)
    stats.inside += inside
    for at_ms, heads in arrivals(party, map(attendance.Passage.moment, story), zone):
        if heads:
            quarter = at_ms // QUARTER_MS * QUARTER_MS
            stats.arrivals[quarter] = stats.arrivals.get(quarter, 0) + heads


def stats_record(store: Store, stats: EventStats) -> dict[str, object]:
    """The counts as the command line's JSON has them."""
    zone = event_info(store).zone
    return {
        "lists": [
            {
                "list": item.name,
                "expected": item.expected,
                "checked_in": item.checked_in,
                "inside": item.inside,
                "by_type": {
                    kind: {"expected": count.expected, "checked_in": count.checked_in}
                    for kind, count in item.by_type.items()
                },
                "arrivals": [
                    {"from": moment_text(start, zone), "heads": heads}
                    for start, heads in item.arrivals.items()
                ],
            }
            for item in stats.lists
        ],
        "people": stats.people,
        "heads": stats.heads,
        "by_status": stats.by_status,
        "walk_ins": stats.walk_ins,
        "refused": stats.refused,
        "refused_by": stats.refused_by,
        "forced": stats.forced,
        "undone": stats.undone,
        "badges_printed": stats.badges_printed,
        "badge_prints": stats.badge_prints,
        "answers": {
            question: {text: {"came": came, "all": everybody} for text, (came, everybody) in given}
            for question, given in (
                (name, counted.items()) for name, counted in stats.answers.items()
            )
        },
        "first_timers": stats.first_timers,
        "first_timers_in": stats.first_timers_in,
    }
