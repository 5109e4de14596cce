"""From the log to the tables that screens read.

Every step gives the same tables in whatever order the events of several desks arrive:
newest stamp wins a row or a field, undo and its target may come either way round.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import orjson

from kiosk.domain.attendee import EDITABLE_FIELDS, WALK_IN_SOURCE
from kiosk.domain.event_shapes import readable_body
from kiosk.domain.events import Body, EventKind, LogEvent, fingerprint, json_bytes
from kiosk.domain.registration import PERSON_FIELDS
from kiosk.storage.print_projection import PRINT_STEPS, mark_printed

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

ATTENDEE_INDEXES = {
    "attendee_order": "attendee(order_code COLLATE NOCASE) WHERE order_code != ''",
    "attendee_name": "attendee(name) WHERE name != ''",
}
"""For a ticket shown again: who else is of that order, who else bears that name."""

EXTRA_PREFIX = "extra."
"""An edited field that is an imported column is written `extra.Header`."""

ATTENDEE_COLUMNS = (
    "id",
    *PERSON_FIELDS,
    "status",
    "status_word",
    "heads",
    "guest_of",
    "arrived_at_source",
    "extra",
    "codes",
)
"""What a row of an import event holds, in this order; `extra` is a JSON object and `codes` a JSON
pair of lists (own codes, weak codes), both as text."""

_CODES = ATTENDEE_COLUMNS.index("codes")

_BASE = (*ATTENDEE_COLUMNS, "fingerprint", "note", "attention", "source", "hlc", "log_id", "seq")
_NEWER = "(excluded.hlc, excluded.log_id, excluded.seq) > ({0}.hlc, {0}.log_id, {0}.seq)"


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _upsert(table: str, columns: tuple[str, ...], key: str) -> str:
    keys = {name.strip() for name in key.split(",")}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"{_insert(table, columns)} "
        f"ON CONFLICT({key}) DO UPDATE SET {changes} WHERE {_NEWER.format(table)}"
    )


_INSERT_ATTENDEE = _insert("attendee", _BASE)
_UPSERT_ATTENDEE = _upsert("attendee", _BASE, "id")
_UPSERT_SETTING = _upsert("setting", ("key", "value", "hlc", "log_id", "seq"), "key")
_UPSERT_BINDING = _upsert("binding", ("code", "attendee_id", "hlc", "log_id", "seq"), "code")
_UPSERT_HELP = _upsert(
    "help_desk",
    ("attendee_id", "waits", "note", "desk", "at_ms", "hlc", "log_id", "seq"),
    "attendee_id",
)
_UPSERT_EDIT = (
    "INSERT INTO edit(attendee_id, field, value, offered, hlc, log_id, seq) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(attendee_id, field) DO UPDATE SET "
    "value = excluded.value, hlc = excluded.hlc, log_id = excluded.log_id, seq = excluded.seq "
    f"WHERE {_NEWER.format('edit')}"
)
_UPSERT_LIST = _upsert(
    "list",
    (
        "id",
        "name",
        "opens_ms",
        "closes_ms",
        "ticket_types",
        "entry",
        "position",
        "is_day",
        "removed",
        "hlc",
        "log_id",
        "seq",
    ),
    "id",
)


def apply(connection: sqlite3.Connection, event: LogEvent) -> bool:
    """Bring one event into the tables.

    Returns:
        False: it does not say what its kind should say, and the tables do not learn of it.
    """
    if event.kind == EventKind.IMPORT_ROWS:
        apply_imports(connection, [event])
        return True
    step = _STEPS.get(event.kind)
    if step:  # a kind of a newer kiosk stays in the log and waits for its reader
        body = readable_body(event.kind, event.body)
        if body is None:  # as does what a faulty or hostile desk wrote
            return False
        step(connection, event, body)
    return True


def rebuild(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    """Empty the tables and fill them from the log; inside a write transaction."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
    apply_all(connection, events)


