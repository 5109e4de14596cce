"""A backup in the event's place again, in one step; what stood there is kept beside it."""

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

from kiosk.domain.log.ids import hlc_ms
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.safety.backup import AUTO, FOLDER
from kiosk.storage.file.copy import copy_into, integrity_faults, is_intact, log_size, reading_only
from kiosk.storage.file.create import salvaged_path
from kiosk.storage.file.header import check_header
from kiosk.storage.file.machine_facts import MachineFacts, read_facts
from kiosk.storage.file.schema import schema_fault
from kiosk.storage.file.sqlite_errors import as_kiosk_error, damaged
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries.scans import arrived_ids
from kiosk.storage.recovery.integrity import log_faults
from kiosk.support.files import (
    beside,
    cannot_write,
    check_target,
    is_same_file,
    move_new,
    sync_folder,
    unused_path,
)

ASIDE = "-before-restore-"
"""In the name of an event that made room for a backup."""
_BACKUP = re.compile(rf"(.+?)(?:{AUTO})?-\d{{8}}-\d{{6}}(?:-\d+)?")
_BESIDE = ("-wal", "-shm", "-journal")
_HOLD_S = 1.0
"""How long another program may take to let go of the event that makes room."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is the event again."""

    file: Path
    backup: Path
    events: int
    people: int
    checked_in: int
    """People who came in on any list."""
    last_at: str
    """When the last event of it was written, ISO; empty for none."""
    log_id: str
    """The log under which it goes on: a number is never given twice."""
    moved_aside: Path | None
    """Where the event lies that had this name; None where the name was free."""
    newer_events: int | None
    """How many events of that one the backup does not have; None: it cannot be read."""


def restore(backup: Path, target: Path, *, desk: str) -> Restored:
    """Put a copy of a backup in the event's place. The backup itself stays as it is.

    The copy is whole and checked before anything is moved; at every instant the name leads to
    the old event or to the restored one.

    Raises:
        KioskError: the backup is none, or damaged; `file_busy` while a desk has the event open;
            or the disk. The event is as it was then.
    """
    final = Path(os.path.realpath(target))
    _check_backup(backup)
    if is_same_file(backup, final):
        raise KioskError(
            "restore_onto_itself",
            f"{target} is the backup itself.",
            saved="Nothing was changed.",
            next_step="Say with -o where the event should be.",
        )
    check_target(target, final)
    aside, newer, facts = None, None, read_facts(final)
    with beside(final) as part, _words_of_the_disk(final):
        heads = _copy(backup, part)
        if os.path.lexists(final):
            newer = _newer_events(final, heads)
            aside = _free_name(final)
            with _nobody_at(final):
                _exchange(part, final, aside)
        else:
            _take_apart(final, _free_name(final))
            move_new(part, final)
    _keep_facts(final, facts, heads, desk)
    return _told(final, backup, desk, aside, newer)


def _keep_facts(final: Path, facts: MachineFacts | None, heads: dict[str, int], desk: str) -> None:
    """Keep this machine's settings of the event that was there, where the backup is of it.

    Args:
        facts: kept for this place before.
        heads: the logs of the backup.
    """
    store = Store.open(final, desk=desk)
    try:
        if facts is not None and not heads.keys().isdisjoint(facts.logs):
            store.continue_facts(facts)
    finally:
        store.close()


def _check_backup(backup: Path) -> None:
    try:
        check_header(backup)
    except KioskError as error:
        if error.code == "no_event_file":
            error.problem = f"There is no backup {backup}."
            error.next_step = "Backups lie in the folder “backups” beside the event."
        raise


def place_of(backup: Path, opened_last: Path | None) -> Path:
    """The event whose backup this is: the one that its folder and name tell, else the one opened
    last, where it has a log in common with the backup.

    Raises:
        KioskError: `whose_backup`: neither tells.
    """
    place = Path(os.path.realpath(backup))
    name = _BACKUP.fullmatch(place.stem)
    if place.parent.name == FOLDER and name:
        return place.parent.parent / f"{name[1]}{place.suffix}"
    if opened_last is not None and _logs(opened_last) & _logs(place):
        return opened_last
    raise KioskError(
        "whose_backup",
        f"Nothing tells where the event of {backup} was.",
        saved="Nothing was changed.",
        next_step="Say where it should be: -o FILE.",
    )


def in_folder(backup: Path, folder: Path) -> Path:
    """The event's own name in another folder."""
    name = _BACKUP.fullmatch(backup.stem)
    return folder / f"{name[1] if name else backup.stem}{backup.suffix}"


def _logs(path: Path) -> set[str]:
    try:
        with reading_only(path) as connection:
            return set(log_size(connection).last_seq)
    except (sqlite3.Error, OSError):
        return set()


