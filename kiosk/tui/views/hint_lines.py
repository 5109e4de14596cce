"""The banner's sentence in as few lines as it needs, and never without what is to be done."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from kiosk.tui.views.cells import fit, wrapped

LEAST_CELLS = 8
"""Of a shortened part; less says nothing."""


def hint_lines(hint: str, yields: Sequence[str], cells: int, most: int) -> list[str]:
    """The hint in `most` lines.

    Args:
        yields: parts of the hint that are shortened where it is too long, the first first: what
            people wrote of a person may be long, what the volunteer is to do stays whole.
    """
    for part in yields:
        if len(wrapped(hint, cells)) <= most:
            break
        hint = _shortened(hint, part, cells, most)
    lines = wrapped(hint, cells)
    return (
        lines
        if len(lines) <= most
        else [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), cells)]
    )


def _shortened(hint: str, part: str, cells: int, most: int) -> str:
    """The hint with as much of a part as there is room for."""
    if not part or part not in hint:
        return hint
    room = cell_len(part)
    least, longest = LEAST_CELLS, room
    while least < longest:  # the most that fits lies between them
        middle = (least + longest + 1) // 2
        if len(wrapped(hint.replace(part, fit(part, middle), 1), cells)) <= most:
            least = middle
        else:
            longest = middle - 1
    return hint.replace(part, fit(part, least), 1)
