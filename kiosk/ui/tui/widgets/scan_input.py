"""The input field of the desk: its text is looked up while it is typed, and Enter takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

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
"""Keys that the field handles itself: Textual resolves bindings later than letters, so that on a
busy desk a Backspace would delete a letter typed after it."""

_DRAW_EMPTY_AFTER_S = 0.02


class BareInput(Input, inherit_bindings=False):
    """A field for typing and deleting only: no copying, pasting and selecting.

    Enter submits the text before any later key is handled.
    """

    BINDINGS = [Binding("backspace", "delete_left", show=False)]

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            await self.action_submit()


class _OfField(Message):
    def __init__(self, field: ScanInput, text: str) -> None:
        super().__init__()
        self.field = field
        self.text = text

    @property
    def control(self) -> ScanInput:
        """The field, for `@on` selectors."""
        return self.field


class ScanInput(Input):
    """A field that loses no key when keys arrive faster than the screen is drawn.

    Enter takes the text and empties the field in one step, before any later key is handled.
    In a `ScanningApp` scans do not pass through this field, except those whose keys are as slow
    as typing; such a scan is submitted like typed text.
    """

    class Submitted(_OfField):
        """Enter was pressed on a text that is not empty; the field is empty again."""

    class Edited(_OfField):
        """The text changed, other than by `take` (Enter or a scan)."""

    def take(self) -> str:
        """Return the text and empty the field, without a message.

        The field is drawn empty a moment later: drawing it now would delay the verdict on the
        text by one frame.
        """
        text = self.value
        if text:
            self.set_reactive(Input.value, "")
            self.set_reactive(Input.selection, Selection.cursor(0))
            self.set_timer(_DRAW_EMPTY_AFTER_S, self._draw_empty)
        return text

    def _draw_empty(self) -> None:
        """Draw the text typed since `take`, usually none."""
        self._fit_to_text()
        self.scroll_to_region(Region(self._cursor_offset, 0, 1, 1), force=True, animate=False)
        self.refresh()

    def _fit_to_text(self) -> None:
        """Set the new width of the text; unlike `Input`, without a new layout of the screen."""
        self.set_reactive(Widget.virtual_size, Size(self.content_width, 1))

    async def action_submit(self) -> None:
        """Take the text and post `Submitted`."""
        if text := self.take():
            self.post_message(self.Submitted(self, text))

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
        self._fit_to_text()
        super()._watch_value(value)
        self.post_message(self.Edited(self, value))
