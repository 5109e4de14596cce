"""The desk on screen asks for the PIN and the reason of every admission by exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from textual.widgets import Input

from kiosk.domain.checkin.privileges import Role, ScryptCost
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.authorisation import authorise, set_pin
from kiosk.services.checkin.lists import event_lists
from kiosk.services.people.people import edit
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.choices import ChooseListScreen
from kiosk.ui.tui.dialogs.person_form import PersonForm
from kiosk.ui.tui.dialogs.pin import PinScreen
from kiosk.ui.tui.dialogs.reasons import ReasonScreen
from kiosk.ui.tui.setup.list_form import ListForm
from kiosk.ui.tui.setup.lists import ListsScreen
from tests.support.desk import Desk, open_desk
from tests.ui.tui.test_desk_people import answer, of_dialog

pytestmark = pytest.mark.slow

SUPERVISOR, ORGANISER = "246810", "135790"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs that are checked at once; no wait is left of another test."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})


def person(store: Store, name: str) -> Attendee:
    """The attendee of this name."""
    return next(one for one in all_attendees(store.connection) if one.name == name)


def last_marked(store: Store) -> dict[str, Any]:
    """The newest event that says who authorised it."""
    found: dict[str, Any] = [
        body for body in (json.loads(event.body) for event in store.events()) if body.get("forced")
    ][-1]
    return found


async def pin(desk: Desk, text: str) -> None:
    """Type a PIN into its dialog."""
    await desk.until(lambda: isinstance(desk.app.screen, PinScreen))
    await answer(desk, "pin", text)


async def reason(desk: Desk, key: str = "1") -> None:
    """Give one of the usual reasons."""
    await desk.until(lambda: isinstance(desk.app.screen, ReasonScreen))
    await desk.pilot.press(key, "enter")


@pytest.mark.parametrize(
    ("code", "name", "field", "value"),
    [
        ("TICKET-004", "Unpaid Uma", "status", "valid"),
        ("TICKET-006", "Party Pavan", "heads", "50"),
    ],
)
async def test_an_edit_that_admits_needs_the_pin(
    desk_store: Store, code: str, name: str, field: str, value: str
) -> None:
    """F3: Esc and a wrong PIN change nothing, and the form keeps what was typed; PIN and reason
    save it, and the log keeps both."""
    set_pin(desk_store, Role.SUPERVISOR, SUPERVISOR)
    before = getattr(person(desk_store, name), field)
    async with open_desk(desk_store) as desk:
        await desk.scan(code)
        await desk.until(lambda: name in desk.card)
        await desk.pilot.press("f3")
        await answer(desk, f"field-{field}", value, "ctrl+s")
        await pin(desk, "000000")
        await desk.until(lambda: "not the PIN" in of_dialog(desk, "#form-error"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, PersonForm))
        assert value == desk.app.screen.query_one(f"#field-{field}", Input).value
        assert before == getattr(person(desk_store, name), field)

        await desk.pilot.press("ctrl+s")
        await pin(desk, SUPERVISOR)
        await reason(desk)
        await desk.says("✓ SAVED")

    assert value == str(getattr(person(desk_store, name), field))
    marked = last_marked(desk_store)
    assert ("Paid at the desk", "supervisor") == (marked["reason"], marked["authorised"])


async def test_unblocking_needs_the_organiser(desk_store: Store) -> None:
    """The supervisor's PIN is refused in words."""
    edit(desk_store, person(desk_store, "Unpaid Uma").id, {"status": "blocked"})
    set_pin(desk_store, Role.SUPERVISOR, SUPERVISOR)
    set_pin(desk_store, Role.ORGANISER, ORGANISER, given=authorise(desk_store, SUPERVISOR))
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("BLOCKED")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.pilot.press("f3")
        await answer(desk, "field-status", "valid", "ctrl+s")
        await pin(desk, SUPERVISOR)
        await desk.until(lambda: "organiser's" in of_dialog(desk, "#form-error"))
        await pin(desk, ORGANISER)
        await reason(desk, "2")
        await desk.says("✓ SAVED")
        await desk.scan("TICKET-004")
        await desk.says("✓ CHECKED IN")


async def test_a_blocked_walk_in_is_recognised(desk_store: Store) -> None:
    """F2 with the name: without a PIN set it needs a reason, and says why."""
    edit(desk_store, person(desk_store, "Unpaid Uma").id, {"status": "blocked"})
    async with open_desk(desk_store) as desk:
        for key in ("escape", "2"):
            await desk.pilot.press("f2")
            await answer(desk, "field-name", "UMA, unpaid", "f2")
            await desk.until(lambda: isinstance(desk.app.screen, ReasonScreen))
            if key == "escape":  # back to the form, then to the desk
                await desk.pilot.press("escape")
                await desk.until(lambda: isinstance(desk.app.screen, PersonForm))
                assert "UMA, unpaid" == desk.app.screen.query_one("#field-name", Input).value
                await desk.pilot.press("escape")
                await desk.until(lambda: isinstance(desk.app.screen, DeskScreen))
            else:
                await desk.pilot.press(key, "enter")
                await desk.says("✓ CHECKED IN")

    assert "Organiser said yes" == last_marked(desk_store)["reason"]


async def test_a_list_is_changed_with_the_supervisors_pin(desk_store: Store) -> None:
    """F7, F3, where the organiser has no PIN: it is asked once."""
    set_pin(desk_store, Role.SUPERVISOR, SUPERVISOR)
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("f7")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
        await desk.pilot.press("f3")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))
        lists = desk.app.screen
        assert isinstance(lists, ListsScreen)
        await desk.until(lambda: lists.selected is not None)
        await desk.pilot.press("f3")
        await pin(desk, SUPERVISOR)
        await desk.until(lambda: isinstance(desk.app.screen, ListForm))
        await desk.until(lambda: bool(desk.app.screen.query("#list-name")))
        desk.app.screen.query_one("#list-opens", Input).value = ""
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))

    assert any(item.opens_ms is None for item in event_lists(desk_store))


async def test_the_whole_party_of_an_override_needs_no_second_pin(desk_store: Store) -> None:
    """The permission of the first admits the others too."""
    edit(desk_store, person(desk_store, "Unpaid Uma").id, {"heads": "3"})
    set_pin(desk_store, Role.SUPERVISOR, SUPERVISOR)
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("UNPAID")
        await desk.pilot.press("ctrl+o")
        await pin(desk, SUPERVISOR)
        await reason(desk)
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("ctrl+a")
        await desk.until(lambda: "in 3 of" in desk.status)
