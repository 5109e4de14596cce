"""Check an event file; rebuild tables that differ from the log, and salvage damaged files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.log.setting_schema import invalid_settings_sentence
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import Action, KioskError
from kiosk.services.safety.restore import BEFORE_DOCTOR, keep_copy
from kiosk.storage.file.copy import integrity_faults, reading_only
from kiosk.storage.file.create import salvaged_path, write_salvaged
from kiosk.storage.file.header import check_header
from kiosk.storage.file.modes import error_name, snapshot
from kiosk.storage.file.schema import schema_fault
from kiosk.storage.file.sqlite_errors import (
    as_kiosk_error,
    damaged,
    sqlite_errors_as_kiosk_errors,
)
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.log.reader import events_of
from kiosk.storage.queries.lists import invalid_settings
from kiosk.storage.recovery.integrity import (
    LogFaults,
    damage_behind,
    differing_tables,
    entries_without_event,
    log_faults,
    unread_events,
)
from kiosk.storage.recovery.page_carver import Readable, readable_log
from kiosk.storage.replication.desk_logs import desk_logs
from kiosk.support.files import os_errors_as_kiosk_errors, unused_path

_NOT_DAMAGE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL"),
)


def explain_file_error(path: Path, error: Exception) -> KioskError | None:
    """Explain an unexpected error by the state of the event file; None if the file is sound.

    Args:
        path: the event file in use when the error happened.
        error: SQLite's error, or any other one, which may come from a corrupt file.
    """
    if isinstance(error, sqlite3.Error):
        return sqlite_errors_as_kiosk_errors(path, error)
    return damage_behind(path)


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    code: str
    """`file`, `log`, `numbers`, `tables`, `unread` or `settings` (these two only if not ok)."""
    ok: bool
    what: str
    """The result as a sentence."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A new file with the readable events of a damaged one."""

    file: Path
    events: int
    people: int
    lost: int
    """Missing events, counted by their numbers."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Results of all checks, and repairs."""

    checks: list[Check]
    rebuilt: bool = False
    """The tables differed from the log and were rebuilt."""
    salvaged: Salvaged | None = None

    @property
    def ok(self) -> bool:
        """Whether all checks passed."""
        return all(check.ok for check in self.checks)


class _Damaged(Exception):
    """The file is damaged; the checks so far say how."""


def examine(path: Path, *, desk: str) -> Diagnosis:
    """Check an event file, even if it is in use or damaged.

    It only writes the tables that screens read, and only when log and file have no faults. A
    damaged file is left as it is: the readable events go into a new file next to it.

    Raises:
        KioskError: there is no such file, it cannot be read, it needs a newer kiosk, or it
            contains no events.
    """
    checks: list[Check] = []
    try:
        check_header(path)
    except KioskError as error:
        if error.code != "not_an_event":
            raise
        return _damaged_header(path, error, desk)
    try:
        differing = _check(path, checks)
    except _Damaged:
        return Diagnosis(checks, salvaged=_salvage(path, _read(path), desk))
    if not differing:
        return Diagnosis(checks)
    return _rebuild(path, checks, differing, desk)


def _damaged_header(path: Path, error: KioskError, desk: str) -> Diagnosis:
    readable = _read(path)
    if not readable.events:
        raise error
    check = Check("file", False, f"{path.name} is damaged: it does not begin like an event file.")
    return Diagnosis([check], salvaged=_salvage(path, readable, desk))


def _check(path: Path, checks: list[Check]) -> list[str]:
    """Check file, log and tables; add the results, and return the tables that differ."""
    try:
        with reading_only(path) as connection, snapshot(connection):
            checks.append(_file_check(path, connection))
            if not checks[-1].ok:
                raise _Damaged
            faults = log_faults(connection)
            checks += [_log_check(faults), _numbers_check(faults)]
            if faults.corrupt:
                raise _Damaged
            checks += _unread_checks(connection)
            if keys := invalid_settings(connection):
                checks.append(Check("settings", True, invalid_settings_sentence(keys)))
            return _tables(connection, checks)
    except sqlite3.Error as error:
        if error_name(error).startswith(_NOT_DAMAGE):
            raise as_kiosk_error(path, error) from error
        checks.append(Check("file", False, f"{path.name} is damaged: {error}."))
        raise _Damaged from error
    except UnicodeDecodeError as error:  # SQLite's message contains the corrupt bytes
        what = f"{path.name} is damaged: its schema is corrupt."
        checks.append(Check("file", False, what))
        raise _Damaged from error


