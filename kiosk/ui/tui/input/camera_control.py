"""The laptop's camera as a scanner: on and off, and what it sees in a few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.text import escape_controls

if TYPE_CHECKING:
    from kiosk.camera.reader import CameraReader, CameraState
    from kiosk.errors import KioskError

FIRST_CAMERA = 0


class CameraControl:
    """Starts and stops the reader. All callbacks come from the reader's thread.

    The reason for missing pictures is shown once after the key; later attempts show nothing.
    """

    def __init__(
        self,
        source: int | Path,
        on_code: Callable[[str], None],
        on_words: Callable[[str], None],
        on_error: Callable[[KioskError], None],
    ) -> None:
        self.source = source
        self._on_code = on_code
        self._on_words = on_words
        self._on_error = on_error
        self._told_why = False
        self._reader: CameraReader | None = None

    @property
    def is_on(self) -> bool:
        """Whether it watches, or tries to."""
        return self._reader is not None

    def switch(self) -> bool:
        """On or off, and which of both it is now."""
        if self._reader is not None:
            self.stop()
            return False
        from kiosk.camera.reader import CameraReader

        self._reader = CameraReader(self.source, self._on_code, self._tell)
        self._told_why = False
        self._reader.start()
        return True

    def stop(self) -> None:
        """Give the camera back."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
            self._on_words("")

    def _tell(self, state: CameraState) -> None:
        self._on_words(camera_words(state))
        if state.error is not None and not self._told_why:
            self._on_error(state.error)
        self._told_why = self._told_why or state.error is not None or state.watching


def camera_words(state: CameraState) -> str:
    """For the line of counters: the camera sees, or why it does not."""
    if state.error is not None:
        return f"camera off: {escape_controls(state.error.problem)}"
    if state.finished:
        return "camera: at its end"
    return f"camera sees ({state.frames_per_s:.0f}/s)" if state.watching else "camera starts ..."
