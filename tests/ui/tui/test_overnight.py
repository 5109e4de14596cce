"""A desk that is left open: midnight, the night the clocks change, a printer that hangs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from kiosk.domain.printing.job import DeviceReport
from kiosk.printing.backend import SubmittedJob
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.printing.settings import PrintMode, set_print_mode, set_printer
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.header import DeskHeader
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.conftest import Clock
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.stores import bind_code
from tests.support.waiting import wait_on_screen

pytestmark = pytest.mark.slow

WAIT_S = 30.0
BERLIN = ZoneInfo("Europe/Berlin")


def at(clock: Clock, day: date, time: str, zone: ZoneInfo, *, fold: int = 0) -> None:
    """Set the clock to a moment as a wall clock there shows it."""
    moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone, fold=fold)
    clock.now_ms = int(moment.timestamp() * 1000)


@dataclass
class UnattendedDesk:
    """A desk that runs through the night without any key."""

    app: KioskApp
    pilot: Pilot[None]

    @property
    def screen(self) -> DeskScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, DeskScreen))

    @property
    def header(self) -> str:
        header = self.screen.query_one(DeskHeader)
        header.paint()  # as it does each second
        return str(header.render())

    @property
    def banner(self) -> str:
        view = self.screen.query_one(ResultBanner).view
        return f"{view.words} {view.who}"

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the threads behind the desk."""
        await wait_on_screen(self.pilot, condition, lambda: f"{self.header}\n{self.banner}")

    async def scan(self, code: str, says: str) -> None:
        """A ticket, and what the desk says of it."""
        before = self.screen.state.last
        self.app.code_seen(code)
        await self.until(lambda: self.screen.state.last is not before)

        assert says in self.banner


@asynccontextmanager
async def left_open(
    path: Path, clock: Clock, system: FakeSystem | None = None
) -> AsyncIterator[UnattendedDesk]:
    """A desk under the test's clock."""
    app = KioskApp(path, desk="Desk 1", clock=clock)
    if system is not None:
        app.print_system_for = lambda store: system
    async with app.run_test(size=(80, 24)) as pilot:
        desk = UnattendedDesk(app, pilot)
        await desk.until(lambda: desk.screen.is_ready)
        yield desk


def make(path: Path, clock: Clock, days: list[date], zone: str) -> Path:
    """An event with one ticket, T1."""
    store = create_event(path, name="N", days=days, timezone=zone, desk="Desk 1", clock=clock)
    bind_code(store, "T1", walk_in(store, "Asha Rao", {}).id)
    store.close()
    return path


def scanned_on(path: Path) -> list[tuple[str, str]]:
    """What the log says: list and outcome of each scan, oldest first."""
    store = Store.open(path, desk="t")
    names = {item.id: item.name for item in check_in_lists(store.connection)}
    rows = [(names[r.list_id], r.outcome) for r in recent_scans(store.connection, 99)]
    store.close()
    return rows[::-1]


async def test_midnight(tmp_path: Path, clock: Clock) -> None:
    """At midnight the desk goes on to the next day by itself, in header, counters and log."""
    days = [date(2027, 2, 16), date(2027, 2, 17)]
    path = make(tmp_path / "e.kiosk", clock, days, "Asia/Kolkata")
    at(clock, days[0], "23:59:50", ZoneInfo("Asia/Kolkata"))
    async with left_open(path, clock) as desk:
        await desk.scan("T1", "CHECKED IN")
        await desk.until(lambda: "in 1 of 1" in str(desk.screen.status_line.render()))
        assert "Day 1 · Tue 16 Feb" in desk.header
        assert "23:59" in desk.header
        clock.pass_s(10)
        await desk.until(lambda: "Day 2 · Wed 17 Feb" in desk.header)
        await desk.until(lambda: "in 0 of 1" in str(desk.screen.status_line.render()))
        assert "00:00" in desk.header
        await desk.scan("T1", "CHECKED IN")
        clock.pass_s(24 * 60 * 60)
        await desk.scan("T1", "NOT NOW")

    assert [
        ("Day 1 · Tue 16 Feb", "ok"),
        ("Day 2 · Wed 17 Feb", "ok"),
        ("Day 2 · Wed 17 Feb", "invalid_time"),
    ] == scanned_on(path)


