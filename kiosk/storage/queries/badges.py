"""Query printed badges and print jobs."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from kiosk.domain.badges.order import place_phrase
from kiosk.domain.printing.job import PrintState
from kiosk.storage.queries.help_desk import HELP_COLUMNS, HelpRow, help_row_of
from kiosk.storage.queries.lists import setting

BOXES = "boxes"
"""Setting `{name: [span, count, ticket type or ""]}`, shared by all desks."""

BoxRecord = dict[str, list[str | int]]


class PrintedBadge(NamedTuple):
    """The newest badge of an attendee."""

    attendee_id: str
    hash: str
    """Hash of the drawn badge: a different hash now means that the badge is out of date."""
    layout: str
    box: str
    """Letter of the box it was sorted into; empty for one printed on the spot."""
    slot: int
    """Place in the box from 1; 0 for one printed on the spot."""
    prints: int
    printed_ms: int
    """When a print was confirmed; 0: only a PDF was made."""
    span: str = ""
    """The span on the box's sign: `K–N`."""

    @property
    def is_printed(self) -> bool:
        """Whether a person or a printer confirmed the print."""
        return self.printed_ms > 0

    @property
    def place(self) -> str:
        """`box C (K–N), slot 14`; empty for one printed on the spot."""
        return place_phrase(self.box, self.span, self.slot) if self.box else ""


_COLUMNS = "attendee_id, hash, layout, box, slot, prints, at_ms"

BADGE_STATE = """CASE (SELECT state FROM badge_job WHERE badge_job.attendee_id = attendee.id
    AND state NOT IN ('canceled', 'failed') AND badge_job.hlc >= coalesce(badge.hlc, 0)
    ORDER BY badge_job.hlc DESC LIMIT 1)
    WHEN 'handed' THEN 'handed out' WHEN 'done' THEN 'printed' WHEN 'queued' THEN 'waiting'
    WHEN 'sent' THEN 'sent' WHEN 'printing' THEN 'sent'
    ELSE CASE WHEN badge.at_ms > 0 THEN 'printed' WHEN badge.at_ms = 0 THEN
        CASE WHEN EXISTS (SELECT 1 FROM badge_job WHERE badge_job.attendee_id = attendee.id AND
            state = 'unknown' AND badge_job.backend NOT IN ('', 'save')) THEN 'sent'
        ELSE 'PDF created' END
    ELSE '' END END"""
"""SQL expression over `attendee` and its `badge`: the state of the newest badge in words, empty for
none. `printed` is confirmed by a person or by the printer."""


def badge_state(connection: sqlite3.Connection, attendee_id: str) -> str:
    """The state of an attendee's newest badge; see `BADGE_STATE`."""
    (state,) = connection.execute(
        f"SELECT {BADGE_STATE} FROM (SELECT ? AS id) AS attendee "
        "LEFT JOIN badge ON badge.attendee_id = attendee.id",
        (attendee_id,),
    ).fetchone()
    return str(state)


def printed_badge(connection: sqlite3.Connection, attendee_id: str) -> PrintedBadge | None:
    """The newest badge of an attendee."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM badge WHERE attendee_id = ?", (attendee_id,)
    ).fetchone()
    return _with_span(row, setting(connection, BOXES, {})) if row else None


def badge_and_help(
    connection: sqlite3.Connection, attendee_id: str
) -> tuple[PrintedBadge | None, HelpRow | None]:
    """An attendee's newest badge and newest help desk entry, in one query."""
    row = connection.execute(
        f"SELECT * FROM (SELECT 1) LEFT JOIN (SELECT {_COLUMNS} FROM badge WHERE attendee_id = ?1) "
        f"LEFT JOIN (SELECT {HELP_COLUMNS} FROM help_desk WHERE attendee_id = ?1)",
        (attendee_id,),
    ).fetchone()
    first_of_help = 1 + len(_COLUMNS.split(","))
    badge, help_entry = row[1:first_of_help], row[first_of_help:]
    # no query for a badge that is in no box
    boxes = setting(connection, BOXES, {}) if badge[3] else {}
    return (
        _with_span(badge, boxes) if badge[0] is not None else None,
        help_row_of(help_entry) if help_entry[0] is not None else None,
    )


