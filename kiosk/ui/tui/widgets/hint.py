"""Lines of a dialog: its keys, and the result of the last action."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import escape_controls

GAP = 3
"""Cells between two keys."""


def lines_of(keys: tuple[str, ...], width: int) -> list[list[str]]:
    """Distribute the keys over as few lines as possible; a line breaks only between two keys."""
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
        """Show the keys."""
        self.say(*self._keys)

    def on_resize(self) -> None:
        """Distribute the keys again for the new width."""
        if self.content_size.width != self._width:
            self._width = self.content_size.width
            self.say(*self._keys)

    def say(self, *keys: str, about: str | None = None) -> None:
        """Show other keys, and another sentence above them if `about` is given."""
        self._keys = keys
        self._about = self._about if about is None else about
        parts = [Content(self._about)] if self._about else []
        for line in lines_of(keys, self._width or 200):
            shown = [_styled_key(*key.partition(" ")) for key in line]
            parts.append(Content(" " * GAP).join(shown))
        self.update(Content("\n").join(parts))


def _styled_key(key: str, gap: str, words: str) -> Content:
    return Content.assemble((key, "bold $accent"), gap, words)


class StatusLine(Static):
    """The result of the last action, or an error."""

    def __init__(self, text: str = "", *, id: str) -> None:  # noqa: A002
        super().__init__(escape_controls(text), id=id, markup=False)

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Replace the text. Line breaks stay; other control characters are made visible."""
        self.set_class(is_error, "-error")
        self.update("\n".join(escape_controls(line) for line in text.split("\n")))
