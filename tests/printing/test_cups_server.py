"""Finding the CUPS server."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.printing.backends.ipp import cups_endpoint, parse_server, user_default_printer
from kiosk.printing.ipp.http import Endpoint

SERVERS = {
    "desk7": Endpoint("desk7"),
    "desk7:6310": Endpoint("desk7", 6310),
    "10.0.0.5:6310": Endpoint("10.0.0.5", 6310),
    "desk7:6310/version=1.1": Endpoint("desk7", 6310),
    "desk7/version=1.1": Endpoint("desk7"),
    "[fe80::1]:6310": Endpoint("fe80::1", 6310),
    "[::1]": Endpoint("::1"),
    "::1": Endpoint("::1"),
    "/run/my cups.sock": Endpoint("localhost", socket_path="/run/my cups.sock"),
    "print.example.org:443": Endpoint("print.example.org", 443, tls=True),
    "desk7:99999": Endpoint("desk7", 631),
    " desk7 ": Endpoint("desk7"),
    "": Endpoint("localhost"),
    ":6310": Endpoint("localhost", 6310),
}


@pytest.mark.parametrize("server", SERVERS)
def test_the_forms_of_cups_server(server: str) -> None:
    """Every form of CUPS_SERVER and ServerName names the server that CUPS' tools would use."""
    assert SERVERS[server] == parse_server(server, 631)


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A home with ~/.cups and a system folder, both empty."""
    (tmp_path / "home/.cups").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    return tmp_path


def environ(places: Path, env: dict[str, str]) -> dict[str, str]:
    return {"HOME": str(places / "home"), "CUPS_SYSCONFIG": str(places / "etc"), **env}


def endpoint(places: Path, env: dict[str, str], sockets: tuple[str, ...] = ()) -> Endpoint:
    return cups_endpoint(environ(places, env), sockets)


def test_the_environment_wins(places: Path) -> None:
    """CUPS_SERVER overrides every file."""
    (places / "home/.cups/client.conf").write_text("ServerName mine\n")

    assert Endpoint("given", 6310) == endpoint(places, {"CUPS_SERVER": "given:6310"})


def test_the_users_file_before_the_systems(places: Path) -> None:
    """~/.cups/client.conf, then the system's; words in any case, comments left out."""
    (places / "etc/client.conf").write_text("ServerName system # ours\n")

    assert Endpoint("system") == endpoint(places, {})

    (places / "home/.cups/client.conf").write_text("# no\nUser x\nSERVERNAME\tmine:99\n")

    assert Endpoint("mine", 99) == endpoint(places, {})


def test_the_socket_if_it_may_be_used(places: Path) -> None:
    """Without settings the domain socket, and without one localhost."""
    there = places / "cups.sock"
    there.touch()

    assert endpoint(places, {}, (str(places / "none"), str(there))) == Endpoint(
        "localhost", socket_path=str(there)
    )
    assert Endpoint("localhost") == endpoint(places, {})
    assert Endpoint("localhost", 6310) == endpoint(places, {"IPP_PORT": "6310"})
    assert Endpoint("localhost") == endpoint(places, {"IPP_PORT": "many"})


def test_a_file_that_is_not_text_is_ignored(places: Path) -> None:
    """A damaged client.conf is skipped."""
    (places / "home/.cups/client.conf").write_bytes(b"\xff\xfe\x00ServerName\x00")

    assert Endpoint("localhost") == endpoint(places, {})


DEFAULTS = [
    ({"LPDEST": "a", "PRINTER": "b"}, "a"),
    ({"PRINTER": "b"}, "b"),
    ({"PRINTER": "lp"}, "mine"),
    ({"LPDEST": "a/draft"}, "a"),
    ({}, "mine"),
]


@pytest.mark.parametrize(("env", "expected"), DEFAULTS)
def test_the_users_default_printer(places: Path, env: dict[str, str], expected: str) -> None:
    """LPDEST, PRINTER, then the Default line of lpoptions, without its instance."""
    (places / "home/.cups/lpoptions").write_text("Dest x a=b\nDefault mine/photo media=A6\n")

    assert expected == user_default_printer(environ(places, env))


def test_no_default_printer(places: Path) -> None:
    """Without any setting the server decides."""
    assert user_default_printer(environ(places, {})) == ""
