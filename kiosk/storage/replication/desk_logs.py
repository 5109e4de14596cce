"""Which desk writes which log, by what the logs themselves say.

A desk is identified by its log, never by its name: two desks may have one name. A desk that was
restored or copied continues in a new log, whose first event names the earlier logs.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.log.events import EventKind
from kiosk.storage.file.clone_detection import EARLIER_LOGS
from kiosk.storage.file.machine_facts import DESK_NAME
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import HEADS

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


def next_desk_name(names: Iterable[str]) -> str:
    """`Desk 3` after two desks: the next number that no desk has."""
    known = list(names)
    taken = {int(found[1]) for name in known if (found := _NUMBERED.fullmatch(name.strip()))}
    number = len(known) + 1
    while number in taken:
        number += 1
    return f"Desk {number}"


def introduce_desk(store: Store) -> None:
    """Write the name of this desk into its log, if its newest event does not have it."""
    if not _is_introduced(store):
        with store.writing():
            _introduce(store)


def rename_desk(store: Store, name: str, *, in_log: bool = True) -> None:
    """Give this desk another name, on this machine and in the log; inside `writing()`."""
    store.set_machine_facts({DESK_NAME: name})
    if in_log and not _is_introduced(store):
        _introduce(store)


def _is_introduced(store: Store) -> bool:
    row = store.connection.execute(
        "SELECT body FROM event WHERE log_id = (SELECT value FROM local WHERE key = 'log_id') "
        "ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return row is not None and _name_in(_parsed(row[0])) == store.desk


def _introduce(store: Store) -> None:
    log_id = store.local("log_id")
    earlier = [old for old in store.local(EARLIER_LOGS).split() if old != log_id]
    store.append(EventKind.DESK, {"earlier": earlier[-MAX_NAMED:]})
