"""The scanner's test on screen: scans as they come, words for what they tell."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from pypdfium2 import PdfDocument
from textual.widgets import Static

from kiosk.domain.setup.scanner_check import PROBES
from kiosk.services.setup.ready import check_readiness
from kiosk.services.setup.scanner import last_scanner_test
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.setup import scanner_check
from kiosk.ui.tui.setup.scanner_check import ScannerTestScreen
from tests.support.desk import Desk, open_desk
from tests.support.keyboard import scan

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
async def test_a_scanner_that_is_fine(desk_store: Store, size: tuple[int, int]) -> None:
    """Every code ticked, remembered for the readiness report, and nothing on the desk."""
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
        assert "✓ ALL FINE" in said
        assert "Enter and line feed at the end" in said
        assert screen.report.copes
        assert [] == recent_scans(desk_store.connection, limit=5)

    test = last_scanner_test(desk_store)
    assert test is not None
    assert test.is_good
    check = next(c for c in check_readiness(desk_store).checks if c.code == "scanner")
    assert check.ok
    assert "all fine" in check.what


async def test_a_german_computer_is_told_and_coped_with(desk_store: Store) -> None:
    """In words, with what it means."""
    async with open_desk(desk_store) as desk:
        await scanner_screen(desk)
        await scan(desk.pilot, "KIOSK1ßaqwzymßAQWZYMß0123456789", end="\t")
        await desk.until(lambda: "KIOSK COPES" in text(desk, "#scanner-found"))

        assert "keyboard is German" in text(desk, "#scanner-found")
        assert "Tab at the end" in text(desk, "#scanner-found")


async def test_what_is_to_be_changed_is_said_and_not_forgotten(desk_store: Store) -> None:
    """Until the same scanner was tested again."""
    async with open_desk(desk_store) as desk:
        await scanner_screen(desk)
        await scan(desk.pilot, "X" + BARS)
        await desk.until(lambda: "Clear its prefix" in text(desk, "#scanner-found"))
        await desk.until(lambda: last_scanner_test(desk_store) is not None)
        test = last_scanner_test(desk_store)

        assert test is not None
        assert not test.is_good

        await scan(desk.pilot, "TICKET-001")
        await desk.until(lambda: "NOT THE PAGE" in text(desk, "#scanner-found"))
        await desk.pilot.press("f8")
        await scan(desk.pilot, BARS)
        await desk.until(lambda: "ALL FINE" in text(desk, "#scanner-found"))
        await desk.until(lambda: bool((t := last_scanner_test(desk_store)) and t.is_good))


async def test_the_page_is_a_key_away_and_every_code_on_it_reads(desk_store: Store) -> None:
    """The codes on paper are those that the test knows."""
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


async def test_a_desk_whose_scanner_was_never_tested_is_not_ready(desk_store: Store) -> None:
    """And Enter on that line opens the test."""
    check = next(c for c in check_readiness(desk_store).checks if c.code == "scanner")

    assert not check.ok
    assert "scanner-test" in check.fix
