"""Open an event file, write to it in transactions, and add to its log."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk.domain.log.events import (
    AFTER,
    Body,
    EventKind,
    LogEvent,
    canonical_json,
    event_hash,
    import_rows_json,
)
from kiosk.domain.log.ids import hlc_ms, next_hlc
from kiosk.domain.log.setting_schema import Scope, scope_of
from kiosk.errors import Action, KioskError
from kiosk.storage.file.clone_detection import (
    CLOSED_LOGS,
    HOME,
    SEEN_STAMP,
    begin_log,
    detect_clone,
    fingerprint,
    forget,
    legacy_facts,
    local_value,
    set_local_value,
)
from kiosk.storage.file.copy import (
    BUSY_TIMEOUT_S,
    has_wal,
    in_memory,
    read_only_connection,
    reading_connection,
)
from kiosk.storage.file.header import FORMAT, check_header, newer_format, not_ours
from kiosk.storage.file.machine_facts import (
    DESK_NAME,
    FACTS_DROPPED,
    MachineFacts,
    read_facts,
    write_facts,
)
from kiosk.storage.file.modes import error_name, use_wal
from kiosk.storage.file.schema import bring_up_to_date, file_format, missing_or_foreign
from kiosk.storage.file.sqlite_errors import as_kiosk_error, cannot_write, damaged, file_taken
from kiosk.storage.log import projection
from kiosk.storage.log.reader import events_of
from kiosk.support.paths import facts_file
from kiosk.support.sqlite_header import links_left, place_of

NEWEST_STAMP = "newest_stamp"
"""In `local`: the newest stamp of another desk, however far ahead its clock is."""
_WRITING_FACTS = (
    f"SELECT key, value, 0 FROM local WHERE key IN ('log_id', '{SEEN_STAMP}', '{NEWEST_STAMP}') "
    "UNION ALL SELECT * FROM (SELECT 'last_event', seq, hlc FROM event WHERE log_id = "
    "(SELECT value FROM local WHERE key = 'log_id') ORDER BY seq DESC LIMIT 1)"
)
"""What an event's number and stamp depend on, in one query."""
_REPLACING = frozenset(
    {
        EventKind.SETTING,
        EventKind.LIST,
        EventKind.IMPORT_ROWS,
        EventKind.WALK_IN,
        EventKind.EDIT,
        EventKind.BIND,
        EventKind.BADGES_PRINTED,
        EventKind.BADGE_JOB,
        EventKind.HELP_DESK,
    }
)
"""Kinds of which the newest event counts: a correction must be newer than an event of a desk with a
fast clock, or it would be lost."""
_FOLLOWED_AHEAD_MS = 24 * 60 * 60 * 1000
"""A stamp further ahead is named as older in the body, and stamps follow the own clock: one of the
two clocks is days wrong."""


