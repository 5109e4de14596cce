"""Questions about everybody at once: the attendance list and the counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.domain.checkin.rules import Direction
from kiosk.domain.people.registration import PERSON_FIELDS, TicketStatus

_REMEMBERED = 10_000
"""Different texts kept so that equal ones (a shirt size, a meal) are read once."""

_STANDING = "scan.outcome = 'ok' AND scan.undone = 0 AND scan.attendee_id != ''"


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose rows are asked for."""

    arrived: bool | None = None
    """True: with a standing entry. False: valid and without one. None: everybody."""
    list_id: str | None = None
    """Entries on this list; None: on any."""
    ticket_types: Collection[str] | None = None
    """Only these, exactly as written; None: all. Asked of those who are absent."""

    def where(self) -> tuple[str, tuple[str, ...]]:
        """The condition on `attendee` and its values."""
        if self.arrived is None:
            return "1", ()
        on_list, values = (
            ("", ()) if self.list_id is None else (" AND list_id = ?", (self.list_id,))
        )
        entered = (
            f"EXISTS (SELECT 1 FROM scan WHERE scan.attendee_id = attendee.id AND {_STANDING} "
            f"AND direction = 'entry'{on_list})"
        )
        if self.arrived:
            return entered, values
        if self.ticket_types is None:
            return f"status = 'valid' AND NOT {entered}", values
        types = json.dumps(list(self.ticket_types))
        return (
            f"status = 'valid' AND NOT {entered} "
            "AND ticket_type IN (SELECT value FROM json_each(?))",
            (*values, types),
        )


FIELD_SEPARATOR = "\x1f"
"""Between fields that are asked for as one text."""

FIELDS = (
    *PERSON_FIELDS,
    "status",
    "heads",
    "guest_of",
    "note",
)
"""Fields of a ticket in the attendance list, in its order; its code follows."""

_CODE = """coalesce(
    json_extract(attendee.codes, '$[0][0]'), json_extract(attendee.codes, '$[1][0]'),
    (SELECT min(code) FROM binding WHERE binding.attendee_id = attendee.id), '')"""


class AttendanceRow(NamedTuple):
    """One ticket of the attendance list, texts joined by `FIELD_SEPARATOR`.

    One text for all fields, as the export of 100,000 people is mostly the making of texts.
    """

    attendee_id: str
    fields: str
    """`FIELDS` and the code a scanner reads first."""
    printed_ms: int | None
    """When the newest badge was printed; None: never."""
    place: str
    """Box, slot and the ticket's source."""
    extra: str
    """Imported columns, JSON object of header to value."""


def _attendance_sql(field: str) -> str:
    """The question for `AttendanceRow`s.

    Args:
        field: how a text is asked for, with `{}` for its name.
    """
    marks = FIELD_SEPARATOR.join(["%s"] * (len(FIELDS) + 1))
    fields = ", ".join(field.format(name) for name in (*FIELDS, _CODE))
    place = FIELD_SEPARATOR.join(["%s"] * 3)
    box = field.format("coalesce(badge.box, '')")
    return f"""
SELECT attendee.id, printf('{marks}', {fields}), badge.at_ms,
    printf('{place}', {box}, coalesce(nullif(badge.slot, 0), ''), {field.format("source")}), extra
FROM attendee LEFT JOIN badge ON badge.attendee_id = attendee.id
"""


_ATTENDANCE = _attendance_sql("{}")
_ATTENDANCE_CLEANED = _attendance_sql(f"replace({{}}, '{FIELD_SEPARATOR}', ' ')")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Several questions about one moment, while other desks go on writing."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def count_selected(connection: sqlite3.Connection, selection: Selection) -> int:
    """How many rows the selection has."""
    where, values = selection.where()
    row = connection.execute(f"SELECT count(*) FROM attendee WHERE {where}", values).fetchone()
    return int(row[0])


