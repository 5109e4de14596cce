"""Watch print jobs in a separate thread and report changes of their state."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.printing.job import UNREACHABLE, DeviceReport, JobVerdict
from kiosk.domain.printing.report import next_look_s, read_report
from kiosk.errors import PrintError
from kiosk.printing.backend import SubmittedJob

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

    def __init__(
        self, report: Report, on_verdict: OnVerdict, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._report = report
        self._on_verdict = on_verdict
        self._clock = clock
        self._watched: dict[SubmittedJob, _Watched] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def watch(self, job: SubmittedJob, seconds_since_sent: float = 0.0) -> None:
        """Watch a job, also one sent before a restart; watching it twice has no effect."""
        now = self._clock()
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
                wait_s = None if first is None else first.poll_at - self._clock()
                if first is not None and wait_s is not None and wait_s <= 0:
                    return first
                self._changed.wait(wait_s)
        return None

    def _poll(self, watched: _Watched) -> None:
        report = self._ask(watched.job)
        now = self._clock()
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
