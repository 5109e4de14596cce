"""Preview badge layouts with a real person's badge; redraw when the layout file is saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.context import use_layout
from kiosk.services.badges.layouts import LayoutChoice, layout_choices, preview_people, view_layout
from kiosk.services.badges.preview import BadgePicture, BadgeView, BadgeViewer
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import EventDialog
from kiosk.ui.tui.widgets.key_bar import Hint

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

POLL_S = 0.5
"""Interval of the check for changes of the layout's file."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The result of drawing the selected layout."""

    view: BadgeView | None
    stamp: tuple[int, int]
    mistake: str = ""


class LayoutPreviewScreen(EventDialog[str | None]):
    """Returns the name of the layout chosen for the event, or None."""

    HELP = (
        "The layouts with a badge of a real attendee. Enter uses the selected one. A layout "
        "file is drawn again when it is saved."
    )
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("enter", "use", "Use it"),
        Binding("right,n", "next_person(1)", "Next person"),
        Binding("left,p", "next_person(-1)", "Person before"),
    ]

    def __init__(self, event: Path, desk: str, attendee_id: str | None = None) -> None:
        """`attendee_id`: the first person shown; None: the person with the longest name."""
        super().__init__(event, desk)
        self.first = attendee_id
        self.layouts: list[LayoutChoice] = []
        self.people: list[str] = []
        self.person = 0
        self.mistake = ""
        self._viewer = BadgeViewer()
        self._number = 0
        self._stamp = (0, 0)
        self._is_drawing = False

    def compose(self) -> ComposeResult:
        """The layouts on the left; the badge, or the mistake in the layout, on the right."""
        with Vertical(classes="dialog wide", id="layouts"):
            yield Static("Badge layout", id="layouts-title", classes="title", markup=False)
            with Horizontal(id="layouts-middle"):
                with Vertical(id="layouts-left"):
                    yield OptionList(id="layout-names")
                    yield Static("", id="layout-about", markup=False)
                with Vertical(id="layouts-right"):
                    yield BadgePictureView(id="layout-picture")
                    yield Static("", id="layout-mistake", markup=False)
            yield Hint("Enter use for this event", "←→ another person", "Esc back")

    def on_mount(self) -> None:
        """Read the layouts, then watch the file of the selected one."""
        first = self.first
        self.session.ask(
            lambda store: (layout_choices(store), preview_people(store, first)),
            self.while_open(self._opened),
        )
        self.set_interval(POLL_S, self._draw_if_changed)

    def _opened(self, found: tuple[list[LayoutChoice], list[str]]) -> None:
        self.layouts, self.people = found
        options = self.query_one("#layout-names", OptionList)
        options.add_options(
            [
                Option(Content(f"{'✓' if item.is_chosen else ' '} {escape_controls(item.label)}"))
                for item in found[0]
            ]
        )
        chosen = [number for number, item in enumerate(self.layouts) if item.is_chosen]
        options.highlighted = chosen[0] if chosen else 0
        options.focus()

    # drawing

    @property
    def selected(self) -> LayoutChoice | None:
        """The selected layout."""
        index = self.query_one("#layout-names", OptionList).highlighted
        return self.layouts[index] if index is not None and index < len(self.layouts) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._redraw()

    def _redraw(self) -> None:
        self._number += 1
        self._stamp = (0, 0)
        self._is_drawing = False
        self._draw_if_changed()

    def _draw_if_changed(self) -> None:
        """Draw again if the file, the layout or the person has changed."""
        item = self.selected
        if item is None or self._is_drawing:
            return
        self._is_drawing = True
        number, shown = self._number, self._stamp
        person = self.people[self.person] if self.people else None
        size = self.query_one("#layout-picture", BadgePictureView).size

        def work(store: Store) -> _Drawing | None:
            stamp = item.stamp()
            if stamp == shown or number != self._number:
                return None
            try:
                view = view_layout(
                    self._viewer, store, item.path, person, max(1, size.width), max(1, size.height)
                )
            except KioskError as error:
                return _Drawing(None, stamp, full_message(error, DESK))
            return _Drawing(view, stamp)

        self.session.ask(work, lambda drawing: self._drawn(number, drawing))

    def _drawn(self, number: int, drawing: _Drawing | None) -> None:
        if number != self._number or not self.is_attached:
            return
        self._is_drawing = False
        if drawing is None:
            return
        self._stamp = drawing.stamp
        self.mistake = drawing.mistake
        picture = self.query_one("#layout-picture", BadgePictureView)
        words = Content.styled(escape_controls(drawing.mistake), "bold $text-error")
        self.query_one("#layout-mistake", Static).update(words)
        self.query_one("#layout-mistake", Static).display = bool(drawing.mistake)
        picture.display = not drawing.mistake
        picture.show_view(drawing.view)
        about = escape_controls(self.selected.about()) if self.selected else ""
        self.query_one("#layout-about", Static).update(about)

    def failed(self, error: KioskError) -> None:
        """Show why there is no picture in place of the title."""
        self._is_drawing = False
        if self.is_attached:
            message = escape_controls(full_message(error, DESK))
            self.query_one("#layouts-title", Static).update(message)

    # keys

    def on_resize(self) -> None:
        """Draw the picture again in the new size."""
        self.call_after_refresh(self._redraw)

    def action_next_person(self, step: int) -> None:
        """Show the next or the previous person's badge."""
        if self.people:
            self.person = (self.person + step) % len(self.people)
            self._redraw()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_use()

    def action_use(self) -> None:
        """Choose the selected layout for the event."""
        item = self.selected
        if item is not None and not self.mistake:
            self.session.ask(
                lambda store: use_layout(store, item.name), lambda _: self.dismiss(item.name)
            )


# A picture of a badge in characters.


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
