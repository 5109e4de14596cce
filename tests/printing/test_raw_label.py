"""Label printers without a driver: what is sent is decoded again and compared as a picture."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from zxingcpp import read_barcodes

from kiosk.badges.layout.file import load_layout
from kiosk.badges.sheets.stock import load_stock
from kiosk.domain.printing.job import JobState, PrinterState
from kiosk.errors import PrintError
from kiosk.printing import label_code
from kiosk.printing.backend import PageSize
from kiosk.printing.backends import raw_label
from kiosk.printing.backends.raw_label import (
    RawLabelBackend,
    is_label_printer,
    parse_address,
    rasterised,
)
from kiosk.printing.find import MachinePrinting
from tests.badges.people import EVENT, person, render_badges

READY_ZPL = (
    b"\x02030,0,0,0800,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
)
NO_LABELS_ZPL = READY_ZPL.replace(b"030,0,", b"030,1,", 1)
OPEN_ZPL = READY_ZPL.replace(b"\x02000,0,0,", b"\x02000,0,1,", 1)
READY_BROTHER = bytes([0x80, 0x20, 0x42, 0x34, 0x38, 0x30, 0, 0, 0, 0, 62, 0x0B]) + bytes(
    [0, 0, 0, 0, 0, 100, 0, 0] + [0] * 12
)
OPEN_BROTHER = READY_BROTHER[:9] + b"\x10" + READY_BROTHER[10:]


@dataclass
class FakeLabelPrinter:
    """A label printer on loopback that keeps what it receives."""

    answer: bytes = READY_ZPL
    received: list[bytes] = field(default_factory=list)

    def __enter__(self) -> FakeLabelPrinter:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                content = b""
                while part := connection.recv(65536):
                    content += part
                    if content.endswith((label_code.ZPL_ASK, b"\x1biS")):
                        connection.sendall(self.answer)
                self.received.append(content)

    def labels(self) -> list[bytes]:
        """The labels, without the questions; waits for the last one."""
        for _ in range(100):
            found = [each for each in self.received if not each.endswith((b"~HS", b"\x1biS"))]
            if found:
                return found
            threading.Event().wait(0.02)
        return []


@pytest.fixture
def zebra() -> Iterator[FakeLabelPrinter]:
    """A ZPL printer that is ready."""
    with FakeLabelPrinter() as printer:
        yield printer


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    """A badge of 62 x 100 mm."""
    out = tmp_path / "badge.pdf"
    stock = load_stock("dk-11202")
    layout = load_layout("label-62x100")
    render_badges([person("Priya Rao", "Priya")], out, layout=layout, stock=stock, event=EVENT)
    return out


def decoded_zpl(content: bytes) -> Image.Image:
    """The picture in a label's ^GFA field, white paper."""
    match = re.search(rb"\^PW(\d+)\^LL(\d+).*\^GFA,(\d+),\3,(\d+),([0-9A-F]+)\^FS", content)
    assert match is not None
    width, height, row = int(match[1]), int(match[2]), int(match[4])
    bits = Image.frombytes("1", (row * 8, height), bytes.fromhex(match[5].decode()))
    return ImageChops.invert(bits.crop((0, 0, width, height)).convert("L"))


def decoded_brother(content: bytes, width: int, offset: int) -> Image.Image:
    """The picture in a label's raster rows, white paper."""
    assert content.startswith(bytes(200) + b"\x1b@\x1bia\x01\x1biz")
    assert content.endswith(b"\x1a")
    count = int.from_bytes(content[213:217], "little")
    rows = content[content.index(b"M\x00g\x00") + 2 : -1]
    assert len(rows) == count * 93
    data = b"".join(rows[at + 3 : at + 93] for at in range(0, len(rows), 93))
    head = Image.frombytes("1", (720, count), data).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    left = 720 - width - offset
    return ImageChops.invert(head.crop((left, 0, left + width, count)).convert("L"))


def _same(one: Image.Image, two: Image.Image) -> bool:
    return ImageChops.difference(one.convert("L"), two.convert("L")).getbbox() is None


