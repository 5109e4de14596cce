"""Create new event files atomically: the whole file appears, or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.errors import KioskError
from kiosk.storage.file.sqlite_errors import file_taken
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.attendees import count_attendees
from kiosk.support.files import cannot_write, check_target, move_new, temporary_file, unused_path


def create_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Create an event file under a hidden name, then rename it.

    A killed program leaves no incomplete event under the final name.

    Raises:
        KioskError: `file_exists`, `no_such_folder`, or what `write` says. Nothing is left then.
    """
    if os.path.lexists(path):
        raise file_taken(path)
    check_target(path)
    with temporary_file(path) as part:
        try:
            write(part)
            move_new(part, path)
        except FileExistsError:
            raise file_taken(path) from None
        except KioskError as error:
            raise with_final_name(error, part, path) from error
        except OSError as error:
            raise cannot_write(path, error) from error


def with_final_name(error: KioskError, part: Path, path: Path) -> KioskError:
    """The error with the final name in place of the hidden one."""
    problem = error.problem.replace(str(part), str(path)).replace(part.name, path.name)
    return KioskError(
        error.code, problem, saved=error.saved, next_step=error.next_step, action=error.action
    )


# Salvage: a new event file from the readable events of a damaged one.


def salvaged_path(path: Path) -> Path:
    """The first free `NAME-salvaged.kiosk`, `NAME-salvaged-2.kiosk` ... next to a file."""
    return unused_path(path.with_name(f"{path.stem}-salvaged{path.suffix}"))


def write_salvaged(path: Path, events: Iterable[LogEvent], *, desk: str) -> int:
    """Create an event file from these events and build its tables; the name must be free.

    The file gets a new log: the old one may have lost its end, and no number may be given twice.

    Returns:
        How many people it holds.

    Raises:
        KioskError: the disk. Nothing is left then.
        OSError: the name was taken, or the disk.
    """
    with temporary_file(path) as temporary:
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
