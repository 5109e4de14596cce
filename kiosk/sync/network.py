"""The network of a sharing desk: its addresses, and zenoh in peer mode with mutual TLS.

Callbacks only fill a queue. Source of the settings: zenoh's own DEFAULT_CONFIG.json5.
`protocols: ["tls"]` refuses plain TCP peers: mutual TLS alone protects only TLS links. zenoh is
imported in functions: it is optional, and loads a large native library.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.domain.sharing.pairing import DEFAULT_PORT, Address
from kiosk.support.install_hint import install_hint
from kiosk.sync.keys import TlsFiles

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from zenoh import Query, Session

LEASE_MS = 4_000
"""A desk that is silent for this time counts as gone."""
MAX_MESSAGE_BYTES = 40 * 1024 * 1024
ASK_TIMEOUT_S = 15.0
LEAVE_S = 1.0
Post = Callable[[str, str, Any], None]
"""(what, node, payload): `live`, `head`, `notice`, `alive`, `gone` or `ask`."""


class OpenFailed(Exception):
    """The engine could not start: a port is taken, no interface, no multicast."""


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """Where to listen and which addresses to call."""

    event_name: str
    node: str
    tls: TlsFiles
    listen: tuple[Address, ...]
    call: tuple[Address, ...] = ()
    multicast: bool = True


def settings(plan: NetworkPlan) -> dict[str, Any]:
    """The engine's settings by key."""
    return {
        "mode": "peer",
        "listen/endpoints": [f"tls/{address}" for address in plan.listen],
        "connect/endpoints": [f"tls/{address}" for address in plan.call],
        "connect/timeout_ms": -1,
        "connect/exit_on_failure": False,
        "scouting/multicast/enabled": plan.multicast,
        "scouting/gossip/enabled": True,
        "transport/link/protocols": ["tls"],
        "transport/link/tx/lease": LEASE_MS,
        "transport/link/rx/max_message_size": MAX_MESSAGE_BYTES,
        "transport/unicast/open_timeout": 4_000,
        "transport/unicast/accept_timeout": 4_000,
        "transport/shared_memory/enabled": False,
        "transport/link/tls/root_ca_certificate": str(plan.tls.authority),
        "transport/link/tls/listen_certificate": str(plan.tls.certificate),
        "transport/link/tls/listen_private_key": str(plan.tls.key),
        "transport/link/tls/connect_certificate": str(plan.tls.certificate),
        "transport/link/tls/connect_private_key": str(plan.tls.key),
        "transport/link/tls/enable_mtls": True,
        # addresses change; who has a certificate of this event's own authority is a desk of it
        "transport/link/tls/verify_name_on_connect": False,
    }


def _engine() -> Any:
    """The zenoh library.

    Raises:
        OpenFailed: it cannot be loaded.
    """
    try:
        import zenoh  # optional, and a heavy leaf
    except (ImportError, OSError) as error:  # installed, but not built for this system
        hint = install_hint("desks", again=True)
        raise OpenFailed(f"eclipse-zenoh cannot be loaded: {hint}") from error
    return zenoh


