"""Entries that several desks made for one person, for the report of double admissions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from kiosk.domain.double_admissions import PassedScan

_SEVERAL = """
SELECT attendee_id, list_id FROM scan
WHERE outcome = 'ok' AND direction = 'entry' AND undone = 0 AND attendee_id != ''
GROUP BY attendee_id, list_id HAVING min(log_id) != max(log_id)
"""


def passed_scans_of_several_desks(connection: sqlite3.Connection) -> list[PassedScan]:
    """All scans let through, standing or not, of people whom more than one desk let in."""
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
        seen=_seen(body),
        standing=not undone,
    )


def _seen(body: str) -> tuple[str, int] | None:
    seen = json.loads(body).get("seen")
    return (seen[0], seen[1]) if seen else None


def badge_prints(connection: sqlite3.Connection, attendees: Iterable[str]) -> set[tuple[str, str]]:
    """(log, attendee) for every desk that printed a badge of one of these people."""
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
            continue  # set aside when it came
    return printed
