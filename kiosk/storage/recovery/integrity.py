"""Check that the log is complete and that the tables match it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind, LogEvent, event_hash
from kiosk.errors import KioskError
from kiosk.storage.file.copy import integrity_faults, reading_only
from kiosk.storage.file.header import check_header
from kiosk.storage.file.schema import make_tables
from kiosk.storage.file.sqlite_errors import damaged
from kiosk.storage.log import projection
from kiosk.storage.log.reader import events_of
from kiosk.storage.log.statements import TABLES

_EXAMPLES_SHOWN = 5


@dataclass(slots=True)
class LogFaults:
    """Faults of the log itself."""

    events: int = 0
    corrupt: int = 0
    """Rows with a wrong hash."""
    examples: list[str] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)
    """Log to the count of numbers missing below its highest."""


def log_faults(connection: sqlite3.Connection) -> LogFaults:
    """Check every row of the log.

    Raises:
        sqlite3.DatabaseError: it cannot be read to its end.
    """
    faults = LogFaults()
    for *row, digest in connection.execute(
        "SELECT log_id, seq, hlc, kind, subject, body, hash FROM event"
    ):
        faults.events += 1
        if _hash(row) != digest:
            faults.corrupt += 1
            if len(faults.examples) < _EXAMPLES_SHOWN:
                faults.examples.append(f"{str(row[0])[:8]}/{row[1]}")
    for log_id, first, last, count in connection.execute(
        "SELECT log_id, min(seq), max(seq), count(*) FROM event GROUP BY log_id"
    ):
        missing = last - count if first >= 1 else 1
        if missing:
            faults.gaps[str(log_id)] = missing
    return faults


@dataclass(slots=True)
class Unread:
    """Events of one log that this kiosk cannot use."""

    newer: int = 0
    """Events of unknown kinds, from a newer kiosk."""
    corrupt: int = 0
    """Events with invalid bodies."""


def unread_events(connection: sqlite3.Connection) -> dict[str, Unread]:
    """Log to its unusable events; logs without any are left out."""
    found: dict[str, Unread] = {}
    known = frozenset(EventKind)
    for log_id, kind, body in connection.execute("SELECT log_id, kind, body FROM event"):
        if kind not in known:
            found.setdefault(log_id, Unread()).newer += 1
        elif validated_body(kind, body) is None:
            found.setdefault(log_id, Unread()).corrupt += 1
    return found


def _hash(row: list[Any]) -> bytes | None:
    try:
        return event_hash(LogEvent(*row))
    except (UnicodeEncodeError, AttributeError, TypeError):
        return None  # bytes that are not UTF-8, or not text at all


def is_corrupt(path: Path) -> bool:
    """Whether the file is not as it was written; nothing is changed."""
    try:
        with reading_only(path) as connection:
            connection.execute("BEGIN")
            if integrity_faults(connection, 1):  # an index may be corrupt while its table is not
                return True
            faults = log_faults(connection)
            differing = differing_tables(connection, events_of(connection))
    except (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError):
        return True
    return bool(faults.corrupt or faults.gaps or differing)


def damage_behind(path: Path) -> KioskError | None:
    """The damage that explains an unexpected error; None where the file is sound."""
    try:
        check_header(path)
    except KioskError:
        return None
    return damaged(path, "it holds an invalid value") if is_corrupt(path) else None


def differing_tables(connection: sqlite3.Connection, events: Iterator[LogEvent]) -> list[str]:
    """The tables that do not match the log.

    The log is replayed into a temporary database of SQLite (file name ""), and the two are compared
    row by row.

    Raises:
        sqlite3.Error: a table cannot be read, or the log does not fit the tables.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as fresh:
        make_tables(fresh)
        fresh.execute("BEGIN")
        projection.rebuild(fresh, events)
        return [table for table in TABLES if _differ(connection, fresh, table)]


def entries_without_event(connection: sqlite3.Connection) -> int:
    """The number of table rows without an event in the log."""
    found = 0
    for table in TABLES:
        columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
        if {"log_id", "seq"} <= columns:
            (count,) = connection.execute(
                f'SELECT count(*) FROM "{table}" AS entry WHERE NOT EXISTS (SELECT 1 FROM event '
                "WHERE event.log_id = entry.log_id AND event.seq = entry.seq)"
            ).fetchone()
            found += count
    return found


def _differ(one: sqlite3.Connection, other: sqlite3.Connection, table: str) -> bool:
    pairs = zip_longest(table_dump(one, table), table_dump(other, table))
    return any(left != right for left, right in pairs)


def table_dump(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in one order and one spelling, so that equal content is equal."""
    info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    columns = [row[1] for row in info]
    keys = [row[1] for row in sorted(info, key=lambda row: int(row[5])) if row[5]] or columns
    names = ", ".join(f'"{name}"' for name in columns)
    order = ", ".join(f'"{name}" COLLATE BINARY' for name in keys)
    as_json = columns.index("extra") if "extra" in columns else None
    for row in connection.execute(f'SELECT {names} FROM "{table}" ORDER BY {order}'):
        if as_json is None or row[as_json] == "{}":
            yield row
        else:
            yield (*row[:as_json], _sorted_json(row[as_json]), *row[as_json + 1 :])


def _sorted_json(text: str) -> str:
    """The text of a JSON object with sorted keys; any other text is returned unchanged."""
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except ValueError:
        return text
