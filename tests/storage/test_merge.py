"""Rows of other desks: which are new, known, waiting or refused, and what a desk sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.log.events import EventKind, LogEvent, canonical_json, event_hash
from kiosk.domain.log.ids import COUNTER_BITS, MAX_STAMP
from kiosk.domain.log.merge import FOLLOWED_MS, Fork, UnmergedRows
from kiosk.storage.file.clone_detection import SEEN_STAMP
from kiosk.storage.file.store import NEWEST_STAMP, Store
from kiosk.storage.replication.desk_logs import DeskLog, desk_logs
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import (
    MergeReport,
    hash_at,
    log_head,
    log_heads,
    merge_events,
    own_rows_after,
    rows_after,
)
from tests.support.stores import NOON_MS, Clock

A, B = "aa" * 16, "bb" * 16
NOON = NOON_MS << COUNTER_BITS
ALL = {"limit": 10**6, "max_bytes": 10**9}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An event file with an empty log; it is noon."""
    opened = Store.create(tmp_path / "e.kiosk", desk="Desk 1", clock=Clock())
    yield opened
    opened.close()


def event(seq: int, log_id: str = A, *, hlc: int = 9, code: str = "", **body: Any) -> LogEvent:
    """A code given to a person at another desk."""
    body = {"code": code or f"{log_id[:1]}{seq}", "desk": "Other", **body}
    return LogEvent(log_id, seq, hlc, str(EventKind.BIND), "p1", canonical_json(body))


def wire(one: LogEvent) -> tuple[Any, ...]:
    """An event as a desk sends it."""
    return (*one, event_hash(one).hex())


def merge(store: Store, *events: LogEvent, per_transaction: int = 500) -> MergeReport:
    """Merge events into a file."""
    return merge_events(store, map(wire, events), per_transaction=per_transaction)


def bound(store: Store) -> list[str]:
    """The codes in the table of bound codes."""
    return [code for (code,) in store.connection.execute("SELECT code FROM binding ORDER BY code")]


def test_new_rows_are_kept_and_reported(store: Store) -> None:
    """Each new row is in the log, in the tables and in the report, whatever their order."""
    events = [event(1, B), event(2), event(1), event(2, B), event(3)]
    report = merge(store, *events)

    assert MergeReport(added=sorted(events)) == report
    assert {A: 3, B: 2} == log_heads(store)
    assert ["a1", "a2", "a3", "b1", "b2"] == bound(store)
    assert sorted(map(wire, events)) == rows_after(store, {}, **ALL)


@pytest.mark.parametrize(
    ("here", "sent", "added", "known", "waiting", "head"),
    [
        pytest.param([], [1], [1], 0, {}, 1, id="the first row"),
        pytest.param([], [2], [], 0, {A: 0}, 0, id="the first row is missing"),
        pytest.param([], [1, 3, 4], [1], 0, {A: 1}, 1, id="a gap"),
        pytest.param([], [1, 1, 2], [1, 2], 1, {}, 2, id="the same row twice"),
        pytest.param([1, 2], [1, 2], [], 2, {}, 2, id="known rows"),
        pytest.param([1, 2], [2, 3], [3], 1, {}, 3, id="known and new rows"),
        pytest.param([1, 2], [3, 4], [3, 4], 0, {}, 4, id="the next rows"),
        pytest.param([1, 2], [4], [], 0, {A: 2}, 2, id="one is missing"),
        pytest.param([1, 2], [1, 4], [], 1, {A: 2}, 2, id="known rows and a gap"),
        pytest.param([1, 2, 3], [1], [], 1, {}, 3, id="an old row"),
        pytest.param([1], [1, 2, 2, 4], [2], 2, {A: 2}, 2, id="twice and a gap"),
        pytest.param([1], [2, 2, 4], [2], 1, {A: 2}, 2, id="as many rows as numbers"),
    ],
)
def test_only_an_unbroken_log_is_kept(
    store: Store,
    here: list[int],
    sent: list[int],
    added: list[int],
    known: int,
    waiting: dict[str, int],
    head: int,
) -> None:
    """New rows continue the log without a gap; rows behind a gap are asked for again."""
    merge(store, *map(event, here))
    report = merge(store, *map(event, sent))

    assert (added, known, waiting, []) == (
        [one.seq for one in report.added],
        report.known,
        report.waiting,
        report.forks,
    )
    assert head == log_head(store.connection, A)


