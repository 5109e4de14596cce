"""What a desk promises, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sync.ingest import MAX_BYTES, ReceiveQueue
from kiosk.sync.peer_trust import GIVEN_S, LONGEST_LOG, PeerTrust
from kiosk.sync.peers import DeskState, PeerBook
from kiosk.sync.wire import Head

A = "aa" * 16


def head(**seqs: int) -> Head:
    """Of the desk `r`."""
    return Head("r", A, "Rogue", 0, {name: (seq, "00" * 8) for name, seq in seqs.items()})


def test_a_promise_is_believed_until_it_is_not_kept() -> None:
    """Two answers without it, some seconds apart, set it aside; what is here stays counted."""
    promises, told, mine = PeerTrust(), head(a=9, b=5), {"a": 3}

    assert {"a": 9, "b": 5} == promises.believed(told, mine)
    promises.answered("r", told.seqs, mine, 10.0)
    promises.answered("r", told.seqs, mine, 10.5)
    assert {"a": 9, "b": 5} == promises.believed(told, mine)
    promises.answered("r", told.seqs, mine, 10.0 + GIVEN_S)
    assert {"a": 3} == promises.believed(told, mine)
    assert 6 + 5 == promises.withheld(told, mine)


def test_a_promise_kept_late_is_believed_again() -> None:
    """Whoever gives it after all is a desk like any other."""
    promises, told = PeerTrust(), head(a=9)
    promises.silent("r", told.seqs, {}, 0.0)
    assert 9 == promises.withheld(told, {})
    promises.answered("r", told.seqs, {"a": 9}, 20.0)

    assert 0 == promises.withheld(head(a=12), {"a": 9})
    assert {"a": 12} == promises.believed(head(a=12), {"a": 9})


def test_a_log_longer_than_any_is_not_believed_at_all() -> None:
    """Absurd numbers are set aside before anybody asks for them."""
    told = head(a=2**53, b=4)

    assert {"b": 4} == PeerTrust().believed(told, {})
    assert {"a": 7, "b": 4} == PeerTrust().believed(told, {"a": 7})
    assert {"a": LONGEST_LOG} == PeerTrust().believed(head(a=LONGEST_LOG), {})


def test_what_is_taken_from_nobody_is_no_broken_promise() -> None:
    """A log of which there are two is left out of every answer."""
    promises, told = PeerTrust(), head(a=9)
    for at in range(10):
        promises.answered("r", told.seqs, {}, float(at), but={"a"})

    assert 0 == promises.withheld(told, {})


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 2**53)),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 100)),
)
def test_promise_and_possession(promised: dict[str, int], mine: dict[str, int]) -> None:
    """Never is more expected than is promised or here, and once all is refused, nothing is."""
    promises, told = PeerTrust(), head(**promised)
    believed = promises.believed(told, mine)
    assert all(seq <= promised[log_id] for log_id, seq in believed.items())
    for at in (0.0, GIVEN_S):
        promises.answered("r", told.seqs, mine, at)

    assert all(seq <= mine[log_id] for log_id, seq in promises.believed(told, mine).items())


def test_up_to_date_is_measured_against_promises_kept() -> None:
    """A desk that announces what does not exist is not behind for ever."""
    book = PeerBook()
    book.heard(head(a=2**53), 1.0, 1_000)

    (status,) = book.statuses({}, 1.0, 1_000)
    assert (DeskState.UP_TO_DATE, 0, 2**53) == (status.state, status.behind, status.withheld)


@pytest.mark.parametrize("what", ["live", "rows", "head"])
def test_the_inbox_is_bounded_by_bytes(what: str) -> None:
    """Enormous messages are dropped beyond a limit; the end of an answer never is."""
    inbox, big = ReceiveQueue(), bytes(MAX_BYTES // 2 + 1)
    for _ in range(5):
        inbox.put((what, "r", big))
    inbox.put(("asked", "r", None))
    kinds = [kind for kind, _, _ in inbox.take(100, 0.1)]

    assert [what, "asked"] == kinds
    inbox.put((what, "r", big))
    assert [what] == [kind for kind, _, _ in inbox.take(100, 0.1)]
