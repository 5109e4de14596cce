"""Remember which events were opened on this machine, and the theme."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.support.files import atomic_file, private_folder
from kiosk.support.paths import state_dir

REHEARSALS = "rehearsals"
REHEARSAL_FILE = "rehearsal.kiosk"
RECENT = 20
"""The most events whose paths are remembered."""


def is_rehearsal(path: Path) -> bool:
    """Whether this path is the file of a rehearsal."""
    return path.name == REHEARSAL_FILE and path.parent.parent.name == REHEARSALS


def has_rehearsals() -> bool:
    """Whether an event is being rehearsed on this computer."""
    return (state_dir() / REHEARSALS).is_dir()


def remember_event(path: Path) -> None:
    """Remember the event for the next start; a full or read-only disk is ignored.

    Rehearsals are not remembered.
    """
    if is_rehearsal(path):
        return
    with contextlib.suppress(OSError, KioskError):
        path = path.resolve()
        _write("last-event", os.fsencode(path))
        before = [other for other in opened_events() if other != path]
        lines = [os.fsencode(item) for item in (path, *before)][:RECENT]
        _write("recent-events", b"\n".join(line for line in lines if b"\n" not in line))


def _write(name: str, content: bytes) -> None:
    private_folder(state_dir())
    with atomic_file(state_dir() / name) as file:
        file.write(content)


def recent_events() -> list[Path]:
    """The recently opened events whose files still exist, newest first."""
    return [path for path in opened_events() if os.path.isfile(path)]


def opened_events() -> list[Path]:
    """The recently opened events, newest first, including deleted files."""
    try:
        lines = (state_dir() / "recent-events").read_bytes().split(b"\n")
    except OSError:
        return []
    return [Path(os.fsdecode(line)) for line in lines if line.strip()]


def remembered_event() -> Path | None:
    """The event opened last, if its file still exists."""
    try:
        path = Path(os.fsdecode((state_dir() / "last-event").read_bytes()))
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def remember_theme(name: str) -> None:
    """Remember the chosen theme; a full or read-only disk is ignored."""
    with contextlib.suppress(OSError, KioskError):
        _write("theme", name.encode())


def remembered_theme() -> str:
    """The chosen theme; "" if none was chosen."""
    try:
        return (state_dir() / "theme").read_text(encoding="utf-8").strip()[:100]
    except (OSError, ValueError):
        return ""


def stored_desk_name(path: Path) -> str:
    """The name of this desk for the event at `path`, as it joined or was renamed; empty: none."""
    from kiosk.storage.file.machine_facts import DESK_NAME, read_facts  # not for `kiosk --help`

    kept = read_facts(path)
    return kept.facts.get(DESK_NAME, "") if kept is not None else ""
