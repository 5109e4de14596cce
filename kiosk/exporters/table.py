"""What every exporter is given: columns, and rows of text that are read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

Progress = Callable[[int, int | None], None]
"""Told rows done and rows in all; stops the export by raising `Canceled`."""

SEPARATOR = "\x1f"
"""Between the cells of a row: the unit separator of ASCII, which is for just that."""

ROWS_PER_STEP = 500
"""Rows between two words on progress."""


class Kind(StrEnum):
    """What the cells of a column hold, for formats that tell numbers from text."""

    TEXT = "text"
    NUMBER = "number"
    """A whole number in digits, or empty."""
    MOMENT = "moment"
    """ISO 8601 with offset, or empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its title is unique in its table."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be written."""

    columns: tuple[Column, ...]
    rows: Iterator[str]
    """As many cells as columns, each as people gave it, joined by `SEPARATOR`, which none holds.

    Joined, because a row of 20 texts costs more to take apart than all else that is done to it.
    """
    total: int
    """How many rows will come, for progress."""


class CountedRows:
    """The rows of a table, once, with a word on progress now and then, and one at the end."""

    def __init__(self, table: Table, progress: Progress | None) -> None:
        self.table = table
        self.progress = progress
        self.count = 0
        """Rows given out so far; right once all of them are."""

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[str]]:
        """The rows, `ROWS_PER_STEP` at a time."""
        total, progress = self.table.total, self.progress
        while block := list(islice(self.table.rows, ROWS_PER_STEP)):
            yield block
            self.count += len(block)
            if progress and len(block) == ROWS_PER_STEP:
                progress(self.count, max(total, self.count))
        if progress:
            progress(self.count, self.count)
