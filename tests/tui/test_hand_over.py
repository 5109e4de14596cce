"""Exports from the desk's own screen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.reports.attendance import EXPORT_PRESETS, target_for
from kiosk.storage.file.store import Store
from kiosk.ui.tui.reports.export import HandOverScreen
from tests.tui.test_desk import Desk, desk_store, open_desk

__all__ = ["desk_store"]


async def _open(desk: Desk) -> HandOverScreen:
    desk.screen.action_hand_over()
    await desk.until(lambda: isinstance(desk.app.screen, HandOverScreen))
    screen = desk.app.screen
    assert isinstance(screen, HandOverScreen)
    await desk.until(lambda: any(field.value for field in screen.query(Input)))
    return screen


def _said(screen: HandOverScreen) -> str:
    return str(screen.query_one("#hand-over-said", Static).render())


async def test_addresses_of_no_shows(desk_store: Store) -> None:
    """One line for each no-show, address first, in the file that the screen names."""
    scan(desk_store, ScanOrder(code="TICKET-001"))
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        screen.query_one(OptionList).highlighted = len(EXPORT_PRESETS) - 1
        await desk.until(lambda: "no-shows" in screen.query_one(Input).value)
        await desk.pilot.press("enter")
        await desk.until(lambda: _said(screen).startswith("✓"))
    target = Path(desk_store.path).with_name("now-no-shows.csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert ["E-mail", "Name"] == rows[0]
    assert ["p2@example.org"] == [row[0] for row in rows[1:] if row[0]]


@pytest.mark.parametrize("typed", ["nowhere/at/all/list.csv", "list.docx"])
async def test_a_file_that_cannot_be_written(desk_store: Store, tmp_path: Path, typed: str) -> None:
    """The screen says why and stays open, and nothing is written."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        field = screen.query_one(Input)
        field.focus()
        field.value = str(tmp_path / typed)
        await desk.pilot.press("enter")
        await desk.until(lambda: _said(screen).startswith("✗"))
        assert "Nothing was written" in _said(screen)


async def test_left_and_right_choose_the_list(desk_store: Store) -> None:
    """The whole event, then each list, then the whole event again."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        await desk.pilot.press("left")
        assert screen.list_name == screen.lists[-1]
        await desk.pilot.press("right")
        assert screen.list_name is None


def test_the_suggested_name_is_unused(tmp_path: Path) -> None:
    """The second report gets a number, so that Enter twice overwrites nothing."""
    event = tmp_path / "pycon.kiosk"
    first = target_for(event, EXPORT_PRESETS[1])
    first.write_bytes(b"")
    names = [first.name, target_for(event, EXPORT_PRESETS[1]).name]
    assert ["pycon-report.pdf", "pycon-report-2.pdf"] == names
