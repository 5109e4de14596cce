"""Badges to printers and back: sent, asked about, taken back, moved, tried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.printing.job import UNREACHABLE, JobVerdict, PrintState
from kiosk.domain.printing.report import read_report
from kiosk.errors import KioskError
from kiosk.services.badges.badges import badges_folder
from kiosk.services.badges.on_demand import draw_badge, draw_test_badge
from kiosk.services.printing import jobs as print_jobs
from kiosk.services.printing.jobs import PrinterSubmission, job_name
from kiosk.services.printing.settings import print_settings
from kiosk.services.printing.system import MachinePrinting, PrintSystem
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.badges import BadgeJob
from kiosk.support.temp_dirs import temp_dir

if TYPE_CHECKING:
    from kiosk.printing.backend import SubmittedJob

_ASKED_ONCE = "save"
"""The backend that never knows more of a job than that it took it."""


def machine_printing(store: Store) -> MachinePrinting:
    """The printers of this machine; where there are none, badges are saved beside the event."""
    return MachinePrinting(badges_folder(store))


def check_printer(system: PrintSystem, printer: str) -> str:
    """The name of the printer asked for, else of the default one.

    A printer whose server does not answer is taken at its word: its badges wait for it.

    Raises:
        PrintError: `printer_unknown`, with those that there are.
    """
    from kiosk.printing.errors import PrintError
    from kiosk.printing.find import choose_printer

    backend, name = system.way_to(printer)
    if not printer:
        return name
    try:
        return choose_printer(backend, printer).name
    except PrintError as trouble:
        if trouble.code == "printer_unknown":
            raise
        return printer


# sending


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an attempt to send a job."""

    job: BadgeJob
    may_retry: bool = False
    """It waits because its printer cannot take it now: those behind it need not be tried."""


def send_waiting(
    store: Store, system: PrintSystem, jobs: list[BadgeJob] | None = None
) -> list[BadgeJob]:
    """Hand queued jobs to their printers, oldest first; each is tried once.

    Args:
        jobs: only these; None for all that wait at this desk.

    Returns:
        The jobs as they are afterwards.
    """
    waiting = jobs
    if waiting is None:
        queued = (PrintState.QUEUED,)
        waiting = badges.jobs_in(store.connection, store.log_id, queued)
    away: set[str] = set()
    for job in waiting:
        if job.printer in away:
            continue
        if send(store, system, job).may_retry:
            away.add(job.printer)
    return [print_jobs.fresh(store, job) for job in waiting]


def send(store: Store, system: PrintSystem, job: BadgeJob) -> Sent:
    """Draw a queued badge and hand it to its printer. What goes wrong stands in the job."""
    from kiosk.printing.errors import PrintError

    with temp_dir() as folder:
        try:
            layout = print_settings(store).layout or None
            out = folder / "badge.pdf"
            badge = draw_badge(store, job.attendee_id, out, layout=layout)
            backend, printer = system.way_to(job.printer)
        except KioskError as error:
            failed = print_jobs.note_not_sent(store, job, error)
            return Sent(failed, may_retry=failed.state is PrintState.QUEUED)
        taken = print_jobs.begin_submission(
            store, job, PrinterSubmission(printer, badge.layout, badge.hash)
        )
        if taken is None:
            return Sent(print_jobs.fresh(store, job))
        try:
            submitted = backend.submit(
                badge.file,
                printer,
                title=_title(store, taken),
                width_mm=badge.width_mm,
                height_mm=badge.height_mm,
            )
        except PrintError as error:
            doubt = error.may_have_printed
            failed = print_jobs.note_not_sent(store, taken, error, may_have_printed=doubt)
            return Sent(failed, may_retry=failed.state is PrintState.QUEUED)
    return Sent(_acknowledged(store, system, taken, submitted))


def _title(store: Store, job: BadgeJob) -> str:
    """What the printer's own queue calls the job."""
    person = people.attendee(store.connection, job.attendee_id)
    name = person.name if person else ""
    return f"badge {job_name(store, job)} {name}".strip()


def _acknowledged(
    store: Store, system: PrintSystem, taken: BadgeJob, submitted: SubmittedJob
) -> BadgeJob:
    sent = print_jobs.note_sent(
        store,
        taken,
        backend=submitted.backend,
        device_job=submitted.job_id,
        uses_label=submitted.backend != _ASKED_ONCE,
    )
    if sent is None:
        # a person has decided otherwise while it was on its way: take it back where that works
        _cancel_quietly(system, submitted)
        return print_jobs.fresh(store, taken)
    return ask_about(store, system, sent) if sent.backend == _ASKED_ONCE else sent


