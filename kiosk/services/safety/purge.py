"""After the event: the counts stay, the people go."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kiosk.domain.log.events import EventKind
from kiosk.errors import KioskError
from kiosk.services.badges.badges import badges_folder
from kiosk.services.event.event import event_info, list_body
from kiosk.services.reports.attendance import Who
from kiosk.services.reports.report import PURGED_REPORT, anonymised_report, report_facts
from kiosk.services.safety.autobackup import SECOND_PLACE
from kiosk.services.safety.backup import backup_folder, backups_of
from kiosk.services.safety.restore import ASIDE, BEFORE_DOCTOR
from kiosk.services.tally.stats import PURGED, event_stats
from kiosk.storage.file.copy import log_size, reading_only, wal_of
from kiosk.storage.file.create import with_final_name
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.sqlite_errors import as_kiosk_error
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.support.files import beside, cannot_write, sync_folder
from kiosk.support.temp_dirs import remove_abandoned_temp_dirs

_LEFT_BEHIND = re.compile(r"\.kiosk-[0-9a-f]{16}\.part(-wal|-shm|-journal)?|\..+\.pdf\.\d+\.part")
"""What a program that was killed may have left: half an export, half a backup."""


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """What was done."""

    file: Path
    """The event, which holds its name, lists and counts now."""
    people: int
    """How many were forgotten."""
    removed: tuple[Path, ...]
    """Files and folders that held people and are gone."""
    still_there: tuple[Path, ...]
    """Those that could not be removed."""


def purge(store: Store) -> PurgeResult:
    """Put a new file in the event's place that holds the counts and no person; remove the rest.

    The new file is whole before the old one goes. The old one's bytes are cut off as well, so
    that another name of it keeps nothing.

    Raises:
        KioskError: `file_busy` while another desk has the event open, or the disk. Nothing is
            removed then.
    """
    path = Path(os.path.realpath(store.path))
    stats = event_stats(store)
    report, _ = report_facts(store, None, Who.ALL)
    leftovers = [item for item in _copies(store, path) if item.exists()]
    with _alone(store), beside(path) as part:
        try:
            _write_counts(
                part, store, {PURGED: asdict(stats), PURGED_REPORT: anonymised_report(report)}
            )
            _swap(part, path)
        except OSError as error:
            raise cannot_write(path, error) from error
        except KioskError as error:
            error.saved = "Nothing was removed."
            raise with_final_name(error, part, path) from error
    store.close()
    for ending in ("-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    remove_facts(path)
    removed = [item for item in leftovers if _removed(item)]
    _remove_if_empty(backup_folder(path))
    sync_folder(path.parent)
    left = [item for item in leftovers if item not in removed]
    swept, unswept = remove_abandoned_temp_dirs()
    return PurgeResult(path, stats.people, (*removed, *swept), (*left, *unswept))


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Hold the file against everybody: leaving the WAL needs that nobody else has it open."""
    connection = store.connection
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        told = as_kiosk_error(store.path, error)
        if told.code == "file_busy":
            told.next_step = "Close all desks of this event, and try again."
        told.saved = "Nothing was removed."
        raise told from error
    try:
        yield
    except BaseException:
        connection.rollback()
        connection.execute("PRAGMA journal_mode = WAL")
        raise
    connection.rollback()


def _write_counts(part: Path, store: Store, counts: dict[str, Any]) -> None:
    """A new event of the old one's name, days, lists and counts; no desk's name either."""
    info = event_info(store)
    settings = {
        "name": info.name,
        "timezone": info.timezone,
        "days": [day.isoformat() for day in info.days],
        **counts,
    }
    new = Store.create(part, desk="", clock=store.clock)
    try:
        with new.writing():
            for key, value in settings.items():
                new.append(EventKind.SETTING, {"key": key, "value": value})
            for item in check_in_lists(store.connection):
                new.append(EventKind.LIST, list_body(item), subject=item.id)
        new.connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        new.close()


def _swap(part: Path, path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.replace(part, path)
        sync_folder(path.parent)
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _copies(store: Store, path: Path) -> list[Path]:
    """Everything that this program itself made of the event's people."""
    second = store.machine_fact(SECOND_PLACE)
    places = [backup_folder(path), *([Path(second)] if second else [])]
    found = [item for place in places for item in backups_of(path, place)]
    found += [item for backup in found for item in (wal_of(backup),) if item.exists()]
    stem, suffix = re.escape(path.stem), re.escape(path.suffix)
    salvaged = re.compile(rf"{stem}-salvaged(-\d+)?{suffix}")
    mark = rf"({ASIDE}\d{{8}}-\d{{6}}|{BEFORE_DOCTOR})"
    aside = re.compile(rf"{stem}{mark}(-\d+)?{suffix}(-wal|-shm|-journal)?")
    for place in places:
        with contextlib.suppress(OSError):
            found += [item for item in place.iterdir() if _LEFT_BEHIND.fullmatch(item.name)]
    ours = log_size(store.connection).last_seq.keys()
    for item in path.parent.iterdir():
        if (
            _LEFT_BEHIND.fullmatch(item.name)
            or aside.fullmatch(item.name)
            or (salvaged.fullmatch(item.name) and _shares_log(item, set(ours)))
        ):
            found.append(item)
    return [*found, badges_folder(store)]


def _shares_log(item: Path, ours: set[str]) -> bool:
    try:
        with reading_only(item) as connection:
            return bool(log_size(connection).last_seq.keys() & ours)
    except sqlite3.Error:
        return False


def _removed(item: Path) -> bool:
    try:
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()
    except OSError:
        return False
    return True


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
