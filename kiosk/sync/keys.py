"""Derive keys from the event's secret, for the network, bundles and the four digits.

All desks derive the same keys from the same secret, so the code is all that they need to share.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.support.install_hint import install_hint


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Certificate files with which the engine accepts only desks of the event."""

    authority: Path
    certificate: Path
    key: Path


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Derive at most 32 bytes for one purpose with HKDF-SHA256 (RFC 5869), without a salt."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, f"kiosk {purpose} 1\x01".encode(), "sha256")[:length]


def new_secret() -> bytes:
    """128 random bits."""
    return os.urandom(16)


def confirmation(secret: bytes) -> str:
    """Four digits that both screens show: equal digits mean the same secret and event."""
    return f"{int.from_bytes(derive(secret, 'confirm', 8), 'big') % 10_000:04}"


def network_name(secret: bytes) -> str:
    """The event's name on the network; it reveals nothing about the event."""
    return derive(secret, "room", 12).hex()


def remove_tls_files(folder: Path) -> None:
    """Remove the certificates and the key."""
    for name in ("authority.pem", "desk.pem", "desk.key"):
        (folder / name).unlink(missing_ok=True)


# The optional libraries of sharing.

_NEEDED = {"zenoh": "eclipse-zenoh", "nacl": "PyNaCl"}


def require(*modules: str) -> None:
    """Check that libraries are installed, before anything is changed.

    Raises:
        KioskError: `not_installed`, with the command that installs them.
    """
    missing = [_NEEDED[name] for name in modules if find_spec(name) is None]
    if missing:
        raise not_installed(f"needs {' and '.join(missing)}, not installed here.")


def not_installed(problem: str, *, again: bool = False) -> KioskError:
    """The error for a library that is missing, or (`again`) that cannot be loaded."""
    hint = install_hint("desks", again=again)
    return KioskError(
        "not_installed",
        f"Sharing an event between desks {problem}",
        saved="Nothing was changed.",
        next_step=f"Everything else works without it. To install it: {hint}",
    )
