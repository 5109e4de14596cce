"""One of a few words, changed with ← and →, where a list would take too many lines."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Choice(Static, can_focus=True):
    """A line; the arrow keys or Space take the next value."""

    BINDINGS = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]

    class Changed(Message):
        """Another value is shown."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: Sequence[tuple[str, str]], value: str, *, id: str) -> None:  # noqa: A002
        """`choices`: value and words."""
        super().__init__("", id=id, markup=False)
        self.choices = list(choices)
        values = [known for known, _ in self.choices]
        self.index = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """What is chosen."""
        return self.choices[self.index][0]

    def on_mount(self) -> None:
        """Show it."""
        self._paint()

    def on_focus(self) -> None:
        """The arrows show that they act."""
        self._paint()

    def on_blur(self) -> None:
        """Back to the words alone."""
        self._paint()

    def action_step(self, step: int) -> None:
        """The next value, round and round."""
        self.index = (self.index + step) % len(self.choices)
        self._paint()
        self.post_message(self.Changed(self))

    def _paint(self) -> None:
        mark = "bold $accent" if self.has_focus else "dim"
        words = self.choices[self.index][1]
        self.update(Content.assemble(("‹ ", mark), words, (" ›", mark)), layout=False)
