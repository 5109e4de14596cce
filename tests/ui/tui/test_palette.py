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
from kiosk.ui.tui.palette import Command, PaletteScreen, commands, search
from kiosk.ui.tui.palette_entries import ENTRIES, HERE
from kiosk.ui.tui.screens import AppScreens
from kiosk.ui.tui.setup.rehearsal import RehearsalDesk
from tests.support.desk import open_desk


def titles(app: KioskApp) -> list[str]:
    return [item.title for item in app.get_system_commands(app.screen)]


def test_every_key_of_the_desk_is_in_it_too() -> None:
    """What a key does can be found by words; the palette itself and moving need none."""
    listed = {entry.action for entry in ENTRIES}
    keys = {
        binding.action
        for binding in (*DeskScreen.BINDINGS, *RehearsalDesk.BINDINGS)
        if isinstance(binding, Binding)
    }

    moving = {"into_list", "card_down", "card_up"}
    assert {"app.command_palette", *moving} == keys - listed


def has_action(action: str) -> bool:
    """Whether there is code behind the action of an entry."""
    if action.startswith("app.open("):
        return hasattr(AppScreens, action.split("'")[1])
    home = KioskApp if action.startswith("app.") else RehearsalDesk
    return hasattr(home, f"action_{action.removeprefix('app.')}")


def test_every_entry_does_something() -> None:
    """There is an action behind each."""
    assert [] == [entry.action for entry in ENTRIES if not has_action(entry.action)]


def test_every_entry_has_words_for_a_search() -> None:
    """A description, and other words that people use."""
    assert [] == [entry.words for entry in ENTRIES if not (entry.about and entry.synonyms)]


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


@pytest.mark.slow
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


@pytest.mark.slow
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


async def test_a_desk_for_scanning_offers_no_more_than_that(desk_store: Store) -> None:
    """Nothing that changes people, lists or the event."""
    hidden = NOT_AT_A_SCAN_DESK | {"set_up", "app.share", "app.open('purge')"}
    words = tuple(entry.words for entry in ENTRIES if entry.action in hidden)
    assert len(words) >= len(hidden)
    async with open_desk(desk_store) as desk:
        desk.app.scan_only = desk.screen.scan_only = True
        shown = titles(desk.app)

    assert [] == [title for title in shown if title.startswith(words)]
    assert "Send to the help desk (^G)" in shown


FOUND = {
    "export": "Export attendance",
    "report": "Export attendance",
    "json": "Export attendance",
    "help": "Help",
    "search": "Look up an attendee",
    "ready": "What is left to do",
    "statistics": "Dashboard",
    "late registrations": "Import registrations",
    "purge": "Delete personal data",
    "delete": "Delete personal data",
    "GDPR": "Delete personal data",
    "certificate": "Print badges, signs, certificates",
    "sign": "Print badges, signs, certificates",
    "box": "Print badges, signs, certificates",
    "reprint": "Print the badge",
    "settings": "Settings",
    "preferences": "Settings",
    "wifi": "Settings",
    "theme": "Colours: dark",
    "backup": "Back up now",
    "restore": "Restore a backup",
    "pin": "PINs",
    "password": "PINs",
    "rename desk": "Name this desk",
    "printer": "Test the printer",
    "check out": "Check out",
    "t-shirt": "Hand out",
    "let in": "Admit anyway",
    "usb": "Back up now",
    "f7": "Change the list",
    "wrong list": "Change the list",
    "lost ticket": "Look up an attendee",
    "not on the list": "Register a walk-in",
    "plus one": "Register a walk-in",
    "oops": "Undo",
    "refund": "Correct the person",
    "typo": "Correct the person",
    "vip": "Days and lists",
    "waiting list": "Admit anyway",
    "lanyard": "Hand out",
    "lost child": "Send to the help desk",
    "wheelchair": "Send to the help desk",
    "child": "Register a walk-in",
    "evacuation": "Dashboard",
    "out of paper": "Badge queue",
    "capacity": "Dashboard",
    "ctrl+p": "",
    "setings": "Settings",
    "certifcate": "Print badges, signs, certificates",
    "how do I print the badges": "Print badges, signs, certificates",
}
"""What people type, and the command that they mean."""


async def test_people_find_a_command_by_their_own_words(desk_store: Store) -> None:
    """The command is the first; a word without a command finds nothing."""
    async with open_desk(desk_store) as desk:
        offered = commands(desk.app, desk.screen)
        hits = {typed: search(offered, typed) for typed in FOUND}

    assert FOUND == {
        typed: found[0].command.entry.words if found else "" for typed, found in hits.items()
    }


@pytest.mark.slow
async def test_the_palette_is_typed_into_and_does_the_first_line(desk_store: Store) -> None:
    """The description of the selected line is shown; Enter opens the screen."""
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("ctrl+p")
        await desk.until(lambda: isinstance(desk.app.screen, PaletteScreen))
        palette = desk.app.screen
        assert isinstance(palette, PaletteScreen)
        await desk.until(lambda: len(palette.hits) > 30)
        await desk.type("dashb")
        await desk.until(lambda: palette.hits[0].command.entry.words == "Dashboard")
        await desk.pilot.press("enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "DashboardScreen")


async def test_a_command_that_cannot_act_now_says_why(desk_store: Store) -> None:
    """It is listed with its key, and choosing it shows the reason."""
    async with open_desk(desk_store) as desk:
        edit = next(
            command
            for command in commands(desk.app, desk.screen)
            if command.entry.words == "Correct the person"
        )
        edit.callback()

        assert ("F3", False) == (edit.key, edit.can)
        assert "Scan a ticket or type a name first" in desk.banner


@pytest.mark.slow
async def test_a_screen_lists_its_own_keys_first(desk_store: Store) -> None:
    """Then the desk's, by section."""
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("f5")
        await desk.until(lambda: desk.app.screen is not desk.screen)
        found: list[Command] = commands(desk.app, desk.app.screen)

    assert HERE == found[0].section
    assert "Check-in" in {command.section for command in found}
