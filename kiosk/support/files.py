"""Write files atomically: a file appears complete or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import KioskError, NotDrawn, NotWritten, is_out_of_file_handles, too_many_files
from kiosk.support.paths import FileLock, facts_file
from kiosk.support.sqlite_header import is_event

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def atomic_file(target: Path, *, replaces_events: bool = False) -> Iterator[BinaryIO]:
    """Write a file that gets its name only when all of it is on the disk.

    It is written under a hidden name in the same folder, readable by its owner only, flushed to the
    disk and then moved over the target. On any error an existing target stays as it was and nothing
    else remains. Its `name` is its path.

    Args:
        replaces_events: an event, or a backup of one, may be replaced; else that is an error.

    Raises:
        KioskError: `no_such_folder`, `not_a_file`, `is_an_event`, `disk_full`, `cannot_write`.
    """
    final = Path(os.path.realpath(target))  # a link keeps pointing to the replaced file
    check_target(target, final)
    if not replaces_events:
        check_no_event(target)
    with os_errors_as_kiosk_errors(target), temporary_file(final) as temporary:
        with open(temporary, "xb", opener=private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, final)
        sync_folder(final.parent)


@contextmanager
def temporary_file(final: Path) -> Iterator[Path]:
    """A free hidden path in the folder of `final`; the file is removed afterwards."""
    temporary = hidden_name(final)
    try:
        yield temporary
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                os.unlink(f"{temporary}{ending}")


def unused_path(wanted: Path, between: str = "-") -> Path:
    """The wanted path, or the first free of `NAME-2`, `NAME-3` ..."""
    free, number = wanted, 1
    while os.path.lexists(free):
        number += 1
        free = wanted.with_name(f"{wanted.stem}{between}{number}{wanted.suffix}")
    return free


def hidden_name(final: Path) -> Path:
    """A free hidden name in the folder of `final`; old incomplete files there are removed."""
    _sweep(final.parent)
    return final.with_name(f".kiosk-{os.urandom(8).hex()}.part")


_PART = re.compile(r"\.kiosk-[0-9a-f]{16}\.(part(-wal|-shm|-journal)?|resume|lock)")
_IN_USE_S = 3600
"""An incomplete file that is older belongs to no running program."""


def _sweep(folder: Path) -> None:
    """Remove old incomplete files of killed programs: they may hold personal data."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > _IN_USE_S:
                os.unlink(entry.path)
                _forget(Path(entry.path))


@contextmanager
def locked_part(final: Path) -> Iterator[Path]:
    """As `temporary_file`; the next program removes the file if this one is killed."""
    remove_killed_parts(final.parent)
    with temporary_file(final) as temporary:
        lock = FileLock(temporary.with_suffix(_LOCK))
        with contextlib.suppress(OSError):  # a folder without locks: the file ends by its age
            lock.take()
        try:
            yield temporary
        finally:
            lock.release()
            with contextlib.suppress(OSError):
                temporary.with_suffix(_LOCK).unlink()


_LOCK = ".lock"


def remove_killed_parts(folder: Path) -> None:
    """Remove the files of `locked_part` of programs that were killed: they hold personal data.

    The settings of this machine for them hold the secret of the event.
    """
    with contextlib.suppress(OSError):
        for path in folder.glob(f".kiosk-*{_LOCK}"):
            lock = FileLock(path)
            if _PART.fullmatch(path.name) and lock.take():
                _forget(path.with_suffix(".part"))
                for ending in (".part", ".part-wal", ".part-shm", ".part-journal", _LOCK):
                    with contextlib.suppress(OSError):
                        path.with_suffix(ending).unlink()
            lock.release()


def _forget(part: Path) -> None:
    """Remove this machine's settings for an incomplete event file."""
    with contextlib.suppress(OSError):
        facts_file(part).unlink()


def move_new(temporary: Path, final: Path) -> None:
    """Move a finished file to a name that must still be free, on the disk.

    Raises:
        FileExistsError: the name is taken.
    """
    _flush(temporary, os.O_RDWR)
    try:
        os.link(temporary, final)  # the one move that never replaces
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # USB sticks have no links
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final)) from None
        os.replace(temporary, final)
    else:
        os.unlink(temporary)
    sync_folder(final.parent)


