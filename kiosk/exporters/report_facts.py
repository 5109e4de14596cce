"""What the report on paper is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple


class Share(NamedTuple):
    """A list or a ticket type, in heads."""

    name: str
    came: int
    expected: int
    no_shows: int
    walk_ins: int


class ReportRow(NamedTuple):
    """One ticket on the list."""

    attendee_id: str
    name: str
    guest_of: str
    company: str
    ticket_type: str
    email: str
    heads: int
    status: str
    is_in: bool
    when: str
    """Time of the entry, and on how many more lists there is one; empty when absent."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The counts."""

    event: str
    zone: tzinfo
    made_ms: int
    scope: str
    """Name of the only list that is counted; empty for all."""
    who: str
    """Whose rows the list has: `all`, `present` or `absent`."""
    expected: int
    came: int
    no_shows: int
    walk_ins: int
    lists: tuple[Share, ...]
    types: tuple[Share, ...]
    """The name is empty where tickets have no type."""
    arrivals: tuple[tuple[str, Mapping[int, int]], ...]
    """For each list with entries: quarter hours (ms UTC) to heads, without gaps."""
    desks: tuple[tuple[str, int], ...]
    badges: int
    """People with a badge."""
    prints: int
    refused: Mapping[str, int]
    """Outcome to scans."""
    forced: int
    undone: int
    answers: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    """For each question at check-in with answers: answer to heads who came."""
    first_timers: int = 0
    """People who are here for the first time."""
    first_timers_in: int = 0
