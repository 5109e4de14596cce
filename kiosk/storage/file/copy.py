"""Whole copies of an event file, and reading one without changing anything about it."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kiosk.storage.file.clone_detection import mark_as_copy
from kiosk.storage.file.store import BUSY_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class LogSize:
    """What a file holds of the log, and how many people that makes."""

    last_seq: dict[str, int]
    """Each desk's log to its last number."""
    events: int
    people: int


def wal_of(path: Path) -> Path:
    """The write-ahead log beside an event file."""
    return path.with_name(path.name + "-wal")


def has_wal(path: Path) -> bool:
    """Whether changes stand beside the file: it is in use, or its program was cut off."""
    try:
        return wal_of(path).stat().st_size > 0
    except OSError:
        return False


@contextmanager
def reading_only(path: Path) -> Iterator[sqlite3.Connection]:
    """The file opened so that nothing of it, nor beside it, is written.

    With a write-ahead log beside it the file is read through that; without one it is taken as
    it stands (`immutable`), since a read-only SQLite would else leave two new files there.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    mode = "mode=ro" if has_wal(path) else "mode=ro&immutable=1"
    uri = f"file:{quote(os.fsencode(os.path.realpath(path)))}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S)
    # rows of a damaged file may hold anything; what is no UTF-8 must not stop the reading
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield connection
    finally:
        connection.close()


def log_size(connection: sqlite3.Connection) -> LogSize:
    """Count what the file behind the connection holds."""
    last = dict(connection.execute("SELECT log_id, max(seq) FROM event GROUP BY log_id").fetchall())
    events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    people = connection.execute("SELECT count(*) FROM attendee").fetchone()[0]
    return LogSize(last, events, people)


def copy_into(connection: sqlite3.Connection, target: Path) -> LogSize:
    """Copy the whole file behind a connection into another, at one moment of its life.

    Other desks go on writing meanwhile. The copy is one file, with no write-ahead log.

    Returns:
        What the copy must hold.
    """
    connection.execute("BEGIN")
    try:
        size = log_size(connection)
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            mark_as_copy(copy)
    finally:
        connection.rollback()
    return size


def is_intact(path: Path) -> tuple[bool, LogSize | None]:
    """Whether SQLite finds nothing wrong with a file, and what it holds."""
    try:
        with reading_only(path) as connection:
            return not integrity_faults(connection), log_size(connection)
    except (sqlite3.Error, UnicodeDecodeError):  # the second: SQLite's own words on spoiled names
        return False, None


def integrity_faults(connection: sqlite3.Connection, limit: int = 20) -> list[str]:
    """What SQLite's own check finds wrong; nothing for a sound file."""
    rows = connection.execute(f"PRAGMA integrity_check({limit})").fetchall()
    return [str(row[0]) for row in rows if row[0] != "ok"]


# On what kind of disk does a file lie? Linux alone tells without being asked for much.

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
"""The system's names of network file systems, and those that people know."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_share(path: Path, mounts: str | None = None) -> str:
    """What kind of network share a file lies on; empty for a disk of this computer's own.

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
        # of two at one place the later one lies on top
        if len(point) >= len(nearest) and _is_below(place, point):
            nearest, kind = point, after.split(" ", 1)[0]
    return _SHARES.get(kind, "") if nearest != "/" else ""


def _is_below(place: str, point: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")


def _unescaped(text: str) -> str:
    """Space, tab, line feed and backslash stand as `\\040` and the like there."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)
