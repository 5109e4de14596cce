"""Folders for work in progress, which may hold people: gone afterwards, even of killed programs."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WORKING = re.compile(r"kiosk-(\d{1,9})-\w{8}")
_swept_for: set[int] = set()


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for work in progress, its owner's alone and gone afterwards.

    It tells whose it is by the number of the process and by a lock: what a killed one left goes
    with the first working folder of the next, for it may hold people.
    """
    import tempfile

    if os.getpid() not in _swept_for:
        _swept_for.add(os.getpid())
        for folder in abandoned_folders():
            shutil.rmtree(folder, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(
            prefix=f"kiosk-{os.getpid()}-", ignore_cleanup_errors=True
        ) as name,
        _held(Path(name)),
    ):
        yield Path(name)


def abandoned_folders() -> list[Path]:
    """This person's working folders of programs that do not run any more."""
    import tempfile

    found = []
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            name, folder = _WORKING.fullmatch(entry.name), Path(entry.path)
            is_one = name and entry.is_dir(follow_symlinks=False) and _is_ours(entry.stat())
            if name and is_one and (not _runs(int(name[1])) or _is_let_go(folder)):
                found.append(folder)
    return found


_JUST_MADE_S = 1.0
"""A folder this young may not be held yet."""


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A lock on the folder, which the system takes away from a program that ends somehow."""
    descriptor = _locked(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _is_let_go(folder: Path) -> bool:
    """Whether nobody holds it: the number of its program was given to another since."""
    try:
        if time.time() - folder.stat().st_mtime < _JUST_MADE_S:
            return False
    except OSError:
        return False
    descriptor = _locked(folder)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder; None where another does, or the system cannot."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    descriptor = None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if descriptor is not None:
            os.close(descriptor)
        return None
    return descriptor


def _is_ours(status: os.stat_result) -> bool:
    return os.name == "nt" or status.st_uid == os.getuid()


def _runs(number: int) -> bool:
    """Whether there is such a process; asking that on Windows would end it."""
    if os.name == "nt":
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
