"""Lock files, and temporary directories that the next program removes if this one is killed."""

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

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """A lock file, held until it is released or the program ends, also when it is killed.

    filelock does not fit here: it creates the folder of a lock file again where another program has
    just removed it, which leaves folders behind and hides that a temporary directory is gone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this program holds it."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Take it at once; False where another program holds it.

        Raises:
            OSError: the lock file cannot be opened.
        """
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        if _lock(descriptor):
            self._descriptor = descriptor
            return True
        os.close(descriptor)
        return False

    def release(self) -> None:
        """Let another program take it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


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
