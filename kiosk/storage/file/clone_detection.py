"""Detect event files that were copied, restored or moved to another computer.

If two files continued one log, two events would get one number, and one of them would be lost when
the desks merge. So a file remembers its place, and a file that is opened elsewhere continues under
a new log. Its events stay as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from kiosk.domain.log.setting_schema import Scope, scope_of
from kiosk.errors import KioskError
from kiosk.storage.file.machine_facts import (
    FACTS_DROPPED,
    MachineFacts,
    read_facts,
    remove_facts,
    write_facts,
)
from kiosk.storage.file.modes import error_name
from kiosk.support.paths import machine_id

HOME = "home"
A_COPY = "copy"
"""The place of a backup, so that restoring it over the same file is noticed too."""

EARLIER_LOGS = "earlier_logs"
"""In `local`: the logs that this file continued before, with spaces between them."""
MAX_EARLIER = 20
CLOSED_LOGS = "closed_logs"
"""In `local`, as JSON: the logs that this desk closed to continue in a signed one. Their print jobs
are still its own; those of a restored or copied file are not."""

NEW_LOG_NOTICE = "began_anew"
"""In `local`, for a file that was restored or copied: `untold`, then `told` once the user knows."""


def fingerprint(path: Path) -> str:
    """A hash of machine, path and file, so that no folder name (often a person's name) is kept.

    The device number is left out: it changes when a laptop restarts.
    """
    place = os.path.realpath(path)
    parts = (machine_id(), str(os.stat(place).st_ino), place)
    return sha256("\x1f".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def detect_clone(connection: sqlite3.Connection, path: Path) -> bool:
    """Note the place of the file; a file from another place gets a new log, and the settings of
    another machine are removed from it.

    A read-only file is left as it is, because nothing is added to its log either.

    Returns:
        Whether it is a copy that now continues under a new log.

    Raises:
        sqlite3.Error: the file is held or damaged.
    """
    here = fingerprint(path)
    if local_value(connection, HOME) == here and _are_settled(connection, path, home=here):
        return False
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error_name(error).startswith("SQLITE_READONLY"):
            return False
        raise
    try:
        before = local_value(connection, HOME)
        is_copy = before not in (here, _released(connection))
        if is_copy:
            begin_log(connection)
            set_local_value(connection, NEW_LOG_NOTICE, "untold")
        _settle_facts(connection, path, home=here, before=before, is_copy=is_copy)
        set_local_value(connection, HOME, here)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return is_copy


SEEN_STAMP = "seen_stamp"
"""In `local`: the newest stamp that this desk's next event must be after."""


def begin_log(connection: sqlite3.Connection, log_id: str = "") -> str:
    """Continue under a new log, with stamps after those of the old one; empty: a random id."""
    facts = dict(connection.execute("SELECT key, value FROM local").fetchall())
    last = connection.execute(
        "SELECT hlc FROM event WHERE log_id = ? ORDER BY seq DESC LIMIT 1", (facts["log_id"],)
    ).fetchone()
    if last and last[0] > int(facts.get(SEEN_STAMP, 0)):
        set_local_value(connection, SEEN_STAMP, str(last[0]))
    earlier = f"{facts.get(EARLIER_LOGS, '')} {facts['log_id']}".split()
    set_local_value(connection, EARLIER_LOGS, " ".join(earlier[-MAX_EARLIER:]))
    closed = [*json.loads(facts.get(CLOSED_LOGS, "[]")), facts["log_id"]] if log_id else []
    set_local_value(connection, CLOSED_LOGS, json.dumps(closed))
    log_id = log_id or os.urandom(16).hex()
    set_local_value(connection, "log_id", log_id)
    return log_id


def forget(connection: sqlite3.Connection) -> None:
    """Let a finished file continue its log where this machine opens it next."""
    set_local_value(connection, HOME, _released(connection))


def _released(connection: sqlite3.Connection) -> str:
    """The marker of a file that this machine made and that has no place yet.

    Only this machine can write it: otherwise a file from elsewhere could continue its own log
    here, and its waiting print jobs would count as those of this desk.
    """
    marker = f"{machine_id()}\x1f{local_value(connection, 'log_id')}\x1freleased"
    return sha256(marker.encode()).hexdigest()[:32]


def release_origin(path: Path) -> None:
    """As `forget`, for a finished file that is already closed, before it gets its name.

    If that fails, the file is only treated as a copy.
    """
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        forget(connection)


def move_facts(old: Path, new: Path) -> None:
    """Let this machine's settings follow a finished file that was moved to its final name.

    Raises:
        KioskError: the state folder cannot be written.
    """
    kept = read_facts(old)
    if kept is not None and kept.facts:
        write_facts(new, replace(kept, home=fingerprint(new)))
    remove_facts(old)


def mark_as_copy(connection: sqlite3.Connection) -> None:
    """Mark a new copy as a copy."""
    set_local_value(connection, HOME, A_COPY)


def local_value(connection: sqlite3.Connection, key: str) -> str:
    """A value of the table `local`; empty when not set."""
    row = connection.execute("SELECT value FROM local WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def set_local_value(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Store a value in the table `local`."""
    connection.execute("INSERT OR REPLACE INTO local(key, value) VALUES (?, ?)", (key, value))


def legacy_facts(connection: sqlite3.Connection) -> dict[str, str]:
    """Everything in `local` that is not of the file itself."""
    rows = connection.execute("SELECT key, value FROM local").fetchall()
    return {str(key): str(value) for key, value in rows if scope_of(str(key)) is not Scope.FILE}


def _settle_facts(
    connection: sqlite3.Connection, path: Path, *, home: str, before: str, is_copy: bool
) -> None:
    """Make the facts of a file that is opened for writing those of this machine; inside a
    transaction.

    An older kiosk kept them in the table `local`. They are moved once, where the marker of the file
    proves that this machine wrote it last. Otherwise they are deleted.

    Args:
        home: the file's `fingerprint`.
        before: the fingerprint that was in the file.
        is_copy: it continues under a new log.
    """
    kept, legacy = read_facts(path), legacy_facts(connection)
    is_proven = before == home and kept is None
    moved = {key: legacy[key] for key in legacy if scope_of(key) is Scope.MACHINE and is_proven}
    log_id = local_value(connection, "log_id")
    if kept is None or not kept.belongs_to(home, log_id):
        try:
            write_facts(path, MachineFacts(home, (log_id,), moved))
        except KioskError:
            if moved:
                return  # they stay in the file: it is this machine's
    connection.executemany("DELETE FROM local WHERE key = ?", [(key,) for key in legacy])
    lost = any(scope_of(key) is Scope.MACHINE and key not in moved for key in legacy)
    if is_copy or lost:
        set_local_value(connection, FACTS_DROPPED, "untold")


def _are_settled(connection: sqlite3.Connection, path: Path, *, home: str) -> bool:
    """Whether `_settle_facts` has nothing to do."""
    kept = read_facts(path)
    is_kept = kept is not None and kept.belongs_to(home, local_value(connection, "log_id"))
    return is_kept and not legacy_facts(connection)
