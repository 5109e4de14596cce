"""A new event file that is there whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.attendees import count_attendees
from kiosk.support.files import beside, cannot_write, check_target, move_new, unused_path


def create_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make an event file under a hidden name, then give it its own.

    A program killed in between leaves no half event that nobody can open and whose name is
    taken.

    Raises:
        KioskError: `file_exists`, `no_such_folder`, or what `write` says. Nothing is left then.
    """
    if path.is_symlink() or _is_there(path):
        raise _taken(path)
    check_target(path)
    with beside(path) as part:
        try:
            write(part)
            move_new(part, path)
        except FileExistsError:
            raise _taken(path) from None
        except KioskError as error:
            raise with_final_name(error, part, path) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        finally:
            for ending in ("-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    part.with_name(part.name + ending).unlink(missing_ok=True)


def with_final_name(error: KioskError, part: Path, path: Path) -> KioskError:
    """The same in words of the name that was asked for, not of the hidden one."""
    problem = error.problem.replace(str(part), str(path)).replace(part.name, path.name)
    return KioskError(error.code, problem, saved=error.saved, next_step=error.next_step)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


def _taken(path: Path) -> KioskError:
    return KioskError(
        "file_exists",
        f"{path} exists already.",
        saved="It was left as it is.",
        next_step="Choose another name, or open it with -e.",
    )


# A new event file out of what could be read of a damaged one.


def salvaged_path(path: Path) -> Path:
    """The first free `NAME-salvaged.kiosk`, `NAME-salvaged-2.kiosk` ... beside a file."""
    return unused_path(path.with_name(f"{path.stem}-salvaged{path.suffix}"))


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
