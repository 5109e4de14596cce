"""Update the tables that screens read from the log.

Every step gives the same tables in any order of the events of several desks: the newest stamp wins
a row or a field, and an undo may arrive before or after its check-in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import Body, EventKind, LogEvent, fingerprint, json_lines
from kiosk.domain.people.attendee import EDITABLE_FIELDS, WALK_IN_SOURCE
from kiosk.storage.log.edits import (
    EXTRA_PREFIX,
    field_value,
    is_withdrawn,
    overlay_edits,
    set_field,
)
from kiosk.storage.log.imported_rows import TABLE_COLUMNS, UPSERT_ATTENDEE, imported_rows
from kiosk.storage.log.print_projection import PRINT_STEPS, mark_printed
from kiosk.storage.log.statements import NEWER, TABLES, insert_many, upsert

_UPSERT_SETTING = upsert("setting", ("key", "value", "hlc", "log_id", "seq"), "key")
_UPSERT_BINDING = upsert("binding", ("code", "attendee_id", "hlc", "log_id", "seq"), "code")
_UPSERT_HELP = upsert(
    "help_desk",
    ("attendee_id", "waits", "note", "desk", "at_ms", "hlc", "log_id", "seq"),
    "attendee_id",
)
_UPSERT_EDIT = (
    "INSERT INTO edit(attendee_id, field, value, offered, hlc, log_id, seq) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(attendee_id, field) DO UPDATE SET "
    "value = excluded.value, hlc = excluded.hlc, log_id = excluded.log_id, seq = excluded.seq "
    f"WHERE {NEWER.format('edit')}"
)
_LIST_FIELDS = (
    "name",
    "opens_ms",
    "closes_ms",
    "ticket_types",
    "entry",
    "position",
    "is_day",
    "removed",
)
_SELECT_LIST = f"SELECT {', '.join(_LIST_FIELDS)}, stamps, hlc, log_id, seq FROM list WHERE id = ?"
_WRITE_LIST = (
    f"INSERT OR REPLACE INTO list(id, {', '.join(_LIST_FIELDS)}, stamps, hlc, log_id, seq) "
    f"VALUES ({', '.join('?' * (len(_LIST_FIELDS) + 5))})"
)


def apply(connection: sqlite3.Connection, event: LogEvent) -> bool:
    """Update the tables from one event.

    Returns:
        False: its body does not fit its kind, so the tables ignore it.
    """
    if event.kind == EventKind.IMPORT_ROWS:
        apply_imports(connection, [event])
        return True
    step = _STEPS.get(event.kind)
    if step:  # a kind of a newer kiosk stays in the log only
        body = validated_body(event.kind, event.body)
        if body is None:  # as does an invalid body of a faulty or hostile desk
            return False
        step(connection, event, body)
    return True


def rebuild(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    """Empty the tables and fill them from the log; inside a write transaction."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
    apply_all(connection, events)


def apply_checked(connection: sqlite3.Connection, events: Iterable[tuple[LogEvent, Body]]) -> None:
    """Update the tables from events of which the bodies are checked already."""
    scans: list[tuple[LogEvent, Body]] = []
    undos: list[Body] = []
    others: list[LogEvent] = []
    for event, body in events:
        if event.kind in _SCAN_KINDS:
            scans.append((event, body))
        elif event.kind == EventKind.UNDO:
            undos.append(body)
        else:
            others.append(event)
    apply_all(connection, others)
    _add_undos(connection, undos)
    _add_scans(connection, scans)


def _add_scans(connection: sqlite3.Connection, scans: Iterable[tuple[LogEvent, Body]]) -> None:
    """Add scans, admitted or refused."""
    insert_many(connection, _insert_scans, [_scan_values(*scan) for scan in scans])


