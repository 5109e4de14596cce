"""Query scans: entries and exits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kiosk.domain.checkin.code_matching import code_candidates
from kiosk.domain.checkin.double_admissions import PassedScan
from kiosk.domain.checkin.rules import Direction, StandingScan
from kiosk.domain.people.attendee import Attendee
from kiosk.storage.log.imported_rows import ALL_CODES
from kiosk.storage.queries.attendees import attendees_by_ids, find_by_code

PASSED = "scan.outcome = 'ok' AND scan.undone = 0"
"""SQL condition: an entry or exit that was let through and not undone."""
ENTERED = f"{PASSED} AND scan.direction = 'entry' AND scan.attendee_id != ''"
"""SQL condition: an entry of a known ticket that is not undone."""


class ScanRow(NamedTuple):
    """One scan."""

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


_COLUMNS = ", ".join(ScanRow._fields)


def _scans(connection: sqlite3.Connection, rest: str, values: Sequence[str | int]) -> list[ScanRow]:
    """The scans of a query; `rest` of the statement follows the table."""
    rows = map(ScanRow._make, connection.execute(f"SELECT {_COLUMNS} FROM scan {rest}", values))
    return [row._replace(forced=bool(row.forced), undone=bool(row.undone)) for row in rows]


def standing_scans(
    connection: sqlite3.Connection, attendee_id: str, list_id: str
) -> list[StandingScan]:
    """An attendee's entries and exits on a list that were admitted and not undone."""
    rows = connection.execute(
        "SELECT log_id, seq, at_ms, desk, direction, heads FROM scan "
        f"WHERE attendee_id = ? AND attendee_id != '' AND list_id = ? AND {PASSED} "
        "ORDER BY hlc, log_id, seq",
        (attendee_id, list_id),
    )
    return [StandingScan(row[0], row[1], row[2], row[3], Direction(row[4]), row[5]) for row in rows]


def scans_of(connection: sqlite3.Connection, attendee_id: str) -> list[ScanRow]:
    """All scans of an attendee, oldest first, refused and undone ones included."""
    rest = "WHERE attendee_id = ? AND attendee_id != '' ORDER BY hlc, log_id, seq"
    return _scans(connection, rest, [attendee_id])


_HAS_MARK = (
    "EXISTS (SELECT 1 FROM event WHERE event.log_id = scan.log_id AND event.seq = scan.seq "
    "AND event.body LIKE '%\"{}\":true%')"
)
_BY_A_SCAN = f"NOT {_HAS_MARK.format('moved')} AND NOT {_HAS_MARK.format('all_out')}"
"""SQL condition: an entry or exit of its own, not the consequence of another act."""


def last_standing_scan(
    connection: sqlite3.Connection,
    *,
    log_id: str,
    desk: str,
    attendee_id: str | None,
    list_id: str | None,
) -> ScanRow | None:
    """The newest scan that is not undone: at this desk, or of one attendee anywhere."""
    where: list[str] = [PASSED]
    values: list[str] = []
    if attendee_id is None:
        where.append(f"log_id = ? AND desk = ? AND {_BY_A_SCAN}")
        values += [log_id, desk]
    else:
        where.append(f"attendee_id = ? AND attendee_id != '' AND NOT {_HAS_MARK.format('moved')}")
        values.append(attendee_id)
    if list_id is not None:
        where.append("list_id = ?")
        values.append(list_id)
    newest_first = "ORDER BY hlc DESC, log_id DESC, seq DESC LIMIT 1"
    found = _scans(connection, f"WHERE {' AND '.join(where)} {newest_first}", values)
    return next(iter(found), None)


def recent_scans(connection: sqlite3.Connection, limit: int) -> list[ScanRow]:
    """The newest scans of all desks, newest first."""
    return _scans(connection, "ORDER BY hlc DESC, log_id DESC, seq DESC LIMIT ?", [limit])


def scans_of_desk(connection: sqlite3.Connection, log_id: str, limit: int) -> list[ScanRow]:
    """The newest scans of one desk, newest first."""
    return _scans(connection, "WHERE log_id = ? ORDER BY seq DESC LIMIT ?", [log_id, limit])


def scan_row(connection: sqlite3.Connection, log_id: str, seq: int) -> ScanRow | None:
    """One scan."""
    return next(iter(_scans(connection, "WHERE log_id = ? AND seq = ?", [log_id, seq])), None)


def scans_moved_by(connection: sqlite3.Connection, row: ScanRow) -> list[ScanRow]:
    """The exits of other lists that a check-in caused; they follow it in its log."""
    moved = []
    for seq, subject, body in connection.execute(
        "SELECT seq, subject, body FROM event WHERE log_id = ? AND seq > ? ORDER BY seq",
        (row.log_id, row.seq),
    ):
        if subject != row.attendee_id or '"moved":true' not in body:
            break
        moved.append(scan_row(connection, row.log_id, seq))
    return [one for one in moved if one is not None and not one.undone]


def code_linked_by(connection: sqlite3.Connection, row: ScanRow) -> str:
    """The code that this check-in linked to its attendee, where it still is, else ""."""
    linked = connection.execute(
        "SELECT binding.code, event.body FROM binding JOIN event USING (log_id, seq) "
        "WHERE binding.log_id = ? AND binding.seq = ? AND binding.attendee_id = ?",
        (row.log_id, row.seq - 1, row.attendee_id),
    ).fetchone()
    return str(linked[0]) if linked and json.loads(linked[1]).get("check_in") else ""


