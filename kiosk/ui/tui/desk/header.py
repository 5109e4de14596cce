"""Event, list, desk, and the time of the event's zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import escape_controls
from kiosk.ui.tui.widgets.charts import fit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class DeskHeader(Static):
    """The top line."""

    def __init__(
        self,
        title: str,
        desk: str,
        *,
        clock: Callable[[], int] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """What never changes; `clock` in milliseconds UTC, None for the computer's."""
        super().__init__("", id=id, markup=False)
        self._clock = clock
        self.event_name = escape_controls(title)
        self.list_name = ""
        self.desk = escape_controls(desk)
        self.mode = ""
        self.zone: ZoneInfo | None = None
        self._painted: Content | None = None

    def on_mount(self) -> None:
        """Begin to tell the time."""
        self.set_interval(1, self.paint)
        self.paint()

    def on_resize(self) -> None:
        """Fill the new width."""
        self.paint()

    def _now(self) -> datetime:
        if self._clock is None:
            return datetime.now(self.zone)
        return datetime.fromtimestamp(self._clock() / 1000, self.zone)

    def paint(self) -> None:
        """Redraw, if anything of it changed."""
        width = max(30, self.size.width or 80)
        clock = f"{self._now():%H:%M} "
        right = f"{fit(self.desk, 18)}  {clock}"
        middle = f"{self.list_name} ▾" if self.list_name else ""
        middle = f"{self.mode} · {middle}" if self.mode else middle
        room = width - cell_len(right) - 4
        middle = fit(middle, room // 2)
        left = fit(self.event_name, room - cell_len(middle))
        gap = width - 1 - cell_len(left) - cell_len(middle) - cell_len(right)
        content = Content.assemble(
            (f" {left}", "bold"),
            " " * max(1, gap // 2),
            (middle, "bold $text-warning" if self.mode else "$accent"),
            " " * max(1, gap - gap // 2),
            right,
        )
        if self._painted is None or not content.is_same(self._painted):
            self._painted = content
            self.update(content, layout=False)


# The line of counters: people who are in, badges to print, state of the desks.

_TROUBLE_SHARE = 0.75
"""The largest part of the line that a printer's problem takes; the counters keep the rest."""
_PACE = "pace"
_PARTS = ("counts", _PACE, "help_desk", "sharing", "camera", "badges")
"""From left to right; if they do not all fit, the pace is left out."""


class CounterLine(Static):
    """One line of parts, each of which another component sets."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._said: dict[str, str] = {}
        self._trouble = ""

    def say(self, **parts: str) -> None:
        """Show new words for some parts, by their names in `_PARTS`; empty hides a part."""
        if any(self._said.get(name, "") != words for name, words in parts.items()):
            self._said |= parts
            self._paint()

    def warn(self, trouble: str) -> None:
        """Show a problem in red before all else, with the key for it; empty hides it."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._paint()

    def on_resize(self) -> None:
        """Show as many parts as fit now."""
        self._paint()

    def _paint(self) -> None:
        if not self.is_attached:  # it is painted when it gets its size
            return
        width = self.content_size.width or 78
        trouble = ""
        if self._trouble:
            room = int(max(40, width) * _TROUBLE_SHARE) - cell_len("✗  F4 · ")
            trouble = f"✗ {fit(escape_controls(self._trouble), room)} F4 · "
        room = width - cell_len(trouble)
        text = self._dotted(_PARTS)
        if cell_len(text) > room:
            text = fit(self._dotted(name for name in _PARTS if name != _PACE), room)
        self.update(Content.assemble((trouble, "bold $text-error"), text), layout=False)

    def _dotted(self, names: Iterable[str]) -> str:
        return " · ".join(filter(None, (self._said.get(name, "") for name in names)))
