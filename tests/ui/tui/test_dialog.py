"""A dialog answers once, and closes only itself."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App, SystemCommand
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList

import kiosk.ui.tui
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.dialog import AnswerScreen, Dialog
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.dialogs.reasons import HelpNoteScreen, ReasonScreen
from kiosk.ui.tui.input.messages import CodeScanned, ScanSource
from kiosk.ui.tui.setup.settings import SettingForm
from kiosk.ui.tui.sharing.merge import MergeScreen
from kiosk.ui.tui.widgets.key_bar import bindings_of
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.support.desk import open_desk
from tests.support.waiting import wait_on_screen


def _screens() -> list[type[Screen[Any]]]:
    for module in pkgutil.walk_packages(kiosk.ui.tui.__path__, "kiosk.ui.tui."):
        importlib.import_module(module.name)
    found: set[type[Screen[Any]]] = set()
    new: list[type[Screen[Any]]] = [Screen]
    while new:
        new = [kind for parent in new for kind in parent.__subclasses__()]
        found.update(kind for kind in new if kind.__module__.startswith("kiosk."))
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", _screens(), ids=lambda kind: kind.__name__)
def test_every_screen_answers_once(kind: type[Screen[object]]) -> None:
    """Every screen that can be closed has the one base; every modal one is a dialog."""
    is_the_desk = issubclass(kind, DeskScreen)  # which is switched, never closed
    assert is_the_desk or issubclass(kind, AnswerScreen)
    assert issubclass(kind, Dialog) or not issubclass(kind, ModalScreen)


@pytest.mark.parametrize("kind", [kind for kind in _screens() if issubclass(kind, Dialog)])
def test_every_dialog_looks_like_one(kind: type[Dialog[object]]) -> None:
    """Styles follow the first base of a class only; `dialog.tcss` names these two."""
    assert kind._css_type_names & {"Dialog", "EventDialog"}


@pytest.mark.parametrize("kind", [kind for kind in _screens() if issubclass(kind, Dialog)])
def test_esc_leads_out_of_every_dialog(kind: type[Dialog[object]]) -> None:
    """Help names the key, and a command of the palette can close the dialog."""
    back = [key for key in bindings_of(kind.__new__(kind)) if "escape" in key.key.split(",")]

    assert [True] == [key.show for key in back]


def test_a_form_with_a_key_of_its_own_keeps_the_keys_of_forms() -> None:
    """Enter saves one setting; F2 does too, as in each form."""
    keys = {key.key: key.action for key in bindings_of(SettingForm.__new__(SettingForm))}

    assert ("save", "save") == (keys["enter"], keys["f2,ctrl+s"])


@pytest.mark.parametrize("below", [0, 1])
@pytest.mark.parametrize("kind", ["reason", "note"])
async def test_two_enters_at_once(kind: str, below: int) -> None:
    """The first Enter gives the answer; the second closes no other screen."""
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        for _ in range(below):
            app.push_screen(Dialog[None]())
        dialog = (
            ReasonScreen("Let in?", "unpaid", (), act="let in")
            if kind == "reason"
            else HelpNoteScreen("Priya")
        )
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        dialog.query_one(Input).value = "paid in cash"
        for _ in range(2):
            app.post_message(events.Key("enter", "\r"))
        await pilot.pause()

        assert ["paid in cash"] == answers
        assert 1 + below == len(app.screen_stack)


async def test_an_answer_under_another_screen_waits() -> None:
    """A job that answers while the palette is open closes its own screen when that is closed."""
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        dialog, over = Dialog[str](), Dialog[None]()
        app.push_screen(dialog, answers.append)
        app.push_screen(over)
        await pilot.pause()
        dialog.dismiss("done")
        dialog.dismiss("again")
        await pilot.pause()
        assert ([], over) == (answers, app.screen)
        over.dismiss()
        await pilot.pause()

        assert ["done"] == answers
        assert 1 == len(app.screen_stack)


async def test_an_answer_of_a_closed_screen_is_ignored() -> None:
    """A job that answers after its screen was replaced closes no other screen."""
    app: App[None] = App()
    async with app.run_test() as pilot:
        dialog = Dialog[str]()
        app.push_screen(dialog)
        await app.pop_screen()
        dialog.dismiss("late")
        await pilot.pause()

        assert 1 == len(app.screen_stack)


@pytest.mark.slow
async def test_two_enters_in_the_palette(store: Store) -> None:
    """The command runs once, and the desk is on top again."""
    app = KioskApp(store.path, desk="Desk 1")
    ran: list[None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: app.screen.query(ScanInput))
        app.screen.action_activity = lambda: ran.append(None)  # type: ignore[attr-defined]
        app.action_command_palette()
        await wait_on_screen(pilot, lambda: app.screen.query(Input))
        palette = app.screen
        palette.query_one(Input).value = "activity"
        await wait_on_screen(
            pilot, lambda: palette.query_one("#commands", OptionList).option_count == 1
        )
        for _ in range(4):
            app.post_message(events.Key("enter", "\r"))
        await wait_on_screen(pilot, lambda: ran)
        await wait_on_screen(pilot, lambda: isinstance(app.screen, DeskScreen))
        await pilot.pause()

        assert [None] == ran
        assert isinstance(app.screen, DeskScreen)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Tables", "Join an event", "Merge a stick bundle"])
async def test_an_example_in_a_field_is_whole_on_a_small_terminal(
    desk_store: Store, title: str
) -> None:
    """It says what to type."""
    async with open_desk(desk_store, (60, 20)) as desk:
        entries = {item.title.split(" (")[0]: item for item in _commands(desk.app)}
        entries[title].callback()
        await desk.until(lambda: desk.app.screen is not desk.screen)
        fields = desk.app.screen.query(Input)
        await desk.until(lambda: any(field.content_size.width for field in fields))

        shown = [field for field in fields if field.content_size.width]
        assert [f for f in shown if cell_len(f.placeholder) > f.content_size.width] == []


@pytest.mark.slow
@pytest.mark.parametrize("action", ["screen.set_up", "app.open('paper')"])
async def test_what_a_choice_is_for_is_whole_on_a_small_terminal(
    desk_store: Store, action: str
) -> None:
    """No row ends in `…`."""
    async with open_desk(desk_store, (60, 20)) as desk:
        await desk.app.run_action(action)
        await desk.until(lambda: desk.app.screen is not desk.screen)
        rows = desk.app.screen.query_one(OptionList)
        await desk.until(lambda: bool(rows.scrollable_content_region.width))

        texts = [str(option.prompt).strip() for option in rows.options]
        room = rows.scrollable_content_region.width - 2
        assert [text for text in texts if cell_len(text) > room] == []


def _commands(app: KioskApp) -> list[SystemCommand]:
    return list(app.get_system_commands(app.screen))


@pytest.mark.parametrize("kind", ["file picker", "merge"])
async def test_letters_without_enter_are_no_line_at_the_desk_below(
    desk_store: Store, tmp_path: Path, kind: str
) -> None:
    """They were typed as fast as a scan: the desk has them in its field and decides nothing."""
    async with open_desk(desk_store) as desk:
        dialog = (
            FilePicker("Import", (".csv",))
            if kind == "file picker"
            else MergeScreen(tmp_path / "none.bundle", desk_store.path, "Desk 1")
        )
        desk.app.push_screen(dialog)
        await desk.until(lambda: desk.app.screen is dialog and dialog.is_mounted)
        dialog.post_message(CodeScanned("ravi", "ravi", ScanSource.SCANNER, ended=False))

        await desk.until(lambda: desk.screen.query_one(ScanInput).value == "ravi")
