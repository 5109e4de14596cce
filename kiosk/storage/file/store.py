"""The event file: opening, transactions, and the one way to add to the log."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

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
from kiosk.errors import KioskError
from kiosk.storage.file.clone_detection import SEEN_STAMP, begin_log, detect_clone
from kiosk.storage.file.header import FORMAT, check_header, newer_format, not_ours
from kiosk.storage.file.schema import bring_up_to_date, file_format, missing_or_acting
from kiosk.storage.file.sqlite_errors import NO_WAL, as_kiosk_error, cannot_write, damaged
from kiosk.storage.log import projection
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
"""Kinds whose newest word wins: one that replaces what a desk with a fast clock wrote has to be
newer than that, or the correction would be lost."""
_FOLLOWED_AHEAD_MS = 24 * 60 * 60 * 1000
"""Behind this a stamp is named as older, and this desk's own stamps stay with its clock: one of
the two clocks is days off."""


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
        self.desk = desk
        self.clock = clock
        self.log_id = self.local("log_id")
        self._place = place_of(path)
        self.after_commit: Callable[[list[LogEvent]], None] | None = None
        """Gets the events of a transaction when they are on the disk; it must return at once."""
        self._written: list[LogEvent] = []

    @classmethod
    def create(cls, path: Path, *, desk: str, clock: Callable[[], int] = wall_ms) -> Store:
        """Make a new event file, readable by its owner only; the name must be free.

        Raises:
            KioskError: `file_exists`, `cannot_write`.
        """
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise KioskError(
                "file_exists",
                f"{path} exists already.",
                saved="It was left as it is.",
                next_step="Choose another name, or open it with -e.",
            ) from None
        except OSError as error:
            raise cannot_write(path, error) from error
        os.close(descriptor)
        try:
            connection = _connect(path)
            bring_up_to_date(connection)
            connection.execute(
                "INSERT INTO local(key, value) VALUES ('log_id', ?)", (secrets.token_hex(16),)
            )
            # only now: written to a WAL, what marks the file as ours would not be in its header yet
            _use_wal(connection)
        except sqlite3.Error as error:
            path.unlink(missing_ok=True)
            raise as_kiosk_error(path, error) from error
        return cls(path, connection, desk, clock)

    @classmethod
    def open(cls, path: Path, *, desk: str, clock: Callable[[], int] = wall_ms) -> Store:
        """Open an event file, bringing an older format up to date.

        Raises:
            KioskError: `no_event_file`, `not_an_event`, `newer_format`, `damaged`,
                `cannot_read`, `file_busy`, `read_only`; the file is untouched then.
        """
        check_header(path)
        connection = None
        try:
            connection = _connect(path)
            if not _has_log(connection):  # before anything of it is changed
                connection.close()
                raise not_ours(path)
            if fault := missing_or_acting(connection):
                connection.close()
                raise damaged(path, fault)
            _use_wal(connection)
            version = file_format(connection)
            if version > FORMAT:  # written to the log beside the file, and not to its header yet
                connection.close()
                raise newer_format(path, version)
            if version < FORMAT:
                bring_up_to_date(connection)
            detect_clone(connection, path)
            return cls(path, connection, desk, clock)
        except UnicodeDecodeError as error:  # SQLite names what is spoiled, in the spoiled bytes
            if connection is not None:
                connection.close()
            raise damaged(path, "its table of contents is spoiled") from error
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            looking_on = _to_look_only(path, error)
            if looking_on is None:
                raise as_kiosk_error(path, error, reading=True) from error
            return cls(path, looking_on, desk, clock)

    def wait_for_others(self, seconds: float) -> None:
        """How long work on the file waits while another program holds it."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @property
    def is_replaced(self) -> bool:
        """Another file has the name, or the same stick came back as another disk."""
        return place_of(self.path) not in (None, self._place)

    @property
    def is_deleted(self) -> bool:
        """No name leads to the file any more: it ends when this program lets go of it."""
        return self._place is not None and links_left(self._place) == 0

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def local(self, key: str) -> str:
        """A fact of this file on this machine; empty when not set."""
        row = self.connection.execute("SELECT value FROM local WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_local(self, **values: str) -> None:
        """Note facts of this file on this machine; inside `writing()`."""
        self.connection.executemany(
            "INSERT INTO local(key, value) VALUES (?, ?) "
            "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            list(values.items()),
        )

    def start_new_log(self) -> None:
        """Write under a new log from now on, and keep the old one as somebody else's.

        For a file whose log has gone on elsewhere, so that a number is never given twice. Inside
        `writing()`.
        """
        self.log_id = begin_log(self.connection)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction: all of it is durable afterwards, or none of it happened.

        IMMEDIATE, because a deferred read-then-write fails at once with "database is locked"
        when another process writes in between.

        Raises:
            KioskError: `file_busy`, `disk_full`, `read_only`, `damaged`, `cannot_write`;
                `file_gone`, `file_replaced`: what is written to a file without a name is lost.
        """
        connection = self.connection
        if place_of(self.path) != self._place:
            raise _gone(self)
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._written = []
            try:
                yield
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            told = as_kiosk_error(self.path, error)
            if told.code == "disk_full":
                _use_log_again(connection)
            raise told from error
        if self.after_commit is not None and self._written:
            self.after_commit(self._written)

    def append(self, kind: EventKind, body: Body, *, subject: str = "") -> LogEvent:
        """Add one event to this desk's log and to the projection; inside `writing()`.

        Raises:
            KioskError: `not_kept`: no desk would believe it, so it is not written at all.
        """
        event = self.write_event(kind, body, subject=subject)
        if not projection.apply(self.connection, event):
            raise KioskError(
                "not_kept",
                "Something given is longer or odder than an event can keep.",
                saved="This was not saved.",
                next_step="Make it shorter, and try again.",
            )
        return event

    def write_event(self, kind: EventKind, body: Body, *, subject: str = "") -> LogEvent:
        """Add one event to the log alone; the caller projects it."""

        def text(after: int) -> str:
            told = {AFTER: after} if after else {}
            return canonical_json({**body, **told, "desk": self.desk})

        return self._write(kind, text, subject)

    def write_import_rows(self, source: str, rows: Iterable[bytes]) -> LogEvent:
        """Add a chunk of imported rows, JSON already, to the log alone."""

        def text(after: int) -> str:
            return import_rows_json(self.desk, source, rows, after)

        return self._write(EventKind.IMPORT_ROWS, text, subject="")

    def _write(self, kind: EventKind, text: Callable[[int], str], subject: str) -> LogEvent:
        """`text`: the body, with the stamp that it is to name as older; 0: none."""
        facts = self.connection.execute(_WRITING_FACTS).fetchall()
        known = {key: value for key, value, _ in facts}
        self.log_id = known["log_id"]  # another thread may have begun a new log
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

    def next_seq(self) -> int:
        """The number that the next event of this desk's log will have; inside `writing()`."""
        self.log_id = self.local("log_id")
        row = self.connection.execute(
            "SELECT max(seq) FROM event WHERE log_id = ?", (self.log_id,)
        ).fetchone()
        return (row[0] or 0) + 1

    def events(self) -> Iterator[LogEvent]:
        """The whole log of all desks, oldest first."""
        for row in self.connection.execute(
            "SELECT log_id, seq, hlc, kind, subject, body FROM event ORDER BY hlc, log_id, seq"
        ):
            yield LogEvent(*row)


def _gone(store: Store) -> KioskError:
    name = store.path.name
    if store.is_replaced:
        return KioskError(
            "file_replaced",
            f"{name} is another file than the one that was opened.",
            saved="This was not saved.",
            next_step="Try again: the desk opens the file that is there now.",
        )
    return KioskError(
        "file_gone",
        f"{name} is not in its folder any more: moved, deleted, or its stick was pulled.",
        saved="This was not saved.",
        next_step="Put it back, and the desk goes on; `kiosk restore` brings a backup back.",
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _to_look_only(path: Path, error: sqlite3.Error) -> sqlite3.Connection | None:
    """A connection that only reads, where the disk is full or read-only: people can still be
    looked up, and lists be exported to another disk. Writing then says `read_only`.

    None where it is something else, or changes beside the file could not be seen that way.
    """
    name = getattr(error, "sqlite_errorname", "") or ""
    beside = path.with_name(path.name + "-wal")
    if not name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_FULL")):
        return None
    connection = None
    try:
        if beside.exists() and beside.stat().st_size > 0:
            return None
        uri = f"file:{quote(os.fsencode(path.resolve()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        if file_format(connection) < FORMAT:
            return _brought_up_in_memory(connection)
        if file_format(connection) == FORMAT:
            connection.execute("SELECT count(*) FROM local").fetchone()
            return connection
    except (OSError, sqlite3.Error):
        pass
    if connection is not None:
        connection.close()
    return None


def _brought_up_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """An older file that may not be written, as this kiosk would have it; closes the original."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    connection.close()
    bring_up_to_date(copy)
    copy.execute("PRAGMA query_only = ON")
    return copy


def _use_log_again(connection: sqlite3.Connection) -> None:
    """The disk is full: what stands in the write-ahead log goes to its place in the file, so that
    the next entry is written over it and needs no more room."""
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def _has_log(connection: sqlite3.Connection) -> bool:
    """Whether there is the table that is the truth of every event."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'event'"
    ).fetchone()
    return bool(found[0])


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write beside the file first.

    Raises:
        sqlite3.OperationalError: its disk cannot do that (https://www.sqlite.org/wal.html: all
            programs on the file must be on one computer).
    """
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode not in ("wal", "memory"):
        raise sqlite3.OperationalError(NO_WAL)


# How long this program waits for another one that writes into the same file.

BUSY_TIMEOUT_S = 10.0
"""Of every connection; then it is told that another program is holding the file."""
