"""Separate two logs that have one name, so that no event of either is lost.

When a laptop's disk was cloned (or restored), both copies continued one log: from some number on,
two different rows have one number. A number alone does not show to which copy a row belongs, so
both logs are needed from the beginning. Of the two rows where they differ first, the one with the
smaller hash keeps the name of the log. The other row and all after it move to a log named after
that row. Every desk does the same with the same rows, so all agree again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kiosk.domain.log.events import InvalidJson, LogEvent, canonical_json, event_hash, parsed
from kiosk.domain.log.merge import UnmergedRows, read_row
from kiosk.domain.log.setting_schema import MAX_DEPTH
from kiosk.storage.file.clone_detection import EARLIER_LOGS
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection

_INSERT = (
    "INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class _TooDeep(ValueError):
    """The body is nested deeper than any desk writes."""


def settle_fork(store: Store, log_id: str, rows: Sequence[Any]) -> bool:
    """Merge another desk's version of a whole log with the one of this file.

    Args:
        rows: all of it, from number 1 on, each a `domain.merge.WireRow`.

    Returns:
        Whether it was settled; False when the rows are not the beginning of one log.

    Raises:
        KioskError: the store's own; nothing was changed then.
    """
    theirs = _whole_log(log_id, rows)
    if theirs is None:
        return False
    with store.writing():
        mine = [
            LogEvent(*row)
            for row in store.connection.execute(
                "SELECT log_id, seq, hlc, kind, subject, body FROM event WHERE log_id = ? "
                "ORDER BY seq",
                (log_id,),
            )
        ]
        parted = next(
            (n for n, (one, other) in enumerate(zip(mine, theirs, strict=False)) if one != other),
            None,
        )
        if parted is None:
            return True
        moved_to = _part(store, mine[parted:], theirs[parted:])
        if store.local("log_id") == log_id:
            store.start_new_log()
            if moved_to:
                earlier = [log for log in store.local(EARLIER_LOGS).split() if log != log_id]
                store.set_local(**{EARLIER_LOGS: " ".join([*earlier, moved_to])})
        projection.rebuild(store.connection, store.events())
    return True


def _whole_log(log_id: str, rows: Sequence[Any]) -> list[LogEvent] | None:
    events = []
    for number, row in enumerate(rows, 1):
        event = read_row(row)
        if isinstance(event, UnmergedRows) or (event.log_id, event.seq) != (log_id, number):
            return None
        events.append(event)
    return events


def _part(store: Store, mine: list[LogEvent], theirs: list[LogEvent]) -> str:
    """Part the logs from the first different row on; neither is empty.

    Returns:
        The id of the log to which this file's rows moved; empty if the other rows did.
    """
    connection = store.connection
    mine_move = event_hash(theirs[0]) < event_hash(mine[0])
    if mine_move:
        moved = mine
        connection.execute(
            "DELETE FROM event WHERE log_id = ? AND seq >= ?", (mine[0].log_id, mine[0].seq)
        )
        connection.executemany(_INSERT, [(*event, event_hash(event)) for event in theirs])
    else:
        moved = theirs
    renamed = _renamed(moved)
    known = connection.execute(
        "SELECT max(seq) FROM event WHERE log_id = ?", (renamed[0].log_id,)
    ).fetchone()
    fresh = renamed[known[0] or 0 :]
    connection.executemany(_INSERT, [(*event, event_hash(event)) for event in fresh])
    return renamed[0].log_id if mine_move else ""


def _renamed(events: list[LogEvent]) -> list[LogEvent]:
    """The events as a separate log, from number 1 on, with their references to each other."""
    first = events[0]
    log_id = sha256(b"kiosk fork 1" + event_hash(first)).hexdigest()[:32]
    before = first.seq - 1
    return [
        event._replace(
            log_id=log_id,
            seq=event.seq - before,
            body=_with_new_references(event.body, (first.log_id, before), log_id),
        )
        for event in events
    ]


def _with_new_references(text: str, old: tuple[str, int], log_id: str) -> str:
    """A body with references to moved rows updated."""
    if old[0] not in text:
        return text
    try:
        body = parsed(text)
        return canonical_json(_moved(body, old, log_id)) if isinstance(body, dict) else text
    except (InvalidJson, _TooDeep):
        return text  # an invalid body, which no table uses


def _moved(value: Any, old: tuple[str, int], log_id: str, depth: int = MAX_DEPTH) -> Any:
    """Update pairs of log and number, and objects with both, anywhere in a body."""
    if depth == 0:
        raise _TooDeep
    old_id, before = old
    match value:
        case [where, int(seq)] if where == old_id and seq > before:
            return [log_id, seq - before]
        case {"log_id": where, "seq": int(seq)} if where == old_id and seq > before:
            return value | {"log_id": log_id, "seq": seq - before}
        case dict():
            return {key: _moved(item, old, log_id, depth - 1) for key, item in value.items()}
        case list():
            return [_moved(item, old, log_id, depth - 1) for item in value]
    return value


# Undo events that lost their check-in when a log was parted.
#
# References inside the moved log are updated. An undo of a third desk keeps its text, because of
# that desk's hash, so it is found and reported here.


@dataclass(frozen=True, slots=True)
class DanglingUndo:
    """An undo of a check-in that has no effect."""

    log_id: str
    """The log of the undo."""
    attendee_id: str
    """The attendee of the check-in."""
    hit_attendee_id: str
    """The attendee of the check-in that now has its number; empty for none."""


def dangling_undos(connection: sqlite3.Connection, forked: Iterable[str]) -> list[DanglingUndo]:
    """Undo events of other desks for these logs whose check-in now has another number."""
    logs = set(forked)
    found = []
    for log_id, attendee, body in connection.execute(
        "SELECT log_id, subject, body FROM event WHERE kind = 'undo' AND subject != '' "
        "ORDER BY hlc, log_id, seq"
    ):
        target = _target(body)
        if target is None or target[0] not in logs or log_id in logs:
            continue
        row = connection.execute(
            "SELECT attendee_id FROM scan WHERE log_id = ? AND seq = ?", target
        ).fetchone()
        hit = str(row[0]) if row else ""
        if hit != attendee:
            found.append(DanglingUndo(log_id, attendee, hit))
    return found


def _target(body: str) -> tuple[str, int] | None:
    try:
        value = json.loads(body)
        return str(value["log_id"]), int(value["seq"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # an invalid body
