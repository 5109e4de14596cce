"""Very many rows at once: checked outside the writing thread, and written in few statements."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from kiosk.domain.log.events import EventKind, LogEvent, canonical_json, event_hash
from kiosk.domain.log.merge import MAX_SEQ
from kiosk.storage.file.store import Store
from kiosk.storage.log.statements import ROWS_A_STATEMENT
from kiosk.storage.replication.merge import log_heads, merge_events, merge_received
from kiosk.sync import wire
from kiosk.sync.fetcher import (
    ASKS_IN_A_ROW,
    BATCH_WAIT_S,
    Fetcher,
    ReplyBatcher,
    check_reply,
    read_ahead,
)
from kiosk.sync.node_state import NOTHING
from kiosk.sync.workers import answers
from tests.support.desks import assert_sound, new_desk

from .signed import SignedLog

LOG = "cd" * 16
ASKED, OTHER = SignedLog(1), SignedLog(2)


def scanned(seq: int) -> tuple[Any, ...]:
    """A refused scan of another desk, as it comes over the network."""
    body = {
        "at": seq,
        "list": "x",
        "direction": "entry",
        "code": f"C{seq}",
        "outcome": "invalid",
        "heads": 0,
        "forced": False,
        "lifted": [],
        "reason": "",
        "seen": None,
        "desk": "Other",
    }
    return hashed(seq, EventKind.REFUSED, body, subject=f"p{seq % 7}")


def hashed(seq: int, kind: EventKind, body: Any, *, subject: str = "") -> tuple[Any, ...]:
    """A row with a correct hash."""
    event = LogEvent(LOG, seq, seq << 16, str(kind), subject, canonical_json(body))
    return (*event, event_hash(event).hex())


def undone(seq: int, target: int) -> tuple[Any, ...]:
    """Another desk takes one of its scans back."""
    body = {"at": 1, "log_id": LOG, "seq": target, "reason": "", "desk": "Other"}
    return hashed(seq, EventKind.UNDO, body)


@pytest.mark.slow
def test_many_rows_are_the_same_as_one_after_the_other(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Statements of thousands of rows leave what statements of one leave, undone scans too."""
    count = 2 * ROWS_A_STATEMENT + 3
    rows = [scanned(seq) if seq % 1_000 else undone(seq, seq - 5) for seq in range(1, count + 1)]
    other = new_desk(tmp_path_factory.mktemp("other") / "e.kiosk", "Desk 2", store)
    merge_events(store, rows, per_transaction=len(rows))
    merge_events(other, rows, per_transaction=700)

    assert count == log_heads(store)[LOG]
    assert_sound(store, other)
    other.close()


@pytest.mark.parametrize(
    ("seqs", "kept"),
    [
        ([1, MAX_SEQ], 1),
        ([MAX_SEQ], 0),
        ([1, 1, 3], 1),
        ([1, 1, 2], 2),
        ([2, 3], 0),
        ([3, 1, 2], 3),
    ],
)
def test_gaps_and_rows_given_twice(store: Store, seqs: list[int], kept: int) -> None:
    """Of whatever numbers a desk gives, the beginning without a gap is kept, each row once."""
    merge_events(store, [scanned(seq) for seq in seqs])

    assert kept == log_heads(store).get(LOG, 0)
    assert_sound(store)


def test_a_piece_is_looked_at_where_it_comes_in(store: Store) -> None:
    """Rows with a right hash can be merged as they are; the others are named."""
    spoiled = (*scanned(3)[:6], "00" * 32)
    data = wire.write_answer(wire.Answer([scanned(1), scanned(2), spoiled, None], [], False))
    piece = check_reply(data)
    report = merge_received(store, piece.received, piece.set_aside)

    assert ([1, 2], 2) == ([event.seq for event in report.added], len(report.set_aside))
    assert check_reply(b"{").answer is None


