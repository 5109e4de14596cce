"""Query help desk requests."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class HelpRow(NamedTuple):
    """The newest request or answer for an attendee."""

    attendee_id: str
    waits: bool
    """False: settled."""
    note: str
    desk: str
    """The desk that sent or settled it."""
    at_ms: int


HELP_COLUMNS = ", ".join(HelpRow._fields)


def help_row_of(row: tuple[object, ...]) -> HelpRow:
    """A row of `HELP_COLUMNS`."""
    return HelpRow(*row)._replace(waits=bool(row[1]))  # type: ignore[arg-type]


def help_row(connection: sqlite3.Connection, attendee_id: str) -> HelpRow | None:
    """The newest row of this attendee; None: never sent."""
    row = connection.execute(
        f"SELECT {HELP_COLUMNS} FROM help_desk WHERE attendee_id = ?", (attendee_id,)
    ).fetchone()
    return help_row_of(row) if row else None


def help_waiting(connection: sqlite3.Connection) -> list[HelpRow]:
    """All waiting attendees, the longest wait first."""
    rows = connection.execute(
        f"SELECT {HELP_COLUMNS} FROM help_desk WHERE waits = 1 ORDER BY hlc, log_id, seq"
    )
    return [help_row_of(row) for row in rows]


QUESTION_OPEN = "question open"
"""The note of an attendee who was asked and is not checked in."""


def questions_left_open(connection: sqlite3.Connection) -> list[HelpRow]:
    """Attendees whose newest scan on a list ended at a question, and whom the help desk has not
    seen since; the oldest first."""
    rows = connection.execute(
        "SELECT attendee_id, 1, ?, desk, at_ms FROM scan WHERE outcome = 'incomplete' "
        "AND attendee_id != '' AND NOT EXISTS (SELECT 1 FROM scan later WHERE "
        "later.attendee_id = scan.attendee_id AND later.list_id = scan.list_id AND "
        "(later.hlc, later.log_id, later.seq) > (scan.hlc, scan.log_id, scan.seq)) "
        "AND NOT EXISTS (SELECT 1 FROM help_desk WHERE "
        "help_desk.attendee_id = scan.attendee_id AND help_desk.at_ms >= scan.at_ms) "
        "ORDER BY hlc, log_id, seq",
        (QUESTION_OPEN,),
    )
    return [help_row_of(row) for row in rows]


def recent_help(connection: sqlite3.Connection, limit: int) -> list[HelpRow]:
    """The newest rows, newest first, settled ones included."""
    rows = connection.execute(
        f"SELECT {HELP_COLUMNS} FROM help_desk ORDER BY at_ms DESC, attendee_id LIMIT ?", (limit,)
    )
    return [help_row_of(row) for row in rows]


def count_help_waiting(connection: sqlite3.Connection) -> int:
    """The number of waiting attendees."""
    found = connection.execute("SELECT count(*) FROM help_desk WHERE waits = 1").fetchone()
    return int(found[0])
