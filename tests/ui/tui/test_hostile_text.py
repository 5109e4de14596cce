"""Hostile and odd texts on every screen: nothing acts, no line grows, names stay themselves."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.widgets import Input

from kiosk.domain.text import clean_text, escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.setup.import_preview import ImportScreen
from tests.support.desk import Desk
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.naughty import ACTING, LONG, NAUGHTY, SHORT
from tests.support.stores import bind_code

pytestmark = pytest.mark.slow

WIDTH = 80
FIELDS = ("company", "email", "ticket_type", "order_code", "note", "attention")
HOSTILE = "\x1b]0;x\x07[/b]\u202e\x9b31m=1"
"""Of everything at once; for what an event has only one of."""


def screen_lines(app: App[None]) -> list[str]:
    """What the terminal would show."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def assert_whole(app: App[None]) -> str:
    """Nothing on the screen acts on a terminal and every line has the screen's width; its text."""
    lines = screen_lines(app)
    for line in lines:
        assert not ACTING.search(line), (app.screen, line)
        assert app.size.width == cell_len(line), (app.screen, line)
    return "\n".join(lines)


@pytest.fixture
def event(tmp_path: Path) -> Iterator[Store]:
    """An event in which everything is called by hostile texts."""
    today = date.today()
    store = create_event(
        tmp_path / "\x1b[31m[b].kiosk",
        name=HOSTILE,
        days=[today, today + timedelta(days=1)],
        desk=HOSTILE,
    )
    yield store
    store.close()


def take_in(store: Store, texts: list[str]) -> dict[str, str]:
    """A person for each text, in all fields, whose code is `T-n`; id to name."""
    people = {}
    for number, text in enumerate(texts):
        fields = dict.fromkeys(FIELDS, text)
        name = clean_text(text)
        person = walk_in(store, name or f"P{number}", {**fields, "extra.Shoe [b]": text})
        bind_code(store, f"T-{number}", person.id)
        people[person.id] = person.name
    return people


