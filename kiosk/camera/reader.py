"""Read codes from a camera in a thread, and report each code once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.camera.frames import Frame, codes_in, frames_of
from kiosk.errors import KioskError
from kiosk.support.progress import Worker

_REPORT_EVERY_S = 1.0
_TRY_AGAIN_S = 3.0
_LEAST_PAUSE_S = 0.02
"""Pause between two frames of a camera, so that they never use all of the desk's time."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """State of the camera, for the desk's status line."""

    watching: bool = False
    """The camera delivers frames."""
    frames_per_s: float = 0.0
    """Frames read in the last second."""

    error: KioskError | None = None
    """Why there are no frames."""
    finished: bool = False
    """No further codes: the file is at its end, or the reader was stopped."""


class CameraReader:
    """Reads codes from a camera, a video, a picture or a folder of pictures in a thread.

    A code in view is reported once, and again after it was out of view for two seconds. A camera
    that fails is tried again until `stop`; a file is played once at its own speed.

    Args:
        source: number of a camera (0 is the first), or a path.
        on_code: receives each code as on the ticket. Called in the reader's thread.
        on_state: receives the state, about once a second and at changes. Same thread.
    """

    def __init__(
        self,
        source: int | Path,
        on_code: Callable[[str], object],
        on_state: Callable[[CameraState], object],
    ) -> None:
        self._source = source
        self._on_code = on_code
        self._on_state = on_state
        self._in_view = CodesInView()
        self._state = CameraState()
        self._stopping = threading.Event()
        self._worker = Worker("camera")
        self._worker.put(self._run)

    def start(self) -> None:
        """Start the thread; returns at once. Errors arrive as a state."""
        self._worker.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop and release the camera. Waits for the current frame."""
        self._stopping.set()
        self._worker.finish(timeout_s)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a file is at its end; returns whether it is."""
        self._worker.finish(timeout_s)
        return not self._worker.is_alive

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._watch()
            except KioskError as error:
                self._report(replace(self._state, watching=False, frames_per_s=0.0, error=error))
                if isinstance(self._source, int) and error.code != "camera_extra_missing":
                    self._stopping.wait(_TRY_AGAIN_S)
                    continue
            break
        self._report(replace(self._state, watching=False, frames_per_s=0.0, finished=True))

    def _watch(self) -> None:
        began_s = reported_s = time.monotonic()
        frames = 0
        for frame in frames_of(self._source):
            if self._stopping.is_set():
                return
            self._pace(frame, began_s)
            self._read(frame)
            frames += 1
            now_s = time.monotonic()
            if not self._state.watching or now_s - reported_s >= _REPORT_EVERY_S:
                rate = frames / max(now_s - reported_s, 0.001)
                self._report(replace(self._state, watching=True, frames_per_s=rate, error=None))
                reported_s, frames = now_s, 0

    def _pace(self, frame: Frame, began_s: float) -> None:
        if isinstance(self._source, int):
            self._stopping.wait(_LEAST_PAUSE_S)
        else:
            self._stopping.wait(max(0.0, began_s + frame.at_s - time.monotonic()))

    def _read(self, frame: Frame) -> None:
        for code in self._in_view.new_in(codes_in(frame.picture), frame.at_s):
            self._on_code(code)

    def _report(self, state: CameraState) -> None:
        self._state = state
        self._on_state(state)


# A code in front of the camera is one scan, in however many frames it appears.

OUT_OF_VIEW_S = 2.0
"""A code counts again after it was not seen for this long. With a shorter time, a hand in front of
the lens or a blurred frame makes two scans of one ticket."""


class CodesInView:
    """Tracks codes that come into view."""

    def __init__(self) -> None:
        self._last_seen_s: dict[str, float] = {}

    def new_in(self, codes: Iterable[str], at_s: float) -> list[str]:
        """The codes of a frame that were not in view before, in its order, each once.

        Args:
            codes: all codes in the picture.
            at_s: time of the frame; never before the last one.
        """
        new = []
        for code in dict.fromkeys(codes):
            seen_s = self._last_seen_s.get(code)
            if seen_s is None or at_s - seen_s >= OUT_OF_VIEW_S:
                new.append(code)
            self._last_seen_s[code] = at_s
        return new
