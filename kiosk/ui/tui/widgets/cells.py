"""Fit text into terminal cells."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size


def fit(text: str, cells: int) -> str:
    """Cut the text to this many terminal cells; an ellipsis marks a cut."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "…" if cells > 0 else ""


def wrapped(text: str, cells: int) -> list[str]:
    """Wrap the text into lines of at most this many cells, between words if possible."""
    lines: list[str] = []
    rest = text.strip()
    while cell_len(rest) > cells:
        head = chop_cells(rest, cells)[0]
        if not rest[len(head)].isspace() and " " in head:
            head = head[: head.rindex(" ")]
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*lines, rest] if rest else lines