def apply_scans(connection: sqlite3.Connection, scans: Iterable[tuple[LogEvent, Body]]) -> None:
    """Bring entries, exits and refusals in whose bodies were read already."""
    connection.executemany(_INSERT_SCAN, (_scan_values(*scan) for scan in scans))


def is_scan(kind: str) -> bool:
    """Whether `apply_scans` takes events of this kind."""
    return _RUNS.get(kind) == "scan"


def apply_all(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    """Bring many events in; runs of imported rows and of scans go at once."""
    for run_of, run in groupby(events, key=lambda event: _RUNS.get(event.kind, "")):
        if run_of == "import":
            apply_imports(connection, list(run))
        elif run_of == "scan":
            _apply_scans(connection, run)
        else:
            for event in run:
                apply(connection, event)


def apply_imports(connection: sqlite3.Connection, events: list[LogEvent]) -> None:
    """Bring chunks of imported rows in."""
    with imported_rows(connection) as imported:
        for event in events:
            body = readable_body(event.kind, event.body)
            if body is not None:
                rows = [(*row, fingerprint(json_bytes(row))) for row in body["rows"]]
                imported.add(event, body["source"], rows)


@contextmanager
def index_made_last(connection: sqlite3.Connection) -> Iterator[None]:
    """The first import of an event fills the table before its index; no other cursor is open."""
    is_first = _has_nobody(connection)
    if is_first:
        for name in ATTENDEE_INDEXES:
            connection.execute(f"DROP INDEX IF EXISTS {name}")
    yield
    if is_first:
        for name, what in ATTENDEE_INDEXES.items():
            connection.execute(f"CREATE INDEX {name} ON {what}")


@contextmanager
def imported_rows(connection: sqlite3.Connection) -> Iterator[ImportedRows]:
    """Takes many chunks of imported rows; nothing else is written meanwhile."""
    imported = ImportedRows(connection)
    yield imported
    imported.finish()


class ImportedRows:
    """Chunks of imported rows on their way into the tables.

    Their codes wait until the end and are added in key order: a tree filled so is twice as fast.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._codes: list[tuple[str, str, int]] = []
        """(code, attendee, weak)"""
        self._waiting: set[str] = set()
        """Whose codes these are."""
        self._all_new = _has_nobody(connection)

    def add(self, event: LogEvent, source: str, rows: list[tuple[Any, ...]]) -> None:
        """Bring one chunk's rows in; edits made at the desk stay on top.

        Args:
            rows: the event's own, each with its fingerprint behind it.
        """
        ids = {row[0] for row in rows}
        if len(ids) < len(rows) or not self._waiting.isdisjoint(ids):
            self._all_new = False  # somebody comes again:
            self.finish()  # the newer row must find the older one's codes
        self._waiting |= ids
        if not self._all_new:
            rows = self._newer(rows, event)
        tail = ("", "", source, *event.stamp)
        self._connection.executemany(
            _INSERT_ATTENDEE if self._all_new else _UPSERT_ATTENDEE, [row + tail for row in rows]
        )
        self._codes += [
            (code, row[0], weak)
            for row in rows
            for weak, codes in enumerate(orjson.loads(row[_CODES]))
            for code in codes
        ]
        _overlay_edits(self._connection, [row[0] for row in rows])

    def _newer(self, rows: list[tuple[Any, ...]], event: LogEvent) -> list[tuple[Any, ...]]:
        """Rows that say something newer than the table, whose codes of old are forgotten."""
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
        """Add the codes that wait."""
        self._codes.sort(key=_code_key)
        self._connection.executemany(
            "INSERT OR IGNORE INTO code(code, attendee_id, weak) VALUES (?, ?, ?)", self._codes
        )
        self._codes.clear()
        self._waiting.clear()


def _code_key(row: tuple[str, str, int]) -> str:
    return row[0].upper()


def _has_nobody(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT 1 FROM attendee LIMIT 1").fetchone()


def _forget_codes(connection: sqlite3.Connection, attendee: str, codes: str) -> None:
    own, weak = orjson.loads(codes)
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


def _overlay_edits(connection: sqlite3.Connection, ids: list[str]) -> None:
    """Over rows just imported: remember what the file offers, show what the desk typed."""
    if not connection.execute("SELECT 1 FROM edit LIMIT 1").fetchone():
        return
    for attendee in ids:
        for field, value in connection.execute(
            "SELECT field, value FROM edit WHERE attendee_id = ? ORDER BY field", (attendee,)
        ).fetchall():
            connection.execute(
                "UPDATE edit SET offered = ? WHERE attendee_id = ? AND field = ?",
                (_field(connection, attendee, field), attendee, field),
            )
            _set_field(connection, attendee, field, value)


def _field(connection: sqlite3.Connection, attendee: str, field: str) -> str:
    """The present value of a field; empty when there is no such person yet."""
    column = "extra" if field.startswith(EXTRA_PREFIX) else field
    row = connection.execute(
        f'SELECT "{column}" FROM attendee WHERE id = ?', (attendee,)
    ).fetchone()
    if not row:
        return ""
    if column == "extra":
        return str(json.loads(row[0]).get(field.removeprefix(EXTRA_PREFIX), ""))
    return str(row[0])


def _set_field(connection: sqlite3.Connection, attendee: str, field: str, value: str) -> None:
    if field.startswith(EXTRA_PREFIX):
        row = connection.execute("SELECT extra FROM attendee WHERE id = ?", (attendee,)).fetchone()
        if row:
            extra = json.loads(row[0])
            extra[field.removeprefix(EXTRA_PREFIX)] = value
            connection.execute(
                "UPDATE attendee SET extra = ? WHERE id = ?",
                (json.dumps(extra, ensure_ascii=False), attendee),
            )
        return
    typed: str | int = int(value) if field == "heads" else value
    connection.execute(f'UPDATE attendee SET "{field}" = ? WHERE id = ?', (typed, attendee))


def _apply_setting(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(
        _UPSERT_SETTING,
        (body["key"], json.dumps(body["value"], ensure_ascii=False), *event.stamp),
    )


def _apply_list(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(
        _UPSERT_LIST,
        (
            event.subject,
            body["name"],
            body["opens_ms"],
            body["closes_ms"],
            json.dumps(body["ticket_types"], ensure_ascii=False),
            body["entry"],
            body["position"],
            int(body["is_day"]),
            int(body["removed"]),
            *event.stamp,
        ),
    )


def _apply_import_done(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO import_run(at_ms, source, sha256, file_name, report, hlc, log_id, "
        "seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            body["at"],
            body["source"],
            body["sha256"],
            body["file_name"],
            json.dumps(body["report"], ensure_ascii=False),
            *event.stamp,
        ),
    )


def _apply_walk_in(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    fields = body["fields"]
    values = {
        "id": event.subject,
        "heads": 1,
        "status": "valid",
        "extra": json.dumps(fields.get("extra", {}), ensure_ascii=False),
        "codes": "[[],[]]",
        "source": WALK_IN_SOURCE,
        **dict(zip(("hlc", "log_id", "seq"), event.stamp, strict=True)),
        **{key: value for key, value in fields.items() if key != "extra"},
    }
    written = connection.execute(
        _UPSERT_ATTENDEE, tuple(values.get(name, "") for name in _BASE)
    ).rowcount
    if written:  # else a newer word on this person is there, with its edits on top
        _overlay_edits(connection, [event.subject])


def _apply_edit(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    for field, value in body["set"].items():
        if field not in EDITABLE_FIELDS and not field.startswith(EXTRA_PREFIX):
            continue  # a field of a newer kiosk
        offered = _field(connection, event.subject, field)
        connection.execute(_UPSERT_EDIT, (event.subject, field, value, offered, *event.stamp))
        winner = connection.execute(
            "SELECT value FROM edit WHERE attendee_id = ? AND field = ?", (event.subject, field)
        ).fetchone()
        _set_field(connection, event.subject, field, winner[0])


def _apply_bind(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(_UPSERT_BINDING, (body["code"], event.subject, *event.stamp))


def _apply_help_desk(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(
        _UPSERT_HELP,
        (
            event.subject,
            int(body["waits"]),
            body["note"],
            body["desk"],
            body["at"],
            *event.stamp,
        ),
    )


_INSERT_SCAN = (
    "INSERT OR REPLACE INTO scan(log_id, seq, hlc, at_ms, desk, list_id, attendee_id, code, "
    "direction, outcome, heads, forced, reason, undone) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "?9, ?10, ?11, ?12, ?13, "
    "EXISTS (SELECT 1 FROM undo WHERE target_log_id = ?1 AND target_seq = ?2))"
)


def _scan_values(event: LogEvent, body: Body) -> tuple[Any, ...]:
    return (
        event.log_id,
        event.seq,
        event.hlc,
        body["at"],
        body["desk"],
        body["list"],
        event.subject,
        body["code"],
        body["direction"],
        body["outcome"],
        body["heads"],
        int(body["forced"]),
        body["reason"],
    )


def _apply_scan(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(_INSERT_SCAN, _scan_values(event, body))


def _apply_scans(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    read = ((event, readable_body(event.kind, event.body)) for event in events)
    apply_scans(connection, ((event, body) for event, body in read if body is not None))


def _apply_undo(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    target = (body["log_id"], body["seq"])
    # two desks may take the same scan back: the greater of their words stays, whichever comes last
    connection.execute(
        "INSERT INTO undo(target_log_id, target_seq, at_ms, desk, reason) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT(target_log_id, target_seq) DO UPDATE SET at_ms = excluded.at_ms, "
        "desk = excluded.desk, reason = excluded.reason WHERE (excluded.at_ms, excluded.desk, "
        "excluded.reason) > (undo.at_ms, undo.desk, undo.reason)",
        (*target, body["at"], body["desk"], body["reason"]),
    )
    connection.execute("UPDATE scan SET undone = 1 WHERE log_id = ? AND seq = ?", target)


def _apply_badges(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    if job := body.get("job"):
        mark_printed(connection, job)
    for attendee, digest, box, slot in body["badges"]:
        connection.execute(
            "INSERT INTO badge(attendee_id, hash, layout, box, slot, prints, at_ms, hlc, log_id, "
            "seq) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT(attendee_id) DO UPDATE SET "
            "prints = prints + 1",
            (attendee, digest, body["layout"], box, slot, body["at"], *event.stamp),
        )
        connection.execute(
            "UPDATE badge SET hash = ?, layout = ?, box = ?, slot = ?, at_ms = ?, hlc = ?, "
            "log_id = ?, seq = ? WHERE attendee_id = ? AND (?, ?, ?) > (hlc, log_id, seq)",
            (
                digest,
                body["layout"],
                box,
                slot,
                body["at"],
                *event.stamp,
                attendee,
                *event.stamp,
            ),
        )


_STEPS: dict[str, Callable[[sqlite3.Connection, LogEvent, Body], None]] = {
    EventKind.SETTING: _apply_setting,
    EventKind.LIST: _apply_list,
    EventKind.IMPORT_DONE: _apply_import_done,
    EventKind.WALK_IN: _apply_walk_in,
    EventKind.EDIT: _apply_edit,
    EventKind.BIND: _apply_bind,
    EventKind.CHECK_IN: _apply_scan,
    EventKind.REFUSED: _apply_scan,
    EventKind.UNDO: _apply_undo,
    EventKind.BADGES_PRINTED: _apply_badges,
    EventKind.HELP_DESK: _apply_help_desk,
    **PRINT_STEPS,
}

_RUNS: dict[str, str] = {
    EventKind.IMPORT_ROWS: "import",
    EventKind.CHECK_IN: "scan",
    EventKind.REFUSED: "scan",
}
