"""Read the header of an event file, and its name and lists, before the event is opened."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from kiosk.domain.checkin.lists import (
    LIST_RULES_PREFIX,
    NO_RULES,
    CheckInList,
    EntryRule,
    ListRules,
    rules_of,
)
from kiosk.errors import Action, KioskError, Refused
from kiosk.storage.file.schema_guard import refuse_foreign_parts
from kiosk.support.sqlite_header import HEADER_BYTES, first_bytes, has_application_id

FORMAT = 5
"""PRAGMA user_version: the number of migrations applied to a file. Raised with each new migration,
so that the header of an older file shows its format."""
_USER_VERSION_AT = 60
_JOURNAL_MARKER = bytes.fromhex("d9d505f920a163d7")
"""Begins a rollback journal, and ends one that names a journal of several databases."""
_JOURNAL_HEADER = 28
"""Bytes; the marker of a journal that ends with its header is at its beginning."""


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
        raise Refused(
            "no_event_file",
            f"There is no event file {path}.",
            next_step="Check the name of the file.",
            action=Action.CREATE_EVENT,
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(
            "cannot_read",
            f"{path} cannot be read ({why}).",
            next_step="Check the name and your permission to read it.",
        ) from error
    if not has_application_id(head):
        raise not_ours(path)
    version = int.from_bytes(head[_USER_VERSION_AT : _USER_VERSION_AT + 4], "big")
    if version > FORMAT:
        raise newer_format(path, version)
    refuse_foreign_journal(path)


def refuse_foreign_journal(path: Path) -> None:
    """Refuse a rollback journal that names a journal of several databases.

    SQLite deletes the file of that name when it opens the event. kiosk writes no such journal; one
    that came with a stranger's event can name any file of the user.

    Raises:
        KioskError: `foreign_journal`.

    Source: `readSuperJournal` in https://www.sqlite.org/src/file/src/pager.c: the name is at the
    end, before the marker.
    """
    journal = Path(f"{os.path.realpath(path)}-journal")
    if not journal.is_file():
        return
    try:
        with journal.open("rb") as file:
            file.seek(-len(_JOURNAL_MARKER), os.SEEK_END)
            names_another = file.read() == _JOURNAL_MARKER
    except OSError:
        return
    if names_another and journal.stat().st_size > _JOURNAL_HEADER:
        raise Refused(
            "foreign_journal",
            f"The file {journal.name} next to the event would delete another file of yours.",
            next_step=f"Delete {journal.name}, then open the event again.",
        )


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


# Name and lists, for the first frame of a desk.


def name_and_lists(path: Path) -> tuple[str, list[CheckInList]]:
    """The name of an event, and its lists. Nothing is upgraded, and nothing in the file changes.

    Raises:
        sqlite3.Error: the file cannot be read.
        ValueError: a value in it is invalid.
    """
    uri = f"file:{quote(os.fsencode(path))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=0.1)) as connection:
        refuse_foreign_parts(connection)
        row = connection.execute("SELECT value FROM setting WHERE key = 'name'").fetchone()
        name = json.loads(row[0]) if row else path.stem
        if not isinstance(name, str):
            raise ValueError("the name is no text")
        return name, check_in_lists(connection)


def check_in_lists(connection: sqlite3.Connection) -> list[CheckInList]:
    """All lists that are not removed, in the order of the desk."""
    rows = connection.execute(
        "SELECT id, name, opens_ms, closes_ms, ticket_types, entry, position, is_day, "
        "setting.value, (SELECT value FROM setting WHERE key = 'timezone') "
        "FROM list LEFT JOIN setting ON setting.key = ? || list.id "
        "WHERE removed = 0 ORDER BY position, name, id",
        (LIST_RULES_PREFIX,),
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
            _rules(row[0], row[8], row[9]) if row[8] else NO_RULES,
        )
        for row in rows
    ]


def _rules(list_id: str, text: str, zone: str | None) -> ListRules:
    """Rules of the wrong type count as not set, like other settings."""
    # these load slowly, and few lists have rules; the first frame of a desk reads the lists
    from zoneinfo import ZoneInfo

    from kiosk.domain.log.setting_schema import is_valid_setting, setting_value

    key = f"{LIST_RULES_PREFIX}{list_id}"
    name = setting_value("timezone", zone) if is_valid_setting("timezone", zone) else None
    value = setting_value(key, text) if is_valid_setting(key, text) else None
    return rules_of(value, ZoneInfo(name or "UTC"))
