"""The dashboard over a running desk."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len
from textual.widgets import Static

from kiosk.storage.file.store import Store
from kiosk.ui.tui.reports.dashboard import DashboardScreen
from kiosk.ui.tui.widgets.charts import bar, bar_line, column_chart, share_text
from tests.support.desk import Desk, open_desk


def _text(desk: Desk, selector: str) -> str:
    screen = desk.app.screen
    return str(screen.query_one(selector, Static).render())


def _checked_in(screen: DashboardScreen) -> int:
    return screen.facts.tally.total.checked_in if screen.facts else 0


async def _open(desk: Desk) -> DashboardScreen:
    await desk.pilot.press("f5")
    await desk.until(lambda: isinstance(desk.app.screen, DashboardScreen))
    screen = desk.app.screen
    assert isinstance(screen, DashboardScreen)
    await desk.until(lambda: screen.facts is not None)
    return screen


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_a_scan_counts_and_is_shown(desk_store: Store, size: tuple[int, int]) -> None:
    """The verdict is in a line, and the figures follow, at every size."""
    async with open_desk(desk_store, size) as desk:
        screen = await _open(desk)
        await desk.scan("TICKET-003")
        await desk.until(lambda: "✓ CHECKED IN   Ravi [Speaker]" in _text(desk, "#verdict"))
        await desk.until(lambda: _checked_in(screen) == 1)

        assert "in of 8" in _text(desk, "#label-in") or size[0] < 80
        assert "Speakers  all here" in _text(desk, "#doors")


@pytest.mark.slow
async def test_a_question_points_to_the_desk(desk_store: Store) -> None:
    """The dashboard answers no question; back at the desk it is still open."""
    async with open_desk(desk_store) as desk:
        await _open(desk)
        await desk.scan("TICKET-005")
        await desk.until(lambda: "? ASK FIRST" in _text(desk, "#verdict"))
        assert "Esc: answer at the desk" in _text(desk, "#verdict")
        await desk.pilot.press("escape")
        await desk.pilot.press("enter")
        await desk.says("✓ CHECKED IN")


@pytest.mark.slow
async def test_arrow_keys_show_other_lists(desk_store: Store) -> None:
    """Scans still count for the list of the desk."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        first = screen.facts.list.name if screen.facts else ""
        await desk.pilot.press("right")
        await desk.until(lambda: screen.facts is not None and screen.facts.list.name != first)
        await desk.pilot.press("left")
        await desk.until(lambda: screen.facts is not None and screen.facts.list.name == first)
        await desk.pilot.press("f5")
        await desk.until(lambda: desk.app.screen is desk.screen)

        assert desk.screen.list is not None
        assert desk.screen.list.name == first


@pytest.mark.slow
async def test_no_line_is_wider_than_its_column(desk_store: Store) -> None:
    """At 80x24 no line wraps and none is cut."""
    async with open_desk(desk_store) as desk:
        screen = await _open(desk)
        await desk.scan("TICKET-007")
        await desk.until(lambda: _checked_in(screen) == 1)
        for selector in ("#tallies", "#doors"):
            column = screen.query_one(selector, Static)
            lines = _text(desk, selector).split("\n")
            assert [line for line in lines if cell_len(line) > column.content_size.width] == []
            assert len(lines) <= screen.query_one("#numbers").content_size.height
        assert f"{date.today():%b}" in _text(desk, "#doors")


@pytest.mark.parametrize(
    ("part", "whole", "filled"),
    [(0, 10, 0), (1, 10_000, 1), (5, 10, 5), (10, 10, 10), (12, 10, 10), (3, 0, 10), (0, 0, 0)],
)
def test_a_bar_is_as_long_as_its_share(part: int, whole: int, filled: int) -> None:
    """Nothing is empty, a little is at least a sliver, too much is full."""
    drawn = bar(part, whole, 10).plain

    assert (10, filled) == (len(drawn), len(drawn.rstrip(" ")))


@pytest.mark.parametrize(("part", "expected"), [(0, "0 %"), (999, "99 %"), (1000, "100 %")])
def test_only_all_is_a_hundred_percent(part: int, expected: str) -> None:
    """One missing person is never rounded away."""
    assert expected == share_text(part, 1000)


@pytest.mark.parametrize("name", ["Regular", "欧阳小明的工作坊和午餐", "", "x" * 90])
def test_a_bar_line_has_its_width(name: str) -> None:
    """In terminal cells, for any name."""
    assert cell_len(bar_line(name, 3, 9, 38, numbers=8).plain) == 38


@pytest.mark.parametrize("count", [1, 4, 16, 40, 96])
def test_a_chart_fits_and_keeps_the_newest(count: int) -> None:
    """With many quarter hours it fits, and the newest are shown."""
    values = [*(n % 49 + 1 for n in range(1, count)), 50]
    labels = [f"{9 + n // 4:02}:{n % 4 * 15:02}" for n in range(count)]
    lines = [line.plain for line in column_chart(values, labels, 38, 6)]

    assert len(lines) == 6
    assert [line for line in lines if cell_len(line) > 38] == []
    assert lines[0].rstrip().endswith("█")
    assert lines[0].startswith("50")
