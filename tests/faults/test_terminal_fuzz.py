"""Random keys, sequences, clicks and sizes at the real desk: it stays up, answers, loses nothing.

Each run has a new seed, which a failure prints. `KIOSK_FUZZ_SEED` repeats one, as far as the
machine's timing allows it; `KIOSK_FUZZ_S=600` fuzzes for longer.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from kiosk.services.safety.doctor import examine
from kiosk.storage.file.copy import reading_only
from kiosk.storage.file.store import Store
from kiosk.storage.log.imported_rows import ALL_CODES
from kiosk.ui.tui.setup.scanner_check import QUIET_S
from tests.support.forked import kiosk
from tests.support.pty_driver import PtyProgram, wait_until
from tests.support.terminal_desk import ended

from .conftest import PEOPLE

SECONDS = float(os.environ.get("KIOSK_FUZZ_S", "25"))
CHECK_EVERY = 60
"""Pieces between two checks that the desk still answers."""
_ROOT = Path(__file__).parents[2]
_PIN = b"246813\n"
_STAFF = "Staff: F11"
_QUITS = ("Search for commands", "Wipe it, and quit")
"""On the screen: the next Enter could be an orderly end. Only Esc is sent then."""

_F11 = b"\x1b[23~"
"""Locks the screen for self-service, which has a test of its own."""
_F_KEYS = [b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS"]
_F_KEYS += [b"\x1b[%d~" % number for number in (15, 17, 18, 19, 20, 21, 24)]
_CONTROL = [bytes([code]) for code in range(32) if code != 0x11]  # without Ctrl+Q, and Ctrl+Z
_CONTROL.remove(b"\x1a")
_MOVES = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[H", b"\x1b[F", b"\x1b[5~", b"\x1b[6~"]
_COMMON = [b"\r", b"\r\r", b"\x1b", b"\t", b"\x1b[Z", b" ", b"\x7f", b"y", b"n", b"1", b"0"]
_TEXTS = ["José", "Person 7", "欧阳小明", "नाम", "C00012", "2027-02-30", "x" * 300, "/" + "x" * 300]
_PARTS = [b"\x1b[", b"\x1b", b"<", b";", b":", b"0", b"1", b"48", b"65:66", b"99999999", b"1114112"]
_PARTS += [
    b"u",
    b"~",
    b"t",
    b"M",
    b"m",
    b"R",
    b"?",
    b"$y",
    b"55296",
    b"\x1b]52;c;",
    b"\x07",
    b"\x9b",
]
_WORDS = ["lists", "questions", "tables", "attendance", "layout", "printer", "set up", "help"]


class Typist:
    """A random hand at a terminal, and what it sent."""

    def __init__(self, program: PtyProgram, seed: int, *, locked: bool) -> None:
        self.program = program
        self.f_keys = [*_F_KEYS, _F11] if locked else _F_KEYS
        self.chance = random.Random(seed)
        self.sent: list[bytes] = []

    def send(self, piece: bytes) -> None:
        """Write one piece, and note it."""
        self.sent.append(piece)
        os.write(self.program.fd, piece)

    def act(self) -> None:
        """Send something; in one write, in two, or byte by byte."""
        if any(words in self.program.text() for words in _QUITS):
            self.send(b"\x1b")
            time.sleep(0.15)
            return
        if self.chance.random() < 0.04:
            self._resize()
            return
        if self.chance.random() < 0.05:
            self._palette()
            return
        piece = self._piece()
        count = self.chance.randrange(3)
        cuts = sorted(self.chance.randrange(len(piece) + 1) for _ in range(count))
        for begin, end in zip([0, *cuts], [*cuts, len(piece)], strict=True):
            if begin < end:
                self.send(piece[begin:end])
                time.sleep(self.chance.choice((0, 0, 0.005, 0.04)))
        time.sleep(self.chance.choice((0, 0, 0.01, 0.06, 0.2)))

    def _piece(self) -> bytes:
        chance = self.chance
        match chance.randrange(9):
            case 0 | 1:
                return chance.choice(self.f_keys)
            case 2:
                return chance.choice(_CONTROL)
            case 3:
                return chance.choice(_MOVES) * chance.randrange(1, 4)
            case 4:
                return chance.choice(_COMMON)
            case 5:
                text = chance.choice(_TEXTS).encode()
                return chance.choice((text, text + b"\r", b"\x1b[200~" + text + b"\x1b[201~"))
            case 6:
                made = b"".join(chance.choices(_PARTS, k=chance.randrange(1, 9)))
                return made.replace(b"\x11", b"")
            case 7:
                button = chance.choice((0, 1, 2, 32, 35, 64, 65, 66, 67, 128))
                place = (chance.randrange(-1, 140), chance.randrange(-1, 50))
                return b"\x1b[<%d;%d;%d%s" % (button, *place, chance.choice((b"M", b"m")))
            case _:
                return chance.randbytes(chance.randrange(1, 9)).translate(None, b"\x11\x1a")

    def _resize(self) -> None:
        size = (self.chance.choice((1, 3, 10, 24, 50)), self.chance.choice((1, 10, 40, 80, 200)))
        self.sent.append(b"<%d rows, %d columns>" % size)
        self._set_size(*size)
        time.sleep(0.05)

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.program.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _palette(self) -> None:
        """Open a screen that has no key of its own."""
        for piece in (b"\x10", f"\x1b[200~{self.chance.choice(_WORDS)}\x1b[201~".encode(), b"\r"):
            self.send(piece)
            time.sleep(0.25)

    def back_to_the_desk(self) -> None:
        """End a paste and a sequence, the usual size, and leave what is open."""
        self._set_size(24, 80)
        for piece in (b"\x1b[201~", b"....", b"\x1b[201~", b"\x1b", b"\x1b"):
            self.send(piece)
            # in the test of the scanner a code has ended when no key follows for so long
            time.sleep(1.2 * QUIET_S)

    def history(self) -> str:
        """The last pieces, and the screen."""
        return f"last sent {self.sent[-60:]}\n{self.program.text()}"


def _events(event: Path) -> list[tuple[str, int]]:
    """What the log holds, in its order."""
    with reading_only(event) as connection:
        return [(row[0], row[1]) for row in connection.execute("SELECT log_id, seq FROM event")]


def _is_answered(event: Path, code: str, screen: str) -> bool:
    """Whether the scan is in the log, or self-service shows its answer: after too many wrong tries
    it asks to wait."""
    if _STAFF in screen and "Welcome!" not in screen:
        return True
    if "REHEARSAL" in screen:  # random keys have opened it: another event, without this ticket
        return f"NOT FOUND   {code}" in screen
    with reading_only(event) as connection:
        found = connection.execute(
            f"SELECT 1 FROM scan JOIN ({ALL_CODES}) AS own USING (attendee_id) WHERE own.code = ?",
            (code,),
        ).fetchone()
    return found is not None


def _check_answers(typist: Typist, event: Path, code: str) -> None:
    """A ticket is scanned, whatever is open."""
    for _ in range(30):
        done, status = os.waitpid(typist.program.pid, os.WNOHANG)
        assert not done, f"the desk ended with {os.waitstatus_to_exitcode(status)}"
        typist.back_to_the_desk()
        typist.send(code.encode() + b"\r")
        if wait_until(lambda: _is_answered(event, code, typist.program.text()), 1.0):
            return
    raise AssertionError("the desk does not answer")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["desk", "self-service"])
def test_the_desk_stays_up(mode: str, event: Path) -> None:
    """Alive, answering, and every event that was in the log is still there, in a sound file."""
    seed = int(os.environ.get("KIOSK_FUZZ_SEED") or random.SystemRandom().randrange(1 << 32))
    assert 0 == kiosk("-e", str(event), "pin", "set", "organiser", "--stdin", stdin=_PIN)[0]
    options = ["--self-service"] if mode == "self-service" else ["--list", "Door"]
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(event), "desk", *options],
        env={"PYTHONPATH": str(_ROOT), "TEXTUAL_DRIVER": "", "HOME": str(event.parents[1])},
    )
    known = _events(event)
    checks = 0
    with program:
        program.wait_for_text(_STAFF if mode == "self-service" else "last 15 min", 40)
        typist = Typist(program, seed, locked=mode == "self-service")
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                for _ in range(CHECK_EVERY):
                    typist.act()
                _check_answers(typist, event, f"C{20 + checks % (PEOPLE - 20):05}")
                checks += 1
                now = _events(event)
                assert known == now[: len(known)]
                known = now
            program.send_signal(signal.SIGTERM)
            assert 128 + signal.SIGTERM == ended(program.pid)
        except (AssertionError, OSError) as error:
            log = Path(os.environ["KIOSK_STATE"]) / "kiosk.log"
            written = log.read_text()[-4_000:] if log.exists() else ""
            pytest.fail(f"KIOSK_FUZZ_SEED={seed}: {error!r}\n{typist.history()}\n{written}")
    print(f"\n{mode}: seed {seed}, {len(typist.sent)} pieces, {checks} checks")

    assert checks
    assert examine(event, desk="t").ok
    store = Store.open(event, desk="t")
    try:
        assert len(known) <= len(list(store.events()))
        with reading_only(event) as connection:
            (people,) = connection.execute("SELECT count(*) FROM attendee").fetchone()
    finally:
        store.close()
    assert people >= PEOPLE


_IN_A_CODE = [*_F_KEYS, *_CONTROL, b"\x11", b"\x1a", *_MOVES, *_COMMON[2:], *_PARTS]
_IN_A_CODE += [b"\x1b[200~", b"\x1b[201~", b"\x1b[<0;5;23M", b"\x1b[<0;5;23m", b"\x1b[O", b"\x1b]"]
_SPEEDS_S = (0.0, 0.0, 0.001, 0.004)


@pytest.mark.slow
def test_no_code_controls_the_desk(event: Path) -> None:
    """Random bytes of a code, ended by Enter: verdicts only, and each ticket is answered."""
    seed = int(os.environ.get("KIOSK_FUZZ_SEED") or random.SystemRandom().randrange(1 << 32))
    chance = random.Random(seed)
    before = len(_kinds(event))
    end = time.monotonic() + SECONDS
    checks = 0
    while time.monotonic() < end and checks < PEOPLE - 20:
        checks = _scan_hostile_codes(event, chance, checks, end, f"KIOSK_FUZZ_SEED={seed}")
    print(f"\nseed {seed}, {checks} codes")

    assert checks
    assert set(_kinds(event)[before:]) <= {"check_in", "refused"}, f"KIOSK_FUZZ_SEED={seed}"


def _scan_hostile_codes(
    event: Path, chance: random.Random, checks: int, end: float, seed: str
) -> int:
    """Scan at one desk, until the time is over or this machine pauses the scanner.

    What was sent around such a pause is no scan but typed keys, which may open a dialog.

    Returns:
        The number of tickets that were answered, with `checks` of earlier desks.
    """
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(event), "desk", "--list", "Door"],
        env={"PYTHONPATH": str(_ROOT), "TEXTUAL_DRIVER": ""},
    )
    with program:
        program.wait_for_text("last 15 min", 40)
        while time.monotonic() < end and checks < PEOPLE - 20:
            hostile = b"".join(_piece_of_a_code(chance) for _ in range(chance.randrange(1, 7)))
            gap_s = chance.choice(_SPEEDS_S)
            try:
                if gap_s:
                    program.type_pieces([bytes([value]) for value in hostile + b"\r"], gap_s)
                else:
                    os.write(program.fd, hostile + b"\r")
            except pytest.skip.Exception:
                return checks
            time.sleep(chance.choice((0.06, 0.2, 0.4)))
            code = f"C{20 + checks:05}"
            os.write(program.fd, code.encode() + b"\r")
            checks += 1
            if not wait_until(lambda: code in _scanned(event), 2.0):  # noqa: B023
                pytest.fail(f"{seed}: {hostile!r}\n{program.text()}")
        screen = program.text()
    assert "F1 Help" in screen, f"{seed}\n{screen}"
    return checks


def _piece_of_a_code(chance: random.Random) -> bytes:
    match chance.randrange(3):
        case 0:
            return bytes(chance.choices(b"ABCxyz0123456789-/", k=chance.randrange(1, 9)))
        case 1:
            return chance.choice(_IN_A_CODE)
        case _:
            return chance.randbytes(chance.randrange(1, 5)).translate(None, b"\r\n\t")


def _kinds(event: Path) -> list[str]:
    """The kinds of all events, in their order."""
    with reading_only(event) as connection:
        return [row[0] for row in connection.execute("SELECT kind FROM event ORDER BY rowid")]


def _scanned(event: Path) -> set[str]:
    """The codes that were admitted."""
    with reading_only(event) as connection:
        return {row[0] for row in connection.execute("SELECT code FROM scan")}
