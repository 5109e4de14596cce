"""Print directly to an IPP printer, without a print system in between.

For IPP Everywhere, AirPrint and Mopria printers that accept PDF. It serves Windows without a
driver, and any desk without CUPS.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.domain.printing.job import DeviceReport
from kiosk.errors import PrintError
from kiosk.printing.backend import PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.ipp.client import STATE_ATTRIBUTES, IppClient
from kiosk.printing.ipp.http import Endpoint
from kiosk.printing.ipp.reports import ask_report, printer_info

_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443}


def is_printer_uri(printer: str) -> bool:
    """Whether a printer is named by its address, not by a queue's name."""
    return printer.split("://", 1)[0].lower() in _PORTS and "://" in printer


@dataclass(frozen=True, slots=True)
class Address:
    """A printer's URI, split into its parts."""

    uri: str
    """In the form that IPP requires, with the scheme ipp or ipps."""
    endpoint: Endpoint
    path: str


def parse_printer_uri(uri: str) -> Address:
    """Read `ipp://host[:port]/path`, also ipps, http and https.

    Raises:
        PrintError: it is not the address of a printer.
    """
    try:
        parts = urlsplit(uri.strip())
        scheme, host = parts.scheme.lower(), parts.hostname or ""
        port = parts.port or _PORTS.get(scheme, 0)
    except ValueError as error:
        raise _no_address(uri) from error
    if not (host and port) or any(
        c.isspace() or not c.isprintable() for c in parts.netloc + parts.path
    ):
        raise _no_address(uri)
    tls = scheme in ("ipps", "https")
    path = parts.path or "/ipp/print"
    name = f"[{host}]" if ":" in host else host
    return Address(
        f"{'ipps' if tls else 'ipp'}://{name}:{port}{path}", Endpoint(host, port, tls=tls), path
    )


def _no_address(uri: str) -> PrintError:
    return PrintError(
        "printer_address_wrong",
        f"{uri!r} is not the address of a printer.",
        next_step="Write it like ipp://192.168.1.20/ipp/print.",
    )


@dataclass(frozen=True, slots=True)
class IppPrinterBackend:
    """Printers named by their addresses. It finds none itself: it lists only `printers`."""

    printers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """See `PrintBackend.name`."""
        return "ipp"

    def list_printers(self) -> list[PrinterInfo]:
        """The given printers, as they describe themselves.

        Raises:
            PrintError: one of them does not answer.
        """
        return [self._describe(uri) for uri in self.printers]

    def _describe(self, uri: str) -> PrinterInfo:
        address = parse_printer_uri(uri)
        described = IppClient(address.endpoint).printer(address.uri, address.path)
        return replace(
            printer_info(described, name=uri), is_default=uri == self.printers[0], uri=uri
        )

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Print one badge.

        Raises:
            PrintError: see `PrintBackend.submit`.
        """
        content = read_badge_pdf(pdf)
        address = parse_printer_uri(printer)
        number = IppClient(address.endpoint).print_job(
            address.uri, address.path, content, title=title, size_mm=(width_mm, height_mm)
        )
        return SubmittedJob(printer, number, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """Report a job and its printer."""
        address = parse_printer_uri(job.printer)
        client = IppClient(address.endpoint)
        return ask_report(
            lambda: client.job(address.uri, address.path, job.job_id),
            lambda: client.printer(address.uri, address.path, STATE_ATTRIBUTES),
        )

    def cancel(self, job: SubmittedJob) -> None:
        """Ask the printer to cancel a job.

        Raises:
            PrintError: it refused, or does not answer.
        """
        address = parse_printer_uri(job.printer)
        IppClient(address.endpoint).cancel_job(address.uri, address.path, job.job_id)
