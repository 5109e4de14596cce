"""Who is asked what, and which answer is meant."""

from __future__ import annotations

import pytest

from kiosk.domain.checkin.questions import (
    Question,
    QuestionKind,
    answer_of,
    column_of,
    open_questions,
)
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.people.attendee import Attendee

DOOR = CheckInList("door", "Day 1")
LUNCH = CheckInList("lunch", "Lunch")
ASHA = Attendee("a", name="Asha Rao", ticket_type="Regular")
MEAL = Question("Meal", "Which meal?", ("Veg", "Jain", "Non-veg"))


@pytest.mark.parametrize(
    ("question", "person", "where", "expected"),
    [
        pytest.param(MEAL, ASHA, DOOR, True, id="not answered yet"),
        pytest.param(
            MEAL, Attendee("a", extra={"meal ": "Veg"}), DOOR, False, id="the import knows it"
        ),
        pytest.param(
            MEAL, Attendee("a", extra={"Meal": "  "}), DOOR, True, id="an empty column answers not"
        ),
        pytest.param(
            Question("Meal", "?", ("A", "B"), ("lunch",)), ASHA, DOOR, False, id="another list"
        ),
        pytest.param(
            Question("Meal", "?", ("A", "B"), ("lunch",)), ASHA, LUNCH, True, id="its own list"
        ),
        pytest.param(
            Question("Meal", "?", ("A", "B"), (), ("speaker",)), ASHA, DOOR, False, id="other types"
        ),
        pytest.param(
            Question("Meal", "?", ("A", "B"), (), (" REGULAR",)), ASHA, DOOR, True, id="own type"
        ),
    ],
)
def test_whom_a_question_is_for(
    question: Question, person: Attendee, where: CheckInList, expected: bool
) -> None:
    """A question is asked once, of its types, on its lists, and not where the answer is known."""
    assert expected == question.is_asked(person, where)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Veg", "Veg"),
        (" veg ", "Veg"),
        ("2", "Jain"),
        ("n", "Non-veg"),
        ("0", None),
        ("4", None),
        ("²", None),
        ("", None),
        ("meat", None),
    ],
)
def test_the_meant_choice(text: str, expected: str | None) -> None:
    """A choice is meant by its words, its number or its only beginning; nothing else is one."""
    assert expected == MEAL.choice(text)


def test_a_beginning_of_two_choices_means_neither() -> None:
    """`No` is a choice although `No, thanks` begins with it; `N` is ambiguous."""
    question = Question("Swag", "?", ("No", "No, thanks"))
    assert ["No", None] == [question.choice("no"), question.choice("n")]


def test_questions_come_in_their_order_without_those_answered_now() -> None:
    """Open is what neither the person nor this scan has answered."""
    first = Question("First time", "Here before?", ("Yes", "No"), position=0)
    photo = Question("Photo", "Photos?", ("Yes", "No"), position=2)
    meal = Question("Meal", "Meal?", ("Veg", "Jain"), position=1)
    found = open_questions([photo, meal, first], ASHA, DOOR, {"meal": "Veg"})
    assert ["First time", "Photo"] == [question.name for question in found]


def test_an_imported_column_keeps_its_spelling() -> None:
    """An answer goes where the import had one, however that column is written."""
    person = Attendee("a", extra={"MEAL": ""})
    assert ("MEAL", "") == (column_of(person, MEAL), answer_of(person, MEAL))


def test_a_choice_that_is_a_number_is_meant_by_itself() -> None:
    """Among the choices 0, 1, 2 the answer 1 is the choice 1; a number that is no choice is a
    position."""
    guests = Question("Guests", "How many?", ("0", "1", "2"))
    assert ["0", "1", "2", "2"] == [guests.choice(text) for text in ("0", "1", "2", "3")]


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("number", " 12,50 ", "12.5"),
        ("number", "-3", "-3"),
        ("number", "0", "0"),
        ("number", "100", "100"),
        ("number", "two", None),
        ("number", "nan", None),
        ("number", "1e9", None),
        ("text", "  a  b\x00 ", "a b"),
        ("text", "   ", None),
        ("code", "]Q1WB-1\r", "WB-1"),
        ("code", "", None),
        ("several", "3 1", "Veg; No nuts, please"),
        ("several", "veg", "Veg"),
        ("several", "Veg; No nuts, please", "Veg; No nuts, please"),
        ("several", "jain / VEG", "Veg; Jain"),
        ("several", "4", None),
        ("several", "", None),
    ],
)
def test_free_answers(kind: str, text: str, kept: str | None) -> None:
    """What is typed is kept in one form, which is an answer itself; the rest is none."""
    choices = ("Veg", "Jain", "No nuts, please") if kind == "several" else ()
    question = Question("Q", "Q?", choices, kind=QuestionKind(kind))

    assert kept == question.answer(text)
    assert kept is None or kept == question.answer(kept)
