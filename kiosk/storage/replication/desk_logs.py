"""Which desk writes which log, by what the logs themselves say.

A desk is identified by its log, never by its name: two desks may have one name. A desk that was
restored or copied continues in a new log, whose first event names the earlier logs.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind
from kiosk.storage.file.clone_detection import EARLIER_LOGS
from kiosk.storage.file.machine_facts import DESK_NAME
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import HEADS, log_heads
from kiosk.storage.replication.seals import LOG_KEY, LogKey, own_key, signed_logs

MAX_NAME = 60
"""Characters of the name of a desk."""
MAX_NAMED = 8
"""Earlier logs that a log names."""
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


@dataclass(frozen=True, slots=True)
class Introduction:
    """What one log says about other logs."""

    introduces: tuple[str, ...] = ()
    closed: dict[str, int] = field(default_factory=dict)
    """Unsigned log to its last number."""

    def joined(self, body: Mapping[str, Any]) -> Introduction:
        """This and what the body of one more event says."""
        new = tuple(map(str, body.get("introduces") or ()))
        ends = {str(log_id): int(seq) for log_id, seq in body.get("closed") or ()}
        return Introduction((*self.introduces, *new), {**ends, **self.closed})


def introductions(connection: sqlite3.Connection) -> dict[str, Introduction]:
    """Log id to what it says about others, for each log with a `desk` event."""
    said: dict[str, Introduction] = {}
    for log_id, body in connection.execute(
        "SELECT log_id, body FROM event WHERE kind = 'desk' ORDER BY log_id, seq"
    ).fetchall():
        checked = validated_body(EventKind.DESK, body)
        if checked is not None:
            said[log_id] = said.get(log_id, Introduction()).joined(checked)
    return said


def introduce_desk(store: Store) -> None:
    """Make the log of this desk a signed one that has its name; a new log when it is not signed."""
    key = own_key(store)
    if key is not None and _is_introduced(store):
        return
    with store.writing():
        closed = [] if key is not None else _begin_signed_log(store)
        _introduce(store, closed)


def _begin_signed_log(store: Store) -> list[tuple[str, int]]:
    """Continue in a log with a key; returns the end of the unsigned log before it."""
    seed = secrets.token_bytes(32)
    key, before = LogKey(seed), store.local("log_id")
    signed = signed_logs(store.connection)
    store.start_new_log(key.log_id)
    store.set_machine_facts({LOG_KEY: f"{key.log_id}:{seed.hex()}"})
    ends = log_heads(store)
    return [(before, ends[before])] if before in ends and before not in signed else []


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
