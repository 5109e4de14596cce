"""Upgrade older event files, and detect missing tables and foreign triggers.

An upgrade is complete, or the file stays as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.storage.file.copy import reading_connection
from kiosk.storage.file.header import FORMAT
from kiosk.storage.file.schema_guard import ALL_TABLES, foreign_part
from kiosk.storage.log import projection
from kiosk.storage.log.reader import events_of
from kiosk.storage.log.statements import ATTENDEE_INDEXES
from kiosk.support.sqlite_header import APPLICATION_ID

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations


def file_format(connection: sqlite3.Connection) -> int:
    """The format of the file, which a write-ahead log may have changed after the header."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Apply the migrations that the file lacks, in one transaction.

    Several programs and threads may open one old file at the same moment: the first one upgrades
    it, the others wait and find nothing to do. The tables are then rebuilt from the log, which may
    hold events that the older kiosk could not read.

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
    """Apply the pending migrations and note the format."""
    migrations, database = _migrations(connection)
    had_steps = bool(migrations.applied(database))
    pending = migrations.pending(database)
    migrations.apply(database)
    if had_steps:
        for name, place in ATTENDEE_INDEXES.items():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {place}")
    if had_steps and pending:
        _rebuild_tables(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _rebuild_tables(connection: sqlite3.Connection) -> None:
    """Rebuild the tables; a log that cannot be replayed leaves them as they are."""
    connection.execute("SAVEPOINT tables")
    try:
        projection.rebuild(connection, events_of(connection))
    except (KeyError, ValueError, TypeError, IndexError):
        connection.execute("ROLLBACK TO tables")
    connection.execute("RELEASE tables")


# Detect missing tables and foreign triggers and views.

_ALWAYS = frozenset({"event", "local"})
"""The tables of every format."""


def make_tables(connection: sqlite3.Connection) -> None:
    """Create all tables of an event, empty."""
    migrations, database = _migrations(connection)
    migrations.apply(database)


def _migrations(connection: sqlite3.Connection) -> tuple[Migrations, Database]:
    # sqlite_utils loads slowly, and only new and older files need it
    from sqlite_utils import Database

    from kiosk.storage.file.migrations import migrations

    return migrations, Database(connection)


def missing_or_foreign(connection: sqlite3.Connection) -> str:
    """What is missing or foreign in the schema; empty if nothing is.

    A foreign trigger would run at each check-in, unseen, and could delete the log.
    """
    if part := foreign_part(connection):
        return f"it contains {part}"
    missing = set(ALL_TABLES if file_format(connection) == FORMAT else _ALWAYS)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    missing.difference_update(name for (name,) in tables)
    if missing:
        return f"the table “{min(missing)}” is missing"
    named = connection.execute("SELECT 1 FROM local WHERE key = 'log_id'").fetchone()
    return "" if named else "it does not name its own log"


def schema_fault(connection: sqlite3.Connection) -> str:
    """How the schema differs from the one of this kiosk, column by column; empty if it does not."""
    fault = missing_or_foreign(connection)
    if fault or file_format(connection) != FORMAT:
        return fault
    with closing(sqlite3.connect("", isolation_level=None)) as fresh:
        make_tables(fresh)
        for table in sorted(ALL_TABLES):
            if set(_columns(fresh, table)) != set(_columns(connection, table)):
                return f"the columns of “{table}” are not those of an event"
    return ""


def schema_fault_of(path: Path) -> str:
    """`schema_fault` of a file, which is not changed; empty also where it cannot be read."""
    try:
        with closing(reading_connection(path)) as connection:
            return schema_fault(connection)
    except (sqlite3.Error, UnicodeDecodeError):
        return ""


def _columns(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, int, int]]:
    """(name, type, not null, position in the key)"""
    for row in connection.execute(f'PRAGMA table_info("{table}")'):
        yield row[1], row[2], row[3], row[5]
