"""The one thing everybody reads: sign, words, colour, name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import escape_controls
from kiosk.ui.tui.desk.rows import hint_lines
from kiosk.ui.tui.desk.verdict import WELCOME, BannerView
from kiosk.ui.tui.widgets.charts import fit

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from kiosk.ui.tui.desk.verdict import BannerView

TONES = ("quiet", "success", "warning", "error", "question")
NARROW = 64
"""Fewer cells inside: the sentence below may take three lines, else two."""


class ResultBanner(Static):
    """Shows the last verdict until the next."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self.view = WELCOME

    def on_mount(self) -> None:
        """Say that the desk is ready."""
        self.show(self.view)

    def show(self, view: BannerView) -> None:
        """Paint a verdict. Only a long sentence lays the screen out anew: else it is there at
        once."""
        self.view = view
        self.update_classes({f"-{tone}": tone == view.tone for tone in TONES})
        self._paint()

    def on_resize(self) -> None:
        """Place the ticket type at the new right edge."""
        self._paint()

    def _paint(self) -> None:
        lines = self._lines()
        self.update_classes({"-tall": len(lines) == 3, "-taller": len(lines) > 3})
        self.update(Content("\n").join(lines), layout=False)

    def _lines(self) -> list[Content]:
        """Sign, words, name and ticket type; below, what is to be done."""
        width = max(20, self.content_size.width or 76)
        view = self.view
        if view.speaks and cell_len(escape_controls(view.who)) > width - cell_len(view.words) - 7:
            view = replace(view, who="", hint=f"{view.who} {view.hint}", yields=(view.who,))
        who = escape_controls(view.who)
        words = f"{view.sign} {view.words}".strip()
        free = width - cell_len(words) - cell_len(who) - 6
        kind = fit(escape_controls(view.kind).upper(), max(18, free)) if width >= 50 else ""
        room = width - cell_len(words) - cell_len(kind) - 5
        who = set_cell_size(who, room) if cell_len(who) < room else fit(who, room)
        first = Content.assemble((words, "bold"), "   ", (who, "bold"), "  ", (kind, "bold"))
        yields = [escape_controls(part) for part in view.yields]
        below = hint_lines(escape_controls(view.hint), yields, width, 3 if width < NARROW else 2)
        under_who = cell_len(words) + 3 if width >= 70 and view.who else 0
        fits_under_who = len(below) == 1 and under_who + cell_len(below[0]) <= width
        indent = " " * under_who if fits_under_who else ""
        return [first, *(Content(indent + line) for line in below)]


# A scan's verdict where the desk's banner is covered: nobody waits for a dialog to be closed.

SHOWN_S = 8.0
"""As long as it takes to read it and to say hello; the desk's own banner keeps it."""


class VerdictOver(ResultBanner):
    """Lies on top of whatever is open, for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._gone: Timer | None = None

    def show(self, view: BannerView) -> None:
        """Paint a verdict, and begin to count anew."""
        super().show(view)
        if self._gone is not None:
            self._gone.stop()
        self._gone = self.set_timer(SHOWN_S, self.remove)


def show_over(screen: Screen[object], covered: ResultBanner, view: BannerView) -> None:
    """Say on `screen` what the desk's banner says beneath it, unless that can be seen or the
    screen has a line of its own for it."""
    over = next(iter(screen.query(VerdictOver)), None)
    if over is not None:
        over.show(view)
    elif not getattr(screen, "tells_verdicts", False) and _covers(screen, covered):
        over = VerdictOver()
        over.view = view
        screen.mount(over)


def _covers(screen: Screen[object], covered: ResultBanner) -> bool:
    if not screen.is_modal:
        return True
    return any(child.display and child.region.overlaps(covered.region) for child in screen.children)
