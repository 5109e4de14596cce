"""A program without the event's code gets in nowhere; a control test shows that a member does."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.sharing.pairing import Address
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.sharing import share
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import (
    MAX_LOGS,
    desk_logs,
    introduce_desk,
    introduce_others,
    introductions,
    superseded,
)
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import log_heads
from kiosk.storage.replication.seals import own_key, seal_own_log, sealed_parts
from kiosk.storage.replication.sharing import Sharing, read_sharing, write_sharing
from kiosk.sync import wire
from kiosk.sync.certificates import write_tls_files
from kiosk.sync.keys import TlsFiles, network_name
from kiosk.sync.network import Network, NetworkPlan, settings
from kiosk.sync.node import Node, NodeOptions
from kiosk.sync.node_state import NodeState
from kiosk.sync.peers import PeerBook

from .programs import WAIT_S, wait_for
from .signed import SignedLog, made_row

zenoh = pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
SECRET, OTHER_SECRET = bytes(range(16)), bytes(range(1, 17))
TRIED_S = 2.5
"""Time in which a session that is let in connects on an idle machine."""


def free_port() -> int:
    """A port on which no program listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Node, int, int]]:
    """A shared desk, the port it listens on, and one that it calls."""
    path, port, called = tmp_path / "e.kiosk", free_port(), free_port()
    store = create_event(path, name="Meetup", timezone="UTC", desk="Desk 1")
    walk_in(store, "Secret Sanjay", {})
    with store.writing():
        calls = (Address("127.0.0.1", called),)
        write_sharing(store, Sharing(SECRET, port=port, addresses=calls))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    node = Node(
        lambda: Store.open(path, desk="Desk 1"), tmp_path / "keys", desk="Desk 1", options=options
    )
    node.start()
    wait_for(lambda: node.network() is not None, "the session")
    yield node, node.network().plan.listen[0].port, called  # type: ignore[union-attr]
    node.stop()
    store.close()


def rogue_settings(tls: TlsFiles, port: int, called: int, **changes: Any) -> dict[str, Any]:
    """Settings of a session that calls the desk and listens where it calls, with changes."""
    plan = NetworkPlan(
        "x", "rogue", tls, (Address("127.0.0.1", called),), (Address("127.0.0.1", port),), False
    )
    return settings(plan) | changes


def gets_in(values: dict[str, Any], desk: Node, tried_s: float = TRIED_S) -> bool:
    """Whether a session with these settings connects to the desk or receives anything."""
    config = zenoh.Config()
    for key, value in values.items():
        if value is not None:
            config.insert_json5(key, json.dumps(value))
    heard: list[str] = []
    session = zenoh.open(config)
    try:
        session.declare_subscriber("kiosk/**", lambda sample: heard.append(str(sample.key_expr)))
        end = time.monotonic() + tried_s
        while time.monotonic() < end:
            network = desk.network()
            if session.info.peers_zid() or heard or (network is not None and network.peers()):
                return True
            time.sleep(0.05)
        return False
    finally:
        session.close()


