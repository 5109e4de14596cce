"""The real desk on a real terminal: what it writes there, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.safety.doctor import examine
from tests.support.forked import kiosk
from tests.support.naughty import ACTING, SHORT
from tests.support.pty_driver import PtyProgram, wait_until
from tests.support.stores import bind_code
from tests.support.terminal_desk import desk, ended, entered, quit_desk

_ROOT = Path(__file__).parents[2]
_OWN_SEQUENCES = re.compile(
    r"\x1b\[[0-9;:?<>=$ ]*[a-zA-Z~@]"  # colours, places, modes
    r"|\x1b[78=>]"
    r"|\x1b\](?:22|11|10);[a-z?-]*(?:\x07|\x1b\\)"  # the pointer's shape, the colours asked for
    r"|\x1bP\+?q?\$?[0-9a-f]*\x1b\\"
    r"|\x1b_[^\x1b]*\x1b\\"
)


def is_sane(program: PtyProgram) -> bool:
    """Echo and lines are on again; the screen of before, its cursor; no mouse, no paste marks."""
    flags = termios.tcgetattr(program.fd)[3]
    drawn = bytes(program.drawn)
    modes = [(b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h")]
    modes += [(b"\x1b[?1000h", b"\x1b[?1000l"), (b"\x1b[?2004h", b"\x1b[?2004l")]
    return bool(flags & termios.ECHO and flags & termios.ICANON) and all(
        drawn.rfind(off) > drawn.rfind(on) or on not in drawn for on, off in modes
    )


def left_beside(event: Path) -> set[str]:
    """What lies in the event's folder that is neither the event nor its backups."""
    return {item.name for item in event.parent.iterdir()} - {event.name, "backups"}


