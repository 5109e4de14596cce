"""The keys that act now, and dimmed those that cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.screen import Screen

GAP = 2
"""Cells between two keys."""

KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "pagedown": "PgDn",
    "delete": "Del",
    "down": "↑↓",
    "left": "←",
    "right": "→",
}


def key_name(key: str) -> str:
    """A key as it is written on the screen; of several that do the same, the first."""
    key = key.partition(",")[0]
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+').upper()}"
    return KEY_NAMES.get(key, key.upper())


def fitting(keys: list[tuple[str, str, bool]], room: int) -> list[tuple[str, str, bool]]:
    """As many keys from the left as fit, and always the last: it leads to all the others."""
    room += GAP
    if keys:
        room -= _width(keys[-1])
    fit = []
    for key in keys[:-1]:
        room -= _width(key)
        if room < 0:
            break
        fit.append(key)
    return fit + keys[-1:]


def _width(key: tuple[str, str, bool]) -> int:
    return cell_len(key[0]) + 1 + cell_len(key[1]) + GAP


class KeyBar(Static):
    """One line of keys. Redrawn only when what they can do changes.

    While a dialog lies over its screen none of them acts, so none is shown.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._shown: list[tuple[str, str, bool]] = []
        self._is_covered = False

    def on_mount(self) -> None:
        """See when a dialog comes and goes."""
        self.app.screen_change_signal.subscribe(self, self._covered)

    def _covered(self, top: Screen[Any]) -> None:
        if self._is_covered != (top is not self.screen):
            self._is_covered = not self._is_covered
            self.update(self._content(), layout=False)

    def show(self, keys: list[tuple[Binding, bool]]) -> None:
        """Show these bindings; False means that the key cannot act now."""
        shown = [(key_name(key.key), key.description, can) for key, can in keys]
        if shown != self._shown:
            self._shown = shown
            self.update(self._content(), layout=False)

    def on_resize(self) -> None:
        """Leave out what no longer fits."""
        self.update(self._content(), layout=False)

    def _content(self) -> Content:
        if self._is_covered:
            return Content("")
        room = max(20, self.content_size.width or 78)
        parts: list[Content] = []
        for name, words, can in fitting(self._shown, room):
            style = "bold $accent" if can else "dim"
            parts.append(Content.assemble((name, style), (f" {words}", "" if can else "dim")))
        return Content(" " * GAP).join(parts)
