"""The columns of a file and the field of each, on screen; the field can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static

from kiosk.domain.text import escape_controls
from kiosk.importers.preview import FIELD_NAMES, field_label
from kiosk.ui.tui.dialogs.ask import ChoiceScreen
from kiosk.ui.tui.setup.import_report import column_line
from kiosk.ui.tui.widgets.form import RecordList

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


class ChooseField(ChoiceScreen[str]):
    """Answers a field, `AUTOMATIC`, or None to change nothing."""

    HELP = "What the column contains. Automatic: kiosk decides by its cells."
    LIST_ID = "fields"

    def __init__(self, column: ColumnPreview) -> None:
        heading = escape_controls(column.heading) or "(no heading)"
        examples = " · ".join(escape_controls(example) for example in column.examples[:3])
        fields = [(field, field_label(field)) for field in FIELD_NAMES]
        super().__init__(
            f"“{heading}” contains",
            [(AUTOMATIC, "(automatic)"), *fields, (IGNORED, "(ignore this column)")],
            current=column.field,
            above=Static(Content.styled(examples, "dim"), id="field-examples"),
        )
