"""Keys and notes that lie beside a shared event while a program shares it, and only then."""

from __future__ import annotations

import contextlib
from pathlib import Path

from kiosk.file_lock import FileLock
from kiosk.sync.keys import remove_tls_files
from kiosk.sync.status_file import remove_status

LOCK_NAME = "sharing.lock"


def remove_leftovers(folder: Path) -> None:
    """Leave nothing behind that opens anything, or that tells of desks."""
    with contextlib.suppress(OSError):
        remove_tls_files(folder)
        remove_status(folder)


def sweep(root: Path) -> None:
    """Remove what programs left that were killed: whoever still runs holds its lock."""
    with contextlib.suppress(OSError):
        for folder in root.iterdir():
            if any(folder.glob("*.key")) or any(folder.glob("*.pem")):
                _sweep_one(folder)


def _sweep_one(folder: Path) -> None:
    lock = FileLock(folder / LOCK_NAME)
    with contextlib.suppress(OSError):
        if lock.take():
            remove_leftovers(folder)
    lock.release()
