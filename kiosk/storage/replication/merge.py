"""Merge rows of other desks into this file, in any order and any number of times.

Only complete beginnings of a log are kept (1, 2, 3 ... without a gap), so one number per log
describes what a desk has, and missing rows are requested again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from kiosk.domain.log.events import Body, LogEvent, names_older, rank
from kiosk.domain.log.ids import COUNTER_BITS, MAX_STAMP, hlc_ms
from kiosk.domain.log.merge import FOLLOWED_MS, Fork, Received, UnmergedRows, read_rows
from kiosk.storage.file.clone_detection import SEEN_STAMP
from kiosk.storage.file.store import NEWEST_STAMP, Store
from kiosk.storage.log import projection
from kiosk.storage.log.statements import insert_many
from kiosk.storage.replication.incidents import record_incidents
from kiosk.support.progress import gc_paused

ROWS_PER_TRANSACTION = 500
"""Few enough that a scan at this desk waits only briefly."""


@dataclass(slots=True)
class MergeReport:
    """The result of a merge."""

    added: list[LogEvent] = field(default_factory=list)
    known: int = 0
    """Rows that this file already had."""
    waiting: dict[str, int] = field(default_factory=dict)
    """Log to the number after which rows are missing; later rows were not kept."""
    set_aside: list[UnmergedRows] = field(default_factory=list)
    """Rows that are no events, and events with invalid bodies."""
    forks: list[Fork] = field(default_factory=list)
    fast_clocks: dict[str, int] = field(default_factory=dict)
    """Desk to the milliseconds by which its clock is ahead of this one."""
    new_log: bool = False
    """This file's own log continued elsewhere: it was restored and writes a new log now."""

    def take(self, other: MergeReport) -> None:
        """Add another report to this one."""
        self.added += other.added
        self.known += other.known
        self.waiting.update(other.waiting)
        self.set_aside += other.set_aside
        self.forks += other.forks
        self.fast_clocks.update(other.fast_clocks)
        self.new_log = self.new_log or other.new_log


HEADS = """
WITH RECURSIVE log(id) AS (
    SELECT min(log_id) FROM event
    UNION ALL SELECT (SELECT min(log_id) FROM event WHERE log_id > log.id) FROM log
    WHERE log.id IS NOT NULL
)
SELECT id, (SELECT max(seq) FROM event WHERE log_id = id) FROM log WHERE id IS NOT NULL
"""
"""Jumps from log to log in the index: grouping would read every row."""


def log_head(connection: sqlite3.Connection, log_id: str) -> int:
    """The last number of one log here; 0: none of it."""
    row = connection.execute("SELECT max(seq) FROM event WHERE log_id = ?", (log_id,)).fetchone()
    return row[0] or 0


def log_heads(store: Store) -> dict[str, int]:
    """The last number of each log here."""
    return dict(store.connection.execute(HEADS).fetchall())


def merge_events(
    store: Store, rows: Iterable[Any], *, per_transaction: int = ROWS_PER_TRANSACTION
) -> MergeReport:
    """Merge rows of other desks.

    Args:
        rows: each a `domain.merge.WireRow`; anything else is set aside and reported.

    Raises:
        KioskError: the store's own. Transactions before stand, the rest can be merged again.
    """
    with gc_paused():
        received, set_aside = read_rows(rows)
        return merge_received(store, received, set_aside, per_transaction=per_transaction)


def merge_received(
    store: Store,
    received: list[Received],
    set_aside: Sequence[UnmergedRows] = (),
    *,
    per_transaction: int = ROWS_PER_TRANSACTION,
    then: Callable[[sqlite3.Connection], None] | None = None,
) -> MergeReport:
    """Merge rows that `read_rows` has checked, perhaps in another thread.

    Args:
        then: called in the last transaction, when all rows are in the file.

    Raises:
        KioskError: as `merge_events`.
    """
    report = MergeReport(set_aside=list(set_aside))
    with gc_paused():
        received.sort(key=itemgetter(0))
        for start in range(0, len(received), per_transaction):
            some = received[start : start + per_transaction]
            if report.forks:
                forked = {fork.log_id for fork in report.forks}
                some = [one for one in some if one.event.log_id not in forked]
            with store.writing():
                report.take(_merge_some(store, some))
                if then is not None and start + per_transaction >= len(received):
                    then(store.connection)
    if report.set_aside or report.forks or report.fast_clocks or report.new_log:
        record_incidents(
            store,
            set_aside=report.set_aside,
            forks=report.forks,
            fast_clocks=report.fast_clocks,
            new_log=report.new_log,
        )
    return report


