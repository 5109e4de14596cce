"""Why somebody is let in against the rules, or a check-in is taken back."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint

LET_IN_REASONS = ("Paid at the desk", "Organiser said yes", "Came back in", "Guest of a speaker")
UNDO_REASONS = ("Wrong person", "Scanned by mistake", "Wrong list", "Did not stay")


class ReasonScreen(Dialog[str | None]):
    """Answers the reason, or None when nothing is to be done."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        *(Binding(f"f{n}", f"quick({n - 1})", show=False) for n in range(1, 5)),
    ]

    def __init__(self, title: str, about: str, reasons: tuple[str, ...], *, act: str) -> None:
        """`reasons`: up to four that one key gives; `act`: what Enter does, for the hint."""
        super().__init__()
        self.title_text = title
        self.about = about
        self.reasons = reasons
        self._keys = (f"Enter {act}", "Esc back")

    def compose(self) -> ComposeResult:
        """Who, why not, and the reasons one key away."""
        with Vertical(classes="dialog"):
            yield Static(self.title_text, classes="title", markup=False)
            yield Static(self.about, markup=False)
            for number, reason in enumerate(self.reasons, 1):
                yield Static(f"  F{number}  {reason}", markup=False)
            yield Input(placeholder="or type the reason, then Enter", id="reason", max_length=200)
            yield Hint(*self._keys, about="The reason stays in the log.")

    def action_quick(self, index: int) -> None:
        """Take one of the usual reasons."""
        if index < len(self.reasons):
            self.dismiss(self.reasons[index])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one(Hint).say(*self._keys, about="It is not done without a reason.")
