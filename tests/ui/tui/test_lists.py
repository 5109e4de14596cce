"""Days and lists on screen, by the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from kiosk.domain.checkin.privileges import Role, ScryptCost
from kiosk.domain.checkin.rules import CheckInList, EntryRule
from kiosk.services.checkin.authorisation import authorise, set_pin
from kiosk.services.checkin.lists import event_lists, remove_list, save_list
from kiosk.services.event.event import event_info
from kiosk.services.event.settings import change_settings
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.choices import ChooseListScreen
from kiosk.ui.tui.dialogs.pin import PinScreen
from kiosk.ui.tui.setup.event_form import EventForm
from kiosk.ui.tui.setup.import_preview import ImportScreen
from kiosk.ui.tui.setup.list_form import ChooseKind, ListForm, RulesForm
from kiosk.ui.tui.setup.lists import ListsScreen
from tests.conftest import SAMPLES
from tests.support.desk import Desk, open_desk
from tests.support.screens import choose_file, event_files, kiosk_without_event

pytestmark = pytest.mark.slow


async def lists_screen(desk: Desk) -> ListsScreen:
    """By F7 and F3."""
    await desk.pilot.press("f7")
    await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
    await desk.pilot.press("f3")
    await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))
    screen = desk.app.screen
    assert isinstance(screen, ListsScreen)
    await desk.until(lambda: screen.facts is not None)
    return screen


def text(desk: Desk, selector: str) -> str:
    return str(desk.app.screen.query_one(selector, Static).render())


def field(desk: Desk, selector: str, value: str) -> None:
    desk.app.screen.query_one(selector, Input).value = value


async def test_a_digit_selects_the_list(desk_store: Store) -> None:
    """As in every dialog with choices; Enter confirms it."""
    save_list(desk_store, "Lunch", is_new=True)
    async with open_desk(desk_store) as desk:
        names = [item.name for item in event_lists(desk_store)]
        for digit in (names.index("Lunch") + 1, 2):
            await desk.pilot.press("f7", str(digit), "enter")
            await desk.says(f"READY | {names[digit - 1]}")


def names(store: Store) -> list[str]:
    return [item.name for item in check_in_lists(store.connection)]


def list_of(store: Store, name: str) -> CheckInList:
    return next(item for item in check_in_lists(store.connection) if item.name == name)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_a_list_is_added_with_typed_times(desk_store: Store, size: tuple[int, int]) -> None:
    """Kind, times, rule and ticket types; the desk can be switched to it at once."""
    async with open_desk(desk_store, size) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseKind))
        await desk.pilot.press("down", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, ListForm))
        assert desk.app.screen.query_one(".hint").region.bottom <= size[1]
        day = event_info(desk_store).days[1]
        field(desk, "#list-opens", f"{day.day} {day:%b} 12:00")
        field(desk, "#list-closes", f"{day.isoformat()} 2 pm")
        await desk.pilot.pause()

        assert "12:00 to 14:00" in text(desk, "#list-window")

        desk.app.screen.query_one("#list-types").focus()
        await desk.pilot.press("space", "f2")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))
        await desk.until(lambda: "Saved: Lunch" in text(desk, "#lists-said"))
        await desk.pilot.press("escape")  # one step back: to the choice of a list
        await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
        await desk.pilot.press("end", "enter")
        await desk.says("Lunch")

    lunch = list_of(desk_store, "Lunch")
    assert (EntryRule.DAILY, ("Speaker",)) == (lunch.entry, lunch.ticket_types)
    assert 2 * 3_600_000 == (lunch.closes_ms or 0) - (lunch.opens_ms or 0)


async def test_what_is_wrong_stands_beneath_its_field(desk_store: Store) -> None:
    """The cursor goes there, and nothing is saved."""
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f3")
        await desk.until(lambda: isinstance(desk.app.screen, ListForm))
        field(desk, "#list-opens", "soon")
        await desk.pilot.press("f2")

        assert "“soon” is not a day" in text(desk, "#list-opens-error")
        assert desk.app.focused is desk.app.screen.query_one("#list-opens")

        field(desk, "#list-opens", "16 Feb 2027 14:00")
        field(desk, "#list-closes", "16 Feb 2027 12:00")
        await desk.pilot.press("f2")

        assert "close before it opens" in text(desk, "#list-closes-error")

        field(desk, "#list-closes", "")
        field(desk, "#list-name", names(desk_store)[1])
        await desk.pilot.press("f2")
        await desk.until(lambda: "already" in text(desk, "#list-name-error"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))

    assert not any(item.opens_ms is None for item in check_in_lists(desk_store.connection))


async def test_a_list_is_removed_and_put_back(desk_store: Store) -> None:
    """The desk that used the list changes to another one; the last list cannot be removed."""
    before = names(desk_store)
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("down", "delete")
        await desk.until(lambda: "F8 puts it back" in text(desk, "#lists-said"))
        assert 2 == len(names(desk_store))
        await desk.pilot.press("f8")
        await desk.until(lambda: names(desk_store) == before)
        await desk.until(lambda: "Put back" in text(desk, "#lists-said"))
        for left in (2, 1):
            await desk.pilot.press("delete")
            await desk.until(lambda left=left: len(names(desk_store)) == left)  # type: ignore[misc]
            screen = desk.app.screen
            await desk.until(
                lambda left=left, screen=screen: len(screen.facts.lists) == left  # type: ignore[misc]
            )
        await desk.pilot.press("delete")
        await desk.until(lambda: "at least one list" in text(desk, "#lists-said"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.screen.list is not None and desk.app.screen is desk.screen)
        await desk.until(lambda: [desk.screen.list.name] == names(desk_store))  # type: ignore[union-attr]


async def test_the_event_is_moved_and_the_desk_follows(desk_store: Store) -> None:
    """Name in the header, lists of the new days."""
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f4")
        await desk.until(lambda: isinstance(desk.app.screen, EventForm))
        field(desk, "#event-days", "nonsense")
        await desk.pilot.pause()
        await desk.pilot.press("f2")
        assert "not a day" in text(desk, "#event-days-error")
        field(desk, "#event-days", "16-17 Feb 2027")
        field(desk, "#event-name", "PyCon Lahore")
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))
        await desk.until(lambda: "16 to 17 Feb 2027" in text(desk, "#lists-event"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen)
        await desk.until(lambda: "PyCon Lahore" in text(desk, "#header"))

    assert ["Day 1 · Tue 16 Feb", "Day 2 · Wed 17 Feb"] == names(desk_store)


async def test_another_day_is_a_day_of_the_event(desk_store: Store) -> None:
    """Its list comes with it, so it is the days that are changed."""
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseKind))
        await desk.pilot.press("home", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, EventForm))


async def test_the_organisers_pin_guards_it_where_there_is_one(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor's does not do; it is asked once."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    set_pin(desk_store, Role.SUPERVISOR, "111222")
    set_pin(desk_store, Role.ORGANISER, "333444", given=authorise(desk_store, "111222"))
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, PinScreen))
        field(desk, "#pin", "111222")
        await desk.pilot.press("enter")
        await desk.until(lambda: "supervisor's PIN" in text(desk, "#form-error"))
        field(desk, "#pin", "333444")
        await desk.pilot.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseKind))
        await desk.pilot.press("escape", "f4")
        await desk.until(lambda: isinstance(desk.app.screen, EventForm))


async def test_scans_go_on_while_lists_are_looked_at(desk_store: Store) -> None:
    """The desk beneath decides them."""
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")


async def test_a_new_event_is_walked_through_and_back(home: Path) -> None:
    """File, days in one line, lists, desk; Esc at the lists leaves nothing on the disk."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        preview = await choose_file(screens, SAMPLES / "eventbrite-attendees.csv")
        await screens.put("#event-days", "16-17 Feb 2027")
        await screens.pilot.press("enter")
        await screens.on(ListsScreen)
        await screens.until(lambda: screens.app.screen.query_one(OptionList).option_count == 2)
        await screens.pilot.press("escape")
        await screens.on(ImportScreen)
        await screens.until(lambda: not preview.writes)

        assert event_files(home) == []
        assert "16-17 Feb 2027" == preview.query_one("#event-days", Input).value

        await screens.pilot.press("enter")
        await screens.on(ListsScreen)
        await screens.until(lambda: screens.app.screen.query_one(OptionList).option_count == 2)
        await screens.pilot.press("enter")
        await screens.until(
            lambda: any(isinstance(item, DeskScreen) for item in screens.app.screen_stack)
        )

        assert screens.app.event_path in event_files(home)


