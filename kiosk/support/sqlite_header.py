"""Read the header of event files without opening a database and without losing POSIX locks."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

APPLICATION_ID = 0x4B494F53
"""`KIOS` in the SQLite header (PRAGMA application_id), which marks event files."""
HEADER_BYTES = 100
_SQLITE_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = 68  # https://www.sqlite.org/fileformat.html, section 1.3


def has_application_id(head: bytes) -> bool:
    """Whether this is the header of an event, of any format."""
    mark = head[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4]
    is_whole = head.startswith(_SQLITE_MAGIC) and len(head) >= HEADER_BYTES
    return is_whole and int.from_bytes(mark, "big") == APPLICATION_ID


def is_event(path: Path) -> bool:
    """Whether the path is an event file; False where it cannot be read."""
    try:
        return path.is_file() and has_application_id(first_bytes(path, HEADER_BYTES))
    except (OSError, ValueError):
        return False


# Reading the header of a file that this program may have open as a database.
#
# On POSIX systems, closing any descriptor of a file releases all locks of the process on it, also
# those of SQLite (https://www.sqlite.org/howtocorrupt.html, section 2.2). Another program would
# then remove the write-ahead log that this one uses. So a descriptor opened here stays open, one
# for each file, as long as the program may depend on it.

_KEPT: dict[tuple[int, int], int] = {}
"""(device, inode) to descriptor; kept open, so that the inode number is not used again."""
_KEEPING = threading.Lock()
"""Several threads read files: none may close a descriptor that another one uses."""

_OPEN_FLAGS = os.O_RDONLY
if sys.platform != "win32":
    _OPEN_FLAGS |= os.O_CLOEXEC | os.O_NONBLOCK

MOST_KEPT = 128
"""When so many others were read later, this program does not work on a file any more."""


def first_bytes(path: Path, count: int) -> bytes:
    """At most `count` bytes from the start of a file.

    Raises:
        OSError: it cannot be read.
    """
    if sys.platform == "win32":  # locks belong to the handle there
        with path.open("rb") as file:
            return file.read(count)
    with _KEEPING:
        return os.pread(_descriptor(path), count, 0)


def place_of(path: Path) -> tuple[int, int] | None:
    """(device, inode) of the file with this name; None where it cannot be reached."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino)


def links_left(place: tuple[int, int]) -> int | None:
    """The number of hard links of a file read before; None where it is not known."""
    with _KEEPING:
        kept = _KEPT.get(place)
        return os.fstat(kept).st_nlink if kept is not None and _is_at(kept, place) else None


def _descriptor(path: Path) -> int:
    status = path.stat()
    place = (status.st_dev, status.st_ino)
    kept = _KEPT.get(place)
    if kept is not None and _is_at(kept, place):
        _KEPT[place] = _KEPT.pop(place)  # the file in use never becomes the oldest
        return kept
    _KEPT.pop(place, None)
    while len(_KEPT) >= MOST_KEPT:
        oldest = next(iter(_KEPT))
        if _is_at(_KEPT[oldest], oldest):
            os.close(_KEPT[oldest])
        del _KEPT[oldest]
    descriptor = os.open(path, _OPEN_FLAGS)
    status = os.fstat(descriptor)
    _KEPT[(status.st_dev, status.st_ino)] = descriptor
    return descriptor


def _is_at(descriptor: int, place: tuple[int, int]) -> bool:
    """Whether the descriptor is still open on that file: code around this may have closed it."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == place
