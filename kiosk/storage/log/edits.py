"""Keep fields typed at a desk on top of imported ones."""

from __future__ import annotations

import json
import sqlite3

EXTRA_PREFIX = "extra."
"""An edited field that is an imported column is written `extra.Header`."""


WITHDRAWN = ""
"""The value of an edited status that counts no more: the imported status is shown again."""


def is_withdrawn(field: str, value: str) -> bool:
    """Whether an edit was taken back. Other fields may be edited to be empty."""
    return field == "status" and value == WITHDRAWN


def field_value(connection: sqlite3.Connection, attendee: str, field: str) -> str:
    """The current value of a field; empty for an unknown attendee."""
    column = "extra" if field.startswith(EXTRA_PREFIX) else field
    row = connection.execute(
        f'SELECT "{column}" FROM attendee WHERE id = ?', (attendee,)
    ).fetchone()
    if not row:
        return ""
    if column == "extra":
        return str(json.loads(row[0]).get(field.removeprefix(EXTRA_PREFIX), ""))
    return str(row[0])


def set_field(connection: sqlite3.Connection, attendee: str, field: str, value: str) -> None:
    """Set the value of a field; nothing happens for an unknown attendee."""
    if field.startswith(EXTRA_PREFIX):
        row = connection.execute("SELECT extra FROM attendee WHERE id = ?", (attendee,)).fetchone()
        if row:
            extra = json.loads(row[0])
            extra[field.removeprefix(EXTRA_PREFIX)] = value
            connection.execute(
                "UPDATE attendee SET extra = ? WHERE id = ?",
                (json.dumps(extra, ensure_ascii=False), attendee),
            )
        return
    typed: str | int = int(value) if field == "heads" else value
    connection.execute(f'UPDATE attendee SET "{field}" = ? WHERE id = ?', (typed, attendee))


def edited_status(connection: sqlite3.Connection, attendee: str) -> str:
    """The status typed at a desk; `WITHDRAWN` where the imported one counts."""
    row = connection.execute(
        "SELECT value FROM edit WHERE attendee_id = ? AND field = 'status'", (attendee,)
    ).fetchone()
    return str(row[0]) if row else WITHDRAWN


def overlay_edits(connection: sqlite3.Connection, ids: list[str]) -> None:
    """After an import, store the offered values and show the typed ones again."""
    if not connection.execute("SELECT 1 FROM edit LIMIT 1").fetchone():
        return
    for attendee in ids:
        for field, value in connection.execute(
            "SELECT field, value FROM edit WHERE attendee_id = ? ORDER BY field", (attendee,)
        ).fetchall():
            connection.execute(
                "UPDATE edit SET offered = ? WHERE attendee_id = ? AND field = ?",
                (field_value(connection, attendee, field), attendee, field),
            )
            if not is_withdrawn(field, value):
                set_field(connection, attendee, field, value)
