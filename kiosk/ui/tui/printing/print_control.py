"""Print badges in the background: a thread that sends them, one that watches them, and their news.

The desk's own thread only queues a badge. Drawing, sending and waiting for printers happen here,
so check-in never waits for a printer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App

from kiosk.domain.printing.job import PDF_FOLDER, JobVerdict, PrintState
from kiosk.errors import KioskError
from kiosk.printing.backend import JobWatcher, PrintSystem
from kiosk.services.printing import jobs, printing
from kiosk.services.printing import settings as print_settings
from kiosk.services.printing.jobs import Cause, ReprintReason
from kiosk.services.printing.paper import PaperChoice, set_printer_paper
from kiosk.services.printing.settings import PrintMode, PrintSettings
from kiosk.services.printing.status import (
    PrintStatus,
    print_status,
    seconds_since_sent,
    submitted_job,
)
from kiosk.ui.actions import DESK, way_out
from kiosk.ui.tui.worker import Failed, Session

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo, SubmittedJob
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries.badges import BadgeJob

T = TypeVar("T")
SystemFor = Callable[["Store"], PrintSystem]

LOOK_S = 1.0
"""Interval of the check for work: badges of other programs, printers that can be reached again."""
RETRY_S = 5.0
"""Interval between attempts to reach a printer."""
OTHERS_MS = 10_000
"""A job that is still queued after this time was left by a program that ended."""


@dataclass(frozen=True, slots=True)
class TestNews:
    """The state of the test badge."""

    sentence: str
    next_step: str
    is_good: bool


class PrintControl:
    """Sends waiting badges, watches jobs at printers, and notifies the screens."""

    def __init__(
        self,
        app: App[Any],
        open_store: Callable[[], Store],
        system_for: SystemFor,
        on_status: Callable[[PrintStatus], None],
    ) -> None:
        self.status = PrintStatus(PrintSettings(), 0)
        self.test_news: TestNews | None = None
        self.stayed: tuple[str, ...] = ()
        """Why badges could not be moved to another printer, from the last attempt."""
        self._app = app
        self._system_for = system_for
        self._on_status = on_status
        self._session = Session(app, open_store, self._failed, "kiosk-print")
        self._watcher: JobWatcher | None = None
        self._system: PrintSystem | None = None
        self._test: SubmittedJob | None = None
        self._next_try = 0.0
        self._started = False
        self._will_look = False
        self._closed = False

    @property
    def settings(self) -> PrintSettings:
        """This desk's settings."""
        return self.status.settings

    # start and end

    def start(self) -> None:
        """Send queued badges, and watch jobs at printers again."""
        self._session.start()
        self._session.ask(self._begin, self._update)

    def close(self) -> None:
        """Finish the current submission; waiting badges stay in the event file."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.stop(1.0)
        self._session.close()

    def tick(self) -> None:
        """Look for work; called regularly by the screen."""
        if self._started and not self._will_look:
            self._will_look = True  # a printer that hangs for minutes queues one check only
            self._session.ask(self._look_for_work, self._update_if_new)

    # requests of the desk

    def checked_in(self, desk: Session, attendee_id: str, then: Callable[[], None]) -> None:
        """Print after a check-in if this desk does so; calls `then` if it prints."""
        settings = self.settings
        if settings.mode is not PrintMode.ON_CHECK_IN or not settings.printer:
            return

        def queued(job: BadgeJob | None) -> None:
            if job is not None:
                self.send_now()
                then()

        desk.ask(
            lambda store: jobs.queue_after_check_in(store, attendee_id, settings.printer), queued
        )

    def want(
        self,
        desk: Session,
        attendee_id: str,
        reason: ReprintReason | None,
        then: Callable[[BadgeJob], None],
        failed: Failed | None = None,
    ) -> None:
        """Print an attendee's badge; `failed` gets `reason_needed` for a second badge."""
        printer = self.settings.printer

        def queue(store: Store) -> BadgeJob:
            return jobs.queue_badges(
                store, [attendee_id], printer=printer, reason=reason, cause=Cause.KEY
            )[0]

        def queued(job: BadgeJob) -> None:
            self.send_now()
            then(job)

        desk.ask(queue, queued, failed)

    def send_now(self) -> None:
        """Send waiting badges without delay."""
        self._session.ask(self._send, self._update)

    # decisions about jobs and printers

    def decide(
        self,
        act: Callable[[Store, PrintSystem], T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Act on a job or printer in the print thread, then send waiting badges."""

        def work(store: Store) -> T:
            value = act(store, self._printing(store))
            self._next_try = 0.0
            self._send(store)
            return value

        def done(value: T) -> None:
            self.refresh()
            if then is not None:
                then(value)

        self._session.ask(work, done, failed)

    def cancel(self, job: BadgeJob, failed: Failed) -> None:
        """Cancel a job."""
        self.decide(lambda store, system: printing.cancel(store, system, job), None, failed)

    def retry(self, job: BadgeJob, failed: Failed) -> None:
        """Send a job again."""
        self.decide(lambda store, system: printing.retry(store, system, job), None, failed)

    def hand_over(self, job: BadgeJob, failed: Failed) -> None:
        """Record that the badge was handed out."""
        self.decide(lambda store, system: jobs.mark_handed_out(store, job), None, failed)

    def take_over(self, printer: str, failed: Failed) -> None:
        """Move all waiting badges to another printer, and use it from now on."""

        def act(store: Store, system: PrintSystem) -> tuple[str, ...]:
            print_settings.set_printer(store, printer)
            return printing.take_over(store, system, printer).stayed

        def done(stayed: tuple[str, ...]) -> None:
            self.stayed = stayed

        self.decide(act, done, failed)

    def printers(self, then: Callable[[list[PrinterInfo]], None], failed: Failed) -> None:
        """List the printers."""
        self._session.ask(lambda store: self._printing(store).printers(), then, failed)

    def choose(self, printer: str, mode: PrintMode | None = None) -> None:
        """Use a printer from now on; a desk that did not print starts to print by key."""
        chosen = mode or self.settings.mode
        if printer and chosen is PrintMode.OFF and mode is None:
            chosen = PrintMode.BY_KEY

        def keep(store: Store) -> None:
            print_settings.set_printer(store, printer)
            print_settings.set_print_mode(store, chosen)

        self._change(keep)

    def papers(self, then: Callable[[list[PaperChoice]], None], failed: Failed) -> None:
        """List the stocks that the selected printer takes, and their layouts."""
        printer = self.settings.printer
        self._session.ask(
            lambda store: printing.paper_choices(store, self._printing(store), printer),
            then,
            failed,
        )

    def choose_paper(self, choice: PaperChoice, failed: Failed) -> None:
        """Use a stock and a layout with the selected printer from now on."""
        printer = self.settings.printer
        self._change(
            lambda store: set_printer_paper(
                store, printer, layout=choice.layout, stock=choice.stock
            ),
            failed,
        )

    def set_labels(self, labels: int | None, failed: Failed) -> None:
        """Set the number of labels on the roll."""
        self._change(lambda store: print_settings.set_labels_left(store, labels), failed)

    def set_place(self, place: int, failed: Failed) -> None:
        """Set the next free place of the sheet in the selected printer."""
        printer = self.settings.printer
        self._change(lambda store: print_settings.set_sheet_place(store, printer, place), failed)

    def _change(self, change: Callable[[Store], object], failed: Failed | None = None) -> None:
        """Change a setting in the print thread, and show it."""

        def work(store: Store) -> PrintStatus:
            change(store)
            return print_status(store)

        self._session.ask(work, self._update, failed)

    def print_test(self, failed: Failed) -> None:
        """Print a sample badge on the selected printer."""
        printer = self.settings.printer or PDF_FOLDER
        self.test_news = TestNews("The test badge is being sent.", "Wait for it.", is_good=True)

        def send(store: Store, system: PrintSystem) -> None:
            self._test = None
            self._test = printing.send_test(store, system, printer)
            self._watching(store).watch(self._test)

        self.decide(send, None, failed)

    def note_test(self, came_out: bool) -> None:
        """Record whether a person saw the badge: only then the printer is tested."""
        printer = self.settings.printer if came_out else ""
        self._change(lambda store: print_settings.note_tested(store, printer))

    # in the print thread

    def _printing(self, store: Store) -> PrintSystem:
        if self._system is None:
            self._system = self._system_for(store)
        return self._system

    def _begin(self, store: Store) -> PrintStatus:
        self._started = True
        self._watch_all(store)
        return self._send(store)

    def _watch_all(self, store: Store) -> None:
        """Watch all jobs at printers, also those of other programs or from before a restart."""
        for job in jobs.jobs_at_printers(store):
            self._watch(store, job)

    def _send(self, store: Store) -> PrintStatus:
        """Send waiting badges, except to a printer that could not be reached a moment ago."""
        queued = jobs.waiting_jobs(store)
        late = time.monotonic() >= self._next_try
        ready = queued if late else [job for job in queued if not job.needs_help]
        for job in printing.send_waiting(store, self._printing(store), ready) if ready else ():
            if job.was_taken and not job.final:
                self._watch(store, job)
            if job.state is PrintState.QUEUED:
                self._next_try = time.monotonic() + RETRY_S
        return print_status(store)

    def _look_for_work(self, store: Store) -> PrintStatus:
        self._will_look = False
        self._watch_all(store)
        queued = jobs.waiting_jobs(store)
        left = store.clock() - OTHERS_MS
        if any(job.needs_help or job.changed_ms <= left for job in queued):
            return self._send(store)
        return print_status(store)

    def _watch(self, store: Store, job: BadgeJob) -> None:
        self._watching(store).watch(submitted_job(job), seconds_since_sent(store, job))

    def _watching(self, store: Store) -> JobWatcher:
        if self._watcher is None:
            system = self._printing(store)
            self._watcher = JobWatcher(
                lambda job: system.named(job.backend).report(job), self._on_verdict
            )
        return self._watcher

    # news

    def _on_verdict(self, submitted: SubmittedJob, verdict: JobVerdict) -> None:
        """Called in the watcher's thread when a printer reports a change."""
        if self._closed:
            return
        if submitted == self._test:
            good = not verdict.needs_help and verdict.state is not PrintState.FAILED
            self.test_news = TestNews(verdict.sentence, verdict.next_step, good)
            if not good:
                self.note_test(came_out=False)
        self._session.ask(lambda store: _note(store, submitted, verdict), self._update)

    def refresh(self) -> None:
        """Read the state again and notify the screens."""
        self._session.ask(print_status, self._update)

    def _update(self, status: PrintStatus) -> None:
        self.status = status
        if not self._closed:
            self._on_status(status)

    def _update_if_new(self, status: PrintStatus) -> None:
        if status != self.status:
            self._update(status)

    def _failed(self, error: KioskError) -> None:
        """Show an error of the queue itself in the place of print problems."""
        next_step = way_out(error, DESK)
        self._update(PrintStatus(self.settings, self.status.waiting, error.problem, next_step))


def _note(store: Store, submitted: SubmittedJob, verdict: JobVerdict) -> PrintStatus:
    """Record the verdict in the job of the print system."""
    for job in jobs.jobs_at_printers(store):
        if submitted_job(job) == submitted:
            jobs.note_verdict(store, job, verdict)
    return print_status(store)
