"""The app and the scan field, without a terminal."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from textual import events, on
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from kiosk.ui.tui.input.messages import CodeScanned, KeysQuiet, ScanSource
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.support.keyboard import scan, type_as_person
from tests.ui.tui.scanning.scanning_app import ScanningApp

if TYPE_CHECKING:
    from textual.app import ComposeResult

Seen = tuple[str, str, str]


class ScanScreen(Screen[None]):
    """Notes what it is told, in order."""

    takes_scans = True

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []

    def compose(self) -> ComposeResult:
        """A scan field and a form field."""
        yield ScanInput(id="scan")
        yield Input(id="form")

    @on(CodeScanned)
    def scanned(self, message: CodeScanned) -> None:
        """Note a scan."""
        self.seen.append(("scan", message.code, message.source))

    @on(ScanInput.Submitted, "#scan")
    def submitted(self, message: ScanInput.Submitted) -> None:
        """Note typed text."""
        self.seen.append(("typed", message.text, ScanSource.TYPED))

    @on(ScanInput.Edited)
    def edited(self, message: ScanInput.Edited) -> None:
        """Note a change."""
        self.seen.append(("edited", message.text, ""))


class Dialog(ModalScreen[None]):
    """A dialog with a field."""

    def compose(self) -> ComposeResult:
        """A field."""
        yield Input(id="name")


class DeskApp(ScanningApp):
    """An app with that desk."""

    def on_mount(self) -> None:
        """Open the desk."""
        self.desk = ScanScreen()
        self.push_screen(self.desk)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t"])
async def test_scans_reach_the_desk(end: str) -> None:
    """Codes back to back arrive with their source, and the field's text is not touched."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await scan(pilot, "K8301243", "]Q3ABC-1", end=end)

        found = [entry for entry in app.desk.seen if entry[0] != "edited"]
        assert found == [("scan", "K8301243", "scanner"), ("scan", "ABC-1", "scanner")]
        assert app.desk.query_one("#scan", ScanInput).value == ""


async def test_typed_text_is_told_as_it_changes_and_when_it_is_taken() -> None:
    """Every key of a person is an edit, Enter submits the whole, and emptying is no edit."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await type_as_person(pilot, "pri\r")

        assert app.desk.seen == [
            ("edited", "p", ""),
            ("edited", "pr", ""),
            ("edited", "pri", ""),
            ("typed", "pri", "typed"),
        ]


async def test_enter_on_an_empty_field_is_nothing() -> None:
    """Nothing typed, nothing told."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await type_as_person(pilot, "\r\n")

        assert app.desk.seen == []


async def test_typed_then_scanned_in_one_go() -> None:
    """Typed text and scans that were waiting together come out in the order of the keys."""
    app = DeskApp()
    async with app.run_test() as pilot:
        time.sleep(0.05)
        await type_as_person(pilot, "asha\rpri")
        await scan(pilot, "ABC123")
        await type_as_person(pilot, "li\r")

        found = [entry[1] for entry in app.desk.seen if entry[0] != "edited"]
        assert found == ["asha", "ABC123", "li"]


async def test_the_emptied_field_is_ready_for_typing() -> None:
    """After a long text was taken, the field starts at its left end again."""
    app = DeskApp()
    async with app.run_test(size=(20, 10)) as pilot:
        await type_as_person(pilot, "a long text that scrolls the field\rx")
        await asyncio.sleep(0.05)
        await pilot.pause()

        field = app.desk.query_one("#scan", ScanInput)
        assert (field.value, field.cursor_position, field.scroll_x) == ("x", 1, 0)


async def test_a_dialog_does_not_get_scans() -> None:
    """With a dialog open a scan goes to the desk below; the dialog keeps what is typed."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await app.push_screen(Dialog())
        await type_as_person(pilot, "ravi")
        await scan(pilot, "K8301243")
        await type_as_person(pilot, " k")

        assert app.desk.seen == [("scan", "K8301243", "scanner")]
        assert app.screen.query_one("#name", Input).value == "ravi k"


async def test_a_scanner_that_stumbled_in_a_form() -> None:
    """Characters that got into a form before a scan was known are taken out again."""
    app = DeskApp()
    async with app.run_test() as pilot:
        app.desk.query_one("#form").focus()
        await type_as_person(pilot, "xy", gap_s=0.1)
        first, rest = "K8", "301243\r"
        at = events.Callback(lambda: None).time + 50
        for number, character in enumerate(first + rest):
            gap = 0.005 if number != len(first) else 0.055
            at += gap
            key = events.Key("enter" if character == "\r" else character, character)
            key.time = at
            app.post_message(key)
        await pilot.pause()
        await pilot.pause()

        assert app.desk.seen == [("scan", "K8301243", "scanner")]
        assert app.desk.query_one("#form", Input).value == "xy"


async def test_codes_from_a_camera() -> None:
    """A code seen by another thread arrives as the camera's, and what is typed stays."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await type_as_person(pilot, "pri")
        await asyncio.to_thread(app.scans.code_seen, "K8301243")
        await pilot.pause()

        assert app.desk.seen[-1] == ("scan", "K8301243", ScanSource.CAMERA)
        assert app.desk.query_one("#scan", ScanInput).value == "pri"


async def test_quick_keys_of_a_pilot_are_released_by_the_timer() -> None:
    """With a driver that tells no silence, held keys reach a form all the same."""
    app = DeskApp()
    async with app.run_test() as pilot:
        app.desk.query_one("#form").focus()
        await pilot.press("a", "b")
        for _ in range(100):
            if app.desk.query_one("#form", Input).value:
                break
            await asyncio.sleep(0.01)

        assert app.desk.query_one("#form", Input).value == "ab"


@pytest.mark.parametrize(
    ("pasted", "seen", "field"),
    [
        ("ABC-1\r\n", [("scan", "ABC-1", "paste")], ""),
        ("A-1\nA-2\n", [("scan", "A-1", "paste"), ("scan", "A-2", "paste")], ""),
        ("ABC-1", [], "ABC-1"),
    ],
)
async def test_pastes(pasted: str, seen: list[Seen], field: str) -> None:
    """Lines that end are scans, the rest is typed text."""
    app = DeskApp()
    async with app.run_test() as pilot:
        paste = events.Paste(pasted)
        app.post_message(paste)
        app.post_message(KeysQuiet(paste.time + 1))
        await pilot.pause()

        assert seen == [entry for entry in app.desk.seen if entry[0] != "edited"]
        assert field == app.desk.query_one("#scan", ScanInput).value


@pytest.mark.slow
async def test_keys_edit_the_field_in_their_order() -> None:
    """Backspace and arrows act between the letters they were typed between."""
    app = DeskApp()
    async with app.run_test() as pilot:
        await type_as_person(pilot, "prx")
        await pilot.press("backspace")
        await type_as_person(pilot, "y")
        await pilot.press("left")
        await type_as_person(pilot, "i")
        await pilot.press("home", "delete", "end")
        await type_as_person(pilot, "a")

        assert app.desk.query_one("#scan", ScanInput).value == "riya"
