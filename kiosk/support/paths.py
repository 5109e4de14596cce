"""Find the directories of this program, lock them, and make temporary ones."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_APP = "kiosk"
_PACKAGE = Path(__file__).resolve().parent.parent


def assets_dir() -> Path:
    """The `assets` folder: inside the package when installed, next to it in a checkout."""
    installed = _PACKAGE / "_assets"
    return installed if installed.is_dir() else _PACKAGE.parent / "assets"


def state_dir() -> Path:
    """The folder for what belongs to this person on this machine and to no event."""
    given = os.environ.get("KIOSK_STATE", "")
    if given:
        return Path(given)
    return Path(_system_folders().user_state_path(_APP))


def events_dir() -> Path:
    """The folder for new events: `kiosk` in Documents, else in the home directory."""
    documents = Path(_system_folders().user_documents_path())
    return (documents if os.path.isdir(documents) else Path.home()) / _APP


def _system_folders() -> ModuleType:
    import platformdirs  # a tenth of the time of one badge in a new process, which needs no folder

    return platformdirs


_MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""See machine-id(5); other systems use the name of the machine."""


def machine_id() -> str:
    """The identity of this machine, which stays the same when it restarts."""
    for name in _MACHINE_IDS:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if text := Path(name).read_text(encoding="ascii").strip():
                return text
    return platform.node()


def facts_file(path: Path) -> Path:
    """The file in the state folder with this machine's settings for the event file at `path`.

    Its name is a hash, because folder names often are names of people.
    """
    place = "\x1f".join((machine_id(), os.path.realpath(path)))
    name = sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return state_dir() / "events" / f"{name}.json"


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


# Temporary directories, which the next program removes if this one is killed.

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
