"""Back up an event: write a verified copy that can be opened in its place."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.errors import Action, KioskError
from kiosk.services.event.event import event_info
from kiosk.storage.file.copy import copy_into, has_wal, is_intact, log_size, reading_only
from kiosk.storage.file.header import check_header
from kiosk.storage.file.sqlite_errors import as_kiosk_error, damaged
from kiosk.storage.file.store import Store
from kiosk.support.files import atomic_file, check_target, is_same_file, make_folder, unused_path
from kiosk.support.progress import Progress

FOLDER = "backups"
"""Name of the backup folder next to the event file."""
AUTO = "-auto"
"""Part of the names of automatic backups."""


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup that was written."""

    file: Path
    events: int
    people: int
    verified: bool
    """It was opened again, has no faults, and contains as much as the event."""


def backup_folder(event_path: Path) -> Path:
    """Default folder of this event's backups."""
    return event_path.resolve().parent / FOLDER


def backups_of(event_path: Path, folder: Path | None = None) -> list[Path]:
    """The backups of this event in its default folder (or another), oldest first."""
    name = re.compile(
        rf"{re.escape(event_path.stem)}(?:{AUTO})?-(\d{{8}}-\d{{6}}(?:-\d+)?)"
        rf"{re.escape(event_path.suffix)}"
    )
    backups: list[tuple[str, Path]] = []
    with contextlib.suppress(OSError):
        files = [path for path in (folder or backup_folder(event_path)).iterdir() if path.is_file()]
        backups = [(match[1], path) for path in files if (match := name.fullmatch(path.name))]
    return [path for _, path in sorted(backups)]


def back_up(
    store: Store, target: Path | None = None, *, progress: Progress | None = None
) -> BackupResult:
    """Copy the event while desks keep working, and verify the copy.

    Args:
        target: a file, or a folder to put it in; None: the folder `backups` next to the event.
        progress: gets the pages copied and all; may raise `Canceled`: then there is no new backup.

    Raises:
        KioskError: `backup_target_taken`, `backup_not_sound`, or why it cannot be written.
            An earlier file of this name is unchanged then.
    """
    final = _target(store, target)
    check_target(final)
    _check_may_replace(store, final)
    try:
        with atomic_file(final, replaces_events=True) as file:
            size = copy_into(store.connection, Path(file.name), progress)
            sound, copied = is_intact(Path(file.name))
            if not sound or copied != size:
                raise KioskError(
                    "backup_not_sound",
                    "The copy differs from the event.",
                    saved="It was discarded; an earlier file of this name is unchanged.",
                    next_step="Check the event, and back up to another disk.",
                    action=Action.REPAIR_EVENT,
                )
    except sqlite3.Error as error:
        raise as_kiosk_error(final, error) from error
    return BackupResult(final, size.events, size.people, verified=True)


def _target(store: Store, target: Path | None) -> Path:
    if target is not None and not os.path.isdir(target):
        return target
    return new_backup_path(store, target or make_backup_folder(store.path))


def make_backup_folder(event_path: Path) -> Path:
    """Return the event's backup folder; create it if needed.

    Raises:
        KioskError: `cannot_write`.
    """
    return make_folder(
        backup_folder(event_path),
        saved="Nothing was written.",
        next_step="Choose another folder or file for the backup.",
    )


def new_backup_path(store: Store, folder: Path, mark: str = "") -> Path:
    """An unused path in a folder, named after the event and the time."""
    now = datetime.fromtimestamp(store.clock() / 1000, event_info(store).zone)
    stem, suffix = store.path.stem, store.path.suffix
    return unused_path(folder / f"{stem}{mark}-{now:%Y%m%d-%H%M%S}{suffix}")


def _check_may_replace(store: Store, target: Path) -> None:
    """Check that the target would replace nothing but an older copy of this event."""
    if not target.exists():
        return
    if is_same_file(target, store.path):
        raise _taken(target, "is the event itself")
    if not target.is_file():
        return  # a device: refused when it is written
    try:
        check_header(target)
    except KioskError:
        raise _taken(target, "is no backup of this event") from None
    if has_wal(target):
        raise _taken(target, "is in use")
    try:
        with reading_only(target) as connection:
            theirs = log_size(connection).last_seq
    except sqlite3.Error as error:
        raise damaged(target, error) from error
    ours = log_size(store.connection).last_seq
    if not theirs.keys() & ours.keys():
        raise _taken(target, "belongs to another event")
    if any(seq > ours.get(log_id, 0) for log_id, seq in theirs.items()):
        raise _taken(target, "contains events that this event does not have")


def _taken(target: Path, why: str) -> KioskError:
    return KioskError(
        "backup_target_taken",
        f"{target} {why}.",
        saved="It was left as it is.",
        next_step="Choose another name.",
    )


# Automatic backups of an open event, also to a second folder.

EVERY_S = 5 * 60
"""Seconds between two backups: the most work that a broken laptop may cost."""
KEPT = 10
"""Automatic backups kept in each folder; older ones are deleted, requested backups never."""
SECOND_PLACE = "backup_second"
"""Setting of this machine: a second folder, best on another disk or a stick."""


@dataclass(frozen=True, slots=True)
class AutoBackup:
    """Result of an automatic backup."""

    files: tuple[Path, ...]
    """The new copies; empty when nothing changed since the last ones."""
    problems: tuple[KioskError, ...] = ()
    """One error for each folder that could not be written to."""


def auto_back_up(path: Path, *, desk: str) -> AutoBackup:
    """Copy the event to its backup folders, unless their last copies hold all of it.

    Each copy is verified before an older one is deleted. It opens the event itself, so it can run
    in another thread while the desk works.

    Raises:
        KioskError: the event cannot be read.
    """
    with closing(Store.open(path, desk=desk)) as store:
        return auto_back_up_store(store)


def auto_back_up_store(store: Store) -> AutoBackup:
    """As `auto_back_up`, for an open event."""
    files: list[Path] = []
    problems: list[KioskError] = []
    second = store.machine_fact(SECOND_PLACE)
    for place in ("", second) if second else ("",):
        try:
            made = _back_up_to(store, Path(place) if place else make_backup_folder(store.path))
        except KioskError as error:
            problems.append(error)
        else:
            files += [made] if made else []
    return AutoBackup(tuple(files), tuple(problems))


def _back_up_to(store: Store, folder: Path) -> Path | None:
    if not folder.is_dir():
        raise KioskError(
            "no_backup_place",
            f"The second folder for backups, {folder}, is missing.",
            saved="The desk keeps working; backups are still written next to the event.",
            next_step="Plug the stick in again.",
        )
    earlier = [path for path in backups_of(store.path, folder) if AUTO in path.name]
    if earlier and _holds_all(store, earlier[-1]):
        return None
    made = back_up(store, new_backup_path(store, folder, AUTO)).file
    for old in earlier[: max(0, len(earlier) + 1 - KEPT)]:
        with contextlib.suppress(OSError):
            old.unlink()
    return made


def _holds_all(store: Store, backup: Path) -> bool:
    try:
        with reading_only(backup) as connection:
            return log_size(connection) == log_size(store.connection)
    except sqlite3.Error:
        return False