def apply_all(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    """Update the tables from many events; runs of imported rows and of scans in one step each."""
    for run_of, run in groupby(events, key=lambda event: _RUNS.get(event.kind, "")):
        if run_of == "import":
            apply_imports(connection, list(run))
        elif run_of == "scan":
            _apply_scans(connection, run)
        else:
            for event in run:
                apply(connection, event)


def apply_imports(connection: sqlite3.Connection, events: list[LogEvent]) -> None:
    """Update the tables from import events."""
    with imported_rows(connection) as imported:
        for event in events:
            body = validated_body(event.kind, event.body)
            if body is not None:
                marks = list(map(fingerprint, json_lines(body["rows"])))
                imported.add(event, body["source"], body["rows"], marks)


def _apply_setting(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    connection.execute(
        _UPSERT_SETTING,
        (body["key"], json.dumps(body["value"], ensure_ascii=False), *event.stamp),
    )


def _apply_list(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    """Take each field of a list from the newest event that changed it.

    An event that changed some fields names them in `changed`. Its other fields count only while no
    event that changed them is known. So two desks can change different fields of one list.
    """
    new = {**body, "ticket_types": json.dumps(body["ticket_types"], ensure_ascii=False)}
    changed = set(body.get("changed", _LIST_FIELDS))
    row = connection.execute(_SELECT_LIST, (event.subject,)).fetchone()
    *values, stamps_text, hlc, log_id, seq = row or (*[None] * len(_LIST_FIELDS), "{}", 0, "", 0)
    stamps = _list_stamps(stamps_text)
    for at, field in enumerate(_LIST_FIELDS):
        stamp = (int(field in changed), *event.stamp)
        if field not in stamps or stamp > stamps[field]:
            values[at], stamps[field] = new[field], stamp
    newest = max(tuple(event.stamp), (hlc, log_id, seq))
    connection.execute(_WRITE_LIST, (event.subject, *values, json.dumps(stamps), *newest))


def _list_stamps(text: str) -> dict[str, tuple[int, int, str, int]]:
    """Field to (1 for a field that its event changed, stamp); those of a damaged file are lost."""
    try:
        return msgspec.json.decode(text, type=dict[str, tuple[int, int, str, int]])
    except msgspec.MsgspecError:
        return {}


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
        UPSERT_ATTENDEE, tuple(values.get(name, "") for name in TABLE_COLUMNS)
    ).rowcount
    if written:  # else a newer row of this attendee is there, with its edits
        overlay_edits(connection, [event.subject])


def _apply_edit(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    for field, value in body["set"].items():
        if field not in EDITABLE_FIELDS and not field.startswith(EXTRA_PREFIX):
            continue  # a field of a newer kiosk
        offered = field_value(connection, event.subject, field)
        connection.execute(_UPSERT_EDIT, (event.subject, field, value, offered, *event.stamp))
        winner = connection.execute(
            "SELECT value, offered FROM edit WHERE attendee_id = ? AND field = ?",
            (event.subject, field),
        ).fetchone()
        shown = winner[1] if is_withdrawn(field, winner[0]) else winner[0]
        set_field(connection, event.subject, field, shown)


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


def _insert_scans(rows: str) -> str:
    return (
        "INSERT OR REPLACE INTO scan(log_id, seq, hlc, attendee_id, direction, outcome, forced, "
        "at_ms, desk, list_id, code, heads, reason, undone) SELECT *, EXISTS (SELECT 1 FROM undo "
        "WHERE target_log_id = column1 AND target_seq = column2) "
        f"FROM (VALUES {rows})"
    )


_PLAIN = {member: str(member.value) for member in (*Direction, *Outcome)}
"""Enum member to its plain text, which SQLite binds faster; a look-up is faster than `.value`."""


_same_in_scan = itemgetter("at", "desk", "list", "code", "heads", "reason")


def _scan_values(event: LogEvent, body: Body) -> tuple[Any, ...]:
    log_id, seq, hlc, _, subject, _ = event
    direction, outcome = _PLAIN[body["direction"]], _PLAIN[body["outcome"]]
    forced = int(body["forced"])
    return (log_id, seq, hlc, subject, direction, outcome, forced, *_same_in_scan(body))


def _apply_scan(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    _add_scans(connection, [(event, body)])


def _apply_scans(connection: sqlite3.Connection, events: Iterable[LogEvent]) -> None:
    read = ((event, validated_body(event.kind, event.body)) for event in events)
    _add_scans(connection, ((event, body) for event, body in read if body is not None))


def _apply_undo(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    _add_undos(connection, [body])


def _add_undos(connection: sqlite3.Connection, bodies: Iterable[Body]) -> None:
    undos = list(map(_of_undo, bodies))
    insert_many(connection, _insert_undos, undos)
    insert_many(connection, _undo_scans, [undo[:2] for undo in undos])


_of_undo = itemgetter("log_id", "seq", "at", "desk", "reason")


def _insert_undos(rows: str) -> str:
    # two desks may undo the same scan: the greater row stays, in any order
    return (
        f"INSERT INTO undo(target_log_id, target_seq, at_ms, desk, reason) VALUES {rows} "
        "ON CONFLICT(target_log_id, target_seq) DO UPDATE SET at_ms = excluded.at_ms, "
        "desk = excluded.desk, reason = excluded.reason WHERE (excluded.at_ms, excluded.desk, "
        "excluded.reason) > (undo.at_ms, undo.desk, undo.reason)"
    )


def _undo_scans(rows: str) -> str:
    # the cross join is read in this order: else SQLite looks at each scan of the event
    return (
        "UPDATE scan SET undone = 1 WHERE rowid IN (SELECT scan.rowid FROM "
        f"(VALUES {rows}) AS undo CROSS JOIN scan "
        "ON scan.log_id = undo.column1 AND scan.seq = undo.column2)"
    )


def _apply_badges(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    is_made = bool(body.get("made"))  # a file, which no one has printed yet
    prints, at_ms = (0, 0) if is_made else (1, body["at"])
    if (job := body.get("job")) and not is_made:
        mark_printed(connection, job)
    for attendee, digest, box, slot in body["badges"]:
        connection.execute(
            "INSERT INTO badge(attendee_id, hash, layout, box, slot, prints, at_ms, hlc, log_id, "
            "seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(attendee_id) DO UPDATE SET "
            "prints = prints + excluded.prints",
            (attendee, digest, body["layout"], box, slot, prints, at_ms, *event.stamp),
        )
        connection.execute(
            "UPDATE badge SET hash = ?, layout = ?, box = ?, slot = ?, at_ms = ?, hlc = ?, "
            "log_id = ?, seq = ? WHERE attendee_id = ? AND (?, ?, ?) > (hlc, log_id, seq)",
            (
                digest,
                body["layout"],
                box,
                slot,
                at_ms,
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

_SCAN_KINDS: frozenset[str] = frozenset({EventKind.CHECK_IN, EventKind.REFUSED})
_RUNS: dict[str, str] = {EventKind.IMPORT_ROWS: "import", **dict.fromkeys(_SCAN_KINDS, "scan")}
