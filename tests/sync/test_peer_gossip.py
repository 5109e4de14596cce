"""A desk that the others hear, and this one does not, is called by its address."""

from __future__ import annotations

from kiosk.domain.sharing.pairing import Address
from kiosk.sync.peers import Peer
from kiosk.sync.session import FEW, MAX_DOUBLINGS, PATIENCE_S, PeerGossip
from kiosk.sync.wire import Head, read_head, write_head

OWN, FIRST, SECOND = "00" * 16, "11" * 16, "22" * 16
AT_SECOND = (Address("10.0.0.2", 7447),)


def peer(log: str, *hears: str) -> Peer:
    """A desk that is here and hears those."""
    return Peer(Head(log[:8], log, log[:2], 0, {}, (), dict.fromkeys(hears, AT_SECOND)), 0.0, 0)


def test_who_hears_all_calls_nobody() -> None:
    """Itself among those that others hear is no desk to call."""
    here = [peer(FIRST, OWN, SECOND), peer(SECOND, OWN, FIRST)]
    found = PeerGossip()

    assert [()] * 3 == [found.due(here, OWN, at) for at in (0.0, PATIENCE_S, 10 * PATIENCE_S)]


def test_a_desk_missed_for_long_is_called() -> None:
    """Not at once, for links come and go; then ever more seldom."""
    found, here = PeerGossip(), [peer(FIRST, SECOND)]
    called = [at for at in range(1_000) if found.due(here, OWN, float(at))]

    spans = [after - before for before, after in zip([0, *called], called, strict=False)]
    assert [PATIENCE_S * 2**doubling for doubling in range(len(called))] == spans
    assert len(called) > 3


def test_who_was_found_is_missed_afresh() -> None:
    """The waiting begins again with the first pause."""
    found, here = PeerGossip(), [peer(FIRST, SECOND)]
    assert () == found.due(here, OWN, 0.0)
    assert AT_SECOND == found.due(here, OWN, PATIENCE_S)
    assert () == found.due([*here, peer(SECOND)], OWN, PATIENCE_S + 1)
    assert () == found.due(here, OWN, PATIENCE_S + 2)
    assert AT_SECOND == found.due(here, OWN, 2 * PATIENCE_S + 2)


def test_a_made_up_desk_is_called_seldom() -> None:
    """A desk that reports desks that do not exist cannot keep this one busy."""
    found, here = PeerGossip(), [peer(FIRST, SECOND)]
    called = [at for at in range(0, 24 * 3_600, 2) if found.due(here, OWN, float(at))]

    assert PATIENCE_S * 2**MAX_DOUBLINGS == called[-1] - called[-2]


def test_in_a_crowd_there_is_time() -> None:
    """Rows have many ways around in a large group."""
    heard = range(3, 3 + 5 * FEW - 1)  # and one that is not heard
    found, here = PeerGossip(), [peer(f"{n:032x}", SECOND) for n in heard]
    called = [at for at in range(1_000) if found.due(here, OWN, float(at))]

    assert 5 * PATIENCE_S == called[0]


def test_two_that_miss_each_other_do_not_call_at_once() -> None:
    """The one waits longer than the other."""
    one, other = PeerGossip(), PeerGossip()
    for at in (0.0, PATIENCE_S):
        calls = one.due([peer(FIRST, SECOND)], OWN, at), other.due([peer(FIRST, OWN)], SECOND, at)

    assert (AT_SECOND, ()) == calls


def test_whom_a_desk_hears_is_told() -> None:
    """Over the wire and back."""
    head = Head("n", FIRST, "Desk 1", 5, {FIRST: (3, "ab")}, AT_SECOND, {SECOND: AT_SECOND})

    assert head == read_head(write_head(head))
