"""The command line asks for the same PINs and reasons as the screen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kiosk.domain.checkin.privileges import Role, ScryptCost
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.authorisation import authorise, set_pin
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from tests.support.program import Program
from tests.support.stores import bind_code

SUPERVISOR, ORGANISER = "246810", "135790"
ROUTES: dict[str, tuple[str, ...]] = {
    "scan": ("scan", "UMA", "--force"),
    "status": ("edit", "{Uma}", "--set", "status=valid"),
    "status and check-in": ("edit", "{Uma}", "--set", "status=valid", "--check-in"),
    "heads": ("edit", "{Val}", "--set", "heads=50"),
    "type": ("edit", "{Val}", "--set", "ticket_type=Speaker"),
    "transfer": ("transfer", "{Val}", "--name", "Mina", "--force"),
}
BLOCKED: dict[str, tuple[str, ...]] = {
    "unblock": ("edit", "{Bo}", "--set", "status=valid"),
    "walk-in": ("walk-in", "--name", "Bo"),
    "walk-in by e-mail": ("walk-in", "--name", "X", "--set", "email=bo@example.org", "--check-in"),
    "transfer": ("transfer", "{Uma}", "--name", "bo"),
}
ORGANISERS: dict[str, tuple[str, ...]] = {
    "lists set": ("lists", "set", "Door", "--entry", "many"),
    "lists add": ("lists", "add", "Other"),
    "lists remove": ("lists", "remove", "Dinner"),
    "questions add": ("questions", "add", "Photo"),
    "days": ("settings", "days=2027-02-16"),
    "pin remove": ("pin", "remove", "supervisor"),
}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs that are checked at once; no wait is left of another test."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})
    monkeypatch.delenv("KIOSK_PIN", raising=False)


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """An event with both PINs, an unpaid, a blocked and a checked-in attendee."""
    path = tmp_path / "e.kiosk"
    store = create_event(path, name="Meetup", list_names=["Door", "Dinner"], desk="t")
    store.close()
    program = Program(path, capsys)
    assert 0 == program.run("lists", "set", "Dinner", "--type", "Speaker")[0]
    assert 0 == program.run("walk-in", "--name", "Val", "--check-in", "--list", "Door")[0]
    store = Store.open(path, desk="t")
    bind_code(store, "UMA", walk_in(store, "Uma", {"status": "unpaid"}).id)
    walk_in(store, "Bo", {"status": "blocked", "email": "bo@example.org"})
    set_pin(store, Role.SUPERVISOR, SUPERVISOR)
    set_pin(store, Role.ORGANISER, ORGANISER, given=authorise(store, SUPERVISOR))
    store.close()
    return program


def filled(program: Program, route: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments, with ids in the place of names."""
    ids = {name: program.json("find", name)[1][0]["id"] for name in ("Uma", "Val", "Bo")}
    return tuple(word.format(**ids) if word.startswith("{") else word for word in route)


def log(program: Program) -> str:
    """The whole log."""
    return json.dumps(program.json("log")[1])


def with_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put lines on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ROUTES, *(f"blocked: {name}" for name in BLOCKED)])
def test_every_route_needs_the_pin_and_the_reason(
    program: Program, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Exit 2 and an unchanged log without either; with both it is done and logged."""
    is_blocked = name.startswith("blocked: ")
    route = filled(program, BLOCKED[name.removeprefix("blocked: ")] if is_blocked else ROUTES[name])
    before = log(program)
    code, _, no_pin = program.run(*route, "--reason", "Paid")
    assert (2, True) == (code, "'s PIN." in no_pin and "--pin-stdin" in no_pin)
    pin = ORGANISER if is_blocked else SUPERVISOR
    with_input(monkeypatch, "000000\n")
    assert 2 == program.run(*route, "--reason", "Paid", "--pin-stdin")[0]
    with_input(monkeypatch, f"{pin}\n")
    code, _, no_reason = program.run(*route, "--pin-stdin")
    assert (2, True) == (code, "needs a reason" in no_reason and "--reason" in no_reason)
    if is_blocked:
        with_input(monkeypatch, f"{SUPERVISOR}\n")
        assert 2 == program.run(*route, "--reason", "Paid", "--pin-stdin")[0]
    assert before == log(program)

    with_input(monkeypatch, f"{pin}\n")
    assert 0 == program.run(*route, "--reason", "Paid", "--pin-stdin")[0]
    marked = [event["body"] for event in program.json("log")[1] if event["body"].get("forced")]
    role = "organiser" if is_blocked else "supervisor"
    assert [("Paid", role)] == [(body["reason"], body["authorised"]) for body in marked]


@pytest.mark.slow
@pytest.mark.parametrize("name", ORGANISERS)
def test_what_the_screen_keeps_for_the_organiser(
    program: Program, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Lists, questions, days and PINs: from the environment as well."""
    route, before = ORGANISERS[name], log(program)
    assert 2 == program.run(*route)[0]
    monkeypatch.setenv("KIOSK_PIN", SUPERVISOR)
    assert 2 == program.run(*route)[0]
    assert before == log(program)
    monkeypatch.setenv("KIOSK_PIN", ORGANISER)
    assert 0 == program.run(*route)[0]


def test_reading_needs_no_pin(program: Program) -> None:
    """Nor does a change that admits no one."""
    uma = filled(program, ("{Uma}",))[0]
    for free in (
        ("lists",),
        ("questions",),
        ("settings",),
        ("settings", "place=Pune"),
        ("pin",),
        ("show", uma),
        ("edit", uma, "--set", "company=Acme"),
        ("edit", uma, "--set", "status=canceled"),
        ("lists", "set", "Door", "--rename", "Front door"),
        ("walk-in", "--name", "Someone Else"),
    ):
        assert 0 == program.run(*free)[0], free


def test_a_pin_is_replaced_with_the_old_one_first(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line is the PIN, the second the new one."""
    with_input(monkeypatch, "999999\n")
    assert 2 == program.run("pin", "set", "organiser", "--stdin")[0]
    with_input(monkeypatch, f"{ORGANISER}\n999999\n")
    assert 0 == program.run("pin", "set", "organiser", "--stdin", "--pin-stdin")[0]
    monkeypatch.setenv("KIOSK_PIN", "999999")
    assert 0 == program.run("lists", "add", "Other")[0]


def test_a_stream_of_codes_takes_the_pin_from_its_first_line(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the reason before any line is read."""
    force = ("scan", "-", "--list", "Door", "--force", "--pin-stdin")
    assert 2 == program.run(*force)[0]
    with_input(monkeypatch, f"{SUPERVISOR}\nUMA\n")
    code, out, _ = program.run("--json", *force, "--reason", "Paid")

    assert (0, True) == (code, json.loads(out)["forced"])
