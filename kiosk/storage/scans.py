"""Questions about entries and exits."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from kiosk.domain.checkin import Direction, StandingScan

_STANDING = "outcome = 'ok' AND undone = 0"


class ScanRow(NamedTuple):
    """One scan as the log has it."""

    log_id: str
    seq: int
    at_ms: int
    desk: str
    list_id: str
    attendee_id: str
    code: str
    direction: str
    outcome: str
    heads: int
    forced: bool
    reason: str
    undone: bool


_COLUMNS = (
    "log_id, seq, at_ms, desk, list_id, attendee_id, code, direction, outcome, heads, forced, "
    "reason, undone"
)


def _row(row: tuple[object, ...]) -> ScanRow:
    return ScanRow(*row)._replace(forced=bool(row[10]), undone=bool(row[12]))  # type: ignore[arg-type]


def standing_scans(
    connection: sqlite3.Connection, attendee_id: str, list_id: str
) -> list[StandingScan]:
    """This person's entries and exits on this list that were let through and not undone."""
    rows = connection.execute(
        "SELECT log_id, seq, at_ms, desk, direction, heads FROM scan "
        f"WHERE attendee_id = ? AND attendee_id != '' AND list_id = ? AND {_STANDING} "
        "ORDER BY hlc, log_id, seq",
        (attendee_id, list_id),
    )
    return [StandingScan(row[0], row[1], row[2], row[3], Direction(row[4]), row[5]) for row in rows]


def scans_of(connection: sqlite3.Connection, attendee_id: str) -> list[ScanRow]:
    """A person's whole story at the doors, oldest first, refusals and undone ones included."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM scan WHERE attendee_id = ? AND attendee_id != '' "
        "ORDER BY hlc, log_id, seq",
        (attendee_id,),
    )
    return [_row(row) for row in rows]


def last_standing_scan(
    connection: sqlite3.Connection,
    *,
    log_id: str,
    desk: str,
    attendee_id: str | None = None,
    list_id: str | None = None,
) -> ScanRow | None:
    """The newest entry or exit that stands: at this desk, or of one person anywhere."""
    where, values = [_STANDING], []
    if attendee_id is None:
        where.append("log_id = ? AND desk = ?")
        values += [log_id, desk]
    else:
        where.append("attendee_id = ? AND attendee_id != ''")
        values.append(attendee_id)
    if list_id is not None:
        where.append("list_id = ?")
        values.append(list_id)
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM scan WHERE {' AND '.join(where)} "
        "ORDER BY hlc DESC, log_id DESC, seq DESC LIMIT 1",
        values,
    ).fetchone()
    return _row(row) if row else None


def recent_scans(connection: sqlite3.Connection, limit: int) -> list[ScanRow]:
    """The newest scans of all desks, newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM scan ORDER BY hlc DESC, log_id DESC, seq DESC LIMIT ?", (limit,)
    )
    return [_row(row) for row in rows]


def scan_row(connection: sqlite3.Connection, log_id: str, seq: int) -> ScanRow | None:
    """One scan."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM scan WHERE log_id = ? AND seq = ?", (log_id, seq)
    ).fetchone()
    return _row(row) if row else None


def arrived_ids(connection: sqlite3.Connection, list_id: str | None = None) -> set[str]:
    """Everybody with a standing entry, on one list or on any."""
    where = f"{_STANDING} AND direction = 'entry'"
    values: tuple[str, ...] = ()
    if list_id is not None:
        where, values = where + " AND list_id = ?", (list_id,)
    return {
        row[0]
        for row in connection.execute(
            f"SELECT DISTINCT attendee_id FROM scan WHERE {where}", values
        )
    }


def has_arrived(connection: sqlite3.Connection, attendee_id: str) -> bool:
    """Whether this person has a standing entry on any list."""
    row = connection.execute(
        "SELECT 1 FROM scan WHERE attendee_id = ? AND attendee_id != '' AND direction = 'entry' "
        f"AND {_STANDING} LIMIT 1",
        (attendee_id,),
    ).fetchone()
    return row is not None


def scanned_lists(connection: sqlite3.Connection) -> set[str]:
    """Ids of the lists on which a check-in or exit stands."""
    rows = connection.execute(f"SELECT DISTINCT list_id FROM scan WHERE {_STANDING}")
    return {row[0] for row in rows}


def checked_in_heads(connection: sqlite3.Connection, list_id: str) -> int:
    """Heads admitted on one list, at most the ticket's own number each."""
    row = connection.execute(
        "SELECT coalesce(sum(min(heads_in, attendee.heads)), 0) FROM ("
        "SELECT attendee_id, sum(heads) AS heads_in FROM scan "
        f"WHERE list_id = ? AND direction = 'entry' AND {_STANDING} GROUP BY attendee_id"
        ") JOIN attendee ON attendee.id = attendee_id",
        (list_id,),
    ).fetchone()
    return int(row[0])


def newest_scan_ms(connection: sqlite3.Connection, log_id: str, desk: str) -> int | None:
    """When one desk's latest scan was, by its own clock; None where it made none."""
    (newest,) = connection.execute(
        "SELECT max(at_ms) FROM scan WHERE log_id = ? OR desk = ?", (log_id, desk)
    ).fetchone()
    return None if newest is None else int(newest)
