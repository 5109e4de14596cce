"""Find this computer's network addresses and a free port, without contacting other computers."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys

from kiosk.domain.sharing.pairing import DEFAULT_PORT

if sys.platform != "win32":
    import fcntl

PORTS = range(DEFAULT_PORT, DEFAULT_PORT + 8)
"""Tried in order: a second desk on one computer uses the next."""
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
