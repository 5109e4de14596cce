"""Import on screen: preview a file, map its columns, import it or leave."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from kiosk.importers import reading
from kiosk.services.checkin.questions import event_questions
from kiosk.services.event.event import create_event, event_info
from kiosk.services.people.people import edit
from kiosk.services.setup import imports, new_event
from kiosk.services.setup.imports import ImportPlan, accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.support.install_hint import install_hint
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.setup import import_work
from kiosk.ui.tui.setup.import_preview import ChooseField, ColumnMap, ImportScreen
from kiosk.ui.tui.setup.lists import ListsScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.conftest import SAMPLES
from tests.support.screens import Screens, choose_file, event_files, kiosk_without_event

pytestmark = pytest.mark.slow

FIRST = SAMPLES / "eventbrite-attendees.csv"
LATER = SAMPLES / "eventbrite-attendees-later.csv"


async def through_lists(screens: Screens) -> None:
    """The last step of a new event: its lists, which are right."""
    await screens.on(ListsScreen)
    lists = screens.app.screen
    assert isinstance(lists, ListsScreen)
    await screens.until(lambda: lists.facts is not None)
    await screens.pilot.press("enter")
    await screens.until(lambda: any(isinstance(s, DeskScreen) for s in screens.app.screen_stack))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_file_becomes_an_event(home: Path, size: tuple[int, int]) -> None:
    """The preview shows platform, columns and counts; Enter creates the event."""
    async with kiosk_without_event(size) as screens:
        await screens.pilot.press("n")
        await choose_file(screens, FIRST)
        head, report = screens.text("#import-head"), screens.text("#import-report")
        before = event_files(home)
        await screens.put("#event-name", "PyCon [b]Pune")
        await screens.put("#event-days", "2027-02-16 to 2027-02-17")
        await screens.put("#event-timezone", "Asia/Kolkata")
        await screens.pilot.press("enter")
        await through_lists(screens)
        path = screens.app.event_path

    assert "eventbrite" in head
    counts = "48 rows:  41 can enter · 1 not yet valid · 4 canceled · 2 duplicates"
    assert counts in report
    assert "43 people expected" in report
    assert "Attendee Status" in report
    assert before == []
    assert path == home / "Documents" / "kiosk" / "pycon-b-pune.kiosk"
    store = Store.open(path, desk="Desk 1")
    info, count = event_info(store), people.count_attendees(store.connection)
    store.close()
    assert (info.name, info.timezone, len(info.days)) == ("PyCon [b]Pune", "Asia/Kolkata", 2)
    assert count == 46


async def test_leaving_the_preview_creates_nothing(home: Path) -> None:
    """Esc instead of Enter: no event file, not even a part of one."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        await choose_file(screens, FIRST)
        await screens.pilot.press("escape")
        await screens.on(FilePicker)
        await screens.shows("#picker-error", "No event was created")
        await screens.pilot.press("escape")
        await screens.on(WelcomeScreen)

    assert event_files(home) == []


async def test_choices_are_kept_for_the_same_file(home: Path) -> None:
    """Name, days and columns are kept after Esc, for this file only."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        screen = await choose_file(screens, FIRST)
        await screens.put("#event-name", "Lakeside Meetup")
        await screens.put("#event-days", "2027-05-03")
        screen.choice = replace(screen.choice, columns={"company": "Attendee Status"})
        await screens.pilot.press("escape")
        await screens.on(FilePicker)
        await screens.shows("#picker-error", "kept")

        other = await choose_file(screens, LATER)
        assert "Lakeside Meetup" != other.query_one("#event-name", Input).value
        await screens.pilot.press("escape")
        await screens.on(FilePicker)

        again = await choose_file(screens, FIRST)
        assert "Lakeside Meetup" == again.query_one("#event-name", Input).value
        assert "2027-05-03" == again.query_one("#event-days", Input).value
        assert {"company": "Attendee Status"} == again.choice.columns
        assert "earlier choices" in screens.text("#import-error")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "needs a name"),
        ("days", "16.13.2027", "There is no day"),
        ("timezone", "Asia/Kalkutta", "Asia/Kolkata"),
    ],
)
async def test_a_wrong_field_is_named(home: Path, field: str, text: str, sentence: str) -> None:
    """The error stays until the field is corrected; the cursor is there; nothing is created."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        await choose_file(screens, FIRST)
        await screens.put(f"#event-{field}", text)
        await screens.pilot.press("enter")
        await screens.shows("#import-error", sentence)

        assert screens.app.focused is screens.app.screen.query_one(f"#event-{field}", Input)

        await screens.pilot.press("x")
        await screens.until(lambda: screens.text("#import-error") == "")
    assert event_files(home) == []


