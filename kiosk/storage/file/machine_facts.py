"""Keep this machine's settings of an event outside of its file, in the state folder.

An event file may come from a stranger. If it held the printer, the sharing secret or a path, then
opening it would print to the sender's printer, connect to the sender's desk or read a local file.
So these settings are kept under the place of the file. They are valid only for the file that this
machine wrote last there: its `fingerprint` and its log must both be known. A copy has none.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.support.files import atomic_file, private_folder
from kiosk.support.paths import facts_file

FACTS_DROPPED = "facts_dropped"
"""In `local`, while the user does not know that settings of another machine were removed."""
DESK_NAME = "desk_name"
"""The fact that names this desk for the event."""
_LONGEST = 1_000_000
"""Bytes; a longer record is not one of ours."""


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What this machine keeps about the event file at one place."""

    home: str
    """The `fingerprint` of the file."""
    logs: tuple[str, ...]
    """The logs that this machine wrote in it, the newest last."""
    facts: dict[str, str] = field(default_factory=dict)

    def belongs_to(self, home: str, log_id: str) -> bool:
        """Whether they are of this file, and not of another file at its place."""
        return self.home == home and log_id in self.logs


def read_facts(path: Path) -> MachineFacts | None:
    """The facts kept for the place `path`; None if there are none, or they are corrupt."""
    try:
        with facts_file(path).open("rb") as file:
            kept = json.loads(file.read(_LONGEST))
        facts = {str(key): str(value) for key, value in kept["facts"].items()}
        return MachineFacts(str(kept["home"]), tuple(map(str, kept["logs"])), facts)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def write_facts(path: Path, kept: MachineFacts) -> None:
    """Replace the facts of the place `path`, on the disk.

    Raises:
        KioskError: the state folder cannot be written.
    """
    target = facts_file(path)
    try:
        private_folder(target.parent)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {target.parent} cannot be created ({error.strerror}).",
            saved="This was not saved.",
            next_step="Check your permission to write there, or set $KIOSK_STATE to another "
            "folder.",
        ) from error
    with atomic_file(target) as file:
        text = {"home": kept.home, "logs": kept.logs, "facts": kept.facts}
        file.write(json.dumps(text).encode())


def remove_facts(path: Path) -> None:
    """Forget the facts of a place: its file is deleted, or replaced by one without people."""
    with contextlib.suppress(OSError):
        facts_file(path).unlink(missing_ok=True)
