"""Manage print jobs of badges: queue them, record their state, and apply a person's decisions.

All of it is in this desk's log. A job is `queued` until its submission begins. Before a printer
receives it, it is recorded as `unknown`, and as `sent` once a print system has accepted it. If the
desk crashes in between, the job stays `unknown`, and no program sends it a second time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.printing.job import JobVerdict, PrintState, after_failed_submit, follow, may_send
from kiosk.errors import Action, KioskError, Refused
from kiosk.services.badges.on_demand import count_on_demand_badge
from kiosk.services.printing.settings import SheetPlace, use_a_label
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.attendees import is_former_holders_badge
from kiosk.storage.queries.badges import OPEN_STATES, BadgeJob, printed_badge


class ReprintReason(StrEnum):
    """Why an attendee gets a second badge."""

    LOST = "lost"
    DAMAGED = "damaged"
    TYPO = "typo"
    OTHER = "other"


class Cause(StrEnum):
    """What requested a badge."""

    KEY = "key"
    CHECK_IN = "check_in"
    COMMAND = "command"


SAVED_BY = "save"
"""The print system that saves badges as PDF files, where no printer has them."""
IN_HAND_OVER = "The badge is being sent to the printer, or kiosk stopped while it was sent."
LOOK_FIRST = "Look at the printer. Print the badge again only if none came out."
_AT_NO_PRINTER: dict[str, Any] = {
    "needs_help": False,
    "final": False,
    "backend": "",
    "device_job": 0,
    "sent_ms": 0,
}
"""Of a job that no print system has accepted."""


# queueing badges


def needs_reason(store: Store, attendee_id: str) -> str:
    """Why another badge for this person needs a reason; empty for a first badge."""
    jobs = badges.jobs_of(store.connection, attendee_id)
    for job in reversed(jobs):
        if job.state in OPEN_STATES:
            return f"is already on its way (job {job_name(store, job)})"
        is_a_file = job.backend == SAVED_BY  # which no printer has
        if job.state is PrintState.UNKNOWN and not job.printed and not is_a_file:
            return f"may already be printed (job {job_name(store, job)})"
    badge = printed_badge(store.connection, attendee_id)
    if badge is None or not badge.is_printed:
        return ""
    if is_former_holders_badge(store.connection, attendee_id):
        return ""
    where = f": box {badge.box}, slot {badge.slot}" if badge.box else ""
    return f"is already printed{where}"


def queue_badges(
    store: Store,
    attendee_ids: list[str],
    *,
    printer: str,
    reason: ReprintReason | None = None,
    cause: Cause,
) -> list[BadgeJob]:
    """Queue badges, all of them or none; nothing is sent here.

    Raises:
        KioskError: `reason_needed` if a person already has a badge, or one is on its way.
    """
    with store.writing():
        if reason is None:
            for attendee_id in attendee_ids:
                _refuse_second(store, attendee_id)
        return [_queue(store, each, printer, reason, cause) for each in attendee_ids]


def queue_after_check_in(store: Store, attendee_id: str, printer: str) -> BadgeJob | None:
    """Queue the badge of a checked-in attendee if the ticket is valid and has no badge yet."""
    person = people.attendee(store.connection, attendee_id)
    if person is None or person.status is not TicketStatus.VALID:
        return None
    with store.writing():
        if needs_reason(store, attendee_id) or _is_made(store, attendee_id):
            return None
        return _queue(store, attendee_id, printer, None, Cause.CHECK_IN)


def _is_made(store: Store, attendee_id: str) -> bool:
    """Whether a badge was made for the present holder: it may be in its box already."""
    badge = printed_badge(store.connection, attendee_id)
    return badge is not None and not is_former_holders_badge(store.connection, attendee_id)


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
        next_step="To print another badge, give a reason: lost, damaged, typo or other.",
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
    """A job's name for people: its number, with the start of the log's id for another desk."""
    return str(job.number) if store.owns(job.log_id) else f"{job.log_id[:6]}-{job.number}"


def find_job(store: Store, name: str) -> BadgeJob:
    """This desk's job with that number.

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
        raise Refused(
            "other_desks_job",
            f"Job {text} is at another desk.",
            next_step="Change it at that desk.",
        )
    raise Refused("no_such_job", f"There is no badge job {text}.", action=Action.SHOW_QUEUE)


def _reread(store: Store, key: tuple[str, int]) -> BadgeJob:
    job = badges.job_by_key(store.connection, *key)
    assert job is not None, "jobs are never deleted"
    return job


def fresh(store: Store, job: BadgeJob) -> BadgeJob:
    """The current state of the job."""
    return _reread(store, (job.log_id, job.seq))


def waiting_jobs(store: Store) -> list[BadgeJob]:
    """This desk's jobs that are not sent yet, oldest first."""
    return badges.jobs_in(store.connection, store.log_id, (PrintState.QUEUED,))


def jobs_at_printers(store: Store) -> list[BadgeJob]:
    """This desk's jobs that a print system has and that are not finished, oldest first."""
    return badges.jobs_to_ask_about(store.connection, store.log_id)


# recording the state of a job


def begin_submission(
    store: Store, job: BadgeJob, *, printer: str, layout: str, badge_hash: str
) -> BadgeJob | None:
    """Claim a queued job before a printer receives it; None if it must not be sent any more.

    Only one program can claim it, and no program claims it again without a person's decision.
    """
    with store.writing():
        now = fresh(store, job)
        if not may_send(now.state) or not store.owns(now.log_id):
            return None
        return _write(
            store,
            now,
            state=PrintState.UNKNOWN,
            printer=printer,
            layout=layout,
            hash=badge_hash,
            sentence=IN_HAND_OVER,
            next_step=LOOK_FIRST,
            **_AT_NO_PRINTER,
        )


