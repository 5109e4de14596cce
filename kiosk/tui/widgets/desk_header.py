"""Event, list, desk, and the time of the event's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import visible
from kiosk.tui.views.cells import fit

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
        self.event_name = visible(title)
        self.list_name = ""
        self.desk = visible(desk)
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
