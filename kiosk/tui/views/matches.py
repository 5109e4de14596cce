"""People found, as rows of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from kiosk.domain.attendee import Attendee
from kiosk.domain.registration import TicketStatus
from kiosk.domain.text import visible
from kiosk.tui.widgets.match_list import Match

_SIGNS = {
    TicketStatus.UNPAID: ("!", "not paid"),
    TicketStatus.UNAPPROVED: ("!", "not approved"),
    TicketStatus.CANCELED: ("✗", "canceled"),
    TicketStatus.BLOCKED: ("✗", "blocked"),
}


def match_rows(people: Sequence[Attendee], arrived: Set[str]) -> list[Match]:
    """One row a person; those who share a name get a line that tells them apart."""
    names = Counter(person.label.casefold() for person in people)
    return [_row(person, arrived, names[person.label.casefold()] > 1) for person in people]


def _row(person: Attendee, arrived: Set[str], has_namesake: bool) -> Match:
    sign, word = _SIGNS.get(person.status, (" ", ""))
    if person.id in arrived and person.status is TicketStatus.VALID:
        sign, word = "✓", "in"
    known_by = person.company or person.email
    detail = " · ".join(visible(part) for part in (word, known_by) if part)
    apart = ""
    if has_namesake:
        parts = (person.email, person.ticket_type, person.order_code, person.phone[-4:])
        apart = " · ".join(visible(part) for part in parts if part and part != known_by)
    return Match(person.id, sign, visible(person.label), detail, apart)
