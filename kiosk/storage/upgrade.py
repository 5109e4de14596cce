"""Bringing an event file of an older kiosk up to date: all of it, or the file stays as it was."""

from __future__ import annotations

import sqlite3

from kiosk.event_mark import APPLICATION_ID
from kiosk.storage import projection
from kiosk.storage.header import FORMAT
from kiosk.storage.imported_rows import ATTENDEE_INDEXES
from kiosk.storage.log import events_of


def file_format(connection: sqlite3.Connection) -> int:
    """What the file says it is; a write-ahead log beside it may know better than its header."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Take the steps that the file has not taken yet, in one transaction.

    Several programs and threads may open one old file at the same moment: the first takes the
    steps, the others wait for it and find nothing to do. The tables are then built anew from the
    log, where events may wait that the older kiosk could not read.

    Raises:
        sqlite3.Error: the file is held, damaged or cannot be written. It is as it was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        if file_format(connection) < FORMAT:
            take_steps(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def take_steps(connection: sqlite3.Connection) -> None:
    """All steps that are left, and the mark that they are taken."""
    from sqlite_utils import Database

    from kiosk.storage.migrations import migrations

    database = Database(connection)
    had_steps = bool(migrations.applied(database))
    pending = migrations.pending(database)
    migrations.apply(database)
    if had_steps:
        for name, place in ATTENDEE_INDEXES.items():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {place}")
    if had_steps and pending:
        _build_anew(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _build_anew(connection: sqlite3.Connection) -> None:
    """A log that cannot be played leaves the tables as they are; `kiosk doctor` says why."""
    connection.execute("SAVEPOINT tables")
    try:
        projection.rebuild(connection, events_of(connection))
    except (KeyError, ValueError, TypeError, IndexError):
        connection.execute("ROLLBACK TO tables")
    connection.execute("RELEASE tables")
