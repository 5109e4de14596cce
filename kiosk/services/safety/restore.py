"""Restore a backup in the event's place in one step, and keep the current file as a copy."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain.checkin.privileges import Role, pin_setting
from kiosk.domain.log.events import EventKind
from kiosk.domain.text import counted
from kiosk.errors import Action, KioskError, Refused
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.safety.backup import AUTO, FOLDER
from kiosk.storage.file.copy import copy_into, integrity_faults, is_intact, log_size, reading_only
from kiosk.storage.file.create import salvaged_path
from kiosk.storage.file.header import check_header
from kiosk.storage.file.machine_facts import read_facts
from kiosk.storage.file.modes import check_unused
from kiosk.storage.file.schema import schema_fault
from kiosk.storage.file.sqlite_errors import as_kiosk_error, damaged
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries.imports import last_change_ms
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.scans import arrived_ids
from kiosk.storage.recovery.integrity import log_faults
from kiosk.support.files import (
    check_target,
    is_same_file,
    move_new,
    os_errors_as_kiosk_errors,
    private_folder,
    sync_folder,
    temporary_file,
    unused_path,
)
from kiosk.support.paths import events_dir
from kiosk.support.progress import Progress

ASIDE = "-before-restore-"
"""Part of the name of a file that a restored backup replaced."""
_BACKUP = re.compile(rf"(.+?)(?:{AUTO})?-\d{{8}}-\d{{6}}(?:-\d+)?")
SIDE_FILES = ("-wal", "-shm", "-journal")
"""Endings that SQLite adds to the name of an event for its own files."""
_HOLD_S = 1.0
"""How long to wait for other programs to close the event."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Result of a restore."""

    file: Path
    backup: Path
    events: int
    people: int
    checked_in: int
    """People checked in on any list."""
    last_at: str
    """Time of its last event, ISO; empty for none."""
    log_id: str
    """The new log that this desk writes: a number is never used twice."""
    moved_aside: Path | None
    """Where the replaced file is kept; None: there was none."""
    newer_events: int | None
    """Events of the replaced file that the backup lacks; None: it cannot be read."""


def restore(backup: Path, target: Path, *, desk: str, progress: Progress | None = None) -> Restored:
    """Put a copy of a backup in the event's place. The backup itself is not changed.

    The copy is complete and verified before anything is moved; at every moment the name belongs
    to the old event or to the restored one. The PINs of the replaced event stay: an older backup
    has none, or others.

    Args:
        progress: gets the pages copied and all; may raise `Canceled`. After the last page the
            files are exchanged, which takes a moment and is not stopped.

    Raises:
        KioskError: the file is no backup, or damaged; `file_busy` while a desk has the event
            open; or the disk. The event is unchanged then.
    """
    final = Path(os.path.realpath(target))
    _check_backup(backup)
    if is_same_file(backup, final):
        raise Refused(
            "restore_onto_itself",
            f"{target} is the backup itself.",
            next_step="Choose another file for the restored event.",
            action=Action.CHOOSE_RESTORE_TARGET,
        )
    if final.parent == Path(os.path.realpath(events_dir())):  # on a new laptop there is none yet
        with os_errors_as_kiosk_errors(final):
            private_folder(final.parent)
    check_target(target, final)
    aside, newer, kept_pins, facts = None, None, {}, read_facts(final)
    with temporary_file(final) as part, os_errors_as_kiosk_errors(final):
        heads = _copy(backup, part, progress)
        if os.path.lexists(final):
            newer = newer_events(final, heads)
            kept_pins = _pins(final) if logs_in(final) & heads.keys() else {}
            aside = _path_for_replaced(final)
            with _held(final):
                _exchange(part, final, aside)
        else:
            _move_side_files(final, _path_for_replaced(final))
            move_new(part, final)
    with closing(Store.open(final, desk=desk)) as store:
        # this machine's settings of the event that was there, where the backup is of it
        if facts is not None and not heads.keys().isdisjoint(facts.logs):
            store.continue_facts(facts)
    with closing(Store.open(final, desk=desk)) as store:
        with store.writing():
            for key, value in kept_pins.items():
                if setting(store.connection, key) != value:
                    store.append(EventKind.SETTING, {"key": key, "value": value})
        return _result(store, backup, aside, newer)


def _pins(final: Path) -> dict[str, Any]:
    """The settings of the PINs; empty for a file that cannot be read."""
    try:
        with reading_only(final) as connection:
            return {key: setting(connection, key) for key in map(pin_setting, Role)}
    except (sqlite3.Error, OSError):
        return {}


def _check_backup(backup: Path) -> None:
    try:
        check_header(backup)
    except KioskError as error:
        if error.code == "no_event_file":
            error.problem = f"There is no backup {backup}."
            error.next_step = "Backups are in the folder “backups” next to the event."
            error.action = None
        raise


def place_of(backup: Path, opened_last: Path | None) -> Path:
    """Find the event of a backup by folder and name, else the event opened last if it has a log
    in common with the backup.

    Raises:
        KioskError: `whose_backup`: there is no such event.
    """
    place = Path(os.path.realpath(backup))
    name = _BACKUP.fullmatch(place.stem)
    if place.parent.name == FOLDER and name:
        return place.parent.parent / f"{name[1]}{place.suffix}"
    if opened_last is not None and logs_in(opened_last) & logs_in(place):
        return opened_last
    raise Refused(
        "whose_backup",
        f"The event of the backup {backup} is unknown.",
        next_step="Choose the file for the restored event.",
        action=Action.CHOOSE_RESTORE_TARGET,
    )