def test_a_zebra_gets_the_badge_as_a_picture(zebra: FakeLabelPrinter, badge: Path) -> None:
    """At 203 dpi, dot for dot, and its code can be read."""
    printer = f"zpl://127.0.0.1:{zebra.port}"
    job = RawLabelBackend().submit(badge, printer, title="x", page=PageSize(62, 100))
    picture = decoded_zpl(zebra.labels()[0])

    assert job.backend == "raw"
    assert picture.size == pytest.approx((62 * 203 / 25.4, 100 * 203 / 25.4), abs=1)
    assert _same(picture, rasterised(badge, 203))
    assert [found.text for found in read_barcodes(picture)] == ["K1:7F3K9QZ2X5MTW"]


def test_a_brother_gets_the_printable_middle(badge: Path) -> None:
    """A die-cut label of 62 x 100 mm: 696 x 1109 of 732 x 1181 dots, and the code can be read."""
    with FakeLabelPrinter(READY_BROTHER) as brother:
        printer = f"brother://127.0.0.1:{brother.port}"
        RawLabelBackend().submit(badge, printer, title="x", page=PageSize(62, 100))
        content = brother.labels()[0]
        (info,) = RawLabelBackend((printer,)).list_printers()
    picture = decoded_brother(content, 696, 12)
    whole = rasterised(badge, 300)
    left, top = (whole.width - 696) // 2, (whole.height - 1109) // 2

    assert content[206:213] == b"\x1biz\x8e\x0b\x3e\x64"
    assert _same(picture, whole.crop((left, top, left + 696, top + 1109)))
    assert [found.text for found in read_barcodes(picture)] == ["K1:7F3K9QZ2X5MTW"]
    assert info.sizes_mm == ((62, 100),)


def test_an_endless_roll_keeps_the_length(badge: Path) -> None:
    """A label that is not die-cut has a feed margin of 35 dots."""
    label = label_code.brother_label(62, 85, endless=False)
    assert label is not None
    picture = rasterised(badge, 300)
    content = label_code.brother_raster(picture, label)

    assert content[206:213] == b"\x1biz\x86\x0a\x3e\x00"
    assert b"\x1bid\x23\x00" in content
    assert decoded_brother(content, 696, 12).height == picture.height


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("zpl", NO_LABELS_ZPL, "out of labels"),
        ("zpl", OPEN_ZPL, "cover of the label printer is open"),
        ("brother", OPEN_BROTHER, "cover of the label printer is open"),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    kind: str, answer: bytes, words: str, badge: Path
) -> None:
    """The badge waits: no label is sent to an open printer."""
    with FakeLabelPrinter(answer) as printer:
        address = f"{kind}://127.0.0.1:{printer.port}"
        with pytest.raises(PrintError) as refused:
            RawLabelBackend().submit(badge, address, title="x", page=PageSize(62, 100))
        sent = [each for each in printer.received if len(each) > 300]

    assert (refused.value.code, words in refused.value.problem) == ("printer_busy", True)
    assert sent == []


@pytest.mark.slow
def test_its_state_is_reported(zebra: FakeLabelPrinter, badge: Path) -> None:
    """Done when it is ready again; stopped while it has no labels; unknown without an answer."""
    printer = f"zpl://127.0.0.1:{zebra.port}"
    backend = RawLabelBackend()
    job = backend.submit(badge, printer, title="x", page=PageSize(62, 100))

    assert backend.report(job).job_state is JobState.COMPLETED
    zebra.answer = NO_LABELS_ZPL
    report = backend.report(job)
    assert (report.printer_state, report.printer_reasons) == (
        PrinterState.STOPPED,
        ("media-empty-error",),
    )
    zebra.answer = b"?"
    assert backend.report(job).job_state is None
    with pytest.raises(PrintError):
        backend.cancel(job)