def _file_check(path: Path, connection: sqlite3.Connection) -> Check:
    faults = integrity_faults(connection)
    if not faults and (fault := schema_fault(connection)):
        return Check("file", False, f"{path.name} is damaged: {fault}.")
    if not faults:
        return Check("file", True, "The file has no faults.")
    shown = "; ".join(" ".join(fault.split()) for fault in faults[:3])
    more = " ..." if len(faults) > 3 else ""
    return Check("file", False, f"{path.name} is damaged: {shown}{more}")


def _log_check(faults: LogFaults) -> Check:
    if not faults.corrupt:
        return Check("log", True, f"{counted(faults.events, 'event')} in the log, all unchanged.")
    return Check(
        "log",
        False,
        f"{faults.corrupt:,} of {faults.events:,} events in the log were changed after they "
        f"were written: {', '.join(faults.examples)}{' ...' if faults.corrupt > 5 else ''}.",
    )


def _numbers_check(faults: LogFaults) -> Check:
    if not faults.gaps:
        return Check("numbers", True, "No event is missing between the first and the last.")
    gaps = ", ".join(f"{count:,} in log {log_id[:8]}" for log_id, count in faults.gaps.items())
    return Check("numbers", False, f"Events are missing: {gaps}.")


def _unread_checks(connection: sqlite3.Connection) -> Iterator[Check]:
    """Report events that this kiosk cannot read. The log keeps them; the file has no fault."""
    logs = desk_logs(connection)
    for log_id, unread in sorted(unread_events(connection).items()):
        desk = escape_controls(logs[log_id].name) or log_id[:8]
        if unread.newer:
            what = (
                f"{counted(unread.newer, 'event')} of {desk} of an unknown kind; "
                "a newer kiosk can read them."
            )
            yield Check("unread", True, what)
        if unread.corrupt:
            what = f"{counted(unread.corrupt, 'event')} of {desk} with invalid content;"
            yield Check("unread", True, f"{what} kept in the log, and ignored.")


def _tables(connection: sqlite3.Connection, checks: list[Check]) -> list[str]:
    try:
        differing = differing_tables(connection, events_of(connection))
    except (KeyError, ValueError, TypeError, IndexError) as error:
        what = f"This kiosk cannot read the log ({type(error).__name__}: {error})."
        checks.append(Check("tables", False, what))
        return []
    if not differing:
        checks.append(Check("tables", True, "The tables agree with the log."))
    return differing


def _rebuild(path: Path, checks: list[Check], differing: list[str], desk: str) -> Diagnosis:
    what = f"Tables differed from the log: {', '.join(differing)}."
    is_rebuilt = False
    try:
        with closing(Store.open(path, desk=desk)) as store:
            kept = _kept_aside(store)
            with store.writing():
                projection.rebuild(store.connection, store.events())
            is_rebuilt = not differing_tables(store.connection, store.events())
    except KioskError as error:
        result = f"They could not be rebuilt. {error}"
    else:
        if not is_rebuilt:
            result = "They still differ after the rebuild."
        elif kept:
            result = (
                "The log has lost events that the tables still contained: the old file is kept "
                f"as {kept.name}, and the tables were rebuilt from the rest of the log."
            )
        else:
            result = "They were rebuilt; no event was lost."
    return Diagnosis([*checks, Check("tables", False, f"{what} {result}")], rebuilt=is_rebuilt)


def _kept_aside(store: Store) -> Path | None:
    """Copy the file if its tables contain more than its log; None: the log is complete.

    Raises:
        KioskError: the copy cannot be written. The tables are left as they are then.
    """
    if not entries_without_event(store.connection):
        return None
    target = unused_path(
        store.path.with_name(f"{store.path.stem}{BEFORE_DOCTOR}{store.path.suffix}")
    )
    try:
        with os_errors_as_kiosk_errors(target):
            is_kept = keep_copy(store, target)
    except sqlite3.Error as error:
        raise as_kiosk_error(target, error) from error
    if not is_kept:
        raise damaged(store.path, "a copy of it has faults")
    return target


def _read(path: Path) -> Readable:
    try:
        return readable_log(path)
    except OSError as error:
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({error.strerror}).",
            saved="It was left as it is.",
            next_step="Copy the file to another disk, and check the copy.",
            action=Action.REPAIR_EVENT,
        ) from error


def _salvage(path: Path, readable: Readable, desk: str) -> Salvaged | None:
    if not readable.events:
        return None
    target = salvaged_path(path)
    events = sorted(readable.events.values(), key=lambda event: event.stamp)
    with os_errors_as_kiosk_errors(target):
        people = write_salvaged(target, events, desk=desk)
    return Salvaged(target, len(events), people, readable.lost)
