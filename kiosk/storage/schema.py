"""Are the tables those of an event? What is missing is missed; what others added would act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.storage import projection
from kiosk.storage.header import FORMAT
from kiosk.storage.upgrade import file_format

_ALWAYS = frozenset({"event", "local"})
"""What events of every format have."""
_TABLES = _ALWAYS.union(projection.TABLES)


def make_tables(connection: sqlite3.Connection) -> None:
    """All tables of an event, empty."""
    from sqlite_utils import Database

    from kiosk.storage.migrations import migrations

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
    from kiosk.storage.copy import reading_only

    try:
        with reading_only(path) as connection:
            return schema_fault(connection)
    except (sqlite3.Error, UnicodeDecodeError):
        return ""


def _columns(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, int, int]]:
    """Name, type, whether it must have a value, place in the key."""
    for row in connection.execute(f'PRAGMA table_info("{table}")'):
        yield row[1], row[2], row[3], row[5]
