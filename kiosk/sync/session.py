"""The engine's session, opened and opened again as the computer moves through networks.

The engine does not notice new addresses, nor that the computer was asleep: a session is closed
then, and another opened.
"""

from __future__ import annotations

import logging
import secrets
import socket
import time

from kiosk.domain.pairing import Address
from kiosk.sync.addresses import PORTS, own_addresses
from kiosk.sync.introductions import Introductions
from kiosk.sync.keys import room, write_tls_files
from kiosk.sync.network import CannotOpen, Network, NetworkPlan, listening
from kiosk.sync.standing import Standing

LOOK_S = 2.0
"""How often the computer's addresses are looked at."""
RETRY_S = 5.0
SLEPT_S = 8.0
"""The wall clock ran on by so much while this computer's own did not: it was asleep."""
MAX_CALLED = 10
LOOPBACK = "127.0.0.1"
_LOG = logging.getLogger("kiosk")


class SessionKeeper:
    """Sees that there is a session while the event is shared."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._next_open = self._next_look = 0.0
        self._drift = _drift()
        self._introductions = Introductions()
        self._missed: tuple[Address, ...] = ()

    def keep(self) -> bool:
        """Look; whether a session was opened."""
        standing, now = self._standing, time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_S
            self._look_at_addresses()
            self._look_for_missed(now)
        wanted = standing.sharing is not None and standing.sharing.is_on
        if standing.network is not None or not wanted or now < self._next_open:
            return False
        self._next_open = now + RETRY_S
        return self._open()

    def open_soon(self) -> None:
        """Do not wait until the next try is due."""
        self._next_open = 0.0

    def close(self) -> None:
        """Leave; a new session can be opened afterwards."""
        network, self._standing.network = self._standing.network, None
        if network is not None:
            network.close()
        for peer in self._standing.book.by_node.values():
            peer.alive = False

    def _look_at_addresses(self) -> None:
        drift = _drift()
        slept, self._drift = drift - self._drift > SLEPT_S, drift
        if self._standing.network is not None and (slept or self._hosts() != self._standing.hosts):
            self.close()
            self.open_soon()

    def _look_for_missed(self, now: float) -> None:
        standing = self._standing
        if standing.network is None:
            return
        here = standing.book.alive(now)
        self._missed = self._introductions.due(here, standing.store.local("log_id"), now)
        if self._missed:
            _LOG.info("a new session, to call %d addresses of desks not heard", len(self._missed))
            self.close()
            self.open_soon()

    def _hosts(self) -> list[str]:
        if self._standing.options.hosts is not None:
            return list(self._standing.options.hosts)
        return sorted(own_addresses()) or [LOOPBACK]

    def _open(self) -> bool:
        standing = self._standing
        assert standing.sharing is not None
        standing.hosts = self._hosts()
        standing.id = secrets.token_hex(8)
        tls = write_tls_files(standing.sharing.secret, standing.folder)
        for port in self._ports():
            listen = listening(standing.hosts, port)
            wanted = dict.fromkeys([*self._missed, *standing.sharing.addresses])
            call = tuple(address for address in wanted if address not in listen)[:MAX_CALLED]
            name = room(standing.sharing.secret)
            plan = NetworkPlan(name, standing.id, tls, listen, call, standing.options.multicast)
            try:
                standing.network = Network(plan, standing.post)
            except CannotOpen as error:
                standing.trouble = f"The network cannot be used now ({_first_line(str(error))})."
                _LOG.warning("the session could not be opened: %s", error)
                continue
            standing.port, standing.trouble = port, ""
            return True
        return False

    def _ports(self) -> list[int]:
        standing = self._standing
        assert standing.sharing is not None
        usual = dict.fromkeys([standing.sharing.port, *PORTS])
        free = [port for port in usual if all(_is_free(host, port) for host in standing.hosts)]
        return [*free[:2], _any_port(standing.hosts[0])]


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
