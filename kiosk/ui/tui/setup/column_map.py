"""The columns of a file and the field of each, on screen; the field can be changed."""

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
from kiosk.importers.preview import FIELD_NAMES, field_label
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.setup.import_report import column_line
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint

if TYPE_CHECKING:
    from kiosk.importers.preview import ColumnPreview

AUTOMATIC = ""
"""The answer of `ChooseField` that leaves the field of a column to kiosk."""
IGNORED = "-"
"""The answer that leaves a column aside: it stays an extra column."""


class ColumnMap(RecordList["ColumnPreview"]):
    """One line per column; Enter asks for another field."""

    class Chosen(Message):
        """Enter was pressed on a column."""

        def __init__(self, column: ColumnPreview) -> None:
            super().__init__()
            self.column = column

    def show_columns(self, columns: Sequence[ColumnPreview]) -> None:
        """List these columns; the selection stays."""
        width = self.line_width() - 1
        self.show(columns, lambda column: column_line(column, width))

    def move(self, lines: int) -> None:
        """Move the selection down by this many lines."""
        if self.records:
            index = (self.highlighted or 0) + lines
            self.highlighted = max(0, min(len(self.records) - 1, index))

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self.records[event.option_index]))


class ChooseField(Dialog[str | None]):
    """Answers a field, `AUTOMATIC`, or None to change nothing."""

    HELP = "What the column contains. Automatic: kiosk decides by its cells."
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, column: ColumnPreview) -> None:
        super().__init__()
        self.column = column
        self.fields = [AUTOMATIC, *FIELD_NAMES, IGNORED]

    def compose(self) -> ComposeResult:
        """The fields, the current one selected."""
        with Vertical(classes="dialog"):
            heading = escape_controls(self.column.heading) or "(no heading)"
            yield Static(f"“{heading}” contains", classes="title", markup=False)
            examples = " · ".join(escape_controls(example) for example in self.column.examples[:3])
            yield Static(Content.styled(examples, "dim"), id="field-examples")
            yield OptionList(*(Option(self._label(field)) for field in self.fields), id="fields")
            yield Hint("↑↓ select", "Enter OK", "Esc back")

    def on_mount(self) -> None:
        """Select the current field."""
        field = self.column.field
        options = self.query_one("#fields", OptionList)
        options.highlighted = self.fields.index(field) if field in self.fields else 0

    def _label(self, field: str) -> Content:
        own = {AUTOMATIC: "(automatic)", IGNORED: "(ignore this column)"}
        return Content(own.get(field) or field_label(field))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.fields[event.option_index])
