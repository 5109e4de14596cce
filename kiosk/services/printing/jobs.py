"""The queue of badges: who gets one, what became of it, what a person decides about it.

Everything here is in the log of this desk. A job is `queued` until its hand-over begins; then,
before a printer hears of it, it is written down as `unknown`, and as `sent` when a print system
has acknowledged it. So a desk that dies in between leaves a job that nothing sends a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.printing.job import JobVerdict, PrintState, after_failed_submit, follow, may_send
from kiosk.errors import KioskError
from kiosk.services.badges.on_demand import count_on_demand_badge
from kiosk.services.printing.settings import use_a_label
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.attendees import is_former_holders_badge
from kiosk.storage.queries.badges import OPEN_STATES, BadgeJob, printed_badge


class ReprintReason(StrEnum):
    """Why somebody gets a second badge."""

    LOST = "lost"
    DAMAGED = "damaged"
    TYPO = "typo"
    OTHER = "other"


class Cause(StrEnum):
    """What asked for a badge."""

    KEY = "key"
    CHECK_IN = "check_in"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class PrinterSubmission:
    """What is known of a badge at the moment it goes to a printer."""

    printer: str
    layout: str
    hash: str


IN_HAND_OVER = "The badge was on its way to the printer when kiosk stopped, or it is just now."
LOOK_FIRST = "Look at the printer: only if no badge came out, print it again (F4, then F5)."


# asking for badges


def needs_reason(store: Store, attendee_id: str) -> str:
    """Why one more badge for this person must be explained; empty for a first badge."""
    jobs = badges.jobs_of(store.connection, attendee_id)
    for job in reversed(jobs):
        if job.state in OPEN_STATES:
            return f"is on its way already (job {job_name(store, job)})"
        if job.state is PrintState.UNKNOWN and not job.printed:
            return f"may have come out already (job {job_name(store, job)})"
    badge = printed_badge(store.connection, attendee_id)
    if badge is None or is_former_holders_badge(store.connection, attendee_id):
        return ""
    where = f": box {badge.box}, slot {badge.slot}" if badge.box else ""
    return f"was printed already{where}"


def queue_badges(
    store: Store,
    attendee_ids: list[str],
    *,
    printer: str,
    reason: ReprintReason | None = None,
    cause: Cause,
) -> list[BadgeJob]:
    """Put badges into the queue, all of them or none; nothing is sent here.

    Raises:
        KioskError: `reason_needed` where somebody has or gets a badge already.
    """
    with store.writing():
        if reason is None:
            for attendee_id in attendee_ids:
                _refuse_second(store, attendee_id)
        return [_queue(store, each, printer, reason, cause) for each in attendee_ids]


def queue_after_check_in(store: Store, attendee_id: str, printer: str) -> BadgeJob | None:
    """Queue the badge of somebody just let in, if the ticket is good and it is their first."""
    person = people.attendee(store.connection, attendee_id)
    if person is None or person.status is not TicketStatus.VALID:
        return None
    with store.writing():
        if needs_reason(store, attendee_id):
            return None
        return _queue(store, attendee_id, printer, None, Cause.CHECK_IN)


def _refuse_second(store: Store, attendee_id: str) -> None:
    why = needs_reason(store, attendee_id)
    if not why:
        return
    person = people.attendee(store.connection, attendee_id)
    name = person.label if person else attendee_id
    raise KioskError(
        "reason_needed",
        f"The badge of {name} {why}.",
        saved="Nothing was printed.",
        next_step="To print another, say why: lost, damaged, typo or other.",
    )


def _queue(
    store: Store, attendee_id: str, printer: str, reason: ReprintReason | None, cause: Cause
) -> BadgeJob:
    event = store.append(
        EventKind.BADGE_WANTED,
        {
            "at": store.clock(),
            "number": badges.next_number(store.connection, store.log_id),
            "printer": printer,
            "reason": str(reason or ""),
            "cause": str(cause),
        },
        subject=attendee_id,
    )
    return _reread(store, (event.log_id, event.seq))


# finding jobs


def job_name(store: Store, job: BadgeJob) -> str:
    """What people call a job: its number, with the beginning of the log for another desk's."""
    return str(job.number) if job.log_id == store.log_id else f"{job.log_id[:6]}-{job.number}"


