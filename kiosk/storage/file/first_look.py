"""Read the name and the lists of an event before it is opened, for the first frame of a desk."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from kiosk.domain.checkin.lists import CheckInList, EntryRule


def name_and_lists(path: Path) -> tuple[str, list[CheckInList]]:
    """The name of an event, and its lists. Nothing is upgraded, and nothing in the file changes.

    Raises:
        sqlite3.Error: the file cannot be read.
        ValueError: a value in it is invalid.
    """
    uri = f"file:{quote(os.fsencode(path))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=0.1)) as connection:
        row = connection.execute("SELECT value FROM setting WHERE key = 'name'").fetchone()
        name = json.loads(row[0]) if row else path.stem
        if not isinstance(name, str):
            raise ValueError("the name is no text")
        return name, check_in_lists(connection)


def check_in_lists(connection: sqlite3.Connection) -> list[CheckInList]:
    """All lists that are not removed, in the order of the desk."""
    rows = connection.execute(
        "SELECT id, name, opens_ms, closes_ms, ticket_types, entry, position, is_day FROM list "
        "WHERE removed = 0 ORDER BY position, name, id"
    )
    return [
        CheckInList(
            row[0],
            row[1],
            row[2],
            row[3],
            tuple(json.loads(row[4])),
            EntryRule(row[5]),
            row[6],
            bool(row[7]),
        )
        for row in rows
    ]
