"""Keep the engine's session open while the computer moves between networks.

The engine notices neither new addresses nor that the computer slept: the session is closed then,
and a new one is opened.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from kiosk.domain.sharing.pairing import Address
from kiosk.storage.replication.seals import own_key
from kiosk.support.files import has_few_handles_left
from kiosk.sync import wire
from kiosk.sync.certificates import write_tls_files
from kiosk.sync.keys import network_name
from kiosk.sync.network import (
    LOOPBACK,
    PORTS,
    Network,
    NetworkPlan,
    OpenFailed,
    listening,
    own_addresses,
)
from kiosk.sync.node_state import NodeState
from kiosk.sync.peers import Peer
from kiosk.sync.reachability import Prober

LOOK_S = 2.0
"""How often the computer's addresses are checked."""
RETRY_S = 5.0
SLEPT_S = 8.0
"""The wall clock advanced by this much more than the monotonic clock: the computer slept."""
MAX_CALLED = 10
FLOOD_S = 300.0
"""Time for which a port with very many connections is not used."""
NOTICE_S, NOTICE_AT_START_S = 1.0, 4.0
"""How long the notice of a new code is sent with the old one: with links, and without yet."""
NOTICE_AGAIN_S = 0.4

_LOG = logging.getLogger("kiosk")


class SessionKeeper:
    """Opens a session while the event is shared, and reopens it when needed."""

    def __init__(self, state: NodeState) -> None:
        self._state = state
        self._next_open = self._next_look = 0.0
        self._drift = _drift()
        self._gossip = PeerGossip()
        self._unheard: tuple[Address, ...] = ()
        self._prober = Prober()
        self._next_notice = 0.0
        self._flooded: dict[int, float] = {}
        """Ports at which other programs opened very many connections, and when."""

    def keep(self) -> bool:
        """Open or reopen the session when due; whether one was opened."""
        state, now = self._state, time.monotonic()
        if state.network is not None and has_few_handles_left():
            self._leave_port(now)
        if now >= self._next_look:
            self._next_look = now + LOOK_S
            self._look_at_addresses()
            self._look_for_unheard(now)
            self._probe(now)
        if state.noticing_until:
            self._send_notice(now)
        is_shared = state.sharing is not None and state.sharing.is_on
        if state.network is not None or not is_shared or now < self._next_open:
            return False
        self._next_open = now + RETRY_S
        return self._open()

    def code_changed(self) -> None:
        """Leave the desks with the old code, after a notice if this desk made the new one."""
        sharing = self._state.sharing
        if sharing is not None and sharing.notice_due and self._state.network is not None:
            self._state.noticing_until = time.monotonic() + NOTICE_S
            return
        self.close()
        self.open_soon()

    def _send_notice(self, now: float) -> None:
        """Send the notice to the desks with the old code; at the end, change to the new code."""
        state = self._state
        if state.network is None or state.sharing is None or state.sharing.changed is None:
            state.noticing_until = 0.0
            return
        if now >= self._next_notice:
            self._next_notice = now + NOTICE_AGAIN_S
            changed, key = state.sharing.changed, own_key(state.store)
            if key is not None:
                desk, at_ms = changed.desk, changed.at_ms
                proof = key.sign(wire.notice_proof(state.network.plan.event_name, desk, at_ms))
                notice = wire.Notice(key.log_id, desk, at_ms, key.public, proof)
                state.network.send_notice(wire.write_notice(notice))
        if now >= state.noticing_until:
            state.noticing_until = 0.0
            state.change_sharing(lambda sharing: replace(sharing, notice_due=False))
            self.close()
            state.book.by_log.clear()
            self.open_soon()

    def _probe(self, now: float) -> None:
        """Find out why no desk is heard."""
        state = self._state
        is_alone = state.network is not None and not state.book.alive(now)
        mine = listening(state.hosts, state.port)
        known = state.sharing.addresses if state.sharing is not None else ()
        addresses = tuple(address for address in known if address not in mine)
        tls = state.network.plan.tls if state.network is not None else None
        self._prober.tick(is_alone=is_alone, addresses=addresses, tls=tls)
        found = self._prober.results
        state.reached = tuple((str(at), found[at]) for at in addresses if at in found)

    def _leave_port(self, now: float) -> None:
        """Drop all connections, and listen at another port.

        The engine keeps each connection that sends nothing for seconds, and accepts no other desk
        meanwhile. Desks find the new port by multicast; the others are called from here.
        """
        _LOG.warning("very many connections at port %d: another port is used", self._state.port)
        self._flooded[self._state.port] = now
        self.close()
        self.open_soon()

    def open_soon(self) -> None:
        """Open at the next turn, without waiting for `RETRY_S`."""
        self._next_open = 0.0

    def close(self) -> None:
        """Close the session; a new one can be opened afterwards."""
        network, self._state.network = self._state.network, None
        if network is not None:
            network.close()
        for peer in self._state.book.by_log.values():
            peer.alive = False

    def _look_at_addresses(self) -> None:
        drift = _drift()
        slept, self._drift = drift - self._drift > SLEPT_S, drift
        if self._state.network is not None and (slept or self._hosts() != self._state.hosts):
            self.close()
            self.open_soon()

    def _look_for_unheard(self, now: float) -> None:
        state = self._state
        if state.network is None:
            return
        here = state.book.alive(now)
        self._unheard = self._gossip.due(here, state.store.local("log_id"), now)
        if self._unheard:
            _LOG.info("a new session, to call %d addresses of desks not heard", len(self._unheard))
            self.close()
            self.open_soon()

    def _hosts(self) -> list[str]:
        if self._state.options.hosts is not None:
            return list(self._state.options.hosts)
        return sorted(own_addresses()) or [LOOPBACK]

    def _open(self) -> bool:
        state = self._state
        assert state.sharing is not None
        state.hosts = self._hosts()
        state.id = os.urandom(8).hex()
        secret = state.sharing.secret
        if state.sharing.notice_due and state.sharing.old_secrets:
            secret = state.sharing.old_secrets[0]
        try:
            tls = write_tls_files(secret, state.folder)
        except OSError as error:
            state.trouble = no_keys(state.folder, error)
            _LOG.warning("the keys could not be written: %s", error)
            return False
        for port in self._ports():
            listen = listening(state.hosts, port)
            addresses = dict.fromkeys([*self._unheard, *state.sharing.addresses])
            call = tuple(address for address in addresses if address not in listen)[:MAX_CALLED]
            name = network_name(secret)
            plan = NetworkPlan(name, state.id, tls, listen, call, state.options.multicast)
            try:
                state.network = Network(plan, state.post)
            except OpenFailed as error:
                state.trouble = f"The network cannot be used now ({_first_line(str(error))})."
                _LOG.warning("the session could not be opened: %s", error)
                continue
            state.port, state.trouble = port, ""
            if secret != state.sharing.secret:
                state.noticing_until = time.monotonic() + NOTICE_AT_START_S
            return True
        return False

    def _ports(self) -> list[int]:
        state = self._state
        assert state.sharing is not None
        usual = dict.fromkeys([state.sharing.port, *PORTS])
        now = time.monotonic()
        quiet = [port for port in usual if now - self._flooded.get(port, -FLOOD_S) >= FLOOD_S]
        free = [port for port in quiet if all(_is_free(host, port) for host in state.hosts)]
        if len(quiet) < len(usual):  # not the next one, which is as easy to guess
            return [_any_port(state.hosts[0])]
        return [*free[:2], _any_port(state.hosts[0])]


