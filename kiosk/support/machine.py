"""Identify this machine."""

from __future__ import annotations

import contextlib
import platform
from pathlib import Path

_MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""See machine-id(5); other systems use the name of the machine."""


def machine_id() -> str:
    """The identity of this machine, which stays the same when it restarts."""
    for name in _MACHINE_IDS:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if text := Path(name).read_text(encoding="ascii").strip():
                return text
    return platform.node()