def note_sent(
    store: Store,
    taken: BadgeJob,
    *,
    backend: str,
    device_job: int,
    uses_label: bool,
    place: SheetPlace | None = None,
) -> BadgeJob | None:
    """Record that a print system accepted the job; None if it was canceled in the meantime."""
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
            sentence=f"The badge was sent to the printer{f': {place.words}' if place else ''}.",
            next_step="Wait for it.",
        )


def note_not_sent(
    store: Store, job: BadgeJob, error: KioskError, *, may_have_printed: bool
) -> BadgeJob:
    """Record that the job could not be sent: it waits, has failed, or its state is unknown."""
    state = after_failed_submit(error.code, may_have_printed=may_have_printed)
    with store.writing():
        now = fresh(store, job)
        if not _is_same(now, job):
            return now  # it was canceled, or another program sends it
        return _write(
            store,
            now,
            state=state,
            sentence=error.problem,
            next_step=error.next_step,
            needs_help=True,
            backend="",
            device_job=0,
        )


def note_verdict(store: Store, job: BadgeJob, verdict: JobVerdict) -> BadgeJob:
    """Record the device's report; count the badge as printed if the device reports it."""
    with store.writing():
        now = fresh(store, job)
        if (now.backend, now.device_job) != (job.backend, job.device_job):
            return now  # the badge went to another printer in the meantime
        new = as_reported(now, verdict)
        if new == now:
            return now
        if verdict.state is PrintState.DONE:
            _count(store, now)
        elif is_unconfirmed(verdict):
            _count(store, now, is_made=True)
        return _write(store, new)


def as_reported(job: BadgeJob, verdict: JobVerdict) -> BadgeJob:
    """The job with the device's report; unchanged if the report is older than its state."""
    if follow(job.state, verdict.state) is not verdict.state:
        return job
    return job._replace(
        state=verdict.state,
        sentence=verdict.sentence,
        next_step=verdict.next_step,
        needs_help=verdict.needs_help,
        final=verdict.final,
    )


def is_unconfirmed(verdict: JobVerdict) -> bool:
    """Whether a system without reports has the badge, a folder or Windows: a person confirms it."""
    return verdict.state is PrintState.UNKNOWN and verdict.final and not verdict.needs_help


def _count(store: Store, job: BadgeJob, *, is_made: bool = False) -> None:
    if not job.printed:
        count_on_demand_badge(
            store,
            job.attendee_id,
            layout=job.layout,
            badge_hash=job.hash,
            job=(job.log_id, job.seq),
            is_made=is_made,
        )


# a person's decisions


def mark_handed_out(store: Store, job: BadgeJob) -> BadgeJob:
    """Record that the volunteer has the badge: it is printed, whatever the printer reports.

    Raises:
        KioskError: `not_possible` for a job that never went to a printer.
    """
    with store.writing():
        now = fresh(store, job)
        if now.state is PrintState.QUEUED or not now.hash:
            raise _not_possible(store, now, "its badge was not printed")
        _count(store, now)
        return _write(
            store,
            now,
            state=PrintState.HANDED,
            sentence="The badge was handed out.",
            next_step="",
            needs_help=False,
            final=True,
        )


def withdraw(store: Store, job: BadgeJob, sentence: str = "", next_step: str = "") -> BadgeJob:
    """Record that a job was canceled; a printer that had it was asked before.

    Raises:
        KioskError: `not_possible` for a printed badge.
    """
    with store.writing():
        now = fresh(store, job)
        if now.printed or now.state in (PrintState.DONE, PrintState.HANDED):
            raise _not_possible(store, now, "its badge counts as printed or saved")
        return _write(
            store,
            now,
            state=PrintState.CANCELED,
            sentence=sentence or "The job was canceled at the desk.",
            next_step=next_step,
            needs_help=bool(next_step),
            final=True,
        )


def queue_again(store: Store, job: BadgeJob, printer: str) -> BadgeJob:
    """Queue the job again: after a failure, or if no badge came out.

    Raises:
        KioskError: `not_possible` while a printer has the job, or when its badge is printed.
    """
    with store.writing():
        now = fresh(store, job)
        if now.state in (PrintState.SENT, PrintState.PRINTING):
            raise _not_possible(store, now, "a printer has it", "Cancel it first.")
        if now.state in (PrintState.DONE, PrintState.HANDED):
            raise _not_possible(
                store, now, "its badge is already printed", "Print another badge, with a reason."
            )
        return _write(
            store,
            now,
            state=PrintState.QUEUED,
            printer=printer or now.printer,
            sentence="",
            next_step="",
            **_AT_NO_PRINTER,
        )


def _not_possible(store: Store, job: BadgeJob, why: str, next_step: str = "") -> KioskError:
    return Refused(
        "not_possible", f"Job {job_name(store, job)} cannot be changed: {why}.", next_step=next_step
    )


def _is_same(one: BadgeJob, other: BadgeJob) -> bool:
    return (one.hlc, one.state_log_id, one.state_seq) == (
        other.hlc,
        other.state_log_id,
        other.state_seq,
    )


def _write(store: Store, job: BadgeJob, **changes: Any) -> BadgeJob:
    """Add the job's complete new state to the log, so that the last event is sufficient."""
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