def is_same_file(one: Path, other: Path) -> bool:
    """Whether both paths are one existing file."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def check_target(target: Path, final: Path | None = None) -> None:
    """Check that a file can have this name.

    Raises:
        KioskError: `no_such_folder`, or `not_a_file`: a folder or a device has the name.
    """
    final = final or Path(os.path.realpath(target))
    try:
        is_there = final.exists()
    except (OSError, ValueError) as error:  # the name is too long, or contains NUL
        raise cannot_write(target, error) from error
    if is_there and not final.is_file():
        raise KioskError(
            "not_a_file",
            f"{target} is not a file.",
            saved="It was left as it is.",
            next_step="Give the name of a file.",
        )
    if not final.parent.is_dir():
        raise NotWritten(
            "no_such_folder",
            f"There is no folder {final.parent}.",
            next_step="Create the folder first, or choose another.",
        )


def check_no_event(target: Path) -> None:
    """Check that an export does not replace an event.

    Raises:
        KioskError: `is_an_event`.
    """
    if is_event(target):
        raise KioskError(
            "is_an_event",
            f"{target} is an event, or a backup of one.",
            saved="It was left as it is.",
            next_step="Choose another name.",
        )


def plain_bytes(path: Path, size: int = -1) -> bytes:
    """At most `size` bytes of a file; a pipe or a device might never end.

    Raises:
        OSError: it is not a file, or cannot be read.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")
    with path.open("rb") as file:
        return file.read(size)


MANY_FILES = 8_192
"""Below the lowest limit that macOS accepts (`OPEN_MAX`, 10,240)."""


def allow_many_files() -> None:
    """Let this program open more files and connections, as far as the system allows.

    The usual limits are 256 (macOS) and 1,024 (Linux). A program that scans the network opens as
    many connections to a desk, and the engine closes refused ones slowly; the desk could then open
    no file.
    """
    if sys.platform == "win32":
        return
    import resource  # Windows does not have it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # the system allows less: as before
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def has_few_handles_left() -> bool:
    """Whether this program has used more than half of the files that it may open."""
    if sys.platform == "win32":
        return False
    import resource  # Windows does not have it

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    try:
        lowest_free = os.open(os.devnull, os.O_RDONLY)
    except OSError as error:
        return error.errno == errno.EMFILE
    os.close(lowest_free)
    return soft != resource.RLIM_INFINITY and lowest_free > soft // 2


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents, readable by their owner only.

    Raises:
        OSError: it cannot be made.
    """
    missing = [each for each in (folder, *folder.parents) if not each.is_dir()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def make_folder(folder: Path, *, saved: str, next_step: str) -> Path:
    """Create a folder next to an event, unless it is there.

    Raises:
        KioskError: `cannot_write`, with these texts.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {folder} cannot be created ({error.strerror}).",
            saved=saved,
            next_step=next_step,
        ) from error
    return folder


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system can (Windows cannot)."""
    with contextlib.suppress(OSError):
        _flush(folder, os.O_RDONLY)


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def private(path: str, flags: int) -> int:
    """For `open(..., opener=private)`: a new file is readable by its owner only."""
    return os.open(path, flags, 0o600)


@contextmanager
def os_errors_as_kiosk_errors(target: Path) -> Iterator[None]:
    """Explain an error of the disk as `cannot_write` does."""
    try:
        yield
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(target: Path, error: OSError | ValueError) -> KioskError:
    """The error for a file that could not be written."""
    if is_out_of_file_handles(error):
        return too_many_files()
    if isinstance(error, OSError) and error.errno in _FULL:
        return KioskError(
            "disk_full",
            f"The disk is full: {target} was not written.",
            saved="An existing file was not changed.",
            next_step="Free some space, or choose another disk.",
        )
    return KioskError(
        "cannot_write",
        f"{target} cannot be written ({getattr(error, 'strerror', None) or error}).",
        saved="An existing file was not changed.",
        next_step="Choose a folder where you may write.",
    )


# Several files that appear together.


class PendingFiles:
    """Files written under hidden names until all are complete."""

    def __init__(self) -> None:
        self._moves: list[tuple[Path, Path]] = []

    def temporary_path(self, target: Path) -> Path:
        """The path under which to write `target`."""
        temporary = hidden_name(target)
        self._moves.append((temporary, target))
        return temporary

    def retarget(self, targets: list[Path]) -> None:
        """Change the targets of the pending files, in their order."""
        pairs = zip(self._moves, targets, strict=True)
        self._moves = [(temporary, target) for (temporary, _), target in pairs]

    def commit(self) -> None:
        """Move each file to its target and flush the folders."""
        for temporary, target in self._moves:
            os.replace(temporary, target)
        for folder in {target.parent for _, target in self._moves}:
            sync_folder(folder)

    def discard(self) -> None:
        """Remove the pending files."""
        for temporary, _ in self._moves:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def pending_files(target: Path) -> Iterator[PendingFiles]:
    """Write PDFs that get their names only when the block ends without an error.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`, or the disk.
    """
    check_pdf_target(target)
    files = PendingFiles()
    try:
        with os_errors_as_kiosk_errors(target):
            yield files
            files.commit()
    except BaseException:
        files.discard()
        raise


def check_pdf_target(target: Path) -> None:
    """Check, before drawing, that a PDF replaces no list, event or device.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`.
    """
    if target.suffix.casefold() != ".pdf":
        printable_name = target.name.encode("utf-8", "backslashreplace").decode()
        raise NotDrawn(
            "no_pdf_name",
            f"“{printable_name}” is not the name of a PDF.",
            next_step="Give the name of a file that ends in .pdf.",
        )
    check_target(target)
    check_no_event(target)
