"""A thread that watches a camera and tells each code once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kiosk.camera.frames import Frame, codes_in, frames_of
from kiosk.errors import KioskError

_TELL_EVERY_S = 1.0
_TRY_AGAIN_S = 3.0
_LEAST_PAUSE_S = 0.02
"""Between two pictures of a camera, so that looking at them never takes the desk's whole time."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """What the camera sees, for the desk's status line."""

    watching: bool = False
    """Pictures are coming in."""
    frames_per_s: float = 0.0
    """Pictures looked at in the last second."""
    last_code_at: datetime | None = None
    """When a code was last told, UTC."""
    error: KioskError | None = None
    """Why there are no pictures."""
    finished: bool = False
    """Nothing will come any more: the file is at its end, or the reader was stopped."""


class CameraReader:
    """Reads codes from a camera, a video, a picture or a folder of pictures, in its own thread.

    A code in view is told once, and again after it was out of view for two seconds. A camera that
    fails is tried again until `stop`; a file is played at its own speed and then it is over.

    Args:
        source: number of a camera (0 is the first), or a path.
        on_code: gets each code as it is on the ticket. Called in the reader's thread.
        on_state: gets what the camera sees, about once a second and when it changes. Same thread.
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
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, errors come as a state."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End, and give the camera back. Waits for the picture in hand."""
        self._stopping.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a file is at its end; whether it is."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._watch()
            except KioskError as error:
                self._tell(replace(self._state, watching=False, frames_per_s=0.0, error=error))
                if isinstance(self._source, int) and error.code != "camera_extra_missing":
                    self._stopping.wait(_TRY_AGAIN_S)
                    continue
            break
        self._tell(replace(self._state, watching=False, frames_per_s=0.0, finished=True))

    def _watch(self) -> None:
        began_s = told_s = time.monotonic()
        looked_at = 0
        for frame in frames_of(self._source):
            if self._stopping.is_set():
                return
            self._pace(frame, began_s)
            self._look_at(frame)
            looked_at += 1
            now_s = time.monotonic()
            if not self._state.watching or now_s - told_s >= _TELL_EVERY_S:
                rate = looked_at / max(now_s - told_s, 0.001)
                self._tell(replace(self._state, watching=True, frames_per_s=rate, error=None))
                told_s, looked_at = now_s, 0

    def _pace(self, frame: Frame, began_s: float) -> None:
        if isinstance(self._source, int):
            self._stopping.wait(_LEAST_PAUSE_S)
        else:
            self._stopping.wait(max(0.0, began_s + frame.at_s - time.monotonic()))

    def _look_at(self, frame: Frame) -> None:
        for code in self._in_view.new_in(codes_in(frame.picture), frame.at_s):
            self._state = replace(self._state, last_code_at=datetime.now(UTC))
            self._on_code(code)

    def _tell(self, state: CameraState) -> None:
        self._state = state
        self._on_state(state)


# A code held before the camera is one scan, however many pictures show it.

OUT_OF_VIEW_S = 2.0
"""A code counts anew once it has not been seen for so long. Shorter, a hand before the lens or a
blurred picture makes two scans of one ticket."""


class CodesInView:
    """Which codes have come into view."""

    def __init__(self, out_of_view_s: float = OUT_OF_VIEW_S) -> None:
        self._out_of_view_s = out_of_view_s
        self._last_seen_s: dict[str, float] = {}

    def new_in(self, codes: Iterable[str], at_s: float) -> list[str]:
        """The codes of a picture that were not in view before, in its order, each once.

        Args:
            codes: all codes in the picture.
            at_s: when it was taken; never before the last one.
        """
        new = []
        for code in dict.fromkeys(codes):
            seen_s = self._last_seen_s.get(code)
            if seen_s is None or at_s - seen_s >= self._out_of_view_s:
                new.append(code)
            self._last_seen_s[code] = at_s
        return new