@pytest.mark.skipif(sys.platform == "win32", reason="device files are of Unix")
def test_a_device_file_is_a_printer(badge: Path) -> None:
    """As for a printer at a USB port; here a pseudo-terminal that answers."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    received = bytearray()

    def serve() -> None:
        while not received.endswith(b"^XZ"):
            received.extend(os.read(ours, 65536))
            if received.endswith(b"~HS"):
                os.write(ours, READY_ZPL)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    printer = f"zpl:{os.ttyname(theirs)}?dpi=300"
    RawLabelBackend().submit(badge, printer, title="x", page=PageSize(62, 100))
    thread.join(5)
    os.close(ours)
    os.close(theirs)

    assert _same(decoded_zpl(bytes(received)), rasterised(badge, 300))


def test_addresses(tmp_path: Path) -> None:
    """The backend is chosen by the address, and a wrong one is refused with an example."""
    printers = MachinePrinting(tmp_path)
    assert is_label_printer("zpl://10.0.0.7")
    assert not is_label_printer("ipp://10.0.0.7/ipp/print")
    assert parse_address("brother:/dev/usb/lp0").device == "/dev/usb/lp0"
    assert (parse_address("zpl://10.0.0.7").port, parse_address("zpl://h").dpi) == (9100, 203)
    assert printers.find("zpl://10.0.0.7").name == printers.named("raw").name
    for wrong in ("zpl:", "zpl:/etc/passwd", "brother://", "zpl://h:99999", "zpl://h?dpi=1"):
        with pytest.raises(PrintError) as refused:
            parse_address(wrong)
        assert refused.value.code == "printer_address_wrong"


def test_a_printer_that_is_away(badge: Path) -> None:
    """Nothing was sent, so the badge waits."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(PrintError) as refused:
        RawLabelBackend().submit(
            badge, f"zpl://127.0.0.1:{port}", title="x", page=PageSize(62, 100)
        )

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_unreachable", False)


ROLL_BROTHER = READY_BROTHER[:11] + b"\x0a" + bytes(5) + b"\x00" + READY_BROTHER[18:]


@pytest.mark.parametrize(
    ("answer", "endless", "command"),
    [
        (ROLL_BROTHER, False, b"\x86\x0a\x3e\x00"),
        (READY_BROTHER, True, b"\x8e\x0b\x3e\x64"),
        (b"", True, b"\x86\x0a\x3e\x00"),
        (b"", False, b"\x8e\x0b\x3e\x64"),
    ],
    ids=["a roll is in it", "labels are in it", "the stock is a roll", "the stock is labels"],
)
def test_a_brother_gets_the_commands_for_its_labels(
    answer: bytes,
    endless: bool,
    command: bytes,
    badge: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a roll in it, it refuses commands for die-cut labels; over the network it is silent."""
    monkeypatch.setattr(raw_label, "_ANSWER_S", 0.2)
    with FakeLabelPrinter(answer) as brother:
        printer = f"brother://127.0.0.1:{brother.port}"
        RawLabelBackend().submit(badge, printer, title="x", page=PageSize(62, 100, endless))
        content = brother.labels()[0]

    assert content[206:213] == b"\x1biz" + command


@pytest.mark.skipif(sys.platform == "win32", reason="device files are of Unix")
def test_a_device_that_takes_no_data_ends_the_attempt(
    badge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer that stops in the middle of a label does not stop the desk; the job is unclear."""
    monkeypatch.setattr(raw_label, "_PRINT_S", 0.2)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    thread = threading.Thread(target=lambda: os.write(ours, READY_ZPL), daemon=True)
    thread.start()
    printer = f"zpl:{os.ttyname(theirs)}"
    with pytest.raises(PrintError) as refused:
        RawLabelBackend().submit(badge, printer, title="x", page=PageSize(62, 100))
    os.close(ours)
    os.close(theirs)

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_silent", True)


def test_a_socket_that_takes_no_data_leaves_the_job_unclear(
    badge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the label is sent: it may be on paper."""
    monkeypatch.setattr(raw_label, "_PRINT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        content = bytes(64_000_000)
        address = parse_address(f"ZPL://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(PrintError) as refused:
            raw_label._exchange(address, content, 0)

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_silent", True)


def test_a_device_of_another_user_is_named(badge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The printer is on: the advice is about the user."""

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PrintError, match="may not use /dev/usb/lp0") as refused:
        raw_label._exchange(parse_address("zpl:/dev/usb/lp0"), b"~HS", 3)
    assert "group" in refused.value.next_step
