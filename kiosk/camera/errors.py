"""What can be wrong with a camera, in sentences."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.support.install_hint import install_hint

_SAVED = "Check-ins so far are saved."
GO_ON = "Scanning with a scanner and looking up by name go on."


def extra_missing() -> KioskError:
    """The libraries for cameras are not there."""
    return KioskError(
        "camera_extra_missing",
        "Reading codes with a camera is not installed.",
        saved=_SAVED,
        next_step=f"{GO_ON} To install it: {install_hint('camera')}",
    )


def file_unreadable(path: Path, why: str) -> KioskError:
    """A picture, folder or video that cannot be used."""
    return KioskError(
        "camera_file_unreadable",
        f"{path.name or path} cannot be read as pictures: {why}.",
        saved=_SAVED,
        next_step="Name a picture, a folder of pictures, a video, or a camera by its number.",
    )


def cannot_open(number: int) -> KioskError:
    """A camera that does not open; why, as far as the system tells."""
    device = Path(f"/dev/video{number}")
    if sys.platform.startswith("linux") and device.exists():
        if not os.access(device, os.R_OK | os.W_OK):
            return KioskError(
                "camera_not_allowed",
                f"Camera {number} may not be used by this account.",
                saved=_SAVED,
                next_step=f"Add the account to the group that owns {device}. {GO_ON}",
            )
        return busy(number)
    return KioskError(
        "camera_not_found",
        f"There is no camera {number}.",
        saved=_SAVED,
        next_step=f"Plug it in; it is looked for again every few seconds. {GO_ON}",
    )


def busy(number: int) -> KioskError:
    """A camera that gives no pictures."""
    return KioskError(
        "camera_busy",
        f"Camera {number} gives no pictures; another program may be using it.",
        saved=_SAVED,
        next_step=f"Close that program; the camera is tried again every few seconds. {GO_ON}",
    )


def lost(number: int) -> KioskError:
    """A camera that gave pictures and stopped."""
    return KioskError(
        "camera_lost",
        f"Camera {number} does not answer any more.",
        saved=_SAVED,
        next_step=f"Look at its cable; it is tried again every few seconds. {GO_ON}",
    )
