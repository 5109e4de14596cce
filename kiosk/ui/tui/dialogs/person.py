"""The name of a guest whose ticket has none, asked for before the check-in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import escape_controls
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.person_form import WalkInForm
from kiosk.ui.tui.widgets.hint import Hint


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


# Typing in whose a ticket is now, and why although somebody is in with it.

_FIELDS = ("name", "company", "email", "phone", "reason")


class TransferForm(WalkInForm):
    """Who has the ticket from now on."""

    keys = ("F2 pass on", "Enter next line", "Esc back")


def transfer_form(person: Attendee) -> TransferForm:
    """Empty lines for the new holder: what is not typed is not known of them."""
    return TransferForm(
        f"Pass on the ticket of {escape_controls(person.label)}",
        dict.fromkeys(_FIELDS, ""),
        "Of the old holder nothing stays but the history and notes for the desk.",
    )


class StillInScreen(Dialog[str | None]):
    """Answers why it is passed on all the same, or None."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, name: str) -> None:
        super().__init__()
        self.person_name = name

    def compose(self) -> ComposeResult:
        """The way out first: taking the check-in back."""
        with Vertical(classes="dialog"):
            yield Static(
                f"{self.person_name} is in with this ticket", classes="title", markup=False
            )
            yield Static("Esc, then take that check-in back (F9, F8) and pass it on. Or:")
            yield Input(placeholder="why it is passed on all the same", id="reason", max_length=200)
            yield Hint("Enter pass on, the check-in stays", "Esc back")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
