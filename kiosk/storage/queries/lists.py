"""Check-in lists and the event's settings."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from kiosk.domain.checkin.rules import CheckInList, EntryRule


def check_in_lists(connection: sqlite3.Connection) -> list[CheckInList]:
    """All lists that are not removed, in the order of the desk."""
    rows = connection.execute(
        "SELECT id, name, opens_ms, closes_ms, ticket_types, entry, position, is_day FROM list "
        "WHERE removed = 0 ORDER BY position, name, id"
    )
    return [
        CheckInList(
            row[0],
            row[1],
            row[2],
            row[3],
            tuple(json.loads(row[4])),
            EntryRule(row[5]),
            row[6],
            bool(row[7]),
        )
        for row in rows
    ]


def list_names(connection: sqlite3.Connection) -> dict[str, str]:
    """The name of each list by its id, removed lists included: attendees came in on them."""
    return dict(connection.execute("SELECT id, name FROM list").fetchall())


def setting(connection: sqlite3.Connection, key: str, default: Any = None) -> Any:
    """One setting of the event."""
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else default


def some_settings(
    connection: sqlite3.Connection, *keys: str, prefix: str | None = None
) -> dict[str, Any]:
    """The settings of these keys, and of all keys that begin with `prefix`, in one query."""
    marks = ", ".join("?" * len(keys))
    where, values = f"key IN ({marks})", [*keys]
    if prefix is not None:
        where, values = (
            f"{where} OR (key >= ? AND key < ?)",
            [*values, prefix, f"{prefix}\U0010ffff"],
        )
    rows = connection.execute(f"SELECT key, value FROM setting WHERE {where}", values)
    return {key: json.loads(value) for key, value in rows}


def all_settings(connection: sqlite3.Connection) -> dict[str, Any]:
    """Every setting of the event."""
    rows = connection.execute("SELECT key, value FROM setting ORDER BY key")
    return {key: json.loads(value) for key, value in rows}


def setting_stamp(connection: sqlite3.Connection, key: str) -> tuple[int, str, int] | None:
    """The stamp of the event that set it, so that an unchanged large value need not be read."""
    row = connection.execute(
        "SELECT hlc, log_id, seq FROM setting WHERE key = ?", (key,)
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None
