"""Codes line by line beside other processes, as real programs on pipes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.ui.cli.main import run

PEOPLE = Path(__file__).parent / "people.csv"
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """An event that goes on today."""
    path = tmp_path / "now.kiosk"
    days = [date.today() + timedelta(days=number) for number in (-1, 0, 1)]
    words = [word for day in days for word in ("--day", day.isoformat())]
    assert 0 == run(["new", str(path), "--name", "Now", "--timezone", "UTC", *words])
    assert 0 == run(["-e", str(path), "import", str(PEOPLE)])
    return path


def kiosk(event: Path, *words: str, desk: str = "Other") -> tuple[int, str, str]:
    """`kiosk` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "-e", str(event), "--desk", desk, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


class Stream:
    """`kiosk --json scan -`, a line at a time."""

    def __init__(self, event: Path) -> None:
        self.program = subprocess.Popen(
            [
                *(sys.executable, "-m", "kiosk", "-e", str(event)),
                "--json",
                "--desk",
                "Door",
                "scan",
                "-",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.event = event

    def ask(self, code: str) -> dict[str, object]:
        """One line in, one line out; what it said is on the disk by then."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(code + "\n")
        self.program.stdin.flush()
        answer: dict[str, object] = json.loads(self.program.stdout.readline())
        return answer

    def entries(self) -> int:
        """Check-ins in the file, as another program reads it."""
        connection = sqlite3.connect(self.event)
        count = connection.execute("SELECT count(*) FROM event WHERE kind='check_in'").fetchone()
        connection.close()
        return int(count[0])

    def end(self) -> int:
        assert self.program.stdin is not None
        self.program.stdin.close()
        return self.program.wait(60)


@pytest.fixture
def stream(event: Path) -> Iterator[Stream]:
    stream = Stream(event)
    yield stream
    stream.program.kill()
    stream.program.wait()


def test_each_line_sees_what_others_wrote_before_it(event: Path, stream: Stream) -> None:
    """Between two lines another process admits, edits, registers, adds a list: all of it counts."""
    first = stream.ask("A-ASHA")
    assert ("ok", 1) == (first["outcome"], stream.entries())

    assert 0 == kiosk(event, "scan", "A-BILAL")[0]
    assert 1 == kiosk(event, "scan", "A-ASHA")[0]
    again = stream.ask("A-BILAL")
    assert "already_redeemed" == again["outcome"]
    assert "Other" == again["first"]["desk"]  # type: ignore[index]

    person = json.loads(kiosk(event, "--json", "find", "Esther Pending")[1])[0]["id"]
    assert "unpaid" == stream.ask("A-PENDING")["outcome"]
    assert 0 == kiosk(event, "edit", person, "--set", "status=valid")[0]
    assert "ok" == stream.ask("A-PENDING")["outcome"]

    late = event.parent / "late.csv"
    late.write_text(PEOPLE.read_text(encoding="utf-8") + "L-1,Late One,,,Regular,,paid,1\n")
    assert "invalid" == stream.ask("L-1")["outcome"]
    assert 0 == kiosk(event, "import", str(late))[0]
    assert "ok" == stream.ask("L-1")["outcome"]

    assert 0 == kiosk(event, "undo", desk="Door")[0]
    assert "ok" == stream.ask("L-1")["outcome"]
    assert 1 == stream.end()
    assert 5 == stream.entries()


def test_odd_lines_are_answered_one_for_one(stream: Stream) -> None:
    """An empty line, a very long one and one in another script each have their answer."""
    outcomes = [
        stream.ask(line)["outcome"] for line in ("", "x" * 5000, "陈", "A-CHEN", " A-DIYA ")
    ]

    assert ["invalid", "invalid", "invalid", "ok", "ok"] == outcomes
    assert 1 == stream.end()


def test_only_good_lines_are_exit_0(stream: Stream) -> None:
    """What was repeated is good too."""
    outcomes = [stream.ask(line)["outcome"] for line in ("A-ASHA", "A-ASHA", "A-BILAL")]

    assert ["ok"] * 3 == outcomes
    assert 0 == stream.end()
    assert 2 == stream.entries()


def test_several_desks_admit_a_ticket_once(event: Path) -> None:
    """Three processes scan everybody at once: each ticket goes in at one of them, a party whole."""
    streams = [Stream(event) for _ in range(3)]
    codes = ["A-ASHA", "A-BILAL", "A-CHEN", "A-DIYA"]
    for stream in streams:
        assert stream.program.stdin is not None
        stream.program.stdin.write("\n".join(codes) + "\n")
        stream.program.stdin.flush()
    answers = []
    for stream in streams:
        out, _ = stream.program.communicate(timeout=60)
        answers += [json.loads(line) for line in out.splitlines()]

    admitted = [a["code"] for a in answers if a["outcome"] == "ok" and not a["repeated"]]
    assert sorted(codes) == sorted(admitted)
    assert 12 == len(answers)


def test_streams_of_a_program_hold_what_they_should(event: Path) -> None:
    """JSON alone on stdout, sentences for people on stderr or stdout, never both mixed."""
    environment = os.environ | {"KIOSK_EVENT": str(event), "KIOSK_DESK": "From environment"}
    program = [sys.executable, "-m", "kiosk"]

    done = subprocess.run(
        [*program, "--json", "scan", "A-ASHA", "NOBODY"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    log = subprocess.run(
        [*program, "log", "--json"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )

    assert (1, "") == (done.returncode, done.stderr)
    assert ["ok", "invalid"] == [item["outcome"] for item in json.loads(done.stdout)]
    assert "From environment" == json.loads(log.stdout)[-1]["desk"]
    code, out, err = kiosk(event, "--json", "scan", "--list", "Nowhere", "A-ASHA")
    assert (2, "") == (code, out)
    assert err.startswith("kiosk: ")
    assert "Traceback" not in err
