"""The union of logs: rows of other desks brought into this file, any order, any number of times.

Only whole beginnings of a log are kept (1, 2, 3 ... without a gap), so one number a log says all
that a desk has, and what was cut off is simply asked for again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from kiosk.bulk import uncollected
from kiosk.domain.clock import MAX_STAMP, hlc_ms
from kiosk.domain.event_shapes import readable_body
from kiosk.domain.events import Body, LogEvent
from kiosk.domain.merge import FOLLOWED_MS, Fork, SetAside, read_row
from kiosk.storage import projection
from kiosk.storage.home import SEEN_STAMP
from kiosk.storage.store import NEWEST_STAMP, Store
from kiosk.storage.troubles import note_troubles

ROWS_PER_TRANSACTION = 500
"""Few enough that a scan at this desk hardly waits for them."""


_Hashed = tuple[LogEvent, bytes]
"""An event with its hash."""


@dataclass(slots=True)
class MergeReport:
    """What became of the rows."""

    added: list[LogEvent] = field(default_factory=list)
    known: int = 0
    """Rows that were here already."""
    waiting: dict[str, int] = field(default_factory=dict)
    """Log to the number after which rows are missing; what came behind it was not kept."""
    set_aside: list[SetAside] = field(default_factory=list)
    """What was no event, or says what its kind does not say."""
    forks: list[Fork] = field(default_factory=list)
    fast_clocks: dict[str, int] = field(default_factory=dict)
    """Desk to the milliseconds by which its clock is ahead of this one's."""
    new_log: bool = False
    """This file's own log has gone on elsewhere: it was restored, and writes a new log now."""

    def take(self, other: MergeReport) -> None:
        """Add another report to this one."""
        self.added += other.added
        self.known += other.known
        self.waiting.update(other.waiting)
        self.set_aside += other.set_aside
        self.forks += other.forks
        self.fast_clocks.update(other.fast_clocks)
        self.new_log = self.new_log or other.new_log


_HEADS = """
WITH RECURSIVE log(id) AS (
    SELECT min(log_id) FROM event
    UNION ALL SELECT (SELECT min(log_id) FROM event WHERE log_id > log.id) FROM log
    WHERE log.id IS NOT NULL
)
SELECT id, (SELECT max(seq) FROM event WHERE log_id = id) FROM log WHERE id IS NOT NULL
"""
"""From log to log along the index: grouping would read every row of it."""


def log_heads(store: Store) -> dict[str, int]:
    """How far each log is here."""
    return dict(store.connection.execute(_HEADS).fetchall())


def merge_events(
    store: Store, rows: Iterable[Any], *, per_transaction: int = ROWS_PER_TRANSACTION
) -> MergeReport:
    """Bring rows of other desks in.

    Args:
        rows: as `domain.merge.WireRow` has them; whatever is none is set aside and reported.

    Raises:
        KioskError: the store's own. Transactions before stand, the rest can be merged again.
    """
    report = MergeReport()
    events: list[_Hashed] = []
    with uncollected():
        for row in rows:
            read = read_row(row)
            if isinstance(read, SetAside):
                report.set_aside.append(read)
            else:  # read: its hash is right
                events.append((read, row[6] if type(row[6]) is bytes else bytes.fromhex(row[6])))
        events.sort(key=itemgetter(0))
        for start in range(0, len(events), per_transaction):
            some = events[start : start + per_transaction]
            if report.forks:
                forked = {fork.log_id for fork in report.forks}
                some = [hashed for hashed in some if hashed[0].log_id not in forked]
            with store.writing():
                report.take(_merge_some(store, some))
    if report.set_aside or report.forks or report.fast_clocks or report.new_log:
        note_troubles(
            store,
            set_aside=report.set_aside,
            forks=report.forks,
            fast_clocks=report.fast_clocks,
            new_log=report.new_log,
        )
    return report


def _merge_some(store: Store, events: list[_Hashed]) -> MergeReport:
    report = MergeReport()
    now_ms = store.clock()
    for log_id, log in groupby(events, key=lambda hashed: hashed[0].log_id):
        _merge_log(store, log_id, list(log), report)
    scans: list[tuple[LogEvent, Body]] = []
    others: list[LogEvent] = []
    for event in report.added:
        body = readable_body(event.kind, event.body)
        if body is None:
            why = f"a {event.kind} that cannot be read"
            report.set_aside.append(SetAside(event.log_id, event.seq, why))
            continue
        if projection.is_scan(event.kind):
            scans.append((event, body))
        else:
            others.append(event)
        ahead_ms = hlc_ms(event.hlc) - now_ms
        if ahead_ms > FOLLOWED_MS:
            desk = str(body.get("desk", "")) or event.log_id[:8]
            report.fast_clocks[desk] = max(ahead_ms, report.fast_clocks.get(desk, 0))
    projection.apply_all(store.connection, others)
    projection.apply_scans(store.connection, scans)
    _note_stamps(store, report.added, now_ms)
    return report