@pytest.mark.slow
@given(st.lists(st.integers(1, 6), max_size=8), st.lists(st.integers(1, 6), max_size=8))
@settings(max_examples=25)
def test_a_report_accounts_for_each_row(
    tmp_path_factory: pytest.TempPathFactory, first: list[int], second: list[int]
) -> None:
    """Each row is new, known, or behind a gap, and the log has no gap afterwards."""
    path = tmp_path_factory.mktemp("merge") / "e.kiosk"
    store = Store.create(path, desk="Desk 1", clock=Clock())
    try:
        for seqs in (first, second):
            before = log_head(store.connection, A)
            report = merge(store, *map(event, seqs))
            head = log_head(store.connection, A)
            new = [one.seq for one in report.added]
            behind_a_gap = [seq for seq in seqs if seq > head]

            assert list(range(before + 1, head + 1)) == new
            assert len(seqs) == len(new) + report.known + len(behind_a_gap)
            assert ({A: head} if behind_a_gap else {}) == report.waiting
            assert [a.seq for a in store.events()] == list(range(1, head + 1))
    finally:
        store.close()


@pytest.mark.parametrize("per_transaction", [1, 2, 500])
def test_nothing_behind_a_fork_is_kept(store: Store, per_transaction: int) -> None:
    """A second, different row under one number ends its log, and other logs continue."""
    merge(store, event(1), event(2))
    rest = [event(2, code="else"), event(3), event(4), event(1, B)]
    report = merge(store, event(1), *rest, per_transaction=per_transaction)

    assert ([Fork(A, 2)], 1, [event(1, B)]) == (report.forks, report.known, report.added)
    assert {A: 2, B: 1} == log_heads(store)
    assert ["a1", "a2", "b1"] == bound(store)
    assert [Fork(A, 2)] == sync_incidents(store).forks


def test_two_different_rows_sent_under_one_number_are_a_fork(store: Store) -> None:
    """The first of two different rows is kept, the second is a fork."""
    report = merge(store, event(1), event(2, code="first"), event(2, code="second"), event(3))

    assert [Fork(A, 2)] == report.forks
    assert 2 == len(report.added) == log_head(store.connection, A)


def test_refused_and_unreadable_rows_are_reported(store: Store) -> None:
    """Rows that are no events come first in the report, then events with an unreadable body."""
    unreadable = event(1)._replace(body="[]")
    report = merge_events(store, ["x", wire(unreadable), wire(event(2))])
    expected = [
        UnmergedRows("", 0, "not a row of the log"),
        UnmergedRows(A, 1, "a bind that cannot be read"),
    ]

    assert expected == report.set_aside == sync_incidents(store).set_aside
    assert [unreadable, event(2)] == report.added
    assert ["a2"] == bound(store)


def test_a_merge_without_trouble_notes_none(store: Store) -> None:
    """Nothing is noted in the file when there is nothing to note."""
    merge(store, event(1), event(3))

    assert "" == store.local("troubles")


def test_reports_add_up() -> None:
    """A report that takes another one has the content of both."""
    one = MergeReport(
        [event(1)], 1, {A: 1, B: 2}, [UnmergedRows(A, 1, "x")], [Fork(A, 1)], {"D1": 5}, False
    )
    other = MergeReport(
        [event(2)], 2, {B: 3}, [UnmergedRows(B, 1, "y")], [Fork(B, 1)], {"D2": 6}, True
    )
    one.take(other)

    assert one == MergeReport(
        [event(1), event(2)],
        3,
        {A: 1, B: 3},
        [UnmergedRows(A, 1, "x"), UnmergedRows(B, 1, "y")],
        [Fork(A, 1), Fork(B, 1)],
        {"D1": 5, "D2": 6},
        True,
    )
    one.take(MergeReport())
    assert one.new_log


LIMIT = NOON + ((FOLLOWED_MS + 1) << COUNTER_BITS)
"""The first stamp that is too far ahead at noon."""


