"""Write imported rows into the tables, many at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kiosk.domain.log.events import LogEvent
from kiosk.domain.people.registration import ImportRow, code_lists
from kiosk.storage.log.edits import overlay_edits
from kiosk.storage.log.statements import ATTENDEE_INDEXES, insert, upsert

ALL_CODES = (
    "SELECT code, attendee_id, weak FROM code "
    "UNION ALL SELECT json_extract(codes, '$[0][0]'), id, 0 FROM attendee "
    "UNION ALL SELECT json_extract(codes, '$[1][0]'), id, 1 FROM attendee"
)
"""Each code of a ticket: most have one, which needs no row of `code`. The code is null where an
attendee has none."""

_CODES = ImportRow._fields.index("codes")
_TWO_CODES = '","'

TABLE_COLUMNS = (
    *ImportRow._fields,
    "fingerprint",
    "note",
    "attention",
    "source",
    "hlc",
    "log_id",
    "seq",
)

_INSERT_ATTENDEE = insert("attendee", TABLE_COLUMNS)
UPSERT_ATTENDEE = upsert("attendee", TABLE_COLUMNS, "id")


@contextmanager
def index_made_last(connection: sqlite3.Connection) -> Iterator[None]:
    """Create the indexes after the first import of an event; no other cursor is open."""
    is_first = _is_empty(connection)
    if is_first:
        for name in ATTENDEE_INDEXES:
            connection.execute(f"DROP INDEX IF EXISTS {name}")
    yield
    if is_first:
        for name, what in ATTENDEE_INDEXES.items():
            connection.execute(f"CREATE INDEX {name} ON {what}")


@contextmanager
def imported_rows(connection: sqlite3.Connection) -> Iterator[ImportedRows]:
    """Write many chunks of imported rows; nothing else is written meanwhile."""
    imported = ImportedRows(connection)
    yield imported
    imported.finish()


class ImportedRows:
    """Writes chunks of imported rows into the tables.

    The first code of each kind is found through an index on the row. The others are collected and
    added at the end in key order: a tree filled this way is twice as fast.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._codes: list[tuple[str, str, int]] = []
        """(code, attendee, weak)"""
        self._waiting: set[str] = set()
        """The attendees of these codes."""
        self._all_new = _is_empty(connection)

    def add(
        self, event: LogEvent, source: str, rows: Sequence[tuple[Any, ...]], marks: Sequence[str]
    ) -> None:
        """Write the rows of one event; edits made at a desk stay on top.

        Args:
            rows: the rows of the event, as `ImportRow` lists them.
            marks: the fingerprint of each row.
        """
        ids = [row[0] for row in rows]
        is_repeated = len(set(ids)) < len(ids)
        if is_repeated or not self._waiting.isdisjoint(ids):
            self._all_new = False  # an attendee appears twice:
            self.finish()  # the newer row must find the codes of the older one
        self._waiting.update(ids)
        tail = ("", "", source, *event.stamp)
        complete = [(*row, mark, *tail) for row, mark in zip(rows, marks, strict=True)]
        if not self._all_new:
            complete = self._newer(complete, event)
            ids = [row[0] for row in complete]
        self._connection.executemany(
            _INSERT_ATTENDEE if self._all_new else UPSERT_ATTENDEE, complete
        )
        self._collect_codes(complete, first=0 if is_repeated else 1)
        overlay_edits(self._connection, ids)

    def _collect_codes(self, rows: list[tuple[Any, ...]], first: int) -> None:
        """Collect the codes of each kind from the place `first` on.

        The table has the code at place 0 already, but of several rows of one attendee only those
        of the newest.
        """
        if first:  # a text without a comma between two codes has one of each kind at most
            if _TWO_CODES not in "".join([row[_CODES] for row in rows]):
                return
            rows = [row for row in rows if _TWO_CODES in row[_CODES]]
        self._codes += [
            (code, row[0], weak)
            for row in rows
            for weak, codes in enumerate(code_lists(row[_CODES]))
            for code in codes[first:]
        ]

    def _newer(self, rows: list[tuple[Any, ...]], event: LogEvent) -> list[tuple[Any, ...]]:
        """The rows newer than the table; the old codes of their attendees are deleted."""
        known = _known_rows(self._connection, [row[0] for row in rows])
        if not known:
            return rows
        stamp = event.stamp
        rows = [row for row in rows if row[0] not in known or known[row[0]][:3] < stamp]
        for row in rows:
            if row[0] in known:
                _forget_codes(self._connection, row[0], known[row[0]][3])
        return rows

    def finish(self) -> None:
        """Add the collected codes."""
        self._codes.sort(key=_code_key)
        self._connection.executemany(
            "INSERT OR IGNORE INTO code(code, attendee_id, weak) VALUES (?, ?, ?)", self._codes
        )
        self._codes.clear()
        self._waiting.clear()


def _code_key(row: tuple[str, str, int]) -> str:
    return row[0].upper()


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT 1 FROM attendee LIMIT 1").fetchone()


def _forget_codes(connection: sqlite3.Connection, attendee: str, codes: str) -> None:
    own, weak = code_lists(codes)
    connection.executemany(
        "DELETE FROM code WHERE code = ? AND attendee_id = ?",
        [(code, attendee) for code in (*own, *weak)],
    )


def _known_rows(
    connection: sqlite3.Connection, ids: list[str]
) -> dict[str, tuple[int, str, int, str]]:
    known: dict[str, tuple[int, str, int, str]] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        for row in connection.execute(
            f"SELECT id, hlc, log_id, seq, codes FROM attendee WHERE id IN ({marks})", part
        ):
            known[row[0]] = (row[1], row[2], row[3], row[4])
    return known
