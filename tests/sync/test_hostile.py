"""A desk that announces false heads is reported, and no desk waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest

from kiosk.domain.sharing.pairing import Address, PairingCode, pairing_code
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.conflicts import conflicts
from kiosk.services.sharing.desks import undelivered_notes
from kiosk.services.sharing.joining import join
from kiosk.storage.file.store import Store
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import log_heads
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync import wire
from kiosk.sync.certificates import write_tls_files
from kiosk.sync.keys import network_name
from kiosk.sync.node import Node, NodeOptions

from .programs import wait_for
from .signed import SignedLog
from .test_rogues import SECRET, free_port

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

from kiosk.sync.network import Network, NetworkPlan, question
from tests.support.stores import bind_code

pytestmark = pytest.mark.slow
LOCAL = NodeOptions(multicast=False, hosts=("127.0.0.1",))
MEMBER = SignedLog()
LOG = MEMBER.log_id
NAME = "Rogue \x1b[31m\u202e[b]"
FUTURE = '{"code":"Z","desk":"H\\u001b[31m"}'
SCANS = 150


class Rogue:
    """A session with the event's own keys that says whatever a test wants.

    `answer` gets a query and makes its replies; None: none ever.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.answer: Callable[[dict[str, Any]], Iterator[bytes]] | None = None
        self.held: list[Any] = []
        tls = write_tls_files(SECRET, folder)
        call = (Address("127.0.0.1", port),)
        plan = NetworkPlan(network_name(SECRET), "hostile", tls, (), call, False)
        self.network = Network(plan, self._post)
        wait_for(lambda: self.network.peers() > 0, "the desk")

    def _post(self, what: str, _: str, payload: Any) -> None:
        if what != "ask":
            return
        if self.answer is None:
            self.held.append(payload)
        else:
            number = wire.read_ask(question(payload)).number
            replies = (wire.sign_reply(data, number, MEMBER.key) for data in self.answer({}))
            self.network.answer(payload, replies)

    def promise(self, **heads: int) -> None:
        """Say so, as a desk does every 2 s."""
        told = {name * 16: (seq, "00" * 8) for name, seq in heads.items()}
        self.network.send_head(MEMBER.head(told, name=NAME))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Node, Store, int]]:
    """A desk with people, open and shared; the store is the one that scans."""
    path, port = tmp_path / "e.kiosk", free_port()
    store = create_event(path, name="Meetup", timezone="UTC", desk="Desk 1")
    for number in range(2 * SCANS):
        bind_code(store, f"T{number}", walk_in(store, f"Guest {number}", {}).id)
    with store.writing():
        write_sharing(store, Sharing(SECRET, port=port))
    node = Node(
        lambda: Store.open(path, desk="Desk 1"), tmp_path / "keys", desk="Desk 1", options=LOCAL
    )
    node.start()
    store.after_commit = node.notify
    wait_for(lambda: node.network() is not None, "the session")
    yield node, store, node.network().plan.listen[0].port  # type: ignore[union-attr]
    node.stop()
    store.close()


def nothing(_: dict[str, Any]) -> Iterator[bytes]:
    """An answer that is over at once."""
    yield wire.write_answer(wire.Answer([], [], False))


def for_ever(_: dict[str, Any]) -> Iterator[bytes]:
    """Rows that are none, and always more of them."""
    for _round in range(100):
        yield wire.write_answer(wire.Answer([None], [], True))