@pytest.mark.parametrize(
    ("hlcs", "ahead_ms", "followed"),
    [
        pytest.param([NOON - 5], {}, NOON - 5, id="an ordinary clock"),
        pytest.param([LIMIT - 1], {}, LIMIT - 1, id="two minutes ahead"),
        pytest.param([LIMIT], {"Other": FOLLOWED_MS + 1}, 0, id="a moment more"),
        pytest.param([7, LIMIT], {"Other": FOLLOWED_MS + 1}, 7, id="some rows are in time"),
        pytest.param(
            [LIMIT + (9 << COUNTER_BITS), LIMIT],
            {"Other": FOLLOWED_MS + 10},
            0,
            id="the farthest counts",
        ),
    ],
)
def test_a_clock_is_followed_up_to_two_minutes(
    store: Store, hlcs: list[int], ahead_ms: dict[str, int], followed: int
) -> None:
    """A clock that is further ahead is reported; only rows that must be newer follow it."""
    report = merge(store, *(event(seq, hlc=hlc) for seq, hlc in enumerate(hlcs, 1)))

    assert ahead_ms == report.fast_clocks == sync_incidents(store).fast_clocks
    assert followed == int(store.local(SEEN_STAMP) or 0)
    assert max(hlcs) == int(store.local(NEWEST_STAMP))


def test_a_merge_of_nothing_new_notes_no_stamps(store: Store) -> None:
    """Rows that are not kept do not change what the desk has seen."""
    merge(store)
    merge(store, event(2))

    assert ["", ""] == [store.local(SEEN_STAMP), store.local(NEWEST_STAMP)]


def test_stamps_never_fall_back(store: Store) -> None:
    """An older row does not lower what the desk has seen, and no stamp exceeds the last one."""
    merge(store, event(1, hlc=NOON))
    merge(store, event(2, hlc=NOON - 9))
    assert [str(NOON)] * 2 == [store.local(SEEN_STAMP), store.local(NEWEST_STAMP)]

    merge(store, event(3, hlc=MAX_STAMP + 5))
    assert [str(NOON), str(MAX_STAMP)] == [store.local(SEEN_STAMP), store.local(NEWEST_STAMP)]


def test_a_correction_behind_its_clock_counts_by_its_rank(store: Store) -> None:
    """A row that names a newer stamp than its own takes the place behind that stamp."""
    merge(store, event(1, hlc=5, after=NOON))

    assert ("5", str(NOON + 1)) == (store.local(SEEN_STAMP), store.local(NEWEST_STAMP))


@pytest.mark.parametrize("body", ['{"code":"K7","desk":""}', '{"code":"K7"}'])
def test_a_fast_clock_without_a_name_is_named_by_its_log(store: Store, body: str) -> None:
    """A desk without a name has the beginning of its log's name in the report."""
    report = merge(store, event(1, B, hlc=LIMIT)._replace(body=body))

    assert {"bbbbbbbb": FOLLOWED_MS + 1} == report.fast_clocks


def test_scans_of_other_desks_are_in_the_tables(store: Store) -> None:
    """Entries, refusals and undos come in with the events around them."""
    scan: dict[str, Any] = {
        "at": 7,
        "list": "door",
        "code": "T-1",
        "direction": "entry",
        "outcome": "ok",
        "heads": 1,
        "forced": False,
        "reason": "",
    }
    bodies: list[tuple[EventKind, dict[str, Any]]] = [
        (EventKind.CHECK_IN, scan),
        (EventKind.BIND, {"code": "K7"}),
        (EventKind.REFUSED, {**scan, "outcome": "unpaid"}),
        (EventKind.UNDO, {"at": 8, "log_id": A, "seq": 1, "reason": ""}),
        (EventKind.CHECK_IN, {**scan, "at": 9}),
    ]
    report = merge(
        store,
        *(
            event(seq)._replace(kind=str(kind), body=canonical_json({"desk": "Other", **body}))
            for seq, (kind, body) in enumerate(bodies, 1)
        ),
    )

    assert ([], 5) == (report.set_aside, len(report.added))
    assert [(1, 7, "ok", 1), (3, 7, "unpaid", 0), (5, 9, "ok", 0)] == store.connection.execute(
        "SELECT seq, at_ms, outcome, undone FROM scan ORDER BY seq"
    ).fetchall()
    assert ["K7"] == bound(store)


def test_an_unreadable_row_says_nothing_of_a_clock(store: Store) -> None:
    """A row that cannot be read is reported once, not also as a fast clock."""
    report = merge(store, event(1, hlc=LIMIT)._replace(body="{}"))

    assert (1, {}) == (len(report.set_aside), report.fast_clocks)