def find_job(store: Store, name: str) -> BadgeJob:
    """This desk's job of that number.

    Raises:
        KioskError: `no_such_job`, `other_desks_job`.
    """
    text = name.strip()
    job = None
    if text.isascii() and text.isdecimal() and len(text) < 10:
        job = badges.job_by_number(store.connection, store.log_id, int(text))
    if job is not None:
        return job
    if any(job_name(store, each) == text for each in badges.all_jobs(store.connection)):
        raise KioskError(
            "other_desks_job",
            f"Job {text} is at another desk.",
            saved="Nothing was changed.",
            next_step="Deal with it at that desk.",
        )
    raise KioskError(
        "no_such_job",
        f"There is no badge job {text}.",
        saved="Nothing was changed.",
        next_step="`kiosk queue` lists them.",
    )


def _reread(store: Store, key: tuple[str, int]) -> BadgeJob:
    job = badges.job_by_key(store.connection, *key)
    assert job is not None, "a job never leaves the queue's table"
    return job


def fresh(store: Store, job: BadgeJob) -> BadgeJob:
    """The job as it is now."""
    return _reread(store, (job.log_id, job.seq))


# what the program writes down of a job


def begin_submission(store: Store, job: BadgeJob, badge: PrinterSubmission) -> BadgeJob | None:
    """Take a queued job before a printer hears of it; None when it is not to be sent any more.

    Only one program can take it; whatever happens then, nothing takes it again by itself.
    """
    with store.writing():
        now = fresh(store, job)
        if not may_send(now.state) or now.log_id != store.log_id:
            return None
        return _write(
            store,
            now,
            state=PrintState.UNKNOWN,
            printer=badge.printer,
            layout=badge.layout,
            hash=badge.hash,
            sentence=IN_HAND_OVER,
            next_step=LOOK_FIRST,
            needs_help=False,
            final=False,
            backend="",
            device_job=0,
            sent_ms=0,
        )


def note_sent(
    store: Store, taken: BadgeJob, *, backend: str, device_job: int, uses_label: bool
) -> BadgeJob | None:
    """A print system has acknowledged the job; None when somebody took it back meanwhile."""
    with store.writing():
        if not _is_same(fresh(store, taken), taken):
            return None
        if uses_label:
            use_a_label(store)
        return _write(
            store,
            taken,
            state=PrintState.SENT,
            backend=backend,
            device_job=device_job,
            sent_ms=store.clock(),
            sentence="The printer has been given the badge.",
            next_step="Wait for it.",
        )


def note_not_sent(
    store: Store, job: BadgeJob, error: KioskError, *, may_have_printed: bool = False
) -> BadgeJob:
    """The job could not be handed over: it waits, has failed, or nobody knows."""
    state = after_failed_submit(error.code, may_have_printed=may_have_printed)
    with store.writing():
        now = fresh(store, job)
        if not _is_same(now, job):
            return now  # somebody took it back, or another program sends it
        words: dict[str, Any] = {"sentence": error.problem, "next_step": error.next_step}
        return _write(store, now, state=state, needs_help=True, backend="", device_job=0, **words)


def note_verdict(store: Store, job: BadgeJob, verdict: JobVerdict) -> BadgeJob:
    """What the device says now; counts the badge as printed when it says that it is."""
    with store.writing():
        now = fresh(store, job)
        if (now.backend, now.device_job) != (job.backend, job.device_job):
            return now  # the badge has gone another way in the meantime
        state = follow(now.state, verdict.state)
        if state is not verdict.state:
            return now
        told = {
            "sentence": verdict.sentence,
            "next_step": verdict.next_step,
            "needs_help": verdict.needs_help,
            "final": verdict.final,
        }
        if state is now.state and all(getattr(now, key) == told[key] for key in told):
            return now
        if counts_as_printed(verdict):
            _count(store, now)
        return _write(store, now, state=state, **told)


