"""The program without an event: welcome, file picker and import preview under a Textual pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Static

from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.setup.import_preview import ImportScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from tests.support.waiting import wait_on_screen


class Screens:
    """A running kiosk under a pilot: what its topmost screen shows, and how to wait for it."""

    def __init__(self, app: KioskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def text(self, selector: str) -> str:
        """The text in a part of the topmost screen."""
        return str(self.app.screen.query_one(selector, Static).render())

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for the threads behind the screen."""
        await wait_on_screen(self.pilot, condition, lambda: f"still on {self.app.screen}")

    async def shows(self, selector: str, words: str) -> None:
        """Wait until the part contains these words."""
        await self.until(lambda: self.app.screen.query(selector) and words in self.text(selector))

    async def on(self, screen: type) -> None:
        """Until this screen is on top."""
        await self.until(lambda: isinstance(self.app.screen, screen))

    async def put(self, selector: str, text: str) -> None:
        """Set a field's text, as typing it does."""
        self.app.screen.query_one(selector, Input).value = text
        await self.pilot.pause()


@asynccontextmanager
async def kiosk_without_event(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Screens]:
    """The program started without an event, on its welcome screen."""
    app = KioskApp(None, desk="Desk 1")
    async with app.run_test(size=size) as pilot:
        screens = Screens(app, pilot)
        await screens.on(WelcomeScreen)
        yield screens


async def choose_file(screens: Screens, file: Path) -> ImportScreen:
    """Choose a file in the file picker, and wait for its preview."""
    await screens.on(FilePicker)
    await screens.put("#path", str(file))
    await screens.pilot.press("enter")
    await screens.on(ImportScreen)
    screen = screens.app.screen
    assert isinstance(screen, ImportScreen)
    await screens.until(lambda: screen.read is not None)
    await screens.pilot.pause()
    return screen


def event_files(folder: Path) -> list[Path]:
    """Every file under a folder with `kiosk` in its name."""
    return [path for path in folder.rglob("*") if "kiosk" in path.name and path.is_file()]
