"""Bringing an event file of an older kiosk up to date: all of it, or the file stays as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.storage.file.header import FORMAT
from kiosk.storage.log import projection
from kiosk.storage.log.imported_rows import ATTENDEE_INDEXES
from kiosk.storage.log.reader import events_of
from kiosk.support.sqlite_header import APPLICATION_ID


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

    from kiosk.storage.file.migrations import migrations

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


# Are the tables those of an event? What is missing is missed; what others added would act.

_ALWAYS = frozenset({"event", "local"})
"""What events of every format have."""
_TABLES = _ALWAYS.union(projection.TABLES)


def make_tables(connection: sqlite3.Connection) -> None:
    """All tables of an event, empty."""
    from sqlite_utils import Database

    from kiosk.storage.file.migrations import migrations

    migrations.apply(Database(connection))


def missing_or_acting(connection: sqlite3.Connection) -> str:
    """What is missing or acts by itself, by a look at the table of contents; empty if all is well.

    kiosk makes no triggers and no views: one that somebody else put into the file would run at
    every check-in, unseen, and might take the log away.
    """
    missing = set(_TABLES if file_format(connection) == FORMAT else _ALWAYS)
    for kind, name in connection.execute("SELECT type, name FROM sqlite_master"):
        if kind in ("trigger", "view"):
            return f"somebody put the {kind} “{name}” into it"
        if kind == "table":
            missing.discard(name)
    if missing:
        return f"the table “{min(missing)}” is missing"
    named = connection.execute("SELECT 1 FROM local WHERE key = 'log_id'").fetchone()
    return "" if named else "it does not say which log is its own"


def schema_fault(connection: sqlite3.Connection) -> str:
    """What is not as this kiosk makes it, column by column; empty when all is well."""
    fault = missing_or_acting(connection)
    if fault or file_format(connection) != FORMAT:
        return fault
    with closing(sqlite3.connect("", isolation_level=None)) as fresh:
        make_tables(fresh)
        for table in sorted(_TABLES):
            if set(_columns(fresh, table)) != set(_columns(connection, table)):
                return f"the columns of “{table}” are not those of an event"
    return ""


def schema_fault_of(path: Path) -> str:
    """The same of a file, which is left as it is; empty also where it cannot be looked into."""
    from kiosk.storage.file.copy import reading_only

    try:
        with reading_only(path) as connection:
            return schema_fault(connection)
    except (sqlite3.Error, UnicodeDecodeError):
        return ""


def _columns(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, int, int]]:
    """Name, type, whether it must have a value, place in the key."""
    for row in connection.execute(f'PRAGMA table_info("{table}")'):
        yield row[1], row[2], row[3], row[5]
