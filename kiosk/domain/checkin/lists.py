"""Check-in lists, and which of them is current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.text import casefold_key


class EntryRule(StrEnum):
    """How often one ticket may enter a list."""

    ONCE = "once"
    RE_ENTRY = "re-entry"
    DAILY = "daily"
    MANY = "many"


def is_one_of(ticket_types: Sequence[str], ticket_type: str) -> bool:
    """Whether a type is one of these, compared regardless of case; an empty list means all."""
    if not ticket_types:
        return True
    wanted = casefold_key(ticket_type)
    return any(casefold_key(name) == wanted for name in ticket_types)


@dataclass(frozen=True, slots=True)
class CheckInList:
    """A check-in list: a door, a day, a session, a meal, a t-shirt."""

    id: str
    name: str
    opens_ms: int | None = None
    """First millisecond (UTC) at which it is open; None: always open before it closes."""
    closes_ms: int | None = None
    """First millisecond at which it is closed; None: it never closes."""
    ticket_types: tuple[str, ...] = ()
    """Ticket types admitted, compared regardless of case; empty: all."""
    entry: EntryRule = EntryRule.ONCE
    position: int = 0
    is_day: bool = False
    """Made for a day of the event, so a candidate for the current list."""

    def is_open(self, now_ms: int) -> bool:
        """Whether it is open; the closing time is exclusive."""
        after_opening = self.opens_ms is None or now_ms >= self.opens_ms
        return after_opening and (self.closes_ms is None or now_ms < self.closes_ms)

    def admits_type(self, ticket_type: str) -> bool:
        """Whether tickets of this type are for this list."""
        return is_one_of(self.ticket_types, ticket_type)


def list_of_the_moment(lists: Sequence[CheckInList], now_ms: int) -> CheckInList | None:
    """The current list where none is named: the open one, days first.

    Where the event has days, a hand-out list without a window is never selected automatically. None
    when everything is closed.
    """
    has_days = any(item.is_day for item in lists)
    candidates = [
        item
        for item in lists
        if item.is_open(now_ms) and (item.is_day or not has_days or item.opens_ms is not None)
    ]
    return min(candidates, key=lambda item: (not item.is_day, item.position), default=None)


def list_of_the_day(lists: Sequence[CheckInList], now_ms: int) -> CheckInList | None:
    """The list of the moment, else the day nearest to now, which is closed; None without lists."""
    current = list_of_the_moment(lists, now_ms)
    return current or min(lists, key=lambda item: _distance_ms(item, now_ms), default=None)


def _distance_ms(item: CheckInList, now_ms: int) -> tuple[bool, int, int]:
    until_open = (item.opens_ms or now_ms) - now_ms
    since_closed = now_ms - (item.closes_ms or now_ms)
    return (not item.is_day, max(until_open, since_closed, 0), item.position)
