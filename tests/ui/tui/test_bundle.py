"""Sticks by their screens: written, merged, refused, and a new laptop made a desk of."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from kiosk.domain.sharing.pairing import PairingCode, pairing_code
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.bundle import create_from_bundle, write_bundle_file
from kiosk.services.sharing.sharing import code_of
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.sharing import bundle as bundle_screen
from kiosk.ui.tui.sharing.bundle import WriteBundleScreen
from kiosk.ui.tui.sharing.merge import MergeScreen
from tests.support.stores import bind_code
from tests.support.waiting import wait_on_screen

pytest.importorskip("nacl", reason="encryption (extra `desks`) is not installed")

pytestmark = pytest.mark.slow


@pytest.fixture
def people(store: Store) -> Store:
    """An event with one person."""
    bind_code(store, "T1", walk_in(store, "Priya", {}).id)
    return store


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that is in."""
    folder = tmp_path / "STICK"
    folder.mkdir()
    monkeypatch.setattr(bundle_screen, "mounted_sticks", lambda: [folder])
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def said(app: KioskApp, selector: str) -> str:
    """The text of a widget on the top screen."""
    found = app.screen.query(selector)
    return str(found.first(Static).content) if found else ""


async def test_a_bundle_goes_to_the_stick(people: Store, stick: Path) -> None:
    """The stick is offered first; Enter writes; the code for a new laptop is shown."""
    app = KioskApp(people.path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_write_bundle()
        await wait_on_screen(pilot, lambda: app.screen.query("#bundle-path"))
        field = app.screen.query_one("#bundle-path", Input)
        await wait_on_screen(pilot, lambda: field.value)
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "written and verified" in said(app, "#bundle-said"))
        words = said(app, "#bundle-said")
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: isinstance(app.screen, DeskScreen))

    assert [stick / "pycon Desk 1.bundle"] == list(stick.iterdir())
    assert "1 person" in words
    assert code_of(people)[:4] in words


async def test_what_cannot_be_written_is_a_sentence(people: Store, stick: Path) -> None:
    """Another file of that name stays, and another name can be typed."""
    (stick / "list.csv").write_text("Name")
    app = KioskApp(people.path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_write_bundle()
        await wait_on_screen(pilot, lambda: app.screen.query("#bundle-path"))
        field = app.screen.query_one("#bundle-path", Input)
        await wait_on_screen(pilot, lambda: field.value)
        field.value = str(stick / "list.csv")
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "is no bundle" in said(app, "#bundle-said"))
        assert isinstance(app.screen, WriteBundleScreen)
        field.value = str(stick)
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "written and verified" in said(app, "#bundle-said"))

    assert "Name" == (stick / "list.csv").read_text()


async def test_another_desks_stick_comes_in(people: Store, stick: Path, tmp_path: Path) -> None:
    """The merge is described in words, and the desk's counter includes it."""
    first = stick / "first.bundle"
    write_bundle_file(people, first)
    made = create_from_bundle(first, tmp_path / "2.kiosk", code=code_of(people), desk="Desk 2")
    other = Store.open(made.event, desk="Desk 2", clock=people.clock)
    scan(other, ScanOrder(code="T1"))
    write_bundle_file(other, stick / "second.bundle")
    other.close()
    app = KioskApp(people.path, desk="Desk 1", list_name="Day 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in said(app, "#status"))
        app.action_merge_bundle()
        await wait_on_screen(pilot, lambda: app.screen.query("#path"))
        field = app.screen.query_one("#path", Input)
        field.value = str(people.path)
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "is no bundle" in said(app, "#picker-error"))
        field.value = str(stick / "second.bundle")
        await pilot.press("enter")
        await wait_on_screen(
            pilot, lambda: "1 event merged (1 of Desk 2)" in said(app, "#merge-said")
        )
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "in 1 of 1" in said(app, "#status"))


async def test_a_new_laptop_asks_for_the_code(people: Store, stick: Path) -> None:
    """Without an event here one is made of the bundle, once its code is scanned."""
    write_bundle_file(people, stick / "first.bundle")
    app = KioskApp(None, desk="Desk 9")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(MergeScreen(stick / "first.bundle", None, "Desk 9"))
        await wait_on_screen(pilot, lambda: "without its event's code" in said(app, "#merge-said"))
        app.code_seen("HELLO")
        await wait_on_screen(pilot, lambda: "no code of an event" in said(app, "#merge-said"))
        app.code_seen(pairing_code(PairingCode(bytes(16))))
        await wait_on_screen(pilot, lambda: "code is not the one of" in said(app, "#merge-said"))
        app.code_seen(code_of(people))
        await wait_on_screen(pilot, lambda: "person is on the list" in said(app, "#merge-said"))
        screen = app.screen
        assert isinstance(screen, MergeScreen)
        assert screen.result is not None
        await pilot.press("enter")

    assert screen.result.created
    assert 1 == screen.result.people
