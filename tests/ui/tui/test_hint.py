"""The last line of a dialog."""

from __future__ import annotations

import pytest

from kiosk.ui.tui.widgets.key_bar import lines_of

KEYS = ("Enter write it", "←→ other list", "Tab the file's name", "Esc back")


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, ["Enter write it   ←→ other list   Tab the file's name   Esc back"]),
        (52, ["Enter write it   ←→ other list   Tab the file's name", "Esc back"]),
        (31, ["Enter write it   ←→ other list", "Tab the file's name   Esc back"]),
        (5, [*KEYS]),
    ],
)
def test_a_line_ends_between_two_keys(width: int, lines: list[str]) -> None:
    """Never within one, however narrow the screen is."""
    assert lines == ["   ".join(line) for line in lines_of(KEYS, width)]
