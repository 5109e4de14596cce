"""Is this event file still the one it was, or a copy of it?

A copied or restored file must not go on writing under its old log: the same numbers would be
given to different events. Nothing inside a file tells a copy from its original, so the file
carries a mark of where it lies: this machine, and the file's own number on its disk.
"""

from __future__ import annotations

import contextlib
import platform
from functools import cache
from hashlib import sha256
from pathlib import Path

COPIED = "copied"
"""The mark in a backup: wherever it is put, it is a copy."""
_MACHINE_ID = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def mark_of(path: Path) -> str:
    """Where a file lies; it stays the same when the file is renamed."""
    try:
        number = path.stat().st_ino
    except OSError:
        return ""
    return f"{_machine()}:{number}" if number else ""


def is_elsewhere(mark: str, path: Path) -> bool:
    """Whether a file with this mark is now another than the one that got it."""
    here = mark_of(path)
    return bool(mark) and bool(here) and mark != here


@cache
def _machine() -> str:
    """A word for this computer that tells nothing of it.

    Source: machine-id(5) of systemd asks not to hand the number itself around.
    """
    name = platform.node()
    for path in _MACHINE_ID:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            name = path.read_text(encoding="ascii").strip() or name
            break
    return sha256(b"kiosk event file on " + name.encode("utf-8", "replace")).hexdigest()[:16]