def _copy(backup: Path, part: Path) -> dict[str, int]:
    """A sound copy, on the disk; returns each log's last number."""
    try:
        with reading_only(backup) as connection:
            faults = integrity_faults(connection) or list(filter(None, [schema_fault(connection)]))
            spoiled = faults or log_faults(connection).spoiled
            if spoiled:
                raise damaged(backup, ValueError(faults[0] if faults else "its log was changed"))
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return copy_into(connection, part).last_seq
    except sqlite3.Error as error:
        told = as_kiosk_error(backup, error, reading=True)
        raise told from error


def _newer_events(final: Path, heads: dict[str, int]) -> int | None:
    try:
        with reading_only(final) as connection:
            there = log_size(connection).last_seq
    except sqlite3.Error:
        return None
    return sum(max(0, seq - heads.get(log_id, 0)) for log_id, seq in there.items())


def _exchange(part: Path, final: Path, aside: Path) -> None:
    """The present event gets a second name before the first one leads to the new file."""
    _take_apart(final, aside)
    try:
        os.link(final, aside)
    except (OSError, NotImplementedError):  # sticks know no links
        os.rename(final, aside)
    os.replace(part, final)
    sync_folder(final.parent)


def _take_apart(final: Path, aside: Path) -> None:
    """What stands beside a damaged or lost event goes with it: SQLite would take it for the new
    file's. A sound event has taken it in already."""
    for ending in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{final}{ending}", f"{aside}{ending}")


def _free_name(final: Path) -> Path:
    now = datetime.fromtimestamp(wall_ms() / 1000).astimezone()
    return unused_path(final.with_name(f"{final.stem}{ASIDE}{now:%Y%m%d-%H%M%S}{final.suffix}"))


@contextmanager
def _nobody_at(final: Path) -> Iterator[None]:
    """See that no program has the event open, as far as its damage lets that be seen."""
    with closing(sqlite3.connect(final, isolation_level=None, timeout=_HOLD_S)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "") or ""
            if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise KioskError(
                    "file_busy",
                    f"Another program has {final.name} open.",
                    saved="Nothing was changed.",
                    next_step="Close all desks of this event, and try again.",
                ) from error
        yield


@contextmanager
def _words_of_the_disk(final: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(final, error) from error


def _told(final: Path, backup: Path, desk: str, aside: Path | None, newer: int | None) -> Restored:
    store = Store.open(final, desk=desk)
    try:
        connection = store.connection
        size = log_size(connection)
        last = connection.execute("SELECT coalesce(max(hlc), 0) FROM event").fetchone()[0]
        return Restored(
            file=final,
            backup=backup,
            events=size.events,
            people=size.people,
            checked_in=len(arrived_ids(connection)),
            last_at=moment_text(hlc_ms(last), event_info(store).zone) or "",
            log_id=store.log_id,
            moved_aside=aside,
            newer_events=newer,
        )
    finally:
        store.close()


def restored_lines(done: Restored) -> list[str]:
    """What was restored, and what became of what was there."""
    last = f" The last entry of its log is of {done.last_at}." if done.last_at else ""
    lines = [
        f"{done.file} is restored: {counted(done.people, 'person')}, {done.checked_in:,} "
        f"checked in, {counted(done.events, 'event')}.{last}"
    ]
    if done.moved_aside is not None:
        lines.append(f"What was there is kept as {done.moved_aside}; {_newer(done)}")
    return lines


def _newer(done: Restored) -> str:
    match done.newer_events:
        case None:
            return "it is damaged: `kiosk doctor` may save more of it."
        case 0:
            return "everything it holds is in the backup too."
        case count:
            return f"{counted(count, 'of its events is', 'of its events are')} not in the backup."


# The event was deleted under an open desk: what this program still holds of it is kept.

BEFORE_DOCTOR = "-before-doctor"
"""In the name of a copy whose tables knew more than its log did."""


def rescue(store: Store) -> Path | None:
    """Write a copy beside where the event was, once nothing else leads to it.

    Returns:
        The copy; None where the file still has a name, or its disk is gone too.
    """
    if not store.is_deleted:
        return None
    target = salvaged_path(store.path)
    try:
        return target if keep_copy(store, target) else None
    except (OSError, sqlite3.Error):
        return None


def keep_copy(store: Store, target: Path) -> bool:
    """Copy the whole event under a new name; False where the copy is not sound, and was not kept.

    Raises:
        OSError: the disk.
        sqlite3.Error: the same.
    """
    with beside(target) as part:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        size = copy_into(store.connection, part)
        if is_intact(part) != (True, size):
            return False
        move_new(part, target)
    return True
