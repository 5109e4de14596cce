"""Which event was opened last, and where new ones go."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import platformdirs

_APP = "kiosk"


def state_dir() -> Path:
    """Where this program keeps what belongs to the person and no event."""
    given = os.environ.get("KIOSK_STATE", "")
    return Path(given) if given else Path(platformdirs.user_state_path(_APP))


def events_dir() -> Path:
    """The folder for new events, where a person finds it: `kiosk` in Documents, else at home."""
    documents = Path(platformdirs.user_documents_path())
    return (documents if documents.is_dir() else Path.home()) / _APP


def remember_event(path: Path) -> None:
    """Note the event for the next start. A full or read-only disk is no reason to stop here."""
    with contextlib.suppress(OSError):
        folder = state_dir()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "last-event").write_text(str(path.resolve()), encoding="utf-8")


def remembered_event() -> Path | None:
    """The event opened last, if the file is still there."""
    try:
        text = (state_dir() / "last-event").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = Path(text)
    return path if text and path.is_file() else None
