"""What every exporter is given: columns, and rows of text that are read once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

from kiosk.errors import KioskError
from kiosk.support.progress import Progress

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


# Some columns of a table, for those who want no more: a mailing list.


def only_columns(table: Table, titles: Sequence[str]) -> Table:
    """The table with these columns in this order; each may be asked for once.

    A title is compared without case, spaces and hyphens (`email` is `E-mail`).

    Raises:
        KioskError: `no_such_column`, with the nearest that there is.
    """
    places = {_key(column.title): number for number, column in enumerate(table.columns)}
    chosen: list[int] = []
    for title in titles:
        place = places.get(_key(title))
        if place is None:
            raise _unknown(title, table)
        if place not in chosen:
            chosen.append(place)
    columns = tuple(table.columns[place] for place in chosen)
    return Table(columns, _cut(table.rows, chosen), table.total)


def one_per_address(table: Table, title: str) -> Table:
    """The first row of each address in that column, whatever its case; none without an address.

    `total` stays what it was: how many are left is known when they are written.

    Raises:
        KioskError: `no_such_column`.
    """
    titles = [_key(column.title) for column in table.columns]
    if _key(title) not in titles:
        raise _unknown(title, table)
    place = titles.index(_key(title))

    def rows() -> Iterator[str]:
        seen = {""}
        for row in table.rows:
            address = row.split(SEPARATOR)[place].strip().casefold()
            if address not in seen:
                seen.add(address)
                yield row

    return Table(table.columns, rows(), table.total)


def _cut(rows: Iterator[str], places: Sequence[int]) -> Iterator[str]:
    for row in rows:
        cells = row.split(SEPARATOR)
        yield SEPARATOR.join([cells[place] for place in places])


def _key(title: str) -> str:
    return "".join(char for char in title.casefold() if char not in " -_\t")


def _unknown(title: str, table: Table) -> KioskError:
    names = [column.title for column in table.columns]
    near = difflib.get_close_matches(title, names, n=1, cutoff=0.6)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return KioskError(
        "no_such_column",
        f"There is no column “{title.strip()}”.",
        saved="Nothing was written.",
        next_step=f"{hint}The columns are: {', '.join(names)}.",
    )