@pytest.mark.parametrize("kind", ["answers nothing", "says nothing", "more and more"])
def test_a_promise_that_is_not_kept(
    kind: str, desk: tuple[Node, Store, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is reported within seconds. A laptop that joins gets all existing events and a note; new
    events of an honest desk arrive at once."""
    node, store, port = desk
    rogue = Rogue(tmp_path / "rogue", port)
    rogue.answer = {"answers nothing": nothing, "more and more": for_ever}.get(kind)
    seqs = {"ab": 900, "cd": 2**53 - 1, "ef": 3}
    try:
        end = time.monotonic() + 60
        while not undelivered_notes(node.state):
            assert time.monotonic() < end, "not named"
            rogue.promise(**seqs)
            time.sleep(0.5)
        said = undelivered_notes(node.state)[0]
        code = pairing_code(PairingCode(SECRET, (Address("127.0.0.1", port),)))
        began = time.monotonic()

        def promise_on(done: int, total: int | None) -> None:
            rogue.promise(**seqs)

        joined = join(
            code,
            target=tmp_path / "joined.kiosk",
            desk="Desk 3",
            timeout_s=40,
            options=LOCAL,
            progress=promise_on,
        )
        with capsys.disabled():
            print(f"\n{kind}: joined next to the rogue in {time.monotonic() - began:.1f} s")

        assert said.endswith(" announces events that it does not deliver.")
        assert said.isprintable()
        assert 2 * SCANS == joined.people
        other = Store.open(joined.event, desk="Desk 3")
        late = dict(log_heads(store).items() - log_heads(other).items())
        assert late.keys() <= {store.local("log_id")}  # may have introduced the new desk meanwhile
        other.close()
    finally:
        rogue.network.close()


def test_a_member_answers_no_request_to_another_desk(
    desk: tuple[Node, Store, int], tmp_path: Path
) -> None:
    """It listens where the desk does, says that it has everything, and answers with nothing."""
    node, _, port = desk
    rogue = Rogue(tmp_path / "rogue", port)
    network = node.network()
    assert network is not None
    asked: list[Any] = []

    def answer(query: Any) -> None:
        asked.append(query)
        rogue.network.answer(query, nothing({}))

    key = f"kiosk/{network.plan.event_name}/log/{network.plan.node}"
    listening = rogue.network._session.declare_queryable(key, answer, complete=True)
    code = pairing_code(PairingCode(SECRET, (Address("127.0.0.1", port),)))
    try:
        joined = join(code, target=tmp_path / "j.kiosk", desk="Desk 3", timeout_s=15, options=LOCAL)

        assert asked
        assert 2 * SCANS == joined.people
    finally:
        listening.undeclare()  # type: ignore[no-untyped-call]
        rogue.network.close()


def test_scans_beside_a_hostile_member(
    desk: tuple[Node, Store, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Enormous, malformed, changed and future events, and claims of other versions of each log:
    set aside and reported; every scan is answered, under the log it was under or a new one."""
    _, store, port = desk
    own = store.log_id
    before = [_timed(store, f"T{number}") for number in range(SCANS)]
    rogue = Rogue(tmp_path / "rogue", port)
    ahead = (4_000_000_000_000 << 16) | 1  # the year 2096
    enormous = MEMBER.row(1, '{"code":"' + "x" * 17_000_000 + '"}')
    bad: list[list[Any]] = [
        [[*MEMBER.row(1, "{}")[:6], "00" * 32]],
        [MEMBER.row(1, "{}", hlc=2**62)],
        [None, 7, {}, []],
    ]
    right = [MEMBER.row(1, "{"), MEMBER.row(2, '{"code":7}'), MEMBER.row(3, FUTURE, hlc=ahead)]

    def answer(_: dict[str, Any]) -> Iterator[bytes]:
        yield wire.write_answer(wire.Answer([enormous], [(own, 1)], False))
        for rows in bad:
            yield wire.write_answer(wire.Answer(rows, [], False))
        yield wire.write_answer(wire.Answer(right, [], False, [MEMBER.seal(right)]))
        yield wire.write_answer(wire.Answer([], [], False))

    rogue.answer = answer
    during = []
    try:
        for number in range(SCANS, 2 * SCANS):
            if number % 10 == 0:
                rogue.promise(ab=2**50, cd=900)
                forked = {own: (1, "00" * 8), store.log_id: (1, "11" * 8)}
                rogue.network.send_head(MEMBER.head(forked, name=NAME, now=2**52))
                stolen = wire.Head("hostile", store.log_id, NAME, 2**52, forked)
                rogue.network.send_head(wire.write_head(stolen))
                for rows in bad:
                    rogue.network.send_live(wire.write_rows(rows))
            if number % 50 == 0:
                rogue.network.send_live(wire.write_rows([enormous]))
                rogue.network.send_live(b"[" * 1_000_000)
            during.append(_timed(store, f"T{number}"))
            time.sleep(0.02)
        wait_for(lambda: log_heads(store).get(LOG) == 3, "the events with a right hash")
        expected = {
            "larger than any event",
            "the hash is wrong",
            "not a row of the log",
            "an impossible time",
        }
        wait_for(
            lambda: expected <= {item.why for item in sync_incidents(store).set_aside},
            "the reports",
        )
        with capsys.disabled():
            print(f"\nscans alone: {_figure(before)}; next to the rogue: {_figure(during)}")

        logs = store.connection.execute("SELECT DISTINCT log_id FROM scan").fetchall()
        assert {store.local("log_id")} == {log_id for (log_id,) in logs} - {own}
        assert not sync_incidents(store).forks
        assert any("clock of" in note for note in conflicts(store).notes)
        assert all(note.isprintable() for note in conflicts(store).notes)
    finally:
        rogue.network.close()


def _timed(store: Store, code: str) -> float:
    began = time.perf_counter()
    outcome = scan(store, ScanOrder(code=code)).outcome
    span = time.perf_counter() - began
    assert "ok" == outcome
    return span


def _figure(spans: list[float]) -> str:
    ms = [span * 1000 for span in spans]
    return f"p50 {quantiles(ms)[1]:.1f}, p99 {quantiles(ms, n=100)[98]:.1f}, max {max(ms):.1f} ms"
