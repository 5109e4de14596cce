"""Keep values that can be computed again from the log, each for a place in it.

A value counts only while the log up to its place is the one it was computed from. A corrupt value,
or one that another machine wrote, is not read: a stranger's file could hold anything there.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile

from kiosk.support.paths import machine_id

_CHUNK = 1 << 20
_NEWEST = "SELECT rowid, log_id, seq FROM event ORDER BY rowid DESC LIMIT 1"


def newest_place(connection: sqlite3.Connection) -> str:
    """The newest event of the file, as a text for `kept_value` and `keep_value`."""
    row = connection.execute(_NEWEST).fetchone()
    return " ".join(map(str, row)) if row else ""


def kept_place(connection: sqlite3.Connection, key: str) -> int | None:
    """The row id of the newest event that a kept value knows; None: there is no such value."""
    row = connection.execute(
        "SELECT event.rowid FROM cache JOIN event ON event.rowid = CAST(stamp AS INTEGER) "
        "WHERE key = ? AND stamp GLOB event.rowid || ' ' || log_id || ' ' || seq || ' *'",
        (key,),
    ).fetchone()
    return row[0] if row else None


def kept_value(connection: sqlite3.Connection, key: str) -> bytes | None:
    """A kept value for `kept_place`; None where it is corrupt or of another machine."""
    stamp, value = connection.execute(
        "SELECT stamp, value FROM cache WHERE key = ?", (key,)
    ).fetchone()
    return bytes(value) if stamp.endswith(f" {_seal(value)}") else None


def mapped_value(connection: sqlite3.Connection, key: str) -> mmap | bytes | None:
    """As `kept_value`, in a file without a name, so that only its pages in use are in memory."""
    where = "FROM cache WHERE key = ?"
    rowid, stamp = connection.execute(f"SELECT rowid, stamp {where}", (key,)).fetchone()
    seal = _sealing()
    try:
        with (
            connection.blobopen("cache", "value", rowid, readonly=True) as blob,
            TemporaryFile() as file,
        ):
            while chunk := blob.read(_CHUNK):
                seal.update(chunk)
                file.write(chunk)
            file.flush()
            mapped = mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError, sqlite3.OperationalError):  # no space for it, or another value now
        return kept_value(connection, key)
    return mapped if stamp.endswith(f" {seal.hexdigest()}") else None


def keep_value(connection: sqlite3.Connection, key: str, place: str, value: bytes) -> None:
    """Keep a value in place of the older one of this key; inside a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO cache(key, stamp, value) VALUES (?, ?, ?)",
        (key, f"{place} {_seal(value)}", value),
    )


def _seal(value: bytes) -> str:
    """A hash of the value that only this machine can make."""
    seal = _sealing()
    seal.update(value)
    return seal.hexdigest()


def _sealing() -> blake2b:
    return blake2b(key=machine_id().encode()[:64], digest_size=16)
