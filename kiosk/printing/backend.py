"""The interfaces of print backends and of a machine's print system; the thread that polls jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from kiosk.domain.printing.job import UNREACHABLE, DeviceReport, JobVerdict, PrinterState
from kiosk.domain.printing.report import next_look_s, read_report
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
    def ranges_mm(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The smallest and the largest size of each range that it takes."""
        return media.ranges_mm(self.media)

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


class PageSize(NamedTuple):
    """The paper of one badge."""

    width_mm: float
    height_mm: float
    endless: bool = False
    """A roll that is cut after each badge, without labels of one size."""


class PrintBackend(Protocol):
    """A way to print. Methods block (up to a few seconds); call them from a worker thread.

    Every backend raises the errors that are named here.
    """

    @property
    def name(self) -> str:
        """Stable identifier: `cups`, `ipp`, `lp`, `raw`, `sumatra`, `save`."""

    def list_printers(self) -> list[PrinterInfo]:
        """Printers known now.

        Raises:
            PrintError: the print system does not answer.
        """

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
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


def unreachable(place: object) -> PrintError:
    """The error for a printer or print server that does not answer at its address."""
    return PrintError(
        "printer_unreachable",
        f"Nothing answers at {place}.",
        next_step="Switch the printer on and check its cable or network, then try again.",
    )


# Poll print jobs and report changes of their state.

_log = logging.getLogger(__name__)

Report = Callable[[SubmittedJob], DeviceReport]
"""`PrintBackend.report` of the backend the job names."""
OnVerdict = Callable[[SubmittedJob, JobVerdict], None]
"""Called in the watcher's thread; a screen must move the news to its own thread."""


@dataclass(slots=True)
class _Watched:
    job: SubmittedJob
    sent_at: float
    poll_at: float
    verdict: JobVerdict | None = None


class JobWatcher:
    """Polls every job at a printer and reports changes.

    One thread, started with the first job, asleep while there is none. The domain decides what a
    report means and how often to poll; a backend that fails counts as an unreachable device.
    """

    def __init__(self, report: Report, on_verdict: OnVerdict) -> None:
        self._report = report
        self._on_verdict = on_verdict
        self._watched: dict[SubmittedJob, _Watched] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def watch(self, job: SubmittedJob, seconds_since_sent: float = 0.0) -> None:
        """Watch a job, also one sent before a restart; watching it twice has no effect."""
        now = time.monotonic()
        with self._changed:
            self._watched.setdefault(job, _Watched(job, now - seconds_since_sent, now))
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="print-jobs", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, job: SubmittedJob) -> None:
        """Stop watching a job: the volunteer has the badge, or it was canceled."""
        with self._changed:
            self._watched.pop(job, None)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End the thread; no verdict is reported afterwards. False: a query still blocks."""
        with self._changed:
            self._stopping = True
            self._watched.clear()
            self._changed.notify()
            thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout_s)
        return not thread.is_alive()

    def _run(self) -> None:
        while (watched := self._next_due()) is not None:
            self._poll(watched)

    def _next_due(self) -> _Watched | None:
        """Wait for the next job to poll; None when stopped."""
        with self._changed:
            while not self._stopping:
                first = min(self._watched.values(), key=lambda item: item.poll_at, default=None)
                wait_s = None if first is None else first.poll_at - time.monotonic()
                if first is not None and wait_s is not None and wait_s <= 0:
                    return first
                self._changed.wait(wait_s)
        return None

    def _poll(self, watched: _Watched) -> None:
        report = self._ask(watched.job)
        now = time.monotonic()
        seconds = max(0.0, now - watched.sent_at)
        verdict = read_report(report, seconds)
        with self._changed:
            if self._watched.get(watched.job) is not watched:
                return  # forgotten or stopped during the poll
            is_new = verdict != watched.verdict
            watched.verdict = verdict
            watched.poll_at = now + next_look_s(verdict, seconds)
            if verdict.final:
                del self._watched[watched.job]
        if is_new:
            self._notify(watched.job, verdict)

    def _ask(self, job: SubmittedJob) -> DeviceReport:
        try:
            return self._report(job)
        except PrintError:
            return UNREACHABLE

    def _notify(self, job: SubmittedJob, verdict: JobVerdict) -> None:
        try:
            self._on_verdict(job, verdict)
        except Exception:
            # A fault of the listener must not stop the reports about later badges.
            _log.exception("a listener failed on a print job's verdict")
