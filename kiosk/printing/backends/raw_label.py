"""Print on label printers without a driver, over TCP port 9100 or a USB device file.

A printer is named by its address: `zpl://192.168.1.30`, `zpl:/dev/usb/lp0?dpi=300`,
`brother://192.168.1.31` or `brother:/dev/usb/lp0`. Real hardware was not tested.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.printing.job import NO_REPORTS, UNREACHABLE, DeviceReport, JobState, PrinterState
from kiosk.errors import PrintError
from kiosk.printing import label_code
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob, read_badge_pdf, unreachable
from kiosk.printing.label_code import LabelStatus
from kiosk.support.install_hint import install_hint

if TYPE_CHECKING:
    from PIL.Image import Image

PORT = 9100
_CONNECT_S, _ANSWER_S, _PRINT_S = 4.0, 1.0, 20.0
_ADDRESS = re.compile(
    r"(?P<kind>zpl|brother):(?:(?P<device>/dev(?:/\w[\w.-]*)+)|//(?P<host>[\w.-]+)(?::(?P<port>\d+))?/?)"
    r"(?:\?dpi=(?P<dpi>203|300|600))?",
    re.IGNORECASE,
)
_DPI = {"zpl": 203, "brother": label_code.BROTHER_DPI}


def is_label_printer(printer: str) -> bool:
    """Whether a printer is named by the address of a label printer without a driver."""
    return printer.partition(":")[0].lower() in _DPI and ":" in printer


@dataclass(frozen=True, slots=True)
class LabelAddress:
    """A printer's address, split into its parts."""

    kind: str
    """`zpl` or `brother`."""
    device: str
    host: str
    port: int
    dpi: int


def parse_address(printer: str) -> LabelAddress:
    """Read the address of a label printer.

    Raises:
        PrintError: it is not one.
    """
    match = _ADDRESS.fullmatch(printer.strip())
    if match is None or int(match["port"] or PORT) > 65_535:
        raise PrintError(
            "printer_address_wrong",
            f"{printer!r} is not the address of a label printer.",
            next_step="Write it like zpl://192.168.1.30 or brother:/dev/usb/lp0.",
        )
    kind, host = match["kind"].lower(), match["host"] or ""
    dpi = int(match["dpi"] or 0) if kind == "zpl" else 0
    return LabelAddress(
        kind, match["device"] or "", host, int(match["port"] or PORT), dpi or _DPI[kind]
    )


