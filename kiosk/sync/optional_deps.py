"""Check for the optional libraries that sharing needs."""

from __future__ import annotations

from importlib.util import find_spec

from kiosk.errors import KioskError
from kiosk.support.install_hint import install_hint

_NEEDED = {"zenoh": "eclipse-zenoh", "cryptography": "cryptography"}


def require(*modules: str) -> None:
    """Check that libraries are installed, before anything is changed.

    Raises:
        KioskError: `not_installed`, with the command that installs them.
    """
    missing = [_NEEDED[name] for name in modules if find_spec(name) is None]
    if missing:
        raise KioskError(
            "not_installed",
            f"Sharing an event between desks needs {' and '.join(missing)}, not installed here.",
            saved="Nothing was changed.",
            next_step=f"Everything else works without it. To install it: {install_hint('desks')}",
        )
