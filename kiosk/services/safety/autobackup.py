"""Backups that nobody has to think of."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.services.safety.backup import AUTO, back_up, backups_of, free_name, made_backup_folder
from kiosk.storage.file.copy import log_size, reading_only
from kiosk.storage.file.store import Store

EVERY_S = 5 * 60
"""What a broken laptop may cost."""
KEPT = 10
"""Backups of this kind in each place; the oldest go. Those that somebody asked for all stay."""
SECOND_PLACE = "backup_second"
"""Setting of this machine: another folder, best on another disk or stick."""


@dataclass(frozen=True, slots=True)
class AutoBackup:
    """What was done."""

    files: tuple[Path, ...]
    """The copies made now; none when nothing happened since the last ones."""
    problems: tuple[KioskError, ...] = ()
    """Places that could not be written to; the others were."""


def auto_back_up(path: Path, *, desk: str) -> AutoBackup:
    """Copy the event to its places, where something happened since the last copy there.

    Each copy is opened again and found sound before an older one goes. Opens the event by
    itself, so that it can run in a thread of its own while desks go on.

    Raises:
        KioskError: the event cannot be read.
    """
    store = Store.open(path, desk=desk)
    try:
        return auto_back_up_store(store)
    finally:
        store.close()


def auto_back_up_store(store: Store) -> AutoBackup:
    """The same for an open event."""
    files: list[Path] = []
    problems: list[KioskError] = []
    second = store.machine_fact(SECOND_PLACE)
    for place in ("", second) if second else ("",):
        try:
            made = _back_up_to(store, Path(place) if place else made_backup_folder(store.path))
        except KioskError as error:
            problems.append(error)
        else:
            files += [made] if made else []
    return AutoBackup(tuple(files), tuple(problems))


def _back_up_to(store: Store, folder: Path) -> Path | None:
    if not folder.is_dir():
        raise KioskError(
            "no_backup_place",
            f"The second place for backups, {folder}, is not there.",
            saved="The desk goes on; backups are made beside the event.",
            next_step="Put the stick in again.",
        )
    earlier = [path for path in backups_of(store.path, folder) if AUTO in path.name]
    if earlier and _holds_all(store, earlier[-1]):
        return None
    made = back_up(store, free_name(store, folder, AUTO)).file
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
