"""The desk on a test's terminal, as `KioskApp` under a Textual pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Static

from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.match_list import MatchList
from tests.support.keyboard import type_as_person
from tests.support.waiting import wait_on_screen


class Desk:
    """A running desk under a pilot: what it shows, and how to type, scan and wait."""

    def __init__(self, app: KioskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> DeskScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, DeskScreen))

    @property
    def banner(self) -> str:
        view = self.screen.query_one(ResultBanner).view
        return " | ".join((f"{view.sign} {view.words}".strip(), view.who, view.hint))

    @property
    def matches(self) -> list[str]:
        return [match.name for match in self.screen.query_one(MatchList).matches]

    @property
    def card(self) -> str:
        return str(self.screen.query_one("#card", Static).render())

    @property
    def status(self) -> str:
        return str(self.screen.query_one("#status", Static).render())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the threads behind the desk."""
        await wait_on_screen(
            self.pilot, condition, lambda: f"banner: {self.banner}; matches: {self.matches}"
        )

    async def settled(self) -> None:
        """Wait until the keys so far are handled, and the work they asked for is done."""
        session, answered = self.app.session, list[bool]()
        assert session is not None
        for _ in range(2):  # an answer may ask for more work
            await self.pilot.pause()
            answered.clear()
            session.ask(lambda _: True, answered.append)
            await self.until(lambda: bool(answered))

    async def ready(self) -> None:
        """Until the event is open and the names are read."""
        await self.until(lambda: self.screen.is_ready)

    async def type(self, text: str) -> None:
        """As a person types."""
        await type_as_person(self.pilot, text)

    async def scan(self, code: str) -> None:
        """As a scanner does it: everything at once."""
        self.app.code_seen(code)
        await self.pilot.pause()

    async def says(self, words: str) -> None:
        await self.until(lambda: words in self.banner)


@asynccontextmanager
async def open_desk(
    store: Store, size: tuple[int, int] = (80, 24), *, scan_only: bool = False
) -> AsyncIterator[Desk]:
    """The desk of an event, ready to scan; columns and rows."""
    app = KioskApp(store.path, desk="Desk 1", scan_only=scan_only)
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot)
        await desk.ready()
        yield desk
