"""Poll printers about their jobs, and describe the print queue in words."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.printing.job import PDF_FOLDER, UNREACHABLE, JobVerdict, PrintState
from kiosk.domain.printing.report import read_report
from kiosk.errors import PrintError
from kiosk.printing.backend import PrintSystem, SubmittedJob
from kiosk.services.printing import jobs
from kiosk.services.printing.jobs import SAVED_BY, job_name
from kiosk.services.printing.settings import MODE_WORDS, PrintSettings, print_settings
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.badges import OPEN_STATES, BadgeJob

PrinterReport = tuple[BadgeJob, JobVerdict]
"""A job as it is recorded, and its printer's report now."""
RECENT_MS = 12 * 3600 * 1000
"""An unconfirmed job needs attention for this long only."""
LEFT_MS = 15_000
"""A submission that takes longer was interrupted by a crash."""

STATE_WORDS = {
    PrintState.QUEUED: ("…", "waits here"),
    PrintState.SENT: ("→", "sent"),
    PrintState.PRINTING: ("→", "printing"),
    PrintState.DONE: ("✓", "printed"),
    PrintState.HANDED: ("✓", "handed out"),
    PrintState.FAILED: ("✗", "failed"),
    PrintState.CANCELED: ("-", "canceled"),
    PrintState.UNKNOWN: ("?", "look first"),
}
"""A sign and one or two words for each state."""


@dataclass(frozen=True, slots=True)
class PrintStatus:
    """The state of printing, for the desk's status line."""

    settings: PrintSettings
    waiting: int
    """Number of badges on their way."""
    trouble: str = ""
    """The first problem that needs a person; empty if there is none."""
    next_step: str = ""

    @property
    def words(self) -> str:
        """`badges: on request · printer ok`, or how many badges wait."""
        settings = self.settings
        if self.waiting:
            parts = [f"badges waiting {self.waiting}"]
        elif settings.prints:
            parts = [f"badges: {MODE_WORDS[settings.mode]}"]
        else:
            parts = ["no printer: badges become PDFs"]
        if settings.sheet and settings.prints:
            parts.append(f"next: place {settings.sheet.place} of {settings.sheet.places}")
        if settings.labels_are_low:
            parts.append(f"labels left {settings.labels_left}")
        elif settings.prints and not self.trouble:
            parts.append(_printer_words(settings))
        return " · ".join(parts)


def _printer_words(settings: PrintSettings) -> str:
    if settings.printer == PDF_FOLDER:
        return "no printer, PDF files"
    return "printer ok" if settings.tested == settings.printer else "printer not tested"


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A job for a person to read."""

    job: BadgeJob
    name: str
    """The job's name."""
    person: str
    is_ours: bool
    """It is a job of this desk; those of other desks can only be viewed."""
    age_s: int
    """Seconds since it was requested."""

    @property
    def sign(self) -> str:
        """One character; `!` if a person must do something."""
        if self.job.needs_help and self.job.state is not PrintState.FAILED:
            return "!"
        return STATE_WORDS[self.job.state][0]

    @property
    def words(self) -> str:
        """The state."""
        if self.job.needs_help and self.job.state in (PrintState.SENT, PrintState.PRINTING):
            return "stuck"
        if self.job.state is PrintState.UNKNOWN and self.job.final and self.job.backend:
            return "PDF created" if self.job.backend == SAVED_BY else "sent"
        return STATE_WORDS[self.job.state][1]


def print_status(store: Store) -> PrintStatus:
    """The state of printing at this desk now."""
    connection = store.connection
    waiting = badges.jobs_in(connection, store.log_id, OPEN_STATES)
    since = store.clock() - RECENT_MS
    troubled = badges.troubled_jobs(connection, store.log_id, since, store.clock() - LEFT_MS)
    first = troubled[0] if troubled else None
    return PrintStatus(
        settings=print_settings(store),
        waiting=len(waiting),
        trouble=first.sentence if first else "",
        next_step=first.next_step if first else "",
    )


def queue_lines(store: Store, limit: int = -1) -> list[QueueLine]:
    """Jobs of all desks, newest first."""
    now = store.clock()
    return [
        QueueLine(
            job=job,
            name=job_name(store, job),
            person=_person(store, job),
            is_ours=store.owns(job.log_id),
            age_s=max(0, (now - job.at_ms) // 1000),
        )
        for job in badges.all_jobs(store.connection, limit)
    ]


def _person(store: Store, job: BadgeJob) -> str:
    person = people.attendee(store.connection, job.attendee_id)
    return person.label if person else job.attendee_id


def age_words(seconds: int) -> str:
    """`40 s`, `12 min`, `3 h`, `2 d`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"


# Poll the printers about jobs, and record what they report.


def submitted_job(job: BadgeJob) -> SubmittedJob:
    """The job's identity in its print system."""
    return SubmittedJob(job.printer, job.device_job, job.backend)


def seconds_since_sent(store: Store, job: BadgeJob) -> float:
    """Seconds since the job was sent."""
    return max(0.0, (store.clock() - job.sent_ms) / 1000)


def ask_about(store: Store, system: PrintSystem, job: BadgeJob) -> BadgeJob:
    """Poll the print system about one job, and record changes."""
    return jobs.note_verdict(store, job, verdict_of(store, system, job))


def verdict_of(store: Store, system: PrintSystem, job: BadgeJob) -> JobVerdict:
    """The printer's report about a job now; unreachable if it does not answer."""
    try:
        report = system.named(job.backend).report(submitted_job(job))
    except PrintError:
        report = UNREACHABLE
    return read_report(report, seconds_since_sent(store, job))


def record_reports(store: Store, reports: list[PrinterReport]) -> None:
    """Record the reports of printers."""
    for job, verdict in reports:
        jobs.note_verdict(store, job, verdict)


def printer_reports(store: Store, system: PrintSystem) -> list[PrinterReport]:
    """Poll about every job at a printer; a backend that does not answer is polled only once.

    Nothing is polled for a file from elsewhere: its jobs name printers of another machine.
    """
    silent: set[str] = set()
    reports: list[PrinterReport] = []
    if not store.is_ours:
        return reports
    for job in jobs.jobs_at_printers(store):
        if job.backend in silent:
            continue
        verdict = verdict_of(store, system, job)
        if verdict.state is PrintState.UNKNOWN and not verdict.final:
            silent.add(job.backend)
        reports.append((job, verdict))
    return reports


def has_news(reports: list[PrinterReport]) -> bool:
    """Whether the reports contain changes that are not recorded yet."""
    return any(jobs.as_reported(job, verdict) != job for job, verdict in reports)
