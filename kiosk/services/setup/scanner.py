"""The scanner of this machine: its test page, and what the last test found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.setup.scanner_check import ScannerReport
from kiosk.services.badges.badges import made_badges_folder
from kiosk.storage.file.store import Store

_KEY = "scanner_tested"


@dataclass(frozen=True, slots=True)
class ScannerTest:
    """What the last test of a scanner at this machine found."""

    is_good: bool
    sentence: str


def last_scanner_test(store: Store) -> ScannerTest | None:
    """The last test; None when no scanner was tested here."""
    try:
        kept = json.loads(store.machine_fact(_KEY) or "{}")
        return ScannerTest(bool(kept["good"]), str(kept["words"]))
    except (ValueError, KeyError, TypeError):
        return None


def note_scanner_test(store: Store, report: ScannerReport) -> None:
    """Store the result of a test, for this machine and this event."""
    if not report.findings:
        return
    kept = json.dumps({"good": report.copes, "words": report.sentence()}, ensure_ascii=False)
    with store.writing():
        store.set_machine_facts({_KEY: kept})


def write_test_page(store: Store) -> Path:
    """The test page as a PDF beside the event's badges.

    Raises:
        KioskError: why it cannot be written.
    """
    from kiosk.services.badges.signage import Paper, PaperOrder, make_paper

    folder = made_badges_folder(
        store,
        saved="Nothing was drawn.",
        next_step="Write it elsewhere: kiosk paper scanner-test -o FILE.pdf",
    )
    return make_paper(store, folder / "scanner-test.pdf", PaperOrder(Paper.SCANNER_TEST)).file
