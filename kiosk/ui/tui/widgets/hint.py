"""The last line of a dialog: what its keys do."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

GAP = 3
"""Cells between two keys."""


def lines_of(keys: tuple[str, ...], width: int) -> list[list[str]]:
    """The keys in as few lines as hold them; a line ends between two keys, never within one."""
    lines: list[list[str]] = [[]]
    for key in keys:
        if lines[-1] and cell_len((" " * GAP).join([*lines[-1], key])) > width:
            lines.append([])
        lines[-1].append(key)
    return lines


class Hint(Static):
    """`F2 save   Esc back`: each text begins with its key; `about` is a sentence above them."""

    def __init__(self, *keys: str, about: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, classes="hint", markup=False)
        self._keys = keys
        self._about = about
        self._width = 0

    def on_mount(self) -> None:
        """Show it."""
        self.say(*self._keys)

    def on_resize(self) -> None:
        """Other lines for another width."""
        if self.content_size.width != self._width:
            self._width = self.content_size.width
            self.say(*self._keys)

    def say(self, *keys: str, about: str | None = None) -> None:
        """Other keys act now."""
        self._keys = keys
        self._about = self._about if about is None else about
        parts = [Content(self._about)] if self._about else []
        for line in lines_of(keys, self._width or 200):
            told = [_told(*key.partition(" ")) for key in line]
            parts.append(Content(" " * GAP).join(told))
        self.update(Content("\n").join(parts))


def _told(key: str, gap: str, words: str) -> Content:
    return Content.assemble((key, "bold $accent"), gap, words)
