"""Scans through a real terminal, in every way scanners and people send keys."""

from __future__ import annotations

import json
import os
import random
import signal
import string
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from tests.support.pty_driver import PtyProgram, wait_until

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[4]
F2, F3, F4, F5, F6 = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~"
PASTE = "\x1b[200~{}\x1b[201~"


class DemoTerminal:
    """The demo desk on a terminal, and what it wrote down."""

    def __init__(self, log: Path, early: str = "") -> None:
        self._log = log
        self.terminal = PtyProgram(
            [sys.executable, str(Path(__file__).with_name("demo_desk.py")), str(log)],
            env={"PYTHONPATH": str(_ROOT), "TEXTUAL_DRIVER": ""},
            early=early,
        )

    def noted(self, kind: str) -> list[str]:
        """Texts of one kind so far, in their order."""
        if not self._log.exists():
            return []
        lines = self._log.read_text("utf-8").splitlines()
        return [note["text"] for line in lines if (note := json.loads(line))["kind"] == kind]

    def wait_for(self, kind: str, count: int) -> list[str]:
        """Texts of one kind when there are `count`, or what there is when it takes too long."""
        wait_until(lambda: len(self.noted(kind)) >= count)
        return self.noted(kind)

    def fields(self) -> list[str]:
        """What the form fields hold; the scan field of the desk first."""
        before = len(self.noted("fields"))
        self.terminal.write(F6)
        return self.wait_for("fields", before + 1)[-1].split("|")

    def settled_fields(self) -> list[str]:
        """What the form fields hold once their own queues of keys are empty."""
        time.sleep(0.1)
        self.fields()
        return self.fields()

    def go(self, key: str) -> None:
        """Press F4 or F5 and wait until the focus has moved."""
        before = len(self.noted("focus"))
        self.terminal.write(key)
        assert len(self.wait_for("focus", before + 1)) == before + 1
        self.fields()

    def open_form(self) -> None:
        """Open the dialog and wait for it."""
        self.terminal.write(F2)
        self.terminal.wait_for_text("FORM-OPEN")
        self.fields()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoTerminal]:
    """A desk that is up, with the focus in the scan field."""
    running = DemoTerminal(tmp_path / "log")
    with running.terminal as terminal:
        terminal.wait_for_text("DESK-READY")
        yield running


def codes(count: int, seed: int = 1, length: int = 20) -> list[str]:
    """Codes that differ, of letters of both cases and digits."""
    chance = random.Random(seed)
    alphabet = string.ascii_letters + string.digits
    return ["".join(chance.choices(alphabet, k=length)) for _ in range(count)]


@pytest.mark.parametrize(
    "end",
    [
        "\r",
        pytest.param("\r\n", marks=pytest.mark.slow),
        pytest.param("\n", marks=pytest.mark.slow),
        pytest.param("\t", marks=pytest.mark.slow),
    ],
    ids=["CR", "CRLF", "LF", "Tab"],
)
def test_forty_scans_in_one_write(desk: DemoTerminal, end: str) -> None:
    """Forty scans written at once arrive as forty scans, whatever ends them."""
    sent = codes(40)

    desk.terminal.write("".join(code + end for code in sent))

    assert sent == desk.wait_for("scan", 40)
    assert desk.noted("typed") == []
    assert desk.settled_fields() == ["", ""]


@pytest.mark.parametrize(
    ("gap_ms", "count"),
    [
        (1, 12),
        pytest.param(0.5, 40, marks=pytest.mark.slow),
        pytest.param(2, 40, marks=pytest.mark.slow),
        pytest.param(5, 20, marks=pytest.mark.slow),
        pytest.param(8, 10, marks=pytest.mark.slow),
        pytest.param(16, 6, marks=pytest.mark.slow),
    ],
)
def test_scans_a_character_at_a_time(desk: DemoTerminal, gap_ms: float, count: int) -> None:
    """Scans typed back to back at a scanner's pace arrive whole."""
    sent = codes(count)

    desk.terminal.type("".join(code + "\r" for code in sent), gap_ms / 1000)

    assert sent == desk.wait_for("scan", count)
    assert desk.noted("typed") == []
    assert desk.settled_fields() == ["", ""]


def test_the_event_loop_is_held(desk: DemoTerminal) -> None:
    """Scans and typing during 1.5 s in which nothing is handled arrive whole, in order."""
    sent = codes(12)
    desk.terminal.write(F3)
    desk.wait_for("held", 1)

    desk.terminal.type("".join(code + "\r" for code in sent), 0.002)
    time.sleep(0.2)
    desk.terminal.type(sent[0], 0.002)
    time.sleep(0.2)
    desk.terminal.write(sent[1] + "\r")

    assert [*sent, *sent[:2]] == desk.wait_for("scan", 14)
    assert desk.settled_fields() == ["", ""]


