"""Send badges to printers; cancel, retry and move jobs; print test badges."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.printing.job import PrintState
from kiosk.errors import KioskError, PrintError
from kiosk.printing.backend import PrintBackend, PrintSystem, SubmittedJob, choose_printer
from kiosk.services.badges.badges import badges_folder
from kiosk.services.badges.context import event_look
from kiosk.services.badges.on_demand import draw_badge, draw_test_badge
from kiosk.services.printing import jobs as print_jobs
from kiosk.services.printing.jobs import SAVED_BY, job_name
from kiosk.services.printing.paper import (
    BadgeFormat,
    PaperChoice,
    badge_format,
    described,
    fitted_format,
    paper_choices_of,
    set_printer_paper,
)
from kiosk.services.printing.settings import SheetPlace, give_back_sheet_place, take_sheet_place
from kiosk.services.printing.status import ask_about, submitted_job, verdict_of
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.badges import BadgeJob
from kiosk.support.paths import temp_dir


def machine_printing(store: Store) -> PrintSystem:
    """The printers of this machine; without any, badges are saved next to the event."""
    from kiosk.printing.find import MachinePrinting  # see there

    return MachinePrinting(badges_folder(store))


def check_printer(system: PrintSystem, printer: str) -> str:
    """The name of the given printer, else of the default one.

    A printer is accepted if its server does not answer: its badges wait for it.

    Raises:
        PrintError: `printer_unknown`, with the known printers.
    """
    backend, name = system.way_to(printer)
    if not printer:
        return name
    try:
        return choose_printer(backend, printer).name
    except PrintError as error:
        if error.code == "printer_unknown":
            raise
        return printer


# sending


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of an attempt to send a job."""

    job: BadgeJob
    may_retry: bool = False
    """It waits because its printer cannot accept it now: later jobs need not be tried."""
    place: SheetPlace | None = None
    """The place that it has on a sheet with several badges."""
    is_on_paper: bool = True
    """It was sent, or may be printed: its place on the sheet is used."""


def send_waiting(
    store: Store,
    system: PrintSystem,
    jobs: list[BadgeJob] | None = None,
    on_sent: Callable[[Sent], None] = lambda _: None,
) -> list[BadgeJob]:
    """Send queued jobs to their printers, oldest first; each is tried once.

    Args:
        jobs: only these; None for all waiting jobs of this desk.
        on_sent: gets each result.

    Returns:
        The jobs in their new state.
    """
    waiting = print_jobs.waiting_jobs(store) if jobs is None else jobs
    unreachable: set[str] = set()
    for job in waiting:
        if job.printer in unreachable:
            continue
        sent = send(store, system, job)
        on_sent(sent)
        if sent.may_retry:
            unreachable.add(job.printer)
    return [print_jobs.fresh(store, job) for job in waiting]