def status_before_payment(connection: sqlite3.Connection, row: ScanRow) -> str | None:
    """The typed status before the payment that this check-in recorded, empty for none; None: it
    recorded no payment, or the status was changed since."""
    paid = connection.execute(
        "SELECT event.body FROM edit JOIN event USING (log_id, seq) WHERE edit.attendee_id = ? "
        "AND edit.field = 'status' AND edit.log_id = ? AND edit.seq BETWEEN ? AND ?",
        (row.attendee_id, row.log_id, row.seq - 2, row.seq - 1),
    ).fetchone()
    payment = json.loads(paid[0]).get("payment") if paid else None
    return str(payment.get("was", "")) if isinstance(payment, dict) else None


def arrived_ids(connection: sqlite3.Connection, list_id: str | None = None) -> set[str]:
    """The attendees with an entry that is not undone, on one list or on any."""
    rows = connection.execute(
        f"SELECT DISTINCT attendee_id FROM scan WHERE {ENTERED} AND (?1 IS NULL OR list_id = ?1)",
        (list_id,),
    )
    return {row[0] for row in rows}


def has_arrived(
    connection: sqlite3.Connection, attendee_id: str, list_id: str | None = None
) -> bool:
    """Whether this attendee has an entry that is not undone, on one list or on any."""
    row = connection.execute(
        "SELECT 1 FROM scan WHERE attendee_id = ?1 AND (?2 IS NULL OR list_id = ?2) "
        f"AND {ENTERED} LIMIT 1",
        (attendee_id, list_id),
    ).fetchone()
    return row is not None


def scanned_lists(connection: sqlite3.Connection) -> set[str]:
    """Ids of lists with an entry or exit that is not undone."""
    rows = connection.execute(f"SELECT DISTINCT list_id FROM scan WHERE {PASSED}")
    return {row[0] for row in rows}


def newest_scan_ms(connection: sqlite3.Connection, log_id: str, desk: str) -> int | None:
    """The time of a desk's latest scan, by its own clock; None where it has none."""
    (newest,) = connection.execute(
        "SELECT max(at_ms) FROM scan WHERE log_id = ? OR desk = ?", (log_id, desk)
    ).fetchone()
    return None if newest is None else int(newest)


# Entries of one attendee at several desks, for the report of double admissions.

_SEVERAL = f"""
SELECT attendee_id, list_id FROM scan WHERE {ENTERED}
GROUP BY attendee_id, list_id HAVING min(log_id) != max(log_id)
"""


def passed_scans_of_several_desks(connection: sqlite3.Connection) -> list[PassedScan]:
    """All admitted scans, undone or not, of attendees admitted by more than one desk."""
    rows = connection.execute(
        "SELECT scan.log_id, scan.seq, scan.hlc, scan.at_ms, scan.desk, scan.attendee_id, "
        "scan.list_id, scan.direction, scan.heads, scan.undone, event.body FROM scan "
        f"JOIN ({_SEVERAL}) USING (attendee_id, list_id) "
        "JOIN event ON event.log_id = scan.log_id AND event.seq = scan.seq "
        "WHERE scan.outcome = 'ok'"
    )
    return [_passed_scan(row) for row in rows]


def _passed_scan(row: tuple[Any, ...]) -> PassedScan:
    log_id, seq, hlc, at_ms, desk, attendee, list_id, direction, heads, undone, body = row
    seen = json.loads(body).get("seen")
    return PassedScan(
        log_id,
        seq,
        hlc,
        at_ms,
        desk,
        attendee,
        list_id,
        is_entry=direction == "entry",
        heads=heads,
        seen=tuple(seen) if seen else None,
        standing=not undone,
    )


def badge_prints(connection: sqlite3.Connection, attendees: Iterable[str]) -> set[tuple[str, str]]:
    """(log, attendee) for each desk that printed a badge of one of these attendees."""
    wanted = set(attendees)
    printed: set[tuple[str, str]] = set()
    if not wanted:
        return printed
    for log_id, body in connection.execute(
        "SELECT log_id, body FROM event WHERE kind = 'badges_printed'"
    ):
        try:
            badges = json.loads(body)["badges"]
            printed |= {(log_id, badge[0]) for badge in badges if badge[0] in wanted}
        except (ValueError, KeyError, TypeError, IndexError):
            continue  # an invalid body
    return printed


# Queries of self-service, which has no search by name.

_MOST = 200
"""Tickets compared for one second fact: an office may register everyone with one address."""


def holders_of(connection: sqlite3.Connection, second_fact: str) -> list[Attendee]:
    """Attendees with exactly this e-mail address or order code, regardless of case."""
    rows = connection.execute(
        "SELECT id FROM attendee WHERE email = ?1 COLLATE NOCASE "
        "UNION SELECT id FROM attendee WHERE order_code = ?1 COLLATE NOCASE AND order_code != '' "
        f"LIMIT {_MOST}",
        (second_fact,),
    )
    return attendees_by_ids(connection, [row[0] for row in rows])


def holder_of_ticket(connection: sqlite3.Connection, raw: str) -> tuple[Attendee | None, bool]:
    """The attendee of this ticket (or badge), and whether it is a badge.

    Order and running numbers identify an attendee at a staffed desk only: they can be guessed.
    """
    match = find_by_code(connection, raw)
    if len(match.attendees) != 1:
        return None, False
    person = match.attendees[0]
    if match.is_badge:
        return person, True
    scanned = {text.casefold() for step in code_candidates(raw) for text in step.texts}
    own = connection.execute(
        f"SELECT code FROM ({ALL_CODES}) WHERE attendee_id = ?1 AND weak = 0 AND code IS NOT NULL "
        "UNION SELECT code FROM binding WHERE attendee_id = ?1",
        (person.id,),
    )
    is_ticket = any(code.casefold() in scanned for (code,) in own)
    return (person if is_ticket else None), False
