"""List the backups on this computer and describe one, to choose which to restore."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kiosk.domain.datetimes import moment_words
from kiosk.domain.text import counted
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import parse_timezone
from kiosk.services.safety.backup import FOLDER, backup_folder, backups_of
from kiosk.services.safety.restore import in_folder, newer_events, place_of
from kiosk.services.setup.folders import EVENT_SUFFIXES, known_events, list_folder
from kiosk.services.setup.recent import opened_events, remembered_event
from kiosk.storage.file.copy import event_summary, log_size, reading_only
from kiosk.storage.file.header import check_header
from kiosk.storage.file.sqlite_errors import as_kiosk_error
from kiosk.storage.queries.imports import last_change_ms
from kiosk.storage.queries.scans import arrived_ids
from kiosk.support.paths import events_dir

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """Content of a backup."""

    name: str
    """Name of the event."""
    people: int
    checked_in: int
    events: int
    last_at: str
    """Time of its last event, ISO; empty for none."""
    place: Path
    """Where it would be restored to."""
    newer_events: int | None
    """Events of the current file that the backup lacks; None: no readable file there."""


def known_backups(of: Path | None = None) -> list[Path]:
    """List the backups of known events, also of deleted ones; newest first.

    Args:
        of: the open event; its backups come first.
    """
    events = [*opened_events(), *(event.path for event in known_events())]
    folders = dict.fromkeys([*map(backup_folder, events), events_dir() / FOLDER])
    changed_at_s = {
        entry.path: entry.changed_at_s
        for folder in folders
        for entry in list_folder(folder, EVENT_SUFFIXES)
        if entry.plausible
    }
    own = set(backups_of(of)) if of is not None else set()
    in_order = sorted(
        changed_at_s, key=lambda path: (path not in own, -changed_at_s[path], path.name)
    )
    return in_order[:MOST_LISTED]


def look_into(backup: Path) -> BackupFacts:
    """Read a backup, and the current file in its place; nothing is written.

    Raises:
        KioskError: it is no event, or cannot be read.
    """
    check_header(backup)
    seen = event_summary(backup)
    zone = parse_timezone(str(seen.settings.get("timezone", "UTC")) if seen else "UTC")
    try:
        with reading_only(backup) as connection:
            size = log_size(connection)
            last_ms = last_change_ms(connection)
            checked_in = len(arrived_ids(connection))
    except sqlite3.Error as error:
        raise as_kiosk_error(backup, error, reading=True) from error
    place = place_for(backup)
    newer = None
    with suppress(OSError):
        newer = newer_events(place, size.last_seq)
    return BackupFacts(
        str(seen.settings.get("name") or backup.stem) if seen else backup.stem,
        size.people,
        checked_in,
        size.events,
        moment_text(last_ms, zone) or "",
        place,
        newer,
    )


def place_for(backup: Path) -> Path:
    """Path of the backup's event; if unknown, in the folder of new events."""
    try:
        return place_of(backup, remembered_event())
    except KioskError:
        return in_folder(backup, events_dir())


def fact_lines(facts: BackupFacts) -> list[str]:
    """Describe a backup: its content, its target, and what happens to the current file."""
    last = ""
    if facts.last_at:
        at = datetime.fromisoformat(facts.last_at)
        last = f", last entry {moment_words(at, date.today())}"
    lines = [
        f"{facts.name}: {facts.people:,} people, {facts.checked_in:,} checked in, "
        f"{facts.events:,} events{last}.",
        f"It restores to {facts.place}.",
    ]
    if facts.newer_events:
        more = counted(facts.newer_events, "event")
        lines.append(f"The current file has {more} more; it is kept as a copy.")
    elif facts.newer_events == 0:
        lines.append("The current file has nothing more; it is kept as a copy.")
    return lines
