"""Scenarios of a desk between two scans, with the headless session and with the plain desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.desk.session import DeskSession, LookUp, Reply, Undone
from kiosk.domain.checkin.rules import Outcome
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.people.lookup import Lookup
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.ui.plain.desk import PlainDesk

from .language import Scenario, Step, read_stories

HERE = Path(__file__).parent
SCENARIOS = read_stories(HERE / "desks" / "linking.txt")


def word_of(reply: object) -> str:
    """The word that a scenario has for a reply."""
    if isinstance(reply, Undone):
        return "undone"
    assert isinstance(reply, ScanResult), reply
    if reply.outcome is Outcome.OK:
        return "repeat" if reply.repeated else "forced" if reply.forced else "ok"
    return str(reply.outcome)


@pytest.fixture
def people(store: Store) -> Store:
    """The usual event with the usual people."""
    accept_import(store, plan_import(store, HERE / "people.csv"))
    return store


def play_on_session(desk: DeskSession, store: Store, step: Step) -> str:
    """One step, as a front end does it."""
    word, _, text = step.command.partition(" ")
    reply: Reply
    if word == "scan":
        reply = desk.scanned(store, text)
    elif word == "undo":
        reply = desk.undo(store)
    elif word == "let-in":
        reply = desk.let_in(store, text)
    else:
        reply = desk.typed(store, text)
        if isinstance(reply, LookUp):
            reply = desk.found(store, text, Lookup.load(store).search(store, text))
    return word_of(reply)


def play_on_lines(desk: PlainDesk, said: list[str], step: Step) -> str:
    """The same step as a line of the plain desk."""
    word, _, text = step.command.partition(" ")
    said.clear()
    desk.answer({"undo": "undo", "let-in": f"let in {text}"}.get(word, text))
    if word == "undo":
        assert said[0].startswith("↶ UNDONE")
        return "undone"
    return word_of(desk.session.state.last)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.sentence)
def test_the_session_holds_it(scenario: Scenario, people: Store) -> None:
    """Each reply is the one that the scenario expects."""
    desk = DeskSession()
    for step in scenario.steps:
        assert step.expected == play_on_session(desk, people, step), step


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.sentence)
def test_the_plain_desk_holds_it(scenario: Scenario, people: Store) -> None:
    """The plain desk says the verdict that the scenario expects."""
    said: list[str] = []
    desk = PlainDesk(people, said.append, lambda _: "")
    for step in scenario.steps:
        assert step.expected == play_on_lines(desk, said, step), step
