"""Translate SQLite errors on an event file into errors for users."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kiosk.errors import Action, KioskError, Refused, is_out_of_file_handles, too_many_files
from kiosk.storage.file.modes import NO_WAL, error_name
from kiosk.storage.file.schema import schema_fault_of

_SHARED_MEMORY = ("SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_SHMOPEN", "SQLITE_IOERR_SHMLOCK")
"""Error names where programs cannot share memory through a file."""


def sqlite_errors_as_kiosk_errors(path: Path, error: sqlite3.Error) -> KioskError | None:
    """Translate an error raised while reading; None for a mistake in our own SQL."""
    name = error_name(error)
    if not name and "decode" in str(error):  # Python's message for a text that is not UTF-8
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (fault := _damage(path, error)):
        return damaged(path, fault)
    return None if name in ("", "SQLITE_ERROR") else as_kiosk_error(path, error)


def _damage(path: Path, error: sqlite3.Error) -> str:
    """What is damaged, when a statement that is correct fails; empty: nothing known."""
    if "malformed JSON" in str(error):  # a bit of a text in a table
        return str(error)
    return schema_fault_of(path)


def as_kiosk_error(path: Path, error: sqlite3.Error, *, reading: bool = False) -> KioskError:
    """Translate an error; the cause stays attached."""
    translated = _translated(path, error)
    if not reading or translated.code == "too_many_files":
        return translated
    if error_name(error).startswith("SQLITE_CANTOPEN"):
        return Refused(
            "cannot_read",
            f"{path.name} cannot be opened now ({error}).",
            next_step="Check that its disk is connected, close other programs and try again.",
            action=Action.REPAIR_EVENT,
        )
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if translated.code == "cannot_write" and may_write:
        return damaged(path, error)  # other errors of SQLite on a file that it cannot read
    translated.saved = "Nothing was changed."
    return translated


def _no_file_can_be_opened() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return is_out_of_file_handles(error)
    return False


def _translated(path: Path, error: sqlite3.Error) -> KioskError:
    name = error_name(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        return KioskError(
            "file_busy",
            f"Another program is using {path.name}.",
            saved="This was not saved.",
            next_step="Close other programs that use it, and try again.",
        )
    if name.startswith("SQLITE_FULL"):
        return KioskError(
            "disk_full",
            f"The disk with {path.name} is full.",
            saved="This was not saved; everything before it is.",
            next_step="Free some space, and try again; searching still works.",
        )
    if name.startswith("SQLITE_CANTOPEN") and _no_file_can_be_opened():
        return too_many_files()
    if name.startswith("SQLITE_READONLY"):
        return KioskError(
            "read_only",
            f"{path.name} cannot be written: its disk is full or read-only.",
            saved="This was not saved.",
            next_step="Free some space, or move the file to a folder where you may write; "
            "searching and exporting to another disk still work.",
        )
    if str(error) == NO_WAL or name in _SHARED_MEMORY:
        return Refused(
            "no_such_disk",
            f"{path.name} is on a disk that cannot hold an event, perhaps a network share.",
            next_step="Copy it to the disk of this computer and open it there. "
            "Several laptops share an event with a file each.",
        )
    if name.startswith("SQLITE_IOERR"):
        return KioskError(
            "disk_failed",
            f"The disk with {path.name} does not answer, or is full ({error}).",
            saved="This was not saved; everything before it is.",
            next_step="Check that the disk or stick is connected and has space, then try again.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (fault := _damage(path, error)):
        return damaged(path, fault)
    return cannot_write(path, error)


def damaged(path: Path, error: Exception | str) -> KioskError:
    """The error for an event file that is damaged."""
    return KioskError(
        "damaged",
        f"{path.name} is damaged ({error}).",
        saved="It was left as it is.",
        next_step="A repair saves the readable part into a new file.",
        action=Action.REPAIR_EVENT,
    )


def file_taken(path: Path) -> KioskError:
    """The error for a new file whose name is in use."""
    return KioskError(
        "file_exists",
        f"{path} exists already.",
        saved="It was left as it is.",
        next_step="Choose another name.",
    )


def cannot_write(path: Path, error: Exception) -> KioskError:
    """The error for a file that cannot be created or written."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return KioskError(
        "cannot_write",
        f"{path} cannot be written ({reason}).",
        saved="Nothing was saved.",
        next_step="Choose a folder that exists and where you may write.",
    )
