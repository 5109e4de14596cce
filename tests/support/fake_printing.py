"""Fake printers that a test controls: they print, refuse or lose badges, or run out of labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk.domain.printing.job import DeviceReport, JobState, PrinterState
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrintBackend, PrinterInfo, SubmittedJob
from kiosk.printing.backends.save_pdf import SavePdfBackend

PRINTING = DeviceReport(JobState.PROCESSING, printer_state=PrinterState.PRINTING)
WAITING = DeviceReport(JobState.PENDING, printer_state=PrinterState.IDLE)
DONE = DeviceReport(JobState.COMPLETED, printer_state=PrinterState.IDLE)
ABORTED = replace(DONE, job_state=JobState.ABORTED)
CANCELED = replace(DONE, job_state=JobState.CANCELED, reasons=("job-canceled-by-user",))
NO_LABELS = replace(PRINTING, printer_reasons=("media-empty-warning",))
FORGOTTEN = DeviceReport(printer_state=PrinterState.IDLE)


def away(*, may_have_printed: bool = False) -> PrintError:
    """Nothing answers."""
    return PrintError(
        "printer_unreachable",
        "Nothing answers at the printer's address.",
        next_step="Switch the printer on.",
        may_have_printed=may_have_printed,
    )


@dataclass
class FakePrinter:
    """One queue of a fake print system."""

    name: str
    report: DeviceReport = DONE
    """Its report on every job that was not canceled."""
    refusal: Exception | None = None
    """Raised by `submit` instead of accepting the badge."""
    cancel_refusal: PrintError | None = None
    sheets: list[bytes] = field(default_factory=list)
    """The PDFs it received."""
    sizes: list[tuple[float, float]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


@dataclass
class FakeSystem:
    """A print system with some printers; it is also their backend."""

    save_folder: Path
    queues: list[FakePrinter]
    name: str = "fake"
    canceled: set[int] = field(default_factory=set)
    jobs: int = 0
    asked: int = 0

    def printers(self) -> list[PrinterInfo]:
        return self.list_printers()

    def list_printers(self) -> list[PrinterInfo]:
        return [
            PrinterInfo(
                queue.name,
                "A fake",
                PrinterState.IDLE,
                accepting=True,
                is_default=queue is self.queues[0],
            )
            for queue in self.queues
        ]

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        if printer == "PDF folder":
            return SavePdfBackend(self.save_folder), printer
        return self, printer or self.queues[0].name

    def named(self, backend: str) -> PrintBackend:
        return SavePdfBackend(self.save_folder) if backend == "save" else self

    def queue(self, name: str) -> FakePrinter:
        """The printer of that name."""
        return next(queue for queue in self.queues if queue.name == name)

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        queue = self.queue(printer)
        if queue.refusal:
            raise queue.refusal
        self.jobs += 1
        queue.sheets.append(pdf.read_bytes())
        queue.sizes.append(page[:2])
        queue.titles.append(title)
        return SubmittedJob(printer, self.jobs, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        self.asked += 1
        return CANCELED if job.job_id in self.canceled else self.queue(job.printer).report

    def cancel(self, job: SubmittedJob) -> None:
        queue = self.queue(job.printer)
        if queue.cancel_refusal:
            raise queue.cancel_refusal
        if queue.report.job_state is not JobState.COMPLETED:
            self.canceled.add(job.job_id)
