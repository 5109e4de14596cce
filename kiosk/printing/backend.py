"""What every way of printing offers, and the types it speaks in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.printing.job import DeviceReport, PrinterState
from kiosk.printing import media
from kiosk.printing.errors import PrintError


@dataclass(frozen=True, slots=True)
class PrinterInfo:
    """One printer or queue."""

    name: str
    """What `submit` takes; unique within its backend."""
    description: str
    state: PrinterState | None
    """None when the printer does not say."""
    accepting: bool
    """Takes new jobs; a paused queue may still take them."""
    reasons: tuple[str, ...] = ()
    """IPP `printer-state-reasons` without `none`."""
    is_default: bool = False
    uri: str = ""
    media: tuple[str, ...] = ()
    """IPP `media-supported`."""

    def takes_size(self, width_mm: float, height_mm: float) -> bool | None:
        """Whether it lists that paper or label; None: it does not say."""
        return media.takes_size(self.media, width_mm, height_mm)


@dataclass(frozen=True, slots=True)
class SubmittedJob:
    """A job a print system has taken; with these three words it is found again after a restart."""

    printer: str
    job_id: int
    """The print system's number; 0 where it has none."""
    backend: str
    """`PrintBackend.name` of the backend that took it."""


class PrintBackend(Protocol):
    """A way to paper. Methods block (up to a few seconds); call them from a worker thread."""

    @property
    def name(self) -> str:
        """Stable word: `cups`, `ipp`, `lp`, `sumatra`, `save`."""

    def list_printers(self) -> list[PrinterInfo]:
        """Printers known now.

        Raises:
            PrintError: the print system does not answer.
        """

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Hand one PDF to a printer, one copy, unscaled, on paper of that size.

        Raises:
            PrintError: it was not taken; look at `may_have_printed` before trying again.
        """

    def report(self, job: SubmittedJob) -> DeviceReport:
        """What the device says of that job now; an unreachable one is a report too."""

    def cancel(self, job: SubmittedJob) -> None:
        """Take the job back; paper that has moved cannot be.

        Raises:
            PrintError: the print system did not do it.
        """


# The PDF on its way to a printer.


def read_badge_pdf(pdf: Path) -> bytes:
    """The file's bytes.

    Raises:
        PrintError: it cannot be read, or is no PDF. A printer would take it for text and print
            pages of rubbish, or drop it and say nothing.
    """
    try:
        content = pdf.read_bytes()
    except OSError as trouble:
        raise _unusable("cannot be read") from trouble
    if b"%PDF-" not in content[:1024]:  # the header may stand that deep: ISO 32000-1, annex H
        raise _unusable("is no PDF")
    return content


def _unusable(why: str) -> PrintError:
    return PrintError(
        "badge_file_unusable",
        f"The badge's PDF file {why}, so nothing was sent to a printer.",
        next_step="Print the badge again; if it stays so, look whether the disk is full.",
    )
