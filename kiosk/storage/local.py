"""What belongs to this file on this machine alone: printers and their nudges, no other desk's."""

from __future__ import annotations

import sqlite3


def set_local(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a fact of this machine; an empty value forgets it. Inside `writing()`."""
    if value:
        connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))
    else:
        connection.execute("DELETE FROM local WHERE key = ?", (key,))
