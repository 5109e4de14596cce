"""Badges on their way to paper, and what this desk is set to do about paper."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from kiosk.domain.print_job import PrintState


class BadgeJob(NamedTuple):
    """One badge in a desk's queue, as it is known now."""

    log_id: str
    seq: int
    """With `log_id`: the event that put it into the queue."""
    number: int
    """1, 2, 3 ... at each desk."""
    attendee_id: str
    reason: str
    """Why it is a second badge; empty for a first one."""
    cause: str
    """What asked for it: `key`, `check_in`, `command`."""
    desk: str
    at_ms: int
    """When it was asked for."""
    state: PrintState
    printer: str
    """Where it is or goes; empty means the default printer."""
    backend: str
    """Which way to print has taken it; empty when none has."""
    device_job: int
    layout: str
    hash: str
    """Of what was drawn; empty before it is sent."""
    sentence: str
    next_step: str
    needs_help: bool
    final: bool
    """The device has nothing more to say."""
    sent_ms: int
    changed_ms: int
    printed: bool
    """Counted as printed."""
    hlc: int
    state_log_id: str
    state_seq: int

    @property
    def was_taken(self) -> bool:
        """Whether a print system has acknowledged it."""
        return bool(self.backend)


OPEN_STATES = (PrintState.QUEUED, PrintState.SENT, PrintState.PRINTING)
"""On the way: nobody has to decide anything yet."""

_COLUMNS = ", ".join(BadgeJob._fields)


def _job(row: tuple[object, ...]) -> BadgeJob:
    job = BadgeJob(*row)  # type: ignore[arg-type]
    return job._replace(
        state=PrintState(job.state or PrintState.UNKNOWN),
        needs_help=bool(job.needs_help),
        final=bool(job.final),
        printed=bool(job.printed),
    )


def job_by_key(connection: sqlite3.Connection, log_id: str, seq: int) -> BadgeJob | None:
    """The job that this event put into the queue."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE log_id = ? AND seq = ?", (log_id, seq)
    ).fetchone()
    return _job(row) if row else None


def job_by_number(connection: sqlite3.Connection, log_id: str, number: int) -> BadgeJob | None:
    """A desk's job by its number."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE log_id = ? AND number = ? ORDER BY seq LIMIT 1",
        (log_id, number),
    ).fetchone()
    return _job(row) if row else None


def all_jobs(connection: sqlite3.Connection, limit: int = -1) -> list[BadgeJob]:
    """Jobs of all desks, newest first; without a limit all of them."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE attendee_id != '' "
        "ORDER BY at_ms DESC, log_id, seq DESC LIMIT ?",
        (limit,),
    )
    return [_job(row) for row in rows]


def jobs_in(
    connection: sqlite3.Connection, log_id: str, states: tuple[PrintState, ...]
) -> list[BadgeJob]:
    """One desk's jobs in these states, oldest first."""
    marks = ", ".join("?" * len(states))
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE log_id = ? AND state IN ({marks}) ORDER BY seq",
        (log_id, *states),
    )
    return [_job(row) for row in rows]


def jobs_to_ask_about(connection: sqlite3.Connection, log_id: str) -> list[BadgeJob]:
    """One desk's jobs that a print system has and whose end is not known, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE log_id = ? AND backend != '' AND final = 0 "
        "AND state IN ('sent', 'printing', 'unknown') ORDER BY seq",
        (log_id,),
    )
    return [_job(row) for row in rows]


def troubled_jobs(
    connection: sqlite3.Connection, log_id: str, since_ms: int, left_ms: int
) -> list[BadgeJob]:
    """One desk's jobs that somebody must see to, those on the way first, then oldest first.

    Args:
        since_ms: older trouble is not told any more.
        left_ms: a hand-over that began before this and has no end was left by a program that died.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE log_id = ? AND changed_ms >= ? "
        "AND (needs_help = 1 OR (state = 'unknown' AND backend = '' AND changed_ms <= ?)) "
        "AND state IN ('queued', 'sent', 'printing', 'failed', 'unknown', 'done', 'canceled') "
        "ORDER BY state NOT IN ('queued', 'sent', 'printing'), seq",
        (log_id, since_ms, left_ms),
    )
    return [_job(row) for row in rows]


def jobs_of(connection: sqlite3.Connection, attendee_id: str) -> list[BadgeJob]:
    """One person's jobs, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM badge_job WHERE attendee_id = ? ORDER BY hlc, state_seq",
        (attendee_id,),
    )
    return [_job(row) for row in rows]


def next_number(connection: sqlite3.Connection, log_id: str) -> int:
    """The number of a desk's next job."""
    row = connection.execute(
        "SELECT max(number) FROM badge_job WHERE log_id = ?", (log_id,)
    ).fetchone()
    return (row[0] or 0) + 1
