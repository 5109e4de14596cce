"""Outcomes and directions of a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from enum import StrEnum


class Outcome(StrEnum):
    """Verdicts, named as pretix names its check-in errors."""

    OK = "ok"
    ALREADY_REDEEMED = "already_redeemed"
    UNPAID = "unpaid"
    UNAPPROVED = "unapproved"
    CANCELED = "canceled"
    BLOCKED = "blocked"
    PRODUCT = "product"
    INVALID_TIME = "invalid_time"
    RULES = "rules"
    AMBIGUOUS = "ambiguous"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


LIFTABLE = frozenset(
    {
        Outcome.UNPAID,
        Outcome.UNAPPROVED,
        Outcome.ALREADY_REDEEMED,
        Outcome.PRODUCT,
        Outcome.INVALID_TIME,
    }
)
"""Outcomes that a supervisor may override with a reason."""


class Direction(StrEnum):
    """Which way through the door."""

    ENTRY = "entry"
    EXIT = "exit"


# Who arrived: a head that comes to a list for the first time that day.
#
# Chart, pace and counters mean the same by it. Who comes back from lunch, or was let in a second
# time against the rules, was counted in the morning; tomorrow they arrive again.

Story = Iterable[tuple[int, Direction, int]]
"""One ticket's entries and exits on one list that are not undone: (at_ms UTC, direction, heads), by
time."""


def arrivals(party: int, story: Story, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Each entry's time, and the number of people who arrived with it.

    Args:
        party: people the ticket admits.
        zone: the event's time zone, in which days begin.
    """
    came, day = 0, None
    for at_ms, direction, heads in story:
        if direction is Direction.EXIT:
            continue
        today = datetime.fromtimestamp(at_ms / 1000, zone).date()
        if today != day:
            came, day = 0, today
        fresh = max(0, min(heads, party - came))
        came += fresh
        yield at_ms, fresh