def no_keys(folder: Path, error: OSError) -> str:
    """Why sharing cannot begin; it is tried again."""
    return (
        f"The keys of sharing cannot be written ({error.strerror}). Free some space on the disk "
        f"with the folder {folder}, or check your permission to write there: sharing begins then. "
        "Check-ins here are saved."
    )


def _drift() -> float:
    return time.time() - time.monotonic()


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return False
    return True


def _any_port(host: str) -> int:
    try:
        with socket.socket() as probe:
            probe.bind((host, 0))
            return int(probe.getsockname()[1])
    except OSError:
        return 0


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0][:160]


# Desks that others hear and this one does not.
#
# The engine tries a discovered desk only once, and repeats only the addresses that its session
# opened with (zenoh's `orchestrator.rs` and `gossip.rs`, 1.10). So a link that fails once stays
# missing. Rows of that desk still arrive through other desks, but seconds later. Therefore such
# desks are called by their addresses in a new session.

PATIENCE_S = 20.0
"""Links come and go; heads that report them come every 2 to 10 s."""
FEW = 4
"""With more desks than this, the wait grows in proportion: rows have more ways around, and a new
session drops all links for a second."""
MAX_DOUBLINGS = 6
"""A desk that is never reachable, or does not exist, costs a new session every 20 min."""


class PeerGossip:
    """Decides when to call which unheard desks."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._tries = 0

    def due(self, here: Collection[Peer], own: str, now: float) -> tuple[Address, ...]:
        """Addresses to call in a new session now; usually none.

        Args:
            here: the desks that this desk hears.
            own: this desk's log. Each desk waits for a different time, so that two desks that
                miss each other do not both close their session.
            now: seconds of a monotonic clock.
        """
        unheard = _unheard(here, own)
        if not unheard:
            self._since, self._tries = None, 0
            return ()
        if self._since is None:
            self._since = now
        known = len(here) + len(unheard)
        patience_s = PATIENCE_S * max(1.0, known / FEW) * (1 + int(own[:2] or "0", 16) / 256)
        if now - self._since < patience_s * 2 ** min(self._tries, MAX_DOUBLINGS):
            return ()
        self._since = now
        self._tries += 1
        return tuple(dict.fromkeys(address for log in unheard for address in unheard[log]))


def _unheard(here: Collection[Peer], own: str) -> dict[str, tuple[Address, ...]]:
    heard = {peer.head.log_id for peer in here} | {own}
    reported: dict[str, tuple[Address, ...]] = {}
    for peer in here:
        reported.update(peer.head.hears)
    return {log: at for log, at in sorted(reported.items()) if log not in heard and at}
