"""Choice of the print backend and the printer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk.domain.printing.job import PDF_FOLDER, PrinterState
from kiosk.errors import PrintError
from kiosk.printing import find
from kiosk.printing.backend import PrinterInfo, choose_printer
from kiosk.printing.backends.ipp import CupsBackend, printer_at
from kiosk.printing.backends.lp import LpBackend
from kiosk.printing.find import MachinePrinting
from kiosk.printing.ipp.client import IppClient
from tests.support.fake_ipp import FakeIppServer, FakeQueue
from tests.support.real_cups import free_port


@pytest.fixture(autouse=True)
def _a_linux_without_lp(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every test machine: no `lp`, no settings of this user."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(find, "lp_is_installed", lambda: False)
    for name in ("LPDEST", "PRINTER", "CUPS_SERVER", "CUPS_SERVERROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUPS_USERCONFIG", "/nonexistent")


def use(monkeypatch: pytest.MonkeyPatch, server: FakeIppServer) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(server.endpoint))


def test_cups_is_used_if_it_answers(
    monkeypatch: pytest.MonkeyPatch, server: FakeIppServer, tmp_path: Path
) -> None:
    """With or without a named queue; CUPS_SERVER gives the address."""
    use(monkeypatch, server)

    assert MachinePrinting(tmp_path).find().name == "cups"
    assert MachinePrinting(tmp_path).find("badge").name == "cups"


def test_badges_are_saved_without_a_printer(
    monkeypatch: pytest.MonkeyPatch, server: FakeIppServer, tmp_path: Path
) -> None:
    """No server, or no queue; a named printer that does not answer is waited for instead."""
    use(monkeypatch, server)
    server.queues.clear()
    assert MachinePrinting(tmp_path).find().name == "save"

    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{free_port()}")
    assert MachinePrinting(tmp_path).find().name == "save"
    assert MachinePrinting(tmp_path).find("badge").name == "cups"


def test_a_printer_by_address_or_the_folder(tmp_path: Path) -> None:
    """Neither asks a print server."""
    assert MachinePrinting(tmp_path).find("ipp://10.0.0.7/ipp/print").name == "ipp"
    assert MachinePrinting(tmp_path).find(PDF_FOLDER).name == "save"


def test_lp_for_printers_that_cups_cannot_reach(
    monkeypatch: pytest.MonkeyPatch, server: FakeIppServer, tmp_path: Path
) -> None:
    """A server that requires a login, and printers that only `lpstat` lists."""
    use(monkeypatch, server)
    monkeypatch.setattr(find, "lp_is_installed", lambda: True)
    found = PrinterInfo("discovered", "", None, accepting=True)
    monkeypatch.setattr(LpBackend, "list_printers", lambda self: [found])

    assert MachinePrinting(tmp_path).find("badge").name == "cups"
    assert MachinePrinting(tmp_path).find("discovered").name == "lp"
    assert MachinePrinting(tmp_path).find("nowhere").name == "cups"

    server.http_status = 401
    assert MachinePrinting(tmp_path).find("badge").name == "lp"


def test_on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SumatraPDF if it is installed, else the folder."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(find, "find_sumatra", lambda _: tmp_path / "SumatraPDF.exe")
    assert MachinePrinting(tmp_path).find("QL-820").name == "sumatra"

    monkeypatch.setattr(find, "find_sumatra", lambda _: None)
    assert MachinePrinting(tmp_path).find("QL-820").name == "save"


@pytest.mark.parametrize("name", ["cups", "lp", "ipp", "save"])
def test_a_stored_job_finds_its_backend(name: str, tmp_path: Path) -> None:
    """By the name in the job, also after a restart."""
    assert MachinePrinting(tmp_path).named(name).name == name


def test_a_stored_job_of_another_machine(tmp_path: Path) -> None:
    """A backend that this machine lacks is reported, not guessed."""
    with pytest.raises(PrintError) as refused:
        MachinePrinting(tmp_path).named("pigeon")

    assert refused.value.code == "print_system_absent"


def test_printers_are_listed(server: FakeIppServer) -> None:
    """The default first, then by name, each with its description."""
    server.queues["Aa"] = FakeQueue("Aa", state=5, reasons=("paused",), accepting=False, media=())

    printers = CupsBackend(IppClient(server.endpoint)).list_printers()

    assert printers == [
        PrinterInfo(
            "badge",
            "Label printer",
            PrinterState.IDLE,
            accepting=True,
            is_default=True,
            uri="ipp://localhost/printers/badge",
            media=("oe_62x100mm_62x100mm", "iso_a6_105x148mm"),
        ),
        PrinterInfo(
            "Aa",
            "Label printer",
            PrinterState.STOPPED,
            accepting=False,
            reasons=("paused",),
            uri="ipp://localhost/printers/Aa",
        ),
    ]
    assert printers[0].takes_size(62, 100)


def test_the_users_default_counts_before_the_servers(server: FakeIppServer) -> None:
    """The same order as in `lp`."""
    server.queues["mine"] = FakeQueue("mine")
    backend = CupsBackend(IppClient(server.endpoint), user_default="mine")

    assert choose_printer(backend).name == "mine"
    assert choose_printer(backend, "badge").name == "badge"


def test_the_only_printer_needs_no_default(server: FakeIppServer) -> None:
    """A single queue is chosen; of two, one must be named."""
    server.default = ""
    backend = CupsBackend(IppClient(server.endpoint))
    assert choose_printer(backend).name == "badge"

    server.queues["b2"] = FakeQueue("b2")
    with pytest.raises(PrintError) as refused:
        choose_printer(backend)

    assert refused.value.code == "printer_unknown"
    assert "b2, badge" in refused.value.next_step


ADDRESSES = [
    ("ipp://10.0.0.7/ipp/print", "ipp://10.0.0.7:631/ipp/print", "10.0.0.7:631", False),
    ("ipp://label.local:8631", "ipp://label.local:8631/ipp/print", "label.local:8631", False),
    ("ipps://10.0.0.7/x", "ipps://10.0.0.7:631/x", "10.0.0.7:631", True),
    ("http://10.0.0.7:631/x", "ipp://10.0.0.7:631/x", "10.0.0.7:631", False),
    ("IPP://[fe80::1]/x", "ipp://[fe80::1]:631/x", "[fe80::1]:631", False),
]


@pytest.mark.parametrize(("given", "uri", "endpoint", "tls"), ADDRESSES)
def test_a_printers_address(given: str, uri: str, endpoint: str, tls: bool) -> None:
    """The defaults are port 631 and the path of IPP Everywhere."""
    address = printer_at(given)
    reached = address.client.endpoint

    assert (uri, endpoint, tls) == (address.uri, str(reached), reached.tls)


BAD = [
    "ipp://",
    "ipp:///x",
    "ipp://a:99999/",
    "ipp://a b/",
    "ipp://a/\r\nX: y",
    "ipp://[::1/",
    "ftp://a/",
]


@pytest.mark.parametrize("given", BAD)
def test_an_invalid_address(given: str) -> None:
    """It is refused with an example of a good one."""
    with pytest.raises(PrintError) as refused:
        printer_at(given)

    assert refused.value.code == "printer_address_wrong"
