"""Define the data of the attendance report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from kiosk.domain.checkin.tally import EventTally, Tally


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
    """Times of the first entries, for example `Tue 09:41 and 2 more lists`; empty without one."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The counts of the report."""

    event: str
    zone: tzinfo
    made_ms: int
    who: str
    """Which rows the list has: `all`, `present` or `absent`."""
    tally: EventTally
    only: Tally | None = None
    """The only list that is counted; None: all of them."""

    @property
    def shown(self) -> Tally:
        """The counts of the whole report."""
        return self.only or self.tally.event

    @property
    def lists(self) -> tuple[Tally, ...]:
        """The lists of the report."""
        return (self.only,) if self.only else self.tally.lists
