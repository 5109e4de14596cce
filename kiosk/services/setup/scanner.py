"""The scanner of this computer: its test page, and the result of the last test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.setup.scanner_check import ScannerReport
from kiosk.services.badges.badges import made_badges_folder
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.storage.file.store import Store

_KEY = "scanner_tested"


@dataclass(frozen=True, slots=True)
class ScannerTest:
    """The result of the last scanner test on this computer."""

    is_good: bool
    sentence: str


def last_scanner_test(store: Store) -> ScannerTest | None:
    """The result of the last test; None if no scanner was tested here."""
    try:
        kept = json.loads(store.machine_fact(_KEY) or "{}")
        return ScannerTest(bool(kept["good"]), str(kept["words"]))
    except (ValueError, KeyError, TypeError):
        return None


def note_scanner_test(store: Store, report: ScannerReport) -> None:
    """Remember the result of a test, for this event file on this computer."""
    if not report.findings:
        return
    kept = json.dumps({"good": report.copes, "words": report.sentence()}, ensure_ascii=False)
    with store.writing():
        store.set_machine_facts({_KEY: kept})


def write_test_page(store: Store) -> Path:
    """Write the test page as a PDF into the folder of the event's badges.

    Raises:
        KioskError: why it cannot be written.
    """
    folder = made_badges_folder(
        store,
        saved="Nothing was drawn.",
        next_step="Check that the folder of the event can be written.",
    )
    return make_paper(store, folder / "scanner-test.pdf", PaperOrder(Paper.SCANNER_TEST)).file
