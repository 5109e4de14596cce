"""Desks as real programs on one machine, without privileges: every event reaches every desk."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.sharing.sharing import parse_code

from .agreement import PEOPLE, admitted, doubles, make_event, sees, store_of, wait_agree
from .programs import DeskProgram, wait_for

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow


@pytest.fixture
def first(tmp_path: Path) -> Iterator[DeskProgram]:
    """Desk 1 with an event of sixty people, closed."""
    with DeskProgram(tmp_path, "Desk 1") as desk:
        make_event(desk)
        yield desk


@pytest.fixture
def code(first: DeskProgram) -> str:
    """The event's code; Desk 1 is open and shares it."""
    _, shared, _ = first.run("share")
    first.open()
    return str(shared["code"])


@pytest.fixture
def second(first: DeskProgram, code: str, tmp_path: Path) -> Iterator[DeskProgram]:
    """Desk 2, joined and open."""
    with DeskProgram(tmp_path, "Desk 2") as desk:
        exit_code, joined, said = desk.run("join", code)
        assert (0, 2, PEOPLE) == (exit_code, joined["desks"], joined["people"]), said
        desk.open()
        wait_for(lambda: sees(first, "Desk 2"), "Desk 1 to see Desk 2")
        wait_for(lambda: sees(desk, "Desk 1"), "Desk 2 to see Desk 1")
        yield desk


def test_a_scan_here_is_known_there(first: DeskProgram, second: DeskProgram, code: str) -> None:
    """Both show the same digits, an admission at one is ALREADY IN at the other, both ways."""
    _, shared, _ = first.run("share")
    _, again, _ = second.run("share")

    assert shared["confirm"] == again["confirm"]
    assert ["ok"] == first.scan("T-001")
    wait_for(lambda: admitted(second)["T-001"] == 1, "the scan at Desk 2", 5)
    assert ["already_redeemed"] == second.scan("T-001")
    assert ["ok"] == second.scan("T-002")
    wait_for(lambda: admitted(first)["T-002"] == 1, "the scan at Desk 1", 5)
    assert ["already_redeemed"] == first.scan("T-002")
    wait_agree(first, second)
    assert 0 == doubles(first)


def test_a_stalled_desk_catches_up(first: DeskProgram, second: DeskProgram) -> None:
    """Twenty let in at both while one was silent: all reported once, the same at both desks."""
    codes = [f"T-{number:03}" for number in range(20)]
    first.kill()
    assert ["ok"] * 20 == second.scan(*codes)
    second.kill()
    first.open()
    assert ["ok"] * 20 == first.scan(*codes)
    second.open()
    wait_agree(first, second)

    assert [20, 20] == [doubles(first), doubles(second)]


