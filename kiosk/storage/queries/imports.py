"""Query imports, and imported values that differ from typed ones."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple


class ImportRun(NamedTuple):
    """One accepted import."""

    at_ms: int
    source: str
    sha256: str
    file_name: str
    report: dict[str, Any]

    @property
    def options(self) -> str:
        """The options with which the file was read."""
        return str(self.report["options"])


_COLUMNS = "at_ms, source, sha256, file_name, report"


def _run(row: tuple[Any, ...]) -> ImportRun:
    return ImportRun(row[0], row[1], row[2], row[3], json.loads(row[4]))


def last_run_of_file(connection: sqlite3.Connection, sha256: str) -> ImportRun | None:
    """The run that imported exactly this file, if it is the newest of its source."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM import_run AS run WHERE sha256 = ? AND NOT EXISTS ("
        "SELECT 1 FROM import_run AS later WHERE later.source = run.source AND "
        "(later.hlc, later.log_id, later.seq) > (run.hlc, run.log_id, run.seq))",
        (sha256,),
    ).fetchone()
    return _run(row) if row else None


def imported_since(connection: sqlite3.Connection, rowid: int) -> bool:
    """Whether the log has rows of an import after this one."""
    found = connection.execute(
        "SELECT 1 FROM event WHERE rowid > ? AND kind IN ('import_rows', 'import_done') LIMIT 1",
        (rowid,),
    ).fetchone()
    return found is not None


def import_runs(connection: sqlite3.Connection) -> list[ImportRun]:
    """All accepted imports, newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM import_run ORDER BY hlc DESC, log_id DESC, seq DESC"
    )
    return [_run(row) for row in rows]


def overruled_values(
    connection: sqlite3.Connection, source: str
) -> list[tuple[str, str, str, str]]:
    """(attendee, field, typed, offered) where a typed value differs from this source's value."""
    rows = connection.execute(
        "SELECT edit.attendee_id, edit.field, edit.value, edit.offered FROM edit "
        "JOIN attendee ON attendee.id = edit.attendee_id "
        "WHERE attendee.source = ? AND edit.offered != '' AND edit.offered != edit.value "
        "AND NOT (edit.field = 'status' AND edit.value = '') ORDER BY edit.attendee_id, edit.field",
        (source,),
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
