"""A new event file out of what could be read of a damaged one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kiosk.atomic import beside, move_new, untaken
from kiosk.domain.events import LogEvent, event_hash
from kiosk.storage import projection
from kiosk.storage.attendees import count_attendees
from kiosk.storage.store import Store


def salvaged_path(path: Path) -> Path:
    """The first free `NAME-salvaged.kiosk`, `NAME-salvaged-2.kiosk` ... beside a file."""
    return untaken(path.with_name(f"{path.stem}-salvaged{path.suffix}"))


def write_salvaged(path: Path, events: Iterable[LogEvent], *, desk: str) -> int:
    """Make an event file of these events, its tables built from them; the name must be free.

    The file goes on under a log of its own: the old one may have lost its end, and a number
    must never be given twice.

    Returns:
        How many people it holds.

    Raises:
        KioskError: the disk. Nothing is left then.
        OSError: the name was taken, or the disk.
    """
    with beside(path) as temporary:
        store = Store.create(temporary, desk=desk)
        try:
            with store.writing():
                store.connection.executemany(
                    "INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    ((*event, event_hash(event)) for event in events),
                )
                projection.rebuild(store.connection, store.events())
            people = count_attendees(store.connection)
            store.connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            store.close()
        move_new(temporary, path)
    return people
