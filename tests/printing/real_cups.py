"""A real cupsd and real IPP printers (ippeveprinter) in a folder of their own, for tests.

Everything listens on loopback or on sockets in that folder and is ended with the test. CUPS
needs root here (its backends run as their own user) and the packages `cups cups-client
cups-ipp-utils cups-filters avahi-daemon dbus`.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from typing import TypeVar

PROGRAMS = ("cupsd", "ippeveprinter", "lpadmin", "cupsdisable", "avahi-daemon", "dbus-daemon")
T = TypeVar("T")
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def missing() -> str:
    """Why real CUPS tests cannot run here; empty when they can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=SEARCH_PATH)]
    if absent:
        return f"not installed: {', '.join(absent)}"
    if getattr(os, "geteuid", lambda: 1)() != 0:
        return "cupsd and avahi-daemon need root"
    return ""


def program(name: str) -> str:
    """Full path of a program, also of those in sbin."""
    return shutil.which(name, path=SEARCH_PATH) or name


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], T], reason: str, limit_s: float = 20.0) -> T:
    """Ask until the answer is true; fail with `reason` when it takes too long."""
    until = time.monotonic() + limit_s
    while not (answer := what()):
        assert time.monotonic() < until, reason
        time.sleep(0.05)
    return answer
