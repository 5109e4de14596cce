"""Query seating at tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.events import EventKind
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.scans import ENTERED


class Seated(NamedTuple):
    """An attendee who is checked in."""

    attendee_id: str
    name: str
    heads: int
    company: str
    order_code: str
    guest_of: str
    extra: Mapping[str, str]

    @property
    def table(self) -> str:
        """The assigned table."""
        return self.extra.get(TABLE_FIELD, "")


def seated(connection: sqlite3.Connection, list_id: str) -> list[Seated]:
    """All attendees with an entry on this list, in the order of arrival."""
    rows = connection.execute(
        "SELECT attendee.id, name, attendee.heads, company, order_code, guest_of, extra FROM ("
        f"SELECT attendee_id, min(hlc) AS came FROM scan WHERE list_id = ? AND {ENTERED} "
        "GROUP BY attendee_id"
        ") JOIN attendee ON attendee.id = attendee_id ORDER BY came, attendee.id",
        (list_id,),
    )
    return [Seated._make((*row[:6], json.loads(row[6]))) for row in rows]


def was_dealt(connection: sqlite3.Connection, attendee_id: str) -> bool:
    """Whether this attendee's table was assigned automatically, and not typed."""
    row = connection.execute(
        "SELECT log_id, seq FROM edit WHERE attendee_id = ? AND field = ?",
        (attendee_id, EXTRA_PREFIX + TABLE_FIELD),
    ).fetchone()
    if row is None:
        return False
    body = connection.execute(
        "SELECT body FROM event WHERE log_id = ? AND seq = ? AND kind = ?", (*row, EventKind.EDIT)
    ).fetchone()
    return body is not None and json.loads(body[0]).get("dealt") is True
