"""Who is here for the first time, as registrations say it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.people.attendee import holders_answers
from kiosk.domain.people.first_time import (
    FIRST_TIME_FIELD,
    asks_for_first_time,
    first_time_column,
    is_first_timer,
)


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("First time?", "y"),
        ("first-time attendee", "TRUE"),
        ("First-Timer", "✓"),
        ("Is this your first PyCon?", "Yes"),
        ("Is this your first PyCon?", "Yes, my very first!"),
        ("Will this be your first time at a meetup?", "1"),
        ("First Python conference", "x"),
        ("Are you a newcomer?", "yes"),
        ("Are you new to PyData?", "Yeah"),
        ("Have you attended PyCon before?", "No"),
        ("Have you attended PyCon before?", "This is my first time"),
        ("Ist dies Ihre erste PyCon?", "Ja"),
        ("Sind Sie zum ersten Mal dabei?", "ja"),
        ("Est-ce votre première fois ?", "Oui"),
        ("¿Es tu primera vez?", "Sí"),
        ("É a sua primeira vez?", "Sim"),
        ("È la tua prima volta?", "Sì"),
        ("Is dit je eerste keer?", "ja"),
        ("क्या आप पहली बार आ रहे हैं?", "हाँ"),
        ("کیا آپ پہلی بار آ رہے ہیں؟", "جی ہاں"),
        ("هل هذه المرة الأولى؟", "نعم"),
        ("初参加ですか？", "はい"),
        ("您是第一次参加吗？", "是"),
    ],
)
def test_newcomers_are_recognised(header: str, answer: str) -> None:
    """However the organiser asked, and in the language of the form."""
    assert is_first_timer({"T-shirt": "M", header: answer})


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("Is this your first PyCon?", "No"),
        ("Is this your first PyCon?", "No, I come every year"),
        ("Is this your first PyCon?", ""),
        ("Is this your first PyCon?", "-"),
        ("Have you attended PyCon before?", "Yes"),
        ("First-time speaker?", "Yes"),
        ("First name", "Yes"),
        ("First choice of workshop", "yes"),
        ("Is English your first language?", "yes"),
        ("How did you first hear of us?", "yes"),
        ("Newsletter", "yes"),
    ],
)
def test_nobody_is_taken_for_a_newcomer(header: str, answer: str) -> None:
    """Neither who has been here, nor who answered something else with yes."""
    assert not is_first_timer({header: answer})


@pytest.mark.parametrize(("typed", "expected"), [("yes", True), ("no", False), ("", True)])
def test_the_desk_has_the_last_word(typed: str, expected: bool) -> None:
    """A value typed at the desk takes precedence over the registration."""
    answers = {"Have you attended before?": "No", FIRST_TIME_FIELD: typed}

    assert expected is is_first_timer(answers)


def test_the_desk_writes_where_the_question_was_asked() -> None:
    """The desk writes into the question's column, or into a separate one where no question
    exists."""
    own = "Is this your first PyCon?"

    assert [own, FIRST_TIME_FIELD] == [
        first_time_column(["Diet", own]),
        first_time_column(["Diet"]),
    ]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=4))
def test_any_answers_can_be_read(answers: dict[str, str]) -> None:
    """Text from people never stops the desk, and only an asking header can tell."""
    asked = any(asks_for_first_time(header) for header in answers)

    assert asked or not is_first_timer(answers)


def test_a_holders_answers_go_with_them() -> None:
    """Answers about the person are removed, answers about the ticket stay."""
    headers = ["Pronouns", "Job Title", "T-shirt size", "First time?", "Dietary needs", "Price"]

    assert ["Pronouns", "Job Title", "First time?", "Dietary needs"] == holders_answers(headers)


def test_a_heading_with_accents_is_about_the_holder_too() -> None:
    """The words for a phone, an address and food are known in their own spelling."""
    headers = ["Teléfono", "Dirección", "Ernährung", "Sesión"]

    assert ["Teléfono", "Dirección", "Ernährung"] == holders_answers(headers)
