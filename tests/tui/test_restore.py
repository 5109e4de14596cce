"""Restoring a backup on screen: choose, see, Enter."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.backup_list import known_backups
from kiosk.services.setup.recent import remember_event
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.setup.restore import RestoreScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen

from .test_welcome import Screens, home, kiosk_without_event

__all__ = ["home"]


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
