"""`kiosk tables`, `kiosk transfer`, and first-timers on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.services.event.event import create_event
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    path = tmp_path / "e.kiosk"
    create_event(path, name="Meetup", desk="t").close()
    return Program(path, capsys)


def registered(program: Program, name: str, *options: str) -> Any:
    code, person = program.json("walk-in", "--name", name, *options)
    assert 0 == code
    return person


def test_tables_are_set_shown_and_turned_off(program: Program) -> None:
    """Tables are shown as JSON and as lines."""
    program.run("tables", "--set", "2", "--seats", "4")
    registered(
        program, "Asha Rao", "--set", "first_time=yes", "--set", "company=Acme", "--check-in"
    )
    code, now = program.json("tables")

    assert (0, True, "Attendance", 4) == (code, now["on"], now["list"], now["seats"])
    assert [("1", 1, 1), ("2", 0, 0)] == [
        (table["name"], table["taken"], table["first_timers"]) for table in now["tables"]
    ]
    assert "Asha Rao  Acme  ⚑ First time here" in program.run("tables")[1]
    assert False is program.json("tables", "--off")[1]["on"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--set", "0"),
        ("--set", "many"),
        ("--set", "2", "--names", "A,B"),
        ("--names", ","),
        ("--seats", "3"),
        ("--off", "--seats", "3"),
        ("--set", "2", "--list", "Nowhere"),
    ],
)
def test_bad_tables_are_refused(program: Program, wrong: tuple[str, ...]) -> None:
    """An error is exit 2, and there are no tables."""
    assert 2 == program.run("tables", *wrong)[0]
    assert False is program.json("tables")[1]["on"]


def test_scan_shows_the_table(program: Program) -> None:
    """The JSON has fields, and the message a sentence."""
    program.run("tables", "--names", "Banyan,Neem")
    program.run("lists", "add", "T-shirt")
    asha = registered(program, "Asha Rao", "--set", "extra.T-shirt size=M")
    code, [verdict] = program.json("scan", asha["badge_code"])

    assert (0, "Banyan", False, False) == (
        code,
        verdict["table"],
        verdict["table_full"],
        verdict["first_time"],
    )
    assert [{"list": "T-shirt", "answer": "M"}] == verdict["not_yet"]
    assert "Banyan" == program.json("show", asha["id"])[1]["table"]


def test_a_ticket_is_transferred(program: Program) -> None:
    """The history shows the transfer; a ticket that is checked in is exit 2."""
    asha = registered(program, "Asha Rao", "--set", "email=asha@example.org")
    code, ravi = program.json("transfer", asha["id"], "--name", "Ravi Menon", "--reason", "Ill")

    assert (0, "Ravi Menon", "") == (code, ravi["name"], ravi["email"])
    assert [("Asha Rao", "Ill")] == [(t["from"], t["reason"]) for t in ravi["passed_on"]]
    assert "transferred from Asha Rao (Ill)" in program.run("show", asha["id"])[1]
    assert "transferred from “Asha Rao” (Ill)" in program.run("log")[1]
    program.run("scan", asha["badge_code"])
    code, _, told = program.run("transfer", asha["id"], "--name", "Mina")
    assert (2, True) == (code, "Undo" in told)
    forced = ("--force", "--reason", "Swapped")
    assert 0 == program.run("transfer", asha["id"], "--name", "Mina", *forced)[0]


@pytest.mark.slow
def test_forcing_asks_for_the_pin(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forced transfer needs the PIN."""
    from kiosk.domain.checkin.privileges import Role
    from kiosk.services.checkin.authorisation import set_pin
    from kiosk.storage.file.store import Store

    store = Store.open(program.event, desk="t")
    set_pin(store, Role.SUPERVISOR, "4711")
    store.close()
    asha = registered(program, "Asha Rao", "--check-in")
    forced = ("transfer", asha["id"], "--name", "Mina", "--force", "--reason", "Swapped")

    assert 2 == program.run(*forced)[0]
    monkeypatch.setenv("KIOSK_PIN", "4711")
    assert 0 == program.run(*forced)[0]


@pytest.mark.slow
def test_undo_of_an_old_check_in_needs_the_pin(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo needs the supervisor's PIN after five minutes."""
    from kiosk.domain.checkin.privileges import UNDO_FREE_MS, Role
    from kiosk.services.checkin.authorisation import set_pin
    from kiosk.storage.file.store import Store

    store = Store.open(program.event, desk="t")
    set_pin(store, Role.SUPERVISOR, "4711")
    now_ms = store.clock()
    store.close()
    asha = registered(program, "Asha Rao", "--check-in")
    assert 0 == program.run("undo")[0]
    program.run("scan", asha["badge_code"])
    later = now_ms + UNDO_FREE_MS + 60_000
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", lambda: later)  # type: ignore[attr-defined]

    code, _, told = program.run("undo")
    assert (2, True) == (code, "needs the supervisor's PIN" in told)
    monkeypatch.setenv("KIOSK_PIN", "1234")
    assert 2 == program.run("undo")[0]
    monkeypatch.setenv("KIOSK_PIN", "4711")
    assert 0 == program.run("undo")[0]
    assert 1 == program.run("undo")[0]


def test_a_guest_is_named_and_checked_in_with_one_command(program: Program) -> None:
    """`edit --check-in` does both."""
    guest = registered(program, "x", "--set", "guest_of=Vera")
    code, done = program.json("edit", guest["id"], "--set", "name=Kofi Mensah", "--check-in")

    assert (0, "Kofi Mensah", "ok") == (code, done["name"], done["scan"]["outcome"])


def test_first_timers_are_counted(program: Program) -> None:
    """The statistics count first-timers."""
    registered(program, "Asha Rao", "--set", "first time=yes", "--check-in")
    registered(program, "Ben", "--set", "first-time=y")
    registered(program, "Carla", "--check-in")

    stats = program.json("stats")[1]
    assert (2, 1) == (stats["first_timers"], stats["first_timers_in"])
    assert "First-timers: 1 of 2 checked in" in program.run("stats")[1]


def test_an_answer_is_yes_or_no(program: Program) -> None:
    """Any other answer is refused."""
    assert 2 == program.run("walk-in", "--name", "Asha", "--set", "first_time=perhaps")[0]