def test_the_names_come_first(tmp_path: Path) -> None:
    """Event and list are on the terminal before the desk takes it; a name is only text there."""
    path = tmp_path / "e.kiosk"
    name = "कार्यक्रम \x1b]0;owned\x07\nReady"
    create_event(path, name=name, timezone="UTC", list_names=("Door",), desk="Desk 1").close()

    with desk(path) as program:
        before = bytes(program.drawn).partition(b"\x1b[?1049h")[0].decode()

    assert "Opening कार्यक्रम" in before
    assert ", Door ..." in before
    assert "\x1b" not in before
    assert 1 == before.count("\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 128 + signal.SIGTERM),
        pytest.param(signal.SIGHUP, 128 + signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_ended_by_a_signal(number: signal.Signals, code: int, event: Path) -> None:
    """What was confirmed is there, the terminal is as before, nothing lies about."""
    with desk(event) as program:
        program.write("C00001\r")
        program.wait_for_text("CHECKED IN")
        program.send_signal(number)
        assert code == ended(program.pid)
        assert wait_until(lambda: is_sane(program), 3)

    assert ["C00001"] == entered(event)
    assert set() == left_beside(event)
    assert examine(event, desk="t").ok


@pytest.mark.slow
def test_the_terminal_is_closed(event: Path) -> None:
    """The window goes away in the middle of scans: the desk ends by itself, nothing is lost."""
    with desk(event) as program:
        program.write("C00001\rC00002\r")
        program.wait_for_text("in 2 of")
        program._closing.set()
        program._reader.join()
        terminal, program.fd = program.fd, os.open(os.devnull, os.O_RDONLY)
        os.close(terminal)
        assert ended(program.pid) is not None

    assert ["C00001", "C00002"] == entered(event)
    assert set() == left_beside(event)
    assert examine(event, desk="t").ok


@pytest.mark.slow
def test_killed(event: Path) -> None:
    """kill -9: the next start has all that was confirmed, and clears up what was left."""
    with desk(event) as program:
        program.write("C00001\rC00002\rC00003\r")
        program.wait_for_text("in 3 of")
        program.send_signal(signal.SIGKILL)
        assert -signal.SIGKILL == ended(program.pid)
    with desk(event) as program:
        program.write("C00001\r")
        program.wait_for_text("Person 1")
        program.write("C00004\r")
        program.wait_for_text("in 4 of")
        assert 0 == quit_desk(program)

    assert ["C00001", "C00002", "C00003", "C00004"] == entered(event)
    assert set() == left_beside(event)


@pytest.mark.slow
def test_interrupted_and_suspended(event: Path) -> None:
    """Ctrl+C ends nothing; Ctrl+Z and `fg`, and a laptop that slept, leave a desk that scans."""
    with desk(event) as program:
        program.write("\x03")
        program.write("C00001\r")
        program.wait_for_text("in 1 of")
        program.write("\x1a")
        time.sleep(0.5)
        program.send_signal(signal.SIGCONT)
        program.write("C00002\r")
        program.wait_for_text("in 2 of")
        program.send_signal(signal.SIGSTOP)
        program.write("C00003\r")
        time.sleep(1.5)
        program.send_signal(signal.SIGCONT)
        program.wait_for_text("in 3 of")
        assert 0 == quit_desk(program)
        assert wait_until(lambda: is_sane(program), 3)

    assert ["C00001", "C00002", "C00003"] == entered(event)
    assert set() == left_beside(event)


@pytest.mark.slow
def test_the_bytes_a_desk_writes(tmp_path: Path) -> None:
    """No control sequence, bell or C1 code out of anybody's text reaches the terminal."""
    texts = ["\x1b]52;c;ZQ==\x07\x9b31m[/b]", *SHORT]
    (tmp_path / "event").mkdir()
    store = create_event(
        tmp_path / "event" / "\x1b]0;x\x07[b].kiosk",
        name="\x1b]0;pwned\x07[/b]\x9b5n",
        list_names=["Door"],
        desk="\x1b[31m",
    )
    for number, text in enumerate(texts):
        fields = dict.fromkeys(("company", "email", "ticket_type", "note", "attention"), text)
        person = walk_in(store, f"{text}x", fields)
        bind_code(store, f"T-{number}", person.id)
    store.close()
    with desk(store.path, KIOSK_DESK="\x1b]0;d\x07\x9b1m") as program:
        for number, text in enumerate(texts):
            program.write(f"T-{number}\r")
            time.sleep(0.03)
            if text.isprintable() and number % 5 == 0:
                program.write(f"{text}\x1b")
        for key in ("\x1b[20~", "\x1b", "\x1b[15~", "\x1b", "\x1bOR", "\x1b", "\x1b[21~", "\x1b"):
            program.write(key)
            time.sleep(0.4)
        program.write("\x11")
        time.sleep(0.4)
        program.write("\r")  # quitting is confirmed while people arrive
        assert 0 == ended(program.pid)
        time.sleep(0.1)
        drawn = bytes(program.drawn).decode("utf-8")

    text = re.sub("[\r\n\x07]", "", _OWN_SEQUENCES.sub("", drawn))  # a verdict may ring
    found = ACTING.search(text)
    assert found is None, text[max(0, found.start() - 40) : found.end() + 40]
    assert "\x1b]52" not in drawn
    assert "\x1b]0;" not in drawn
    print(f"{len(texts)} texts, {len(drawn):,} characters on the terminal, none acts")


@pytest.mark.parametrize("command", [["import", "more.csv"], ["badges", "-o", "b.pdf"]])
@pytest.mark.slow
def test_commands_ended_on_a_terminal(
    command: list[str], event: Path, people_file: Path, tmp_path: Path
) -> None:
    """Ctrl+C at a command's progress: a sentence, the shell's code, the event sound, no half
    file."""
    (tmp_path / "more.csv").write_text(people_file.read_text().replace("C0", "D0") * 20)
    for wait in (0.3, 0.6, 0.9, 1.2):
        program = PtyProgram(
            [sys.executable, "-m", "kiosk", "-e", str(event), *command],
            env={"PYTHONPATH": str(_ROOT), "PWD": str(tmp_path)},
        )
        with program:
            time.sleep(wait)
            program.write("\x03")
            code = ended(program.pid, 60)
            time.sleep(0.05)
            said = bytes(program.drawn).decode()
        assert code in (0, 1, 2, 130, -2), said
        assert "Traceback" not in said
        assert examine(event, desk="t").ok
    assert [] == list(tmp_path.rglob(".kiosk*"))
    assert 0 == kiosk("-e", str(event), "stats")[0]


def test_a_terminal_that_shows_lines_only(empty_event: Path) -> None:
    """TERM=dumb: a sentence with the way out, instead of a screen that cannot be drawn."""
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(empty_event), "desk"],
        env={"PYTHONPATH": str(_ROOT), "TERM": "dumb"},
    )
    with program:
        program.wait_for_text("--plain", 40)

        assert 2 == ended(program.pid)
