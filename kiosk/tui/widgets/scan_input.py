"""The desk's own field: what is typed here is looked up, and Enter takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input

from kiosk.tui.scanning.messages import ScanSource

if TYPE_CHECKING:
    from textual import events

_EDITS = {
    "backspace": "delete_left",
    "delete": "delete_right",
    "ctrl+w": "delete_left_word",
    "ctrl+u": "delete_left_all",
    "ctrl+k": "delete_right_all",
    "left": "cursor_left",
    "right": "cursor_right",
    "home": "home",
    "end": "end",
}
"""Keys done in the field itself: Textual resolves bindings later than letters, so that on a busy
desk a Backspace would take away a letter typed after it."""


class ScanInput(Input):
    """A field that loses nothing when keys come faster than the screen is drawn.

    Enter takes the text and empties the field in one step, before any later key is looked at.
    Scans do not pass through it while the app is a `ScanningApp`; one whose keys were too slow
    to be told from typing ends up here and is submitted like typed text.
    """

    class Submitted(Message):
        """Enter was pressed on a text that is not empty; the field is empty again."""

        def __init__(self, field: ScanInput, text: str, source: ScanSource) -> None:
            super().__init__()
            self.field = field
            self.text = text
            """As typed."""
            self.source = source

        @property
        def control(self) -> ScanInput:
            """The field, for `@on` selectors."""
            return self.field

    class Edited(Message):
        """The text changed, except by being taken: by Enter, or by a scan."""

        def __init__(self, field: ScanInput, text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

        @property
        def control(self) -> ScanInput:
            """The field, for `@on` selectors."""
            return self.field

    def take(self) -> str:
        """The text, leaving the field empty; tells nobody."""
        text = self.value
        if text:
            with self.prevent(Input.Changed, ScanInput.Edited):
                self.value = ""
        return text

    async def action_submit(self) -> None:
        """Take the text and tell the screen."""
        if text := self.take():
            self.post_message(self.Submitted(self, text, ScanSource.TYPED))

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            await self.action_submit()
        elif edit := _EDITS.get(event.key):
            event.stop()
            event.prevent_default()
            getattr(self, f"action_{edit}")()

    def _watch_value(self, value: str) -> None:
        super()._watch_value(value)
        self.post_message(self.Edited(self, value))
