"""Fields of a form that are not typed, and lists of records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls


def labelled(label: str, widget: Widget, *, id: str | None = None) -> Horizontal:  # noqa: A002
    """A line of a form: the label, and the widget after it."""
    return Horizontal(Label(label, markup=False), widget, classes="field", id=id)


class Choice(Static, can_focus=True):
    """One of several values, in one line; the arrow keys and Space select the next one."""

    BINDINGS = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]

    class Changed(Message):
        """Another value was selected."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: Sequence[tuple[str, str]], value: str, *, id: str) -> None:  # noqa: A002
        """`choices`: pairs of a value and its label."""
        super().__init__("", id=id, markup=False)
        self.choices = list(choices)
        self._values = [value for value, _ in self.choices]
        self.index = self._values.index(value) if value in self._values else 0

    @property
    def value(self) -> str:
        """The selected value."""
        return self._values[self.index]

    def select(self, value: str) -> None:
        """Select a value; no message is sent."""
        self.index = self._values.index(value)
        self._paint()

    def on_mount(self) -> None:
        """Show the value; the arrows are in colour while it has the focus."""
        self._paint()

    on_focus = on_blur = on_mount

    def action_step(self, step: int) -> None:
        """Select the next value; the first follows the last."""
        self.index = (self.index + step) % len(self.choices)
        self._paint()
        self.post_message(self.Changed(self))

    def _paint(self) -> None:
        mark = "bold $accent" if self.has_focus else "dim"
        label = self.choices[self.index][1]
        self.update(Content.assemble(("‹ ", mark), label, (" ›", mark)), layout=False)


class TickList(OptionList):
    """Texts with a box in front of each; Space and Enter tick it."""

    BINDINGS = [Binding("space", "select", show=False)]

    class Ticked(Message):
        """A text was ticked, or its tick removed."""

    def __init__(self, texts: Sequence[str], ticked: Collection[str], *, id: str) -> None:  # noqa: A002
        self.texts = list(texts)
        self.ticked = {text for text in texts if text in ticked}
        super().__init__(*map(self._line, self.texts), id=id)

    @property
    def chosen(self) -> list[str]:
        """The ticked texts, in the order of the lines."""
        return [text for text in self.texts if text in self.ticked]

    def _line(self, text: str) -> Content:
        is_ticked = text in self.ticked
        box = ("[✓] ", "bold $accent") if is_ticked else ("[ ] ", "dim")
        return Content.assemble(box, escape_controls(text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick the text, or remove its tick."""
        event.stop()
        text = self.texts[event.option_index]
        self.ticked ^= {text}
        self.replace_option_prompt_at_index(event.option_index, self._line(text))
        self.post_message(self.Ticked())

    def move(self, step: int) -> None:
        """Move the selected text up or down, with its tick."""
        old = self.highlighted
        if old is None or not 0 <= old + step < len(self.texts):
            return
        new = old + step
        self.texts[old], self.texts[new] = self.texts[new], self.texts[old]
        self._show()
        self.highlighted = new

    def tick_all(self, ticked: bool) -> None:
        """Tick all texts, or none."""
        self.ticked = set(self.texts) if ticked else set()
        self._show()

    def _show(self) -> None:
        for number, text in enumerate(self.texts):
            self.replace_option_prompt_at_index(number, self._line(text))


# Records in a list.

Record = TypeVar("Record")


class RecordList(OptionList, Generic[Record]):
    """One option per record.

    Args:
        key: what identifies a record, for example its id; None: its place in the list.
    """

    def __init__(
        self,
        key: Callable[[Record], object] | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id, markup=False)
        self.records: tuple[Record, ...] = ()
        self._key = key

    @property
    def selected(self) -> Record | None:
        """The highlighted record; None in an empty list."""
        index = self.highlighted
        return self.records[index] if index is not None and index < len(self.records) else None

    def show(self, records: Sequence[Record], line: Callable[[Record], Content]) -> None:
        """Show these records.

        The selection stays on the record with the same key, else at the same place.
        """
        selected, index = self.selected, self.highlighted or 0
        self.records = tuple(records)
        self.clear_options()
        self.add_options([Option(line(record)) for record in self.records])
        if self.records:
            self.highlighted = min(index, len(self.records) - 1)
        if selected is not None and self._key is not None:
            self.select(self._key(selected))

    def select(self, key: object) -> None:
        """Select the record with this key; without one the selection stays."""
        keys = [self._key(record) for record in self.records] if self._key else []
        if key in keys:
            self.highlighted = keys.index(key)

    def line_width(self, at_least: int = 40) -> int:
        """Cells for a line, before the first layout those of the screen."""
        return max(at_least, (self.size.width or self.app.size.width) - 3)
