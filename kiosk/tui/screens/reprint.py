"""Why somebody gets a second badge."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from kiosk.domain.text import visible
from kiosk.services.print_jobs import ReprintReason
from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint

REASONS = (
    (ReprintReason.LOST, "The badge was lost"),
    (ReprintReason.DAMAGED, "It is damaged, or did not come out well"),
    (ReprintReason.TYPO, "Something on it is wrong"),
    (ReprintReason.OTHER, "Another reason"),
)


class ReprintScreen(Dialog[ReprintReason | None]):
    """Answers the reason, or None when nothing is printed."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        *(
            Binding(f"f{number}", f"take({number - 1})", words, show=False)
            for number, (_, words) in enumerate(REASONS, 1)
        ),
    ]

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem

    def compose(self) -> ComposeResult:
        """The reasons, one key away."""
        with Vertical(classes="dialog"):
            yield Static("Print another badge?", classes="title")
            yield Static(visible(self.problem), markup=False)
            yield OptionList(
                *(f"F{number}  {words}" for number, (_, words) in enumerate(REASONS, 1)),
                id="reasons",
                markup=False,
            )
            yield Hint("Enter print", "Esc back", about="The reason stays in the log.")

    def action_take(self, index: int) -> None:
        """Answer with one of the reasons."""
        self.dismiss(REASONS[index][0])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take(event.option_index)
