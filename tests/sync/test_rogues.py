"""Who has no code gets nothing: each refusal beside a control that shows the door would open."""

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
from kiosk.storage.file.store import Store
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync.keys import TlsFiles, room, write_tls_files
from kiosk.sync.network import Network, NetworkPlan, settings
from kiosk.sync.node import Node, NodeOptions

from .programs import wait_for

zenoh = pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
SECRET, OTHER_SECRET = bytes(range(16)), bytes(range(1, 17))
TRIED_S = 2.5


def free_port() -> int:
    """A port nobody listens on."""
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
    """Those of a desk, dialling the desk and listening where it calls, with changes."""
    plan = NetworkPlan(
        "x", "rogue", tls, (Address("127.0.0.1", called),), (Address("127.0.0.1", port),), False
    )
    return settings(plan) | changes


def gets_in(values: dict[str, Any], desk: Node) -> bool:
    """Whether a session with these settings meets the desk or hears anything of it."""
    config = zenoh.Config()
    for key, value in values.items():
        if value is not None:
            config.insert_json5(key, json.dumps(value))
    heard: list[str] = []
    session = zenoh.open(config)
    try:
        session.declare_subscriber("kiosk/**", lambda sample: heard.append(str(sample.key_expr)))
        end = time.monotonic() + TRIED_S
        while time.monotonic() < end:
            network = desk.network()
            if session.info.peers_zid() or heard or (network is not None and network.peers()):
                return True
            time.sleep(0.05)
        return False
    finally:
        session.close()


def test_a_member_gets_in(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """The control: with the event's own keys the same session is let in."""
    node, port, called = desk
    tls = write_tls_files(SECRET, tmp_path / "member")

    assert gets_in(rogue_settings(tls, port, called), node)


@pytest.mark.parametrize("case", ["other authority", "own key", "no certificate"])
def test_no_certificate_of_the_event(
    case: str, desk: tuple[Node, int, int], tmp_path: Path
) -> None:
    """Another event's keys, the event's authority with another key, or none at all: shut out."""
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
    """Plain links are not taken, dialled or listening."""
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


def test_only_tls_is_spoken(tmp_path: Path) -> None:
    """Mutual TLS guards TLS links only: without this setting a plain peer found by multicast
    would be let in."""
    plan = NetworkPlan("x", "n", write_tls_files(SECRET, tmp_path / "k"), ())

    assert ["tls"] == settings(plan)["transport/link/protocols"]
    assert settings(plan)["transport/link/tls/enable_mtls"] is True


def test_nonsense_of_a_member_is_set_aside(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """Whatever a hostile member sends, the desk goes on and takes what is right behind it."""
    node, port, _ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    other = Store.create(tmp_path / "other.kiosk", desk="Desk 2")
    plan = NetworkPlan(
        room(SECRET),
        "hostile",
        write_tls_files(SECRET, tmp_path / "member"),
        (),
        (Address("127.0.0.1", port),),
        False,
    )
    network = Network(plan, lambda *_: None)
    try:
        wait_for(lambda: network.peers() > 0, "the desk")
        time.sleep(0.5)
        bad = [
            b"",
            b"\xff" * 100,
            b"[]",
            b"{}",
            b'{"rows":7}',
            b'{"rows":[1,null,[],{}]}',
            b"[" * 100_000,
            b'{"rows":[["' + b"a" * 30_000_000 + b'"]]}',
        ]
        for payload in bad:
            network.say_live(payload)
            network.say_head(payload)
            list(network.ask(node.network().plan.node, payload[:1000]))  # type: ignore[union-attr]
        walk_in(other, "Li", {})
        from kiosk.storage.replication.merge import rows_after
        from kiosk.sync import wire

        rows = rows_after(other, {}, limit=10, max_bytes=10**6)
        wait_for(lambda: _sent(network, wire.write_rows(rows), store), "the right row")
    finally:
        network.close()
        other.close()
        store.close()


def test_events_of_a_hostile_member(desk: tuple[Node, int, int], tmp_path: Path) -> None:
    """Enormous, changed, impossible and unreadable events, and promises of events that do not
    exist: set aside and reported, and what honest desks have is fetched all the same."""
    from kiosk.domain.log.events import LogEvent, event_hash
    from kiosk.storage.replication.incidents import sync_incidents
    from kiosk.storage.replication.merge import log_heads
    from kiosk.sync import wire

    _, port, _ = desk
    store = Store.open(tmp_path / "e.kiosk", desk="Desk 1")
    log_id = "ab" * 16

    def row(body: str, seq: int = 1, hlc: int = 1 << 16) -> list[Any]:
        event = LogEvent(log_id, seq, hlc, "bind", "", body)
        return [*event, event_hash(event).hex()]

    plan = NetworkPlan(
        room(SECRET),
        "hostile",
        write_tls_files(SECRET, tmp_path / "member"),
        (),
        (Address("127.0.0.1", port),),
        False,
    )
    network = Network(plan, lambda *_: None)
    honest_path = tmp_path / "honest.kiosk"
    honest = Store.create(honest_path, desk="Desk 2")
    calls = (Address("127.0.0.1", port),)
    with honest.writing():
        write_sharing(honest, Sharing(SECRET, port=free_port(), addresses=calls))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    other = Node(
        lambda: Store.open(honest_path, desk="Desk 2"),
        tmp_path / "other keys",
        desk="Desk 2",
        options=options,
    )
    try:
        wait_for(lambda: network.peers() > 0, "the desk")
        time.sleep(0.5)
        promised = {log_id: (2**50, "00" * 8), "cd" * 16: (2**53, "00" * 8)}
        network.say_head(wire.write_head(wire.Head("hostile", log_id, "H", 0, promised)))
        batches = (
            [row('{"code":"' + "x" * 17_000_000 + '"}')],
            [[*row("{}")[:6], "00" * 32]],
            [row("{}", hlc=2**62)],
            [row("[" * 100_000), row("{}", 2), row('{"code":7}', 3)],
        )
        expected = {
            "the hash is wrong",
            "an impossible time",
            "a message (live) of hostile that says nothing",  # more than is told at once
            "a bind that cannot be read",
        }

        def told() -> bool:
            """Said again where the engine dropped it: live messages are, when it is behind."""
            if time.monotonic() > said_at[-1] + 5:
                said_at.append(time.monotonic())
                for rows in batches:
                    network.say_live(wire.write_rows(rows))
            whys = {item.why for item in sync_incidents(store).set_aside}
            return log_heads(store).get(log_id) == 3 and expected <= whys

        said_at = [0.0]
        wait_for(told, "the events with a right hash, and words on the others")
        walk_in(honest, "Li", {})
        other.start()
        found = "SELECT 1 FROM attendee WHERE name = 'Li'"
        wait_for(lambda: bool(store.connection.execute(found).fetchall()), "the honest desk's")

        assert [] == store.connection.execute("SELECT * FROM binding").fetchall()
    finally:
        other.stop()
        network.close()
        honest.close()
        store.close()


def _sent(network: Network, payload: bytes, store: Store) -> bool:
    network.say_live(payload)
    time.sleep(0.2)
    rows = store.connection.execute("SELECT 1 FROM attendee WHERE name = 'Li'").fetchall()
    return bool(rows)
