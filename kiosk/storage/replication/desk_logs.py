"""Which desk writes which log, by what the logs themselves say.

A desk is identified by its log, never by its name: two desks may have one name. A desk that was
restored or copied continues in a new log, whose first event names the earlier logs.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind
from kiosk.storage.file.clone_detection import EARLIER_LOGS
from kiosk.storage.file.machine_facts import DESK_NAME
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import HEADS, log_head
from kiosk.storage.replication.seals import LOG_KEY, LogKey, own_key, signed_logs

MAX_NAME = 60
"""Characters of the name of a desk."""
MAX_NAMED = 8
"""Earlier logs that a log names."""
MAX_INTRODUCED = 100
"""Other logs that one log introduces: those of more desks than an event has, and of files that
they restored."""
_NUMBERED = re.compile(r"desk (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeskLog:
    """What one log says about its desk."""

    name: str
    """The name in its newest event."""
    newest: int
    """The stamp of its newest event."""
    earlier: tuple[str, ...] = ()
    """Logs that the same desk wrote before."""
    is_unopened: bool = False
    """The desk has joined, and has written nothing else."""


def desk_logs(connection: sqlite3.Connection) -> dict[str, DeskLog]:
    """Log id to its desk, for all logs of a file."""
    logs: dict[str, DeskLog] = {}
    select = "SELECT hlc, kind, body FROM event WHERE log_id = ? AND seq = ?"
    for log_id, seq in connection.execute(HEADS).fetchall():
        newest, kind, body = connection.execute(select, (log_id, seq)).fetchone()
        first = connection.execute(select, (log_id, 1)).fetchone()
        earlier = _parsed(first[2]).get("earlier") if first and first[1] == EventKind.DESK else ()
        earlier = tuple(map(str, earlier)) if isinstance(earlier, list) else ()
        logs[log_id] = DeskLog(
            _name_in(_parsed(body)), newest, earlier, seq == 1 and kind == EventKind.DESK
        )
    return logs


def _parsed(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _name_in(body: dict[str, Any]) -> str:
    name = body.get("desk", "")
    return name[:MAX_NAME] if isinstance(name, str) else ""


def superseded(logs: Mapping[str, DeskLog]) -> set[str]:
    """Logs that are not desks of their own: a desk continued them in a newer log."""
    return {old for log_id, log in logs.items() for old in log.earlier if old != log_id}


def numbered(names: Mapping[str, str]) -> dict[str, str]:
    """Log id to a name that no other desk has: `Desk 1`, `Desk 1 (2)`, the same at each desk."""
    counts: dict[str, int] = {}
    unique = {}
    for log_id in sorted(names):
        name = names[log_id] or log_id[:8]
        key = name.casefold()
        counts[key] = counts.get(key, 0) + 1
        unique[log_id] = f"{name} ({counts[key]})" if counts[key] > 1 else name
    return unique


def unique_names(logs: Mapping[str, DeskLog]) -> dict[str, str]:
    """Log id to the name of its desk; the earlier logs of a desk have the name of its newest."""
    newest = {old: log_id for log_id, log in logs.items() for old in log.earlier if old != log_id}
    names = numbered({log_id: log.name for log_id, log in logs.items() if log_id not in newest})
    for old in logs:
        log_id = old
        for _ in range(MAX_NAMED):
            log_id = newest.get(log_id, log_id)
        names.setdefault(old, names.get(log_id, logs[old].name or old[:8]))
    return names


def next_desk_name(names: Iterable[str]) -> str:
    """`Desk 3` after two desks: the next number that no desk has."""
    known = list(names)
    taken = {int(found[1]) for name in known if (found := _NUMBERED.fullmatch(name.strip()))}
    number = len(known) + 1
    while number in taken:
        number += 1
    return f"Desk {number}"


class Introductions:
    """What the logs of a file say about other logs: which exist, and where an unsigned one ends.

    Each log counts for at most `MAX_INTRODUCED` others, the first ones that it names. Every desk
    counts the same, so all accept the same logs, in whatever order the rows arrive.
    """

    def __init__(self) -> None:
        self.named: set[str] = set()
        """Logs that another one introduces."""
        self.ends: dict[str, int] = {}
        """Unsigned log to its last number; of several claims, the smallest."""
        self._by: dict[str, set[str]] = {}
        """Log id to the logs that it introduces or closes."""

    def take(self, log_id: str, body: Mapping[str, Any]) -> None:
        """Add the body of the next `desk` event of a log."""
        by = self._by.setdefault(log_id, set())
        for closed, seq in body.get("closed") or ():
            if self._counts(by, str(closed)):
                self.ends[closed] = min(int(seq), self.ends.get(closed, int(seq)))
        for name in body.get("introduces") or ():
            if self._counts(by, str(name)):
                self.named.add(name)

    def take_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add (log id, body) of `desk` events, each log in order; invalid bodies say nothing."""
        for log_id, body in rows:
            checked = validated_body(EventKind.DESK, body)
            if checked is not None:
                self.take(log_id, checked)

    def _counts(self, by: set[str], name: str) -> bool:
        if name not in by and len(by) < MAX_INTRODUCED:
            by.add(name)
        return name in by

    def left(self, log_id: str) -> int:
        """How many other logs a log can still introduce."""
        return MAX_INTRODUCED - len(self._by.get(log_id, ()))


