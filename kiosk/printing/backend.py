"""Define the interfaces of print backends and of a machine's print system, and their types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.printing.job import DeviceReport, PrinterState
from kiosk.errors import PrintError
from kiosk.printing import media


@dataclass(frozen=True, slots=True)
class PrinterInfo:
    """One printer or queue."""

    name: str
    """What `submit` takes; unique within its backend."""
    description: str
    state: PrinterState | None
    """None when the printer does not report it."""
    accepting: bool
    """Accepts new jobs; a paused queue can still accept them."""
    reasons: tuple[str, ...] = ()
    """IPP `printer-state-reasons` without `none`."""
    is_default: bool = False
    uri: str = ""
    media: tuple[str, ...] = ()
    """IPP `media-supported`, and `media-size-supported` as names."""
    ready: tuple[str, ...] = ()
    """IPP `media-ready`: the loaded paper."""

    @property
    def sizes_mm(self) -> tuple[tuple[float, float], ...]:
        """The paper and label sizes that it lists, without the ends of ranges."""
        return media.sizes_mm(self.media)

    @property
    def loaded_mm(self) -> tuple[tuple[float, float], ...]:
        """The sizes that are loaded, as far as it reports them."""
        return media.sizes_mm(self.ready)

    def takes_size(self, width_mm: float, height_mm: float) -> bool | None:
        """Whether the printer lists that paper or label size; None: it lists no sizes."""
        return media.takes_size(self.media, width_mm, height_mm)


@dataclass(frozen=True, slots=True)
class SubmittedJob:
    """A job that a print system has accepted. These three fields find it again after a restart."""

    printer: str
    job_id: int
    """The job's number in the print system; 0 where it has none."""
    backend: str
    """`PrintBackend.name` of the backend that accepted it."""


class PrintBackend(Protocol):
    """A way to print. Methods block (up to a few seconds); call them from a worker thread."""

    @property
    def name(self) -> str:
        """Stable identifier: `cups`, `ipp`, `lp`, `raw`, `sumatra`, `save`."""

    def list_printers(self) -> list[PrinterInfo]:
        """Printers known now.

        Raises:
            PrintError: the print system does not answer.
        """

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Send one PDF to a printer: one copy, unscaled, on paper of that size.

        Raises:
            PrintError: it was not accepted; check `may_have_printed` before a retry.
        """

    def report(self, job: SubmittedJob) -> DeviceReport:
        """Report the job's current state. An unreachable device gives a report as well."""

    def cancel(self, job: SubmittedJob) -> None:
        """Cancel the job; paper that has already moved cannot be recalled.

        Raises:
            PrintError: the print system refused.
        """


class PrintSystem(Protocol):
    """All printers of this machine. Methods block: never call them in the UI thread."""

    def printers(self) -> list[PrinterInfo]:
        """Every printer known now, the default one first.

        Raises:
            PrintError: the print system does not answer.
        """

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        """The backend for a printer, and the printer's name; empty means the default one.

        Raises:
            PrintError: there is no such printer, or no default one.
        """

    def named(self, backend: str) -> PrintBackend:
        """The backend that accepted a job.

        Raises:
            PrintError: this machine does not have that backend.
        """


def choose_printer(backend: PrintBackend, printer: str | None = None) -> PrinterInfo:
    """The named printer, else the default one, else the only one.

    Raises:
        PrintError: there is no such printer, or there are several and no default.
    """
    printers = backend.list_printers()
    chosen = [p for p in printers if (p.name == printer if printer else p.is_default)]
    if chosen or (not printer and len(printers) == 1):
        return (chosen or printers)[0]
    names = ", ".join(listed.name for listed in printers) or "none"
    raise PrintError(
        "printer_unknown",
        f"There is no printer called {printer}." if printer else "No default printer is set.",
        next_step=f"Choose one of these: {names}.",
    )


def read_badge_pdf(pdf: Path) -> bytes:
    """Read the PDF that goes to a printer.

    Raises:
        PrintError: it cannot be read, or is not a PDF. A printer would print it as text, many
            pages of garbage, or drop it without a report.
    """
    try:
        content = pdf.read_bytes()
    except OSError as error:
        raise _unusable("cannot be read") from error
    if b"%PDF-" not in content[:1024]:  # readers accept a header that deep: ISO 32000-1, annex H
        raise _unusable("is not a PDF")
    return content


def _unusable(why: str) -> PrintError:
    return PrintError(
        "badge_file_unusable",
        f"The badge's PDF file {why}, so nothing was sent to a printer.",
        next_step="Print the badge again. If it fails again, check whether the disk is full.",
    )