def _cancel_quietly(system: PrintSystem, submitted: SubmittedJob) -> None:
    from kiosk.printing.errors import PrintError

    try:
        system.named(submitted.backend).cancel(submitted)
    except PrintError:
        return  # it comes out: one badge too many, and a job that says it was taken back


# asking


def submitted_job(job: BadgeJob) -> SubmittedJob:
    """The job as its print system knows it."""
    from kiosk.printing.backend import SubmittedJob

    return SubmittedJob(job.printer, job.device_job, job.backend)


def seconds_since_sent(store: Store, job: BadgeJob) -> float:
    """How long a printer has had it."""
    return max(0.0, (store.clock() - job.sent_ms) / 1000)


def ask_about(store: Store, system: PrintSystem, job: BadgeJob) -> BadgeJob:
    """Ask the print system about one job now, and write down what is new."""
    return print_jobs.note_verdict(store, job, _verdict(store, system, job))


def _verdict(store: Store, system: PrintSystem, job: BadgeJob) -> JobVerdict:
    from kiosk.printing.errors import PrintError

    try:
        report = system.named(job.backend).report(submitted_job(job))
    except PrintError:
        report = UNREACHABLE
    return read_report(report, seconds_since_sent(store, job))


def ask_about_all(store: Store, system: PrintSystem) -> None:
    """Bring every job that a printer has up to date; a way that does not answer is asked once."""
    silent: set[str] = set()
    for job in badges.jobs_to_ask_about(store.connection, store.log_id):
        if job.backend in silent:
            continue
        verdict = _verdict(store, system, job)
        if verdict.state is PrintState.UNKNOWN and not verdict.final:
            silent.add(job.backend)
        print_jobs.note_verdict(store, job, verdict)


# taking back, sending again, another printer


def cancel(store: Store, system: PrintSystem, job: BadgeJob) -> BadgeJob:
    """Take a job back, from its printer too where one has it.

    Raises:
        KioskError: `not_possible`, or the print system's word why it cannot.
    """
    now = print_jobs.fresh(store, job)
    if not _is_at_a_printer(now):
        return print_jobs.withdraw(store, now)
    system.named(now.backend).cancel(submitted_job(now))
    verdict = _verdict(store, system, now)
    if verdict.state is PrintState.DONE:
        return print_jobs.note_verdict(store, now, verdict)
    if verdict.state is PrintState.CANCELED and verdict.needs_help:
        return print_jobs.withdraw(store, now, verdict.sentence, verdict.next_step)
    return print_jobs.withdraw(store, now)


def _is_at_a_printer(job: BadgeJob) -> bool:
    """Whether a printer may still do something about it."""
    states = (PrintState.SENT, PrintState.PRINTING, PrintState.UNKNOWN)
    return job.was_taken and job.state in states and not job.final


def retry(store: Store, system: PrintSystem, job: BadgeJob, printer: str = "") -> BadgeJob:
    """Queue a job again, to another printer if one is named; what a printer has is taken back.

    Raises:
        KioskError: `not_possible`, or why it cannot be taken back: then nothing is sent again.
    """
    now = print_jobs.fresh(store, job)
    if _is_at_a_printer(now):
        now = cancel(store, system, now)
    return print_jobs.queue_again(store, now, printer)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of moving everything to another printer."""

    moved: tuple[BadgeJob, ...]
    stayed: tuple[str, ...]
    """Sentences on those that could not be moved."""


def take_over(store: Store, system: PrintSystem, printer: str) -> TakenOver:
    """Give every badge that waits for paper to another printer.

    A job whose printer's queue cannot be reached stays there: it would come out twice.
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


# trying a printer out


def send_test(store: Store, system: PrintSystem, printer: str) -> SubmittedJob:
    """Send a badge of nobody, in the layout that badges have here.

    Raises:
        KioskError: why it could not be sent.
    """
    with temp_dir() as folder:
        layout = print_settings(store).layout or None
        badge = draw_test_badge(store, folder / "test.pdf", layout=layout)
        backend, name = system.way_to(printer)
        return backend.submit(
            badge.file,
            name,
            title="test badge",
            width_mm=badge.width_mm,
            height_mm=badge.height_mm,
        )
