"""What was printed for whom, and where it lies."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from kiosk.domain.badge_order import place_phrase


class PrintedBadge(NamedTuple):
    """The newest badge of one person."""

    attendee_id: str
    hash: str
    """Of what was drawn: another hash now means the badge is out of date."""
    layout: str
    box: str
    """Letter of the box it was sorted into; empty for one printed on the spot."""
    slot: int
    """Place in the box from 1; 0 for one printed on the spot."""
    prints: int
    span: str = ""
    """What the box's sign says beside its letter: `K–N`."""

    @property
    def place(self) -> str:
        """`box C (K–N), slot 14`; empty for one printed on the spot."""
        return place_phrase(self.box, self.span, self.slot) if self.box else ""


_COLUMNS = """attendee_id, hash, layout, box, slot, prints, coalesce((
    SELECT json_extract(value, '$."' || box || '"[0]') FROM setting WHERE key = 'boxes'), '')"""


def printed_badge(connection: sqlite3.Connection, attendee_id: str) -> PrintedBadge | None:
    """This person's newest badge."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM badge WHERE attendee_id = ?", (attendee_id,)
    ).fetchone()
    return PrintedBadge(*row) if row else None


def printed_badges(connection: sqlite3.Connection) -> dict[str, PrintedBadge]:
    """Everybody's newest badge."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM badge")
    return {row[0]: PrintedBadge(*row) for row in rows}


def last_layout(connection: sqlite3.Connection) -> str:
    """The layout of the newest badge; empty when none was printed yet."""
    row = connection.execute(
        "SELECT layout FROM badge ORDER BY hlc DESC, log_id DESC, seq DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""
