"""What belongs to this file on this machine alone: printers and their nudges, no other desk's."""

from __future__ import annotations

import json
import sqlite3

from kiosk.domain.checkin.pins import Tries


def set_local(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a fact of this machine; an empty value forgets it. Inside `writing()`."""
    if value:
        connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))
    else:
        connection.execute("DELETE FROM local WHERE key = ?", (key,))


# Wrong tries at PINs, kept in `local`: they belong to this file on this machine and to no log.

_KEY = "pin_tries"


def pin_tries(connection: sqlite3.Connection) -> Tries:
    """The wrong tries so far."""
    row = connection.execute("SELECT value FROM local WHERE key = ?", (_KEY,)).fetchone()
    try:
        return Tries(*map(int, json.loads(row[0]))) if row else Tries()
    except (ValueError, TypeError):  # spoiled on the disk: the PIN still opens
        return Tries()


def keep_pin_tries(connection: sqlite3.Connection, tries: Tries) -> None:
    """Write them down; inside `writing()`."""
    connection.execute(
        "INSERT INTO local(key, value) VALUES (?, ?) "
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_KEY, json.dumps([tries.wrong, tries.last_ms])),
    )
