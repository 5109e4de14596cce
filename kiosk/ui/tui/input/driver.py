"""Textual's terminal driver, with arrival times that hold and one input thread at a time."""

from __future__ import annotations

import os
import select
import termios
import time
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from kiosk.ui.tui.input.messages import KeysQuiet, mark_followed
from kiosk.ui.tui.input.priority import ListeningClock

if TYPE_CHECKING:
    from textual.message import Message

    from kiosk.ui.tui.input.priority import InputPriority

_READ_SIZE = 4096


class DeskDriver(LinuxDriver):
    """The driver of Linux and macOS for a desk with a keyboard scanner.

    Different from Textual 8.2's own:

    - A key's `time` is when it arrived, on a `ListeningClock`; that nothing arrives is itself
      told, in line with the keys, by `KeysQuiet`.
    - Stopped and continued (SIGSTOP, SIGCONT) without having left the terminal's application
      mode, it goes on as it was. Textual starts a second input thread, and from then on both
      read the same terminal and characters change places.
    - Bytes that are no UTF-8 become U+FFFD, a terminal that went away ends the program; Textual
      answers both with a traceback.
    """

    tells_silence = True
    """Posts `KeysQuiet`; with other drivers the app has to use a timer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._right_of_way: InputPriority = self._app.right_of_way  # type: ignore[attr-defined]
        self._application_attrs: list[Any] | None = None

    def start_application_mode(self) -> None:
        """Take the terminal. Keys typed before are kept: its mode is changed without a flush."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if os.isatty(self.fileno):
            self._application_attrs = termios.tcgetattr(self.fileno)

    def send_message(self, message: Message) -> None:
        """Post in the order of the calls; `post_message` may be called from any thread."""
        self._app.post_message(message)

    def run_input_thread(self) -> None:
        """Read the terminal until the driver stops."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = XTermParser(self._debug)
        clock = ListeningClock()
        while not self.exit_event.is_set():
            data = self._wait_for_input(clock)
            if data == b"":
                self._app.call_later(self._app.exit)
                return
            if data and not data.startswith(b"\x1b"):  # which the mouse sends at every move
                self._right_of_way.claim()
            messages = [*parser.feed(decode(data))] if data else []
            self._post(clock, [*messages, *parser.tick()])

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

    def _sigcont_application(self, *_: Any) -> None:
        thread = self._key_thread
        if self._must_signal_resume or thread is None or not thread.is_alive():
            super()._sigcont_application()
        elif self._auto_restart:
            self._loop.call_soon_threadsafe(self._take_terminal_again)

    def _take_terminal_again(self) -> None:
        """A shell may have had the terminal meanwhile: set its mode, draw everything."""
        if self._application_attrs is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._application_attrs)
        self._app.refresh(layout=True)
