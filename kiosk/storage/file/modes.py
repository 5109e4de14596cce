"""Ways to hold an event file other than one write transaction: snapshot, exclusive, bulk writes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.storage.file.header import refuse_foreign_journal

NO_WAL = "the disk has no write-ahead log"
"""The message of an error where a disk cannot do it."""


def error_name(error: sqlite3.Error) -> str:
    """SQLite's name of an error, such as `SQLITE_BUSY`; empty for an error of Python's module."""
    return getattr(error, "sqlite_errorname", "") or ""


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read the file as it is at one moment, while other programs write to it."""
    if connection.in_transaction:  # all of it is one moment already
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


@contextmanager
def exclusive(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep all other programs out of the file. It keeps no write-ahead log after the block.

    After an error in the block the file has its write-ahead log again.

    Raises:
        sqlite3.Error: another program has the file open.
    """
    leave_wal(connection)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    except BaseException:
        connection.rollback()
        use_wal(connection)
        raise
    connection.rollback()


def check_unused(path: Path, *, timeout_s: float) -> closing[sqlite3.Connection]:
    """Return a connection that keeps all other programs out of a file until it is closed.

    A damaged file that cannot be locked counts as unused.

    Raises:
        sqlite3.Error: another program has the file open.
        KioskError: `foreign_journal`.
    """
    refuse_foreign_journal(path)
    connection = sqlite3.connect(path, isolation_level=None, timeout=timeout_s)
    try:
        leave_wal(connection)
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if error_name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            connection.close()
            raise
    return closing(connection)


def leave_wal(connection: sqlite3.Connection) -> None:
    """Copy the write-ahead log into the file and work without one, so that it is a single file.

    Raises:
        sqlite3.Error: another program has the file open.
    """
    connection.execute("PRAGMA journal_mode = DELETE")


def use_wal(connection: sqlite3.Connection) -> None:
    """Use a write-ahead log.

    SQLite does not wait where another program switches to one or reads in the same moment; this
    does, as long as the connection waits for a writer.

    Raises:
        sqlite3.OperationalError: its disk cannot do that (https://www.sqlite.org/wal.html: all
            programs on the file must be on one computer), or another program keeps the file busy.
    """
    (wait_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    end = time.monotonic() + wait_ms / 1000
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.OperationalError as error:
            if error_name(error) != "SQLITE_BUSY" or time.monotonic() > end:
                raise
            time.sleep(0.02)
    if mode not in ("wal", "memory"):
        raise sqlite3.OperationalError(NO_WAL)


def tune_for_replication(connection: sqlite3.Connection) -> None:
    """Set a connection up for many rows that can be fetched again."""
    # rows of other desks can be fetched again after a power cut: no need to wait for the disk
    connection.execute("PRAGMA synchronous = NORMAL")
    # copy a large catch-up into the file once, not after each thousand pages
    connection.execute("PRAGMA wal_autocheckpoint = 32000")


def hold_pages(connection: sqlite3.Connection) -> None:
    """Keep 16 MB of pages in memory, so that no page of a large transaction is written twice."""
    connection.execute("PRAGMA cache_size = -16000")


def release_pages(connection: sqlite3.Connection) -> None:
    """Keep as few pages as any other connection (SQLite's default, 2 MB)."""
    connection.execute("PRAGMA cache_size = -2000")
    connection.execute("PRAGMA shrink_memory")
