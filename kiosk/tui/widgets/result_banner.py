"""The one thing everybody reads: sign, words, colour, name."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import visible
from kiosk.tui.views.cells import fit
from kiosk.tui.views.hint_lines import hint_lines
from kiosk.tui.views.verdict import WELCOME, BannerView

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
        if view.speaks and cell_len(visible(view.who)) > width - cell_len(view.words) - 7:
            view = replace(view, who="", hint=f"{view.who} {view.hint}", yields=(view.who,))
        who = visible(view.who)
        words = f"{view.sign} {view.words}".strip()
        free = width - cell_len(words) - cell_len(who) - 6
        kind = fit(visible(view.kind).upper(), max(18, free)) if width >= 50 else ""
        room = width - cell_len(words) - cell_len(kind) - 5
        who = set_cell_size(who, room) if cell_len(who) < room else fit(who, room)
        first = Content.assemble((words, "bold"), "   ", (who, "bold"), "  ", (kind, "bold"))
        yields = [visible(part) for part in view.yields]
        below = hint_lines(visible(view.hint), yields, width, 3 if width < NARROW else 2)
        under_who = cell_len(words) + 3 if width >= 70 and view.who else 0
        fits_under_who = len(below) == 1 and under_who + cell_len(below[0]) <= width
        indent = " " * under_who if fits_under_who else ""
        return [first, *(Content(indent + line) for line in below)]
