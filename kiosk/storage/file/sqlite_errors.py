"""What SQLite says of an event file, for a person."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kiosk.errors import KioskError, is_out_of_file_handles, too_many_files
from kiosk.storage.file.schema import schema_fault_of

NO_WAL = "the disk has no write-ahead log"
_SHARED_MEMORY = ("SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_SHMOPEN", "SQLITE_IOERR_SHMLOCK")
"""What SQLite says where programs cannot share memory through a file."""


def sqlite_errors_as_kiosk_errors(path: Path, error: sqlite3.Error) -> KioskError | None:
    """What a spoiled page or a held file means, met while reading; None for a mistake of our own
    SQL, which stays what it is."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if not name and "decode" in str(error):  # Python's own word for a text that is none
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (fault := schema_fault_of(path)):
        return damaged(path, fault)
    return None if name in ("", "SQLITE_ERROR") else as_kiosk_error(path, error)


def as_kiosk_error(path: Path, error: sqlite3.Error, *, reading: bool = False) -> KioskError:
    """What went wrong with the file, for a person; the cause stays attached."""
    told = _explain(path, error)
    if not reading or told.code == "too_many_files":
        return told
    if (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_CANTOPEN"):
        return KioskError(
            "cannot_read",
            f"{path.name} cannot be opened now ({error}).",
            saved="Nothing was changed.",
            next_step="See that its disk is there and close other programs, then try again; "
            "if it stays so, run `kiosk doctor`.",
        )
    if told.code == "cannot_write" and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return damaged(path, error)  # what else SQLite says of a file it cannot make sense of
    told.saved = "Nothing was changed."
    return told


def _no_file_can_be_opened() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return is_out_of_file_handles(error)
    return False


def _explain(path: Path, error: sqlite3.Error) -> KioskError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        return KioskError(
            "file_busy",
            f"Another program is holding {path.name}.",
            saved="This was not saved.",
            next_step="Close other programs that have it open, and try again.",
        )
    if name.startswith("SQLITE_FULL"):
        return KioskError(
            "disk_full",
            f"The disk with {path.name} is full.",
            saved="This was not saved; everything before it is.",
            next_step="Free some space, and try again; looking up still works.",
        )
    if name.startswith("SQLITE_CANTOPEN") and _no_file_can_be_opened():
        return too_many_files()
    if name.startswith("SQLITE_READONLY"):
        return KioskError(
            "read_only",
            f"{path.name} cannot be written to: its disk is full, or may only be read.",
            saved="This was not saved.",
            next_step="Free some space, or move the file to a folder where you may write; "
            "looking up and exporting to another disk still work.",
        )
    if str(error) == NO_WAL or name in _SHARED_MEMORY:
        return KioskError(
            "no_such_disk",
            f"{path.name} lies on a disk that cannot keep an event, a network share perhaps.",
            saved="Nothing was changed.",
            next_step="Copy it to this computer's own disk and open it there; several laptops "
            "each have their own file: see `kiosk share`.",
        )
    if name.startswith("SQLITE_IOERR"):
        return KioskError(
            "disk_failed",
            f"The disk with {path.name} does not answer, or is full ({error}).",
            saved="This was not saved; everything before it is.",
            next_step="See that the disk or stick is in and has space, then try again.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (fault := schema_fault_of(path)):
        return damaged(path, fault)
    return cannot_write(path, error)


def damaged(path: Path, error: Exception | str) -> KioskError:
    """The file is an event of ours, but broken inside."""
    return KioskError(
        "damaged",
        f"{path.name} is damaged ({error}).",
        saved="It was left as it is.",
        next_step="Run `kiosk doctor` on it: what can be read is saved into a new file.",
    )


def cannot_write(path: Path, error: Exception) -> KioskError:
    """A new file cannot be made."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return KioskError(
        "cannot_write",
        f"{path} cannot be written ({reason}).",
        saved="Nothing was saved.",
        next_step="Choose a folder that exists and where you may write.",
    )
