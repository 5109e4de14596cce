"""Show a picture of a badge in characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kiosk.domain.text import escape_controls

if TYPE_CHECKING:
    from kiosk.services.badges.preview import BadgePicture, BadgeView


class BadgePictureView(Widget):
    """Shows a picture, centred, with a line below it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.view: BadgeView | None = None

    def show_view(self, view: BadgeView | None) -> None:
        """Show this; None clears."""
        if view != self.view:
            self.view = view
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the picture, or the note under it."""
        width = self.size.width
        view = self.view
        rows = view.picture.rows if view and view.picture else ()
        note = escape_controls(view.note) if view else ""
        # the note is on the last line, or on the line below the picture if there is space
        if note and y == min(len(rows), self.size.height - 1):
            style = self.rich_style + Style(bold=True)
            return Strip([Segment(note, style)]).adjust_cell_length(width, self.rich_style)
        if y >= len(rows):
            return Strip.blank(width, self.rich_style)
        line = Strip([Segment(cell.char, _style(cell.fore, cell.back)) for cell in rows[y]])
        left = (width - len(rows[y])) // 2
        padded = Strip([Segment(" " * max(0, left), self.rich_style), *line])
        return padded.adjust_cell_length(width, self.rich_style)

    @property
    def picture(self) -> BadgePicture | None:
        """The picture on the screen."""
        return self.view.picture if self.view else None


def _style(fore: tuple[int, int, int], back: tuple[int, int, int]) -> Style:
    return Style(color="#%02x%02x%02x" % fore, bgcolor="#%02x%02x%02x" % back)  # noqa: UP031