@pytest.mark.parametrize(("sent", "is_new_log"), [([1, 2], False), ([1, 2, 3], True)])
def test_a_log_that_another_file_continued_is_left(
    store: Store, sent: list[int], is_new_log: bool
) -> None:
    """Only rows of the own log that are not here make the desk write a new log."""
    mine = store.log_id
    for seq in (1, 2):
        with store.writing():
            store.append(EventKind.BIND, {"code": f"m{seq}"}, subject="p1")
    here = rows_after(store, {}, **ALL)
    following = event(3, mine)
    report = merge_events(store, [*here, wire(following)][: len(sent)])

    assert is_new_log == report.new_log == sync_incidents(store).new_log
    assert is_new_log == (store.log_id != mine)
    assert sent[-1] == log_head(store.connection, mine)


def _filled(store: Store) -> list[tuple[Any, ...]]:
    events = [event(n, log_id, hlc=10 * n) for log_id in (A, B) for n in (1, 2, 3)]
    merge(store, *events)
    return [wire(one) for one in events]


@pytest.mark.parametrize(
    ("heads", "limit", "first", "end"),
    [
        ({}, 100, 0, 6),
        ({}, 6, 0, 6),
        ({}, 5, 0, 5),
        ({}, 1, 0, 1),
        ({A: 3}, 100, 3, 6),
        ({A: 2}, 2, 2, 4),
        ({A: 9}, 100, 3, 6),
        ({A: 3, B: 2}, 100, 5, 6),
        ({A: 3, B: 3}, 100, 6, 6),
    ],
)
def test_a_desk_sends_what_another_one_lacks(
    store: Store, heads: dict[str, int], limit: int, first: int, end: int
) -> None:
    """Each log continues after the last row that the other desk has, up to the limit."""
    rows = _filled(store)

    assert rows[first:end] == rows_after(store, heads, limit=limit, max_bytes=10**9)


@pytest.mark.parametrize(("bodies", "count"), [(0.5, 1), (1, 1), (1.5, 2), (3, 3), (4.5, 5)])
def test_a_reply_ends_with_the_row_that_fills_it(store: Store, bodies: float, count: int) -> None:
    """Rows are sent until their bodies have `max_bytes`; no row is split."""
    rows = _filled(store)
    max_bytes = int(bodies * len(rows[0][5]))

    assert rows[:count] == rows_after(store, {}, limit=100, max_bytes=max_bytes)


def test_a_row_of_another_log_is_found_by_its_number(store: Store) -> None:
    """A hash is given by its first 16 digits; rows that are not here have none."""
    rows = _filled(store)

    assert rows[4][6][:16] == hash_at(store, B, 2)
    assert (None, None) == (hash_at(store, B, 4), hash_at(store, "cc" * 16, 1))


@pytest.mark.parametrize(
    ("seq", "limit", "expected", "last"),
    [
        (0, 2, [1, 2], 3),
        (0, 3, [1, 2, 3], 3),
        (0, 4, [1, 2, 3], 3),
        (1, 1, [2], 3),
        (2, 9, [3], 3),
        (3, 9, [], 3),
    ],
)
def test_rows_of_one_log_come_with_its_last_number(
    store: Store, seq: int, limit: int, expected: list[int], last: int
) -> None:
    """Rows begin after `seq`, and the last number is that of the whole log."""
    rows = _filled(store)

    assert (last, [rows[n + 2] for n in expected]) == own_rows_after(store, B, seq, limit)


def test_an_empty_file_has_no_logs(store: Store) -> None:
    """A file without events sends nothing and names no desk."""
    assert ({}, {}, []) == (
        log_heads(store),
        desk_logs(store.connection),
        rows_after(store, {}, **ALL),
    )
    assert (0, (0, [])) == (log_head(store.connection, A), own_rows_after(store, A, 0, 5))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"desk":"Hall"}', "Hall"),
        ('{"desk":"' + "x" * 61 + '"}', "x" * 60),
        ('{"desk":7}', ""),
        ("{}", ""),
        ('["desk"]', ""),
        ("not json", ""),
        ("[" * 100_000, ""),
    ],
)
def test_a_log_has_the_name_of_its_newest_event(store: Store, body: str, name: str) -> None:
    """A desk is named by its newest event, with its stamp; an unreadable name is empty. The name
    and stamp of its first event are kept too."""
    merge(store, event(1, hlc=4), event(2, hlc=8)._replace(body=body), event(1, B, hlc=6))

    expected = {
        A: DeskLog(name, 8, first_name="Other", began=4),
        B: DeskLog("Other", 6, first_name="Other", began=6),
    }
    assert expected == desk_logs(store.connection)
