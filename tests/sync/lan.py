"""A venue's network on one machine: each laptop a network namespace, the switch a bridge.

Needs Linux, root and iproute2; `why_no_lan` names missing parts. Links can be cut, addresses
changed, multicast swallowed as some access points do.
Source: ip-netns(8), veth(4), bridge(8).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from shutil import which
from types import TracebackType

NETWORK = "10.77.0"
_NUMBERS = itertools.count()


def _ip(*words: str) -> None:
    """Run `ip`.

    Raises:
        OSError: it refused; its words are in the error.
    """
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@cache
def why_no_lan() -> str:
    """Why this machine makes no namespaces; empty when it does."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if which("ip") is None:
        return "iproute2 is not installed"
    try:
        with Lan() as lan:
            lan.plug(1)
    except OSError as error:
        return f"no network namespaces here ({error})"
    return ""


class Lan:
    """A switch; `plug` puts laptop after laptop on it."""

    def __init__(self) -> None:
        self._name = f"kiosk-{secrets.token_hex(3)}-{next(_NUMBERS)}"
        self._made: list[str] = []

    def __enter__(self) -> Lan:
        try:
            self._make(self.switch)
            _ip("-n", self.switch, "link", "add", "switch", "type", "bridge")
            _ip("-n", self.switch, "link", "set", "switch", "up")
        except OSError:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._remove()

    @property
    def switch(self) -> str:
        """The switch's namespace."""
        return f"{self._name}-s"

    def laptop(self, number: int) -> str:
        """A laptop's namespace."""
        return f"{self._name}-{number}"

    def inside(self, number: int) -> list[str]:
        """What runs a command at a laptop."""
        return ["ip", "netns", "exec", self.laptop(number)]

    def address(self, number: int) -> str:
        """Where a laptop is reached, until it gets another address."""
        return f"{NETWORK}.{number}"

    def _make(self, name: str) -> None:
        _ip("netns", "add", name)
        self._made.append(name)

    def _remove(self) -> None:
        for name in self._made:
            with contextlib.suppress(OSError):
                _ip("netns", "del", name)
        self._made.clear()

    def unplugged(self, number: int) -> list[str]:
        """A laptop that has no interface but its own loopback; its prefix for commands."""
        self._make(self.laptop(number))
        _ip("-n", self.laptop(number), "link", "set", "lo", "up")
        return self.inside(number)

    def plug(self, number: int) -> list[str]:
        """Connect a laptop to the switch; its prefix for commands."""
        laptop, port = self.laptop(number), f"port{number}"
        if laptop not in self._made:
            self.unplugged(number)
        link = ("link", "add", "eth0", "netns", laptop, "type", "veth", "peer", "name", port)
        _ip(*link, "netns", self.switch)
        _ip("-n", self.switch, "link", "set", port, "master", "switch")
        _ip("-n", self.switch, "link", "set", port, "up")
        _ip("-n", laptop, "address", "add", f"{self.address(number)}/24", "dev", "eth0")
        _ip("-n", laptop, "link", "set", "eth0", "up")
        return self.inside(number)

    def unplug(self, number: int) -> None:
        """The laptop's interface is gone, as that of a stick pulled out."""
        _ip("-n", self.switch, "link", "del", f"port{number}")

    def cut(self, *numbers: int) -> None:
        """Pull the cables at the switch."""
        for number in numbers:
            _ip("-n", self.switch, "link", "set", f"port{number}", "down")

    def heal(self, *numbers: int) -> None:
        """Put them back."""
        for number in numbers:
            _ip("-n", self.switch, "link", "set", f"port{number}", "up")

    def swallow_multicast(self, number: int) -> None:
        """Nothing sent to a group reaches this laptop any more."""
        port = ("dev", f"port{number}", "type", "bridge_slave")
        _ip("-n", self.switch, "link", "set", *port, "mcast_flood", "off")

    def keep_apart(self, number: int, other: int) -> None:
        """The access point lets nothing pass between two laptops."""
        for laptop, host in ((number, self.address(other)), (other, self.address(number))):
            _ip("-n", self.laptop(laptop), "route", "add", "blackhole", f"{host}/32")

    def let_meet(self, number: int, other: int) -> None:
        """It does again."""
        for laptop, host in ((number, self.address(other)), (other, self.address(number))):
            _ip("-n", self.laptop(laptop), "route", "del", "blackhole", f"{host}/32")

    def readdress(self, number: int, host: str) -> None:
        """The access point hands out another address."""
        laptop = self.laptop(number)
        _ip("-n", laptop, "address", "del", f"{self.address(number)}/24", "dev", "eth0")
        _ip("-n", laptop, "address", "add", f"{host}/24", "dev", "eth0")


@contextmanager
def running(prefix: Sequence[str], program: str, *arguments: str) -> Iterator[None]:
    """A Python program at a laptop, until the end of the block; it prints a line when it is up."""
    process = subprocess.Popen(
        [*prefix, sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline(), "the program did not start"
        yield
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
