"""Check the header of an event file, and read a summary of it, without opening the event."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.domain.log.setting_schema import fitting_settings
from kiosk.errors import Action, KioskError
from kiosk.storage.file.copy import reading_connection
from kiosk.support.sqlite_header import (
    APPLICATION_ID,
    HEADER_BYTES,
    first_bytes,
    has_application_id,
)

FORMAT = 5
"""PRAGMA user_version: the number of migrations applied to a file. Raised with each new migration,
so that the header of an older file shows its format."""
_USER_VERSION_AT = 60


def check_header(path: Path) -> None:
    """Refuse a file that is no event or that this kiosk cannot read, by its header.

    Raises:
        KioskError: it is no event of ours, or of a newer kiosk, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # reading a pipe might never end
            raise IsADirectoryError(errno.EISDIR, "it is no file")
        head = first_bytes(path, HEADER_BYTES)
    except FileNotFoundError:
        raise KioskError(
            "no_event_file",
            f"There is no event file {path}.",
            saved="Nothing was changed.",
            next_step="Check the name of the file.",
            action=Action.CREATE_EVENT,
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({why}).",
            saved="Nothing was changed.",
            next_step="Check the name and your permission to read it.",
        ) from error
    if not has_application_id(head):
        raise not_ours(path)
    version = int.from_bytes(head[_USER_VERSION_AT : _USER_VERSION_AT + 4], "big")
    if version > FORMAT:
        raise newer_format(path, version)


def newer_format(path: Path, version: int) -> KioskError:
    """The error for a file of a newer kiosk, which is left as it is."""
    return KioskError(
        "newer_format",
        f"{path} was written by a newer kiosk (format {version}, this one knows {FORMAT}).",
        saved="It was left as it is.",
        next_step="Update kiosk on this laptop and open it again.",
    )


def not_ours(path: Path) -> KioskError:
    """The error for a file that is no event."""
    return KioskError(
        "not_an_event",
        f"{path} is not a kiosk event.",
        saved="It was left as it is.",
        next_step="A list of registrations can be imported into an event.",
        action=Action.IMPORT_FILE,
    )


# The summary of an event file.


@dataclass(frozen=True, slots=True)
class EventSummary:
    """The facts of an event file for a list of events."""

    settings: dict[str, Any]
    """Name, days, time zone ... as the event stores them."""
    people: int
    format: int
    """PRAGMA user_version of the file."""


def event_summary(path: Path) -> EventSummary | None:
    """The settings and the number of attendees; None for a file that is no readable event.

    Nothing is written: no write-ahead log is created and no older format is upgraded.
    """
    try:
        with closing(reading_connection(path)) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            if mark != APPLICATION_ID:
                return None
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            rows = connection.execute("SELECT key, value FROM setting").fetchall()
            (people,) = connection.execute("SELECT count(*) FROM attendee").fetchone()
            return EventSummary(fitting_settings(rows), people, version)
    except (sqlite3.Error, OSError, ValueError):
        return None
