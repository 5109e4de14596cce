"""The event was deleted under an open desk: what this program still holds of it is kept."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kiosk.atomic import beside, move_new
from kiosk.storage.copy import copy_into, is_sound
from kiosk.storage.salvage import salvaged_path
from kiosk.storage.store import Store

BEFORE_DOCTOR = "-before-doctor"
"""In the name of a copy whose tables knew more than its log did."""


def rescue(store: Store) -> Path | None:
    """Write a copy beside where the event was, once nothing else leads to it.

    Returns:
        The copy; None where the file still has a name, or its disk is gone too.
    """
    if not store.is_deleted:
        return None
    target = salvaged_path(store.path)
    try:
        return target if keep_copy(store, target) else None
    except (OSError, sqlite3.Error):
        return None


def keep_copy(store: Store, target: Path) -> bool:
    """Copy the whole event under a new name; False where the copy is not sound, and was not kept.

    Raises:
        OSError: the disk.
        sqlite3.Error: the same.
    """
    with beside(target) as part:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        size = copy_into(store.connection, part)
        if is_sound(part) != (True, size):
            return False
        move_new(part, target)
    return True
