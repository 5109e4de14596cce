"""A terminal for tests: runs a program on a real pty, types into it, reads what it draws.

What the program writes is read all the time by a thread, as a terminal would, so that neither
side ever waits for the other.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

import pyte
import pytest

_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

STEADY_S = 0.025
"""A pause of the sender by this much more than meant would be taken for the end of a scan."""


HAND_S = 0.14
"""No hand presses two command keys faster than this."""


class PtyProgram:
    """A program on a terminal of its own; a context manager that ends it.

    Args:
        argv: the command.
        env: added to this process's environment.
        size: columns and rows.
        early: typed into the terminal before the program starts, so in cooked mode.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        early: str = "",
    ) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self.drawn = bytearray()
        go_read, go_write = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.read(go_read, 1)
                os.execvpe(argv[0], list(argv), {**os.environ, **_TERMINAL, **(env or {})})
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.write(early)
        os.write(go_write, b"x")
        os.close(go_read)
        os.close(go_write)

    def __enter__(self) -> PtyProgram:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self._closing.set()
        self._reader.join()
        os.close(self.fd)

    def write(self, text: str) -> None:
        """Type `text` in one write (more only where the terminal's own buffer is full)."""
        data = text.encode()
        while data:
            data = data[os.write(self.fd, data) :]

    def type(self, text: str, gap_s: float) -> None:
        """Type `text` a character at a time, with `type_pieces`."""
        self.type_pieces([character.encode() for character in text], gap_s)

    def type_pieces(self, pieces: Sequence[bytes], gap_s: float) -> None:
        """Type a piece at a time.

        Where this machine kept the typist itself waiting for longer than any scanner pauses, what
        was typed is no scan, and the test that typed it is skipped.
        """
        due = last = time.perf_counter()
        for piece in pieces:
            os.write(self.fd, piece)
            now = time.perf_counter()
            if now - last > gap_s + STEADY_S:
                pytest.skip(f"the machine paused the typist for {1000 * (now - last):.0f} ms")
            last = now
            due = max(due, now - gap_s / 2) + gap_s
            time.sleep(max(0.0, due - time.perf_counter()))

    def press_key(self, key: str) -> None:
        """Type one key as a hand does: the program reads it alone, however busy the machine is."""
        self.write(key)
        with contextlib.suppress(FileNotFoundError):  # no /proc: only on Linux
            terminal = os.open(f"/proc/{self.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
            try:
                wait_until(lambda: not _unread_bytes(terminal))
            finally:
                os.close(terminal)
        time.sleep(HAND_S)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        os.kill(self.pid, number)

    def text(self) -> str:
        """What the screen shows."""
        with self._lock:  # not `display`: it stops at a wide letter that was half painted over
            cells, columns = self._screen.buffer, range(self._screen.columns)
            return "\n".join(
                "".join(cells[row][column].data for column in columns)
                for row in range(self._screen.lines)
            )

    def wait_for_text(self, text: str, timeout_s: float = 15.0) -> None:
        """Wait until the screen shows `text`; fails with what it shows instead."""
        if not wait_until(lambda: text in self.text(), timeout_s):
            raise AssertionError(f"no {text!r} on the screen:\n{self.text()}")

    def _read(self) -> None:
        while not self._closing.is_set():
            readable, _, _ = select.select([self.fd], [], [], 0.05)
            if not readable:
                continue
            try:
                data = os.read(self.fd, 1 << 16)
            except OSError:
                return
            with self._lock:
                self.drawn += data
                self._stream.feed(data)


def _unread_bytes(terminal: int) -> int:
    """How much of what was typed the program has not read."""
    return int(struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, bytes(4)))[0])


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> bool:
    """Ask again and again until it holds or the time is over."""
    end = time.perf_counter() + timeout_s
    while not condition():
        if time.perf_counter() > end:
            return False
        time.sleep(0.01)
    return True
