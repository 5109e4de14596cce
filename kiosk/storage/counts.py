"""How many people are expected."""

from __future__ import annotations

import sqlite3


def valid_heads_by_type(connection: sqlite3.Connection) -> dict[str, int]:
    """Heads that valid tickets admit, by ticket type."""
    rows = connection.execute(
        "SELECT ticket_type, sum(heads) FROM attendee WHERE status = 'valid' GROUP BY ticket_type"
    )
    return {row[0]: row[1] for row in rows}


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written to the file."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
