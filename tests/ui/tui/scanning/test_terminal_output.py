"""A terminal that is slow, stalled or closed while the desk writes to it."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

if sys.platform == "win32":
    pytest.skip("needs Unix pipes", allow_module_level=True)

from kiosk.ui.tui.input.terminal_output import CLOSING_S, MAX_BACKLOG, TerminalOutput

FRAME = "x" * 5_000


class Terminal:
    """A pipe in a terminal's place, and what the output reports of it."""

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()
        self.lost, self.gone = threading.Event(), threading.Event()
        self.output = TerminalOutput(
            self.write_end, str.encode, lost=self.lost.set, gone=self.gone.set
        )

    def shown(self) -> bytes:
        """Everything that is written until the output is closed."""
        os.close(self.write_end)
        shown = bytearray()
        while data := os.read(self.read_end, 1 << 16):
            shown += data
        os.close(self.read_end)
        return bytes(shown)


def test_everything_in_its_order() -> None:
    """A terminal that keeps up gets every text once, in order, the last at the close."""
    terminal = Terminal()
    for number in range(1_000):
        terminal.output.write(f"{number},")
    terminal.output.close()

    assert b"".join(b"%d," % number for number in range(1_000)) == terminal.shown()
    assert not terminal.lost.is_set()


def test_a_closed_terminal() -> None:
    """Writing continues without an error or a wait, and that it is closed is reported."""
    terminal = Terminal()
    os.close(terminal.read_end)
    for _ in range(5_000):
        terminal.output.write(FRAME)
    began = time.monotonic()
    terminal.output.close()

    assert terminal.gone.wait(5)
    assert time.monotonic() - began < CLOSING_S
    os.close(terminal.write_end)


@pytest.mark.slow
def test_a_stalled_terminal() -> None:
    """Nothing waits for a terminal that takes nothing. When it takes text again, the backlog that
    was left out is reported, and the latest text is there."""
    terminal = Terminal()
    began = time.monotonic()
    for _ in range(4 * MAX_BACKLOG // len(FRAME)):
        terminal.output.write(FRAME)
    terminal.output.write("LAST")
    assert time.monotonic() - began < CLOSING_S
    terminal.output.close()
    assert time.monotonic() - began < 3 * CLOSING_S

    shown = bytearray()
    while not shown.endswith(b"LAST"):
        shown += os.read(terminal.read_end, 1 << 16)
    assert terminal.lost.wait(5)
    assert len(shown) < 3 * MAX_BACKLOG
    assert b"" == terminal.shown()


def test_a_terminal_set_not_to_block() -> None:
    """A full terminal that refuses to wait is waited for."""
    terminal = Terminal()
    os.set_blocking(terminal.write_end, False)
    for _ in range(100):
        terminal.output.write(FRAME)
    shown = bytearray()
    while len(shown) < 100 * len(FRAME):
        shown += os.read(terminal.read_end, 1 << 16)
    terminal.output.close()

    assert b"x" * 100 * len(FRAME) == shown + terminal.shown()
    assert not terminal.gone.is_set()
