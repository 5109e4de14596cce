"""The keys that act now, and dimmed those that cannot."""

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
    """A key as it is written on the screen; of several that do the same, the first."""
    key = key.partition(",")[0]
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+').upper()}"
    return KEY_NAMES.get(key, key.upper())


class BarKey(NamedTuple):
    """A key as the bar shows it."""

    name: str
    words: str
    can_act: bool = True
    is_needed: bool = False
    """Shown before others where there is no room for all."""

    @property
    def cells(self) -> int:
        """Its width, with the gap behind it."""
        return cell_len(self.name) + 1 + cell_len(self.words) + GAP


def fitting(keys: Sequence[BarKey], room: int) -> list[BarKey]:
    """As many keys as fit, in their order: the last, which leads to all the others, then the
    needed ones, then from the left."""
    room += GAP
    places = sorted(range(len(keys)), key=lambda n: (n < len(keys) - 1, not keys[n].is_needed, n))
    shown: list[int] = []
    for place in places:
        room -= keys[place].cells
        if room < 0 and shown:
            break
        shown.append(place)
    return [keys[place] for place in sorted(shown)]


class KeyBar(Static):
    """One line of keys. Redrawn only when what they can do changes.

    While a dialog lies over its screen none of them acts, so none is shown.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._shown: list[BarKey] = []
        self._is_covered = False

    def on_mount(self) -> None:
        """See when a dialog comes and goes."""
        self.app.screen_change_signal.subscribe(self, self._covered)

    def _covered(self, top: Screen[Any]) -> None:
        if self._is_covered != (top is not self.screen):
            self._is_covered = not self._is_covered
            self.update(self._content(), layout=False)

    def show(self, keys: list[tuple[Binding, bool]], needed: Collection[str] = ()) -> None:
        """Show these bindings; False means that the key cannot act now.

        Args:
            needed: actions whose keys go before others where there is no room for all.
        """
        shown = [
            BarKey(key_name(key.key), key.description, can, key.action in needed)
            for key, can in keys
        ]
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
        for name, words, can, _ in fitting(self._shown, room):
            style = "bold $accent" if can else "dim"
            parts.append(Content.assemble((name, style), (f" {words}", "" if can else "dim")))
        return Content(" " * GAP).join(parts)
