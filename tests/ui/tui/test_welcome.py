"""The first screen by its keys: open, make, try."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from kiosk.services.event.event import create_event
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.file_picker import FilePicker, entries_for
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from kiosk.ui.tui.widgets.key_bar import KeyBar
from tests.support.screens import Screens, kiosk_without_event

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_it_says_what_can_be_done_and_where(size: tuple[int, int], home: Path) -> None:
    """Four ways, their letters, and the folder of new events."""
    async with kiosk_without_event(size) as screens:
        options = screens.app.screen.query_one("#welcome-list", OptionList)
        said = [str(options.get_option_at_index(index).prompt) for index in range(4)]

        assert [line[0] for line in said] == ["N", "O", "J", "D"]
        assert str(Path("~", "Documents", "kiosk")) in screens.text("#welcome-where")
        assert "^Q Quit" in screens.text("KeyBar")


async def test_an_event_in_the_folder_is_a_digit_away(home: Path) -> None:
    """Events found are listed by their names, and names are text."""
    folder = home / "Documents" / "kiosk"
    folder.mkdir()
    create_event(folder / "a.kiosk", name="PyCon [b]Pune[/b]", desk="Desk 1").close()
    async with kiosk_without_event() as screens:
        options = screens.app.screen.query_one("#welcome-list", OptionList)
        await screens.until(lambda: options.option_count == 5)
        line = str(options.get_option_at_index(4).prompt)
        await screens.pilot.press("1")
        await screens.on(DeskScreen)

        assert "1  PyCon [b]Pune[/b]" in line
        assert screens.app.event_path == (folder / "a.kiosk").resolve()


async def test_a_typed_path_opens_an_event(home: Path) -> None:
    """Anywhere on the disk."""
    create_event(home / "far.kiosk", name="Far", desk="Desk 1").close()
    async with kiosk_without_event() as screens:
        await screens.pilot.press("o")
        await screens.on(FilePicker)
        await screens.put("#path", str(home / "far.kiosk"))
        await screens.pilot.press("enter")
        await screens.on(DeskScreen)


async def test_enter_goes_through_folders_to_a_file(home: Path) -> None:
    """An open folder highlights its first line, so Enter never opens it again."""
    (home / "events").mkdir()
    create_event(home / "events" / "far.kiosk", name="Far", desk="Desk 1").close()
    async with kiosk_without_event() as screens:
        await screens.pilot.press("o")
        await screens.on(FilePicker)
        await screens.put("#path", f"{home / 'events'}/")
        files = screens.app.screen.query_one("#files", OptionList)
        await screens.until(lambda: files.highlighted == 0)
        await screens.pilot.press("enter")
        await screens.on(DeskScreen)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nothing.kiosk", "There is no file"),
        ("letter.kiosk", "not a kiosk event"),
        ("bad\x1b[2J.kiosk", "There is no file"),
    ],
)
async def test_a_wrong_path_gets_a_sentence(home: Path, name: str, sentence: str) -> None:
    """The error is shown, the focus stays, and Esc leads back."""
    (home / "letter.kiosk").write_text("Dear Asha")
    async with kiosk_without_event() as screens:
        await screens.pilot.press("o")
        await screens.on(FilePicker)
        await screens.put("#path", str(home / name))
        await screens.pilot.press("enter")
        await screens.shows("#picker-error", sentence)
        focused = screens.app.focused
        said = screens.text("#picker-error")
        await screens.pilot.press("escape")
        await screens.on(WelcomeScreen)

        assert focused is not None
        assert focused.id == "path"
        assert "\x1b" not in said


async def test_the_demo_opens_with_a_hint_what_to_try() -> None:
    """One letter, and a desk with people."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("d")
        await screens.on(DeskScreen)
        desk = screens.app.screen
        await screens.until(lambda: "DEMO-0007" in desk.query_one(ResultBanner).view.hint)
        await screens.until(lambda: "of 200" in screens.text("#status"))


async def test_another_event_can_be_opened_from_the_desk(home: Path) -> None:
    """The desk stays until another is chosen; then its scans count there. A narrow window has the
    key that leads back, too."""
    for name in ("one", "two"):
        create_event(home / f"{name}.kiosk", name=name, desk="Desk 1").close()
    app = KioskApp(home / "one.kiosk", desk="Desk 1")
    async with app.run_test(size=(60, 20)) as pilot:
        screens = Screens(app, pilot)
        await screens.on(DeskScreen)
        app.action_welcome()
        await screens.on(WelcomeScreen)
        await screens.until(lambda: "Esc Back" in screens.text("#keys"))
        await pilot.press("escape")
        await screens.on(DeskScreen)

        assert isinstance(app.screen, DeskScreen)
        assert app.screen.path == home / "one.kiosk"

        app.action_welcome()
        await screens.on(WelcomeScreen)
        await pilot.press("o")
        await screens.on(FilePicker)
        await screens.put("#path", str(home / "two.kiosk"))
        await pilot.press("enter")
        await screens.until(
            lambda: isinstance(app.screen, DeskScreen) and app.screen.path.stem == "two"
        )

        assert len(app.screen_stack) == 1
        assert app.screen.query_one(KeyBar)


def test_files_that_may_be_meant_come_first(home: Path) -> None:
    """Lists of registrations of the usual folders, then the folders; typing narrows them."""
    (home / "Downloads" / "attendees.csv").write_text("Name\nAsha\n")
    (home / "Downloads" / "photo.png").write_text("x")
    (home / "Documents" / "people.xlsx").write_text("x")

    first = [entry.path.name for entry in entries_for("", (".csv", ".xlsx"))]
    inside = [e.path.name for e in entries_for(f"{home / 'Downloads'}/", (".csv", ".xlsx"))]
    narrowed = [entry.path.name for entry in entries_for("atten", (".csv", ".xlsx"))]

    assert {"attendees.csv", "people.xlsx"} == set(first[:2])
    assert inside == ["attendees.csv", "photo.png"]
    assert narrowed == ["attendees.csv"]
