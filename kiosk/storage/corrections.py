"""Questions about what was typed of a person at a desk."""

from __future__ import annotations

import sqlite3

from kiosk.domain.clock import hlc_ms
from kiosk.domain.correction import FIELD_WORDS, Correction
from kiosk.domain.event_shapes import readable_body
from kiosk.domain.events import EventKind


def corrections_of(connection: sqlite3.Connection, attendee_id: str) -> list[Correction]:
    """Each time somebody typed fields of this person, oldest first; a ticket passed on is told
    by `transfers_of`.

    One look at a key for nearly everybody: of whom nobody typed anything.
    """
    if not connection.execute(
        "SELECT 1 FROM edit WHERE attendee_id = ? LIMIT 1", (attendee_id,)
    ).fetchone():
        return []
    found = []
    for hlc, text in connection.execute(
        "SELECT hlc, body FROM event WHERE subject = ? AND subject != '' AND kind = ? "
        "ORDER BY hlc, log_id, seq",
        (attendee_id, EventKind.EDIT),
    ):
        body = readable_body(EventKind.EDIT, text)
        if body is None or "transfer" in body:
            continue
        fields = tuple(field for field in FIELD_WORDS if field in body["set"])
        if fields:
            found.append(Correction(hlc_ms(hlc), str(body.get("desk", "")), fields))
    return found
