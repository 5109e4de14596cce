"""The desk's hand on paper: a thread that sends badges, one that watches them, and their news.

The desk asks and goes on. Its own thread only writes down that a badge is wanted; drawing,
printers and waiting for them happen here, so check-in never waits for paper.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App

from kiosk.domain.printing.job import JobVerdict, PrintState
from kiosk.errors import KioskError
from kiosk.services.printing import jobs, printing
from kiosk.services.printing import settings as print_settings
from kiosk.services.printing.jobs import Cause, ReprintReason
from kiosk.services.printing.settings import PrintMode, PrintSettings
from kiosk.services.printing.status import PrintStatus, print_status
from kiosk.services.printing.system import PDF_FOLDER, PrintSystem
from kiosk.storage.file.store import Store
from kiosk.storage.queries import badges
from kiosk.storage.queries.badges import BadgeJob
from kiosk.ui.tui.worker import Failed, Session

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo, SubmittedJob
    from kiosk.printing.watch import JobWatcher

T = TypeVar("T")
SystemFor = Callable[[Store], PrintSystem]

LOOK_S = 1.0
"""How often the queue is looked at for work: badges of other programs, printers that are back."""
RETRY_S = 5.0
"""How often a printer that could not be reached is tried again."""
OTHERS_MS = 10_000
"""A job this old and still queued was left by a program that is gone."""


@dataclass(frozen=True, slots=True)
class TestNews:
    """How the test badge is doing."""

    sentence: str
    next_step: str
    is_good: bool


class PrintControl:
    """Sends what waits, watches what printers have, and tells the screens."""

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
        """Why badges could not be moved to another printer, from the last time."""
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
        """This desk's settings as known now."""
        return self.status.settings

    # life

    def start(self) -> None:
        """Go to work: what was queued is sent, what printers had is watched again."""
        self._session.start()
        self._session.ask(self._begin, self._told)

    def close(self) -> None:
        """Finish the hand-over that is under way; what waits stays in the event file."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.stop(1.0)
        self._session.close()

    def tick(self) -> None:
        """Look for work; called now and then by the screen."""
        if self._started and not self._will_look:
            self._will_look = True  # a printer that hangs for minutes leaves one look, not hundreds
            self._session.ask(self._look_for_work, self._told_if_new)

    # what the desk wants

    def checked_in(self, desk: Session, attendee_id: str, then: Callable[[], None]) -> None:
        """Somebody was let in: print, if that is how this desk works; `then` hears that it is."""
        settings = self.settings
        if settings.mode is not PrintMode.ON_CHECK_IN or not settings.printer:
            return

        def queued(job: BadgeJob | None) -> None:
            if job is not None:
                self.send_now()
                then()

        desk.ask(
            lambda store: jobs.queue_after_check_in(store, attendee_id, settings.printer),
            queued,
        )

    def want(
        self,
        desk: Session,
        attendee_id: str,
        reason: ReprintReason | None,
        then: Callable[[BadgeJob], None],
        failed: Failed | None = None,
    ) -> None:
        """Print somebody's badge; `failed` hears `reason_needed` when it would be a second one."""
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
        """Something waits: send it without delay."""
        self._session.ask(self._send, self._told)

    # what people decide about jobs and printers

    def decide(
        self,
        act: Callable[[Store, PrintSystem], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do something with a job or printer in this thread, then send what waits."""

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
        """Take a job back."""
        self.decide(lambda store, system: printing.cancel(store, system, job), None, failed)

    def retry(self, job: BadgeJob, failed: Failed) -> None:
        """Send a job again."""
        self.decide(lambda store, system: printing.retry(store, system, job), None, failed)

    def hand_over(self, job: BadgeJob, failed: Failed) -> None:
        """The badge is in a volunteer's hand."""
        self.decide(lambda store, system: jobs.mark_handed_out(store, job), None, failed)

    def take_over(self, printer: str, failed: Failed) -> None:
        """Another printer gets everything that waits, and what comes from now on."""

        def act(store: Store, system: PrintSystem) -> tuple[str, ...]:
            print_settings.set_printer(store, printer)
            return printing.take_over(store, system, printer).stayed

        def done(stayed: tuple[str, ...]) -> None:
            self.stayed = stayed

        self.decide(act, done, failed)

    def printers(self, then: Callable[[list[PrinterInfo]], None], failed: Failed) -> None:
        """Ask for the printers there are."""
        self._session.ask(lambda store: self._printing(store).printers(), then, failed)

    def choose(self, printer: str, mode: PrintMode | None = None) -> None:
        """Use a printer from now on; a desk that did not print begins to, by key."""
        chosen = mode or self.settings.mode
        if printer and chosen is PrintMode.OFF and mode is None:
            chosen = PrintMode.BY_KEY

        def keep(store: Store) -> PrintStatus:
            print_settings.set_printer(store, printer)
            print_settings.set_print_mode(store, chosen)
            return print_status(store)

        self._session.ask(keep, self._told)

    def set_labels(self, labels: int | None, failed: Failed) -> None:
        """Note how many labels the roll has."""

        def keep(store: Store) -> PrintStatus:
            print_settings.set_labels_left(store, labels)
            return print_status(store)

        self._session.ask(keep, self._told, failed)

    def print_test(self, failed: Failed) -> None:
        """Send a badge of nobody to the chosen printer."""
        printer = self.settings.printer or PDF_FOLDER
        self.test_news = TestNews("The test badge is being sent.", "Wait for it.", is_good=True)

        def send(store: Store, system: PrintSystem) -> None:
            self._test = None
            self._test = printing.send_test(store, system, printer)
            print_settings.note_tested(store, printer)
            self._watch_test(self._test)

        self.decide(send, None, failed)

    def note_test(self, came_out: bool) -> None:
        """What a person saw of the test badge: only a printer whose badge came out is tested."""
        printer = self.settings.printer if came_out else ""

        def note(store: Store) -> PrintStatus:
            print_settings.note_tested(store, printer)
            return print_status(store)

        self._session.ask(note, self._told)

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
        """Also what another program has sent, or this one before it was started again."""
        for job in badges.jobs_to_ask_about(store.connection, store.log_id):
            self._watch(store, job)

    def _send(self, store: Store) -> PrintStatus:
        """Send what waits, unless its printer was not to be reached a moment ago."""
        queued = badges.jobs_in(store.connection, store.log_id, (PrintState.QUEUED,))
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
        queued = badges.jobs_in(store.connection, store.log_id, (PrintState.QUEUED,))
        left = store.clock() - OTHERS_MS
        if any(job.needs_help or job.changed_ms <= left for job in queued):
            return self._send(store)
        return print_status(store)

    def _watch(self, store: Store, job: BadgeJob) -> None:
        watcher = self._watching(store)
        watcher.watch(printing.submitted_job(job), printing.seconds_since_sent(store, job))

    def _watch_test(self, job: SubmittedJob) -> None:
        if self._watcher is None and self._system is not None:
            self._watcher = _new_watcher(self._system, self._heard)
        if self._watcher is not None:
            self._watcher.watch(job)

    def _watching(self, store: Store) -> JobWatcher:
        if self._watcher is None:
            self._watcher = _new_watcher(self._printing(store), self._heard)
        return self._watcher

    # news

    def _heard(self, submitted: SubmittedJob, verdict: JobVerdict) -> None:
        """In the watcher's thread: a printer says something new."""
        if self._closed:
            return
        if submitted == self._test:
            good = not verdict.needs_help and verdict.state is not PrintState.FAILED
            self.test_news = TestNews(verdict.sentence, verdict.next_step, good)
            if not good:
                self.note_test(came_out=False)
        self._session.ask(lambda store: _note(store, submitted, verdict), self._told)

    def refresh(self) -> None:
        """Tell how things are now."""
        self._session.ask(print_status, self._told)

    def _told(self, status: PrintStatus) -> None:
        self.status = status
        if not self._closed:
            self._on_status(status)

    def _told_if_new(self, status: PrintStatus) -> None:
        if status != self.status:
            self._told(status)

    def _failed(self, error: KioskError) -> None:
        """The queue itself cannot be worked on: say so where paper's trouble is said."""
        self._told(PrintStatus(self.settings, self.status.waiting, error.problem, error.next_step))


def _new_watcher(
    system: PrintSystem, heard: Callable[[SubmittedJob, JobVerdict], None]
) -> JobWatcher:
    from kiosk.printing.watch import JobWatcher

    return JobWatcher(lambda job: system.named(job.backend).report(job), heard)


def _note(store: Store, submitted: SubmittedJob, verdict: JobVerdict) -> PrintStatus:
    """Write the verdict into the job that the print system means."""
    for job in badges.jobs_to_ask_about(store.connection, store.log_id):
        if printing.submitted_job(job) == submitted:
            jobs.note_verdict(store, job, verdict)
    return print_status(store)