def wall_ms() -> int:
    """The computer's clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000


class Store:
    """One open event file. Used by one thread: open another for another thread."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, desk: str, clock: Callable[[], int]
    ) -> None:
        self.path = path
        self.connection = connection
        self._desk = desk
        self.clock = clock
        self.log_id = self.local("log_id")
        self._place = place_of(path)
        self._home = fingerprint(path)
        self._facts_file = facts_file(path)
        self._facts: tuple[object, MachineFacts | None] | None = None
        """The facts of this machine, and the state of their file when they were read."""
        self._new_facts: dict[str, str] | None = None
        """Facts set in this transaction; empty text: removed. None outside of a transaction."""
        self.after_commit: Callable[[list[LogEvent]], None] | None = None
        """Gets the events of a transaction when they are on the disk; it must return at once."""
        self._written: list[LogEvent] = []
        self._stored_name = self.machine_fact(DESK_NAME)

    @property
    def desk(self) -> str:
        """The name of this desk: as it was opened, until any program renames the desk."""
        stored = self.machine_fact(DESK_NAME)
        if stored != self._stored_name:
            self._stored_name = stored
            self._desk = stored or self._desk
        return self._desk

    @desk.setter
    def desk(self, name: str) -> None:
        self._desk = name

    @classmethod
    def create(cls, path: Path, *, desk: str, clock: Callable[[], int] = wall_ms) -> Store:
        """Make a new event file, readable by its owner only; the name must be free.

        Raises:
            KioskError: `file_exists`, `cannot_write`.
        """
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise file_taken(path) from None
        except OSError as error:
            raise cannot_write(path, error) from error
        os.close(descriptor)
        try:
            connection = _connect(path)
            bring_up_to_date(connection)
            set_local_value(connection, "log_id", os.urandom(16).hex())
            forget(connection)
            # only now: written to a WAL, what marks the file as ours would not be in its header yet
            use_wal(connection)
        except sqlite3.Error as error:
            path.unlink(missing_ok=True)
            raise as_kiosk_error(path, error) from error
        return cls(path, connection, desk, clock)

    @classmethod
    def open_reading(cls, path: Path, *, desk: str) -> Store:
        """Open an event file so that nothing is written to it or next to it.

        An older format is read through an upgraded copy in memory. `writing()` raises `read_only`.

        Raises:
            KioskError: as `open`.
        """
        check_header(path)
        try:
            connection = reading_connection(path)
            with _closed_on_error(connection):
                if _needs_upgrade(path, connection):
                    connection = _upgraded_in_memory(connection)
                return cls(path, connection, desk, wall_ms)
        except UnicodeDecodeError as error:  # SQLite's message quotes the corrupt bytes
            raise damaged(path, "its schema is damaged") from error
        except sqlite3.Error as error:
            raise as_kiosk_error(path, error, reading=True) from error

    @classmethod
    def open(cls, path: Path, *, desk: str, clock: Callable[[], int] = wall_ms) -> Store:
        """Open an event file, bringing an older format up to date.

        Raises:
            KioskError: `no_event_file`, `not_an_event`, `newer_format`, `damaged`,
                `cannot_read`, `file_busy`, `read_only`; the file is untouched then.
        """
        check_header(path)
        try:
            connection = _connect(path)
            with _closed_on_error(connection):
                needs_upgrade = _needs_upgrade(path, connection)  # before anything is changed
                use_wal(connection)
                if needs_upgrade:
                    bring_up_to_date(connection)
                detect_clone(connection, path)
                return cls(path, connection, desk, clock)
        except UnicodeDecodeError as error:  # SQLite's message quotes the corrupt bytes
            raise damaged(path, "its schema is damaged") from error
        except sqlite3.Error as error:
            read_only = _read_only_connection(path, error)
            if read_only is None:
                raise as_kiosk_error(path, error, reading=True) from error
            return cls(path, read_only, desk, clock)

    def wait_for_others(self, seconds: float) -> None:
        """Set how long a write waits for another program."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @property
    def is_replaced(self) -> bool:
        """Whether the name leads to another file, or the stick came back as another disk."""
        return place_of(self.path) not in (None, self._place)

    @property
    def is_deleted(self) -> bool:
        """Whether the file is deleted: it ends when this program closes it."""
        return self._place is not None and links_left(self._place) == 0

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written: opened so, or the disk is full or read-only."""
        return bool(self.connection.execute("PRAGMA query_only").fetchone()[0])

    @property
    def is_ours(self) -> bool:
        """Whether this machine wrote the file last, at this place."""
        return self.local(HOME) == self._home

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def local(self, key: str) -> str:
        """A fact of this file's log, which stays in the file; empty when not set."""
        return local_value(self.connection, key)

    def set_local(self, **values: str) -> None:
        """Store facts of this file's log; inside `writing()`."""
        _check_scope(values, Scope.FILE)
        for key, value in values.items():
            set_local_value(self.connection, key, value)

    def machine_fact(self, key: str) -> str:
        """A setting of this machine for this file; empty when not set.

        It is never read from a file that another machine, or an unknown program, wrote last.
        """
        if self._new_facts is not None and key in self._new_facts:
            return self._new_facts[key]
        kept = self._kept_facts()
        if kept is not None:
            return kept.facts.get(key, "")
        if self._facts_file.exists() or self.local(HOME) != self._home:
            return ""
        return legacy_facts(self.connection).get(key, "")

    def set_machine_facts(self, facts: Mapping[str, str]) -> None:
        """Store settings of this machine for this file; an empty value removes one. Inside
        `writing()`."""
        _check_scope(facts, Scope.MACHINE)
        if self._new_facts is None:
            raise RuntimeError("settings of this machine are set inside writing()")
        self._new_facts.update(facts)

    def continue_facts(self, before: MachineFacts) -> None:
        """Take over the settings of this machine for the event that this file replaces.

        Raises:
            KioskError: the file or the state folder cannot be written.
        """
        with self.writing():
            write_facts(
                self.path, MachineFacts(self._home, (*before.logs, self.log_id), before.facts)
            )
            self.connection.execute("DELETE FROM local WHERE key = ?", (FACTS_DROPPED,))

    def _kept_facts(self) -> MachineFacts | None:
        """The facts of this machine, where they belong to this file."""
        try:
            state = os.stat(self._facts_file)
            now: object = (state.st_mtime_ns, state.st_ino, state.st_size)
        except OSError:
            now = None
        if self._facts is None or self._facts[0] != now:
            self._facts = (now, read_facts(self.path))
        kept = self._facts[1]
        return kept if kept is not None and kept.belongs_to(self._home, self.log_id) else None

    def _write_facts(self) -> None:
        """Write the facts set in this transaction, before its commit: no other program can write
        meanwhile.

        Raises:
            KioskError: the state folder cannot be written.
        """
        new = self._new_facts or {}
        kept = self._kept_facts() or MachineFacts(self._home, ())
        facts = {key: text for key, text in {**kept.facts, **new}.items() if text}
        logs = tuple(dict.fromkeys((*kept.logs, self.log_id, self.local("log_id"))))
        if (facts, logs) != (kept.facts, kept.logs):
            write_facts(self.path, MachineFacts(self._home, logs, facts))

    def start_new_log(self, log_id: str = "") -> None:
        """Continue under a new log; the old one counts as the log of another desk.

        For a file whose log continued elsewhere, so that no number is given twice. Inside
        `writing()`.
        """
        before, self.log_id = self.log_id, begin_log(self.connection, log_id)
        kept = read_facts(self.path)
        if kept is not None and kept.belongs_to(self._home, before):
            with contextlib.suppress(KioskError):  # the settings of this machine are lost then
                write_facts(self.path, replace(kept, logs=(*kept.logs, self.log_id)))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction: all of it is durable afterwards, or nothing is written.

        IMMEDIATE, because a deferred read-then-write fails at once with "database is locked" when
        another process writes in between.

        Raises:
            KioskError: `file_busy`, `disk_full`, `read_only`, `damaged`, `cannot_write`;
                `file_gone`, `file_replaced`: what is written to a file without a name is lost.
        """
        connection = self.connection
        if place_of(self.path) != self._place:
            raise _missing_file(self)
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._written, self._new_facts = [], {}
            try:
                yield
                if self._new_facts:
                    self._write_facts()
            except BaseException:
                self._roll_back()
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            translated = as_kiosk_error(self.path, error)
            if translated.code == "disk_full":
                _reuse_wal(connection)
            raise translated from error
        finally:
            self._new_facts = None
        if self.after_commit is not None and self._written:
            self.after_commit(self._written)

    def _roll_back(self) -> None:
        """Undo the transaction; a log that began in it is not this file's."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
            self.log_id = self.local("log_id")

    def append(self, kind: EventKind, body: Body, *, subject: str = "") -> LogEvent:
        """Add one event to this desk's log and to the tables; inside `writing()`.

        Raises:
            KioskError: `not_kept`: no desk would believe it, so it is not written at all.
        """
        event = self.write_event(kind, body, subject=subject)
        if not projection.apply(self.connection, event):
            raise KioskError(
                "not_kept",
                "A value is longer than an event can hold, or contains characters it cannot hold.",
                saved="This was not saved.",
                next_step="Shorten or correct it, and try again.",
            )
        return event

    def write_event(self, kind: EventKind, body: Body, *, subject: str = "") -> LogEvent:
        """Add one event to the log only; the caller updates the tables."""

        def text(after: int) -> str:
            older = {AFTER: after} if after else {}
            return canonical_json({**body, **older, "desk": self.desk})

        return self._write(kind, text, subject)

    def write_import_rows(self, source: str, rows: Iterable[bytes]) -> LogEvent:
        """Add imported rows, already as JSON, to the log only."""

        def text(after: int) -> str:
            return import_rows_json(self.desk, source, rows, after)

        return self._write(EventKind.IMPORT_ROWS, text, subject="")

    def _write(self, kind: EventKind, text: Callable[[int], str], subject: str) -> LogEvent:
        """Write one event; `text` gives its body for a stamp to name as older (0: none)."""
        facts = self.connection.execute(_WRITING_FACTS).fetchall()
        known = {key: value for key, value, _ in facts}
        self.log_id = known["log_id"]  # another thread may have started a new log
        seq = known.get("last_event", 0)
        last_hlc = max(hlc for _, _, hlc in facts)  # only the last event has one
        now_ms = self.clock()
        last_hlc, after = max(last_hlc, int(known.get(SEEN_STAMP, 0))), 0
        if kind in _REPLACING:
            newest = int(known.get(NEWEST_STAMP, 0))
            if hlc_ms(newest) <= now_ms + _FOLLOWED_AHEAD_MS:
                last_hlc = max(last_hlc, newest)
            else:
                after = newest
        hlc = next_hlc(last_hlc, now_ms)
        event = LogEvent(self.log_id, seq + 1, hlc, kind, subject, text(after))
        self.connection.execute(
            "INSERT INTO event(log_id, seq, hlc, kind, subject, body, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*event, event_hash(event)),
        )
        self._written.append(event)
        return event

    def owns(self, log_id: str) -> bool:
        """Whether this desk writes a log, or closed it when it began to share."""
        return log_id == self.log_id or log_id in json.loads(self.local(CLOSED_LOGS) or "[]")

    def next_seq(self) -> int:
        """The number of the next event of this desk's log; inside `writing()`."""
        self.log_id = self.local("log_id")
        row = self.connection.execute(
            "SELECT max(seq) FROM event WHERE log_id = ?", (self.log_id,)
        ).fetchone()
        return (row[0] or 0) + 1

    def events(self) -> Iterator[LogEvent]:
        """The whole log of all desks, oldest first."""
        return events_of(self.connection)


