"""Errors of cameras and picture files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.support.install_hint import install_hint

_SAVED = "Check-ins so far are saved."
GO_ON = "A scanner and the search by name still work."


def extra_missing() -> KioskError:
    """The libraries for cameras are missing."""
    return KioskError(
        "camera_extra_missing",
        "Support for cameras is not installed.",
        saved=_SAVED,
        next_step=f"{GO_ON} To install it: {install_hint('camera')}",
    )


def file_unreadable(path: Path, why: str) -> KioskError:
    """A picture, folder or video that cannot be used."""
    return KioskError(
        "camera_file_unreadable",
        f"{path.name or path} cannot be read as pictures: {why}.",
        saved=_SAVED,
        next_step="Choose a picture, a folder of pictures, a video, or a camera by its number.",
    )


def cannot_open(number: int) -> KioskError:
    """A camera that cannot be opened, with the reason if the system reports one."""
    device = Path(f"/dev/video{number}")
    if sys.platform.startswith("linux") and device.exists():
        if not os.access(device, os.R_OK | os.W_OK):
            return KioskError(
                "camera_not_allowed",
                f"This user account has no permission to use camera {number}.",
                saved=_SAVED,
                next_step=f"Add the account to the group of {device}. {GO_ON}",
            )
        return busy(number)
    return KioskError(
        "camera_not_found",
        f"There is no camera {number}.",
        saved=_SAVED,
        next_step=f"Plug it in; kiosk tries again every few seconds. {GO_ON}",
    )


def busy(number: int) -> KioskError:
    """A camera that delivers no pictures."""
    return KioskError(
        "camera_busy",
        f"Camera {number} delivers no pictures; another program may be using it.",
        saved=_SAVED,
        next_step=f"Close that program; kiosk tries the camera again every few seconds. {GO_ON}",
    )


def lost(number: int) -> KioskError:
    """A camera that delivered pictures and stopped."""
    return KioskError(
        "camera_lost",
        f"Camera {number} does not answer any more.",
        saved=_SAVED,
        next_step=f"Check its cable; kiosk tries again every few seconds. {GO_ON}",
    )