class FakeNetwork:
    """Answers from a file, as another desk does; or says for ever that there is more."""

    def __init__(self, source: Store | None) -> None:
        self.source = source
        self.asked = 0

    def ask(self, _: str, payload: bytes, timeout_s: float) -> Iterator[bytes]:
        """Its answers."""
        self.asked += 1
        if self.source is not None:
            yield from self._signed(payload, answers(self.source, wire.read_ask(payload)))
        else:
            more = wire.write_answer(wire.Answer([scanned(self.asked)], [], True))
            yield from self._signed(payload, [more])

    def _signed(self, payload: bytes, replies: Iterable[bytes]) -> Iterator[bytes]:
        """The replies, each after one of another member."""
        number = wire.read_ask(payload).number
        for data in replies:
            yield wire.write_answer(wire.Answer([], [], False))
            yield wire.sign_reply(wire.write_answer(wire.Answer([], [], False)), number, OTHER.key)
            yield wire.sign_reply(data, "an earlier request", ASKED.key)
            yield wire.sign_reply(data, number, ASKED.key)


def ask(network: FakeNetwork, *, has_capacity: bool = True) -> list[tuple[str, Any]]:
    """What one question posts, until it is over."""
    posted: list[tuple[str, Any]] = []
    fetcher = Fetcher(lambda what, _, payload: posted.append((what, payload)), lambda: has_capacity)
    source = network.source
    logs = log_heads(source) if source is not None else [LOG]
    peer = wire.Head("n", ASKED.log_id, "Desk 2", 0)
    fetcher.ask(network, peer, dict.fromkeys(logs, NOTHING))  # type: ignore[arg-type]
    for thread in fetcher._threads:
        thread.join()
    return posted


def test_the_rest_is_asked_for_while_the_first_part_is_written(
    store: Store, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request continues after the received rows, until all have arrived."""
    monkeypatch.setattr(wire, "REPLIES_AN_ASK", 3)
    monkeypatch.setattr(wire, "ROWS_A_REPLY", 10)
    merge_events(store, [scanned(seq) for seq in range(1, 96)])
    network = FakeNetwork(store)
    posted = ask(network)
    other = new_desk(tmp_path_factory.mktemp("other") / "e.kiosk", "Desk 2")
    for what, piece in posted[:-1]:
        assert "rows" == what
        merge_received(other, piece.received)

    assert "asked" == posted[-1][0]
    assert log_heads(store) == log_heads(other)
    assert network.asked > 3
    other.close()


def test_a_desk_that_always_has_more_is_left(store: Store) -> None:
    """It is asked so many times in a row."""
    network = FakeNetwork(None)
    posted = ask(network)

    assert (ASKS_IN_A_ROW, ASKS_IN_A_ROW + 1) == (network.asked, len(posted))


def test_nothing_is_looked_at_while_the_file_lags_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for a while, and leaves the rest to be asked for again."""
    monkeypatch.setattr("kiosk.sync.fetcher.ASKS_S", 0.05)

    assert [("asked", None)] == ask(FakeNetwork(None), has_capacity=False)


def test_an_answer_larger_than_any_is_cut_off() -> None:
    """A desk that sends too fast fills no memory; a single large reply still arrives."""
    is_left = threading.Event()

    def replies() -> Iterator[bytes]:
        try:
            while not is_left.is_set():
                yield bytes(10)
        finally:
            is_left.set()

    came = read_ahead(replies(), 35)
    first = next(came)

    assert is_left.wait(60)
    assert {bytes(10)} == {first, *came}
    assert [bytes(50)] == list(read_ahead(iter([bytes(50)]), 35))


def test_pieces_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are written when enough came, when the answer is over, or after a moment."""
    now = 0.0
    monkeypatch.setattr("kiosk.sync.fetcher.time.monotonic", lambda: now)
    gathered = ReplyBatcher(4)
    piece = check_reply(wire.write_answer(wire.Answer([scanned(1), scanned(2)], [], False)))
    gathered.add("a", piece)
    assert [] == gathered.due([])
    assert ["a"] == gathered.due(["a"])
    gathered.add("a", piece)
    assert ["a"] == gathered.due([])
    assert 4 == len(gathered.pop("a")[0])
    gathered.add("b", piece)
    now = BATCH_WAIT_S

    assert ["b"] == gathered.due([])
