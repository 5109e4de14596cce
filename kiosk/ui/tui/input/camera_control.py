"""The laptop's camera as a scanner: switch it, and describe its state in a few words."""

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
        self._has_explained = False
        self._reader: CameraReader | None = None

    @property
    def is_on(self) -> bool:
        """Whether it watches, or tries to."""
        return self._reader is not None

    def switch(self) -> bool:
        """Switch it on or off; returns whether it is on now."""
        if self._reader is not None:
            self.stop()
            return False
        from kiosk.camera.reader import CameraReader

        self._reader = CameraReader(self.source, self._on_code, self._report)
        self._has_explained = False
        self._reader.start()
        return True

    def stop(self) -> None:
        """Switch the camera off."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
            self._on_words("")

    def _report(self, state: CameraState) -> None:
        self._on_words(camera_words(state))
        if state.error is not None and not self._has_explained:
            self._on_error(state.error)
        if state.error is not None or state.watching:
            self._has_explained = True


def camera_words(state: CameraState) -> str:
    """The state for the line of counters: the frames a second, or why there are none."""
    if state.error is not None:
        return f"camera off: {escape_controls(state.error.problem)}"
    if state.finished:
        return "camera: at its end"
    return f"camera sees ({state.frames_per_s:.0f}/s)" if state.watching else "camera starts ..."