def test_a_member_gets_in(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """Control: with the event's own keys the same session is let in."""
    node, port, called = desk
    tls = write_tls_files(SECRET, tmp_path / "member")

    assert gets_in(rogue_settings(tls, port, called), node, WAIT_S)


@pytest.mark.parametrize("case", ["other authority", "own key", "no certificate"])
def test_no_certificate_of_the_event(
    case: str, desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """Keys of another event, the event's authority with another key, or no keys are refused."""
    node, port, called = desk
    ours = write_tls_files(SECRET, tmp_path / "ours")
    theirs = write_tls_files(OTHER_SECRET, tmp_path / "theirs")
    mixed = TlsFiles(ours.authority, theirs.certificate, theirs.key)
    changes: dict[str, Any] = {}
    if case == "no certificate":
        changes = {
            "transport/link/tls/enable_mtls": None,
            "transport/link/tls/connect_certificate": None,
            "transport/link/tls/connect_private_key": None,
        }
        mixed = TlsFiles(ours.authority, theirs.certificate, theirs.key)
    tls = theirs if case == "other authority" else mixed

    assert not gets_in(rogue_settings(tls, port, called, **changes), node)


@pytest.mark.parametrize("protocol", ["tcp", "udp", "ws"])
def test_no_other_protocol(protocol: str, desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """Plain links are refused, in both directions."""
    node, port, called = desk
    tls = write_tls_files(OTHER_SECRET, tmp_path / "theirs")
    values = rogue_settings(
        tls,
        port,
        called,
        **{
            "transport/link/protocols": ["tls", protocol],
            "listen/endpoints": [f"{protocol}/127.0.0.1:{called}"],
            "connect/endpoints": [f"{protocol}/127.0.0.1:{port}"],
        },
    )

    assert not gets_in(values, node)


def test_only_tls_is_allowed(tmp_path: Path) -> None:
    """Mutual TLS guards TLS links only: without this setting a plain peer found by multicast
    would be let in."""
    plan = NetworkPlan("x", "n", write_tls_files(SECRET, tmp_path / "k"), ())

    assert ["tls"] == settings(plan)["transport/link/protocols"]
    assert settings(plan)["transport/link/tls/enable_mtls"] is True


def member(port: int, folder: Path) -> Network:
    """A session with the event's own keys that calls the desk and sends nothing."""
    plan = NetworkPlan(
        network_name(SECRET),
        "hostile",
        write_tls_files(SECRET, folder),
        (),
        (Address("127.0.0.1", port),),
        False,
    )
    return Network(plan, lambda *_: None)


def reported(store: Store) -> set[str]:
    """Why messages and events were set aside."""
    return {item.why for item in sync_incidents(store).set_aside}


def test_invalid_messages_of_a_member_are_set_aside(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """The desk notes each invalid message, keeps running and takes valid rows behind them.

    Messages are given to the node as the engine gives them, since the engine may drop them.
    """
    node, *_ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    other = Store.create(tmp_path / "other.kiosk", desk="Desk 2")
    introduce_desk(other)
    walk_in(other, "Li", {})
    seal_own_log(other)
    ((rows, seals),) = sealed_parts(other, {other.local("log_id"): 0}, limit=10, max_bytes=10**6)
    key = own_key(other)
    assert key is not None
    head = wire.Head("honest", key.log_id, "Desk 2", 0, number=1)
    bad = [
        b"",
        b"\xff" * 100,
        b"[]",
        b"{}",
        b'{"rows":7}',
        b"[" * 100_000,
        b'{"rows":[["' + b"a" * 30_000_000 + b'"]]}',
    ]
    try:
        for kind in ("live", "head"):
            for payload in bad:
                node._post(kind, "hostile", payload)
        node._post("live", "hostile", b'{"rows":[1,null,[],{}]}')
        node._post("head", "honest", wire.write_head(head, key))
        node._post("live", "honest", wire.write_rows(rows, seals))
        wait_for(lambda: has_li(store), "the valid row")
        wait_for(
            lambda: (
                {
                    "an invalid message (live) of hostile",
                    "an invalid message (head) of hostile",
                }
                <= reported(store)
            ),
            "the reports",
        )
    finally:
        other.close()
        store.close()


def test_a_desk_of_another_version_is_named(desk: tuple[Node, int, int]) -> None:
    """Its heads are not invalid messages: the list names the desk and its version."""
    node, *_ = desk
    head = {"format": 99, "node": "newer", "log": "ab" * 16, "desk": "Desk 7", "version": "9.1"}
    node._post("head", "newer", json.dumps(head).encode())
    wait_for(lambda: bool(node.state.other_version), "the other version")
    (other,) = node.state.other_version

    assert ("Desk 7", "9.1") == (other.name, other.version)
    assert not node.state.here


def test_a_member_cannot_say_that_a_desk_has_another_version(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """A head of another version in the name of a desk that is here keeps none of its rows out."""
    node, *_ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    honest = SignedLog(3)
    rows = [honest.row(1, '{"code":"X"}'), honest.row(2, '{"code":"Y"}')]
    false = {"format": 99, "node": "honest", "log": honest.log_id, "desk": "Desk 2"}
    head = honest.head({honest.log_id: (1, rows[0][6][:16])}, node="honest")

    def arrived() -> bool:
        node._post("head", "honest", head)
        node._post("live", "honest", wire.write_rows(rows[:1], [honest.seal(rows[:1])]))
        return bool(log_heads(store).get(honest.log_id))

    try:
        wait_for(arrived, "the first row")
        for at_node in ("honest", "hostile"):
            node._post("head", at_node, json.dumps(false | {"node": at_node}).encode())
        node._post("live", "honest", wire.write_rows(rows[1:], [honest.seal(rows)]))
        wait_for(lambda: log_heads(store).get(honest.log_id) == 2, "the second row", 5)

        assert not node.state.other_version
    finally:
        store.close()


def test_a_member_sends_no_head_in_another_name(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """All of a head is signed. An earlier one that comes again does not show an older state."""
    node, *_ = desk
    honest, hostile = SignedLog(3), SignedLog(4)
    early = honest.head({}, name="Desk 2", node="honest")
    late = honest.head({}, name="Desk 2 at the door", node="honest")
    changed = json.loads(honest.head({"ab" * 16: (900, "00" * 8)}, name="X", node="honest"))
    resigned = json.loads(hostile.head({}, name="X", node="honest")) | {"log": honest.log_id}
    changed["desk"] = "Closed"

    def names() -> list[str]:
        return [status.name for status in node.state.here]

    def is_here() -> bool:
        node._post("head", "honest", late)
        return names() == ["Desk 2 at the door"]

    wait_for(is_here, "the desk")
    for false in (early, json.dumps(changed).encode(), json.dumps(resigned).encode()):
        node._post("head", "honest", false)
    time.sleep(1.5)

    assert ["Desk 2 at the door"] == names()
    assert {honest.log_id} == set(node.book.by_log)
    assert not node.book.by_log[honest.log_id].ahead


def test_earlier_heads_that_come_again_change_nothing(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """Neither those of an earlier session of another desk, nor those of this desk itself."""
    node, *_ = desk
    store, honest = Store.open(tmp_path / "e.kiosk", desk="Desk 1"), SignedLog(3)
    early = honest.head({}, name="Desk 2", node="closed")
    late = honest.head({}, name="Desk 2", node="open")
    key = own_key(store)
    assert key is not None
    own = wire.write_head(wire.Head("before", key.log_id, "Desk 1", 0, number=1), key)

    def is_here() -> bool:
        node._post("head", "open", late)
        return bool(node.state.here)

    try:
        wait_for(is_here, "the desk")
        for _ in range(3):
            node._post("head", "closed", early)
            node._post("head", "before", own)
            time.sleep(0.5)

        assert key.log_id == store.local("log_id")
        assert {honest.log_id: "open"} == {
            log_id: peer.head.node for log_id, peer in node.book.by_log.items()
        }
    finally:
        store.close()


def test_the_numbers_of_heads_grow_over_restarts(desk: tuple[Node, int, int]) -> None:
    """A desk that is opened again is heard, whatever its clock shows."""
    node, *_ = desk
    wait_for(lambda: node._node_state is not None and node._node_state.head_number > 0, "a head")
    before = node._node_state
    assert before is not None
    node.stop()
    store = node._open_store()
    after = NodeState(store, node._folder, "Desk 1", NodeOptions(), PeerBook(), lambda *_: None)

    assert after.next_head_number() > before.head_number
    store.close()


def test_the_notice_of_a_new_code_is_signed(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """A member cannot say in the name of another desk that the code changed. When the desk that
    said so is heard with this code, it did not change."""
    node, *_ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    honest, hostile = SignedLog(3), SignedLog(4)
    network = node.network()
    assert network is not None
    text = wire.notice_proof(network.plan.event_name, "Desk 2", 1_000)

    def notice(log: SignedLog, text: bytes, key: bytes) -> bytes:
        said = wire.Notice(log.log_id, "Desk 2", 1_000, key, log.key.sign(text))
        return wire.write_notice(said)

    def head() -> bool:
        node._post("head", "honest", honest.head({}, node="honest"))
        return bool(node.state.here)

    def is_replaced() -> bool:
        sharing = read_sharing(store)
        return sharing is not None and sharing.replaced is not None

    try:
        wait_for(head, "the desk")
        old = wire.notice_proof("an earlier code", "Desk 2", 1_000)
        renamed = wire.notice_proof(network.plan.event_name, "Desk 3", 1_000)
        for false in (
            notice(honest, old, honest.key.public),
            notice(honest, renamed, honest.key.public),
            notice(honest, text, hostile.key.public),
            notice(hostile, text, hostile.key.public),  # no desk of this event
            b'{"log":"%s","desk":"Desk 2","at":1000}' % honest.log_id.encode(),
        ):
            node._post("notice", "hostile", false)
        time.sleep(1.5)
        assert not is_replaced()

        node._post("notice", "honest", notice(honest, text, honest.key.public))
        wait_for(is_replaced, "the notice")
        head()
        wait_for(lambda: not is_replaced(), "the desk with this code")
    finally:
        store.close()


def test_invalid_requests_of_a_member_get_no_answer(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """Invalid requests are dropped, and a valid one behind them is answered."""
    node, port, _ = desk
    network = member(port, tmp_path / "member")
    network_of_desk = node.network()
    assert network_of_desk is not None
    name = network_of_desk.plan.node
    try:
        wait_for(lambda: network.peers() > 0, "the desk")
        wait_for(lambda: bool(list(network.ask(name, wire.write_ask(wire.Ask({}))))), "an answer")
        for payload in (b"", b"\xff" * 100, b"[]", b'{"heads":7}', b"[" * 1_000):
            assert [] == list(network.ask(name, payload))

        assert list(network.ask(name, wire.write_ask(wire.Ask({}))))
    finally:
        network.close()


def test_events_of_a_hostile_member(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """Events that are enormous, changed, impossible or unreadable are set aside and reported.

    Announced events that do not exist do not keep the desk from fetching those of honest desks.
    Messages are given to the node as the engine gives them, since the engine may drop them.
    """
    node, port, _ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    member = SignedLog()
    log_id = member.log_id

    def row(body: str, seq: int = 1, hlc: int = 1 << 16) -> list[Any]:
        return member.row(seq, body, hlc)

    honest_path = tmp_path / "honest.kiosk"
    honest = Store.create(honest_path, desk="Desk 2")
    calls = (Address("127.0.0.1", port),)
    with honest.writing():
        write_sharing(honest, Sharing(SECRET, port=free_port(), addresses=calls))
    walk_in(honest, "Li", {})
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    other = Node(
        lambda: Store.open(honest_path, desk="Desk 2"),
        tmp_path / "other keys",
        desk="Desk 2",
        options=options,
    )
    announced = {log_id: (2**50, "00" * 8), "cd" * 16: (2**53, "00" * 8)}
    head = member.head(announced)
    batches = (
        [row('{"code":"' + "x" * 17_000_000 + '"}')],
        [[*row("{}")[:6], "00" * 32]],
        [row("{}", hlc=2**62)],
        [row("[" * 100_000), row("{}", 2), row('{"code":7}', 3)],
    )
    expected = {
        "the hash is wrong",
        "an impossible time",
        "an invalid message (live) of hostile",  # larger than allowed without a request
        "a bind that cannot be read",
    }
    try:
        node._post("head", "hostile", head)
        for rows in batches:
            seals = [member.seal(rows)] if len(rows) == 3 else []
            node._post("live", "hostile", wire.write_rows(rows, seals))
        wait_for(lambda: log_heads(store).get(log_id) == 3, "the events with a right hash")
        wait_for(lambda: expected <= reported(store), "the reports")
        other.start()
        wait_for(lambda: has_li(store), "the honest desk's event")

        assert [] == store.connection.execute("SELECT * FROM binding").fetchall()
    finally:
        other.stop()
        honest.close()
        store.close()


def test_a_member_cannot_write_in_another_name_or_add_many_logs(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """Rows under the log of a desk need its key; thousands of logs enter nowhere; claims of other
    versions change nothing. A signed row of an introduced member arrives all the same."""
    node, *_ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    wait_for(lambda: own_key(store) is not None, "the signed log")
    own, member = store.local("log_id"), SignedLog(2)
    wait_for(lambda: log_heads(store).get(own, 0) > 0, "the first row")
    last = log_heads(store)[own]
    forged = made_row(own, last + 1, '{"code":"X","desk":"Desk 1"}')
    unsigned = [made_row(f"{number:032x}", 1, '{"code":"X"}') for number in range(5_200)]
    strangers = [SignedLog(number) for number in range(100, 150)]
    row = member.row(1, '{"code":"X"}')
    try:
        for number in range(30):
            wrong = {own: (last, "00" * 8), **{f"{n:032x}": (9, "11" * 8) for n in range(50)}}
            fake = SignedLog(1_000 + number)
            node._post("head", f"n{number}", fake.head(wrong, node=f"n{number}"))
        node._post("live", "hostile", wire.write_rows([forged], [member.seal([forged])]))
        node._post("live", "hostile", wire.write_rows(unsigned))
        for stranger in strangers:
            rows = [stranger.row(1, "{}")]
            node._post("live", "hostile", wire.write_rows(rows, [stranger.seal(rows)]))
        for _ in range(20):
            node._post("head", "hostile", member.head({member.log_id: (1, "00" * 8)}))
            node._post("live", "hostile", wire.write_rows([row], [member.seal([row])]))
            time.sleep(0.3)
        wait_for(lambda: log_heads(store).get(member.log_id) == 1, "the member's row")
        heads = log_heads(store)

        assert own == store.local("log_id")
        written = "SELECT count(*) FROM event WHERE log_id = ? AND kind = 'bind'"
        assert (0,) == store.connection.execute(written, (own,)).fetchone()
        assert not sync_incidents(store).forks
        assert len(heads) < 10, "few logs"
    finally:
        store.close()


def test_after_a_new_code_a_desk_that_introduced_many_continues_in_a_new_log(
    desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """The number of desks in an event is limited. A new code locks a hostile desk out, and the
    next desk gets in."""
    node, *_ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    wait_for(lambda: own_key(store) is not None, "the signed log")
    first = store.local("log_id")

    def fill() -> None:
        names = introductions(store).fitting(first, (f"{n:032x}" for n in range(MAX_LOGS)))
        with store.writing():
            introduce_others(store, names)
        wait_for(lambda: node._node_state is not None and not _left(node), "the full log")

    def arrives(member: SignedLog) -> bool:
        row = member.row(1, '{"code":"X"}')
        node._post("head", "n", member.head({member.log_id: (1, "00" * 8)}, node="n"))
        node._post("live", "n", wire.write_rows([row], [member.seal([row])]))
        return member.log_id in log_heads(store)

    try:
        fill()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            assert not arrives(SignedLog(2))
            time.sleep(0.2)
        assert first == store.local("log_id")

        share(store, new_code=True)
        wait_for(lambda: arrives(SignedLog(2)), "the next desk", 20)
        second = store.local("log_id")
        assert first != second
        assert introductions(store).named >= {second, SignedLog(2).log_id}
        assert superseded(desk_logs(store.connection)) >= {first}
    finally:
        store.close()


def _left(node: Node) -> int:
    state = node._node_state
    assert state is not None
    return introductions(state.store).left(state.store.local("log_id"))


def has_li(store: Store) -> bool:
    """Whether the attendee of the honest desk arrived."""
    rows = store.connection.execute("SELECT 1 FROM attendee WHERE name = 'Li'").fetchall()
    return bool(rows)
