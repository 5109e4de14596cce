"""Automatic backups of an open event, also to a second folder."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.services.safety.backup import (
    AUTO,
    back_up,
    backups_of,
    make_backup_folder,
    new_backup_path,
)
from kiosk.storage.file.copy import log_size, reading_only
from kiosk.storage.file.store import Store

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
    store = Store.open(path, desk=desk)
    try:
        return auto_back_up_store(store)
    finally:
        store.close()


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
