"""Copy whole event files, and read one without changing anything on the disk."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kiosk.domain.log.setting_schema import fitting_settings
from kiosk.storage.file.clone_detection import mark_as_copy
from kiosk.storage.file.modes import snapshot
from kiosk.storage.file.schema_guard import foreign_part, refuse_foreign_parts
from kiosk.support.paths import temp_dir
from kiosk.support.progress import Progress
from kiosk.support.sqlite_header import APPLICATION_ID

BUSY_TIMEOUT_S = 10.0
"""How long a connection waits for another program that writes to the file."""


@dataclass(frozen=True, slots=True)
class LogSize:
    """The size of a file: its logs, events and attendees."""

    last_seq: dict[str, int]
    """Each log to its last number."""
    events: int
    people: int


def wal_of(path: Path) -> Path:
    """The write-ahead log of an event file."""
    return path.with_name(path.name + "-wal")


def has_wal(path: Path) -> bool:
    """Whether the file has a write-ahead log with changes: it is open, or its program was
    killed."""
    try:
        return wal_of(path).stat().st_size > 0
    except OSError:
        return False


@contextmanager
def reading_only(path: Path) -> Iterator[sqlite3.Connection]:
    """`reading_connection`, closed afterwards. Text that is not UTF-8 does not stop it.

    Raises:
        sqlite3.Error: it cannot be opened, or contains foreign views, rules or triggers.
    """
    connection = reading_connection(path)
    # rows of a damaged file may hold bytes that are not UTF-8
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        refuse_foreign_parts(connection)
        yield connection
    finally:
        connection.close()


def reading_connection(path: Path) -> sqlite3.Connection:
    """Open a file read-only, so that nothing is written to it or next to it.

    A write-ahead log is read too. SQLite reads one only with a shared-memory file, and creates
    that file where it is missing. So a file that no program has open is opened as `immutable`; if
    a killed program left a write-ahead log, a copy in memory is read.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    place = Path(os.path.realpath(path))
    if wal_of(place).exists() and place.with_name(f"{place.name}-shm").exists():
        return _shared(place) or _copy_in_memory(place)
    if has_wal(place):
        return _copy_in_memory(place)
    return read_only_connection(place, immutable=True)


def _shared(place: Path) -> sqlite3.Connection | None:
    """Read together with other programs; None if the shared-memory file cannot be used.

    That file must grow when it is used, which a full disk does not allow.
    """
    connection = read_only_connection(place)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
            return None
        raise
    return connection


def read_only_connection(place: Path, *, immutable: bool = False) -> sqlite3.Connection:
    """Open a file by its real path. `immutable`: no program writes to it meanwhile."""
    mode = "mode=ro&immutable=1" if immutable else "mode=ro"
    uri = f"file:{quote(os.fsencode(place))}?{mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def _copy_in_memory(place: Path) -> sqlite3.Connection:
    """The file and its write-ahead log, read in a temporary directory."""
    with temp_dir() as folder:
        copied = folder / place.name
        try:
            shutil.copyfile(place, copied)
            shutil.copyfile(wal_of(place), wal_of(copied))
        except OSError as error:
            raise sqlite3.OperationalError(f"cannot copy the file: {error}") from error
        with closing(sqlite3.connect(copied, isolation_level=None)) as source:
            memory = in_memory(source)
    memory.execute("PRAGMA query_only = ON")
    return memory


def in_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of a whole file in memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    source.backup(memory)
    return memory


def log_size(connection: sqlite3.Connection) -> LogSize:
    """Count the events and attendees of the connected file."""
    last = dict(connection.execute("SELECT log_id, max(seq) FROM event GROUP BY log_id").fetchall())
    events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    people = connection.execute("SELECT count(*) FROM attendee").fetchone()[0]
    return LogSize(last, events, people)


_PAGES_AT_ONCE = 1_000
"""Pages of 4 kB that are copied between two reports of progress."""


def copy_into(
    connection: sqlite3.Connection, target: Path, progress: Progress | None = None
) -> LogSize:
    """Copy the whole connected file into another, as of one moment.

    Other desks can write meanwhile. The copy is one file, without write-ahead log.

    Args:
        progress: gets the pages done and all; an exception from it ends the copy.

    Returns:
        What the copy must hold.
    """

    def show(_: int, left: int, pages: int) -> None:
        if progress is not None:
            progress(pages - left, pages)

    with snapshot(connection), closing(sqlite3.connect(target, isolation_level=None)) as copy:
        size = log_size(connection)
        connection.backup(copy, pages=_PAGES_AT_ONCE, progress=show)
        copy.execute("PRAGMA journal_mode = DELETE")
        mark_as_copy(copy)
    return size


def is_intact(path: Path) -> tuple[bool, LogSize | None]:
    """Whether SQLite finds no fault in a file, and its size."""
    try:
        with reading_only(path) as connection:
            return not integrity_faults(connection), log_size(connection)
    except (sqlite3.Error, UnicodeDecodeError):  # SQLite's message may quote a corrupt name
        return False, None


def integrity_faults(connection: sqlite3.Connection, limit: int = 20) -> list[str]:
    """The faults that SQLite's integrity check finds; empty for a sound file."""
    rows = connection.execute(f"PRAGMA integrity_check({limit})").fetchall()
    return [str(row[0]) for row in rows if row[0] != "ok"]


# Detect network shares. Only Linux lists its mounts in a file.

_MOUNTS = Path("/proc/self/mountinfo")
_SHARES = {
    "nfs": "NFS",
    "nfs4": "NFS",
    "cifs": "SMB",
    "smb3": "SMB",
    "smbfs": "SMB",
    "9p": "9p",
    "fuse.sshfs": "sshfs",
    "fuse.gvfsd-fuse": "GVfs",
    "fuse.davfs": "WebDAV",
    "fuse.rclone": "rclone",
    "fuse.glusterfs": "Gluster",
    "ceph": "Ceph",
    "afs": "AFS",
}
"""Network file systems: the system's name and the common name."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_share(path: Path, mounts: str | None = None) -> str:
    """The kind of network share that holds a file; empty for a local disk.

    Args:
        mounts: as /proc/self/mountinfo has them (proc_pid_mountinfo(5)); None: read there.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ""
    place = os.path.realpath(path)
    nearest, kind = "", ""
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 6:
            continue
        point = _unescaped(fields[4])
        # of two mounts at one place the later one is visible
        if len(point) >= len(nearest) and _is_below(place, point):
            nearest, kind = point, after.split(" ", 1)[0]
    return _SHARES.get(kind, "") if nearest != "/" else ""


def _is_below(place: str, point: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")


def _unescaped(text: str) -> str:
    """Undo the escapes of space, tab, line feed and backslash (`\\040` and the like)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)


# The summary of an event file.


@dataclass(frozen=True, slots=True)
class EventSummary:
    """The facts of an event file for a list of events."""

    settings: dict[str, Any]
    """Name, days, time zone ... as the event stores them."""
    people: int
    format: int
    """PRAGMA user_version of the file."""


def event_summary(path: Path) -> EventSummary | None:
    """The settings and the number of attendees; None for a file that is no readable event.

    Nothing is written: no write-ahead log is created and no older format is upgraded.
    """
    try:
        with closing(reading_connection(path)) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            if mark != APPLICATION_ID or foreign_part(connection):
                return None
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            rows = connection.execute("SELECT key, value FROM setting").fetchall()
            (people,) = connection.execute("SELECT count(*) FROM attendee").fetchone()
            return EventSummary(fitting_settings(rows), people, version)
    except (sqlite3.Error, OSError, ValueError):
        return None
