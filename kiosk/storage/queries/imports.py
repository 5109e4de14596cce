"""Query import runs, and facts about imported attendees for the readiness checks."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from kiosk.domain.log.ids import hlc_ms
from kiosk.storage.log.imported_rows import ALL_CODES


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


_COLUMNS = ", ".join(ImportRun._fields)


def _run(row: tuple[Any, ...]) -> ImportRun:
    return ImportRun._make((*row[:4], json.loads(row[4])))


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
    return connection.execute(
        "SELECT edit.attendee_id, edit.field, edit.value, edit.offered FROM edit "
        "JOIN attendee ON attendee.id = edit.attendee_id "
        "WHERE attendee.source = ? AND edit.offered != '' AND edit.offered != edit.value "
        "AND NOT (edit.field = 'status' AND edit.value = '') ORDER BY edit.attendee_id, edit.field",
        (source,),
    ).fetchall()


def last_change_ms(connection: sqlite3.Connection) -> int | None:
    """The newest time in any desk's log, milliseconds UTC; None for an empty log."""
    (newest,) = connection.execute("SELECT max(hlc) FROM event").fetchone()
    return None if newest is None else hlc_ms(newest)


def shared_codes(connection: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """(code, names) of ticket codes that several attendees have, unless a desk bound the code to
    one. Order and running numbers do not count: they are shared by nature."""
    shared: dict[str, list[str]] = {}
    for code, name in connection.execute(
        f"WITH own AS MATERIALIZED "
        f"(SELECT DISTINCT code COLLATE BINARY AS code, attendee_id FROM ({ALL_CODES}) "
        "WHERE weak = 0 AND code IS NOT NULL) "
        "SELECT own.code, attendee.name FROM own JOIN attendee ON attendee.id = attendee_id "
        "WHERE own.code COLLATE BINARY IN "
        "(SELECT code FROM own GROUP BY code COLLATE BINARY HAVING count(*) > 1) "
        "AND own.code NOT IN (SELECT code FROM binding WHERE attendee_id != '') "
        "ORDER BY own.code COLLATE BINARY, attendee.name"
    ):
        shared.setdefault(code, []).append(name or "(no name)")
    return [(code, names) for code, names in shared.items() if len(names) > 1]


def status_words(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """(status word, source, attendees) of all attendees waiting for approval."""
    return connection.execute(
        "SELECT status_word, source, count(*) FROM attendee "
        "WHERE status = 'unapproved' AND status_word != '' "
        "GROUP BY status_word, source ORDER BY count(*) DESC, status_word"
    ).fetchall()
