"""Very many rows by few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import Any

ROWS_A_STATEMENT = 2_000
"""Of up to 16 columns: SQLite takes 32,766 values in one statement.
Source: https://sqlite.org/limits.html, "Maximum Number Of Host Parameters"."""


def insert_many(
    connection: sqlite3.Connection,
    statement: Callable[[str], str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows of one width.

    `executemany` lets go of the interpreter's lock for every single row, and waits up to 5 ms for
    it each time while another thread computes. One statement of thousands of rows lets the others
    go on meanwhile, and waits once.

    Args:
        statement: the SQL around the rows' placeholders, `(?, ?), (?, ?) ...`; a function of a
            module, as its texts are kept.
    """
    whole = len(rows) - len(rows) % ROWS_A_STATEMENT
    for start in range(0, whole, ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        sql = _sql(statement, ROWS_A_STATEMENT, len(some[0]))
        connection.execute(sql, list(chain.from_iterable(some)))
    if whole < len(rows):
        connection.executemany(_sql(statement, 1, len(rows[0])), rows[whole:])


@lru_cache(maxsize=16)
def _sql(statement: Callable[[str], str], rows: int, columns: int) -> str:
    one = f"({', '.join('?' * columns)})"
    return statement(", ".join([one] * rows))


def copy_back(connection: sqlite3.Connection) -> None:
    """Have what was written copied from the log beside the file into the file, as far as no reader
    hinders it: else the next to write, a scan, would do it."""
    with suppress(sqlite3.OperationalError):  # a full disk: whoever writes next is told of it
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


# SQL by which a row finds its place among what other desks wrote.

NEWER = "(excluded.hlc, excluded.log_id, excluded.seq) > ({0}.hlc, {0}.log_id, {0}.seq)"
"""Of two words on one thing the newest counts; of one moment, the same one at every desk."""


def insert(table: str, columns: tuple[str, ...]) -> str:
    """One row of a table."""
    return f"INSERT INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def upsert(table: str, columns: tuple[str, ...], key: str) -> str:
    """One row, or what it says instead of an older row of the same key (`a, b` for several)."""
    keys = {name.strip() for name in key.split(",")}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"{insert(table, columns)} "
        f"ON CONFLICT({key}) DO UPDATE SET {changes} WHERE {NEWER.format(table)}"
    )