@dataclass(frozen=True, slots=True)
class RawLabelBackend:
    """Label printers named by their addresses; it finds none itself."""

    printers: tuple[str, ...] = ()
    name = "raw"

    def list_printers(self) -> list[PrinterInfo]:
        """The given printers, as far as they report their state."""
        return [_described(printer) for printer in self.printers]

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        """Print one label. A printer that reports an open cover or no labels gets nothing."""
        read_badge_pdf(pdf)
        address = parse_address(printer)
        picture = rasterised(pdf, address.dpi)
        status = _ask(address)
        if status is not None and status.reasons:
            raise _not_ready(status)
        if status is not None and status.width_mm:  # the printer knows its labels best
            page = page._replace(endless=not status.length_mm)
        content = _encoded(address, picture, page)
        _exchange(address, content, 0)
        return SubmittedJob(printer, 0, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """The printer's state; done if it reports no trouble and nothing waits in it."""
        try:
            status = _ask(parse_address(job.printer))
        except PrintError:
            return UNREACHABLE
        if status is None:
            return NO_REPORTS
        if status.reasons or status.is_busy:
            state = PrinterState.STOPPED if status.reasons else PrinterState.PRINTING
            return DeviceReport(JobState.PROCESSING, "", (), state, status.reasons)
        return DeviceReport(JobState.COMPLETED, printer_state=PrinterState.IDLE)

    def cancel(self, job: SubmittedJob) -> None:
        """Refuse: a label that was sent cannot be recalled."""
        raise PrintError(
            "job_unknown",
            "A label that was sent to the printer cannot be canceled from here.",
            next_step="Switch the printer off and on again.",
        )


def rasterised(pdf: Path, dpi: int) -> Image:
    """The first page in black and white at a printer's resolution.

    Raises:
        PrintError: the extra `labels` is not installed.
    """
    try:
        import pypdfium2  # a heavy leaf of the extra `labels`
    except ImportError as error:
        raise PrintError(
            "labels_extra_missing",
            "Label printers without a driver need the extra `labels` of kiosk.",
            next_step=install_hint("labels"),
        ) from error
    document = pypdfium2.PdfDocument(pdf)
    try:
        page: Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
        return page.point(lambda value: 255 if value >= 128 else 0).convert("1")
    finally:
        document.close()


def _encoded(address: LabelAddress, picture: Image, page: PageSize) -> bytes:
    if address.kind == "zpl":
        return label_code.zpl(picture)
    label = label_code.brother_label(page.width_mm, page.height_mm, endless=page.endless)
    if label is None:
        widths = sorted({each.width_mm for each in label_code.BROTHER_LABELS})
        raise PrintError(
            "paper_size_unknown",
            f"Brother has no labels of {page.width_mm:g} x {page.height_mm:g} mm.",
            next_step=f"Choose a stock of a width of {', '.join(map(str, widths))} mm.",
        )
    return label_code.brother_raster(picture, label)


def _described(printer: str) -> PrinterInfo:
    status = _ask(parse_address(printer)) or LabelStatus()
    media: tuple[str, ...] = ()
    if status.width_mm and status.length_mm:
        media = (f"oe_label_{status.width_mm}x{status.length_mm}mm",)
    elif status.width_mm:
        media = (f"custom_min_{status.width_mm}x25mm", f"custom_max_{status.width_mm}x300mm")
    state = PrinterState.STOPPED if status.reasons else PrinterState.IDLE
    return PrinterInfo(
        printer, "Label printer", state, True, status.reasons, True, printer, media, media
    )


def _not_ready(status: LabelStatus) -> PrintError:
    words = {
        "media-empty-error": ("The label printer is out of labels.", "Load labels."),
        "media-needed-error": ("The label printer has other labels.", "Load labels of the stock."),
        "cover-open-error": ("The cover of the label printer is open.", "Close the cover."),
        "paused": ("The label printer is paused.", "Press its pause key."),
    }
    problem, advice = words.get(
        status.reasons[0], ("The label printer has a fault.", "Look at its lights and display.")
    )
    return PrintError("printer_busy", problem, next_step=f"{advice} The badge waits for it.")


# The connection: a socket or a device file.


def _ask(address: LabelAddress) -> LabelStatus | None:
    """The printer's status; None if it does not report one."""
    if address.kind == "zpl":
        return label_code.zpl_status(_exchange(address, label_code.ZPL_ASK, 3))
    answer = _exchange(address, label_code.BROTHER_ASK, label_code.BROTHER_ANSWER_BYTES)
    return label_code.brother_status(answer)


def _exchange(address: LabelAddress, content: bytes, answer: int) -> bytes:
    """Send bytes, and read an answer: ZPL's number of strings, or a number of bytes; 0: none.

    Raises:
        PrintError: no connection, or it ended while the label was sent.
    """
    place = address.device or f"{address.host}:{address.port}"
    try:
        if address.device:
            return _through_device(address.device, content, answer)
        return _through_socket(address, content, answer)
    except PermissionError as error:
        raise PrintError(
            "printer_unreachable",
            f"This user may not use {place}.",
            next_step="Add the user to the group that owns it, often lp, and log in again.",
        ) from error
    except (_CutOffError, OSError, ValueError) as error:
        if isinstance(error, _CutOffError) and not answer:
            raise PrintError(
                "printer_silent",
                f"The label printer at {place} stopped in the middle of the label.",
                next_step="Look at its display and labels, then print the badge again.",
                may_have_printed=True,
            ) from error
        raise unreachable(place) from error


class _CutOffError(Exception):
    """A printer took a part of the data only."""


def _through_socket(address: LabelAddress, content: bytes, answer: int) -> bytes:
    with socket.create_connection((address.host, address.port), _CONNECT_S) as connected:
        connected.settimeout(_PRINT_S)
        try:
            connected.sendall(content)
        except OSError as error:
            raise _CutOffError from error
        received = b""
        connected.settimeout(_ANSWER_S)
        while answer and not _is_whole(received, answer):
            try:
                part = connected.recv(1024)
            except TimeoutError:
                break
            if not part:
                break
            received += part
        return received


def _through_device(device: str, content: bytes, answer: int) -> bytes:
    descriptor = os.open(device, os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    try:
        if sys.platform != "win32":
            os.set_blocking(descriptor, False)
        _write(descriptor, content)
        if not answer:
            return b""
        received, until = b"", time.monotonic() + _ANSWER_S
        while not _is_whole(received, answer) and time.monotonic() < until:
            part = b""
            with contextlib.suppress(BlockingIOError):
                part = os.read(descriptor, 1024)
            received += part
            if not part:
                time.sleep(0.02)
        return received
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    """Write all, and wait until the printer has it. A printer without labels takes no more data.

    Raises:
        _CutOffError: it took none for too long, or the connection ended.
    """
    view = memoryview(content)
    try:
        while select.select([], [descriptor], [], _PRINT_S)[1]:
            if not view:
                return
            with contextlib.suppress(BlockingIOError):
                view = view[os.write(descriptor, view) :]
    except OSError as error:
        raise _CutOffError from error
    raise _CutOffError


def _is_whole(received: bytes, answer: int) -> bool:
    return received.count(b"\x03") >= answer if answer == 3 else len(received) >= answer