def _merge_some(store: Store, received: list[Received]) -> MergeReport:
    report = MergeReport()
    now_ms = store.clock()
    added: list[Received] = []
    for log_id, log in groupby(received, key=lambda one: one.event.log_id):
        added += _merge_log(store, log_id, list(log), report)
    report.added = [one.event for one in added]
    checked: list[tuple[LogEvent, Body]] = []
    too_far = (now_ms + FOLLOWED_MS + 1) << COUNTER_BITS
    for event, _, body in added:
        if body is None:
            why = f"a {event.kind} that cannot be read"
            report.set_aside.append(UnmergedRows(event.log_id, event.seq, why))
            continue
        checked.append((event, body))
        if event.hlc >= too_far:
            desk = str(body.get("desk", "")) or event.log_id[:8]
            ahead_ms = hlc_ms(event.hlc) - now_ms
            report.fast_clocks[desk] = max(ahead_ms, report.fast_clocks.get(desk, 0))
    projection.apply_checked(store.connection, checked)
    _keep_stamps(store, report.added, too_far)
    return report


def _merge_log(
    store: Store, log_id: str, log: list[Received], report: MergeReport
) -> list[Received]:
    """The new rows of one log; `log` is sorted by number."""
    connection = store.connection
    first, last = log[0].event.seq, log[-1].event.seq
    head = log_head(connection, log_id)
    if log_id == store.local("log_id") and last > head:
        store.start_new_log()
        report.new_log = True
    is_whole = first == head + 1 and last == head + len(log)
    if is_whole and [one.event.seq for one in log] == list(range(first, last + 1)):
        fresh = log  # as nearly always
    else:
        fresh = _unknown(connection, log, head, report)
    insert_many(connection, _insert_events, [one.row for one in fresh])
    return fresh


def _unknown(
    connection: sqlite3.Connection, log: list[Received], head: int, report: MergeReport
) -> list[Received]:
    """The rows that continue from `head`, among rows with gaps, known rows and duplicates."""
    log_id = log[0].event.log_id
    known = dict(
        connection.execute(
            "SELECT seq, hash FROM event WHERE log_id = ? AND seq BETWEEN ? AND ?",
            (log_id, log[0].event.seq, min(head, log[-1].event.seq)),
        ).fetchall()
    )
    fresh: list[Received] = []
    for one in log:
        seq = one.event.seq
        if seq in known:
            if known[seq] == one.row[6]:
                report.known += 1
            else:  # rows after it may belong to the other log
                report.forks.append(Fork(log_id, seq))
                break
        elif seq == head + 1:
            head = seq
            known[head] = one.row[6]
            fresh.append(one)
        else:
            report.waiting[log_id] = head
    return fresh


def _insert_events(rows: str) -> str:
    return f"INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) VALUES {rows}"


def _keep_stamps(store: Store, events: list[LogEvent], too_far: int) -> None:
    """Keep the newest stamps, so that later events of this desk come after what it has seen. Clocks
    too far ahead count only for corrections of their desk's events."""
    stamps = [event.hlc for event in events]
    ranks = [rank(event.hlc, event.body) for event in events if names_older(event.body)]
    newest = min(max(stamps + ranks, default=0), MAX_STAMP)
    followed = max((stamp for stamp in stamps if stamp < too_far), default=0)
    for key, stamp in ((SEEN_STAMP, followed), (NEWEST_STAMP, newest)):
        if stamp > int(store.local(key) or 0):
            store.set_local(**{key: str(stamp)})


def rows_after(
    store: Store, heads: dict[str, int], *, limit: int, max_bytes: int
) -> list[tuple[Any, ...]]:
    """Rows that a desk with these heads lacks, each log from its first missing number on.

    At most `limit` rows and about `max_bytes` of bodies; a row is never split.
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


def own_rows_after(
    store: Store, log_id: str, seq: int, limit: int
) -> tuple[int, list[tuple[Any, ...]]]:
    """One log's last number, and the first rows after `seq`."""
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
