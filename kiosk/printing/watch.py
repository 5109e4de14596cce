"""Follows jobs through a printer, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.printing.job import UNREACHABLE, DeviceReport, JobVerdict
from kiosk.domain.printing.report import next_look_s, read_report
from kiosk.printing.backend import SubmittedJob
from kiosk.printing.errors import PrintError

_log = logging.getLogger(__name__)

Report = Callable[[SubmittedJob], DeviceReport]
"""`PrintBackend.report` of the backend the job names."""
OnVerdict = Callable[[SubmittedJob, JobVerdict], None]
"""Told in the watcher's thread; a screen must take it over to its own."""


@dataclass(slots=True)
class _Watched:
    job: SubmittedJob
    sent_at: float
    look_at: float
    verdict: JobVerdict | None = None


class JobWatcher:
    """Asks about every job in flight and tells what changed.

    One thread, started with the first job, asleep while there is none. What a report means and
    how often to ask is the domain's; a backend that fails is an unreachable device.
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
        """Follow a job, also one sent before a restart; following it twice is once."""
        now = self._clock()
        with self._changed:
            self._watched.setdefault(job, _Watched(job, now - seconds_since_sent, now))
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="print-jobs", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, job: SubmittedJob) -> None:
        """Stop following a job: the volunteer has the badge in hand, or it was canceled."""
        with self._changed:
            self._watched.pop(job, None)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End the thread; no verdict is told after that. False: a question still hangs."""
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
            self._look(watched)

    def _next_due(self) -> _Watched | None:
        """Wait for the next job to ask about; None when stopped."""
        with self._changed:
            while not self._stopping:
                first = min(self._watched.values(), key=lambda item: item.look_at, default=None)
                wait_s = None if first is None else first.look_at - self._clock()
                if first is not None and wait_s is not None and wait_s <= 0:
                    return first
                self._changed.wait(wait_s)
        return None

    def _look(self, watched: _Watched) -> None:
        report = self._ask(watched.job)
        now = self._clock()
        seconds = max(0.0, now - watched.sent_at)
        verdict = read_report(report, seconds)
        with self._changed:
            if self._watched.get(watched.job) is not watched:
                return  # forgotten, or stopped, while the printer was asked
            news = verdict != watched.verdict
            watched.verdict = verdict
            watched.look_at = now + next_look_s(verdict, seconds)
            if verdict.final:
                del self._watched[watched.job]
        if news:
            self._tell(watched.job, verdict)

    def _ask(self, job: SubmittedJob) -> DeviceReport:
        try:
            return self._report(job)
        except PrintError:
            return UNREACHABLE

    def _tell(self, job: SubmittedJob, verdict: JobVerdict) -> None:
        try:
            self._on_verdict(job, verdict)
        except Exception:
            # One listener's fault must not blind the desk to every later badge.
            _log.exception("a listener failed on the news of a print job")
