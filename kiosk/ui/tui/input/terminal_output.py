"""Write to a terminal that may be slow, stalled or gone, without waiting, and without the control
characters of names and other texts."""

from __future__ import annotations

import os
import re
import select
import threading
from collections import deque
from collections.abc import Callable

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

MAX_BACKLOG = 1 << 20
"""Characters that may wait for a stalled terminal: about a hundred screens."""

CLOSING_S = 2.0
"""How long the last characters may take. They restore the terminal; one that does not take them
in this time is stalled or gone."""

_PIECE = 1 << 12
"""Bytes of one system call."""


class TerminalOutput:
    """A queue of text for one terminal, and the thread that writes it.

    `write` never waits and never fails. Textual's own writer waits while thirty texts are queued:
    with a terminal that was closed its thread ends, and the desk then waits for ever.

    Args:
        fileno: the terminal's file descriptor.
        encode: turns text into the terminal's bytes.
        lost: called in the thread once the terminal takes text again, if some was left out.
        gone: called in the thread when the terminal has been closed.
    """

    def __init__(
        self,
        fileno: int,
        encode: Callable[[str], bytes],
        *,
        lost: Callable[[], object],
        gone: Callable[[], object],
    ) -> None:
        self._fileno = fileno
        self._encode = encode
        self._lost = lost
        self._gone = gone
        self._changed = threading.Condition()
        self._texts: deque[str] = deque()
        self._waiting = 0
        self._has_lost = False
        self._is_gone = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="kiosk-terminal", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Queue `text`; a backlog beyond `MAX_BACKLOG` is left out as a whole."""
        with self._changed:
            if self._is_gone:
                return
            if self._waiting > MAX_BACKLOG:
                self._texts.clear()
                self._waiting = 0
                self._has_lost = True
            self._texts.append(text)
            self._waiting += len(text)
            self._changed.notify()

    def close(self) -> None:
        """Write what is queued, for `CLOSING_S` at most; the thread ends with the process."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(CLOSING_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._texts or self._is_closing)
                if not self._texts:
                    return
                text = "".join(self._texts)
                self._texts.clear()
                self._waiting = 0
                has_lost, self._has_lost = self._has_lost, False
            try:
                self._write_all(self._encode(text))
            except OSError:  # the terminal's other end was closed
                with self._changed:
                    self._is_gone = True
                    self._texts.clear()
                self._gone()
                return
            if has_lost:
                self._lost()

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._fileno, view[:_PIECE]) :]
            except BlockingIOError:  # another program on this terminal set it so
                select.select([], [self._fileno], [])


# Screens show the control characters of texts as escapes. The filter removes those of a screen that
# does not.

_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control, line-separating and bidi characters. They take no cells."""


class ControlFilter(LineFilter):
    """Removes acting characters from the text that any screen paints.

    Segments of control codes come from the program itself, and stay.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line without acting characters."""
        return [
            Segment(_ACTING.sub("", segment.text), segment.style)
            if _ACTING.search(segment.text) and not segment.control
            else segment
            for segment in segments
        ]
