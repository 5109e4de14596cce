"""Words of one desk about another's events, which lead nowhere since that one's log parted in two.

What moved to a log of its own takes its own references along (`forks`). What a third desk wrote
stays as it is, under that desk's hash; so it is found, and told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StrayUndo:
    """A check-in that was taken back, and stands all the same."""

    log_id: str
    """Whose word it is."""
    attendee_id: str
    """Of whom the check-in was."""
    hit_attendee_id: str
    """Of whom it is taken to be now; empty for nobody."""


def stray_undos(connection: sqlite3.Connection, forked: Iterable[str]) -> list[StrayUndo]:
    """What other desks took back of these logs, and lies under another number now."""
    logs = set(forked)
    found = []
    for log_id, attendee, body in connection.execute(
        "SELECT log_id, subject, body FROM event WHERE kind = 'undo' AND subject != '' "
        "ORDER BY hlc, log_id, seq"
    ):
        target = _target(body)
        if target is None or target[0] not in logs or log_id in logs:
            continue
        row = connection.execute(
            "SELECT attendee_id FROM scan WHERE log_id = ? AND seq = ?", target
        ).fetchone()
        hit = str(row[0]) if row else ""
        if hit != attendee:
            found.append(StrayUndo(log_id, attendee, hit))
    return found


def _target(body: str) -> tuple[str, int] | None:
    try:
        value = json.loads(body)
        return str(value["log_id"]), int(value["seq"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # set aside when it came
