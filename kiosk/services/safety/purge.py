"""Remove all people from an event, and keep its counts."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.badges import badges_folder
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info, event_settings, write_start
from kiosk.services.safety.backup import SECOND_PLACE, backup_folder, backups_of
from kiosk.services.safety.restore import ASIDE, BEFORE_DOCTOR, SIDE_FILES, logs_in
from kiosk.services.sharing.desks import list_desks
from kiosk.services.tally.event_tally import PURGED, event_tally, frozen_tally
from kiosk.storage.file.copy import log_size, wal_of
from kiosk.storage.file.create import with_final_name
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.modes import exclusive, leave_wal
from kiosk.storage.file.sqlite_errors import as_kiosk_error
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.lists import check_in_lists
from kiosk.support.files import cannot_write, sync_folder, temporary_file
from kiosk.support.paths import remove_abandoned_temp_dirs
from kiosk.support.progress import Progress, reported
from kiosk.sync.peers import DeskState

_LEFT_BEHIND = re.compile(
    r"\.kiosk-[0-9a-f]{16}\.(part(-wal|-shm|-journal)?|resume)|\..+\.pdf\.\d+\.part"
)
"""Unfinished files of a killed program: exports, backups, badges."""


@dataclass(frozen=True, slots=True)
class OtherDesk:
    """Another desk that shared the event."""

    name: str
    last_heard: str | None
    """ISO time in the event's zone; None if it is not known."""


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """The result of a purge."""

    file: Path
    """The event, which now has its name, days, lists and counts only."""
    people: int
    """Tickets that were removed."""
    removed: tuple[Path, ...]
    """Removed files and folders that contained people."""
    still_there: tuple[Path, ...]
    """Files and folders that could not be removed."""
    other_desks: tuple[OtherDesk, ...] = ()
    """Desks that still have the people: a purge removes them from this file only."""


@dataclass(frozen=True, slots=True)
class PurgePreview:
    """The data that a purge would remove."""

    people: int
    copies: tuple[Path, ...]
    """Backups, badges and other files with people that kiosk has made of this event."""
    other_desks: tuple[OtherDesk, ...]
    """Desks that keep the people."""


def purge_preview(store: Store) -> PurgePreview:
    """Find the data that a purge would remove; nothing is changed."""
    copies = tuple(_copies(store, Path(os.path.realpath(store.path))))
    return PurgePreview(count_attendees(store.connection), copies, _other_desks(store))


def purge(store: Store, *, progress: Progress | None = None) -> PurgeResult:
    """Replace the event by a file with its counts and no person, and remove its copies.

    The new file is complete before the old one is replaced. The old file is then truncated, so
    that a second name (hard link) of it contains nothing.

    Args:
        progress: gets the copies removed and all. It must not raise: the people are removed by
            then.

    Raises:
        KioskError: `file_busy` while another desk has the event open, or the new file cannot be
            written. Nothing is removed then.
    """
    path = Path(os.path.realpath(store.path))
    tally = event_tally(store)
    others = _other_desks(store)
    leftovers = _copies(store, path)
    with _locked(store), temporary_file(path) as part:
        try:
            _write_counts(part, store, {PURGED: frozen_tally(tally)})
            _swap(part, path)
        except OSError as error:
            raise cannot_write(path, error) from error
        except KioskError as error:
            error.saved = "Nothing was removed."
            raise with_final_name(error, part, path) from error
    store.close()
    for ending in SIDE_FILES:
        with contextlib.suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    remove_facts(path)
    removed = [item for item in reported(leftovers, progress) if _removed(item)]
    with contextlib.suppress(OSError):  # other backups are in it
        backup_folder(path).rmdir()
    sync_folder(path.parent)
    left = [item for item in leftovers if item not in removed]
    swept, unswept = remove_abandoned_temp_dirs()
    return PurgeResult(path, tally.people, (*removed, *swept), (*left, *unswept), others)


def other_desks_sentence(desks: Sequence[OtherDesk]) -> str:
    """Which desks still have the people, and since when they were not heard."""
    named = ", ".join(map(_when_heard, desks))
    have = counted(len(desks), "other desk still has", "other desks still have")
    return f"{have} the people: {named}."


def _when_heard(desk: OtherDesk) -> str:
    name = escape_controls(desk.name)
    if not desk.last_heard:
        return name
    at = datetime.fromisoformat(desk.last_heard)
    return f"{name} (last heard {at.day} {at:%b %H:%M})"


def _other_desks(store: Store) -> tuple[OtherDesk, ...]:
    zone = event_info(store).zone
    return tuple(
        OtherDesk(desk.name, moment_text(desk.last_heard_ms, zone))
        for desk in list_desks(store).desks
        if desk.state is not DeskState.THIS
    )


@contextmanager
def _locked(store: Store) -> Iterator[None]:
    """Keep all other programs out of the file."""
    with ExitStack() as held:
        try:
            held.enter_context(exclusive(store.connection))
        except sqlite3.Error as error:
            explained = as_kiosk_error(store.path, error)
            if explained.code == "file_busy":
                explained.next_step = "Close all desks of this event, and try again."
            explained.saved = "Nothing was removed."
            raise explained from error
        yield


def _write_counts(part: Path, store: Store, counts: dict[str, Any]) -> None:
    """Write an event with the name, days and lists of the old one, the counts, and no desk name."""
    info = event_info(store)
    settings = {**event_settings(info.name, info.timezone, info.days), **counts}
    with closing(Store.create(part, desk="", clock=store.clock)) as new:
        write_start(new, settings, check_in_lists(store.connection))
        leave_wal(new.connection)


def _swap(part: Path, path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.replace(part, path)
        sync_folder(path.parent)
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _copies(store: Store, path: Path) -> list[Path]:
    """Files and folders with people that kiosk itself has made of this event."""
    second = store.machine_fact(SECOND_PLACE)
    places = [backup_folder(path), *([Path(second)] if second else [])]
    copies = [item for place in places for item in backups_of(path, place)]
    copies += list(map(wal_of, copies))
    stem, suffix = re.escape(path.stem), re.escape(path.suffix)
    salvaged = re.compile(rf"{stem}-salvaged(-\d+)?{suffix}")
    mark = rf"({ASIDE}\d{{8}}-\d{{6}}|{BEFORE_DOCTOR})"
    aside = re.compile(rf"{stem}{mark}(-\d+)?{suffix}(-wal|-shm|-journal)?")
    for place in places:
        with contextlib.suppress(OSError):
            copies += [item for item in place.iterdir() if _LEFT_BEHIND.fullmatch(item.name)]
    own_logs = set(log_size(store.connection).last_seq)
    for item in path.parent.iterdir():
        if (
            _LEFT_BEHIND.fullmatch(item.name)
            or aside.fullmatch(item.name)
            or (salvaged.fullmatch(item.name) and logs_in(item) & own_logs)
        ):
            copies.append(item)
    return [item for item in (*copies, badges_folder(store)) if item.exists()]


def _removed(item: Path) -> bool:
    try:
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()
    except OSError:
        return False
    return True
