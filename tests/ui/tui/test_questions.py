"""Questions at check-in, edited on screen with keys only."""

from __future__ import annotations

import pytest

from kiosk.services.checkin.questions import save_question
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.queries.questions import check_in_questions
from kiosk.ui.tui.setup.questions import QuestionForm, QuestionsScreen
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


async def _open(desk: Desk) -> None:
    desk.screen.action_questions()
    await desk.until(lambda: isinstance(desk.app.screen, QuestionsScreen))
    await desk.until(lambda: desk.app.screen.focused is not None)


def _questions(desk: Desk) -> QuestionsScreen:
    screen = desk.app.screen
    assert isinstance(screen, QuestionsScreen)
    return screen


async def _until_form(desk: Desk) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, QuestionForm))
    await desk.until(lambda: desk.app.screen.focused is not None)


async def test_a_question_is_created_with_keys(desk_store: Store) -> None:
    """The form takes name, text and answers; it shows an error and saves nothing wrong."""
    walk_in(desk_store, "Asha Rao", {"ticket_type": "Regular"})
    async with open_desk(desk_store) as desk:
        await _open(desk)
        await desk.pilot.press("f2")
        await _until_form(desk)
        await desk.pilot.press(*"Meal", "enter", *"Which", "enter", "ctrl+u", *"Veg", "f2")
        error = "#question-error"
        await desk.until(lambda: "two to 9" in str(desk.app.screen.query_one(error).render()))
        assert [] == check_in_questions(desk_store.connection)
        await desk.pilot.press("slash", *"Jain", "f2")
        await desk.until(lambda: isinstance(desk.app.screen, QuestionsScreen))
    found = check_in_questions(desk_store.connection)
    assert [("Meal", "Which", ("Veg", "Jain"))] == [(q.name, q.text, q.choices) for q in found]


async def test_a_question_is_removed(desk_store: Store) -> None:
    """Delete removes the selected question; its answers are kept."""
    save_question(desk_store, "Meal", is_new=True)
    save_question(desk_store, "Photo", is_new=True)
    async with open_desk(desk_store) as desk:
        await _open(desk)
        await desk.until(lambda: _questions(desk).list_view.selected is not None)
        await desk.pilot.press("delete")
        await desk.until(lambda: len(check_in_questions(desk_store.connection)) == 1)
    assert ["Photo"] == [question.name for question in check_in_questions(desk_store.connection)]
