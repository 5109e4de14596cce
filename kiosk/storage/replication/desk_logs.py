"""The desk of each log, as the logs themselves name it.

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
MAX_LOGS = 1000
"""Logs that one event brings in: those of more desks than an event has, and of files that they
restored."""
ROOTS = "roots"
"""In `local`: the logs of the desks that shared the event first, with spaces between them."""
MAX_ROOTS = 8
"""Roots that one desk announces."""
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
    first_name: str = ""
    """The name in its first event."""
    began: int = 0
    """The stamp of its first event."""

    def continues(self, old: DeskLog) -> bool:
        """Whether the desk of an earlier log wrote this one.

        A copy of the file on another laptop names the earlier log too. It has another name, or the
        laptop with the original writes on.
        """
        return self.first_name == old.name and self.began > old.newest


def desk_logs(connection: sqlite3.Connection) -> dict[str, DeskLog]:
    """Log id to its desk, for all logs of a file."""
    logs: dict[str, DeskLog] = {}
    select = "SELECT hlc, kind, body FROM event WHERE log_id = ? AND seq = ?"
    for log_id, seq in connection.execute(HEADS).fetchall():
        newest, kind, body = connection.execute(select, (log_id, seq)).fetchone()
        first_row = connection.execute(select, (log_id, 1)).fetchone()
        began, first_kind, first_body = first_row or (0, "", "")  # a damaged file may lack it
        first = _parsed(first_body)
        earlier = first.get("earlier") if first_kind == EventKind.DESK else ()
        logs[log_id] = DeskLog(
            _name_in(_parsed(body)),
            newest,
            tuple(map(str, earlier)) if isinstance(earlier, list) else (),
            seq == 1 and kind == EventKind.DESK,
            _name_in(first),
            began,
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
    return set(_continued_in(logs))


def _continued_in(logs: Mapping[str, DeskLog]) -> dict[str, str]:
    """Log id to the newer log in which its desk continued."""
    return {
        old: log_id
        for log_id, log in logs.items()
        for old in log.earlier
        if old != log_id and old in logs and log.continues(logs[old])
    }


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
    newest = _continued_in(logs)
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


def _share(left: int) -> int:
    """How many of the logs that a log can still bring in the next one may bring in.

    Enough for a row of laptops in which each one has met the one before it only.
    """
    return min(left - 1, max(left // 16, 4))


class Introductions:
    """What the logs of a file say about other logs: which exist, and where an unsigned one ends.

    The log of the desk that shared the event first, a root, brings in `MAX_LOGS` others in all. It
    passes a share on with each log that it introduces, the first ones get more, and these do the
    same: a member cannot bring in more than its share. A share follows from the order of the
    rows in one log and can only grow, so all desks accept the same logs, in whatever order the
    rows arrive. When a root has used up its share, the next log that it introduces is its own
    continuation, and a root too.
    """

    def __init__(self, roots: Iterable[str] = ()) -> None:
        """Know the roots; without any, as in older files, each log is one."""
        self.named: set[str] = set()
        """Signed logs that another one introduces."""
        self.accepted: set[str] = set()
        """Logs that a person brought in a bundle, and no log introduces."""
        self._roots = tuple(roots)
        self._by: dict[str, dict[str, int]] = {}
        """Log id to the logs that it names, in order: the last number of an unsigned log that it
        closes, or 0."""
        self._closers: dict[str, dict[str, int]] = {}
        """Unsigned log to the logs that close it, with its last number."""
        self._shares: dict[str, int] = {}
        """Log id to the number of logs that it can bring in."""
        self._left: dict[str, int] = {}
        """Log id to the number of logs that it can still bring in."""
        self._count()

    def take(self, log_id: str, body: Mapping[str, Any]) -> None:
        """Add the body of the next `desk` event of a log."""
        if self._take(log_id, body):
            self._count()

    def take_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add (log id, body) of `desk` events, each log in order; invalid bodies say nothing."""
        is_new = False
        for log_id, body in rows:
            checked = validated_body(EventKind.DESK, body)
            is_new = (checked is not None and self._take(log_id, checked)) or is_new
        if is_new:
            self._count()

    def _take(self, log_id: str, body: Mapping[str, Any]) -> bool:
        """Note what an event names, as far as it can count; whether it is new."""
        by = self._by.setdefault(log_id, {})
        before = len(by)
        ends = [(str(name), int(seq)) for name, seq in body.get("closed") or () if seq]
        for name, seq in (*ends, *((str(name), 0) for name in body.get("introduces") or ())):
            if len(by) <= MAX_LOGS:
                by.setdefault(name, seq)
        return len(by) > before

    def _count(self) -> None:
        """Share out the logs that may be brought in."""
        self.named, self._closers, self._left = set(), {}, {}
        shares = self._shares = dict.fromkeys(self._roots or self._by, MAX_LOGS)
        for log_id in self.accepted:
            shares.setdefault(log_id, _share(MAX_LOGS))
        waiting = list(shares)
        while waiting:
            log_id = waiting.pop()
            left = shares[log_id]
            for name, seq in self._by.get(log_id, {}).items():
                if left > 0:
                    share = 0 if seq else _share(left)
                    left -= 1 + share
                elif shares[log_id] == MAX_LOGS and not seq:  # a root continues
                    share, left = MAX_LOGS, -1
                else:
                    continue
                if seq:
                    self._closers.setdefault(name, {})[log_id] = seq
                else:
                    self.named.add(name)
                if share > shares.get(name, -1):
                    shares[name] = share
                    waiting.append(name)
                if left < 0:
                    break
            self._left[log_id] = left

    def accept(self, log_id: str) -> None:
        """Count a log as introduced by this desk."""
        self.accepted.add(log_id)
        self._count()

    def is_named(self, log_id: str) -> bool:
        """Whether a log introduces or closes this one."""
        return log_id in self.named or log_id in self._closers or log_id in self.accepted

    def end(self, log_id: str) -> int:
        """The last number of an unsigned log; 0: no log closes it.

        Its own last event names the log that follows: the end that this one states counts. Other
        logs cannot cut rows off, nor add any.
        """
        closers = self._closers.get(log_id, {})
        follows = [seq for log, seq in closers.items() if log in self._by.get(log_id, {})]
        return max(follows or closers.values(), default=0)

    def left(self, log_id: str) -> int:
        """How many other logs a log can still bring in."""
        return max(0, self._left.get(log_id, 0 if self._roots else MAX_LOGS))

    def fitting(self, log_id: str, names: Iterable[str]) -> list[str]:
        """Those of these logs that a log can introduce now."""
        left, fitting = self.left(log_id), []
        for name in names:
            if left > 0:
                left -= 1 + _share(left)
                fitting.append(name)
        return fitting

    def may_continue(self, log_id: str) -> bool:
        """Whether a log is a root that has used up its share."""
        return self._shares.get(log_id) == MAX_LOGS and self._left[log_id] == 0