def _check_scope(keys: Iterable[str], scope: Scope) -> None:
    wrong = [key for key in keys if scope_of(key) is not scope]
    if wrong:
        raise ValueError(f"not a {scope} setting: {', '.join(wrong)}")


def _missing_file(store: Store) -> KioskError:
    name = store.path.name
    if store.is_replaced:
        return KioskError(
            "file_replaced",
            f"{name} is not the file that was opened.",
            saved="This was not saved.",
            next_step="Try again: the desk opens the new file.",
        )
    return KioskError(
        "file_gone",
        f"{name} is not in its folder any more: moved, deleted, or its stick was removed.",
        saved="This was not saved.",
        next_step="Put it back and continue.",
        action=Action.RESTORE_BACKUP,
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")
    # the keys are for programs that read the file: a scan may arrive before its attendee
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


def _read_only_connection(path: Path, error: sqlite3.Error) -> sqlite3.Connection | None:
    """A read-only connection, where the disk is full or read-only: attendees can still be searched,
    and lists exported to another disk. Writing then raises `read_only`.

    None for any other error, or where changes in a write-ahead log would be missing.
    """
    refusals = ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_FULL")
    if not error_name(error).startswith(refusals) or has_wal(path):
        return None
    with contextlib.suppress(OSError, sqlite3.Error):
        connection = read_only_connection(path.resolve(), immutable=True)
        with _closed_on_error(connection):
            version = file_format(connection)
            if version < FORMAT:
                return _upgraded_in_memory(connection)
            connection.execute("SELECT count(*) FROM local").fetchone()
        if version == FORMAT:
            return connection
        connection.close()
    return None


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _needs_upgrade(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether an event has an older format.

    Raises:
        KioskError: it is no event, is damaged, or has the format of a newer kiosk, which may be in
            the write-ahead log and not yet in the header.
    """
    if not _has_log(connection):
        raise not_ours(path)
    if fault := missing_or_foreign(connection):
        raise damaged(path, fault)
    version = file_format(connection)
    if version > FORMAT:
        raise newer_format(path, version)
    return version < FORMAT


def _upgraded_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in memory of an older read-only file, upgraded; closes the original."""
    copy = in_memory(connection)
    connection.close()
    bring_up_to_date(copy)
    copy.execute("PRAGMA query_only = ON")
    return copy


def _reuse_wal(connection: sqlite3.Connection) -> None:
    """Copy the write-ahead log into the file when the disk is full, so that the next entry reuses
    its space."""
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def _has_log(connection: sqlite3.Connection) -> bool:
    """Whether the log table exists."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'event'"
    ).fetchone()
    return bool(found[0])
