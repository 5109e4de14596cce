"""Restoring a backup on screen: choose, see, Enter."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from kiosk.errors import Canceled, KioskError
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.backup_list import BackupFacts, fact_lines, known_backups
from kiosk.services.safety.restore import restore
from kiosk.services.setup.recent import remember_event
from kiosk.storage.file.store import Store
from kiosk.support.progress import Progress
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.writing import RunningScreen
from kiosk.ui.tui.setup.restore import PurgeScreen, RestoreScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from tests.support.screens import Screens, kiosk_without_event

pytestmark = pytest.mark.slow


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """Two people, a backup, and a third one after it."""
    path = tmp_path / "e.kiosk"
    store = create_event(path, name="PyCon [b]Pune[/b]", timezone="UTC", desk="Desk 1")
    walk_in(store, "Asha", {})
    walk_in(store, "Li", {})
    back_up(store)
    walk_in(store, "Sam", {})
    store.close()
    remember_event(path)
    return path


def people(path: Path) -> int:
    """In an event file."""
    store = Store.open(path, desk="t")
    try:
        return int(store.connection.execute("SELECT count(*) FROM attendee").fetchone()[0])
    finally:
        store.close()


async def restored(screens: Screens, event: Path) -> None:
    """Choose the only backup, read its content, press Enter, and see the desk."""
    await screens.on(RestoreScreen)
    await screens.shows("#backup-said", "PyCon [b]Pune[/b]: 2 people, 0 checked in")
    await screens.pilot.press("enter")
    await screens.on(DeskScreen)
    await screens.until(lambda: screens.app.event_path == event.resolve())


async def test_from_the_first_screen(event: Path) -> None:
    """R lists backups and their contents; Enter restores one and opens it, and keeps a copy of
    the current file."""
    async with kiosk_without_event() as screens:
        await screens.pilot.press("r")
        await screens.on(RestoreScreen)
        await screens.shows("#backup-said", "The current file has 1 event more; it is kept")
        await restored(screens, event)

    assert 2 == people(event)
    (aside,) = event.parent.glob("*before-restore*.kiosk")
    assert 3 == people(aside)


async def test_an_event_that_is_gone(event: Path) -> None:
    """Its backups are found all the same."""
    event.unlink()
    async with kiosk_without_event() as screens:
        await screens.pilot.press("r")
        await restored(screens, event)

    assert 2 == people(event)


async def test_at_its_own_desk(event: Path) -> None:
    """The desk lets go of the event, and opens the restored one."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test() as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: app.session and isinstance(app.screen, DeskScreen))
        await pilot.pause()
        app.action_restore()
        await restored(screens, event)
        await screens.until(lambda: words(app) == "RESTORED")

    assert 2 == people(event)


def words(app: KioskApp) -> str:
    """The verdict's words on the desk's banner."""
    shown = app.screen.query(ResultBanner)
    return shown.first().view.words if shown else ""


def said(app: KioskApp) -> str:
    """The detail text of the desk's banner."""
    shown = app.screen.query(ResultBanner)
    return shown.first().view.who if shown else ""


def test_an_old_backup_has_its_year() -> None:
    """Else the backup of last year's event looks like one of this year's."""
    old = BackupFacts("PyCon", 2, 1, 9, "2019-02-16T09:41:00+05:30", Path("e.kiosk"), None)

    assert "last entry Sat 16 Feb 2019, 9:41" in fact_lines(old)[0]


def test_at_a_desk_its_own_backups_come_first(event: Path) -> None:
    """However new another event's are: Enter is pressed quickly."""
    other = create_event(event.with_name("e-b.kiosk"), name="Other", desk="Desk 1")
    remember_event(other.path)
    back_up(other)
    other.close()
    ours = [path.name for path in known_backups(event)]

    assert ours[0].startswith("e-2")
    assert known_backups()[0].name.startswith("e-b-2")
    assert sorted(ours) == sorted(path.name for path in known_backups())


async def test_while_another_program_has_it(event: Path) -> None:
    """Nothing is changed, and the desk shows the error and keeps working."""
    other = Store.open(event, desk="Desk 2")
    other.connection.execute("BEGIN IMMEDIATE")
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test() as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: app.session and isinstance(app.screen, DeskScreen))
        app.action_restore()
        await screens.on(RestoreScreen)
        await screens.shows("#backup-said", "2 people")
        await pilot.press("enter")
        await screens.until(lambda: said(app) == "Another program has e.kiosk open.")
        other.connection.execute("ROLLBACK")
        other.close()
        await screens.on(DeskScreen)

    assert 3 == people(event)