def introductions(connection: sqlite3.Connection) -> Introductions:
    """What the logs of a file say about other logs."""
    said = Introductions()
    said.take_rows(
        connection.execute(
            "SELECT log_id, body FROM event WHERE kind = 'desk' ORDER BY log_id, seq"
        ).fetchall()
    )
    return said


def introductions_after(
    connection: sqlite3.Connection, log_id: str, seq: int
) -> list[tuple[str, str]]:
    """(log id, body) of the `desk` events of one log after a number, for `take_rows`."""
    return connection.execute(
        "SELECT log_id, body FROM event WHERE log_id = ? AND seq > ? AND kind = 'desk' "
        "ORDER BY seq",
        (log_id, seq),
    ).fetchall()


def introduce_desk(store: Store) -> None:
    """Make the log of this desk a signed one that has its name; a new log when it is not signed."""
    key = own_key(store)
    if key is not None and _is_introduced(store):
        return
    with store.writing():
        closed = [] if key is not None else _begin_signed_log(store)
        _introduce(store, closed)


def continue_in_new_log(store: Store) -> None:
    """Begin a new log of this desk, as the present one has introduced as many others as it can.

    The last log that it introduces is the new one.
    """
    with store.writing():
        _begin_signed_log(store, is_introduced=True)
        _introduce(store)


def _begin_signed_log(store: Store, *, is_introduced: bool = False) -> list[tuple[str, int]]:
    """Continue in a log with a key; returns the end of the unsigned log before it.

    `is_introduced`: the log before introduces it.
    """
    seed = os.urandom(32)
    key, before = LogKey(seed), store.local("log_id")
    if is_introduced:
        introduce_others(store, [key.log_id])
    is_signed = before in signed_logs(store.connection)
    store.start_new_log(key.log_id)
    store.set_machine_facts({LOG_KEY: f"{key.log_id}:{seed.hex()}"})
    end = log_head(store.connection, before)
    return [(before, end)] if end and not is_signed else []


def introduce_others(store: Store, log_ids: Iterable[str]) -> None:
    """Vouch for the logs of other desks in this desk's log; inside `writing()`."""
    store.append(EventKind.DESK, {"earlier": [], "introduces": list(log_ids)})


def rename_desk(store: Store, name: str, *, in_log: bool, is_signed: bool) -> None:
    """Give this desk another name, on this machine and, with `in_log`, in its log.

    `is_signed`: the event is shared, so its log is a signed one.
    """
    with store.writing():
        store.set_machine_facts({DESK_NAME: name})
        if in_log and not is_signed and not _is_introduced(store):
            _introduce(store)
    if in_log and is_signed:
        introduce_desk(store)


def _is_introduced(store: Store) -> bool:
    row = store.connection.execute(
        "SELECT body FROM event WHERE log_id = (SELECT value FROM local WHERE key = 'log_id') "
        "ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return row is not None and _name_in(_parsed(row[0])) == store.desk


def _introduce(store: Store, closed: Sequence[tuple[str, int]] = ()) -> None:
    log_id = store.local("log_id")
    earlier = [old for old in store.local(EARLIER_LOGS).split() if old != log_id]
    ends = {"closed": [list(end) for end in closed]} if closed else {}
    store.append(EventKind.DESK, {"earlier": earlier[-MAX_NAMED:], **ends})
