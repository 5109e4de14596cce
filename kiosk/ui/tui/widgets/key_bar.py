"""The key bar: the keys that act now, and dimmed those that cannot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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
    """The name of a key on the screen; of several keys for one action, the first."""
    key = key.partition(",")[0]
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+').upper()}"
    return KEY_NAMES.get(key, key.upper())


class BarKey(NamedTuple):
    """A key in the bar."""

    name: str
    words: str
    can_act: bool = True
    is_needed: bool = False
    """Shown first when the bar is too narrow for all keys."""

    @property
    def cells(self) -> int:
        """Its width, including the gap after it."""
        return cell_len(self.name) + 1 + cell_len(self.words) + GAP


def fitting(keys: Sequence[BarKey], cells: int) -> list[BarKey]:
    """The keys that fit, in their order: first the last key, which leads to all others, then the
    needed ones, then from the left."""
    cells += GAP
    places = sorted(range(len(keys)), key=lambda n: (n < len(keys) - 1, not keys[n].is_needed, n))
    shown: list[int] = []
    for place in places:
        cells -= keys[place].cells
        if cells < 0 and shown:
            break
        shown.append(place)
    return [keys[place] for place in sorted(shown)]


class KeyBar(Static):
    """One line of keys, redrawn only when a key changes.

    While a dialog covers the screen no key acts, and none is shown.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._shown: list[BarKey] = []
        self._is_covered = False

    def on_mount(self) -> None:
        """Watch for dialogs over the screen."""
        self.app.screen_change_signal.subscribe(self, self._covered)

    def _covered(self, top: Screen[Any]) -> None:
        if self._is_covered != (top is not self.screen):
            self._is_covered = not self._is_covered
            self.update(self._content(), layout=False)

    def show(self, keys: list[tuple[Binding, bool]], needed: Collection[str] = ()) -> None:
        """Show these bindings; False means that the key cannot act now.

        Args:
            needed: actions whose keys are shown first when the bar is too narrow for all.
        """
        shown = [
            BarKey(key_name(key.key), key.description, can, key.action in needed)
            for key, can in keys
        ]
        if shown != self._shown:
            self._shown = shown
            self.update(self._content(), layout=False)

    def on_resize(self) -> None:
        """Choose the keys again for the new width."""
        self.update(self._content(), layout=False)

    def _content(self) -> Content:
        if self._is_covered:
            return Content("")
        cells = max(20, self.content_size.width or 78)
        parts: list[Content] = []
        for name, label, can, _ in fitting(self._shown, cells):
            style = "bold $accent" if can else "dim"
            parts.append(Content.assemble((name, style), (f" {label}", "" if can else "dim")))
        return Content(" " * GAP).join(parts)
