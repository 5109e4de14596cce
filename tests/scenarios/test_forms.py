"""The forms of the desk, as somebody in a hurry fills them in."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.dialogs.person_form import edit_form
from tests.support.waiting import wait_on_screen


@pytest.mark.slow
async def test_a_wrong_word_in_the_form_loses_nothing(store: Store) -> None:
    """The form stays, says what is wrong at its foot, and keeps what else was typed."""
    person = walk_in(store, "Asha Rao", {})
    app = KioskApp(store.path, desk="Desk 1")
    answers: list[dict[str, str] | None] = []

    async with app.run_test(size=(80, 24)) as pilot:
        form = edit_form(person)
        await app.push_screen(form, answers.append)
        form.query_one("#field-company", Input).value = "Acme"
        form.query_one("#field-status", Input).value = "xx"
        await pilot.press("ctrl+s")
        error = form.query_one("#form-error", Static)
        await wait_on_screen(pilot, lambda: "“xx” is not a status" in str(error.render()))
        assert [] == answers
        assert "field-status" == (app.focused.id if app.focused else "")

        form.query_one("#field-status", Input).value = "unpaid"
        await pilot.press("ctrl+s")
        await wait_on_screen(pilot, lambda: bool(answers))

    assert [{"company": "Acme", "status": "unpaid"}] == answers
    assert attendee(store.connection, person.id) is not None
