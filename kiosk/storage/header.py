"""The first bytes of an event file: is it one, and can this kiosk read it? Opens no database."""

from __future__ import annotations

import errno
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.event_mark import HEADER_BYTES, bears_mark
from kiosk.first_bytes import first_bytes

FORMAT = 4
"""PRAGMA user_version: how many steps of `kiosk.storage.migrations` a file has taken. Raised with
each new step, so that a file that lacks one is known by its first bytes."""
_USER_VERSION_AT = 60


def check_header(path: Path) -> None:
    """Look at the file's first bytes only, and refuse what is no event that this kiosk can read.

    Raises:
        KioskError: it is no event of ours, or of a newer kiosk, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise IsADirectoryError(errno.EISDIR, "it is no file")
        head = first_bytes(path, HEADER_BYTES)
    except FileNotFoundError:
        raise KioskError(
            "no_event_file",
            f"There is no event file {path}.",
            saved="Nothing was changed.",
            next_step="Make one with `kiosk new`, or name another with -e.",
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({why}).",
            saved="Nothing was changed.",
            next_step="Check the name and that you may read it.",
        ) from error
    if not bears_mark(head):
        raise not_ours(path)
    version = int.from_bytes(head[_USER_VERSION_AT : _USER_VERSION_AT + 4], "big")
    if version > FORMAT:
        raise newer_format(path, version)


def newer_format(path: Path, version: int) -> KioskError:
    """What this kiosk would misread, it leaves alone."""
    return KioskError(
        "newer_format",
        f"{path} was written by a newer kiosk (format {version}, this one knows {FORMAT}).",
        saved="It was left as it is.",
        next_step="Update kiosk on this laptop and open it again.",
    )


def not_ours(path: Path) -> KioskError:
    """Another program's file, or none at all."""
    return KioskError(
        "not_an_event",
        f"{path} is not a kiosk event.",
        saved="It was left as it is.",
        next_step="To bring a list of registrations in, use `kiosk import`.",
    )
