"""By which the first bytes of a file say that it is an event. Opens no database."""

from __future__ import annotations

from pathlib import Path

from kiosk.first_bytes import first_bytes

APPLICATION_ID = 0x4B494F53
"""`KIOS` in the SQLite header (PRAGMA application_id), so that a foreign file is known at once."""
HEADER_BYTES = 100
_SQLITE_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = 68  # https://www.sqlite.org/fileformat.html, section 1.3


def bears_mark(head: bytes) -> bool:
    """Whether a file that begins so is an event, of whatever format."""
    mark = head[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4]
    is_whole = head.startswith(_SQLITE_MAGIC) and len(head) >= HEADER_BYTES
    return is_whole and int.from_bytes(mark, "big") == APPLICATION_ID


def is_event(path: Path) -> bool:
    """Whether there is a file that is an event; False where that cannot be read."""
    try:
        return path.is_file() and bears_mark(first_bytes(path, HEADER_BYTES))
    except (OSError, ValueError):
        return False
