"""Exports from the desk's own screen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.reports.attendance import ExportOrder, Who, suggested_target
from kiosk.storage.file.store import Store
from kiosk.ui.tui.reports.export import ColumnsScreen, HandOverScreen
from kiosk.ui.tui.widgets.form import Choice
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


async def _open(desk: Desk) -> HandOverScreen:
    desk.screen.action_hand_over()
    await desk.until(lambda: isinstance(desk.app.screen, HandOverScreen))
    screen = desk.app.screen
    assert isinstance(screen, HandOverScreen)
    await desk.until(lambda: "row" in _text(screen, "#export-preview"))
    return screen


def _text(screen: HandOverScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).render())


def _said(screen: HandOverScreen) -> str:
    return _text(screen, "#hand-over-said")


async def _choose(desk: Desk, screen: HandOverScreen, name: str, value: str) -> None:
    """With the arrow key, as a person does."""
    choice = screen.query_one(f"#export-{name}", Choice)
    choice.focus()
    while choice.value != value:
        await desk.pilot.press("right")


async def test_addresses_of_no_shows(desk_store: Store) -> None:
    """One line for each no-show, address first, in the file that the screen names."""
    scan(desk_store, ScanOrder(code="TICKET-001"))
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        for name, value in (("format", ".csv"), ("who", "absent"), ("rows", "letter")):
            await _choose(desk, screen, name, value)
        await desk.until(lambda: "1 row" in _text(screen, "#export-preview"))
        await desk.pilot.press("enter")
        await desk.until(lambda: _said(screen).startswith("✓"))
    target = Path(desk_store.path).with_name("now-no-shows-e-mails.csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert ["E-mail", "Name"] == rows[0]
    assert ["p2@example.org"] == [row[0] for row in rows[1:]]


async def test_the_preview_follows_every_choice(desk_store: Store) -> None:
    """Rows, people and columns as they will be in the file."""
    scan(desk_store, ScanOrder(code="TICKET-003"))
    save_list(desk_store, "Lunch", is_new=True)
    async with open_desk(desk_store, (120, 36)) as desk:
        screen = await _open(desk)
        await desk.until(lambda: "7 rows" in _text(screen, "#export-preview"))
        await _choose(desk, screen, "who", "present")
        await desk.until(lambda: "1 row" in _text(screen, "#export-preview"))
        assert "Ravi [Speaker]" in _text(screen, "#export-preview")
        await _choose(desk, screen, "list", "Lunch")
        await desk.until(lambda: "0 rows" in _text(screen, "#export-preview"))
        await _choose(desk, screen, "format", ".pdf")
        await desk.until(lambda: "When" in _text(screen, "#export-preview"))

        assert "fixed" in _text(screen, "#export-columns")


async def test_columns_are_chosen_and_ordered(desk_store: Store) -> None:
    """The file has the ticked columns, in the order of the screen."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        await _choose(desk, screen, "format", ".csv")
        await desk.pilot.press("f4")
        await desk.until(lambda: isinstance(desk.app.screen, ColumnsScreen))
        await desk.pilot.press("a", "space", "down", "down", "down", "space", "left", "left")
        await desk.pilot.press("left", "enter")
        await desk.until(lambda: desk.app.screen is screen)
        assert ("E-mail", "Name") == screen.columns
        await desk.until(lambda: "E-mail, Name" in _text(screen, "#export-columns"))
        await desk.pilot.press("f2")
        await desk.until(lambda: _said(screen).startswith("✓"))

    first = desk_store.path.with_name("now-attendance.csv").read_text("utf-8-sig").splitlines()[0]
    assert "E-mail,Name" == first


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


async def test_the_ending_of_a_typed_name_is_the_format(desk_store: Store) -> None:
    """And another format changes the ending of a typed name, not its beginning."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        screen.file_field.value = "mine.json"
        await desk.until(lambda: screen.query_one("#export-format", Choice).value == ".json")
        await _choose(desk, screen, "format", ".csv")

        assert "mine.csv" == screen.file_field.value


def test_the_suggested_name_is_unused(tmp_path: Path) -> None:
    """The second report gets a number, so that Enter twice overwrites nothing."""
    event = tmp_path / "pycon.kiosk"
    first = suggested_target(event, ExportOrder(), ".pdf")
    first.write_bytes(b"")
    names = [first.name, suggested_target(event, ExportOrder(), ".pdf").name]
    came = suggested_target(event, ExportOrder(who=Who.PRESENT), ".csv").name

    assert ["pycon-report.pdf", "pycon-report-2.pdf"] == names
    assert "pycon-came.csv" == came
