"""The columns of a file, and which field each is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.setup.import_report import FIELD_NAMES, column_line, field_label
from kiosk.ui.tui.widgets.hint import Hint

if TYPE_CHECKING:
    from kiosk.importers.preview import ColumnPreview

AS_RECOGNISED = ""
"""The answer of `ChooseField` that takes a person's choice back."""


class ColumnMap(OptionList):
    """A line a column; Enter asks for another field."""

    class Chosen(Message):
        """Enter on a column."""

        def __init__(self, column: ColumnPreview) -> None:
            super().__init__()
            self.column = column

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.columns: tuple[ColumnPreview, ...] = ()

    def show(self, columns: Sequence[ColumnPreview]) -> None:
        """List these columns; the lit line stays."""
        lit = self.highlighted or 0
        self.columns = tuple(columns)
        self.clear_options()
        width = max(40, (self.size.width or self.app.size.width) - 4)
        self.add_options([Option(column_line(column, width)) for column in self.columns])
        self.highlighted = min(lit, len(self.columns) - 1) if self.columns else None

    def move(self, lines: int) -> None:
        """Light a line so many further down."""
        if self.columns:
            lit = (self.highlighted or 0) + lines
            self.highlighted = max(0, min(len(self.columns) - 1, lit))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self.columns[event.option_index]))


class ChooseField(Dialog[str | None]):
    """Answers a field, `AS_RECOGNISED`, or None to leave it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, column: ColumnPreview) -> None:
        super().__init__()
        self.column = column
        self.fields = [AS_RECOGNISED, *FIELD_NAMES]

    def compose(self) -> ComposeResult:
        """The fields, the present one lit."""
        with Vertical(classes="dialog"):
            heading = escape_controls(self.column.heading) or "(no heading)"
            yield Static(f"“{heading}” holds", classes="title", markup=False)
            examples = " · ".join(escape_controls(example) for example in self.column.examples[:3])
            yield Static(Content.styled(examples, "dim"), id="field-examples")
            yield OptionList(*(Option(self._label(field)) for field in self.fields), id="fields")
            yield Hint("↑↓ choose", "Enter take", "Esc back")

    def on_mount(self) -> None:
        """Light what it is taken for."""
        field = self.column.field
        options = self.query_one("#fields", OptionList)
        options.highlighted = self.fields.index(field) if field in self.fields else 0

    def _label(self, field: str) -> Content:
        return Content(field_label(field) if field else "(as kiosk reads it by itself)")

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.fields[event.option_index])
