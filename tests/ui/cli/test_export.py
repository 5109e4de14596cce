"""`kiosk export` in scripts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.checkin import ScanOrder, scan
from tests.support.program import Program
from tests.support.stores import make_store, take_in


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """An event with two people, one of them checked in."""
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path.with_name(f"{tmp_path.name}-state")))
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"), Attendee("b2", name="Ravi"))
    scan(store, ScanOrder(code="T-a1"))
    store.close()
    return Program(store.path, capsys)


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.json", "OUT.CSV"])
def test_every_format_reports_rows_and_file(name: str, program: Program, tmp_path: Path) -> None:
    """The JSON has the number of rows and the file."""
    target = tmp_path / name

    assert (0, {"rows": 2, "file": str(target)}) == program.json("export", "-o", str(target))
    assert target.stat().st_size > 0


@pytest.mark.parametrize(("who", "expected"), [("all", 2), ("present", 1), ("absent", 1)])
def test_who(who: str, expected: int, program: Program, tmp_path: Path) -> None:
    """`--who` selects the rows, with and without a list."""
    arguments = ["export", "-o", str(tmp_path / "out.json"), "--who", who]

    assert expected == program.json(*arguments)[1]["rows"]
    assert expected == program.json(*arguments, "--list", "door")[1]["rows"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["-o", "out.docx"], ".xlsx"),
        (["-o", "out"], ".csv"),
        (["-o", "none/out.csv"], "no folder"),
        (["-o", "out.csv", "--list", "Dor"], "Door"),
        (["-o", "out.csv", "--who", "nobody"], "absent"),
        ([], "-o"),
    ],
)
def test_bad_exports_are_refused(
    arguments: list[str],
    word: str,
    program: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error is exit 2 with what to do, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())

    code, out, err = program.run("export", *arguments)

    assert (code, out) == (2, "")
    assert word in err
    assert "Traceback" not in err
    assert before == [path for path in sorted(tmp_path.iterdir()) if path.name != "state"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device on this system")
def test_a_device_is_never_replaced(program: Program) -> None:
    """A device is refused and not replaced."""
    code, _, err = program.run("export", "-o", "/dev/full.csv/x.csv")

    assert code == 2
    assert "Traceback" not in err
    assert Path("/dev/full").is_char_device()


@pytest.mark.slow
def test_a_killed_export_leaves_the_old_file(tmp_path: Path) -> None:
    """After a kill, the file is the old one or the complete new one."""
    store = make_store(tmp_path)
    take_in(store, *[Attendee(f"i{n}", name=f"Person {n}", note="x" * 500) for n in range(20_000)])
    store.close()
    target = tmp_path / "out.json"
    target.write_text("[]")
    command = [sys.executable, "-m", "kiosk", "-e", str(store.path), "export", "-o", str(target)]
    environment = {**os.environ, "KIOSK_STATE": str(tmp_path / "state")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(tmp_path.glob(".kiosk-*.part")):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert len(json.loads(target.read_text("utf-8"))) in (0, 20_000)