def _merge_log(store: Store, log_id: str, log: list[_Hashed], report: MergeReport) -> None:
    connection = store.connection
    last = connection.execute("SELECT max(seq) FROM event WHERE log_id = ?", (log_id,)).fetchone()
    head = last[0] or 0
    known = dict(
        connection.execute(
            "SELECT seq, hash FROM event WHERE log_id = ? AND seq BETWEEN ? AND ?",
            (log_id, log[0][0].seq, min(head, log[-1][0].seq)),
        ).fetchall()
    )
    if log_id == store.local("log_id") and log[-1][0].seq > head:
        store.start_new_log()
        report.new_log = True
    fresh: list[tuple[Any, ...]] = []
    for event, digest in log:
        if event.seq in known:
            if known[event.seq] == digest:
                report.known += 1
            else:  # nothing behind it is known to belong to the log that is here
                report.forks.append(Fork(log_id, event.seq))
                break
        elif event.seq == head + 1:
            head = event.seq
            known[head] = digest
            fresh.append((*event, digest))
            report.added.append(event)
        else:
            report.waiting[log_id] = head
    connection.executemany(
        "INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        fresh,
    )


def _note_stamps(store: Store, events: list[LogEvent], now_ms: int) -> None:
    """Later events of this desk are to stand behind what it has seen."""
    newest = min(max((event.stamp.hlc for event in events), default=0), MAX_STAMP)
    followed = max((e.hlc for e in events if hlc_ms(e.hlc) <= now_ms + FOLLOWED_MS), default=0)
    for key, stamp in ((SEEN_STAMP, followed), (NEWEST_STAMP, newest)):
        if stamp > int(store.local(key) or 0):
            store.set_local(**{key: str(stamp)})


def rows_after(
    store: Store, heads: dict[str, int], *, limit: int, max_bytes: int
) -> list[tuple[Any, ...]]:
    """Rows that a desk with these heads lacks, each log from its first missing number on.

    At most `limit` rows and about `max_bytes` of bodies, so that a row is never split off.
    """
    rows: list[tuple[Any, ...]] = []
    size = 0
    for log_id, last in sorted(log_heads(store).items()):
        first = heads.get(log_id, 0)
        if last <= first:
            continue
        for row in store.connection.execute(
            "SELECT log_id, seq, hlc, kind, subject, body, lower(hex(hash)) FROM event "
            "WHERE log_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (log_id, first, limit - len(rows)),
        ):
            rows.append(row)
            size += len(row[5])
            if len(rows) >= limit or size >= max_bytes:
                return rows
    return rows


def hash_at(store: Store, log_id: str, seq: int) -> str | None:
    """The beginning of one row's hash; None when it is not here."""
    row = store.connection.execute(
        "SELECT lower(hex(substr(hash, 1, 8))) FROM event WHERE log_id = ? AND seq = ?",
        (log_id, seq),
    ).fetchone()
    return row[0] if row else None


def desk_names(store: Store) -> dict[str, tuple[str, int]]:
    """Log to the name of its desk and the stamp of its newest event."""
    return names_of_logs(store.connection)


def names_of_logs(connection: sqlite3.Connection) -> dict[str, tuple[str, int]]:
    """`desk_names` behind any connection."""
    names: dict[str, tuple[str, int]] = {}
    for log_id, seq in connection.execute(_HEADS).fetchall():
        hlc, body = connection.execute(
            "SELECT hlc, body FROM event WHERE log_id = ? AND seq = ?", (log_id, seq)
        ).fetchone()
        names[log_id] = (_desk_of(body), hlc)
    return names


def _desk_of(body: str) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    name = value.get("desk", "") if isinstance(value, dict) else ""
    return name[:60] if isinstance(name, str) else ""


def own_rows_after(
    store: Store, log_id: str, seq: int, limit: int
) -> tuple[int, list[tuple[Any, ...]]]:
    """One log's last number, and the first rows behind `seq`."""
    rows = store.connection.execute(
        "SELECT log_id, seq, hlc, kind, subject, body, lower(hex(hash)) FROM event "
        "WHERE log_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        (log_id, seq, limit),
    ).fetchall()
    last = rows[-1][1] if rows else seq
    if len(rows) == limit:
        last = store.connection.execute(
            "SELECT max(seq) FROM event WHERE log_id = ?", (log_id,)
        ).fetchone()[0]
    return last, rows
