"""The line of counters: who is in, badges on their way, how the desks stand."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import visible
from kiosk.tui.views.cells import fit

_TROUBLE_SHARE = 0.75
"""How much of the line a printer's trouble may take: the counters keep the rest."""
_PACE = "pace"
_PARTS = ("counts", _PACE, "help_desk", "sharing", "camera", "badges")
"""From left to right; where there is no room for all, the pace is what nobody misses."""


class StatusLine(Static):
    """Each part is told by whoever knows it, and all are shown in one line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._said: dict[str, str] = {}
        self._trouble = ""

    def say(self, **parts: str) -> None:
        """Show new words for some parts (their names are in `_PARTS`); empty: nothing of it."""
        if any(self._said.get(name, "") != words for name, words in parts.items()):
            self._said |= parts
            self._paint()

    def warn(self, trouble: str) -> None:
        """What somebody must see to, in red before all else, and the key for it; empty: nothing."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._paint()

    def on_resize(self) -> None:
        """There is room for more, or for less."""
        self._paint()

    def _paint(self) -> None:
        if not self.is_attached:  # it is painted when it gets its size
            return
        width = self.content_size.width or 78
        trouble = ""
        if self._trouble:
            room = int(max(40, width) * _TROUBLE_SHARE) - cell_len("✗  F4 · ")
            trouble = f"✗ {fit(visible(self._trouble), room)} F4 · "
        room = width - cell_len(trouble)
        text = self._dotted(_PARTS)
        if cell_len(text) > room:
            text = fit(self._dotted(name for name in _PARTS if name != _PACE), room)
        self.update(Content.assemble((trouble, "bold $text-error"), text), layout=False)

    def _dotted(self, names: Iterable[str]) -> str:
        return " · ".join(filter(None, (self._said.get(name, "") for name in names)))
