"""The one thing everybody reads: sign, words, colour, name."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import visible
from kiosk.tui.views.verdict import WELCOME, BannerView

TONES = ("quiet", "success", "warning", "error", "question")


class ResultBanner(Static):
    """Shows the last verdict until the next."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self.view = WELCOME

    def on_mount(self) -> None:
        """Say that the desk is ready."""
        self.show(self.view)

    def show(self, view: BannerView) -> None:
        """Paint a verdict; never lays the screen out anew, so it is there at once."""
        self.view = view
        self.update_classes({f"-{tone}": tone == view.tone for tone in TONES})
        self.update(self._content(), layout=False)

    def on_resize(self) -> None:
        """Place the ticket type at the new right edge."""
        self.update(self._content(), layout=False)

    def _content(self) -> Content:
        view = self.view
        who, hint = visible(view.who), visible(view.hint)
        width = max(20, self.content_size.width or 76)
        words = f"{view.sign} {view.words}".strip()
        free = width - cell_len(words) - cell_len(who) - 6
        kind = fit(visible(view.kind).upper(), max(18, free)) if width >= 50 else ""
        room = width - cell_len(words) - cell_len(kind) - 5
        who = set_cell_size(who, room) if cell_len(who) < room else fit(who, room)
        first = Content.assemble((words, "bold"), "   ", (who, "bold"), "  ", (kind, "bold"))
        under_who = cell_len(words) + 3 if width >= 70 and view.who else 0
        indent = " " * under_who if under_who + cell_len(hint) <= width else ""
        second = fit(hint, width - cell_len(indent))
        return Content("\n").join([first, Content(indent + second)])


def fit(text: str, cells: int) -> str:
    """The text cut to that many terminal cells, with a sign where something is missing."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "…" if cells > 0 else ""
