"""The addresses that a desk offers to others, on every system."""

from __future__ import annotations

import socket
import sys

import pytest

from kiosk.sync import network

OF_HOST = ["127.0.1.1", "192.168.1.20", "10.0.0.7"]


@pytest.mark.parametrize("platform", ["win32", "freebsd14"])
def test_systems_without_the_ioctl_use_the_host_name(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the ioctl, the addresses of the host name are offered, without loopback."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda name: (name, [], OF_HOST))
    monkeypatch.setattr(network, "_outward", list)

    assert ["192.168.1.20", "10.0.0.7"] == network.own_addresses()


def test_no_network_gives_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host name that cannot be resolved gives no address, and no error."""

    def fail(_: str) -> None:
        raise socket.gaierror

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(socket, "gethostbyname_ex", fail)
    monkeypatch.setattr(network, "_outward", list)

    assert [] == network.own_addresses()


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="uses the ioctl")
def test_interfaces_are_listed() -> None:
    """The loopback interface is among the interfaces, and not among the offered addresses."""
    assert "127.0.0.1" in network._of_interfaces()
    assert "127.0.0.1" not in network.own_addresses()
