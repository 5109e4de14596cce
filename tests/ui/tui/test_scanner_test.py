"""The scanner test on screen: real key sequences and their results."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from pypdfium2 import PdfDocument
from textual.widgets import Static

from kiosk.domain.setup.scanner_check import PROBES
from kiosk.errors import Action
from kiosk.services.setup.ready import check_readiness, last_scanner_test
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.dialogs.help import HelpScreen
from kiosk.ui.tui.setup import scanner_check
from kiosk.ui.tui.setup.scanner_check import ScannerTestScreen
from tests.support.desk import Desk, open_desk
from tests.support.keyboard import press_at_once, scan

pytestmark = pytest.mark.slow

LETTERS, ADDRESS, LONG, BARS = (probe.code for probe in PROBES)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of a test come at once; how long the screen waits for more is no part of it."""
    monkeypatch.setattr(scanner_check, "QUIET_S", 0.1)


async def scanner_screen(desk: Desk) -> ScannerTestScreen:
    """By the palette's action."""
    desk.screen.action_scanner_test()
    await desk.until(lambda: isinstance(desk.app.screen, ScannerTestScreen))
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, ScannerTestScreen)
    return screen


def text(desk: Desk, selector: str) -> str:
    return str(desk.app.screen.query_one(selector, Static).render())


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_a_scanner_that_works(desk_store: Store, size: tuple[int, int]) -> None:
    """Every code is ticked, the readiness report remembers it, and no scan reaches the desk."""
    async with open_desk(desk_store, size) as desk:
        screen = await scanner_screen(desk)
        for code in (LETTERS, ADDRESS, LONG, BARS):
            known = len(screen.report.findings)
            await scan(desk.pilot, code, end="\r\n")
            await desk.until(partial(lambda n: len(screen.report.findings) > n, known))
        ticks = text(desk, "#scanner-steps").count("✓")
        said = text(desk, "#scanner-found")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen)

        assert 4 == ticks
        assert "✓ WORKS" in said
        assert "Enter and line feed at the end" in said
        assert screen.report.copes
        assert [] == recent_scans(desk_store.connection, limit=5)

    test = last_scanner_test(desk_store)
    assert test is not None
    assert test.is_good
    check = next(c for c in check_readiness(desk_store).checks if c.code == "scanner")
    assert check.ok
    assert "all fine" in check.what


async def test_a_german_keyboard_layout_is_shown_and_works(desk_store: Store) -> None:
    """The result names the layout and the key at the end of a scan."""
    async with open_desk(desk_store) as desk:
        await scanner_screen(desk)
        await scan(desk.pilot, "KIOSK1ßaqwzymßAQWZYMß0123456789", end="\t")
        await desk.until(lambda: "WORKS" in text(desk, "#scanner-found"))

        assert "keyboard is German" in text(desk, "#scanner-found")
        assert "Tab at the end" in text(desk, "#scanner-found")


async def test_a_wrong_setting_is_shown_and_remembered(desk_store: Store) -> None:
    """It is remembered until the scanner is tested again."""
    async with open_desk(desk_store) as desk:
        await scanner_screen(desk)
        await scan(desk.pilot, "X" + BARS)
        await desk.until(lambda: "Clear its prefix" in text(desk, "#scanner-found"))
        await desk.until(lambda: last_scanner_test(desk_store) is not None)
        test = last_scanner_test(desk_store)

        assert test is not None
        assert not test.is_good

        await scan(desk.pilot, "TICKET-001")
        await desk.until(lambda: "OTHER CODE" in text(desk, "#scanner-found"))
        await desk.pilot.press("f8")
        await scan(desk.pilot, BARS)
        await desk.until(lambda: "WORKS" in text(desk, "#scanner-found"))
        await desk.until(lambda: bool((t := last_scanner_test(desk_store)) and t.is_good))


async def test_f2_writes_the_page_and_every_code_on_it_reads(desk_store: Store) -> None:
    """The codes on paper are those of the test."""
    async with open_desk(desk_store) as desk:
        await scanner_screen(desk)
        await desk.pilot.press("f2")
        await desk.until(
            lambda: "scanner-test.pdf" in text(desk, "#scanner-said").replace("\n", "")
        )
    page = next(Path(desk_store.path.parent).rglob("scanner-test.pdf"))
    with PdfDocument(page) as document:
        assert 1 == len(document)
        picture = document[0].render(scale=3).to_pil()
    assert {probe.code for probe in PROBES} == {f.text for f in zxingcpp.read_barcodes(picture)}
    assert setting(desk_store.connection, "name")


async def test_keys_of_a_person_are_no_scan(desk_store: Store) -> None:
    """F1 shows the help, and Esc leaves, also where it is pressed again and again or held down."""
    async with open_desk(desk_store) as desk:
        screen = await scanner_screen(desk)
        await desk.pilot.press("f1")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is screen)
        await press_at_once(desk.pilot, "up", "up", "up")
        await desk.until(lambda: "No letter arrived." in text(desk, "#scanner-found"))
        await press_at_once(desk.pilot, "escape", "escape", "escape")
        await desk.until(lambda: desk.app.screen is desk.screen)


async def test_a_desk_without_a_scanner_test_is_not_ready(desk_store: Store) -> None:
    """Enter on that line opens the test."""
    check = next(c for c in check_readiness(desk_store).checks if c.code == "scanner")

    assert not check.ok
    assert check.action is Action.TEST_SCANNER