def send(store: Store, system: PrintSystem, job: BadgeJob) -> Sent:
    """Draw a queued badge and send it to its printer. Errors are recorded in the job."""
    try:
        backend, printer = system.way_to(job.printer)
        form = _format_at(store, backend, printer)
    except KioskError as error:
        return _not_sent(store, job, error)
    place = take_sheet_place(store, printer)
    with temp_dir() as folder:
        sent = _send_form(store, system, job, _Target(backend, printer, form, place), folder)
    if place is None:
        return sent
    if not sent.is_on_paper:
        give_back_sheet_place(store, printer, place)
        return sent
    return replace(sent, place=place)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a badge is printed, and how."""

    backend: PrintBackend
    printer: str
    form: BadgeFormat
    place: SheetPlace | None

    @property
    def start(self) -> int:
        """The first place used on the sheet."""
        return self.place.place if self.place else 1


def _send_form(
    store: Store, system: PrintSystem, job: BadgeJob, target: _Target, folder: Path
) -> Sent:
    out = folder / "badge.pdf"
    try:
        badge = draw_badge(store, job.attendee_id, out, target.form, start=target.start)
    except KioskError as error:
        return _not_sent(store, job, error)
    taken = print_jobs.begin_submission(
        store, job, printer=target.printer, layout=badge.layout, badge_hash=badge.hash
    )
    if taken is None:
        return Sent(print_jobs.fresh(store, job), is_on_paper=False)
    try:
        title = _title(store, taken)
        submitted = target.backend.submit(badge.file, target.printer, title=title, page=badge.page)
    except PrintError as error:
        return _not_sent(store, taken, error)
    return Sent(_acknowledged(store, system, taken, submitted, target.place))


def _not_sent(store: Store, job: BadgeJob, error: KioskError) -> Sent:
    may_have_printed = _may_have_printed(error)
    failed = print_jobs.note_not_sent(store, job, error, may_have_printed=may_have_printed)
    waits = failed.state is PrintState.QUEUED
    return Sent(failed, may_retry=waits, is_on_paper=may_have_printed)


def _may_have_printed(error: KioskError) -> bool:
    return isinstance(error, PrintError) and error.may_have_printed


def _format_at(store: Store, backend: PrintBackend, printer: str) -> BadgeFormat:
    """How a printer prints badges now. Raises `KioskError` if it does not take their size."""
    look = event_look(store)
    return fitted_format(described(backend, printer), badge_format(store, printer), look)


def check_paper(store: Store, system: PrintSystem, printer: str) -> BadgeFormat | None:
    """Check that a printer takes the size of its badges, as far as it answers now.

    Returns:
        How it prints badges now; None if it does not answer.

    Raises:
        KioskError: `paper_size_unknown`, with the sizes that it takes.
    """
    with contextlib.suppress(PrintError):
        backend, name = system.way_to(printer)
        return _format_at(store, backend, name)
    return None


def choose_paper(
    store: Store, system: PrintSystem, printer: str, *, layout: str | None, stock: str | None
) -> BadgeFormat | None:
    """Choose the layout and the stock of a printer on this machine, if it takes their size.

    Returns:
        As `check_paper`.

    Raises:
        KioskError: as for `set_printer_paper`, or `paper_size_unknown`. Nothing changes then.
    """
    keys = (f"layout:{printer}", f"stock:{printer}")
    before = {key: store.machine_fact(key) for key in keys}
    set_printer_paper(store, printer, layout=layout, stock=stock)
    try:
        return check_paper(store, system, printer)
    except KioskError:
        with store.writing():
            store.set_machine_facts(before)
        raise


def paper_choices(store: Store, system: PrintSystem, printer: str) -> list[PaperChoice]:
    """The choices of paper for a printer, which is asked for its sizes. Raises `KioskError`."""
    backend, name = system.way_to(printer)
    return paper_choices_of(described(backend, name), event_look(store))


def _title(store: Store, job: BadgeJob) -> str:
    """The job's title in the printer's queue."""
    person = people.attendee(store.connection, job.attendee_id)
    name = person.name if person else ""
    return f"badge {job_name(store, job)} {name}".strip()


def _acknowledged(
    store: Store,
    system: PrintSystem,
    taken: BadgeJob,
    submitted: SubmittedJob,
    place: SheetPlace | None,
) -> BadgeJob:
    sent = print_jobs.note_sent(
        store,
        taken,
        backend=submitted.backend,
        device_job=submitted.job_id,
        uses_label=submitted.backend != SAVED_BY,
        place=place,
    )
    if sent is None:
        # a person canceled the job while it was being sent: cancel it at the printer if possible
        with contextlib.suppress(PrintError):  # else it is printed: one badge too many
            system.named(submitted.backend).cancel(submitted)
        return print_jobs.fresh(store, taken)
    return ask_about(store, system, sent) if sent.backend == SAVED_BY else sent


# canceling, sending again, another printer


def cancel(store: Store, system: PrintSystem, job: BadgeJob) -> BadgeJob:
    """Cancel a job, at its printer as well if one has it.

    Raises:
        KioskError: `not_possible`, or the print system's reason.
    """
    now = print_jobs.fresh(store, job)
    if not _is_at_a_printer(now):
        return print_jobs.withdraw(store, now)
    system.named(now.backend).cancel(submitted_job(now))
    verdict = verdict_of(store, system, now)
    if verdict.state is PrintState.DONE:
        return print_jobs.note_verdict(store, now, verdict)
    if verdict.state is PrintState.CANCELED and verdict.needs_help:
        return print_jobs.withdraw(store, now, verdict.sentence, verdict.next_step)
    return print_jobs.withdraw(store, now)


def _is_at_a_printer(job: BadgeJob) -> bool:
    """Whether a printer can still print it."""
    states = (PrintState.SENT, PrintState.PRINTING, PrintState.UNKNOWN)
    return job.was_taken and job.state in states and not job.final


def retry(store: Store, system: PrintSystem, job: BadgeJob, printer: str = "") -> BadgeJob:
    """Queue a job again, for another printer if one is named; it is canceled at a printer first.

    Raises:
        KioskError: `not_possible`, or why it cannot be canceled: then nothing is sent again.
    """
    now = print_jobs.fresh(store, job)
    if _is_at_a_printer(now):
        now = cancel(store, system, now)
    return print_jobs.queue_again(store, now, printer)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The result of moving all waiting jobs to another printer."""

    moved: tuple[BadgeJob, ...]
    stayed: tuple[str, ...]
    """A sentence for each job that could not be moved."""


def take_over(store: Store, system: PrintSystem, printer: str) -> TakenOver:
    """Move every waiting badge to another printer.

    A job stays if its printer's queue cannot be reached: it would be printed twice.
    """
    moved: list[BadgeJob] = []
    stayed: list[str] = []
    for job in badges.jobs_in(store.connection, store.log_id, badges.OPEN_STATES):
        prints_well = job.state is PrintState.PRINTING and not job.needs_help
        if job.printer == printer or prints_well:
            continue
        try:
            moved.append(retry(store, system, job, printer))
        except KioskError as error:
            stayed.append(f"Job {job.number}: {error.problem}")
    return TakenOver(tuple(moved), tuple(stayed))


# testing a printer


def send_test(store: Store, system: PrintSystem, printer: str) -> SubmittedJob:
    """Print a sample badge in the layout and on the stock of this printer.

    Raises:
        KioskError: why it could not be sent.
    """
    backend, name = system.way_to(printer)
    form = _format_at(store, backend, name)
    place = take_sheet_place(store, name)
    try:
        with temp_dir() as folder:
            return _submit_test(store, _Target(backend, name, form, place), folder / "test.pdf")
    except KioskError as error:
        if place is not None and not _may_have_printed(error):
            give_back_sheet_place(store, name, place)
        raise


def _submit_test(store: Store, target: _Target, out: Path) -> SubmittedJob:
    badge = draw_test_badge(store, out, target.form, start=target.start)
    return target.backend.submit(badge.file, target.printer, title="test badge", page=badge.page)
