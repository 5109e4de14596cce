"""Dialogs that ask for one thing: a line of text, or one of several lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.key_bar import Hint

Answer = TypeVar("Answer")


class LineScreen(Dialog[str | None]):
    """Answers the typed line without outer spaces, or None."""

    def __init__(
        self, title: str, field: Input, *keys: str, above: str = "", about: str = ""
    ) -> None:
        """`above`: a sentence above the field; `about`: one above the keys."""
        super().__init__()
        self.title_text = title
        self._field = field
        self._keys = keys
        self._above = above
        self._about = about

    def compose(self) -> ComposeResult:
        """The title, the field, the keys."""
        with Vertical(classes="dialog"):
            yield Static(self.title_text, classes="title", markup=False)
            if self._above:
                yield Static(self._above, markup=False)
            yield self._field
            yield Hint(*self._keys, about=self._about)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.answer(event.value.strip())

    def answer(self, text: str) -> None:
        """Answer with the typed line."""
        self.dismiss(text)


class ChoiceScreen(Dialog[Answer | None]):
    """Answers the selected one of several lines, or None to change nothing."""

    LIST_ID = "choices"

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[Answer, Content | str]],
        *,
        current: Answer | None = None,
        above: Widget | None = None,
        below: Widget | None = None,
        keys: Sequence[str] = ("↑↓ select", "Enter OK", "Esc back"),
        about: str = "",
    ) -> None:
        """Ask for one of these answers.

        Args:
            choices: each answer with its line.
            current: the answer that is selected at first; another value selects the first line.
            above: a widget between the title and the lines.
            below: a widget between the lines and the keys.
            about: a sentence above the keys.
        """
        super().__init__()
        self.title_text = title
        self.choices = list(choices)
        values = [value for value, _ in self.choices]
        self.at_first: int | None = values.index(current) if current in values else 0
        self.keys = tuple(keys)
        self._above = above
        self._below = below
        self._about = about

    def compose(self) -> ComposeResult:
        """The title, the lines, the keys."""
        with Vertical(classes="dialog"):
            yield Static(self.title_text, classes="title", markup=False)
            if self._above is not None:
                yield self._above
            yield OptionList(*(line for _, line in self.choices), id=self.LIST_ID, markup=False)
            if self._below is not None:
                yield self._below
            yield Hint(*self.keys, about=self._about)

    def on_mount(self) -> None:
        """Select the current line, and listen for keys."""
        options = self.query_one(OptionList)
        options.highlighted = self.at_first
        if self.choices:
            options.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.choices[event.option_index][0])
