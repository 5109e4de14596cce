"""The first bytes of an event file: is it one, and can this kiosk read it? Opens no database."""

from __future__ import annotations

import errno
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.support.sqlite_header import (
    APPLICATION_ID,
    HEADER_BYTES,
    first_bytes,
    has_application_id,
)

FORMAT = 4
"""PRAGMA user_version: the number of migrations that were applied to a file. Raised with each new
migration, so that an older file is recognised by its first bytes."""
_USER_VERSION_AT = 60


def check_header(path: Path) -> None:
    """Look at the file's first bytes only, and refuse what is no event that this kiosk can read.

    Raises:
        KioskError: it is no event of ours, or of a newer kiosk, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise IsADirectoryError(errno.EISDIR, "it is no file")
        head = first_bytes(path, HEADER_BYTES)
    except FileNotFoundError:
        raise KioskError(
            "no_event_file",
            f"There is no event file {path}.",
            saved="Nothing was changed.",
            next_step="Make one with `kiosk new`, or name another with -e.",
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({why}).",
            saved="Nothing was changed.",
            next_step="Check the name and that you may read it.",
        ) from error
    if not has_application_id(head):
        raise not_ours(path)
    version = int.from_bytes(head[_USER_VERSION_AT : _USER_VERSION_AT + 4], "big")
    if version > FORMAT:
        raise newer_format(path, version)


def newer_format(path: Path, version: int) -> KioskError:
    """What this kiosk would misread, it leaves alone."""
    return KioskError(
        "newer_format",
        f"{path} was written by a newer kiosk (format {version}, this one knows {FORMAT}).",
        saved="It was left as it is.",
        next_step="Update kiosk on this laptop and open it again.",
    )


def not_ours(path: Path) -> KioskError:
    """Another program's file, or none at all."""
    return KioskError(
        "not_an_event",
        f"{path} is not a kiosk event.",
        saved="It was left as it is.",
        next_step="To bring a list of registrations in, use `kiosk import`.",
    )


# What an event file says of itself, read without opening the event.


@dataclass(frozen=True, slots=True)
class EventSummary:
    """A file as a list of events shows it."""

    settings: dict[str, Any]
    """Name, days, time zone ... as the event keeps them."""
    people: int
    format: int
    """PRAGMA user_version of the file."""


def event_summary(path: Path) -> EventSummary | None:
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
            return EventSummary({key: json.loads(value) for key, value in rows}, people, version)
    except (sqlite3.Error, OSError, ValueError):
        return None
