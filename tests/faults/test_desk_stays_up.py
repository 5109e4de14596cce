"""What a terminal, a scanner or a person sends never ends the desk, and no terminal holds it up."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from kiosk.services.safety.doctor import examine
from tests.support.forked import kiosk
from tests.support.pty_driver import PtyProgram, wait_until
from tests.support.terminal_desk import desk, ended, entered

_CTRL_G = b"\x07"
_TRIES = int(os.environ.get("KIOSK_CLOSING_TRIES", "8"))


def send(program: PtyProgram, *pieces: bytes, gap_s: float = 0.06) -> None:
    """Write each piece in a write of its own."""
    for piece in pieces:
        os.write(program.fd, piece)
        time.sleep(gap_s)


def letters(text: str) -> list[bytes]:
    """The bytes of a text, one by one."""
    return [bytes([byte]) for byte in text.encode()]


def leave(program: PtyProgram) -> None:
    """Close the window: the terminal is gone for the program."""
    program._closing.set()
    program._reader.join()
    terminal, program.fd = program.fd, os.open(os.devnull, os.O_RDONLY)
    os.close(terminal)


def test_input_that_ended_it(event: Path) -> None:
    """Half letters, reported sizes, malformed sequences, two Enters in a dialog: it scans on."""
    with desk(event) as program:
        send(program, *letters("José"))
        program.wait_for_text("José")
        send(program, b"\x1b", b"\xe9", b"\x1b", b"C00001\r")
        program.wait_for_text("in 1 of")
        send(program, b"\x1b[48;0;0;0;0t", b"\x1b[<0;5;5M\x1b[<0;5;5m")
        send(program, b"\x1b[65:66u", b"\x1b[1114112u", b"\x1b[55296u", b"\x1b[97;5:1u")
        send(program, b"C00002\r", gap_s=0.3)
        program.wait_for_text("in 2 of")
        send(program, _CTRL_G)
        program.wait_for_text("to the help desk")
        send(program, *letters("Lost badge"))
        send(program, b"\r\r", gap_s=0.3)
        program.wait_for_text("Lost badge")
        send(program, b"C00003\r")
        program.wait_for_text("in 3 of")
        program.write("\x11")
        assert 0 == ended(program.pid)

    assert ["C00001", "C00002", "C00003"] == entered(event)
    assert b"Lost badge" in kiosk("-e", str(event), "--json", "log")[1]


@pytest.mark.slow
def test_half_a_letter_at_self_service(event: Path) -> None:
    """Self-service, where no person of the desk is near, stays up as well."""
    pin = b"246813\n"
    assert 0 == kiosk("-e", str(event), "pin", "set", "organiser", "--stdin", stdin=pin)[0]
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(event), "desk", "--self-service"],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "TEXTUAL_DRIVER": ""},
    )
    with program:
        program.wait_for_text("Staff: F11", 40)
        send(program, *letters("José"), b"\xe9", b"\r", b"\x1b[48;0;0;0;0t", b"\x1b[<0;5;5M")
        time.sleep(0.3)
        send(program, b"C00001\r")
        program.wait_for_text("You are checked in")


@pytest.mark.slow
def test_the_terminal_is_closed_while_it_paints(event: Path) -> None:
    """The window goes away in the middle of a frame: the desk ends by itself, every time.

    `KIOSK_CLOSING_TRIES=100` tries for longer.
    """
    for number in range(_TRIES):
        with desk(event) as program:
            program.write("".join(f"C{code:05}\r" for code in range(12)))
            time.sleep(0.02 * (number % 12))
            leave(program)
            assert ended(program.pid) is not None, f"try {number} did not end"
    assert examine(event, desk="t").ok


@pytest.mark.slow
def test_a_stalled_terminal(event: Path) -> None:
    """A terminal that takes nothing: scans count, and SIGTERM ends the desk."""
    with desk(event) as program:
        program._closing.set()
        program._reader.join()
        codes = [f"C{code:05}" for code in range(60)]
        for code in codes:
            program.write(f"{code}\r")
            time.sleep(0.03)
        assert wait_until(lambda: codes == entered(event), 30)
        program.send_signal(signal.SIGTERM)
        assert 128 + signal.SIGTERM == ended(program.pid)
    assert examine(event, desk="t").ok
