"""`kiosk backup` and `kiosk doctor` as scripts see them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.store import Store
from tests.storage.made import make_store, take_in

from .running import Program


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """An event with one person."""
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"))
    store.close()
    return Program(store.path, capsys)


def test_backup(program: Program, tmp_path: Path) -> None:
    """A backup reports its file and contents; an existing name is exit 2."""
    target = tmp_path / "b.kiosk"

    code, made = program.json("backup", "-o", str(target))
    target.write_text("my notes")
    refused, _, err = program.run("backup", "-o", str(target))

    assert (0, {"file": str(target), "events": 5, "people": 1, "verified": True}) == (code, made)
    assert (refused, target.read_text()) == (2, "my notes")
    assert "is no backup" in err


def test_doctor_on_a_sound_event(program: Program) -> None:
    """A sound event is exit 0."""
    code, found = program.json("doctor")

    assert (code, found["ok"], found["rebuilt"], found["salvaged"]) == (0, True, False, None)
    assert {"code", "ok", "what"} == set(found["checks"][0])


def test_doctor_rebuilds_tables(program: Program) -> None:
    """Wrong tables are exit 1, and are correct afterwards."""
    store = Store.open(program.event, desk="x")
    store.connection.execute("DELETE FROM attendee")
    store.close()

    first, found = program.json("doctor")
    second, _ = program.json("doctor")

    assert (first, found["rebuilt"], second) == (1, True, 0)


def test_doctor_salvages(program: Program) -> None:
    """A corrupt file is exit 1; other commands name `kiosk doctor`, which reports the new file."""
    with closing(sqlite3.connect(program.event)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_event_1'"
        ).fetchone()
    data = program.event.read_bytes()
    start = (root - 1) * 4096
    program.event.write_bytes(data[:start] + bytes(4096) + data[start + 4096 :])

    refused, _, hint = program.run("walk-in", "--name", "Li")
    code, found = program.json("doctor")
    human, out, _ = program.run("doctor")

    assert (refused, "kiosk doctor" in hint) == (2, True)
    assert (code, human) == (1, 1)
    salvaged = found["salvaged"]
    assert (salvaged["events"], salvaged["people"], salvaged["lost"]) == (5, 1, 0)
    assert "e-salvaged-2.kiosk" in out
    again = Program(Path(salvaged["file"]), program._capsys)
    assert again.json("stats")[1]["people"] == 1


@pytest.mark.parametrize("content", [None, b"", b"Name\nAsha\n", bytes(9_000)])
def test_doctor_on_other_files(content: bytes | None, program: Program) -> None:
    """Another file is exit 2 with a sentence; nothing is written."""
    program.event.unlink()
    if content is not None:
        program.event.write_bytes(content)

    code, out, err = program.run("--json", "doctor")

    assert (code, out) == (2, "")
    assert err.startswith("kiosk: ")
    assert "Traceback" not in err


def test_restore(program: Program, tmp_path: Path) -> None:
    """The people are back, the replaced file is kept, and the JSON has both files."""
    target = tmp_path / "b.kiosk"
    program.run("backup", "-o", str(target))
    program.run("walk-in", "--name", "Li")

    code, done = program.json("restore", str(target))
    human, out, _ = program.run("restore", str(target))
    refused, _, err = program.run("restore", str(tmp_path / "none.kiosk"))

    assert (0, 1, 0, 1) == (code, done["people"], done["checked_in"], done["newer_events"])
    assert (str(program.event), str(target)) == (done["file"], done["backup"])
    assert 2 == Program(Path(done["moved_aside"]), program._capsys).json("stats")[1]["people"]
    assert (0, True) == (human, "all its events are in the backup too" in out)
    assert (2, True) == (refused, err.startswith("kiosk: There is no backup"))
    assert "kiosk new" not in err
