"""What an event file says of itself, read without opening the event."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.event_mark import APPLICATION_ID


@dataclass(frozen=True, slots=True)
class Glance:
    """A file as a list of events shows it."""

    settings: dict[str, Any]
    """Name, days, time zone ... as the event keeps them."""
    people: int
    format: int
    """PRAGMA user_version of the file."""


def glance(path: Path) -> Glance | None:
    """The settings and the number of people; None when the file is no event that can be read.

    Nothing is written: no write-ahead log is begun and no older format is brought up to date.
    Where no program has the event open its log is complete, so it is read as `immutable`
    (https://www.sqlite.org/uri.html), which leaves nothing beside the file.
    """
    try:
        beside = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if beside.exists() else "immutable=1"
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            if mark != APPLICATION_ID:
                return None
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            rows = connection.execute("SELECT key, value FROM setting").fetchall()
            (people,) = connection.execute("SELECT count(*) FROM attendee").fetchone()
            return Glance({key: json.loads(value) for key, value in rows}, people, version)
    except (sqlite3.Error, OSError, ValueError):
        return None
