"""People found, as rows of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from kiosk.domain.attendee import Attendee
from kiosk.domain.registration import TicketStatus
from kiosk.domain.text import plain_form, visible
from kiosk.tui.widgets.match_list import Match

_SIGNS = {
    TicketStatus.UNPAID: ("!", "not paid"),
    TicketStatus.UNAPPROVED: ("!", "not approved"),
    TicketStatus.CANCELED: ("✗", "canceled"),
    TicketStatus.BLOCKED: ("✗", "blocked"),
}


def match_rows(
    people: Sequence[Attendee],
    arrived: Set[str],
    former: Mapping[str, Sequence[str]] | None = None,
) -> list[Match]:
    """One row a person; a second line tells apart those who share a name, and whose a ticket was.

    Args:
        former: of tickets that were passed on, by id: the names of those who had them.
    """
    names = Counter(plain_form(person.label) for person in people)
    former = former or {}
    return [
        _row(person, arrived, names[plain_form(person.label)] > 1, former.get(person.id, ()))
        for person in people
    ]


def _row(person: Attendee, arrived: Set[str], has_namesake: bool, former: Sequence[str]) -> Match:
    sign, word = _SIGNS.get(person.status, (" ", ""))
    if person.id in arrived and person.status is TicketStatus.VALID:
        sign, word = "✓", "in"
    known_by = person.company or person.email
    detail = " · ".join(visible(part) for part in (word, known_by) if part)
    apart = ""
    if has_namesake:
        parts = (person.email, person.ticket_type, person.order_code, person.phone[-4:])
        apart = " · ".join(visible(part) for part in parts if part and part != known_by)
    if former:
        whose = f"the ticket was {visible(former[-1])}'s"
        apart = f"{whose} · {apart}" if apart else whose
    return Match(person.id, sign, visible(person.label), detail, apart)
