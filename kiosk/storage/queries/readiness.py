"""Queries for the readiness checks."""

from __future__ import annotations

import sqlite3

from kiosk.domain.log.ids import hlc_ms
from kiosk.storage.log.imported_rows import ALL_CODES


def last_change_ms(connection: sqlite3.Connection) -> int | None:
    """The newest time in any desk's log, milliseconds UTC; None for an empty log."""
    (newest,) = connection.execute("SELECT max(hlc) FROM event").fetchone()
    return None if newest is None else hlc_ms(newest)


def shared_codes(connection: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """(code, names) of ticket codes that several attendees have, unless a desk bound the code to
    one. Order and running numbers do not count: they are shared by nature."""
    shared: dict[str, list[str]] = {}
    for code, name in connection.execute(
        f"WITH own AS MATERIALIZED "
        f"(SELECT DISTINCT code COLLATE BINARY AS code, attendee_id FROM ({ALL_CODES}) "
        "WHERE weak = 0 AND code IS NOT NULL) "
        "SELECT own.code, attendee.name FROM own JOIN attendee ON attendee.id = attendee_id "
        "WHERE own.code COLLATE BINARY IN "
        "(SELECT code FROM own GROUP BY code COLLATE BINARY HAVING count(*) > 1) "
        "AND own.code NOT IN (SELECT code FROM binding WHERE attendee_id != '') "
        "ORDER BY own.code COLLATE BINARY, attendee.name"
    ):
        shared.setdefault(code, []).append(name or "(no name)")
    return [(code, names) for code, names in shared.items() if len(names) > 1]


def status_words(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """(status word, source, attendees) of all attendees waiting for approval."""
    rows = connection.execute(
        "SELECT status_word, source, count(*) FROM attendee "
        "WHERE status = 'unapproved' AND status_word != '' "
        "GROUP BY status_word, source ORDER BY count(*) DESC, status_word"
    )
    return [(row[0], row[1], row[2]) for row in rows]