async def test_a_file_that_is_no_backup(event: Path) -> None:
    """It is said, and Enter does nothing."""
    (event.parent / "backups" / "x.kiosk").write_bytes(b"no event")
    async with kiosk_without_event() as screens:
        await screens.pilot.press("r")
        await screens.on(RestoreScreen)
        options = screens.app.screen.query_one("#backups", OptionList)
        await screens.until(lambda: options.option_count == 2)
        said = screens.app.screen.query_one("#backup-said", Static)
        await screens.shows("#backup-said", "x.kiosk")
        before = str(said.render())
        await screens.pilot.press("enter", "escape")
        await screens.on(WelcomeScreen)

    assert "people" not in before
    assert 3 == people(event)


# Progress, and stopping.


class Slow:
    """Reports progress until it is stopped, or released."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def __call__(self, *_: object, progress: Progress, **__: object) -> None:
        for number in range(1, 10_000):
            progress(number % 100, 100)
            if self.release.wait(0.01):
                raise KioskError("cannot_write", "The disk is full.", saved="Nothing was changed.")


@asynccontextmanager
async def at_the_desk(event: Path) -> AsyncIterator[Screens]:
    """The desk of the event, ready."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test() as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: app.session and isinstance(app.screen, DeskScreen))
        yield screens


async def test_restoring_is_stopped(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen says how far it is; Esc stops, the desk opens again and says so."""
    monkeypatch.setattr("kiosk.ui.tui.screens.restore", Slow())
    async with at_the_desk(event) as screens:
        screens.app.action_restore()
        await screens.on(RestoreScreen)
        await screens.shows("#backup-said", "2 people")
        await screens.pilot.press("enter")
        await screens.on(RunningScreen)
        await screens.shows("#running-said", "%")
        await screens.pilot.press("escape")
        await screens.on(DeskScreen)
        await screens.until(lambda: said(screens.app) == "Restoring was stopped.")

    assert 3 == people(event)


async def test_deleting_is_not_stopped(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the people must not stay: the screen says so, and Esc does nothing."""
    slow = Slow()
    monkeypatch.setattr("kiosk.ui.tui.screens.purge", slow)
    async with at_the_desk(event) as screens:
        screens.app.action_open("purge")
        await screens.on(PurgeScreen)
        await screens.pilot.press(*"delete", "enter")
        await screens.on(RunningScreen)
        await screens.shows("#running-said", "%")
        about = screens.app.screen.query_one("#running Hint")
        assert "cannot be stopped" in str(about.render())
        await screens.pilot.press("escape")
        await screens.pilot.pause(0.2)
        assert isinstance(screens.app.screen, RunningScreen)
        slow.release.set()
        await screens.until(lambda: said(screens.app) == "The disk is full.")


async def test_a_backup_is_stopped(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc stops the copy, and only the next Esc leaves."""
    monkeypatch.setattr("kiosk.ui.tui.setup.restore.back_up", Slow())
    async with at_the_desk(event) as screens:
        screens.app.action_open("back_up")
        await screens.on(RestoreScreen)
        await screens.shows("#backup-said", "% ...")
        await screens.pilot.press("escape")
        await screens.shows("#backup-said", "The backup was stopped. Nothing was changed.")
        assert isinstance(screens.app.screen, RestoreScreen)


def stop(done: int, total: int | None) -> None:
    """Stop at the first report."""
    raise Canceled("The work")


def test_a_stopped_restore_changes_nothing(event: Path) -> None:
    """The event, its backup and their folder are as before."""
    (backup,) = known_backups(event)
    before = sorted(path.name for path in event.parent.rglob("*"))
    with pytest.raises(Canceled):
        restore(backup, event, desk="Desk 1", progress=stop)

    assert before == sorted(path.name for path in event.parent.rglob("*"))
    assert 3 == people(event)


def test_a_stopped_backup_leaves_no_file(event: Path) -> None:
    """Nothing half written stays in the folder."""
    store = Store.open(event, desk="Desk 1")
    before = known_backups(event)
    with pytest.raises(Canceled):
        back_up(store, progress=stop)
    store.close()

    assert before == known_backups(event)
    assert [] == list((event.parent / "backups").glob(".*"))


def test_a_backup_reports_its_pages(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the last one, and the copy is whole."""
    monkeypatch.setattr("kiosk.storage.file.copy._PAGES_AT_ONCE", 5)
    reports: list[tuple[int, int | None]] = []
    store = Store.open(event, desk="Desk 1")
    made = back_up(store, progress=lambda done, total: reports.append((done, total)))
    store.close()

    assert len(reports) > 2
    assert reports[-1][0] == reports[-1][1]
    assert 3 == people(made.file)