def introductions(store: Store) -> Introductions:
    """What the logs of a file say about other logs."""
    said = Introductions(roots(store))
    said.take_rows(
        store.connection.execute(
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


def roots(store: Store) -> tuple[str, ...]:
    """The logs of the desks that shared the event first; empty where that is not known."""
    return tuple(store.local(ROOTS).split())


def add_roots(store: Store, log_ids: Iterable[str]) -> None:
    """Remember further roots, of desks that this one joins; inside `writing()`."""
    known = dict.fromkeys((*roots(store), *log_ids))
    store.set_local(**{ROOTS: " ".join(known)})


def introduce_desk(store: Store) -> None:
    """Make the log of this desk a signed one that has its name; a new log when it is not signed."""
    key = own_key(store)
    if key is not None and _is_introduced(store):
        return
    with store.writing():
        closed = [] if key is not None else _begin_signed_log(store)
        _introduce(store, closed)


def continue_in_new_log(store: Store) -> None:
    """Begin a new log of this desk, as the present one has introduced as many others as it can."""
    with store.writing():
        _begin_signed_log(store)
        _introduce(store)


def _begin_signed_log(store: Store) -> list[tuple[str, int]]:
    """Continue in a log with a key, which the log before introduces in its last event.

    Returns:
        The end of the log before, if it is an unsigned one.
    """
    seed = os.urandom(32)
    key, before = LogKey(seed), store.local("log_id")
    if log_head(store.connection, before):
        introduce_others(store, [key.log_id])
    signed = signed_logs(store.connection)
    is_signed = before in signed
    if not signed and not roots(store):  # this desk shares the event first
        add_roots(store, [key.log_id])
    store.start_new_log(key.log_id)
    store.set_machine_facts({LOG_KEY: f"{key.log_id}:{seed.hex()}"})
    end = log_head(store.connection, before)
    return [(before, end)] if end and not is_signed else []


def introduce_others(store: Store, log_ids: Iterable[str]) -> None:
    """Vouch for the logs of other desks in this desk's log; inside `writing()`."""
    store.append(EventKind.DESK, {"earlier": [], "introduces": list(log_ids)})


def close_logs(store: Store, ends: Mapping[str, int]) -> None:
    """Vouch for unsigned logs up to their last numbers; inside `writing()`."""
    store.append(EventKind.DESK, {"earlier": [], "closed": [list(end) for end in ends.items()]})


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
