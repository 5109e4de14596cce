"""A rehearsal on screen: marked, guided, ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from kiosk.domain.setup.rehearsal_guide import Task
from kiosk.services.setup.rehearsal import rehearsal_path, start_rehearsal
from kiosk.storage.file.store import Store
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.setup.rehearsal import EndRehearsalScreen, GuideScreen, RehearsalDesk
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


async def rehearse(desk: Desk) -> RehearsalDesk:
    """By the palette, from the real desk."""
    entries = {item.title: item for item in desk.app.get_system_commands(desk.app.screen)}
    entries["Rehearse"].callback()
    await desk.until(lambda: isinstance(desk.app.screen, RehearsalDesk))
    await desk.ready()
    screen = desk.app.screen
    assert isinstance(screen, RehearsalDesk)
    return screen


def text(desk: Desk, selector: str) -> str:
    return str(desk.app.screen.query_one(selector, Static).render())


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_it_cannot_be_taken_for_the_real_desk(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """A bar, the header and the banner say it; what is for several desks is not offered."""
    async with open_desk(desk_store, size) as desk:
        await rehearse(desk)
        await desk.says("REHEARSAL")

        assert not list(desk.app._notifications)
        assert "REHEARSAL" in text(desk, "#rehearsal-bar")
        assert "REHEARSAL" in text(desk, "#header")
        assert desk.app.screen.query_one("#keys").region.bottom == size[1]
        titles = {item.title for item in desk.app.get_system_commands(desk.app.screen)}
        assert not titles & {"Share this event", "Join an event", "Rehearse"}
        assert "End the rehearsal (^Q)" in titles


async def test_what_is_tried_is_ticked_in_the_bar_and_the_guide(desk_store: Store) -> None:
    """A scan, then the next thing is named; F12 shows all of them."""
    async with open_desk(desk_store) as desk:
        screen = await rehearse(desk)
        await desk.scan("REHEARSE-0001")
        await desk.says("CHECKED IN")
        await desk.until(lambda: screen.done == {Task.SCAN})

        assert "2. Scan the same ticket again" in text(desk, "#rehearsal-bar")

        await desk.pilot.press("f8")
        await desk.until(lambda: Task.UNDO in screen.done)
        await desk.pilot.press("f12")
        await desk.until(lambda: isinstance(desk.app.screen, GuideScreen))
        said = " ".join(str(item.render()) for item in desk.app.screen.query(Static))

        assert "✓ 1. Scan a ticket" in said
        assert "· 3. Find " in said
        assert desk.app.screen.query_one(".hint").region.bottom <= 24


async def test_its_end_wipes_it_and_opens_the_real_desk(desk_store: Store) -> None:
    """Ctrl+Q asks; Esc goes on; Enter wipes. Nothing of it is in the event."""
    async with open_desk(desk_store) as desk:
        await rehearse(desk)
        await desk.scan("REHEARSE-0001")
        await desk.says("CHECKED IN")
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: isinstance(desk.app.screen, EndRehearsalScreen))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, RehearsalDesk))
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: isinstance(desk.app.screen, EndRehearsalScreen))
        await desk.pilot.press("enter")
        await desk.until(lambda: type(desk.app.screen) is DeskScreen)
        await desk.ready()

        assert not rehearsal_path(desk_store.path).exists()
        assert not rehearsal_path(desk_store.path).parent.exists()
        assert desk.app.event_path == desk_store.path.resolve()

    assert [] == recent_scans(desk_store.connection, limit=5)


async def test_opening_the_real_desk_wipes_it(desk_store: Store) -> None:
    """Whoever forgot to end it."""
    start_rehearsal(desk_store.path, desk="Desk 1")
    assert rehearsal_path(desk_store.path).is_file()
    async with open_desk(desk_store) as desk:
        await desk.until(lambda: not rehearsal_path(desk_store.path).parent.exists())


async def test_it_can_be_kept_for_later(desk_store: Store, tmp_path: Path) -> None:
    """Quit, and the file is there for the next start, without a backup beside it."""
    async with open_desk(desk_store) as desk:
        await rehearse(desk)
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: isinstance(desk.app.screen, EndRehearsalScreen))
        await desk.pilot.press("end", "enter")
        await desk.until(lambda: not desk.app.is_running or desk.app._exit)

    folder = rehearsal_path(desk_store.path).parent
    assert {"rehearsal.kiosk", "of"} == {path.name for path in folder.iterdir()}
