"""Two logs under one name, told apart again, so that nothing of either is lost.

A laptop's disk was cloned (or restored), and both went on with one log: from some number on there
are two different rows under each. Rows cannot be believed to belong to either by their numbers
alone, so this wants both logs from their beginning. Of the two rows where they part, the one with
the smaller hash goes on under the log's name; what follows the other moves to a log named after
that row. Every desk does the same with the same rows, whichever it held, so all agree again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kiosk.domain.log.event_schema import MAX_DEPTH
from kiosk.domain.log.events import InvalidJson, LogEvent, canonical_json, event_hash, parsed
from kiosk.domain.log.merge import UnmergedRows, read_row
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection

_INSERT = (
    "INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class _TooDeep(ValueError):
    """A body that no desk writes."""


def settle_fork(store: Store, log_id: str, rows: Sequence[Any]) -> bool:
    """Bring another desk's version of a whole log in, beside this file's own.

    Args:
        rows: all of it, from number 1 on, as `domain.merge.WireRow` has them.

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
        _part(store, mine[parted:], theirs[parted:])
        if store.local("log_id") == log_id:
            store.start_new_log()
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


def _part(store: Store, mine: list[LogEvent], theirs: list[LogEvent]) -> None:
    """Both from the row on where they part; neither is empty."""
    connection = store.connection
    if event_hash(theirs[0]) < event_hash(mine[0]):
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


def _renamed(events: list[LogEvent]) -> list[LogEvent]:
    """A log of its own, from number 1 on; what they say of each other follows."""
    first = events[0]
    log_id = sha256(b"kiosk fork 1" + event_hash(first)).hexdigest()[:32]
    before = first.seq - 1
    return [
        event._replace(
            log_id=log_id,
            seq=event.seq - before,
            body=_readdressed(event.body, (first.log_id, before), log_id),
        )
        for event in events
    ]


def _readdressed(text: str, old: tuple[str, int], log_id: str) -> str:
    """A body whose references to moved rows lead to where they are now."""
    if old[0] not in text:
        return text
    try:
        body = parsed(text)
        return canonical_json(_moved(body, old, log_id)) if isinstance(body, dict) else text
    except (InvalidJson, _TooDeep):
        return text  # of no desk; no table ever learns of it


def _moved(value: Any, old: tuple[str, int], log_id: str, depth: int = MAX_DEPTH) -> Any:
    """Pairs of log and number, and objects with both, wherever they stand in a body."""
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


# Words of one desk about another's events, which lead nowhere since that one's log parted in two.
#
# What moved to a log of its own takes its own references along (`forks`). What a third desk wrote
# stays as it is, under that desk's hash; so it is found, and told.


@dataclass(frozen=True, slots=True)
class DanglingUndo:
    """A check-in that was taken back, and stands all the same."""

    log_id: str
    """Whose word it is."""
    attendee_id: str
    """Of whom the check-in was."""
    hit_attendee_id: str
    """Of whom it is taken to be now; empty for nobody."""


def dangling_undos(connection: sqlite3.Connection, forked: Iterable[str]) -> list[DanglingUndo]:
    """What other desks took back of these logs, and lies under another number now."""
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
        return None  # set aside when it came
