"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import KioskError, is_out_of_file_handles, too_many_files
from kiosk.support.sqlite_header import is_event

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def atomic_file(target: Path, *, replaces_events: bool = False) -> Iterator[BinaryIO]:
    """A file to write that takes the target's name only when all of it is on the disk.

    It is written beside the target, readable by its owner only, flushed to the disk and then
    moved over the target. Whatever goes wrong in between, a target that was there stays as it
    was, and nothing else is left. Its `name` is the path, for those who write by path.

    Args:
        replaces_events: an event, or a backup of one, may stand under the name; else it is kept.

    Raises:
        KioskError: `no_such_folder`, `not_a_file`, `is_an_event`, `disk_full`, `cannot_write`.
    """
    final = Path(os.path.realpath(target))  # a link goes on pointing to what is replaced
    check_target(target, final)
    if not replaces_events:
        check_no_event(target)
    with _told(target), beside(final) as temporary:
        with open(temporary, "xb", opener=private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, final)
        sync_folder(final.parent)


@contextmanager
def beside(final: Path) -> Iterator[Path]:
    """A free, hidden name in the folder of `final`; what is made under it is gone afterwards."""
    temporary = hidden_name(final)
    try:
        yield temporary
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                os.unlink(f"{temporary}{ending}")


def unused_path(wanted: Path, between: str = "-") -> Path:
    """The wanted path, or the first of `NAME-2`, `NAME-3` ... that nothing has yet."""
    free, number = wanted, 1
    while os.path.lexists(free):
        number += 1
        free = wanted.with_name(f"{wanted.stem}{between}{number}{wanted.suffix}")
    return free


def hidden_name(final: Path) -> Path:
    """A free name beside `final` for what is to become it; half files of long ago go meanwhile."""
    _sweep(final.parent)
    return final.with_name(f".kiosk-{secrets.token_hex(8)}.part")


_PART = re.compile(r"\.kiosk-[0-9a-f]{16}\.part(-wal|-shm|-journal)?")
_IN_USE_S = 3600
"""A file untouched for longer is nobody's any more."""


def _sweep(folder: Path) -> None:
    """Remove what a program that was killed left here long ago: half files hold people as well."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > _IN_USE_S:
                os.unlink(entry.path)


def move_new(temporary: Path, final: Path) -> None:
    """Give a finished file its name, on the disk, where that name must still be free.

    Raises:
        FileExistsError: somebody took the name.
    """
    descriptor = os.open(temporary, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, final)  # the one move that never replaces
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # sticks know no links
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final)) from None
        os.replace(temporary, final)
    else:
        os.unlink(temporary)
    sync_folder(final.parent)


def is_same_file(one: Path, other: Path) -> bool:
    """Whether both names lead to one file that is there."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def check_target(target: Path, final: Path | None = None) -> None:
    """See that a file can get this name at all.

    Raises:
        KioskError: `no_such_folder`, or `not_a_file`: a folder or a device has the name.
    """
    final = final or Path(os.path.realpath(target))
    try:
        is_there = final.exists()
    except (OSError, ValueError) as error:  # a name longer than the system has, or with a NUL
        raise cannot_write(target, error) from error
    if is_there and not final.is_file():
        raise KioskError(
            "not_a_file",
            f"{target} is no file.",
            saved="It was left as it is.",
            next_step="Give the name of a file.",
        )
    if not final.parent.is_dir():
        raise KioskError(
            "no_such_folder",
            f"There is no folder {final.parent}.",
            saved="Nothing was written.",
            next_step="Make the folder first, or choose another.",
        )


def check_no_event(target: Path) -> None:
    """See that no list, picture or page takes the place of an event.

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
        OSError: it is none, or cannot be read.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    with path.open("rb") as file:
        return file.read(size)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each its owner's alone.

    Raises:
        OSError: it cannot be made.
    """
    missing = [each for each in (folder, *folder.parents) if not each.is_dir()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def make_folder(folder: Path, *, saved: str, next_step: str) -> Path:
    """A folder of the program's own beside an event, made where it is not there yet.

    Raises:
        KioskError: `cannot_write`, with what was saved all the same and what to do.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {folder} cannot be made ({error.strerror}).",
            saved=saved,
            next_step=next_step,
        ) from error
    return folder


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk, where the system knows how (Windows does not)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def private(path: str, flags: int) -> int:
    """For `open(..., opener=private)`: readable by its owner only, from birth."""
    return os.open(path, flags, 0o600)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(target: Path, error: OSError | ValueError) -> KioskError:
    """Why a file could not be written, for a person."""
    if is_out_of_file_handles(error):
        return too_many_files()
    if isinstance(error, OSError) and error.errno in _FULL:
        return KioskError(
            "disk_full",
            f"The disk is full: {target} was not written.",
            saved="What was there before is untouched.",
            next_step="Free some space, or choose another disk.",
        )
    return KioskError(
        "cannot_write",
        f"{target} cannot be written ({getattr(error, 'strerror', None) or error}).",
        saved="What was there before is untouched.",
        next_step="Choose a folder where you may write.",
    )


# Files that appear whole or not at all.


class PendingFiles:
    """Files being written beside their targets."""

    def __init__(self) -> None:
        self._moves: list[tuple[Path, Path]] = []

    def beside(self, target: Path) -> Path:
        """Where to write what will be `target`."""
        temporary = hidden_name(target)
        self._moves.append((temporary, target))
        return temporary

    def retarget(self, targets: list[Path]) -> None:
        """New targets for the files pending, in their order."""
        pairs = zip(self._moves, targets, strict=True)
        self._moves = [(temporary, target) for (temporary, _), target in pairs]

    def commit(self) -> None:
        """Moves every file over its target and fsyncs the folder."""
        for temporary, target in self._moves:
            os.replace(temporary, target)
        for folder in {target.parent for _, target in self._moves}:
            sync_folder(folder)

    def discard(self) -> None:
        """Removes what was written."""
        for temporary, _ in self._moves:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def pending_files(target: Path) -> Iterator[PendingFiles]:
    """PDFs appear under their names only when the block ends well.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`, or the disk.
    """
    check_pdf_target(target)
    files = PendingFiles()
    try:
        yield files
        files.commit()
    except OSError as error:
        files.discard()
        raise cannot_write(target, error) from error
    except BaseException:
        files.discard()
        raise


def check_pdf_target(target: Path) -> None:
    """See that pages replace no list, no event and no device, before any is drawn.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`.
    """
    if target.suffix.casefold() != ".pdf":
        printable_name = target.name.encode("utf-8", "backslashreplace").decode()
        raise KioskError(
            "no_pdf_name",
            f"“{printable_name}” is no name for a PDF.",
            saved="Nothing was drawn.",
            next_step="Give the name of a file that ends in .pdf.",
        )
    check_target(target)
    check_no_event(target)
