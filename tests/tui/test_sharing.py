"""Sharing by its screens: the code, the desks, what was let in twice; quiet until it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Static

from kiosk.services.event import create_event
from kiosk.services.people import walk_in
from kiosk.tui.app import KioskApp

pytest.importorskip("zenoh", reason="the engine (kiosk[desks]) is not installed")


async def until(condition: Callable[[], object]) -> None:
    """Wait for the threads behind the screen."""
    end = asyncio.get_running_loop().time() + 15
    while not condition():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """An event with one person."""
    store = create_event(tmp_path / "e.kiosk", name="Meetup", timezone="UTC", desk="Desk 1")
    walk_in(store, "Li", {})
    store.close()
    return store.path


def shown(app: KioskApp, selector: str) -> str:
    """The text of a widget on the screen in front."""
    return str(app.screen.query_one(selector, Static).content)


async def test_share_shows_the_code_and_the_status_line_follows(event: Path) -> None:
    """One choice turns it on; the desk says `alone` until another one is there; F8 ends it."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "in 0 of 1" in shown(app, "#status"))
        quiet = shown(app, "#status")
        app.action_share()
        await until(lambda: app.screen.query("#share-words"))
        await until(lambda: "Both screens show" in shown(app, "#share-words"))
        words, qr = shown(app, "#share-words"), shown(app, "#share-qr")
        await pilot.press("escape")
        await until(lambda: "alone" in shown(app, "#status"))
        app.action_share()
        await until(lambda: app.screen.query("#share-words"))
        await until(lambda: "Both screens show" in shown(app, "#share-words"))
        await pilot.press("f8")
        await until(lambda: app.screen.query("#status"))
        await until(lambda: "alone" not in shown(app, "#status"))

    assert "alone" not in quiet
    assert "█" in qr
    assert "or type" in words
    assert max(len(line) for line in words.splitlines()) < 44


async def test_desks_and_conflicts_are_told(event: Path) -> None:
    """A desk that shares nothing says so, and that nothing contradicts."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)):
        await until(lambda: "in 0 of 1" in shown(app, "#status"))
        app.action_desks()
        await until(lambda: app.screen.query("#desks-list"))
        await until(lambda: "this desk" in shown(app, "#desks-list"))
        await until(lambda: "nobody was let in twice" in shown(app, "#conflicts"))

        assert "not shared" in shown(app, "#desks-hint")


async def test_join_says_what_a_code_is_not(event: Path) -> None:
    """Letters that are no code are refused at once, and the desk stays."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "in 0 of 1" in shown(app, "#status"))
        app.action_join()
        await until(lambda: app.screen.query("#join-said"))
        await pilot.press(*"HELLO", "enter")
        await until(lambda: "no code of an event" in shown(app, "#join-said"))
        await pilot.press("escape")
        await until(lambda: app.screen.query("#status"))
