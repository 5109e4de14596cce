"""Update the badge queue from the log, with the same result in any order of events."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from kiosk.domain.log.events import Body, EventKind, LogEvent
from kiosk.domain.printing.job import PrintState

_IDENTITY = ("number", "attendee_id", "reason", "cause", "desk", "at_ms")
_STATE = (
    "state",
    "printer",
    "backend",
    "device_job",
    "layout",
    "hash",
    "sentence",
    "next_step",
    "needs_help",
    "final",
    "sent_ms",
    "changed_ms",
    "hlc",
    "state_log_id",
    "state_seq",
)
_STAMP = ("hlc", "state_log_id", "state_seq")

_ADD = (
    f"INSERT OR IGNORE INTO badge_job(log_id, seq, {', '.join((*_IDENTITY, *_STATE))}, printed) "
    "VALUES (?, ?, 0, '', '', '', '', 0, '', '', '', 0, '', '', '', '', 0, 0, 0, 0, 0, '', 0, 0)"
)
"""A row for whichever of its events arrives first."""
_SET_IDENTITY = (
    f"UPDATE badge_job SET {', '.join(f'{name} = ?' for name in _IDENTITY)} "
    "WHERE log_id = ? AND seq = ?"
)
_SET_STATE = (
    f"UPDATE badge_job SET {', '.join(f'{name} = ?' for name in _STATE)} "
    f"WHERE log_id = ? AND seq = ? AND (?, ?, ?) > ({', '.join(_STAMP)})"
)


def _apply_wanted(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    job = (event.log_id, event.seq)
    connection.execute(_ADD, job)
    connection.execute(
        _SET_IDENTITY,
        (
            body["number"],
            event.subject,
            body["reason"],
            body["cause"],
            body["desk"],
            body["at"],
            *job,
        ),
    )
    waiting = (PrintState.QUEUED, body["printer"], "", 0, "", "", "", "", 0, 0, 0, body["at"])
    connection.execute(_SET_STATE, (*waiting, *event.stamp, *job, *event.stamp))


def _apply_job(connection: sqlite3.Connection, event: LogEvent, body: Body) -> None:
    job = tuple(body["job"])
    connection.execute(_ADD, job)
    state = (
        body["state"],
        body["printer"],
        body["backend"],
        body["device_job"],
        body["layout"],
        body["hash"],
        body["sentence"],
        body["next_step"],
        int(body["needs_help"]),
        int(body["final"]),
        body["sent_at"],
        body["at"],
    )
    connection.execute(_SET_STATE, (*state, *event.stamp, *job, *event.stamp))


def mark_printed(connection: sqlite3.Connection, job: Sequence[object]) -> None:
    """Mark the badge of a job as counted."""
    connection.execute(_ADD, tuple(job))
    connection.execute("UPDATE badge_job SET printed = 1 WHERE log_id = ? AND seq = ?", tuple(job))


PRINT_STEPS: dict[str, Callable[[sqlite3.Connection, LogEvent, Body], None]] = {
    EventKind.BADGE_WANTED: _apply_wanted,
    EventKind.BADGE_JOB: _apply_job,
}
