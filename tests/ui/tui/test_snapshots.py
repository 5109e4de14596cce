"""Pictures of the most important screens, compared as SVG.

Clock, names, printers, folders and the cursor are fixed, so that a picture is the same on every
computer. After a change that is meant: `pytest tests/ui/tui/test_snapshots.py --snapshot-update`,
then look at every changed picture before it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.printing.settings import PrintMode
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.header import DeskHeader
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.dialogs.help import HelpScreen
from kiosk.ui.tui.palette import PaletteScreen
from kiosk.ui.tui.printing.badge_queue import BadgeQueueScreen
from kiosk.ui.tui.reports.dashboard import DashboardScreen
from kiosk.ui.tui.setup.event_form import SetupScreen
from kiosk.ui.tui.setup.import_preview import ImportScreen
from kiosk.ui.tui.setup.ready import ReadyScreen
from kiosk.ui.tui.setup.settings import SettingsScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from tests.conftest import SAMPLES, Clock
from tests.support import fake_printing
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.keyboard import type_as_person
from tests.support.printing_desk import use
from tests.support.stores import bind_code
from tests.support.waiting import wait_on_screen

SMALL, DESIGN, LARGE = (60, 20), (80, 24), (120, 36)
Steps = Callable[[Pilot[None]], Awaitable[None]]
Picture = Callable[..., bool]
"""`snap_compare` of pytest-textual-snapshot."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour or size of the terminal that runs the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def event(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A conference of today with attendees in several states, one hour after it opened."""
    # the dashboard's header, and screens that open the event again, take the computer's clock
    monkeypatch.setattr(
        DeskHeader, "_now", lambda header: datetime.fromtimestamp(clock() / 1000, header.zone)
    )
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
    store = create_event(
        tmp_path / "conf.kiosk",
        name="PyCon Pune",
        days=[date(2027, 2, 16), date(2027, 2, 17)],
        timezone="Asia/Kolkata",
        desk="Desk 1",
        clock=clock,
    )
    people = {
        "Asha Rao": {"company": "Acme", "email": "asha@example.org", "ticket_type": "Speaker"},
        "Asha Menon": {"company": "Zoho", "email": "menon@example.org"},
        "Ravi [Speaker]": {"ticket_type": "Speaker"},
        "Unpaid Uma": {"status": "unpaid"},
        "प्रिया शर्मा": {"company": "Acme"},
        "陈伟": {},
        "Fatima Zahra": {"ticket_type": "Volunteer"},
    }
    for number, (name, fields) in enumerate(people.items(), 1):
        bind_code(store, f"TICKET-{number}", walk_in(store, name, fields).id)
    save_list(store, "Lunch", is_new=True)
    for number in (3, 5, 7):
        scan(store, ScanOrder(code=f"TICKET-{number}"))
        clock.pass_s(240)
    yield store
    store.close()


@pytest.fixture
def app(event: Store, clock: Clock, tmp_path: Path) -> KioskApp:
    """The desk of that event with one printer, under the test's clock."""
    app = KioskApp(event.path, desk="Desk 1", clock=clock)
    system = FakeSystem(tmp_path / "saved", [FakePrinter("Brother")])
    system.queue("Brother").refusal = fake_printing.away()
    app.print_system_for = lambda _: system
    return app


def steps(*parts: Steps) -> Steps:
    """Run these one after the other, then stop the cursor and wait until the picture stays."""

    async def run(pilot: Pilot[None]) -> None:
        for part in parts:
            await part(pilot)
        before = ""
        while before != (now := drawn(pilot)):
            before = now
            for screen in pilot.app.screen_stack:
                for field in screen.query(Input):
                    field.cursor_blink = False
            await pilot.pause(0.1)

    return run


def drawn(pilot: Pilot[None]) -> str:
    """The picture of now, without the number that is new in each."""
    return re.sub(r"terminal-\d+", "", pilot.app.export_screenshot())


def desk_of(pilot: Pilot[None]) -> DeskScreen:
    """The desk, under whatever screen is open."""
    return next(s for s in pilot.app.screen_stack if isinstance(s, DeskScreen))


