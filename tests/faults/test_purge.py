"""After a purge the counts remain, and no person."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.domain.log.events import EventKind, LogEvent, canonical_json, event_hash
from kiosk.domain.log.ids import COUNTER_BITS
from kiosk.services.safety.backup import SECOND_PLACE, auto_back_up
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import merge_events
from tests.support.program import Program

pytestmark = pytest.mark.slow

SECRETS = [
    "Asha Rao",
    "Asha",
    "asha@example.org",
    "C-777-ASHA",
    "+91 98200 11111",
    "O-4711",
    "Acme",
]
PEOPLE = (
    "Ticket code,Name,Email,Company,Phone,Order,Ticket type\n"
    "C-777-ASHA,Asha Rao,asha@example.org,Acme,+91 98200 11111,O-4711,Regular\n"
    "C-2,Bo Berg,bo@example.org,,,O-2,Regular\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the event, without other files of the test."""
    folder = tmp_path / "event"
    folder.mkdir()
    return folder


@pytest.fixture
def program(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """An event with two people, a check-in, backups in two places, badges, half a file."""
    program = Program(folder / "pycon.kiosk", capsys)
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE)
    assert 0 == program.run("new", str(program.event), "--name", "PyCon", "--list", "Door")[0]
    assert 0 == program.run("import", str(people))[0]
    assert 0 == program.run("scan", "C-777-ASHA")[0]
    second = folder / "stick"
    second.mkdir()
    store = Store.open(program.event, desk="Asha's laptop")
    with store.writing():
        store.set_machine_facts({SECOND_PLACE: str(second)})
    store.close()
    assert 0 == program.run("backup")[0]
    assert 2 == len(auto_back_up(program.event, desk="Asha's laptop").files)
    badges = folder / "pycon-badges"
    badges.mkdir()
    (badges / "Asha-Rao.pdf").write_bytes(b"Asha Rao")
    (folder / ".kiosk-0123456789abcdef.part").write_bytes(b"Asha Rao")
    return program


def secrets_in(folder: Path) -> list[str]:
    """The secrets that occur in names or contents of files."""
    found = []
    for path in folder.rglob("*"):
        text = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        found += [f"{secret} in {path.name}" for secret in SECRETS if secret.encode() in text]
    return found


def test_the_counts_remain_and_no_person(program: Program, folder: Path) -> None:
    """No byte of a name, e-mail, code, phone, order or company is left; the counts are the same,
    without the names of desks, which often are names of volunteers."""
    link = folder.parent / "another name of it"
    link.hardlink_to(program.event)
    _, before = program.json("stats")
    assert secrets_in(folder)

    code, done = program.json("purge", "--yes")

    assert (0, 2, []) == (code, done["people"], done["still_there"])
    assert [] == secrets_in(folder)
    assert b"" == link.read_bytes()
    assert ["pycon.kiosk", "stick"] == sorted(path.name for path in folder.iterdir())
    for counted in before["lists"]:
        counted["desks"] = {}
    assert before == program.json("stats")[1]
    assert 0o600 == program.event.stat().st_mode & 0o777
    assert 0 == program.run("doctor")[0]
    assert [] == program.json("find", "Asha")[1]
    assert {"", "vm"} >= {entry["desk"] for entry in program.json("log")[1]}


@pytest.mark.parametrize(
    ("answer", "code"), [("no\n", 1), ("\n", 1), ("", 2), ("yes\n", 0), ("Y\n", 0)]
)
def test_it_asks_first(
    answer: str, code: int, program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only yes removes people; any other answer changes nothing. The question is not on stdout."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(answer.encode())))
    files = sorted(folder.rglob("*"))

    exit_code, out, err = program.run("--json", "purge")

    assert code == exit_code
    assert "Type yes" in err
    if code == 0:
        assert 2 == json.loads(out)["people"]
        assert [] == secrets_in(folder)
    else:
        assert ("", files) == (out, sorted(folder.rglob("*")))
        assert 2 == program.json("stats")[1]["people"]


def test_not_while_a_desk_is_open(
    program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk that has the event open would write into a removed file: exit 2, nothing removed."""
    monkeypatch.setattr("kiosk.storage.file.store.BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(program.event)) as other:
        other.execute("SELECT count(*) FROM attendee").fetchone()
        files = sorted(path.name for path in folder.rglob("*") if "-shm" not in path.name)

        code, out, err = program.run("purge", "--yes")

        assert (2, "") == (code, out)
        assert "Close all desks" in err
        assert set(files) <= {path.name for path in folder.rglob("*")}
    assert 2 == program.json("stats")[1]["people"]


def test_other_events_are_left_alone(program: Program, folder: Path) -> None:
    """Backups and files of an event with a similar name are kept."""
    others = [
        folder / "backups" / "pycon-2027-20260101-101010.kiosk",
        folder / "backups" / "pycon-notes.txt",
        folder / "pycon-salvaged.kiosk",
        folder / "pycon.csv",
    ]
    for path in others:
        path.write_bytes(b"mine")

    program.run("purge", "--yes")

    assert [b"mine"] * len(others) == [path.read_bytes() for path in others]


def test_other_desks_that_still_have_the_people_are_named(program: Program) -> None:
    """A purge of a shared event names each other desk, and when it was last heard."""
    store = Store.open(program.event, desk="Asha's laptop")
    stamp = 1_702_759_400_000 << COUNTER_BITS
    for number, name in enumerate(("Desk 2", "Desk \x1b[31m3")):
        body = canonical_json({"code": f"B{number}", "desk": name})
        event = LogEvent(f"{number}b" * 16, 1, stamp, str(EventKind.BIND), "p1", body)
        merge_events(store, [(*event, event_hash(event).hex())])
    store.close()
    code, out, err = program.run("--json", "purge", "--yes")

    named = json.loads(out)["other_desks"]
    assert 0 == code
    assert ["Desk \x1b[31m3", "Desk 2"] == [desk["name"] for desk in named]
    assert all(datetime.fromisoformat(desk["last_heard"]) for desk in named)
    assert "2 other desks still have the people: " in err
    assert "Desk 2 (last heard " in err
    assert "\x1b" not in err


def test_an_event_of_one_desk_has_no_other_desks(program: Program) -> None:
    """Nothing is said about other desks where there are none."""
    code, out, err = program.run("--json", "purge", "--yes")

    assert (0, []) == (code, json.loads(out)["other_desks"])
    assert "other desk" not in err
