"""The name of a guest whose ticket has none, asked for before the check-in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint


class GuestNameScreen(Dialog[str | None]):
    """Answers the name; empty: check in without one; None: nobody is checked in."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label_text = label

    def compose(self) -> ComposeResult:
        """Whose guest, and the field."""
        with Vertical(classes="dialog"):
            yield Static(self.label_text, classes="title", markup=False)
            yield Input(placeholder="Name on the badge", id="guest-name", max_length=2_000)
            yield Hint("Enter check in, without a name too", "Esc back")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(" ".join(event.value.split()))
