"""Read the data of the counts: tickets, entries and exits, refusals, badges, answers."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from typing import NamedTuple

import msgspec

from kiosk.domain.checkin.lists import CheckInList
from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.checkin.questions import Question
from kiosk.domain.checkin.rights import NO_LIMITS, Rights, rights_of, states_rights
from kiosk.domain.checkin.tally import Passage, Ticket, TicketKind
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.people.attendee import WALK_IN_SOURCE
from kiosk.domain.people.first_time import asks_for_first_time, is_first_timer
from kiosk.domain.text import casefold_key
from kiosk.storage.queries.attendance import among
from kiosk.storage.queries.attendees import has_several, rights_on_date
from kiosk.storage.queries.lists import date_context
from kiosk.storage.queries.scans import PASSED

OTHER_ANSWER = "other"


RightsReader = Callable[[str], Rights]
"""Reads the rights of a ticket from its imported columns (JSON)."""


def no_rights(_: str) -> Rights:
    """The rights where every list admits every ticket, so that nothing needs to be read."""
    return NO_LIMITS


def rights_reader(connection: sqlite3.Connection, context: DateTimeContext) -> RightsReader:
    """A reader for an event where some lists do not admit every ticket."""
    states = cache(states_rights)
    several = cache(partial(has_several, connection))

    def read(text: str) -> Rights:
        if text == "{}":
            return NO_LIMITS
        extra = msgspec.json.decode(text)
        rights = rights_of({key: extra[key] for key in extra if states(key)}, context)
        return rights_on_date(rights, several)

    return read


def add_on_names(connection: sqlite3.Connection) -> list[str]:
    """The add-ons that tickets of the event include, by name."""
    read = rights_reader(connection, DateTimeContext())
    rows = connection.execute("SELECT DISTINCT extra FROM attendee WHERE extra != '{}'")
    return sorted({name for (text,) in rows for name in read(text).add_ons}, key=str.casefold)


def expected_ids(connection: sqlite3.Connection, item: CheckInList) -> list[str]:
    """The tickets that a list admits, whatever their status."""
    read = rights_reader(connection, date_context(connection)) if item.is_restricted else no_rights
    rows = connection.execute(f"SELECT id, ticket_type, {_extra(read)} FROM attendee")
    return [row[0] for row in rows if item.expects(row[1], read(row[2]))]


def tickets_with_passages(
    connection: sqlite3.Connection,
    ids: Collection[str] | None = None,
    read: RightsReader = no_rights,
) -> Iterator[tuple[str, Ticket]]:
    """Id and ticket of all tickets with entries or exits that are not undone.

    Args:
        ids: only these tickets; None: all.
    """
    chosen, values = among("scan.attendee_id", ids)
    rows = connection.execute(
        "SELECT scan.attendee_id, ticket_type, status = 'valid', source = ?, attendee.heads, "
        f"{_extra(read)}, list_id, at_ms, direction, scan.heads, desk "
        f"FROM scan JOIN attendee ON attendee.id = scan.attendee_id WHERE {PASSED} "
        f"AND scan.attendee_id != ''{chosen} "
        "ORDER BY scan.attendee_id, list_id, at_ms, scan.log_id, scan.seq",
        (WALK_IN_SOURCE, *values),
    )
    for (ticket_id, name, is_valid, is_walk_in, heads, extra), own in groupby(
        rows, key=lambda row: row[:6]
    ):
        passages = tuple(Passage(row[6], row[7], Direction(row[8]), row[9], row[10]) for row in own)
        kind = TicketKind(name, bool(is_valid), bool(is_walk_in), read(extra))
        yield ticket_id, Ticket(kind, heads, passages)


def _extra(read: RightsReader) -> str:
    """The column with the rights, or nothing where nothing is read."""
    return "'{}'" if read is no_rights else "extra"


class TicketGroup(NamedTuple):
    """Tickets of one type, status, origin and rights."""

    ticket_type: str
    status: str
    is_walk_in: bool
    tickets: int
    heads: int
    rights: Rights = NO_LIMITS

    @property
    def kind(self) -> TicketKind:
        """How the tally counts these tickets."""
        return TicketKind(self.ticket_type, self.status == "valid", self.is_walk_in, self.rights)


def ticket_groups(
    connection: sqlite3.Connection, read: RightsReader = no_rights
) -> list[TicketGroup]:
    """All tickets, counted by type, status, origin and rights."""
    rows = connection.execute(
        f"SELECT ticket_type, status, source = ?, {_extra(read)}, count(*), sum(heads) "
        "FROM attendee GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3",
        (WALK_IN_SOURCE,),
    )
    counted: Counter[tuple[str, str, bool, Rights]] = Counter()
    heads: Counter[tuple[str, str, bool, Rights]] = Counter()
    for ticket_type, status, is_walk_in, extra, tickets, people in rows:
        key = (ticket_type, status, bool(is_walk_in), read(extra))
        counted[key] += tickets
        heads[key] += people
    return [TicketGroup(*key[:3], tickets, heads[key], key[3]) for key, tickets in counted.items()]


def refused_scans(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """List id to outcome to refused scans."""
    refused: dict[str, dict[str, int]] = {}
    for list_id, outcome, count in connection.execute(
        "SELECT list_id, outcome, count(*) FROM scan WHERE outcome != 'ok' GROUP BY 1, 2"
    ):
        refused.setdefault(list_id, {})[outcome] = count
    return refused


class ScanCounts(NamedTuple):
    """Scans that a person admitted or undid, on all lists and at all desks."""

    forced: int
    undone: int


def scan_counts(connection: sqlite3.Connection) -> ScanCounts:
    """Count entries and exits that a supervisor admitted, and those that were undone."""
    row = connection.execute(
        "SELECT coalesce(sum(forced AND NOT undone), 0), coalesce(sum(undone), 0) FROM scan "
        "WHERE outcome = 'ok'"
    ).fetchone()
    return ScanCounts(*row)


class BadgeCounts(NamedTuple):
    """Badges of the event."""

    people: int
    """People with a badge."""
    prints: int
    """Badges printed in all, reprints included."""
    made: int
    """Tickets of which only a PDF was made."""
    valid_printed: int
    """Valid tickets with a printed badge."""
    valid_made: int
    valid: int
    """Valid tickets."""
    waiting: int
    """Badges in the queues of all desks."""
    failed: int
    """Badges that did not come out, at all desks."""


def badge_counts(connection: sqlite3.Connection) -> BadgeCounts:
    """Count badges printed, missing, waiting and failed."""
    row = connection.execute(
        "SELECT * FROM (SELECT coalesce(sum(at_ms > 0), 0), coalesce(sum(prints), 0), "
        "coalesce(sum(at_ms = 0), 0) FROM badge), "
        "(SELECT coalesce(sum(badge.at_ms > 0), 0), coalesce(sum(badge.at_ms = 0), 0), count(*) "
        "FROM attendee "
        "LEFT JOIN badge ON badge.attendee_id = attendee.id WHERE status = 'valid'), "
        "(SELECT coalesce(sum(state IN ('queued', 'sent', 'printing')), 0), "
        "coalesce(sum(state = 'failed'), 0) FROM badge_job WHERE attendee_id != '')"
    ).fetchone()
    return BadgeCounts(*row)


def answer_counts(
    connection: sqlite3.Connection, questions: Sequence[Question], checked_in: Callable[[str], int]
) -> dict[str, dict[str, tuple[int, int]]]:
    """Question to answer to (heads checked in, heads in all).

    Heads in all are those of tickets that are valid or checked in. Imported words that are none
    of the choices count as `OTHER_ANSWER`, so that no attendee's own words are in the counts.

    Args:
        checked_in: the heads of a ticket that are checked in, by its id.
    """
    wanted = {casefold_key(question.name): question for question in questions}
    counted: dict[str, dict[str, tuple[int, int]]] = {item.name: {} for item in questions}
    if not questions:
        return counted
    for ticket_id, is_valid, extra, heads in connection.execute(
        "SELECT id, status = 'valid', extra, heads FROM attendee WHERE extra != '{}'"
    ):
        heads_in = checked_in(ticket_id)
        if not (is_valid or heads_in):
            continue
        for header, value in json.loads(extra).items():
            question = wanted.get(casefold_key(header))
            if question is not None and value.strip():
                for choice in question.shares(value) or [OTHER_ANSWER]:
                    in_before, all_before = counted[question.name].get(choice, (0, 0))
                    counted[question.name][choice] = (in_before + heads_in, all_before + heads)
    return counted


def first_timer_tickets(
    connection: sqlite3.Connection, ids: Collection[str] | None = None
) -> dict[str, bool]:
    """Tickets of first-timers, by their answers: id to whether the ticket is valid.

    Answers are read only where a header asks for it: an event without such a question pays
    little.

    Args:
        ids: only these tickets; None: all.
    """
    asked = cache(asks_for_first_time)
    first_timers: dict[str, bool] = {}
    chosen, values = among("id", ids)
    for ticket_id, is_valid, text in connection.execute(
        f"SELECT id, status = 'valid', extra FROM attendee WHERE extra != '{{}}'{chosen}", values
    ):
        answers = json.loads(text)
        if any(map(asked, answers)) and is_first_timer(answers):
            first_timers[ticket_id] = bool(is_valid)
    return first_timers
