"""Textual's terminal driver, with arrival times that hold and one input thread at a time."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events

from kiosk.ui.tui.input.messages import KeysQuiet, mark_followed
from kiosk.ui.tui.input.priority import ListeningClock
from kiosk.ui.tui.input.terminal_input import TerminalInput
from kiosk.ui.tui.input.terminal_output import TerminalOutput

if sys.platform != "win32":  # for mypy: there is no termios on Windows
    from kiosk.ui.tui.textual_compat import ResumableDriver

if TYPE_CHECKING:
    from textual.message import Message

    from kiosk.ui.tui.input.picture_reports import PictureProtocol, PictureQuestion
    from kiosk.ui.tui.input.priority import InputPriority

assert sys.platform != "win32"

_READ_SIZE = 4096


class DeskDriver(ResumableDriver):
    """The driver of Linux and macOS for a desk with a keyboard scanner.

    Different from Textual 8.2's own:

    - The `time` of a key, a click or a paste is its arrival on a `ListeningClock`. Silence is a
      message as well, in line with the keys: `KeysQuiet`.
    - Stopped and continued (SIGSTOP, SIGCONT) while in the terminal's application mode, it
      continues unchanged. Textual starts a second input thread; both then read the same terminal
      and characters change places.
    - No input ends the program, and none is a report of the terminal (`TerminalInput`). The size
      comes from the system alone; that the window lost the focus changes nothing.
    - No terminal holds up the program (`TerminalOutput`), and one that was closed ends it.
    """

    reports_silence = True
    """Posts `KeysQuiet`; with other drivers the app has to use a timer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._right_of_way: InputPriority = self.app.right_of_way  # type: ignore[attr-defined]
        self._application_attrs: list[Any] | None = None
        self._output: TerminalOutput | None = None
        self._question: PictureQuestion | None = None
        self._answered: Callable[[PictureProtocol], object] = lambda protocol: None

    def ask_for_pictures(self, answered: Callable[[PictureProtocol], object]) -> None:
        """Ask the terminal whether it shows pictures.

        Args:
            answered: called once, in the input thread, if it does.
        """
        from kiosk.ui.tui.input.picture_reports import PictureQuestion  # only where asked

        self._answered = answered
        self._question = PictureQuestion(os.environ, time.monotonic())
        self.write(self._question.text)

    def cell_size(self) -> tuple[int, int]:
        """Width and height of a character in pixels, as the system knows it; zeros if not."""
        try:
            size = fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            return 0, 0
        rows, columns, width, height = struct.unpack("HHHH", size)
        return (width // columns, height // rows) if min(rows, columns, width, height) else (0, 0)

    def _reported(self, report: str) -> None:
        if self._question is not None:
            protocol = self._question.answer(report, time.monotonic())
            if protocol is not None:
                self._question = None
                self._answered(protocol)

    def start_application_mode(self) -> None:
        """Take the terminal. Keys typed before are kept: its mode is changed without a flush."""
        terminal = self.terminal
        self._output = TerminalOutput(
            terminal.fileno(),
            lambda text: text.encode(terminal.encoding, terminal.errors or "strict"),
            lost=lambda: self.app.call_later(self.app.refresh, layout=True),
            gone=self._terminal_is_gone,
        )
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if os.isatty(self.fileno):
            self._application_attrs = termios.tcgetattr(self.fileno)

    def write(self, data: str) -> None:
        """Queue output for the terminal; never waits for it."""
        if self._output is not None:
            self._output.write(data)

    def close(self) -> None:
        """Write the rest, unless the terminal does not take it, and end the thread."""
        super().close()
        if self._output is not None:
            self._output.close()

    def send_message(self, message: Message) -> None:
        """Post in the order of the calls; `post_message` may be called from any thread."""
        self.app.post_message(message)

    def run_input_thread(self) -> None:
        """Read the terminal until the driver stops."""
        terminal = TerminalInput(self._reported)
        clock = ListeningClock()
        while not self.exit_event.is_set():
            data = self._wait_for_input(clock)
            if data == b"":
                self._terminal_is_gone()
                return
            if data and not data.startswith(b"\x1b"):  # which the mouse sends at every move
                self._right_of_way.claim()
            arrived = terminal.feed(data, clock.now) if data else []
            ended = terminal.tick(clock.now)
            self._post([*arrived, *ended])
            if data and not _is_pointer_moving(arrived):
                clock.key_came()
            elif ended or clock.silence_is_telling():
                self.process_message(KeysQuiet(clock.now))

    def _terminal_is_gone(self) -> None:
        self.app.call_later(self.app.exit)

    def _wait_for_input(self, clock: ListeningClock) -> bytes | None:
        """Input of the next slice, None if there was none, empty if the terminal is gone."""
        began = time.monotonic()
        arrived, _, _ = select.select([self.fileno], [], [], clock.slice_s)
        clock.waited(time.monotonic() - began, arrived=bool(arrived))
        if not arrived:
            return None
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:  # the terminal's other end was closed
            return b""

    def _post(self, messages: list[Message]) -> None:
        keys = [message for message in messages if isinstance(message, events.Key)]
        for key in keys[:-1]:
            mark_followed(key)
        for message in messages:
            self.process_message(message)

    def continued(self) -> None:
        """A shell may have had the terminal meanwhile: set its mode, draw everything."""
        if self._application_attrs is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._application_attrs)
        self.app.refresh(layout=True)


def _is_pointer_moving(messages: list[Message]) -> bool:
    """Whether these say only that the mouse moved, which is no key and no silence."""
    return bool(messages) and all(type(message) is events.MouseMove for message in messages)
