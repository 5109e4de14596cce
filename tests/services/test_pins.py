"""PINs: kept as a hash, asked for, guarded against guessing."""

from __future__ import annotations

import json

import pytest

from kiosk.domain.checkin.privileges import Role, ScryptCost, Tries, wait_after_s
from kiosk.errors import KioskError
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.authorisation import (
    authorise,
    check_pin,
    pin_roles,
    remove_pin,
    set_pin,
)
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from tests.conftest import Clock
from tests.support.program import Program
from tests.support.stores import bind_code


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost is the attacker's to pay, not the test suite's; no wait is left of another test."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})


def refused(store: Store, pin: str, at_s: float = 0.0) -> str:
    """The code of the refusal, empty when the PIN was taken."""
    try:
        check_pin(store, pin, monotonic=lambda: at_s)
    except KioskError as error:
        return error.code
    return ""


def test_a_pin_is_known_again(store: Store) -> None:
    """Each role by its own; outer space and the keyboard's script do not matter."""
    set_pin(store, Role.SUPERVISOR, "246810")
    supervisor = authorise(store, "246810")
    set_pin(store, Role.ORGANISER, "१३५७९", given=supervisor)

    assert (Role.SUPERVISOR, Role.ORGANISER) == (
        check_pin(store, " 246810 "),
        check_pin(store, "13579"),
    )


def test_the_file_does_not_hold_the_pin(store: Store) -> None:
    """Salt, hash and cost, and another salt each time."""
    set_pin(store, Role.SUPERVISOR, "24681012")
    set_pin(store, Role.SUPERVISOR, "24681012", given=authorise(store, "24681012"))
    bodies = [event.body for event in store.events() if "pin.supervisor" in event.body]
    salts = {json.loads(body)["value"]["salt"] for body in bodies}

    assert (2, False) == (len(salts), any("24681012" in body for body in bodies))


def test_no_pin_after_removal(store: Store) -> None:
    """Removed is removed, and removing twice is told."""
    set_pin(store, Role.SUPERVISOR, "246810")
    given = authorise(store, "246810")

    assert (True, False, frozenset(), "pin_missing") == (
        remove_pin(store, Role.SUPERVISOR, given=given),
        remove_pin(store, Role.SUPERVISOR),
        pin_roles(store),
        refused(store, "246810"),
    )


@pytest.mark.parametrize(("pin", "code"), [("12 ", "pin_too_short"), ("9" * 65, "pin_too_long")])
def test_a_pin_has_a_length(store: Store, pin: str, code: str) -> None:
    """Too short is guessed, too long is a mistake."""
    with pytest.raises(KioskError) as error:
        set_pin(store, Role.ORGANISER, pin)

    assert code == error.value.code


def test_guessing_gets_slower(store: Store, clock: Clock) -> None:
    """Three slips are free; then even the right PIN waits its time out."""
    set_pin(store, Role.SUPERVISOR, "246810")
    wrong = [refused(store, "0000", n) for n in range(4)]
    at_once = refused(store, "246810", 3.0)
    clock.pass_s(6)

    assert (["pin_wrong"] * 4, "pin_wait", "") == (wrong, at_once, refused(store, "246810", 9.0))


def test_a_restart_does_not_forget(store: Store, clock: Clock) -> None:
    """Another program on the file, or the same one started anew, waits as well."""
    set_pin(store, Role.SUPERVISOR, "246810")
    for _ in range(4):
        refused(store, "0000")
    authorisation._closed_until.clear()
    with_new_program = Store.open(store.path, desk="Desk 2", clock=clock)
    code = refused(with_new_program, "246810")
    with_new_program.close()

    assert "pin_wait" == code


def test_a_clock_that_is_turned_does_not_help(store: Store, clock: Clock) -> None:
    """Forwards the program's own clock counts; back, nobody waits longer than was said."""
    set_pin(store, Role.SUPERVISOR, "246810")
    for _ in range(4):
        refused(store, "0000", 100.0)
    clock.pass_s(3600)
    forwards = refused(store, "246810", 101.0)
    clock.pass_s(-7200)
    back = refused(store, "246810", 200.0)
    clock.pass_s(6)

    assert ("pin_wait", "pin_wait", "") == (forwards, back, refused(store, "246810", 206.0))


def test_a_right_pin_clears_the_slips(store: Store) -> None:
    """Somebody who mistypes now and then never waits."""
    set_pin(store, Role.SUPERVISOR, "246810")
    codes = [refused(store, pin) for pin in ("0", "0", "0", "246810", "0", "0", "0", "246810")]

    assert ["pin_wrong"] * 3 + [""] == codes[:4] == codes[4:]


def test_waits_grow_and_end() -> None:
    """Never more than five minutes, whatever a script has tried."""
    assert [0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300] == [wait_after_s(n) for n in range(12)]
    assert 300 == wait_after_s(10_000)
    assert 0 == Tries(2, 0).wait_ms(0)


def test_forcing_at_the_command_line_needs_the_pin(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not given, wrong, right: 2, 2, 0; without a PIN set nothing is asked."""
    person = walk_in(store, "Unpaid Uma", {"status": "unpaid"})
    bind_code(store, "CODE-1", person.id)
    set_pin(store, Role.SUPERVISOR, "246810")
    program = Program(store.path, capsys)
    force = ("scan", "CODE-1", "--list", "Day 2", "--force", "--reason", "paid", "--desk", "D")
    none = program.run(*force)[0]
    monkeypatch.setenv("KIOSK_PIN", "000000")
    wrong = program.run(*force)[0]
    monkeypatch.setenv("KIOSK_PIN", "246810")
    right = program.run(*force)[0]
    program.run("pin", "remove", "supervisor")
    monkeypatch.delenv("KIOSK_PIN")

    assert (2, 2, 0, {"supervisor": False, "organiser": False}) == (
        none,
        wrong,
        right,
        program.json("pin")[1],
    )
