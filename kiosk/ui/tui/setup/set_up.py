"""All of setting an event up, each step a key away; it stays until everything is done."""

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
    ("scanner_test", "Test the scanner", "with a page of codes"),
    ("printer_test", "Test the printer", "with a badge of nobody"),
    ("rehearse", "Rehearse", "with made-up people"),
    ("ready", "What is left", "and the key that does it"),
)
"""The desk's action, what it is called, what it is for."""


class SetupScreen(Dialog[None]):
    """A step opens over this list, and leads back to it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "To the desk")]

    def __init__(self, run: Callable[[str], None]) -> None:
        """`run` does one of the desk's actions."""
        super().__init__()
        self.run = run

    def compose(self) -> ComposeResult:
        """One line a step."""
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
            yield Hint("Enter or number do it", "Esc back")

    def on_mount(self) -> None:
        """From the top."""
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.run(STEPS[event.option_index][0])

    def on_key(self, event: events.Key) -> None:
        """A number does its step."""
        if event.character and event.character in "123456789"[: len(STEPS)]:
            event.stop()
            number = int(event.character) - 1
            self.query_one(OptionList).highlighted = number
            self.run(STEPS[number][0])