async def test_a_list_renamed_elsewhere_goes_on(desk_store: Store) -> None:
    """Another desk calls list and event otherwise: scans count on, and the header follows."""
    save_list(desk_store, "Lunch", is_new=True)
    async with open_desk(desk_store) as desk:
        await choose(desk, "Lunch")
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")
        save_list(desk_store, "Lunch", is_new=False, rename="Noon")
        change_settings(desk_store, {"name": "PyCon Pune"})
        await desk.scan("TICKET-003")
        await desk.says("Ravi")
        await desk.until(lambda: "Noon" in text(desk, "#header"))
        await desk.until(lambda: "PyCon Pune" in text(desk, "#header"))

        assert "✓ CHECKED IN" in desk.banner


async def test_a_list_removed_elsewhere_is_said(desk_store: Store) -> None:
    """The desk checks in no one on another list before it shows the list."""
    save_list(desk_store, "Lunch", is_new=True)
    save_list(desk_store, "Lunch 2", is_new=True)
    async with open_desk(desk_store) as desk:
        await choose(desk, "Lunch")
        remove_list(desk_store, "Lunch")
        await desk.scan("TICKET-001")
        await desk.says("LIST REMOVED")

        assert "“Lunch” was removed. This desk checks in for “Day 2" in desk.banner

        await desk.until(lambda: "Day 2" in text(desk, "#header"))
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")


async def choose(desk: Desk, name: str) -> None:
    """By F7."""
    await desk.pilot.press("f7")
    await desk.until(lambda: isinstance(desk.app.screen, ChooseListScreen))
    screen = desk.app.screen
    assert isinstance(screen, ChooseListScreen)
    names = [item.name for item, _ in screen.choices if isinstance(item, CheckInList)]
    place = names.index(name)
    await desk.pilot.press("home", *["down"] * place, "enter")
    await desk.says(name)


async def test_the_rules_of_a_list(desk_store: Store) -> None:
    """A wrong one is named below its field; saved ones are in the sentence about the list."""
    async with open_desk(desk_store) as desk:
        await lists_screen(desk)
        await desk.pilot.press("f6")
        await desk.until(lambda: isinstance(desk.app.screen, RulesForm))
        assert desk.app.screen.query_one(".hint").region.bottom <= 24
        field(desk, "#rule-most_entries", "two")
        await desk.pilot.press("f2")
        await desk.until(lambda: "is no number" in text(desk, "#rule-most_entries-error"))
        field(desk, "#rule-most_entries", "2")
        field(desk, "#rule-windows", "8:00 to 10:00; 17:00-19:00")
        await desk.pilot.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, ListsScreen))
        await desk.until(lambda: "at most 2 entries each" in text(desk, "#lists-about"))

    changed = check_in_lists(desk_store.connection)[0]
    assert (2, EntryRule.MANY) == (changed.rules.most_entries, changed.entry)
    assert ((480, 600), (1020, 1140)) == changed.rules.daily
