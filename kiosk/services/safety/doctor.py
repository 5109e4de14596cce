"""Is the event file sound? What only needs building anew is built; what is broken is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.log.setting_schema import invalid_settings_sentence
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.safety.restore import BEFORE_DOCTOR, keep_copy
from kiosk.storage.file.copy import integrity_faults, reading_only
from kiosk.storage.file.create import salvaged_path, write_salvaged
from kiosk.storage.file.header import check_header
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
from kiosk.storage.replication.merge import names_of_logs
from kiosk.support.files import cannot_write, unused_path

_NOT_DAMAGE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL"),
)


def explain_file_error(path: Path, error: Exception) -> KioskError | None:
    """Explain an unexpected error by the state of the event file; None if the file is sound.

    Args:
        path: the event file in use when the error happened.
        error: SQLite's error, or any other; a corrupt file is looked for behind the others.
    """
    if isinstance(error, sqlite3.Error):
        return sqlite_errors_as_kiosk_errors(path, error)
    return damage_behind(path)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    code: str
    """`file`, `log`, `numbers`, `unread`, `settings` (these two only if there is something) or
    `tables`."""
    ok: bool
    what: str
    """A sentence: what was found."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A new file with what could be read of a damaged one."""

    file: Path
    events: int
    people: int
    lost: int
    """Events that were there once, as far as their numbers tell."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found and done."""

    checks: list[Check]
    rebuilt: bool = False
    """The tables differed from the log and were built anew."""
    salvaged: Salvaged | None = None

    @property
    def ok(self) -> bool:
        """Nothing was wrong."""
        return all(check.ok for check in self.checks)


class _Damaged(Exception):
    """The file cannot be trusted; the checks so far tell why."""


def examine(path: Path, *, desk: str) -> Diagnosis:
    """Check an event file, in use or not, readable or not.

    Only the tables that screens read are ever written to, and only when log and file are sound.
    A damaged file is left as it is: what can be read of its log goes into a new file beside it.

    Raises:
        KioskError: there is no such file, it cannot be read, is of a newer kiosk, or has
            nothing of an event in it.
    """
    checks: list[Check] = []
    try:
        check_header(path)
    except KioskError as error:
        if error.code != "not_an_event":
            raise
        return _spoiled_header(path, error, desk)
    try:
        differing = _check(path, checks)
    except _Damaged:
        return Diagnosis(checks, salvaged=_salvage(path, _read(path), desk))
    if not differing:
        return Diagnosis(checks)
    return _rebuild(path, checks, differing, desk)


def _spoiled_header(path: Path, error: KioskError, desk: str) -> Diagnosis:
    found = _read(path)
    if not found.events:
        raise error
    check = Check("file", False, f"{path.name} is damaged: its beginning is no event file's.")
    return Diagnosis([check], salvaged=_salvage(path, found, desk))


def _check(path: Path, checks: list[Check]) -> list[str]:
    """Look at file, log and tables; add what was found, and return the tables that differ."""
    try:
        with reading_only(path) as connection:
            connection.execute("BEGIN")
            checks.append(_file_check(path, connection))
            if not checks[-1].ok:
                raise _Damaged
            faults = log_faults(connection)
            checks += [_log_check(faults), _numbers_check(faults)]
            if faults.spoiled:
                raise _Damaged
            checks += _unread_checks(connection)
            if keys := invalid_settings(connection):
                checks.append(Check("settings", True, invalid_settings_sentence(keys)))
            return _tables(connection, checks)
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(_NOT_DAMAGE):
            raise as_kiosk_error(path, error) from error
        checks.append(Check("file", False, f"{path.name} is damaged: {error}."))
        raise _Damaged from error
    except UnicodeDecodeError as error:  # SQLite names what is spoiled, in the spoiled bytes
        what = f"{path.name} is damaged: its table of contents is spoiled."
        checks.append(Check("file", False, what))
        raise _Damaged from error


def _file_check(path: Path, connection: sqlite3.Connection) -> Check:
    faults = integrity_faults(connection)
    if not faults and (fault := schema_fault(connection)):
        return Check("file", False, f"{path.name} is damaged: {fault}.")
    if not faults:
        return Check("file", True, "The file is sound.")
    shown = "; ".join(" ".join(fault.split()) for fault in faults[:3])
    more = " ..." if len(faults) > 3 else ""
    return Check("file", False, f"{path.name} is damaged: {shown}{more}")


