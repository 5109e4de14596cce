"""Find out why another desk is not heard: another code, a closed desk, or the network.

A TLS connection to its address is enough, because the authority's key comes from the code.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from enum import StrEnum

from kiosk.domain.sharing.pairing import Address
from kiosk.sync.keys import TlsFiles

TIMEOUT_S = 3.0
EVERY_S = 15.0
"""Pause between two rounds of probes."""
AFTER_S = 8.0
"""Time alone before the first probe."""


class Reach(StrEnum):
    """The result of calling an address."""

    MEMBER = "member"
    """A desk with the same code answers."""
    OTHER_CODE = "other_code"
    CLOSED = "closed"
    """The computer answers, but no desk is open there."""
    UNREACHABLE = "unreachable"
    """The computer does not answer: it is off, or the network separates the two."""


def reach(address: Address, tls: TlsFiles) -> Reach:
    """Call an address with this desk's certificate; takes up to `TIMEOUT_S` for each step."""
    try:
        with socket.create_connection((address.host, address.port), TIMEOUT_S) as link:
            return _shake_hands(link, tls)
    except ConnectionRefusedError:
        return Reach.CLOSED
    except OSError:
        return Reach.UNREACHABLE


def _shake_hands(link: socket.socket, tls: TlsFiles) -> Reach:
    import ssl  # a heavy leaf, and only a desk that hears no other one needs it

    context = ssl.create_default_context(cafile=str(tls.authority))
    context.check_hostname = False  # addresses change; the authority is that of the event
    context.load_cert_chain(tls.certificate, tls.key)
    try:
        with context.wrap_socket(link):
            return Reach.MEMBER
    except ssl.SSLCertVerificationError:
        return Reach.OTHER_CODE
    except (TimeoutError, ConnectionError):
        return Reach.UNREACHABLE
    except (ssl.SSLError, OSError):
        return Reach.CLOSED  # another program listens there


def reach_all(addresses: Iterable[Address], tls: TlsFiles) -> dict[Address, Reach]:
    """Call several addresses at the same time."""
    results: dict[Address, Reach] = {}

    def call(address: Address) -> None:
        results[address] = reach(address, tls)

    threads = [threading.Thread(target=call, args=(address,), daemon=True) for address in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * TIMEOUT_S)
    return dict(results)


class Prober:
    """Calls the known addresses now and then, while no desk is heard."""

    def __init__(self) -> None:
        self.results: dict[Address, Reach] = {}
        self._alone_since: float | None = None
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def tick(self, *, is_alone: bool, addresses: tuple[Address, ...], tls: TlsFiles | None) -> None:
        """Start a round in a background thread when it is due."""
        now = time.monotonic()
        if not is_alone or tls is None:
            self._alone_since, self.results = None, {}
            return
        self._alone_since = now if self._alone_since is None else self._alone_since
        is_running = self._thread is not None and self._thread.is_alive()
        if now - self._alone_since < AFTER_S or now < self._next or is_running or not addresses:
            return
        self._next = now + EVERY_S
        self._thread = threading.Thread(
            target=self._run, args=(addresses, tls), name="kiosk-sync-probe", daemon=True
        )
        self._thread.start()

    def _run(self, addresses: tuple[Address, ...], tls: TlsFiles) -> None:
        self.results = reach_all(addresses, tls)
