"""Read the log: all of it, or the events since the last look."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kiosk.domain.log.events import EventKind, LogEvent


def events_of(connection: sqlite3.Connection) -> Iterator[LogEvent]:
    """All events, oldest first."""
    for row in connection.execute(
        "SELECT log_id, seq, hlc, kind, subject, body FROM event ORDER BY hlc, log_id, seq"
    ):
        yield LogEvent(*row)


def last_event(connection: sqlite3.Connection) -> int:
    """The row id of the newest event in this file; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()[0])


def events_after(
    connection: sqlite3.Connection, place: int
) -> tuple[list[tuple[str, str, str]], int]:
    """(kind, subject, body) of the events after a row id, and the row id of the last of them."""
    rows = connection.execute(
        "SELECT rowid, kind, subject, body FROM event WHERE rowid > ? ORDER BY rowid", (place,)
    ).fetchall()
    return [(row[1], row[2], row[3]) for row in rows], rows[-1][0] if rows else place


def changed_since(
    connection: sqlite3.Connection, place: int, unchanging: Collection[str], most: int
) -> list[str] | None:
    """The attendees named by the events after a row id, but for some kinds; None: too many."""
    marks = ", ".join("?" * len(unchanging))
    rows = connection.execute(
        f"SELECT kind, subject, body FROM event WHERE rowid > ? AND kind NOT IN ({marks}) LIMIT ?",
        (place, *unchanging, most + 1),
    ).fetchall()
    changed = {subject: None for _, subject, _ in rows if subject}
    for kind, _, body in rows:
        if kind == EventKind.IMPORT_ROWS:
            changed.update(dict.fromkeys(row[0] for row in json.loads(body)["rows"]))
    return list(changed) if max(len(rows), len(changed)) <= most else None


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written to the file."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


# Which tickets changed since the last look.

_NO_TICKET = frozenset(
    {
        EventKind.SETTING,
        EventKind.LIST,
        EventKind.BIND,
        EventKind.IMPORT_DONE,
        EventKind.BADGES_PRINTED,
        EventKind.BADGE_WANTED,
        EventKind.BADGE_JOB,
        EventKind.HELP_DESK,
    }
)
"""Kinds that change neither a ticket nor its entries and exits. A kind that is missing here costs
time; one that is here by mistake would make the counters wrong."""
_OF_SCAN = frozenset({EventKind.CHECK_IN, EventKind.REFUSED})
_OF_TICKET = frozenset({EventKind.WALK_IN, EventKind.EDIT})
_MANY = 500
"""Above so many new events, reading everything again is the cheaper way."""
_NEWEST = "SELECT rowid, log_id, seq FROM event ORDER BY rowid DESC LIMIT 1"
_SINCE = (
    "SELECT rowid, log_id, seq, kind, subject, CASE kind WHEN 'undo' THEN body ELSE '' END "
    f"FROM event WHERE rowid >= ? ORDER BY rowid LIMIT {_MANY + 2}"
)


@dataclass(frozen=True, slots=True)
class TicketChanges:
    """Tickets that the log changed since the last look."""

    everything: bool = False
    """Too much changed, or this is the first look: read all tickets again."""
    ids: frozenset[str] = frozenset()
    """Tickets that changed, or that have other entries and exits now."""
    tickets: bool = False
    """Whether tickets themselves changed: new ones, their status, type or number of people."""


class LogCursor:
    """A reader's place in the log."""

    def __init__(self) -> None:
        self._place: tuple[int, str, int] | None = None
        """Row id, log and number of the newest event that was seen."""

    def look(self, connection: sqlite3.Connection) -> TicketChanges:
        """Return the changes since the last look, and remember this place."""
        place = self._place
        rows = connection.execute(_SINCE, (place[0],)).fetchall() if place else []
        if not rows or rows[0][:3] != place or len(rows) > _MANY:
            # the last event seen is gone when a copied log was split off
            self._place = connection.execute(_NEWEST).fetchone()
            return TicketChanges(everything=True, tickets=True)
        self._place = rows[-1][:3]
        ids: set[str] = set()
        kinds = {kind for _, _, _, kind, _, _ in rows[1:]}
        for _, _, _, kind, subject, body in rows[1:]:
            if kind in _OF_SCAN or kind in _OF_TICKET:
                ids.add(subject)
            elif kind == EventKind.UNDO:
                ids |= _undone_ticket(connection, body)
            elif kind not in _NO_TICKET:
                return TicketChanges(everything=True, tickets=True)
        return TicketChanges(ids=frozenset(ids - {""}), tickets=bool(kinds & _OF_TICKET))


def _undone_ticket(connection: sqlite3.Connection, body: str) -> set[str]:
    """The ticket of the undone entry or exit; none if the log does not have it yet."""
    try:
        undo = json.loads(body)
        target = (undo["log_id"], undo["seq"])
        found = connection.execute(
            "SELECT attendee_id FROM scan WHERE log_id = ? AND seq = ?", target
        ).fetchone()
    except (ValueError, KeyError, TypeError, sqlite3.Error, OverflowError):
        return set()  # an undo that the tables did not take either
    return {found[0]} if found else set()