def printed_badges(connection: sqlite3.Connection) -> dict[str, PrintedBadge]:
    """The newest badge of each attendee."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM badge")
    boxes: BoxRecord = setting(connection, BOXES, {})
    return {row[0]: _with_span(row, boxes) for row in rows}


def _with_span(row: tuple[Any, ...], boxes: BoxRecord) -> PrintedBadge:
    badge = PrintedBadge(*row)
    entry = boxes.get(badge.box)
    return badge._replace(span=str(entry[0])) if entry else badge


def last_layout(connection: sqlite3.Connection) -> str:
    """The layout of the newest badge in a box, else of the newest one; empty if there is none.

    The labels of walk-ins do not change the layout of the badges that are printed ahead.
    """
    row = connection.execute(
        "SELECT layout FROM badge ORDER BY box = '', hlc DESC, log_id DESC, seq DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


# Print jobs.


class BadgeJob(NamedTuple):
    """One badge in a desk's queue, in its current state."""

    log_id: str
    seq: int
    """With `log_id`: the event that queued it."""
    number: int
    """1, 2, 3 ... at each desk."""
    attendee_id: str
    reason: str
    """The reason for a second badge; empty for a first one."""
    cause: str
    """The trigger: `key`, `check_in`, `command`."""
    desk: str
    at_ms: int
    """When it was requested."""
    state: PrintState
    printer: str
    """Its printer; empty means the default printer."""
    backend: str
    """The print system that has it; empty when none has."""
    device_job: int
    layout: str
    hash: str
    """Hash of the drawn badge; empty before it is sent."""
    sentence: str
    next_step: str
    needs_help: bool
    final: bool
    """The device will report nothing new."""
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
"""On the way: no decision is needed yet."""

_JOB_COLUMNS = ", ".join(BadgeJob._fields)


def _job(row: tuple[object, ...]) -> BadgeJob:
    job = BadgeJob(*row)  # type: ignore[arg-type]
    return job._replace(
        state=PrintState(job.state or PrintState.UNKNOWN),
        needs_help=bool(job.needs_help),
        final=bool(job.final),
        printed=bool(job.printed),
    )


_OWN = (
    "log_id IN (SELECT ? UNION SELECT value FROM json_each("
    "(SELECT value FROM local WHERE key = 'closed_logs')))"
)
"""A desk's log, with the unsigned log that it closed when it began to share."""


def _jobs(connection: sqlite3.Connection, rest: str, *values: str | int) -> list[BadgeJob]:
    """The jobs of a query; `rest` of the statement follows the table."""
    rows = connection.execute(f"SELECT {_JOB_COLUMNS} FROM badge_job WHERE {rest}", values)
    return [_job(row) for row in rows]


def job_by_key(connection: sqlite3.Connection, log_id: str, seq: int) -> BadgeJob | None:
    """The job that this event queued."""
    return next(iter(_jobs(connection, "log_id = ? AND seq = ?", log_id, seq)), None)


def job_by_number(connection: sqlite3.Connection, log_id: str, number: int) -> BadgeJob | None:
    """A desk's job by its number."""
    found = _jobs(connection, f"{_OWN} AND number = ? ORDER BY seq LIMIT 1", log_id, number)
    return next(iter(found), None)


def all_jobs(connection: sqlite3.Connection, limit: int = -1) -> list[BadgeJob]:
    """Jobs of all desks, newest first; without a limit all of them."""
    rest = "attendee_id != '' ORDER BY at_ms DESC, log_id, seq DESC LIMIT ?"
    return _jobs(connection, rest, limit)


def jobs_in(
    connection: sqlite3.Connection, log_id: str, states: tuple[PrintState, ...]
) -> list[BadgeJob]:
    """One desk's jobs in these states, oldest first."""
    marks = ", ".join("?" * len(states))
    rest = f"{_OWN} AND state IN ({marks}) ORDER BY number"
    return _jobs(connection, rest, log_id, *states)


def jobs_to_ask_about(connection: sqlite3.Connection, log_id: str) -> list[BadgeJob]:
    """One desk's jobs that a print system has and that have not ended, oldest first."""
    rest = (
        f"{_OWN} AND backend != '' AND final = 0 "
        "AND state IN ('sent', 'printing', 'unknown') ORDER BY number"
    )
    return _jobs(connection, rest, log_id)


def troubled_jobs(
    connection: sqlite3.Connection, log_id: str, since_ms: int, left_ms: int
) -> list[BadgeJob]:
    """One desk's jobs that need a person, those on the way first, then oldest first.

    Args:
        since_ms: older problems are not reported any more.
        left_ms: a submission that began before this and has no end is of a program that was killed.
    """
    rest = (
        f"{_OWN} AND changed_ms >= ? "
        "AND (needs_help = 1 OR (state = 'unknown' AND backend = '' AND changed_ms <= ?)) "
        "AND state IN ('queued', 'sent', 'printing', 'failed', 'unknown', 'done', 'canceled') "
        "ORDER BY state NOT IN ('queued', 'sent', 'printing'), number"
    )
    return _jobs(connection, rest, log_id, since_ms, left_ms)


def jobs_of(connection: sqlite3.Connection, attendee_id: str) -> list[BadgeJob]:
    """The jobs of an attendee, oldest first."""
    return _jobs(connection, "attendee_id = ? ORDER BY hlc, state_seq", attendee_id)


def next_number(connection: sqlite3.Connection, log_id: str) -> int:
    """The number of a desk's next job."""
    row = connection.execute(
        f"SELECT max(number) FROM badge_job WHERE {_OWN}", (log_id,)
    ).fetchone()
    return (row[0] or 0) + 1