def attendance_rows(
    connection: sqlite3.Connection, selection: Selection
) -> Iterator[tuple[str, str, int | None, str, str]]:
    """The selected tickets as `AttendanceRow`s without the name of one, sorted by name.

    A field that holds the separator itself is given with a space in its place. `+` keeps SQLite
    from reading by the index of ids, which spares no sorting and jumps to and fro in the table.
    """
    where, values = selection.where()
    for row in connection.execute(
        f"{_ATTENDANCE} WHERE {where} ORDER BY name = '', name COLLATE NOCASE, +attendee.id",
        values,
    ):
        separators = row[1].count(FIELD_SEPARATOR) - len(FIELDS)
        if separators or row[3].count(FIELD_SEPARATOR) != 2:
            row = connection.execute(
                f"{_ATTENDANCE_CLEANED} WHERE attendee.id = ?", (row[0],)
            ).fetchone()
        yield row


def standing_entries_of_all(
    connection: sqlite3.Connection,
) -> Iterator[tuple[str, str, int, str, int]]:
    """(attendee, list, at_ms, desk, heads) of every standing entry, oldest first."""
    return connection.execute(
        f"SELECT attendee_id, list_id, at_ms, desk, heads FROM scan WHERE {_STANDING} "
        "AND direction = 'entry' ORDER BY hlc, log_id, seq"
    )


def extra_header_orders(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Every sequence of imported headers that some ticket has, each in the order of its file."""
    orders: set[tuple[str, ...]] = set()
    seen: set[str] = set()
    for (text,) in connection.execute("SELECT extra FROM attendee WHERE extra != '{}'"):
        if text in seen:
            continue
        orders.add(tuple(json.loads(text)))
        if len(seen) < _REMEMBERED:
            seen.add(text)
    return orders


def parties(connection: sqlite3.Connection) -> dict[str, int]:
    """How many people each ticket admits that admits more than one."""
    return dict(connection.execute("SELECT id, heads FROM attendee WHERE heads > 1"))


def heads_by_type_and_status(
    connection: sqlite3.Connection,
) -> list[tuple[str, TicketStatus, int, int]]:
    """(ticket type, status, tickets, heads) of everybody."""
    rows = connection.execute(
        "SELECT ticket_type, status, count(*), sum(heads) FROM attendee "
        "GROUP BY ticket_type, status ORDER BY ticket_type, status"
    )
    return [(row[0], TicketStatus(row[1]), row[2], row[3]) for row in rows]


class Passage(NamedTuple):
    """An entry or exit that stands, of a ticket that is known."""

    list_id: str
    attendee_id: str
    ticket_type: str
    party: int
    """Heads of the ticket."""
    at_ms: int
    direction: Direction
    heads: int

    def moment(self) -> tuple[int, Direction, int]:
        """As the domain counts arrivals."""
        return self.at_ms, self.direction, self.heads


def passages(connection: sqlite3.Connection) -> Iterator[Passage]:
    """All standing entries and exits, list by list, ticket by ticket, in the order of the clock."""
    rows = connection.execute(
        "SELECT list_id, attendee_id, ticket_type, attendee.heads, at_ms, direction, scan.heads "
        f"FROM scan JOIN attendee ON attendee.id = attendee_id WHERE {_STANDING} "
        "ORDER BY list_id, attendee_id, at_ms, scan.log_id, scan.seq"
    )
    for row in rows:
        yield Passage(row[0], row[1], row[2], row[3], row[4], Direction(row[5]), row[6])


class ScanCounts(NamedTuple):
    """How scans ended, all lists and desks together."""

    refused_by_outcome: dict[str, int]
    forced: int
    undone: int


def scan_counts(connection: sqlite3.Connection) -> ScanCounts:
    """Refusals by reason, entries forced and check-ins taken back."""
    refused = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT outcome, count(*) FROM scan WHERE outcome != 'ok' GROUP BY outcome "
            "ORDER BY count(*) DESC, outcome"
        )
    }
    forced, undone = connection.execute(
        "SELECT coalesce(sum(forced AND NOT undone), 0), coalesce(sum(undone), 0) FROM scan "
        "WHERE outcome = 'ok'"
    ).fetchone()
    return ScanCounts(refused, forced, undone)


def badge_counts(connection: sqlite3.Connection) -> tuple[int, int]:
    """(people with a badge, badges printed in all)."""
    row = connection.execute("SELECT count(*), coalesce(sum(prints), 0) FROM badge").fetchone()
    return int(row[0]), int(row[1])


def count_from_source(connection: sqlite3.Connection, source: str) -> int:
    """Tickets that came from one source."""
    row = connection.execute("SELECT count(*) FROM attendee WHERE source = ?", (source,)).fetchone()
    return int(row[0])
