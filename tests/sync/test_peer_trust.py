"""Which announced heads of other desks are believed, and how large the receive queue gets."""

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
    """A head of the desk `r`."""
    return Head("r", A, "Rogue", 0, {name: (seq, "00" * 8) for name, seq in seqs.items()})


def test_a_head_is_believed_until_its_events_stay_out() -> None:
    """After two answers without the events, some seconds apart, only the events held here count."""
    trust, announced, mine = PeerTrust(), head(a=9, b=5), {"a": 3}

    assert {"a": 9, "b": 5} == trust.credible_heads(announced, mine)
    trust.record_answer("r", announced.seqs, mine, 10.0)
    trust.record_answer("r", announced.seqs, mine, 10.5)
    assert {"a": 9, "b": 5} == trust.credible_heads(announced, mine)
    trust.record_answer("r", announced.seqs, mine, 10.0 + GIVEN_S)
    assert {"a": 3} == trust.credible_heads(announced, mine)
    assert 6 + 5 == trust.undelivered(announced, mine)


def test_a_desk_that_delivers_late_is_believed_again() -> None:
    """Once its events arrive, a desk that was silent counts like any other."""
    trust, announced = PeerTrust(), head(a=9)
    trust.record_silence("r", announced.seqs, {}, 0.0)
    assert 9 == trust.undelivered(announced, {})
    trust.record_answer("r", announced.seqs, {"a": 9}, 20.0)

    assert 0 == trust.undelivered(head(a=12), {"a": 9})
    assert {"a": 12} == trust.credible_heads(head(a=12), {"a": 9})


def test_a_log_of_impossible_length_is_never_believed() -> None:
    """Impossible numbers are ignored before the first request."""
    announced = head(a=2**53, b=4)

    assert {"b": 4} == PeerTrust().credible_heads(announced, {})
    assert {"a": 7, "b": 4} == PeerTrust().credible_heads(announced, {"a": 7})
    assert {"a": LONGEST_LOG} == PeerTrust().credible_heads(head(a=LONGEST_LOG), {})


def test_a_frozen_log_does_not_count_against_a_desk() -> None:
    """A forked log is left out of every answer, so a desk is not blamed for it."""
    trust, announced = PeerTrust(), head(a=9)
    for at in range(10):
        trust.record_answer("r", announced.seqs, {}, float(at), but={"a"})

    assert 0 == trust.undelivered(announced, {})


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 2**53)),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 100)),
)
def test_credible_heads_stay_between_announced_and_held(
    promised: dict[str, int], mine: dict[str, int]
) -> None:
    """No more is expected than was announced; after two refusals, no more than is held here."""
    trust, announced = PeerTrust(), head(**promised)
    credible = trust.credible_heads(announced, mine)
    assert all(seq <= promised[log_id] for log_id, seq in credible.items())
    for at in (0.0, GIVEN_S):
        trust.record_answer("r", announced.seqs, mine, at)

    assert all(seq <= mine[log_id] for log_id, seq in trust.credible_heads(announced, mine).items())


def test_up_to_date_ignores_events_that_never_arrive() -> None:
    """This desk does not count as behind a desk that announces events that do not exist."""
    book = PeerBook()
    book.heard(head(a=2**53), 1.0, 1_000)

    (status,) = book.statuses({}, 1.0, 1_000)
    assert (DeskState.UP_TO_DATE, 0, 2**53) == (status.state, status.behind, status.undelivered)


@pytest.mark.parametrize("what", ["live", "rows", "head"])
def test_the_receive_queue_is_bounded_by_bytes(what: str) -> None:
    """Messages beyond the limit are dropped; the end of an answer is kept."""
    queue, big = ReceiveQueue(), bytes(MAX_BYTES // 2 + 1)
    for _ in range(5):
        queue.put((what, "r", big))
    queue.put(("asked", "r", None))
    kinds = [kind for kind, _, _ in queue.take(100, 0.1)]

    assert [what, "asked"] == kinds
    queue.put((what, "r", big))
    assert [what] == [kind for kind, _, _ in queue.take(100, 0.1)]
