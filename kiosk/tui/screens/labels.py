"""How many labels are on the roll."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.services.print_settings import LABELS_LOW
from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint


class LabelsScreen(Dialog[str | None]):
    """Answers the number as typed, empty to count no longer, or None to leave it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def compose(self) -> ComposeResult:
        """One number."""
        with Vertical(classes="dialog"):
            yield Static("How many labels are on the roll?", classes="title")
            yield Input(type="integer", placeholder="for example 300", id="labels", max_length=6)
            yield Hint(
                "Enter note it",
                "Esc back",
                about=f"The desk counts them down and warns at {LABELS_LOW}. "
                "Empty: it does not count.",
            )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