def test_killed_in_a_storm(first: DeskProgram, second: DeskProgram) -> None:
    """Whatever a killed desk had answered is at all desks after its restart, nothing twice."""
    first.send(*(f"T-{number:03}" for number in range(0, PEOPLE, 2)))
    second.send(*(f"T-{number:03}" for number in range(1, PEOPLE, 2)))
    wait_for(lambda: len(second.answered) > 10, "some answers")
    second.kill()
    answered = set(second.answered)
    wait_for(lambda: len(first.answered) == PEOPLE // 2, "all answers of Desk 1")
    second.open()
    wait_agree(first, second)
    store = store_of(first)
    rows = store.connection.execute("SELECT code FROM scan WHERE outcome = 'ok'").fetchall()
    store.close()

    assert answered <= {row[0] for row in rows}
    assert len(rows) == len(set(rows))


def test_a_late_desk_gets_what_a_dead_one_wrote(
    first: DeskProgram, second: DeskProgram, code: str, tmp_path: Path
) -> None:
    """Desk 1 is gone for good; Desk 3 learns all of it from Desk 2."""
    first.scan("T-001", "T-002")
    wait_agree(first, second)
    first.kill()
    with DeskProgram(tmp_path, "Desk 3") as third:
        _, shared, _ = second.run("share")
        exit_code, joined, said = third.run("join", shared["code"])
        assert (0, PEOPLE) == (exit_code, joined["people"]), said
        wait_agree(second, third)


def test_an_import_and_an_edit_reach_all(
    first: DeskProgram, second: DeskProgram, tmp_path: Path
) -> None:
    """One export imported at both desks makes no doubles; an edit is known everywhere."""
    export = tmp_path / "list.csv"
    names = "".join(f"Asha {n},asha{n}@example.org,E-{n}\n" for n in range(30))
    export.write_text("Name,Email,Ticket code\n" + names, encoding="utf-8")
    assert 30 == first.run("import", str(export))[1]["new"]
    assert second.run("import", str(export))[1]["new"] in (0, 30)
    wait_agree(first, second)
    store = store_of(second)
    people = store.connection.execute("SELECT count(*) FROM attendee").fetchone()[0]
    store.close()

    assert PEOPLE + 30 == people


def _authority(desk: DeskProgram) -> set[bytes]:
    """The certificate of the code that an open desk uses."""
    folder = desk.event.parent / "state" / "sharing"
    return {path.read_bytes() for path in folder.rglob("authority.pem")}


def test_a_new_code_locks_the_old_one_out(
    first: DeskProgram, second: DeskProgram, code: str, tmp_path: Path
) -> None:
    """A desk with the old code receives nothing; a desk with the new code continues the log."""
    before = _authority(first)
    _, renewed, _ = first.run("share", "--new-code")
    assert code != renewed["code"]
    second.close()
    wait_for(lambda: bool(_authority(first) - before), "the new code")
    with DeskProgram(tmp_path, "Thief") as thief:
        exit_code, joined, said = thief.run("join", code, "--timeout", "12")
        assert (2, None) == (exit_code, joined)
        assert "has another code than this one" in said, said
        assert not thief.event.exists()
    exit_code, joined, said = second.run("join", renewed["code"])
    assert 0 == exit_code, said
    wait_agree(first, second)


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_desks_with_the_old_code_are_notified(
    first: DeskProgram, second: DeskProgram, is_open: bool
) -> None:
    """They name the desk that changed the code; that desk lists them until they join again. A
    change while the desk was closed is notified when it opens."""
    if not is_open:
        first.close()
    _, renewed, said = first.run("share", "--new-code")
    if not is_open:
        first.open()
    assert ["Desk 2"] == renewed["old_code_desks"], said
    wait_for(lambda: "Desk 1 made a new code at" in second.run("desks")[2], "the notice")
    still = "Still with the old code: Desk 2."
    wait_for(lambda: still in first.run("desks")[2], "the list of desks with the old code")
    second.close()
    exit_code, _, said = second.run("join", renewed["code"])
    assert 0 == exit_code, said
    second.open()
    wait_for(lambda: sees(first, "Desk 2"), "Desk 1 to see Desk 2 again")
    wait_for(lambda: "old code" not in first.run("desks")[2], "the list to be empty")

    assert "new code" not in second.run("desks")[2]


def test_the_notice_of_a_new_code_is_passed_on(
    first: DeskProgram, second: DeskProgram, code: str, tmp_path: Path
) -> None:
    """Desk 2 was closed when the code changed, and finds only Desk 3 with the same old code."""
    with DeskProgram(tmp_path, "Desk 3") as third:
        exit_code, _, said = third.run("join", code)
        assert 0 == exit_code, said
        third.open()
        wait_for(lambda: sees(third, "Desk 1"), "Desk 3 to see Desk 1")
        second.close()
        first.run("share", "--new-code")
        made = "Desk 1 made a new code at"
        wait_for(lambda: made in third.run("desks")[2], "the notice at Desk 3")
        first.close()
        second.open()
        wait_for(lambda: made in second.run("desks")[2], "the notice at Desk 2")
        wait_agree(second, third)


def test_joining_again_adds_to_the_event_that_was_open_last(
    first: DeskProgram, second: DeskProgram, tmp_path: Path
) -> None:
    """After a new code, `kiosk join CODE` makes no second file, which would hide the first one's
    check-ins."""
    _, renewed, _ = first.run("share", "--new-code")
    second.close()
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--json", "join", renewed["code"]],
        env=second.environment | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert str(second.event) == json.loads(done.stdout)["event"], done.stderr


def test_an_address_is_called_by_the_open_desk(first: DeskProgram, code: str) -> None:
    """`desks --address` makes the open desk call it: it soon knows what answers there."""
    first.run("desks", "--address", "127.0.0.1:9")
    called = "The laptop at 127.0.0.1:9 answers, but no desk is open there"
    wait_for(lambda: called in first.run("desks")[2], "the result of the call")


def test_two_programs_on_one_file(first: DeskProgram, second: DeskProgram) -> None:
    """Events of a command on the file of an open desk arrive at the other desk."""
    _, results, _ = first.run("scan", "T-033")
    assert ["ok"] == [result["outcome"] for result in results]
    wait_for(lambda: admitted(second)["T-033"] == 1, "the scan at Desk 2", 5)
    assert ["already_redeemed"] == second.scan("T-033")


def test_the_keys_are_private_and_go(first: DeskProgram, code: str) -> None:
    """Other users cannot read the keys while the desk is open; afterwards the keys are gone."""
    folder = first.event.parent / "state" / "sharing"
    wait_for(lambda: len(list(folder.rglob("*.pem"))) == 2, "the keys")
    for path in folder.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.is_dir() or path.suffix in (".pem", ".key"):
            assert 0 == mode & 0o077, path
    first.close()

    assert [] == [*folder.rglob("*.pem"), *folder.rglob("*.key")]


@pytest.mark.parametrize("text", ["HELLO", "0000 0000", "X" * 28])
def test_no_code(tmp_path: Path, text: str) -> None:
    """A text that is no code is refused at once, and no file is created."""
    with DeskProgram(tmp_path, "Desk 9") as desk:
        exit_code, joined, said = desk.run("join", text)

        assert (2, None) == (exit_code, joined)
        assert "no code of an event" in said
        assert not desk.event.exists()


def test_a_desk_alone_imports_no_engine(tmp_path: Path) -> None:
    """Until it is shared an event has no socket, and nothing of the engine is loaded."""
    import subprocess
    import sys

    with DeskProgram(tmp_path, "Desk 1") as desk:
        desk.run("new", str(desk.event), "--name", "Alone")
        program = (
            "import sys\n"
            "from kiosk.ui.cli.main import run\n"
            f"run(['-e', {str(desk.event)!r}, 'scan', '-'])\n"
            "print(*(n for n in ('zenoh', 'nacl') if n in sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=desk.environment,
            input="X\n",
            capture_output=True,
            text=True,
            check=True,
        )

        assert "" == done.stdout.splitlines()[-1]


def test_what_a_code_says(code: str) -> None:
    """Capitals and digits; the secret and an address."""
    read: Any = parse_code(code)

    assert code.isalnum()
    assert read.addresses
    assert json.dumps(code).isascii()