async def at_rest(pilot: Pilot[None]) -> None:
    """Until list, names, counters and printers are known."""
    await wait_on_screen(
        pilot, lambda: any(isinstance(s, DeskScreen) for s in pilot.app.screen_stack)
    )
    desk = desk_of(pilot)
    await wait_on_screen(pilot, lambda: desk.is_ready)
    await wait_on_screen(pilot, lambda: "in 3 of 6" in str(desk.query_one("#status").render()))


def scanned(code: str, words: str) -> Steps:
    """Scan a code; the banner shows these words, the card and the counters have followed."""

    async def run(pilot: Pilot[None]) -> None:
        app, desk = pilot.app, desk_of(pilot)
        assert isinstance(app, KioskApp)
        app.code_seen(code)
        await wait_on_screen(pilot, lambda: words in desk.query_one(ResultBanner).view.words)
        await wait_on_screen(pilot, lambda: "not yet" in str(desk.query_one("#card").render()))

    return run


async def searched(pilot: Pilot[None]) -> None:
    """Two people match what is typed."""
    await type_as_person(pilot, "asha")
    await wait_on_screen(pilot, lambda: len(desk_of(pilot).query_one(MatchList).matches) == 2)
    await wait_on_screen(
        pilot, lambda: "menon@example.org" in str(desk_of(pilot).query_one("#card").render())
    )


def opened(key: str, screen: type, is_ready: Callable[[Pilot[None]], object]) -> Steps:
    """Press a key; its screen is open and has its facts."""

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await wait_on_screen(pilot, lambda: isinstance(pilot.app.screen, screen))
        await wait_on_screen(pilot, lambda: is_ready(pilot))

    return run


@pytest.mark.slow
def test_desk_at_rest(app: KioskApp, snap_compare: Picture) -> None:
    """Event, list, time, counters and the first keys."""
    assert snap_compare(app, terminal_size=DESIGN, run_before=steps(at_rest))


@pytest.mark.slow
def test_checked_in(app: KioskApp, snap_compare: Picture) -> None:
    """The banner, the name, and the card of the attendee."""
    assert snap_compare(
        app, terminal_size=DESIGN, run_before=steps(at_rest, scanned("TICKET-1", "CHECKED IN"))
    )


@pytest.mark.slow
def test_refused(app: KioskApp, snap_compare: Picture) -> None:
    """The reason and the way out, on the smallest screen."""
    assert snap_compare(
        app, terminal_size=SMALL, run_before=steps(at_rest, scanned("TICKET-4", "UNPAID"))
    )


@pytest.mark.slow
def test_matches(app: KioskApp, snap_compare: Picture) -> None:
    """Two people of one first name, with what tells them apart."""
    assert snap_compare(app, terminal_size=DESIGN, run_before=steps(at_rest, searched))


@pytest.mark.slow
def test_dashboard(app: KioskApp, snap_compare: Picture) -> None:
    """Who is in, how fast people arrive, who is missing."""

    def has_facts(pilot: Pilot[None]) -> object:
        return getattr(pilot.app.screen, "facts", None)

    run = steps(at_rest, opened("f5", DashboardScreen, has_facts))
    assert snap_compare(app, terminal_size=LARGE, run_before=run)


