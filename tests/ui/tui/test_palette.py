"""The palette: every action once, the everyday ones first."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding
from textual.screen import ModalScreen

from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.keys import NOT_AT_A_SCAN_DESK
from kiosk.ui.tui.palette import ANY_SCREEN, DESK, OTHER_EVENT, STICK_OUT
from kiosk.ui.tui.setup.rehearsal import RehearsalDesk
from tests.support.desk import open_desk


def titles(app: KioskApp) -> list[str]:
    return [item.title for item in app.get_system_commands(app.screen)]


def test_every_key_of_the_desk_is_in_it_too() -> None:
    """What a key does can be found by words; the palette itself, Esc and moving need none."""
    listed = {entry.action for entry in (*DESK, STICK_OUT, *ANY_SCREEN, OTHER_EVENT)}
    keys = {
        binding.action
        for binding in (*DeskScreen.BINDINGS, *RehearsalDesk.BINDINGS)
        if isinstance(binding, Binding)
    }

    moving = {"into_list", "card_down", "card_up"}
    assert {"app.help", "app.command_palette", "clear", *moving} == keys - listed


def test_every_entry_does_something() -> None:
    """There is an action behind each."""
    homes = {True: KioskApp, False: RehearsalDesk}
    missing = [
        entry.action
        for entry in (*DESK, STICK_OUT, *ANY_SCREEN, OTHER_EVENT)
        if not hasattr(
            homes[entry.action.startswith("app.")], f"action_{entry.action.removeprefix('app.')}"
        )
    ]

    assert [] == missing


async def test_once_each_and_the_everyday_things_first(desk_store: Store) -> None:
    """With their keys; what cannot act now is not offered."""
    async with open_desk(desk_store) as desk:
        shown = titles(desk.app)

        assert [] == [title for title, times in Counter(shown).items() if times > 1]
        assert shown[0] == "Register a walk-in (F2)"
        assert shown[-1] == "Quit (^Q)"
        assert shown.index("Undo (F8)") < shown.index("Dashboard (F5)") < shown.index("Set up")
        assert not {"Correct the person (F3)", "End the rehearsal (^Q)"} & set(shown)


async def test_the_welcome_screen_says_join_once(desk_store: Store) -> None:
    """Keys and palette are two ways to the same thing."""
    app = KioskApp(None, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = titles(app)

    assert 1 == sum("join" in title.casefold() for title in shown)
    assert 1 == sum("quit" in title.casefold() for title in shown)


async def test_over_a_dialog_the_desk_is_found_too(desk_store: Store) -> None:
    """Without its keys, which do not act there; chosen, the dialog is left as Esc leaves it."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")
        await desk.pilot.press("f9")
        await desk.until(lambda: desk.app.screen is not desk.screen)
        desk.app.action_help()
        await desk.until(lambda: len(desk.app.screen_stack) == 3)
        shown = titles(desk.app)
        assert [] == [title for title, times in Counter(shown).items() if times > 1]
        assert shown.index("Back (Esc)") < shown.index("Undo") < shown.index("Restore a backup")
        assert "Undo (F8)" not in shown

        undo = next(
            item for item in desk.app.get_system_commands(desk.app.screen) if item.title == "Undo"
        )
        desk.app.call_later(undo.callback)
        await desk.says("UNDONE")
        assert desk.app.screen is desk.screen


async def test_a_dialog_that_stays_keeps_the_desk_from_acting(desk_store: Store) -> None:
    """Nothing happens behind something that does not let go."""

    class Stays(ModalScreen[None]):
        BINDINGS = [Binding("escape", "stay", "Back")]

        def action_stay(self) -> None:
            pass

    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")
        await desk.app.push_screen(Stays())
        undo = next(
            item for item in desk.app.get_system_commands(desk.app.screen) if item.title == "Undo"
        )
        await undo.callback()
        await desk.pilot.pause()

        assert isinstance(desk.app.screen, Stays)
        assert "CHECKED IN" in desk.banner


@pytest.mark.parametrize("action", sorted(NOT_AT_A_SCAN_DESK | {"set_up", "app.share"}))
async def test_a_desk_for_scanning_offers_no_more_than_that(desk_store: Store, action: str) -> None:
    """Nothing that changes people, lists or the event."""
    words = next(entry.words for entry in DESK + ANY_SCREEN if entry.action == action)
    async with open_desk(desk_store) as desk:
        desk.app.scan_only = desk.screen.scan_only = True

        assert not any(title.startswith(words) for title in titles(desk.app))
        assert "Send to the help desk (^G)" in titles(desk.app)
