"""Keep values that can be computed again from the log, each for a place in it.

A value counts only while the log up to its place is the one it was computed from. It is dropped
without loss where it is corrupt.
"""

from __future__ import annotations

import sqlite3
import zlib

_NEWEST = "SELECT rowid, log_id, seq FROM event ORDER BY rowid DESC LIMIT 1"


def newest_place(connection: sqlite3.Connection) -> str:
    """The newest event of the file, as a text for `kept_value` and `keep_value`."""
    row = connection.execute(_NEWEST).fetchone()
    return " ".join(map(str, row)) if row else ""


def kept_value(connection: sqlite3.Connection, key: str) -> tuple[int, bytes] | None:
    """The row id of the newest event that the value knows, and the value; None: there is none."""
    row = connection.execute("SELECT stamp, value FROM cache WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    place, checksum = row[0].rsplit(" ", 1)
    rowid, log_id, seq = place.split(" ")
    event = connection.execute(
        "SELECT log_id, seq FROM event WHERE rowid = ?", (int(rowid),)
    ).fetchone()
    if event != (log_id, int(seq)) or checksum != str(zlib.crc32(row[1])):
        return None
    return int(rowid), row[1]


def keep_value(connection: sqlite3.Connection, key: str, place: str, value: bytes) -> None:
    """Keep a value in place of the older one of this key; inside a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO cache(key, stamp, value) VALUES (?, ?, ?)",
        (key, f"{place} {zlib.crc32(value)}", value),
    )