@pytest.mark.slow
def test_badge_queue(app: KioskApp, event: Store, snap_compare: Picture) -> None:
    """A badge that waits because the printer does not answer."""
    use(event, PrintMode.BY_KEY)

    def has_jobs(pilot: Pilot[None]) -> bool:
        return bool(pilot.app.screen.query_one("#jobs", OptionList).option_count)

    async def printed(pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        await wait_on_screen(
            pilot, lambda: "Nothing answers" in str(desk_of(pilot).query_one("#status").render())
        )

    run = steps(
        at_rest,
        scanned("TICKET-1", "CHECKED IN"),
        printed,
        opened("f4", BadgeQueueScreen, has_jobs),
    )
    assert snap_compare(app, terminal_size=LARGE, run_before=run)


@pytest.mark.slow
def test_readiness(app: KioskApp, snap_compare: Picture) -> None:
    """What is left to do comes first."""

    def is_examined(pilot: Pilot[None]) -> bool:
        screen = pilot.app.screen
        assert isinstance(screen, ReadyScreen)
        return bool(screen.list_view.records) and screen._job is None

    run = steps(at_rest, opened("f10", ReadyScreen, is_examined))
    assert snap_compare(app, terminal_size=DESIGN, run_before=run)


@pytest.mark.slow
def test_self_service(event: Store, clock: Clock, snap_compare: Picture) -> None:
    """The greeting, in the event's languages."""
    app = KioskApp(event.path, desk="Desk 1", clock=clock, self_service=True)

    async def greeted(pilot: Pilot[None]) -> None:
        await wait_on_screen(pilot, lambda: type(pilot.app.screen).__name__ == "SelfServiceScreen")
        await wait_on_screen(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
        await wait_on_screen(pilot, lambda: "Welcome!" in drawn(pilot))

    assert snap_compare(app, terminal_size=LARGE, run_before=steps(greeted))


def test_welcome(clock: Clock, snap_compare: Picture) -> None:
    """The four ways to begin, on the smallest screen."""

    async def welcomed(pilot: Pilot[None]) -> None:
        await wait_on_screen(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))

    app = KioskApp(None, desk="Desk 1", clock=clock)
    assert snap_compare(app, terminal_size=SMALL, run_before=steps(welcomed))


@pytest.mark.slow
def test_import_preview(app: KioskApp, event: Store, snap_compare: Picture) -> None:
    """Platform, counts and columns of a file, before anything is written."""

    async def previewed(pilot: Pilot[None]) -> None:
        screen = ImportScreen(SAMPLES / "eventbrite-attendees.csv", event=event.path, desk="Desk 1")
        pilot.app.push_screen(screen)
        await wait_on_screen(pilot, lambda: screen.read is not None)

    assert snap_compare(app, terminal_size=DESIGN, run_before=steps(at_rest, previewed))


@pytest.mark.slow
def test_palette(app: KioskApp, snap_compare: Picture) -> None:
    """The commands that a word finds, with their keys and the word that matched."""

    def is_listed(pilot: Pilot[None]) -> object:
        return pilot.app.screen.query_one("#commands", OptionList).option_count

    async def typed(pilot: Pilot[None]) -> None:
        await type_as_person(pilot, "print")
        await wait_on_screen(pilot, lambda: pilot.app.screen.query_one(Input).value == "print")

    run = steps(at_rest, opened("ctrl+p", PaletteScreen, is_listed), typed)
    assert snap_compare(app, terminal_size=DESIGN, run_before=run)


@pytest.mark.slow
def test_help_of_a_verdict(app: KioskApp, snap_compare: Picture) -> None:
    """The verdict on the screen first, then all of them."""

    def has_text(pilot: Pilot[None]) -> bool:
        return "UNPAID" in str(pilot.app.screen.query_one("#help-text", Static).render())

    run = steps(at_rest, scanned("TICKET-4", "UNPAID"), opened("f1", HelpScreen, has_text))
    assert snap_compare(app, terminal_size=DESIGN, run_before=run)


@pytest.mark.slow
def test_settings(app: KioskApp, snap_compare: Picture) -> None:
    """The settings with their values, on the smallest screen."""

    async def shown(pilot: Pilot[None]) -> None:
        pilot.app.action_open("settings")  # type: ignore[attr-defined]
        await wait_on_screen(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await wait_on_screen(pilot, lambda: pilot.app.screen.values)  # type: ignore[attr-defined]

    assert snap_compare(app, terminal_size=SMALL, run_before=steps(at_rest, shown))


@pytest.mark.slow
def test_set_up(app: KioskApp, snap_compare: Picture) -> None:
    """The steps, and which are done."""

    async def shown(pilot: Pilot[None]) -> None:
        desk_of(pilot).action_set_up()
        await wait_on_screen(pilot, lambda: isinstance(pilot.app.screen, SetupScreen))
        await wait_on_screen(pilot, lambda: pilot.app.screen.states)  # type: ignore[attr-defined]

    assert snap_compare(app, terminal_size=DESIGN, run_before=steps(at_rest, shown))
