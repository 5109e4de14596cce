"""Print through CUPS (Linux, macOS, BSD)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from kiosk.domain.printing.job import DeviceReport
from kiosk.printing.backend import PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.ipp.client import STATE_ATTRIBUTES, IppClient
from kiosk.printing.ipp.reports import ask_report, printer_info


@dataclass(frozen=True, slots=True)
class CupsBackend:
    """Sends badges to a CUPS server, which knows drivers, queues and label printers."""

    client: IppClient
    user_default: str = ""
    """This user's own default queue; empty: the server's default."""

    @property
    def name(self) -> str:
        """See `PrintBackend.name`."""
        return "cups"

    def list_printers(self) -> list[PrinterInfo]:
        """Queues and classes of the server, the default one first.

        Raises:
            PrintError: the server does not answer.
        """
        default = self.user_default or self.client.cups_default()
        printers = [printer_info(group, default=default) for group in self.client.cups_printers()]
        named = [replace(printer, uri=_uri(printer.name)) for printer in printers if printer.name]
        return sorted(named, key=lambda printer: (not printer.is_default, printer.name.lower()))

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Queue one badge.

        Raises:
            PrintError: see `PrintBackend.submit`.
        """
        number = self.client.print_job(
            _uri(printer),
            _path(printer),
            read_badge_pdf(pdf),
            title=title,
            size_mm=(width_mm, height_mm),
        )
        return SubmittedJob(printer, number, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """Report a job and its queue; the half that no longer exists stays empty."""
        uri = _uri(job.printer)
        return ask_report(
            lambda: self.client.job(uri, "/jobs/", job.job_id),
            lambda: self.client.printer(uri, _path(job.printer), STATE_ATTRIBUTES),
        )

    def cancel(self, job: SubmittedJob) -> None:
        """Remove a job from the queue.

        Raises:
            PrintError: the server refused, or does not answer.
        """
        self.client.cancel_job(_uri(job.printer), "/jobs/", job.job_id)


def _path(printer: str) -> str:
    return "/printers/" + quote(printer, safe="")


def _uri(printer: str) -> str:
    """The queue's URI; cupsd finds a class here too (scheduler/printers.c: cupsdValidateDest)."""
    return "ipp://localhost" + _path(printer)
