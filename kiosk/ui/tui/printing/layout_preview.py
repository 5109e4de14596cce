"""Badge layouts with a real person's badge, drawn anew whenever the layout file is saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.context import use_layout
from kiosk.services.badges.layouts import LayoutChoice, layout_choices, preview_people, view_layout
from kiosk.services.badges.preview import BadgeView, BadgeViewer
from kiosk.storage.file.store import Store
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.printing.badge_preview import BadgePictureView
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

POLL_S = 0.5
"""How often the layout's file is looked at: a saved change shows within a blink."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What one look at the lit layout gave."""

    view: BadgeView | None
    stamp: tuple[int, int]
    mistake: str = ""


class LayoutPreviewScreen(Dialog[str | None]):
    """Answers the name of the layout that became the event's, or None."""

    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("enter", "use", "Use it"),
        Binding("right,n", "next_person(1)", "Next person"),
        Binding("left,p", "next_person(-1)", "Person before"),
    ]

    def __init__(self, event: Path, desk: str, attendee_id: str | None = None) -> None:
        """`attendee_id`: whose badge is shown first; None: the longest name's."""
        super().__init__()
        self.event = event
        self.desk = desk
        self.first = attendee_id
        self.layouts: list[LayoutChoice] = []
        self.people: list[str] = []
        self.person = 0
        self.mistake = ""
        self._session: Session | None = None
        self._viewer = BadgeViewer()
        self._number = 0
        self._stamp = (0, 0)
        self._is_looking = False

    def compose(self) -> ComposeResult:
        """The layouts left, the badge right; a mistake in its place."""
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
        """Read what there is, then watch the lit one's file."""
        app: Any = self.app
        self._session = Session(
            app, lambda: Store.open(self.event, desk=self.desk), self._failed, "kiosk-layouts"
        )
        self._session.start()
        first = self.first
        self._session.ask(
            lambda store: (layout_choices(store), preview_people(store, first)), self._opened
        )
        self.set_interval(POLL_S, self._look)

    def on_unmount(self) -> None:
        """Let go of the event."""
        if self._session is not None:
            self._session.close(timeout_s=1.0)

    def _opened(self, found: tuple[list[LayoutChoice], list[str]]) -> None:
        if not self.is_attached:
            return
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
    def lit(self) -> LayoutChoice | None:
        """The layout under the bar."""
        index = self.query_one("#layout-names", OptionList).highlighted
        return self.layouts[index] if index is not None and index < len(self.layouts) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._number += 1
        self._stamp = (0, 0)
        self._is_looking = False
        self._look()

    def _look(self) -> None:
        """Draw when the file, the layout or the person is another one than what is shown."""
        item, session = self.lit, self._session
        if item is None or session is None or self._is_looking:
            return
        self._is_looking = True
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
                return _Drawing(None, stamp, str(error))
            return _Drawing(view, stamp)

        session.ask(work, lambda drawing: self._drawn(number, drawing), self._failed)

    def _drawn(self, number: int, drawing: _Drawing | None) -> None:
        if number != self._number or not self.is_attached:
            return
        self._is_looking = False
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
        self.query_one("#layout-about", Static).update(self._about())

    def _about(self) -> str:
        item = self.lit
        return "" if item is None else escape_controls(item.about())

    def _failed(self, error: KioskError) -> None:
        self._is_looking = False
        if self.is_attached:
            self.query_one("#layouts-title", Static).update(escape_controls(str(error)))

    # keys

    def on_resize(self) -> None:
        """Another size, another picture."""
        self.call_after_refresh(self._draw_anew)

    def action_next_person(self, step: int) -> None:
        """Somebody else's badge."""
        if self.people:
            self.person = (self.person + step) % len(self.people)
            self._draw_anew()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_use()

    def action_use(self) -> None:
        """Make the lit layout the event's own."""
        item, session = self.lit, self._session
        if item is None or session is None or self.mistake:
            return
        session.ask(
            lambda store: use_layout(store, item.name),
            lambda _: self._used(item.name),
            self._failed,
        )

    def _used(self, name: str) -> None:
        self.dismiss(name)

    def action_leave(self) -> None:
        """Back; nothing changes."""
        self.dismiss(None)
