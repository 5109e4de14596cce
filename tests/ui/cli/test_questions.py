"""`kiosk questions` and `kiosk scan --answer`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from tests.support.program import Program
from tests.support.stores import bind_code


@pytest.fixture
def program(store: Store, capsys: pytest.CaptureFixture[str]) -> Program:
    bind_code(store, "T-1", walk_in(store, "Asha Rao", {}).id)
    save_list(store, "Lunch", is_new=True)
    return Program(Path(store.path), capsys)


def test_a_question_is_asked_and_answered(program: Program) -> None:
    """A scan waits for the answer, and `--answer` gives it."""
    code, shown = program.json(
        "questions", "add", "Meal", "--ask", "Which?", "--choice", "Veg", "--choice", "Jain"
    )
    expected = {
        "name": "Meal", "text": "Which?", "choices": ["Veg", "Jain"], "lists": [], "types": [],
        "kind": "choice", "required": False,
    }  # fmt: skip
    assert (0, [expected]) == (code, shown)
    code, (held,) = program.json("scan", "T-1", "--list", "Lunch")
    given = {"kind": "choice", "required": False}
    asked = [{"name": "Meal", "text": "Which?", "choices": ["Veg", "Jain"], **given}]
    assert (1, "incomplete", asked) == (code, held["outcome"], held["questions"])
    code, (result,) = program.json("scan", "T-1", "--list", "Lunch", "--answer", "meal=jain")
    assert (0, "ok") == (code, result["outcome"])
    _, person = program.json("show", result["attendee"]["id"])
    assert {"Meal": "Jain"} == person["fields"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "T-1", "--answer", "meal"),
        ("scan", "T-1", "--answer", "Colour=red"),
        ("questions", "add"),
        ("questions", "--ask", "What?"),
        ("questions", "remove", "Colour"),
    ],
)
def test_bad_questions_are_refused(program: Program, arguments: tuple[str, ...]) -> None:
    """An error is exit 2 with a sentence, and nothing changes."""
    code, out, err = program.run(*arguments)
    assert (2, "") == (code, out)
    assert "Nothing was" in err


@pytest.mark.parametrize(
    ("kind", "is_said"), [("Speaker", False), (" speaker", False), ("Speeker", True)]
)
@pytest.mark.parametrize("command", ["questions", "lists"])
def test_a_ticket_type_without_attendees_is_accepted_with_a_warning(
    store: Store, program: Program, command: str, kind: str, is_said: bool
) -> None:
    """It may be a slip, or the type of an attendee who is imported later."""
    walk_in(store, "Sana Mir", {"ticket_type": "Speaker"})

    code, out, err = program.run(command, "add", "Extra", "--type", kind)

    assert (0, is_said) == (code, "No attendee has the ticket type" in err)
    assert kind.strip() in out
