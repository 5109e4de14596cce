"""Read the log: all of it, or the rows added since the last read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from kiosk.domain.log.events import LogEvent


def events_of(connection: sqlite3.Connection) -> Iterator[LogEvent]:
    """All events, oldest first."""
    for row in connection.execute(
        "SELECT log_id, seq, hlc, kind, subject, body FROM event ORDER BY hlc, log_id, seq"
    ):
        yield LogEvent(*row)


def last_event(connection: sqlite3.Connection) -> int:
    """The position of the newest row in this file; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()[0])


def kinds_after(connection: sqlite3.Connection, place: int) -> tuple[set[str], int]:
    """The kinds of the rows after a position, and the position of the last row."""
    rows = connection.execute("SELECT rowid, kind FROM event WHERE rowid > ?", (place,)).fetchall()
    return {row[1] for row in rows}, max((row[0] for row in rows), default=place)


def events_after(
    connection: sqlite3.Connection, place: int
) -> tuple[list[tuple[str, str, str]], int]:
    """(kind, subject, body) of the rows after a position, and the position of the last row."""
    rows = connection.execute(
        "SELECT rowid, kind, subject, body FROM event WHERE rowid > ? ORDER BY rowid", (place,)
    ).fetchall()
    return [(row[1], row[2], row[3]) for row in rows], rows[-1][0] if rows else place
