"""Settings of this file on this machine: the printer and its offsets. Other desks do not get
them."""

from __future__ import annotations

import json
import sqlite3

from kiosk.domain.checkin.pins import Tries


def set_local(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Store a value of this machine; an empty value deletes it. Inside `writing()`."""
    if value:
        connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))
    else:
        connection.execute("DELETE FROM local WHERE key = ?", (key,))


# Wrong PIN tries, which are part of no log.

_KEY = "pin_tries"


def pin_tries(connection: sqlite3.Connection) -> Tries:
    """The wrong PIN tries so far."""
    row = connection.execute("SELECT value FROM local WHERE key = ?", (_KEY,)).fetchone()
    try:
        return Tries(*map(int, json.loads(row[0]))) if row else Tries()
    except (ValueError, TypeError):  # corrupt on the disk: the PIN still works
        return Tries()


def keep_pin_tries(connection: sqlite3.Connection, tries: Tries) -> None:
    """Store the wrong PIN tries; inside `writing()`."""
    connection.execute(
        "INSERT INTO local(key, value) VALUES (?, ?) "
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_KEY, json.dumps([tries.wrong, tries.last_ms])),
    )
