"""Detect event files that were copied, restored or moved to another computer.

If two files continued one log, two events would get one number, and one of them would be lost when
the desks merge. So a file remembers its place, and a file that is opened elsewhere continues under
a new log. Its events stay as they are.
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
"""The place of a backup, so that restoring it over the same file is noticed too."""

BEGAN_ANEW = "began_anew"
"""In `local`, for a file that was restored or copied: `untold`, then `told` once the user knows."""

_MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""See machine-id(5); other systems use the name of the machine."""


def fingerprint(path: Path) -> str:
    """A hash of machine, path and file, so that no folder name (often a person's name) is kept.

    The device number is left out: it changes when a laptop restarts.
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
    """Note the place of the file; a file from another place gets a new log.

    A read-only file is left as it is, because nothing is added to its log either.

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
"""In `local`: the newest stamp that this desk's next event must be after."""


def begin_log(connection: sqlite3.Connection) -> str:
    """Continue under a new log, with stamps after those of the old one."""
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
    """Let a finished file continue its log where it is opened next."""
    _set(connection, HOME, "")


def release_origin(path: Path) -> None:
    """As `forget`, for a finished file that is already closed, before it gets its name.

    If that fails, the file is only treated as a copy.
    """
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        forget(connection)


def mark_as_copy(connection: sqlite3.Connection) -> None:
    """Mark a new copy as a copy."""
    _set(connection, HOME, A_COPY)


def _home(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM local WHERE key = ?", (HOME,)).fetchone()
    return str(row[0]) if row else ""


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))