@asynccontextmanager
async def open_desk(store: Store) -> AsyncIterator[Desk]:
    app = KioskApp(store.path, desk=HOSTILE)
    app.print_system_for = lambda _: FakeSystem(store.path.parent, [FakePrinter(HOSTILE)])
    async with app.run_test(size=(WIDTH, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.ready()
        yield desk


def is_shown(desk: Desk, attendee_id: str) -> bool:
    return desk.screen.person is not None and desk.screen.person.attendee.id == attendee_id


def is_on(desk: Desk, screen: str) -> bool:
    return type(desk.app.screen).__name__ == screen


def has_read(screen: ImportScreen) -> bool:
    return screen.read is not None


@pytest.mark.parametrize(
    "texts",
    [pytest.param(NAUGHTY, marks=pytest.mark.slow), [*SHORT[::45], *LONG[5:]]],
    ids=["all", "some"],
)
async def test_scanned_and_looked_up(texts: list[str], event: Store) -> None:
    """Banner, card, matches and badge preview of everybody; the banner bears the name itself."""
    people = take_in(event, texts)
    async with open_desk(event) as desk:
        for number, (attendee_id, name) in enumerate(people.items()):
            await desk.scan(f"T-{number}")
            await desk.until(partial(is_shown, desk, attendee_id))
            await desk.pilot.pause()
            text = assert_whole(desk.app)
            assert escape_controls(name) == desk.screen.query_one(ResultBanner).view.who
            if cell_len(escape_controls(name)) < 12 and escape_controls(name).isascii():
                assert escape_controls(name) in text
            field = desk.screen.query_one("#scan", Input)
            field.value = escape_controls(name)[:20]
            await desk.pilot.pause()
            assert_whole(desk.app)
            field.value = ""
    print(f"{len(people)} people, {WIDTH} cells in every line")


SCREENS = {
    "ctrl+o": "ReasonScreen",
    "f1": "HelpScreen",
    "f2": "WalkInForm",
    "f3": "PersonForm",
    "f4": "BadgeQueueScreen",
    "f5": "DashboardScreen",
    "f7": "ChooseListScreen",
    "f9": "ActivityScreen",
    "f10": "ReadyScreen",
    "ctrl+p": "PaletteScreen",
}


async def test_every_screen_of_the_desk(event: Store) -> None:
    """What each key opens, with hostile people, lists, printers, desks and refusals behind it."""
    from kiosk.services.checkin.lists import save_list

    texts = SHORT[::7]
    take_in(event, texts)
    for number, text in enumerate(texts[:12]):
        if clean_text(text):
            save_list(event, clean_text(text), is_new=True, ticket_types=(text,))
        scan(event, ScanOrder(code=f"T-{number}"))
        scan(event, ScanOrder(code=text))
    unpaid = walk_in(event, HOSTILE, {"status": "unpaid", "company": HOSTILE})
    bind_code(event, "U-1", unpaid.id)
    async with open_desk(event) as desk:
        await desk.scan("U-1")
        await desk.until(lambda: desk.screen.person is not None)
        for key, name in SCREENS.items():
            await desk.pilot.press(key)
            await desk.until(partial(is_on, desk, name))
            for _ in range(3):
                await desk.pilot.pause(0.05)
                assert_whole(desk.app)
            await desk.pilot.press("escape")
            await desk.until(lambda: isinstance(desk.app.screen, DeskScreen))
        desk.screen.action_badge_layout()
        await desk.pilot.pause(0.2)
        assert_whole(desk.app)
        await desk.pilot.press("escape")


@pytest.mark.parametrize("texts", [[HOSTILE], pytest.param(SHORT, marks=pytest.mark.slow)])
async def test_what_went_wrong(texts: list[str], event: Store) -> None:
    """An error that quotes a text: on the banner, and as a note where there is no banner."""
    errors = [KioskError("x", f"{text} is wrong", saved=text, next_step=text) for text in texts]
    async with open_desk(event) as desk:
        for error in errors:
            desk.app.show_error(error)
            await desk.pilot.pause()
            assert_whole(desk.app)
    app = KioskApp(None, desk=HOSTILE)
    async with app.run_test(size=(WIDTH, 24)) as pilot:
        for error in errors[::9]:
            app.show_error(error)
            await pilot.pause(0.1)
            assert_whole(app)


async def test_pasted(event: Store) -> None:
    """What is pasted into a field is drawn without acting, and a pasted name stays itself."""
    from textual import events

    async with open_desk(event) as desk:
        for text in SHORT[::3]:
            desk.screen.query_one("#scan", Input).value = ""
            desk.app.post_message(events.Paste(text))
            await desk.pilot.pause()
            assert_whole(desk.app)
        await asyncio.sleep(0.1)  # right behind a paste, a key is a part of it
        await desk.pilot.press("f2")
        await desk.until(lambda: bool(desk.app.screen.query("#field-name")))
        field = desk.app.screen.query_one("#field-name", Input)
        for text in SHORT[1::3]:
            field.value = ""
            desk.app.post_message(events.Paste(text))
            await desk.pilot.pause()
            assert_whole(desk.app)


async def test_import_preview(event: Store, tmp_path: Path) -> None:
    """Headers, examples, people kept and rows left out of a hostile file, for the event and for a
    new one."""
    table = tmp_path / "\x1b[31m[b]people.csv"
    with table.open("w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(["Ticket code", "Name", "Email", HOSTILE, "[/b]", "\u202eStatus"])
        for number, text in enumerate(SHORT):
            text = text.replace("\x00", "")
            writer.writerow([f"N{number % 50}", text, text, text, text, text])
    async with open_desk(event) as desk:
        for target in (event.path, None):
            screen = ImportScreen(table, event=target, desk=HOSTILE)
            desk.app.push_screen(screen)
            await desk.until(partial(has_read, screen))
            for key in ("pause", "down", "down", "pagedown", "f3", "escape"):
                if key != "pause":
                    await desk.pilot.press(key)
                await desk.pilot.pause(0.05)
                assert_whole(desk.app)
            while len(desk.app.screen_stack) > 1:
                await desk.app.pop_screen()


async def test_choosing_events_and_files(
    event: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hostile names of events, files and folders in the lists of the first screen."""
    from kiosk.ui.tui.dialogs.file_picker import FilePicker

    event.close()
    for number, text in enumerate(SHORT):
        name = text.replace("/", "_").replace("\x00", "").encode("utf-8", "surrogatepass")[:99]
        if name.strip(b"."):
            (tmp_path / f"{number}".encode().decode()).mkdir(exist_ok=True)
            with open(bytes(tmp_path) + b"/" + name + b".csv", "wb") as file:
                file.write(b"Name\nAsha\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    app = KioskApp(None, desk=HOSTILE)
    async with app.run_test(size=(WIDTH, 24)) as pilot:
        for _ in range(4):
            await pilot.pause(0.1)
            assert_whole(app)
        app.push_screen(FilePicker("Files [b]", (".csv",)))
        for _ in range(12):
            await pilot.pause(0.05)
            assert_whole(app)
            await pilot.press("pagedown")


async def test_self_service(event: Store) -> None:
    """Attendees read their first name and ticket type."""
    take_in(event, SHORT[::5])
    async with open_desk(event) as desk:
        desk.screen.parts.screens.open_self_service()
        await desk.pilot.pause(0.1)
        for number in range(len(SHORT[::5])):
            await desk.scan(f"T-{number}")
            await desk.pilot.pause(0.03)
            assert_whole(desk.app)
