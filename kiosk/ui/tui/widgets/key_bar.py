"""Lines of keys: the key bar of the desk, and the keys and messages of a dialog."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import escape_controls

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


def bindings_of(screen: Screen[Any]) -> list[Binding]:
    """The keys of a screen and of its base classes, without those that every screen has.

    A class replaces what its base classes do with a key.
    """
    found: list[Binding] = []
    taken: set[str] = set()
    for kind in type(screen).__mro__:
        if kind.__module__.startswith("textual."):
            continue
        own = [
            binding
            for binding in vars(kind).get("BINDINGS", ())
            if isinstance(binding, Binding) and taken.isdisjoint(binding.key.split(","))
        ]
        found += own
        taken.update(key for binding in own for key in binding.key.split(","))
    return found


def shown_keys(screen: Screen[Any]) -> list[tuple[Binding, bool]]:
    """The keys of a screen that a bar shows, each with whether it can act now."""
    return [
        (binding, screen.check_action(binding.action, ()) is True)
        for binding in bindings_of(screen)
        if binding.show
    ]


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


# Lines of a dialog.

HINT_GAP = 3
"""Cells between two keys."""


def lines_of(keys: tuple[str, ...], width: int) -> list[list[str]]:
    """Distribute the keys over as few lines as possible; a line breaks only between two keys."""
    lines: list[list[str]] = [[]]
    for key in keys:
        if lines[-1] and cell_len((" " * HINT_GAP).join([*lines[-1], key])) > width:
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
            parts.append(Content(" " * HINT_GAP).join(shown))
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
