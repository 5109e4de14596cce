"""Requests, their answers, and all their failures."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kiosk.errors import PrintError
from kiosk.printing.ipp import http
from kiosk.printing.ipp.client import IppClient, ipp_name
from kiosk.printing.ipp.http import Endpoint
from kiosk.printing.ipp.message import Attribute, GroupTag, Tag
from kiosk.printing.media import media_col
from tests.support.fake_ipp import FakeIppServer
from tests.support.real_cups import free_port

URI = "ipp://localhost/printers/badge"
PATH = "/printers/badge"


def client(server: FakeIppServer, timeout_s: float = 5.0) -> IppClient:
    return IppClient(server.endpoint, ask_timeout_s=timeout_s, print_timeout_s=timeout_s)


def print_badge(speaker: IppClient) -> int:
    return speaker.print_job(URI, PATH, b"%PDF-1.5", title="B-0043 · प्रिया", size_mm=(62, 100))


def test_a_badge_is_one_unscaled_copy_on_its_label(server: FakeIppServer) -> None:
    """Print-Job contains the document, its format, name and size, and requests no scaling."""
    number = print_badge(client(server))

    operation = server.seen[0].message.group(GroupTag.OPERATION)
    job = server.jobs[number]
    assert server.seen[0].path == PATH
    assert operation.text("job-name") == "B-0043 · प्रिया"
    assert operation.text("document-format") == "application/pdf"
    assert operation.text("printer-uri") == URI
    assert [item.name for item in operation.attributes[:3]] == [
        "attributes-charset",
        "attributes-natural-language",
        "printer-uri",
    ], "RFC 8011 section 4.1.4 demands this order"
    assert job.document == b"%PDF-1.5"
    assert job.wanted.attributes == (
        Attribute("copies", Tag.INTEGER, (1,)),
        Attribute("print-scaling", Tag.KEYWORD, ("none",)),
        media_col(62, 100),
    )


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no domain sockets on this system")
def test_a_domain_socket_works_and_says_who_asks(tmp_path: Path) -> None:
    """Over cupsd's socket, a request for a login is answered with peer credentials."""
    with FakeIppServer(tmp_path / "cups.sock", asks_peer_credentials=True) as server:
        assert print_badge(client(server)) == 1

    assert [seen.authorization.split(" ")[0] for seen in server.seen] == ["", "PeerCred"]


def test_no_credentials_go_over_tcp(server: FakeIppServer) -> None:
    """A network server that asks for peer credentials gets no name; the refusal is reported."""
    server.asks_peer_credentials = True

    with pytest.raises(PrintError) as refused:
        print_badge(client(server))

    assert refused.value.code == "printer_login_needed"
    assert [seen.authorization for seen in server.seen] == [""]


STATUS = [
    (0x0403, "printer_login_needed"),
    (0x0404, "job_finished"),
    (0x0406, "printer_unknown"),
    (0x040A, "printer_refused_document"),
    (0x0506, "printer_not_accepting"),
    (0x0507, "printer_busy"),
    (0x0999, "printer_refused"),
]


@pytest.mark.parametrize(("status", "code"), STATUS)
def test_a_refusal_has_its_code(server: FakeIppServer, status: int, code: str) -> None:
    """An IPP refusal printed nothing, and its message is quoted."""
    server.status = status

    with pytest.raises(PrintError) as refused:
        print_badge(client(server))

    assert (code, False) == (refused.value.code, refused.value.may_have_printed)
    assert "out of order" in refused.value.problem
    assert refused.value.saved
    assert refused.value.next_step


HTTP = [(403, "printer_login_needed"), (404, "printer_refused"), (426, "printer_needs_encryption")]


@pytest.mark.parametrize(("status", "code"), HTTP)
def test_an_http_refusal_has_its_code(server: FakeIppServer, status: int, code: str) -> None:
    """An HTTP server that is not a print server gives an error with a code, too."""
    server.http_status = status

    with pytest.raises(PrintError) as refused:
        client(server).cups_printers()

    assert refused.value.code == code


def test_no_connection() -> None:
    """No connection: surely not printed."""
    with pytest.raises(PrintError) as refused:
        print_badge(IppClient(Endpoint("127.0.0.1", free_port())))

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_unreachable", False)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "bad..name", "ü" * 80, ""])
def test_invalid_host_names(host: str) -> None:
    """A host that cannot exist is an unreachable printer, not a crash."""
    with pytest.raises(PrintError) as refused:
        print_badge(IppClient(Endpoint(host, 1)))

    assert refused.value.code == "printer_unreachable"


def test_no_such_socket(tmp_path: Path) -> None:
    """A missing socket is an unreachable server."""
    with pytest.raises(PrintError) as refused:
        print_badge(IppClient(Endpoint("localhost", socket_path=str(tmp_path / "none"))))

    assert refused.value.code == "printer_unreachable"


LOST: dict[str, dict[str, object]] = {
    "hangs up": {"hang_up": True},
    "is silent": {"silence_s": 30.0},
    "drips": {"drip_s": 0.1},
    "stops in the middle": {"raw": bytes.fromhex("0101 0000 0000"), "announce_bytes": 10_000},
    "answers nonsense": {"raw": b"<html>hello</html>"},
    "answers nothing": {"raw": b""},
}


@pytest.mark.parametrize("how", LOST)
def test_an_answer_that_gets_lost(server: FakeIppServer, how: str) -> None:
    """After the document was sent, it may have printed."""
    for name, value in LOST[how].items():
        setattr(server, name, value)

    with pytest.raises(PrintError) as lost:
        print_badge(client(server, timeout_s=0.3))

    assert lost.value.code in ("printer_silent", "printer_answer_broken")
    assert lost.value.may_have_printed


def test_an_endless_answer_is_cut(server: FakeIppServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is too long is not read to its end."""
    monkeypatch.setattr(http, "ANSWER_LIMIT", 1000)
    server.raw = b"\0" * 5000

    with pytest.raises(PrintError) as refused:
        client(server).cups_printers()

    assert refused.value.code == "printer_silent"


def test_a_server_without_http() -> None:
    """A raw printer port that answers in another protocol is refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        speaker = IppClient(Endpoint(*listener.getsockname()), ask_timeout_s=0.3)
        listener.settimeout(5)
        with pytest.raises(PrintError) as refused:
            speaker.cups_default()

    assert refused.value.code == "printer_silent"


def test_a_job_without_a_number(server: FakeIppServer) -> None:
    """A server that accepted the badge without a job number may have printed it."""
    server.raw = bytes.fromhex("0101 0000 00000001 02 03")

    with pytest.raises(PrintError) as broken:
        print_badge(client(server))

    assert (broken.value.code, broken.value.may_have_printed) == ("printer_answer_broken", True)


def test_no_queues_is_an_empty_list(server: FakeIppServer) -> None:
    """CUPS answers "not found" if it has no queue, or no default."""
    server.status = 0x0406

    assert client(server).cups_printers() == []
    assert client(server).cups_default() == ""


TITLES = [
    ("badge\nof\x1b]0;x\x07 Ravi", "badge of]0;x Ravi"),
    ("क" * 100, "क" * 85),
    ("", ""),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_is_an_ipp_name(title: str, expected: str) -> None:
    """One line without control codes, at most 255 octets, never half a letter."""
    assert expected == ipp_name(title)
