"""Temporary directories that are removed, by the next program if this one is killed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.support.file_lock import FileLock

_PREFIX = "kiosk-work-"
_OURS = re.compile(rf"{_PREFIX}\w{{8}}")
_LOCK_NAME = "in-use.lock"
_TRIES = 5
_swept_by: set[int] = set()


@contextmanager
def temp_dir() -> Iterator[Path]:
    """A temporary directory that only its owner can read, removed afterwards.

    The program holds a lock in it. The first temporary directory of the next program removes those
    of killed programs, because they may hold personal data.
    """
    if os.getpid() not in _swept_by:
        _swept_by.add(os.getpid())
        remove_abandoned_temp_dirs()
    folder, lock = _held_folder()
    try:
        yield folder
    finally:
        lock.release()  # first, for Windows removes no file that is open
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_temp_dirs() -> tuple[list[Path], list[Path]]:
    """Remove this user's temporary directories that no running program holds.

    Returns:
        The removed ones, and those that could not be removed.
    """
    removed: list[Path] = []
    left: list[Path] = []
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                _sweep_one(Path(entry.path), removed, left)
    return removed, left


def _sweep_one(folder: Path, removed: list[Path], left: list[Path]) -> None:
    lock = FileLock(folder / _LOCK_NAME)
    try:
        if not _is_ours(folder.stat()) or not lock.take():
            return
        shutil.rmtree(folder, ignore_errors=True)  # held, so that no program starts to use it
        lock.release()
        if folder.exists():
            shutil.rmtree(folder)
        removed.append(folder)
    except FileNotFoundError:
        removed.append(folder)
    except OSError:
        left.append(folder)
    finally:
        lock.release()


def _held_folder() -> tuple[Path, FileLock]:
    """A new directory and its lock; another program may remove it before it is locked."""
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = FileLock(folder / _LOCK_NAME)
        with contextlib.suppress(FileNotFoundError):
            if lock.take() and (folder / _LOCK_NAME).exists():
                return folder, lock
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
    # This file system has no locks, so no program can remove this directory either.
    return Path(tempfile.mkdtemp(prefix=_PREFIX)), lock


def _is_ours(status: os.stat_result) -> bool:
    return sys.platform == "win32" or status.st_uid == os.getuid()
