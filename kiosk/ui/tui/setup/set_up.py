"""The steps of setting an event up, each with its own key."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint

STEPS = (
    ("lists", "Days and lists", "when doors and meals are open"),
    ("import_file", "Registrations", "a file; again for late ones"),
    ("badge_layout", "Badge layout", "see it with a real badge"),
    ("scanner_test", "Test the scanner", "scan a page of codes"),
    ("printer_test", "Test the printer", "prints a sample badge"),
    ("rehearse", "Rehearse", "with made-up people"),
    ("ready", "Readiness", "what is still to do"),
)
"""The desk's action, its title, what it is for."""


class SetupScreen(Dialog[None]):
    """A list of steps; a step opens over it and returns to it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "To the desk")]

    def __init__(self, run: Callable[[str], None]) -> None:
        """`run` runs one of the desk's actions."""
        super().__init__()
        self.run = run

    def compose(self) -> ComposeResult:
        """One line per step."""
        with Vertical(classes="dialog"):
            yield Static("Set up the event", classes="title")
            yield OptionList(
                *(
                    Option(
                        Content.assemble(
                            (f"{number}  ", "bold $accent"), (f"{title:18}", "bold"), f"{about}"
                        )
                    )
                    for number, (_, title, about) in enumerate(STEPS, 1)
                ),
                id="steps",
            )
            yield Hint("Enter or number open", "Esc back")

    def on_mount(self) -> None:
        """Select the first step."""
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.run(STEPS[event.option_index][0])

    def on_key(self, event: events.Key) -> None:
        """Run the step with the typed number."""
        if event.character and event.character in "123456789"[: len(STEPS)]:
            event.stop()
            number = int(event.character) - 1
            self.query_one(OptionList).highlighted = number
            self.run(STEPS[number][0])
