"""Why somebody is sent to the help desk: one line that every desk sees."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.event_shapes import HELP_NOTE
from kiosk.domain.text import visible
from kiosk.services.help_desk import QUICK_NOTES
from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint


class HelpNoteScreen(Dialog[str | None]):
    """Answers the note, or None when nobody is sent."""

    BINDINGS = [
        Binding("escape,ctrl+g", "dismiss(None)", "Back"),
        *(
            Binding(f"f{number}", f"quick({number - 1})", note, show=False)
            for number, note in enumerate(QUICK_NOTES, 1)
        ),
    ]

    def __init__(self, name: str, before: str = "") -> None:
        """`before`: the note of an earlier time, to go on from."""
        super().__init__()
        self.person_name = name
        self.before = before

    def compose(self) -> ComposeResult:
        """The usual reasons one key away, and a line to type."""
        with Vertical(classes="dialog"):
            yield Static(f"Send {self.person_name} to the help desk", classes="title", markup=False)
            for number, note in enumerate(QUICK_NOTES, 1):
                yield Static(f"  F{number}  {note}", markup=False)
            yield Input(
                value=visible(self.before),
                placeholder="or type what it is about, then Enter",
                id="help-note",
                max_length=HELP_NOTE,
            )
            yield Hint("Enter send", "Esc back", about="Every desk sees the note.")

    def action_quick(self, index: int) -> None:
        """Take one of the usual notes."""
        self.dismiss(QUICK_NOTES[index])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
