"""Find the directories of this program, and identify the machine."""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path
from types import ModuleType

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