def in_folder(backup: Path, folder: Path) -> Path:
    """Path of the event's own name in another folder."""
    name = _BACKUP.fullmatch(backup.stem)
    return folder / f"{name[1] if name else backup.stem}{backup.suffix}"


def logs_in(path: Path) -> set[str]:
    """The logs in an event file; none where it cannot be read."""
    try:
        with reading_only(path) as connection:
            return set(log_size(connection).last_seq)
    except (sqlite3.Error, OSError):
        return set()


def _copy(backup: Path, part: Path, progress: Progress | None) -> dict[str, int]:
    """Write a verified copy to the disk; return each log's last number."""
    try:
        with reading_only(backup) as connection:
            faults = list(filter(None, [schema_fault(connection)])) or integrity_faults(connection)
            if faults or log_faults(connection).corrupt:
                raise damaged(backup, ValueError(faults[0] if faults else "its log was changed"))
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return copy_into(connection, part, progress).last_seq
    except sqlite3.Error as error:
        raise as_kiosk_error(backup, error, reading=True) from error


def newer_events(final: Path, heads: dict[str, int]) -> int | None:
    """The number of events in a file beyond these heads; None for a file that cannot be read."""
    try:
        with reading_only(final) as connection:
            there = log_size(connection).last_seq
    except sqlite3.Error:
        return None
    return sum(max(0, seq - heads.get(log_id, 0)) for log_id, seq in there.items())


def _exchange(part: Path, final: Path, aside: Path) -> None:
    """Give the current event a second name, then move the new file over the first name."""
    _move_side_files(final, aside)
    try:
        os.link(final, aside)
    except (OSError, NotImplementedError):  # FAT has no hard links
        os.rename(final, aside)
    os.replace(part, final)
    sync_folder(final.parent)


def _move_side_files(final: Path, aside: Path) -> None:
    """Move the `-wal` and similar files of a damaged or lost event along with it.

    SQLite would read them as files of the new event. An undamaged event has none left.
    """
    for ending in SIDE_FILES:
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{final}{ending}", f"{aside}{ending}")


def _path_for_replaced(final: Path) -> Path:
    now = datetime.fromtimestamp(wall_ms() / 1000).astimezone()
    return unused_path(final.with_name(f"{final.stem}{ASIDE}{now:%Y%m%d-%H%M%S}{final.suffix}"))


@contextmanager
def _held(final: Path) -> Iterator[None]:
    """Keep other programs out of the event, as far as its damage allows."""
    try:
        held = check_unused(final, timeout_s=_HOLD_S)
    except sqlite3.Error as error:
        raise Refused(
            "file_busy",
            f"Another program has {final.name} open.",
            next_step="Close all desks of this event, and try again.",
        ) from error
    with held:
        yield


def _result(store: Store, backup: Path, aside: Path | None, newer: int | None) -> Restored:
    size = log_size(store.connection)
    last_ms = last_change_ms(store.connection)
    return Restored(
        file=store.path,
        backup=backup,
        events=size.events,
        people=size.people,
        checked_in=len(arrived_ids(store.connection)),
        last_at=moment_text(last_ms, event_info(store).zone) or "",
        log_id=store.log_id,
        moved_aside=aside,
        newer_events=newer,
    )


def restored_lines(done: Restored, *, repair: str) -> list[str]:
    """Describe the restored event and the replaced file.

    Args:
        repair: how to check a damaged file, in the words of the front end.
    """
    last = f" The last entry of its log is from {done.last_at}." if done.last_at else ""
    lines = [
        f"{done.file} is restored: {counted(done.people, 'person')}, {done.checked_in:,} "
        f"checked in, {counted(done.events, 'event')}.{last}"
    ]
    if done.moved_aside is not None:
        lines.append(f"The replaced file is kept as {done.moved_aside}; {_newer(done, repair)}")
    return lines


def _newer(done: Restored, repair: str) -> str:
    match done.newer_events:
        case None:
            return f"it is damaged. {repair}"
        case 0:
            return "all its events are in the backup too."
        case count:
            return f"{counted(count, 'of its events is', 'of its events are')} not in the backup."


# An event file that is deleted while a desk has it open: save the data that is still readable.

BEFORE_DOCTOR = "-before-doctor"
"""Part of the name of a copy with more in its tables than in its log."""


def rescue(store: Store) -> Path | None:
    """Write a copy in the folder of a deleted event that this program still has open.

    Returns:
        The copy; None: the file still has a name, or its disk is gone too.
    """
    if not store.is_deleted:
        return None
    target = salvaged_path(store.path)
    try:
        return target if keep_copy(store, target) else None
    except (OSError, sqlite3.Error):
        return None


def keep_copy(store: Store, target: Path) -> bool:
    """Copy the whole event to a new name; False: the copy has faults and was not kept.

    Raises:
        OSError: the disk.
        sqlite3.Error: the same.
    """
    with temporary_file(target) as part:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        size = copy_into(store.connection, part)
        if is_intact(part) != (True, size):
            return False
        move_new(part, target)
    return True