async def test_writing_can_be_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc during the import discards the new event and returns to the preview."""
    reached, go_on = threading.Event(), threading.Event()
    accept = imports.accept_import

    def slow(store: Store, plan: ImportPlan, *, progress: Callable[..., None]) -> Any:
        def held(done: int, total: int | None) -> None:
            reached.set()
            go_on.wait(10)
            progress(done, total)

        return accept(store, plan, progress=held)

    monkeypatch.setattr(new_event, "accept_import", slow)
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        screen = await choose_file(screens, FIRST)
        await screens.pilot.press("enter")
        await screens.until(reached.is_set)
        await screens.pilot.press("escape")
        await screens.shows("#import-error", "Stopping")
        go_on.set()
        await screens.shows("#import-error", "stopped")

        assert screens.app.screen is screen
        assert not screen.writes
    assert event_files(home) == []


async def test_a_file_that_is_no_list_is_refused(home: Path) -> None:
    """The error of the file is shown; Esc leads back to choose another."""
    page = home / "login.csv"
    page.write_text("<!DOCTYPE html><html><body>Please log in</body></html>")
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        await screens.on(FilePicker)
        await screens.put("#path", str(page))
        await screens.pilot.press("enter")
        await screens.on(ImportScreen)
        await screens.shows("#import-report", "login.csv")
        await screens.pilot.press("enter")
        await screens.pilot.press("escape")
        await screens.on(FilePicker)

    assert event_files(home) == []


async def test_unsure_columns_are_asked_for(home: Path) -> None:
    """A table of headings and examples; a choice shows the counts at once."""
    file = home / "odd.csv"
    file.write_text("Frobs,Wibble\nAsha \x1b[2JRao,7\nBo [b]Li,9\n")
    async with kiosk_without_event() as screens:
        await screens.pilot.press("n")
        screen = await choose_file(screens, file)
        await screens.until(lambda: isinstance(screens.app.focused, ColumnMap))
        columns = screen.query_one(ColumnMap)
        shown = str(columns.get_option_at_index(0).prompt)
        await screens.pilot.press("f2")
        await screens.pilot.press("enter")
        await screens.on(ChooseField)
        fields = screens.app.screen.query_one("#fields", OptionList)
        await screens.until(lambda: fields.highlighted == 0)
        await screens.pilot.press("down", "enter")
        await screens.on(ImportScreen)
        await screens.shows("#import-where", "2 rows:  2 can enter")
        chosen = str(columns.get_option_at_index(0).prompt)
        await screens.pilot.press("f2")
        await through_lists(screens)
        path = screens.app.event_path

    assert "Frobs" in shown
    assert "\x1b" not in shown
    assert "Bo [b]Li" in shown
    assert "Name" in chosen
    assert path is not None
    store = Store.open(path, desk="Desk 1")
    names = {person.name for person in people.all_attendees(store.connection)}
    store.close()
    assert "Bo [b]Li" in names


@asynccontextmanager
async def desk_with_first_file(home: Path) -> AsyncIterator[Screens]:
    """A desk on an event that holds the first export, with a name corrected by hand."""
    store = create_event(home / "event.kiosk", name="Event", desk="Desk 1")
    accept_import(store, plan_import(store, FIRST))
    person = next(p for p in people.all_attendees(store.connection) if p.name.startswith("Aaro"))
    edit(store, person.id, {"company": "Typed [here]"})
    store.close()
    app = KioskApp(home / "event.kiosk", desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        screens = Screens(app, pilot)
        await screens.on(DeskScreen)
        await screens.until(lambda: app.screen.list is not None)  # type: ignore[attr-defined]
        yield screens


async def test_a_later_file_is_compared_before_it_is_imported(home: Path) -> None:
    """The report lists what is new, changed, missing and kept; the desk shows one sentence."""
    async with desk_with_first_file(home) as screens:
        desk = screens.app.screen
        await screens.pilot.press("ctrl+r")
        await choose_file(screens, LATER)
        report = screens.text("#import-report")
        await screens.pilot.press("enter")
        await screens.on(DeskScreen)
        await screens.until(lambda: desk.query_one(ResultBanner).view.words == "IMPORTED")
        hint = desk.query_one(ResultBanner).view.hint
        await screens.until(lambda: "of 45" in screens.text("#status"))

        assert isinstance(screens.app.focused, ScanInput)
    assert "3 new · 5 changed · 40 unchanged · 1 missing from the file (kept here)" in report
    assert "Kept as typed at the desk (1)" in report
    assert "Typed [here]" in report
    assert "Θεοδώρα Παπαδοπούλου" in report
    assert "3 new, 5 changed" in hint


async def test_questions_of_a_file_become_questions_of_the_desk(home: Path) -> None:
    """F7 adds the questions that pretix asks at check-in, and F7 again does not."""
    async with desk_with_first_file(home) as screens:
        desk = screens.app.screen
        await screens.pilot.press("ctrl+r")
        await choose_file(screens, SAMPLES.parent / "pretix-export.json")
        shown = []
        for _ in range(3):
            shown.append("The desk will ask" in screens.text("#import-report"))
            await screens.pilot.press("f7")
        await screens.pilot.press("enter")
        await screens.until(lambda: desk.query_one(ResultBanner).view.words == "IMPORTED")
        path = screens.app.event_path

    assert path is not None
    store = Store.open(path, desk="Desk 1")
    asked = [(question.name, question.choices) for question in event_questions(store)]
    store.close()
    assert [False, True, False] == shown
    assert [("Passport seen?", ("Yes", "No")), ("Which workshop?", ("Rust", "Go"))] == asked


async def test_the_same_file_again_changes_nothing(home: Path) -> None:
    """The report says that the file was imported before."""
    async with desk_with_first_file(home) as screens:
        await screens.pilot.press("ctrl+r")
        await choose_file(screens, FIRST)

        assert "already imported this file" in screens.text("#import-report")


@pytest.mark.parametrize("into_new_event", [True, False])
def test_a_file_is_read_and_parsed_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, into_new_event: bool
) -> None:
    """Preview, comparison and report come from one look at the file."""
    calls: list[str] = []

    def counted(name: str) -> None:
        real = getattr(reading, name)

        def call(*args: Any, **more: Any) -> Any:
            calls.append(name)
            return real(*args, **more)

        monkeypatch.setattr(reading, name, call)

    counted("read_bytes")
    counted("read_csv")
    event = home / "event.kiosk"
    create_event(event, name="Event", desk="Desk 1").close()

    read = import_work.read_file(
        import_work.ImportChoice(FIRST),
        None if into_new_event else event,
        "Desk 1",
        lambda done, total: None,
    )

    assert read.preview is not None
    assert read.plan is not None
    assert read.plan.report.rows == read.preview.rows
    assert calls == ["read_bytes", "read_csv"]


async def test_scans_are_decided_while_a_file_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading has its own thread and connection."""
    reading, go_on = threading.Event(), threading.Event()
    plan = imports.plan_source

    def slow(*args: Any, **more: Any) -> ImportPlan:
        reading.set()
        go_on.wait(10)
        return plan(*args, **more)

    monkeypatch.setattr(import_work, "plan_source", slow)
    async with desk_with_first_file(home) as screens:
        desk = screens.app.screen
        await screens.pilot.press("ctrl+r")
        await screens.on(FilePicker)
        await screens.put("#path", str(LATER))
        await screens.pilot.press("enter")
        await screens.until(reading.is_set)
        screens.app.code_seen("1121191965418441593430001")
        await screens.until(lambda: desk.query_one(ResultBanner).view.words == "CHECKED IN")
        still_reading = not go_on.is_set()
        go_on.set()
        await screens.on(ImportScreen)
        await screens.shows("#import-report", "In this event:")

        assert still_reading


@pytest.mark.usefixtures("bare_system")
async def test_the_preview_names_the_font_to_install(home: Path, tmp_path: Path) -> None:
    """Before anything is written, with the whole command."""
    file = tmp_path / "people.csv"
    file.write_text("Name,Email\n陈伟,w@example.org\n", encoding="utf-8")
    async with kiosk_without_event((80, 24)) as screens:
        await screens.pilot.press("n")
        await choose_file(screens, file)
        report = screens.text("#import-report")

    assert f"Install one: {install_hint('cjk')}" in report
