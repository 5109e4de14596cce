"""Which announced heads of other desks are believed, and how large the receive queue gets."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sync.catch_up import ASK_AGAIN_S, CatchUpPlanner
from kiosk.sync.ingest import LIMITS, ReceiveQueue
from kiosk.sync.peer_trust import GIVEN_S, LONGEST_LOG
from kiosk.sync.peers import MAX_UNKNOWN_LOGS, DeskState, Peer, PeerBook
from kiosk.sync.wire import Head

A = "aa" * 16


def head(**seqs: int) -> Head:
    """A head of the desk `r`."""
    heads = {name: (seq, "00" * 8) for name, seq in seqs.items()}
    return Head("r", A, "Rogue", 0, heads, logs=len(heads))


def heard(mine: dict[str, int] | None = None, **seqs: int) -> tuple[PeerBook, Peer]:
    """A book with one desk that announces these numbers."""
    book = PeerBook()
    book.heard(head(**seqs), 1.0, 1_000, mine)
    return book, book.by_log[A]


def test_a_head_is_believed_until_its_events_stay_out() -> None:
    """After two answers without the events, some seconds apart, only the events held here count."""
    announced, mine = {"a": 9, "b": 5}, {"a": 3}
    book, peer = heard(mine, **announced)

    assert announced == book.expected(peer, mine)
    book.trust.record_answer(A, announced, mine, 10.0)
    book.trust.record_answer(A, announced, mine, 10.5)
    assert announced == book.expected(peer, mine)
    book.trust.record_answer(A, announced, mine, 10.0 + GIVEN_S)
    assert {} == book.expected(peer, mine)
    assert 6 + 5 == book.undelivered(peer, mine)


def test_a_desk_that_delivers_late_is_believed_again() -> None:
    """Once its events arrive, a desk that was silent counts like any other."""
    book, peer = heard(a=9)
    book.trust.record_silence(A, {"a": 9}, {}, 0.0)
    assert 9 == book.undelivered(peer, {})
    book.trust.record_answer(A, {"a": 9}, {"a": 9}, 20.0)
    book.heard(head(a=12), 21.0, 21_000, {"a": 9})
    peer = book.by_log[A]

    assert 0 == book.undelivered(peer, {"a": 9})
    assert {"a": 12} == book.expected(peer, {"a": 9})


def test_a_log_of_impossible_length_is_never_believed() -> None:
    """Impossible numbers are ignored before the first request."""
    book, peer = heard(a=2**53, b=4)

    assert {"b": 4} == book.expected(peer, {})
    assert {"b": 4} == book.expected(peer, {"a": 7})
    book, peer = heard(a=LONGEST_LOG)
    assert {"a": LONGEST_LOG} == book.expected(peer, {})


def test_a_frozen_log_does_not_count_against_a_desk() -> None:
    """A forked log is left out of every answer, so a desk is not blamed for it."""
    book, peer = heard(a=9)
    for at in range(10):
        book.trust.record_answer(A, {"a": 9}, {}, float(at), but={"a"})

    assert 0 == book.undelivered(peer, {})


def test_a_head_comes_in_parts() -> None:
    """Each part counts; a desk is complete, and can lack events, when all parts are here."""
    book = PeerBook()
    book.note_own({"a": 1, "b": 2, "c": 3}, 0.0)
    for at, part in enumerate([{"a": 5}, {"b": 2}, {"a": 6, "c": 1}], 1):
        assert at == 1 or not book.by_log[A].is_whole
        book.heard(replace(head(**part), logs=3), 9.0 + at, 0, {"a": 1, "b": 2, "c": 3})
    peer = book.by_log[A]

    assert peer.is_whole
    assert {"a": 6} == book.expected(peer, {"a": 1, "b": 2, "c": 3})
    assert 2 == peer.lacking


def test_a_desk_cannot_fill_the_memory() -> None:
    """Of logs that are not in this file, a limited number of announcements is kept; those of known
    logs are kept all the same."""
    book = PeerBook()
    for part in range(0, 2 * MAX_UNKNOWN_LOGS, 250):
        heads = {f"{part + number:032x}": (1, "00") for number in range(250)}
        book.heard(Head("r", A, "Rogue", 0, heads, logs=10**9), 1.0, 0, {"mine": 1})
    book.heard(head(mine=4), 2.0, 0, {"mine": 1})
    peer = book.by_log[A]

    assert len(peer.heads) <= MAX_UNKNOWN_LOGS + 2
    assert 4 == book.expected(peer, {"mine": 1})["mine"]


@pytest.mark.slow
@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 2**53)),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 100)),
)
def test_credible_heads_stay_between_announced_and_held(
    promised: dict[str, int], mine: dict[str, int]
) -> None:
    """No more is expected than was announced; after two refusals, no more than is held here."""
    book, peer = heard(mine, **promised)
    credible = book.expected(peer, mine)
    assert all(mine.get(log, 0) < seq == promised[log] for log, seq in credible.items())
    for at in (0.0, GIVEN_S):
        book.trust.record_answer(A, promised, mine, at)

    assert {} == book.expected(peer, mine)


def test_up_to_date_ignores_events_that_never_arrive() -> None:
    """This desk does not count as behind a desk that announces events that do not exist."""
    book = PeerBook()
    book.heard(head(a=2**53), 1.0, 1_000)

    (status,) = book.statuses({}, 1.0, 1_000)
    assert (DeskState.UP_TO_DATE, 0, 2**53) == (status.state, status.behind, status.undelivered)


@pytest.mark.parametrize("what", LIMITS)
def test_the_receive_queue_is_bounded_by_bytes(what: str) -> None:
    """Messages beyond the limit are dropped; the end of an answer is kept."""
    queue, big = ReceiveQueue(), bytes(LIMITS[what][1] // 2 + 1)
    for _ in range(5):
        queue.put((what, "r", big))
    queue.put(("asked", "r", None))
    kinds = [kind for kind, _, _ in queue.take(100, 0.1)]

    assert [what, "asked"] == kinds
    queue.put((what, "r", big))
    assert [what] == [kind for kind, _, _ in queue.take(100, 0.1)]


@pytest.mark.parametrize("what", LIMITS)
def test_a_flood_of_one_kind_leaves_space_for_the_others(what: str) -> None:
    """Very many messages, or few large ones, delay no other message."""
    queue, (most, most_bytes) = ReceiveQueue(), LIMITS[what]
    for payload in (b"", bytes(most_bytes)):
        for _ in range(2 * most):
            queue.put((what, "r", payload))
        others = [kind for kind in LIMITS if kind != what]
        for kind in others:
            queue.put((kind, "s", b"x"))
        kinds = [kind for kind, _, _ in queue.take(most + len(LIMITS), 0.1)]

        assert others == [kind for kind in kinds if kind != what]
        assert len(kinds) <= most + len(others)


def planner_of(
    book: PeerBook, monkeypatch: pytest.MonkeyPatch
) -> tuple[CatchUpPlanner, list[tuple[float, str]], list[float]]:
    """A planner, the requests that it sends, and its clock."""
    clock, sent = [100.0], []
    monkeypatch.setattr("kiosk.sync.catch_up.time", SimpleNamespace(monotonic=lambda: clock[0]))
    fetcher = SimpleNamespace(ask=lambda _, peer, __: sent.append((clock[0], peer.log_id)))
    state = SimpleNamespace(book=book, heads={}, hashes={}, network=object(), suspects=set())
    return CatchUpPlanner(state, fetcher), sent, clock  # type: ignore[arg-type]


def test_false_gaps_do_not_delay_ordinary_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any member can send rows that seem to leave a gap in the log of another desk."""
    book = PeerBook()
    planner, sent, clock = planner_of(book, monkeypatch)
    planner.ask_now(A, {A: 10**6})  # it is not heard yet
    book.heard(head(), 100.0, 100_000)
    for _ in range(20):
        planner.ask_now(A, {A: 10**6})
        planner.answer_ended(A)
        clock[0] += 0.5
    book.heard(head(a=9), clock[0], 0)
    sent.clear()
    began = clock[0]
    while not sent:
        planner.tick()
        clock[0] += 0.1

    assert sent[0][0] - began <= ASK_AGAIN_S
