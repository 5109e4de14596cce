"""Textual's terminal driver, with arrival times that hold and one input thread at a time."""

from __future__ import annotations

import os
import select
import termios
import time
from typing import TYPE_CHECKING, Any

from textual import events

from kiosk.ui.tui.input.messages import KeysQuiet, mark_followed
from kiosk.ui.tui.input.priority import ListeningClock
from kiosk.ui.tui.input.terminal_input import TerminalInput
from kiosk.ui.tui.input.terminal_output import TerminalOutput
from kiosk.ui.tui.textual_compat import ResumableDriver

if TYPE_CHECKING:
    from textual.message import Message

    from kiosk.ui.tui.input.priority import InputPriority

_READ_SIZE = 4096


class DeskDriver(ResumableDriver):
    """The driver of Linux and macOS for a desk with a keyboard scanner.

    Different from Textual 8.2's own:

    - A key's `time` is its arrival on a `ListeningClock`. Silence is a message as well, in line
      with the keys: `KeysQuiet`.
    - Stopped and continued (SIGSTOP, SIGCONT) while in the terminal's application mode, it
      continues unchanged. Textual starts a second input thread; both then read the same terminal
      and characters change places.
    - No input ends the program (`TerminalInput`); Textual answers several sequences with a
      traceback. The size comes from the system alone, never from a sequence.
    - No terminal holds up the program (`TerminalOutput`), and one that was closed ends it.
    """

    tells_silence = True
    """Posts `KeysQuiet`; with other drivers the app has to use a timer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._right_of_way: InputPriority = self.app.right_of_way  # type: ignore[attr-defined]
        self._application_attrs: list[Any] | None = None
        self._output: TerminalOutput | None = None

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
        terminal = TerminalInput()
        clock = ListeningClock()
        while not self.exit_event.is_set():
            data = self._wait_for_input(clock)
            if data == b"":
                self._terminal_is_gone()
                return
            if data and not data.startswith(b"\x1b"):  # which the mouse sends at every move
                self._right_of_way.claim()
            messages = terminal.feed(data) if data else []
            self._post(clock, [*messages, *terminal.tick()])

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

    def _post(self, clock: ListeningClock, messages: list[Message]) -> None:
        keys = [message for message in messages if isinstance(message, events.Key)]
        for key in keys:
            key.time = clock.now
        for key in keys[:-1]:
            mark_followed(key)
        for message in messages:
            self.process_message(message)
        if keys:
            clock.key_came()
        elif clock.silence_is_telling():
            self.process_message(KeysQuiet(clock.now))

    def continued(self) -> None:
        """A shell may have had the terminal meanwhile: set its mode, draw everything."""
        if self._application_attrs is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._application_attrs)
        self.app.refresh(layout=True)