def test_stopped_in_the_middle_of_a_scan(desk: DemoTerminal) -> None:
    """The process is stopped for 1.5 s within a code, and goes on with one input thread."""
    sent = codes(30)

    desk.terminal.type(sent[0][:7], 0.002)
    desk.terminal.send_signal(signal.SIGSTOP)
    desk.terminal.type(sent[0][7:] + "\r" + "".join(code + "\r" for code in sent[1:4]), 0.002)
    time.sleep(1.4)
    desk.terminal.send_signal(signal.SIGCONT)
    desk.terminal.type("".join(code + "\r" for code in sent[4:]), 0.001)

    assert sent == desk.wait_for("scan", 30)
    assert desk.settled_fields() == ["", ""]


def test_stopped_and_continued_again_and_again(desk: DemoTerminal) -> None:
    """After ten stops there is still one input thread, and the desk draws what it should."""
    threads = _threads(desk.terminal.pid)
    for _ in range(10):
        desk.terminal.send_signal(signal.SIGSTOP)
        desk.terminal.send_signal(signal.SIGCONT)
        time.sleep(0.03)
    sent = codes(12, seed=3)

    desk.terminal.type("".join(code + "\r" for code in sent), 0.001)

    assert sent == desk.wait_for("scan", 12)
    assert threads == _threads(desk.terminal.pid)
    desk.terminal.wait_for_text(f"VERDICT-12-{sent[-1]}-END")


def test_suspended_and_resumed(desk: DemoTerminal) -> None:
    """After Ctrl+Z and `fg` the desk scans and draws as before."""
    for _ in range(2):
        desk.terminal.send_signal(signal.SIGTSTP)
        assert wait_until(lambda: _edits_lines(desk.terminal))
        time.sleep(0.3)
        desk.terminal.send_signal(signal.SIGCONT)
        assert wait_until(lambda: not _edits_lines(desk.terminal))
    sent = codes(8, seed=4)

    desk.terminal.type("".join(code + "\r" for code in sent), 0.001)

    assert sent == desk.wait_for("scan", 8)
    desk.terminal.wait_for_text(f"VERDICT-8-{sent[-1]}-END")


def _edits_lines(terminal: PtyProgram) -> bool:
    """Whether the terminal edits lines itself, as it does for a shell."""
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ICANON)


