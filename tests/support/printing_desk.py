"""A desk with fake printers, under a Textual pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from kiosk.services.printing.settings import PrintMode, set_print_mode, set_printer
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import BadgeJob, all_jobs
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.printing.badge_queue import BadgeQueueScreen
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.support.fake_printing import FakeSystem
from tests.support.waiting import wait_on_screen


class PrintingDesk:
    """A running desk with fake printers."""

    def __init__(self, app: KioskApp, pilot: Pilot[None], store: Store) -> None:
        self.app = app
        self.pilot = pilot
        self.store = store

    @property
    def screen(self) -> DeskScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, DeskScreen))

    @property
    def queue(self) -> BadgeQueueScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, BadgeQueueScreen))

    @property
    def banner(self) -> str:
        view = self.screen.query_one(ResultBanner).view
        return f"{view.sign} {view.words} {view.who} {view.hint}"

    @property
    def status(self) -> str:
        return str(self.screen.query_one("#status", Static).render())

    @property
    def jobs(self) -> list[BadgeJob]:
        """Oldest first."""
        return list(reversed(all_jobs(self.store.connection)))

    @property
    def states(self) -> list[str]:
        return [str(job.state) for job in self.jobs]

    def text(self, id: str) -> str:  # noqa: A002
        return str(self.queue.query_one(f"#{id}", Static).render())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the threads behind the desk."""
        await wait_on_screen(
            self.pilot, condition, lambda: f"{self.banner}; {self.status}; {self.states}"
        )

    async def scan(self, code: str) -> None:
        """As a scanner does, into the field."""
        self.screen.query_one(ScanInput).value = code
        await self.pilot.press("enter")

    async def open_queue(self) -> None:
        """F4, and the rows are there."""
        await self.pilot.press("f4")
        await self.until(lambda: isinstance(self.app.screen, BadgeQueueScreen))
        count = len(self.jobs)
        await self.until(lambda: self.queue.query_one("#jobs", OptionList).option_count == count)

    async def key(self, *keys: str) -> None:
        """Press, and let the screen follow."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0.05)


@asynccontextmanager
async def open_desk(
    store: Store, system: FakeSystem, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[PrintingDesk]:
    """The desk of an event with these printers, when it has asked them for their state."""
    app = KioskApp(store.path, desk="Desk 1")
    app.print_system_for = lambda _: system
    async with app.run_test(size=size) as pilot:
        desk = PrintingDesk(app, pilot, store)
        await desk.until(lambda: desk.screen.list is not None)
        await desk.until(lambda: "badges" in desk.status)
        yield desk


def use(store: Store, mode: PrintMode) -> None:
    """Print on the first printer, by this mode."""
    set_printer(store, "Brother")
    set_print_mode(store, mode)
