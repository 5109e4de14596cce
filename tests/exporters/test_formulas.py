"""A spreadsheet runs no cell of a CSV, and every cell is readable as typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exporters.writers import harmless_row


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "+91 98000",
        "-3",
        "@SUM(A1)",
        "\t=1",
        "\tplain",
        "\r=1",
        "\nplain",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b=1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u2212 1",
    ],
)
def test_a_formula_gets_an_apostrophe(cell: str) -> None:
    """A cell that begins like a formula, after stripped white space, is marked as text."""
    assert "'" + cell == harmless_row(cell)
    assert f"a\x1f'{cell}\x1fb" == harmless_row(f"a\x1f{cell}\x1fb")


@pytest.mark.parametrize("cell", ["", "Asha", "O'Neil", "'=1", "a=1", "a@b.c", "2027-02-16", "आ-"])
def test_plain_text_is_unchanged(cell: str) -> None:
    """A cell that begins with a letter, digit or apostrophe is unchanged."""
    assert cell == harmless_row(cell)


@pytest.mark.slow
@given(st.lists(st.text(alphabet="=+-@\t \r\n'a1＝", max_size=4), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_a_row_gives_the_same_as_its_cells(cells: list[str]) -> None:
    """Checking a whole row gives the same as checking each cell."""
    assert [harmless_row(cell) for cell in cells] == harmless_row("\x1f".join(cells)).split("\x1f")
