"""Is this the file that this machine wrote last, or a copy of it?

Two files that go on under one log would give one number to two events, and one of them would be
lost when desks meet. So a file remembers where it lives, and one that wakes up elsewhere (copied,
restored, carried over on a stick) goes on under a new log; what it holds stays as it is.
"""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import sqlite3
from hashlib import sha256
from pathlib import Path

HOME = "home"
A_COPY = "copy"
"""What a backup remembers, so that restoring it over the very same file is noticed too."""

BEGAN_ANEW = "began_anew"
"""In `local`, where this file was restored or copied: `untold`, then `told`."""

_MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""See machine-id(5); elsewhere the machine's name has to do."""


def fingerprint(path: Path) -> str:
    """Of machine, place and file: a hash, so that no folder's name (often a person's) is kept.

    The device's number is left out: it changes when a laptop starts anew.
    """
    place = os.path.realpath(path)
    parts = (_machine(), str(os.stat(place).st_ino), place)
    return sha256("\x1f".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _machine() -> str:
    for name in _MACHINE_IDS:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if text := Path(name).read_text(encoding="ascii").strip():
                return text
    return platform.node()


def detect_clone(connection: sqlite3.Connection, path: Path) -> bool:
    """Note where the file lives; one that came from elsewhere gets a log of its own.

    A file that cannot be written to is left as it is: nothing will be added to its log either.

    Returns:
        Whether it is a copy that now goes on under a new log.

    Raises:
        sqlite3.Error: the file is held or damaged.
    """
    here = fingerprint(path)
    if _home(connection) == here:
        return False
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_READONLY"):
            return False
        raise
    try:
        before = _home(connection)
        is_copy = before not in ("", here)
        if is_copy:
            begin_log(connection)
            _set(connection, BEGAN_ANEW, "untold")
        _set(connection, HOME, here)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return is_copy


SEEN_STAMP = "seen_stamp"
"""In `local`: the newest stamp that this desk's next event is to stand behind."""


def begin_log(connection: sqlite3.Connection) -> str:
    """Write under a new log from now on, its stamps behind those of the old one."""
    facts = dict(connection.execute("SELECT key, value FROM local").fetchall())
    last = connection.execute(
        "SELECT hlc FROM event WHERE log_id = ? ORDER BY seq DESC LIMIT 1", (facts["log_id"],)
    ).fetchone()
    if last and last[0] > int(facts.get(SEEN_STAMP, 0)):
        _set(connection, SEEN_STAMP, str(last[0]))
    log_id = secrets.token_hex(16)
    _set(connection, "log_id", log_id)
    return log_id


def forget(connection: sqlite3.Connection) -> None:
    """Let a finished file be at home where it is opened next, under the log it has."""
    _set(connection, HOME, "")


def release_origin(path: Path) -> None:
    """The same for a finished file that is closed already, before it gets its name.

    Where that cannot be noted, the file is only taken for a copy.
    """
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        forget(connection)


def mark_as_copy(connection: sqlite3.Connection) -> None:
    """Let a fresh copy know that it is one."""
    _set(connection, HOME, A_COPY)


def _home(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM local WHERE key = ?", (HOME,)).fetchone()
    return str(row[0]) if row else ""


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))
