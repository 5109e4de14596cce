"""One of a few words, changed with ← and →, where a list would take too many lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls


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


# Lines to tick: any number of them, by Space or Enter; a sign tells, not a colour alone.


class TickList(OptionList):
    """Texts with a box before each."""

    BINDINGS = [Binding("space", "select", show=False)]

    class Ticked(Message):
        """One more or one less is ticked."""

    def __init__(self, texts: Sequence[str], ticked: Collection[str], *, id: str) -> None:  # noqa: A002
        self.texts = list(texts)
        self.ticked = {text for text in texts if text in ticked}
        super().__init__(*(self._option(text) for text in self.texts), id=id)

    @property
    def chosen(self) -> list[str]:
        """What is ticked, in the order of the lines."""
        return [text for text in self.texts if text in self.ticked]

    def _option(self, text: str) -> Option:
        return Option(self._line(text))

    def _line(self, text: str) -> Content:
        is_ticked = text in self.ticked
        box = ("[✓] ", "bold $accent") if is_ticked else ("[ ] ", "dim")
        return Content.assemble(box, escape_controls(text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick it, or take the tick away."""
        event.stop()
        text = self.texts[event.option_index]
        self.ticked ^= {text}
        self.replace_option_prompt_at_index(event.option_index, self._line(text))
        self.post_message(self.Ticked())


# What the forms of several fields have in common: their keys, and Enter from field to field.

FORM_KEYS = (
    Binding("escape", "dismiss(None)", "Back"),
    Binding("f2,ctrl+s", "save", "Save", priority=True),
    Binding("down", "app.focus_next", show=False),
    Binding("up", "app.focus_previous", show=False),
)
"""Of a form that answers None when nothing was saved."""


def enter_in_field(event: Input.Submitted, form: Screen[Any], save: Callable[[], None]) -> None:
    """Enter goes on to the next field, and saves from the last."""
    event.stop()
    fields = list(form.query(Input))
    behind = fields[fields.index(event.input) + 1 :]
    if behind:
        behind[0].focus()
    else:
        save()