def _log_check(faults: LogFaults) -> Check:
    if not faults.spoiled:
        return Check("log", True, f"{counted(faults.events, 'event')} of the log, all as written.")
    return Check(
        "log",
        False,
        f"{faults.spoiled:,} of {faults.events:,} events of the log were changed after they "
        f"were written: {', '.join(faults.examples)}{' ...' if faults.spoiled > 5 else ''}.",
    )


def _numbers_check(faults: LogFaults) -> Check:
    if not faults.gaps:
        return Check("numbers", True, "No event is missing between the first and the last.")
    gaps = ", ".join(f"{count:,} in log {log_id[:8]}" for log_id, count in faults.gaps.items())
    return Check("numbers", False, f"Events are missing: {gaps}.")


def _unread_checks(connection: sqlite3.Connection) -> Iterator[Check]:
    """No fault of the file: its log keeps them for a kiosk that can read them."""
    names = names_of_logs(connection)
    for log_id, unread in sorted(unread_events(connection).items()):
        desk = escape_controls(names[log_id][0]) or log_id[:8]
        if unread.newer:
            what = (
                f"{_count_of(unread.newer)} of {desk} of a kind that this kiosk does not know; "
                "a newer kiosk reads it."
            )
            yield Check("unread", True, what)
        if unread.spoiled:
            what = f"{_count_of(unread.spoiled)} of {desk} not saying what the kind should say;"
            yield Check("unread", True, f"{what} kept, and counted for nothing.")


def _count_of(events: int) -> str:
    """`1 event`, `1,200 events`."""
    return f"{events:,} event{'s' if events != 1 else ''}"


def _tables(connection: sqlite3.Connection, checks: list[Check]) -> list[str]:
    try:
        differing = differing_tables(connection, events_of(connection))
    except (KeyError, ValueError, TypeError, IndexError) as error:
        what = f"The log holds what this kiosk cannot read ({type(error).__name__}: {error})."
        checks.append(Check("tables", False, what))
        return []
    if not differing:
        checks.append(Check("tables", True, "The tables say what the log says."))
    return differing


def _rebuild(path: Path, checks: list[Check], differing: list[str], desk: str) -> Diagnosis:
    what = f"Tables differed from the log: {', '.join(differing)}."
    kept = None
    try:
        store = Store.open(path, desk=desk)
        try:
            kept = _kept_aside(store)
            with store.writing():
                projection.rebuild(store.connection, store.events())
            still = differing_tables(store.connection, store.events())
        finally:
            store.close()
    except KioskError as error:
        check = Check("tables", False, f"{what} They could not be built anew. {error}")
        return Diagnosis([*checks, check])
    if still:
        check = Check("tables", False, f"{what} Built anew, they still differ.")
        return Diagnosis([*checks, check])
    told = f"{what} They were built anew; no event was lost."
    if kept:
        told = (
            f"{what} The log has lost events that they still told of: the file as it was is kept "
            f"as {kept.name}, and the tables were built anew from what is left of the log."
        )
    return Diagnosis([*checks, Check("tables", False, told)], rebuilt=True)


def _kept_aside(store: Store) -> Path | None:
    """A copy, where the tables know of what the log has lost; None where it holds all of it.

    Raises:
        KioskError: it cannot be written. The tables are left as they are then.
    """
    if not entries_without_event(store.connection):
        return None
    target = unused_path(
        store.path.with_name(f"{store.path.stem}{BEFORE_DOCTOR}{store.path.suffix}")
    )
    try:
        is_kept = keep_copy(store, target)
    except OSError as error:
        raise cannot_write(target, error) from error
    except sqlite3.Error as error:
        raise as_kiosk_error(target, error) from error
    if not is_kept:
        raise damaged(store.path, "a copy of it is not sound")
    return target


def _read(path: Path) -> Readable:
    try:
        return readable_log(path)
    except OSError as error:
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({error.strerror}).",
            saved="It was left as it is.",
            next_step="Copy the file to another disk, and run `kiosk doctor` on the copy.",
        ) from error


def _salvage(path: Path, found: Readable, desk: str) -> Salvaged | None:
    if not found.events:
        return None
    target = salvaged_path(path)
    events = sorted(found.events.values(), key=lambda event: event.stamp)
    try:
        people = write_salvaged(target, events, desk=desk)
    except OSError as error:
        raise cannot_write(target, error) from error
    return Salvaged(target, len(events), people, found.lost)
