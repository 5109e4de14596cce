"""The two questions that attendees' own screen asks, and no search by name."""

from __future__ import annotations

import sqlite3

from kiosk.domain.attendee import Attendee
from kiosk.domain.codes import ladder
from kiosk.storage.attendees import attendees_by_ids, find_by_code

_MOST = 200
"""Tickets looked at for one second fact: an office may register everybody with one address."""


def holders_of(connection: sqlite3.Connection, second_fact: str) -> list[Attendee]:
    """Whose e-mail address or order code is exactly this, regardless of case."""
    rows = connection.execute(
        "SELECT id FROM attendee WHERE email = ?1 COLLATE NOCASE "
        "UNION SELECT id FROM attendee WHERE order_code = ?1 COLLATE NOCASE AND order_code != '' "
        f"LIMIT {_MOST}",
        (second_fact,),
    )
    return attendees_by_ids(connection, [row[0] for row in rows])


def holder_of_ticket(connection: sqlite3.Connection, raw: str) -> tuple[Attendee | None, bool]:
    """The one person whose own ticket (or badge) this is, and whether it is a badge.

    Order and running numbers, which name a person at a staffed desk, are no ticket here:
    they can be guessed.
    """
    match = find_by_code(connection, raw)
    if len(match.attendees) != 1:
        return None, False
    person = match.attendees[0]
    if match.is_badge:
        return person, True
    scanned = {text.casefold() for rung in ladder(raw) for text in rung.texts}
    own = connection.execute(
        "SELECT code FROM code WHERE attendee_id = ?1 AND weak = 0 "
        "UNION SELECT code FROM binding WHERE attendee_id = ?1",
        (person.id,),
    )
    is_ticket = any(code.casefold() in scanned for (code,) in own)
    return (person if is_ticket else None), False