@pytest.mark.parametrize(
    ("night", "hours"),
    [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)],
    ids=["March", "October"],
)
async def test_the_clocks_change(night: date, hours: int, tmp_path: Path, clock: Clock) -> None:
    """The day on which clocks change is one day, from its midnight to its midnight."""
    days = [night - timedelta(days=1), night, night + timedelta(days=1)]
    at(clock, days[0], "23:59:59", BERLIN)
    path = make(tmp_path / "e.kiosk", clock, days, "Europe/Berlin")
    async with left_open(path, clock) as desk:
        await desk.scan("T1", "CHECKED IN")
        clock.pass_s(1)
        await desk.until(lambda: "Day 2" in desk.header)
        at(clock, night, "02:30", BERLIN, fold=1)
        await desk.scan("T1", "CHECKED IN")
        at(clock, night, "00:00", BERLIN)
        clock.pass_s(hours * 60 * 60 - 1)
        assert "23:59" in desk.header
        await desk.scan("T1", "ALREADY IN")
        clock.pass_s(1)
        await desk.until(lambda: "Day 3" in desk.header)
        assert "00:00" in desk.header
        await desk.scan("T1", "CHECKED IN")

    assert ["ok", "ok", "already_redeemed", "ok"] == [outcome for _, outcome in scanned_on(path)]


async def test_a_list_chosen_by_hand_stays(tmp_path: Path, clock: Clock) -> None:
    """Who chose a list keeps it over midnight."""
    days = [date(2027, 2, 16), date(2027, 2, 17)]
    path = make(tmp_path / "e.kiosk", clock, days, "Asia/Kolkata")
    at(clock, days[0], "23:59:50", ZoneInfo("Asia/Kolkata"))
    async with left_open(path, clock) as desk:
        day_1 = desk.screen.list
        assert day_1 is not None
        desk.screen.change(lambda session: session.use_list(day_1), lambda: None)
        clock.pass_s(60)
        desk.screen._watch()
        await desk.scan("T1", "NOT NOW")

        assert "Day 1" in desk.header


@dataclass
class Hanging(FakeSystem):
    """A printer that answers no question until it is let go."""

    def __post_init__(self) -> None:
        self.let_go = threading.Event()
        self.looks = 0

    def submit(self, *args: object, **options: object) -> SubmittedJob:
        self.let_go.wait(WAIT_S)
        return super().submit(*args, **options)  # type: ignore[arg-type]

    def report(self, job: SubmittedJob) -> DeviceReport:
        self.let_go.wait(WAIT_S)
        return super().report(job)


async def test_a_printer_that_hangs_for_minutes(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scans go on, what waits for the printer does not pile up, and each badge comes once."""
    path = make(tmp_path / "e.kiosk", clock, [], "UTC")
    store = Store.open(path, desk="Desk 1", clock=clock)
    set_printer(store, "Brother")
    set_print_mode(store, PrintMode.ON_CHECK_IN)
    for number in range(2, 22):
        bind_code(store, f"T{number}", walk_in(store, f"Person {number}", {}).id)
    store.close()
    system = Hanging(tmp_path / "saved", [FakePrinter("Brother")])
    async with left_open(path, clock, system) as desk:
        await desk.until(lambda: desk.app.paper is not None and desk.app.paper.settings.prints)
        paper = desk.app.paper
        assert paper is not None
        for number in range(1, 22):
            await desk.scan(f"T{number}", "CHECKED IN")
            clock.pass_s(15)
            for _ in range(15):
                paper.tick()  # as once a second
        assert paper._session.waiting <= 2 * 21 + 2
        system.let_go.set()
        await desk.until(lambda: system.jobs == 21)
        await desk.until(lambda: paper.status.waiting == 0)

    assert 21 == len(set(system.queues[0].titles)) == len(system.queues[0].sheets)


async def test_who_types_right_behind_a_scan(tmp_path: Path, clock: Clock) -> None:
    """What follows the verdict does not clear the matches of a name typed meanwhile."""
    path = make(tmp_path / "e.kiosk", clock, [], "UTC")
    store = Store.open(path, desk="Desk 1", clock=clock)
    other = walk_in(store, "Brij Nair", {})
    store.close()
    async with left_open(path, clock) as desk:
        await desk.scan("T1", "CHECKED IN")
        result = desk.screen.state.last
        assert result is not None
        desk.screen.query_one(ScanInput).value = "brij"
        matches = desk.screen.query_one(MatchList)
        await desk.until(lambda: [other.id] == [match.attendee_id for match in matches.matches])
        desk.screen.parts.flow._after_verdict(result)
        desk.screen._version = -1  # another program has written
        desk.screen._watch()
        await desk.until(lambda: desk.screen._version != -1)
        await desk.until(lambda: desk.screen.person is not None)
        await asyncio.sleep(0.05)

        assert [other.id] == [match.attendee_id for match in matches.matches]
        assert desk.screen.person is not None
        assert other.id == desk.screen.person.attendee.id
