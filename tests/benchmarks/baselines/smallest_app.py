"""The least that Textual can show: a title, a field, a line for the answer.

With a number as argument, each key also paints as many lines as a desk's list has, made up from
what was typed: all that a search does on the screen, without a search.
"""

from __future__ import annotations

import os
import sys

if "TEXTUAL_FPS" not in os.environ and len(sys.argv) > 1:
    os.environ["TEXTUAL_FPS"] = "240"  # as the desk, where what is compared is the search

from textual.app import App, ComposeResult
from textual.widgets import Input, Static

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 0


class SmallestApp(App[None]):
    """Nothing but widgets of Textual's own."""

    def compose(self) -> ComposeResult:
        """Three widgets."""
        yield Static("KIOSK-READY", id="title")
        yield Input(id="field")
        yield Static("", id="answer", markup=False)

    def on_mount(self) -> None:
        """Ready to be typed into."""
        self.query_one("#field").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Lines for what was typed so far."""
        if LINES:
            lines = [f"Somebody {number} {event.value}" for number in range(LINES)]
            self.query_one("#answer", Static).update("\n".join(lines))


if __name__ == "__main__":
    SmallestApp().run()