def counts_as_printed(verdict: JobVerdict) -> bool:
    """Done, or taken by something that never tells more: a folder, Windows' spooler."""
    if verdict.state is PrintState.DONE:
        return True
    return verdict.state is PrintState.UNKNOWN and verdict.final and not verdict.needs_help


def _count(store: Store, job: BadgeJob) -> None:
    if not job.printed:
        key = (job.log_id, job.seq)
        count_on_demand_badge(
            store, job.attendee_id, layout=job.layout, badge_hash=job.hash, job=key
        )


# what people decide


def mark_handed_out(store: Store, job: BadgeJob) -> BadgeJob:
    """The volunteer has the badge in hand: it is printed, whatever the printer says.

    Raises:
        KioskError: `not_possible` for a job that never went to a printer.
    """
    with store.writing():
        now = fresh(store, job)
        if now.state is PrintState.QUEUED or not now.hash:
            raise _not_possible(store, now, "there is no badge of it to hand over")
        _count(store, now)
        return _write(
            store,
            now,
            state=PrintState.HANDED,
            sentence="The badge was handed over.",
            next_step="",
            needs_help=False,
            final=True,
        )


def withdraw(store: Store, job: BadgeJob, sentence: str = "", next_step: str = "") -> BadgeJob:
    """Note that a job was taken back; the printer has been told already, if it had the job.

    Raises:
        KioskError: `not_possible` for a badge that has come out.
    """
    with store.writing():
        now = fresh(store, job)
        if now.printed or now.state in (PrintState.DONE, PrintState.HANDED):
            raise _not_possible(store, now, "its badge counts as printed or saved")
        return _write(
            store,
            now,
            state=PrintState.CANCELED,
            sentence=sentence or "The job was taken back at the desk.",
            next_step=next_step,
            needs_help=bool(next_step),
            final=True,
        )


def queue_again(store: Store, job: BadgeJob, printer: str = "") -> BadgeJob:
    """A person wants it sent (again): after a failure, or when no badge came out.

    Raises:
        KioskError: `not_possible` while a printer has the job, or when its badge is printed.
    """
    with store.writing():
        now = fresh(store, job)
        if now.state in (PrintState.SENT, PrintState.PRINTING):
            raise _not_possible(store, now, "a printer has it", "Take it back first.")
        if now.state in (PrintState.DONE, PrintState.HANDED):
            raise _not_possible(
                store, now, "its badge has been printed", "Print another, with a reason."
            )
        return _write(
            store,
            now,
            state=PrintState.QUEUED,
            printer=printer or now.printer,
            backend="",
            device_job=0,
            sentence="",
            next_step="",
            needs_help=False,
            final=False,
            sent_ms=0,
        )


def _not_possible(store: Store, job: BadgeJob, why: str, next_step: str = "") -> KioskError:
    return KioskError(
        "not_possible",
        f"Job {job_name(store, job)} stays as it is: {why}.",
        saved="Nothing was changed.",
        next_step=next_step,
    )


def _is_same(one: BadgeJob, other: BadgeJob) -> bool:
    return (one.hlc, one.state_log_id, one.state_seq) == (
        other.hlc,
        other.state_log_id,
        other.state_seq,
    )


def _write(store: Store, job: BadgeJob, **changes: Any) -> BadgeJob:
    """Add the job's new state to the log, whole, so that the newest event says everything."""
    new = job._replace(**changes)
    store.append(
        EventKind.BADGE_JOB,
        {
            "job": [new.log_id, new.seq],
            "at": store.clock(),
            "state": str(new.state),
            "printer": new.printer,
            "backend": new.backend,
            "device_job": new.device_job,
            "layout": new.layout,
            "hash": new.hash,
            "sentence": new.sentence,
            "next_step": new.next_step,
            "needs_help": new.needs_help,
            "final": new.final,
            "sent_at": new.sent_ms,
        },
        subject=new.attendee_id,
    )
    return fresh(store, job)
