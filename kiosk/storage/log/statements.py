"""Names of tables and indexes, and statements for one row and for many."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import Any

# What is made from the log.

TABLES = (
    "setting",
    "list",
    "attendee",
    "code",
    "binding",
    "edit",
    "scan",
    "undo",
    "badge",
    "badge_job",
    "import_run",
    "help_desk",
)
"""The tables that are made from the log."""
ATTENDEE_INDEXES = {
    "attendee_order": "attendee(order_code COLLATE NOCASE) WHERE order_code != ''",
    "attendee_name": "attendee(name) WHERE name != ''",
    "attendee_code": "attendee(json_extract(codes, '$[0][0]') COLLATE NOCASE)",
    "attendee_weak_code": "attendee(json_extract(codes, '$[1][0]') COLLATE NOCASE)",
}
"""Used by a scan, and when a ticket is shown: other tickets of the order, and namesakes."""


# Many rows at once.

ROWS_A_STATEMENT = 2_000
"""For up to 16 columns: SQLite takes 32,766 values in one statement.

Source: https://sqlite.org/limits.html, "Maximum Number Of Host Parameters".
"""
FEW_ROWS = 100
"""Rows of a statement for what is left."""


def insert_many(
    connection: sqlite3.Connection,
    statement: Callable[[str], str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert or update rows of one width.

    `executemany` releases the interpreter lock for each row, and waits up to 5 ms for it each time
    while another thread computes. One statement with thousands of rows waits once.

    Args:
        statement: the SQL around the rows' placeholders, `(?, ?), (?, ?) ...`; a function of a
            module, as its texts are kept.
    """
    start = 0
    for size in (ROWS_A_STATEMENT, FEW_ROWS):
        while len(rows) - start >= size:
            some = rows[start : start + size]
            start += size
            sql = _sql(statement, size, len(some[0]))
            connection.execute(sql, list(chain.from_iterable(some)))
    if start < len(rows):
        connection.executemany(_sql(statement, 1, len(rows[0])), rows[start:])


@lru_cache(maxsize=32)
def _sql(statement: Callable[[str], str], rows: int, columns: int) -> str:
    one = f"({', '.join('?' * columns)})"
    return statement(", ".join([one] * rows))


def copy_back(connection: sqlite3.Connection) -> None:
    """Copy the write-ahead log into the file as far as readers allow. Otherwise the next write, a
    scan, would do it."""
    with suppress(sqlite3.OperationalError):  # a full disk: the next write reports it
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


# SQL that keeps the newest of several rows.

NEWER = "(excluded.hlc, excluded.log_id, excluded.seq) > ({0}.hlc, {0}.log_id, {0}.seq)"
"""The newest of two rows wins; of one moment, the same one at every desk."""


def insert(table: str, columns: tuple[str, ...]) -> str:
    """An INSERT statement for one row."""
    return f"INSERT INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def upsert(table: str, columns: tuple[str, ...], key: str) -> str:
    """An INSERT that replaces an older row of the same key (`a, b` for several columns)."""
    keys = {name.strip() for name in key.split(",")}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"{insert(table, columns)} "
        f"ON CONFLICT({key}) DO UPDATE SET {changes} WHERE {NEWER.format(table)}"
    )
