"""Why somebody is let in against the rules."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kiosk.domain.checkin import Outcome
from kiosk.domain.wording import BANNERS
from kiosk.tui.widgets.hint import Hint

QUICK_REASONS = ("Paid at the desk", "Organiser said yes", "Came back in", "Guest of a speaker")


_KEYS = ("Enter let in", "Esc back")


class ReasonScreen(ModalScreen[str | None]):
    """Answers the reason, or None when nobody is let in."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        *(
            Binding(f"f{number}", f"quick({number - 1})", reason, show=False)
            for number, reason in enumerate(QUICK_REASONS, 1)
        ),
    ]

    def __init__(self, name: str, outcome: Outcome) -> None:
        super().__init__()
        self.person_name = name
        self.outcome = outcome

    def compose(self) -> ComposeResult:
        """Who, why not, and the reasons one key away."""
        with Vertical(classes="dialog"):
            yield Static(f"Let in {self.person_name}?", classes="title", markup=False)
            yield Static(f"The desk said: {BANNERS[self.outcome]}", markup=False)
            for number, reason in enumerate(QUICK_REASONS, 1):
                yield Static(f"  F{number}  {reason}", markup=False)
            yield Input(placeholder="or type the reason, then Enter", id="reason", max_length=200)
            yield Hint(*_KEYS, about="The reason stays in the log.")

    def action_quick(self, index: int) -> None:
        """Take one of the usual reasons."""
        self.dismiss(QUICK_REASONS[index])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one(Hint).say(*_KEYS, about="Nobody is let in without a reason.")
