"""No text that is painted acts on the terminal, even where a screen does not escape it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import pytest
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from textual.color import Color
from textual.widgets import Static

from kiosk.domain.printing.job import PrintState
from kiosk.services.printing.status import QueueLine
from kiosk.storage.queries.badges import BadgeJob
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.input.terminal_output import ControlFilter
from kiosk.ui.tui.printing.queue_rows import queue_row
from tests.support.naughty import ACTING

HOSTILE = "a\x1b]52;c;cHduZWQ=\x07b\x9b31mc\u202ed\x85e\x7f"


async def test_raw_text_on_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loses what would act; the letters and the width of the line stay."""
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path))
    app = KioskApp(None, desk="1")
    async with app.run_test(size=(60, 20)) as pilot:
        await app.screen.mount(Static(HOSTILE, markup=False))
        await pilot.pause()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]

    assert [] == [line for line in lines if ACTING.search(line)]
    assert [60] * 20 == list(map(cell_len, lines))
    assert 1 == sum("a]52;c;cHduZWQ=b31mcde" in line for line in lines)


def test_codes_of_the_program_stay() -> None:
    """Pictures are control codes; a plain line is the same object."""
    picture = Segment("\x1bPq\x1b\\", control=((ControlType.CURSOR_FORWARD, 0),))
    plain = Segment("Ravi [b] \u200d")

    assert [picture, plain] == ControlFilter().apply([picture, plain], Color(0, 0, 0))


def test_every_text_of_a_print_job_is_escaped() -> None:
    """A job of another desk has texts of any kind."""
    kinds = get_type_hints(BadgeJob)
    values: dict[str, Any] = {name: HOSTILE if kind is str else 1 for name, kind in kinds.items()}
    for state in PrintState:
        job = BadgeJob(**{**values, "state": state})
        for is_ours in (True, False):
            row = queue_row(QueueLine(job, "1", HOSTILE, is_ours, 5), 120).plain

            assert not ACTING.search(row)