def _threads(pid: int) -> int:
    """How many threads a process has; 0 where the system does not tell."""
    tasks = Path(f"/proc/{pid}/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 0


@pytest.mark.parametrize(
    "end",
    [
        "\r",
        pytest.param("\r\n", marks=pytest.mark.slow),
        pytest.param("\t", marks=pytest.mark.slow),
    ],
    ids=["CR", "CRLF", "Tab"],
)
def test_before_the_program_listens(tmp_path: Path, end: str) -> None:
    """Scans made while the terminal is still in cooked mode are kept."""
    sent = codes(3)
    running = DemoTerminal(tmp_path / "log", early="".join(code + end for code in sent))

    with running.terminal as terminal:
        terminal.wait_for_text("DESK-READY")
        assert sent == running.wait_for("scan", 3)
        assert running.settled_fields() == ["", ""]


def test_while_the_program_starts(tmp_path: Path) -> None:
    """Scans typed from the start of the program until after its first frame are kept."""
    sent = codes(12)
    running = DemoTerminal(tmp_path / "log")

    with running.terminal as terminal:
        terminal.type("".join(code + "\r" for code in sent), 0.002)
        terminal.wait_for_text("DESK-READY")
        assert sent == running.wait_for("scan", 12)
        assert running.settled_fields() == ["", ""]


def test_without_terminator(desk: DemoTerminal) -> None:
    """Codes that nothing ends arrive when nothing follows them."""
    sent = codes(3)

    for code in sent:
        desk.terminal.type(code, 0.003)
        time.sleep(0.25)

    assert sent == desk.wait_for("scan", 3)
    assert desk.settled_fields() == ["", ""]


def test_prefixes_and_other_scripts(desk: DemoTerminal) -> None:
    """Symbology prefixes and control characters go, letters of any script stay."""
    desk.terminal.write("]Q3\\000026ABC-1\r]C101\x1d23\r\x02STX1\x03\rनाम-१२\r名札一二三\r")

    assert desk.wait_for("scan", 5) == ["ABC-1", "0123", "STX1", "नाम-१२", "名札一二三"]


def test_terminals_that_report_every_key(desk: DemoTerminal) -> None:
    """With the Kitty keyboard protocol, Shift is a key of its own and a letter a sequence."""
    desk.go(F4)
    for code in ("Kx8\x1d-A1", "PY-2028"):
        desk.terminal.write("".join(map(_kitty, code)) + "\x1b[13u")

    assert desk.wait_for("scan", 2) == ["Kx8-A1", "PY-2028"]
    assert desk.settled_fields() == ["", ""]


def _kitty(character: str) -> str:
    if character == "\x1d":
        return "\x1b[57442;5u\x1b[93;5u"
    if character.isupper():
        return f"\x1b[57441;2u\x1b[{ord(character.lower())};2;{ord(character)}u"
    return f"\x1b[{ord(character)};;{ord(character)}u"


def test_bytes_that_are_no_text(desk: DemoTerminal) -> None:
    """A terminal that sends Latin-1 does not stop the desk."""
    os.write(desk.terminal.fd, b"M\xfcller1\r")
    desk.terminal.write("ABC123\r")

    assert desk.wait_for("scan", 2) == ["M\ufffdller1", "ABC123"]


def typed_by_now(desk: DemoTerminal, text: str) -> None:
    """Wait until the program has read the text: on a busy machine a scan would arrive with it."""
    desk.terminal.wait_for_text(text)
    time.sleep(0.3)


def test_a_person_types(desk: DemoTerminal) -> None:
    """Typed text is shown as it is typed and submitted as typed; the field is empty after."""
    desk.terminal.type("priya", 0.08)
    desk.terminal.wait_for_text("priya")
    desk.terminal.type(" x\x7fsharma\r", 0.08)

    assert desk.wait_for("typed", 1) == ["priya sharma"]
    assert desk.noted("scan") == []
    assert desk.settled_fields() == ["", ""]


def test_half_a_word_then_a_scan(desk: DemoTerminal) -> None:
    """A scan replaces what was typed before it, and does not melt with it."""
    desk.terminal.type("pri", 0.08)
    time.sleep(0.1)
    desk.terminal.type("ABC123\r", 0.005)

    assert desk.wait_for("scan", 1) == ["ABC123"]
    assert desk.settled_fields() == ["", ""]


@pytest.mark.parametrize("gap_ms", [3, *(pytest.param(g, marks=pytest.mark.slow) for g in (0, 12))])
def test_in_a_form_field(desk: DemoTerminal, gap_ms: float) -> None:
    """A scan with the focus in a form field is a scan; the form keeps only what was typed."""
    desk.go(F4)

    desk.terminal.type("asha", 0.09)
    typed_by_now(desk, "asha")
    desk.terminal.type("X8301243abc\r\n", gap_ms / 1000)
    time.sleep(0.2)
    desk.terminal.type(" rao", 0.09)
    time.sleep(0.1)

    assert desk.wait_for("scan", 1) == ["X8301243abc"]
    assert desk.settled_fields() == ["", "asha rao"]


def test_in_a_dialog(desk: DemoTerminal) -> None:
    """A scan with a dialog open reaches the desk: not its fields, not its buttons."""
    desk.open_form()
    desk.terminal.type("ravi", 0.09)
    typed_by_now(desk, "ravi")
    desk.terminal.write("K8301243\r")
    assert desk.wait_for("scan", 1) == ["K8301243"]

    time.sleep(0.2)
    desk.terminal.write("\t")
    time.sleep(0.1)
    desk.terminal.type("K8301244\r", 0.004)
    assert desk.wait_for("scan", 2) == ["K8301243", "K8301244"]
    assert desk.noted("button") == []
    assert sorted(desk.settled_fields()) == ["", "", "ravi"]

    desk.terminal.write("\r")
    assert desk.wait_for("button", 1) == [""]


def test_pastes(desk: DemoTerminal) -> None:
    """A pasted line is a scan in the scan field, the rest is text; in a form all is text."""
    desk.terminal.write(PASTE.format("ABC-1\r"))
    assert desk.wait_for("scan", 1) == ["ABC-1"]
    desk.terminal.write(PASTE.format("ABC-2"))
    desk.terminal.wait_for_text("ABC-2")
    desk.terminal.write("\r")
    assert desk.wait_for("typed", 1) == ["ABC-2"]

    desk.go(F4)
    time.sleep(0.1)  # a paste right behind another key is a scanner's
    desk.terminal.write(PASTE.format("Li Wei\r"))
    assert desk.settled_fields() == ["", "Li Wei"]
    assert desk.noted("scan") == ["ABC-1"]


def test_a_key_held_down(desk: DemoTerminal) -> None:
    """Auto-repeat types into a form."""
    desk.go(F4)

    desk.terminal.type("a", 0.4)
    desk.terminal.type("a" * 20, 0.030)
    time.sleep(0.2)

    assert desk.settled_fields() == ["", "a" * 21]
    assert desk.noted("scan") == []
