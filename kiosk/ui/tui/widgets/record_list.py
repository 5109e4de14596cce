"""A list of records whose selection stays on its record when the list is shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

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