class Network:
    """One open session."""

    def __init__(self, plan: NetworkPlan, post: Post) -> None:
        """Open the session; takes about half a second.

        Raises:
            OpenFailed: it cannot be opened now.
        """
        zenoh = _engine()
        config = zenoh.Config()
        for key, value in settings(plan).items():
            config.insert_json5(key, json.dumps(value))
        try:
            self._session: Session = zenoh.open(config)
        except zenoh.ZError as error:
            raise OpenFailed(str(error)) from error
        self.plan = plan
        self._post = post
        self._base = f"kiosk/{plan.event_name}"
        self._declare()

    def _declare(self) -> None:
        zenoh = _engine()
        session, node, base = self._session, self.plan.node, self._base
        self._live = session.declare_publisher(
            f"{base}/live/{node}",
            congestion_control=zenoh.CongestionControl.DROP,
            express=True,
            reliability=zenoh.Reliability.RELIABLE,
        )
        self._head = session.declare_publisher(
            f"{base}/head/{node}", congestion_control=zenoh.CongestionControl.DROP
        )
        # a garbage-collected declaration ends
        self._kept: list[Any] = [
            session.declare_subscriber(
                f"{base}/{what}/*", self._took(what), allowed_origin=zenoh.Locality.REMOTE
            )
            for what in ("live", "head", "notice")
        ]
        self._kept.append(session.declare_queryable(f"{base}/log/{node}", self._asked))
        liveliness = session.liveliness()
        self._kept.append(
            liveliness.declare_subscriber(f"{base}/alive/*", self._presence, history=True)
        )
        self._kept.append(liveliness.declare_token(f"{base}/alive/{node}"))

    def _took(self, what: str) -> Callable[[Any], None]:
        def took(sample: Any) -> None:
            self._post(what, _last(sample.key_expr), sample.payload.to_bytes())

        return took

    def _asked(self, query: Query) -> None:
        self._post("ask", "", query)

    def _presence(self, sample: Any) -> None:
        what = "alive" if sample.kind == _engine().SampleKind.PUT else "gone"
        self._post(what, _last(sample.key_expr), None)

    def send_live(self, payload: bytes) -> None:
        """Send rows to all desks; a desk on a slow link loses them and requests them later."""
        self._live.put(payload)

    def send_head(self, payload: bytes) -> None:
        """Send this desk's head to all desks."""
        self._head.put(payload)

    def send_notice(self, payload: bytes) -> None:
        """Send the notice of a new code to all desks with the old one."""
        self._session.put(f"{self._base}/notice/{self.plan.node}", payload)

    def ask(self, node: str, payload: bytes, timeout_s: float = ASK_TIMEOUT_S) -> Iterator[bytes]:
        """Yield a desk's replies, until there are no more, the desk is gone, the time is over or
        this session is closed."""
        try:
            replies = self._session.get(
                f"{self._base}/log/{node}",
                payload=payload,
                # another member can listen under this key too, and must not take the request
                target=_engine().QueryTarget.ALL,
                # else replies under one key replace each other
                consolidation=_engine().ConsolidationMode.NONE,
                timeout=timeout_s,
            )
        except _engine().ZError:
            return
        for reply in replies:
            if reply.ok is not None:
                yield reply.ok.payload.to_bytes()

    def answer(self, query: Query, payloads: Iterator[bytes]) -> None:
        """Reply to a query, and end it."""
        with query:
            for payload in payloads:
                query.reply(query.key_expr, payload)

    def peers(self) -> int:
        """Number of open links to other desks."""
        return len(self._session.info.peers_zid())

    def close(self) -> None:
        """Close the session. The engine may take 10 s on a dead link; wait at most `LEAVE_S`.

        Threads that wait for the engine are no daemons: Python ends those when the program ends,
        and the engine aborts the program then.
        """
        leaving = threading.Thread(target=self._leave, name="kiosk-sync-leave")
        leaving.start()
        leaving.join(LEAVE_S)

    def _leave(self) -> None:
        with contextlib.suppress(_engine().ZError):
            self._session.close()  # type: ignore[no-untyped-call]


def question(query: Query) -> bytes:
    """The bytes of a query."""
    return query.payload.to_bytes() if query.payload is not None else b""


def _last(key: object) -> str:
    return str(key).rsplit("/", 1)[-1][:100]


def listening(hosts: Sequence[str], port: int) -> tuple[Address, ...]:
    """One address for each host, so that no unreachable adapter is offered."""
    return tuple(Address(host, port) for host in hosts)


# The addresses of this computer and a free port, found without contacting other computers.

PORTS = range(DEFAULT_PORT, DEFAULT_PORT + 8)
"""Tried in order: a second desk on one computer uses the next."""
LOOPBACK = "127.0.0.1"
_MAX_ADDRESSES = 8
_SIOCGIFADDR = {"linux": 0x8915, "darwin": 0xC0206921}
"""Source: linux/sockios.h, and sys/sockio.h of Darwin."""


def own_addresses() -> list[str]:
    """IPv4 addresses of this computer's interfaces, the one with the default route first.

    Loopback is left out; the list is empty without a network.
    """
    addresses = dict.fromkeys([*_outward(), *_of_interfaces()])
    return [host for host in addresses if not host.startswith(("127.", "0."))][:_MAX_ADDRESSES]


def free_port() -> int:
    """The first free port of `PORTS` on this computer; the first one if all are taken."""
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("", port))
            return port
    return DEFAULT_PORT


def _outward() -> list[str]:
    """The source address of a packet to the internet; nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737: reserved for documentation
        return [str(probe.getsockname()[0])]
    return []


def _of_interfaces() -> list[str]:
    """Addresses of the network interfaces, or of the host name where the system has no ioctl."""
    code = _SIOCGIFADDR.get(sys.platform)
    if sys.platform != "win32" and code is not None:
        addresses = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            for _, name in socket.if_nameindex():
                with contextlib.suppress(OSError):
                    request = struct.pack("256s", name.encode()[:15])
                    answer = fcntl.ioctl(probe.fileno(), code, request)
                    addresses.append(socket.inet_ntoa(answer[20:24]))
        return addresses
    return _of_host_name()


def _of_host_name() -> list[str]:
    """Addresses of this computer's name: on Windows those of all its adapters."""
    with contextlib.suppress(OSError):
        return list(socket.gethostbyname_ex(socket.gethostname())[2])
    return []
