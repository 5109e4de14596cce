"""Where this computer can be reached on its network, without asking anybody outside."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys

from kiosk.domain.sharing.pairing import DEFAULT_PORT

PORTS = range(DEFAULT_PORT, DEFAULT_PORT + 8)
"""Tried in turn: a second desk on one computer takes the next."""
_MAX_ADDRESSES = 8
_SIOCGIFADDR = {"linux": 0x8915, "darwin": 0xC0206921}
"""Source: linux/sockios.h, and sys/sockio.h of Darwin."""


def own_addresses() -> list[str]:
    """IPv4 addresses of this computer's interfaces, the one towards other networks first.

    Loopback is not among them; nothing is, where no network is up.
    """
    found = dict.fromkeys([*_outward(), *_of_interfaces(), *_of_name()])
    return [one for one in found if not one.startswith(("127.", "0."))][:_MAX_ADDRESSES]


def free_port() -> int:
    """The first usual port that nobody on this computer listens on; the first if all are taken."""
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("", port))
            return port
    return DEFAULT_PORT


def _outward() -> list[str]:
    """The address a packet to the internet would bear; nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737: for documentation, nobody's
        return [str(probe.getsockname()[0])]
    return []


def _of_interfaces() -> list[str]:
    request = _SIOCGIFADDR.get(sys.platform)
    if request is None:
        return []
    import fcntl

    addresses = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                asked = struct.pack("256s", name.encode()[:15])
                answer = fcntl.ioctl(probe.fileno(), request, asked)
                addresses.append(socket.inet_ntoa(answer[20:24]))
    return addresses


def _of_name() -> list[str]:
    if sys.platform in _SIOCGIFADDR:
        return []
    with contextlib.suppress(OSError):
        return list(socket.gethostbyname_ex(socket.gethostname())[2])
    return []
