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
from kiosk.storage.file.store import Store
from tests.support.forked import kiosk
from tests.support.pty_driver import PtyProgram, wait_until
from tests.support.terminal_desk import desk, ended, entered, quit_desk

pytestmark = pytest.mark.slow

_CTRL_G = b"\x07"
_TRIES = int(os.environ.get("KIOSK_CLOSING_TRIES", "8"))


def send(program: PtyProgram, *pieces: bytes, gap_s: float = 0.1) -> None:
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
        assert 0 == quit_desk(program)

    assert ["C00001", "C00002", "C00003"] == entered(event)
    assert b"Lost badge" in kiosk("-e", str(event), "--json", "log")[1]


ACTIONS = {
    "quit": b"\x11",
    "copy or interrupt": b"\x03",
    "suspend": b"\x1a",
    "save": b"\x13",
    "palette": b"\x10",
    "help desk": b"\x07",
    "escape": b"\x1b",
    "badge": b"\x1b[17~",
    "undo": b"\x1b[19~",
    "list": b"\x1b[18~",
    "walk-in": b"\x1bOQ",
    "arrow": b"\x1b[B",
    "quit, Kitty": b"\x1b[113;5u",
    "undo, Kitty": b"\x1b[19;1~",
    "click": b"\x1b[<0;5;23M\x1b[<0;5;23m",
    "focus out": b"\x1b[O",
    "size": b"\x1b[48;3;10;30;100t",
    "colour": b"\x1b]11;rgb:00/00/00\x07",
    "string without an end": b"\x1b]",
    "paste": b"\x1b[200~x\x1b[201~",
    "Alt and a digit": b"\x1b8",
}
"""Bytes of keys and of a terminal's reports, as a code may contain them."""


@pytest.mark.parametrize("gap_s", [0, pytest.param(0.003, marks=pytest.mark.slow)])
def test_codes_that_contain_keys(event: Path, gap_s: float) -> None:
    """No key inside a code acts, first, last or in the middle; the next ticket is admitted."""
    codes = []
    with desk(event) as program:
        for number, action in enumerate(ACTIONS.values()):
            for hostile in (action, b"A" + action, action + b"B", b"A" + action + b"B"):
                if gap_s:
                    send(program, *(bytes([byte]) for byte in hostile + b"\r"), gap_s=gap_s)
                else:
                    os.write(program.fd, hostile + b"\r")
                time.sleep(0.2)
            codes.append(f"C{number:05}")
            os.write(program.fd, codes[-1].encode() + b"\r")
            assert wait_until(lambda: f"in {len(codes)} of" in program.text(), 5), (
                f"after {action!r}:\n{program.text()}"
            )
        assert 0 == quit_desk(program)

    assert codes == entered(event)
    assert _written(event) <= {"check_in", "refused"}


def test_a_code_that_begins_a_paste(event: Path) -> None:
    """The desk answers it, and every ticket behind it; at most a third of a second late."""
    with desk(event) as program:
        for number in range(3):
            os.write(program.fd, b"\x1b[200~C0000%d\r" % number)
            program.wait_for_text(f"in {number + 1} of", 3)
        os.write(program.fd, b"\x1b[200~" + b"x" * 5_000 + b"\rC00003\r")
        program.wait_for_text("in 4 of", 5)

    assert [f"C0000{number}" for number in range(4)] == entered(event)


def test_escape_right_before_a_code(event: Path) -> None:
    """The code stays whole, whatever it begins with."""
    with desk(event) as program:
        os.write(program.fd, b"\x1bC00001\r")
        program.wait_for_text("in 1 of")
        os.write(program.fd, b"\x1b800000001\r")
        program.wait_for_text("800000001")


def test_a_function_key_behind_a_scan(event: Path) -> None:
    """Code, Enter and F8 in one write: it undoes that check-in. A person's Ctrl+Q quits."""
    with desk(event) as program:
        os.write(program.fd, b"C00001\r\x1b[19~")
        program.wait_for_text("UNDONE")
        os.write(program.fd, b"C00002\r\x11")
        program.wait_for_text("in 1 of")
        time.sleep(0.2)
        assert 0 == quit_desk(program)


def _written(event: Path) -> set[str]:
    """The kinds of events that the desk wrote after the event was set up."""
    store = Store.open(event, desk="t")
    try:
        kinds = [item.kind for item in store.events()]
    finally:
        store.close()
    return set(kinds[kinds.index("check_in") :])


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
