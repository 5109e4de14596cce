"""Show a picture of a badge in characters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.services.badges.preview import BadgePicture, BadgeView, BadgeViewer
    from kiosk.storage.file.store import Store

SETTLE_S = 0.35
"""Delay before drawing, so that a scan's verdict and the next key come first."""


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


class BadgePreview(BadgePictureView):
    """The badge of the person on the card, drawn in a separate thread; the last request wins."""

    def __init__(self, path: Path, desk: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._path = path
        self._desk = desk
        self._session: Session | None = None
        self._viewer: BadgeViewer | None = None
        self._wanted: str | None = None
        self._number = 0
        self._timer: Timer | None = None

    def show_person(self, attendee_id: str | None) -> None:
        """Show this person's badge soon; None: show no badge."""
        self._number += 1
        if attendee_id != self._wanted:
            self.show_view(None)
        self._wanted = attendee_id
        if self._timer is not None:
            self._timer.stop()
        if attendee_id is not None and self.display and self.size.width:
            self._timer = self.set_timer(SETTLE_S, self._draw)

    def on_resize(self) -> None:
        """Draw the picture again in the new size."""
        if self._wanted is not None:
            self.show_person(self._wanted)

    def _draw(self) -> None:
        number, wanted = self._number, self._wanted
        width, height = self.size
        if wanted is None or not width or height < 2:
            return

        def work(store: Store) -> BadgeView | None:
            if number != self._number:
                return None
            return self._drawer().view(store, wanted, width, height - 1)

        self._thread().ask(work, lambda view: self._drawn(number, view), self._failed)

    def _drawn(self, number: int, view: BadgeView | None) -> None:
        if number == self._number:
            self.show_view(view)

    def _failed(self, error: KioskError) -> None:
        """Show the error in place of the picture."""
        # the badge engine: the start of a desk must not load it
        from kiosk.services.badges.preview import BadgeView

        self.show_view(BadgeView(None, error.problem))

    def _drawer(self) -> BadgeViewer:
        """Created in the drawing thread, so that the first paint does not load the badge engine."""
        if self._viewer is None:
            from kiosk.services.badges.preview import BadgeViewer

            self._viewer = BadgeViewer()
        return self._viewer

    def _thread(self) -> Session:
        if self._session is None:
            app: Any = self.app
            # with the storage: not before a frame
            from kiosk.services.event.event import open_event

            path, desk = self._path, self._desk
            self._session = Session(
                app, lambda: open_event(path, desk=desk), self._failed, "kiosk-preview"
            )
            self._session.start()
        return self._session

    def close_event(self) -> None:
        """Close the event file; the next badge opens it again."""
        session, self._session = self._session, None
        if session is not None:
            session.close(timeout_s=1.0)

    def on_unmount(self) -> None:
        """Close the event."""
        self.close_event()
