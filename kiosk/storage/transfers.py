"""Questions about tickets that were passed on."""

from __future__ import annotations

import sqlite3

from kiosk.domain.clock import hlc_ms
from kiosk.domain.event_shapes import readable_body
from kiosk.domain.events import EventKind, rank
from kiosk.domain.transfer import Transfer


def transfers_of(connection: sqlite3.Connection, attendee_id: str) -> list[Transfer]:
    """Each time this ticket was passed on, oldest first.

    One look at a key for nearly everybody: whose name nobody typed was not passed on.
    """
    if not connection.execute(
        "SELECT 1 FROM edit WHERE attendee_id = ? AND field = 'name'", (attendee_id,)
    ).fetchone():
        return []
    found = []
    for hlc, text in connection.execute(
        "SELECT hlc, body FROM event WHERE subject = ? AND subject != '' AND kind = ? "
        "AND body LIKE '%\"transfer\"%' ORDER BY hlc, log_id, seq",
        (attendee_id, EventKind.EDIT),
    ):
        body = readable_body(EventKind.EDIT, text)
        if body is not None and isinstance(body.get("transfer"), dict):
            told, stamp = body["transfer"], rank(hlc, text)
            desk = str(body.get("desk", ""))
            found.append(Transfer(hlc_ms(hlc), desk, told["from"], told["reason"], stamp))
    return sorted(found, key=lambda transfer: transfer.hlc)


def is_former_holders_badge(connection: sqlite3.Connection, attendee_id: str) -> bool:
    """Whether the newest badge of this ticket was printed before it was passed on."""
    return former_holder_on_badge(connection, attendee_id) != ""


def former_holder_on_badge(connection: sqlite3.Connection, attendee_id: str) -> str:
    """Whose name the newest badge of this ticket bears; empty: the present holder's."""
    transfers = transfers_of(connection, attendee_id)
    if not transfers:
        return ""
    row = connection.execute(
        "SELECT hlc FROM badge WHERE attendee_id = ?", (attendee_id,)
    ).fetchone()
    later = (transfer.old_name for transfer in transfers if row and row[0] < transfer.hlc)
    return next(later, "")


def former_holders(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Of each ticket that was passed on: whose it was, the first holder first."""
    renamed = connection.execute("SELECT attendee_id FROM edit WHERE field = 'name'").fetchall()
    found = ((person, transfers_of(connection, person)) for (person,) in renamed)
    return {
        person: tuple(transfer.old_name for transfer in transfers)
        for person, transfers in found
        if transfers
    }
