"""Define the table that every exporter writes: columns, and rows of text that are read once."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, pairwise

from kiosk.domain.text import clean_controls, has_controls
from kiosk.errors import NotWritten, did_you_mean
from kiosk.storage.queries.attendance import FIELD_SEPARATOR
from kiosk.support.progress import Progress

SEPARATOR = FIELD_SEPARATOR
"""Between the cells of a row: the unit separator of ASCII, as the rows are read."""

ROWS_PER_STEP = 500
"""Rows between two reports of progress."""


class Kind(StrEnum):
    """The type of a column, for formats that distinguish numbers from text."""

    TEXT = "text"
    NUMBER = "number"
    """A whole number in digits, or empty."""
    MOMENT = "moment"
    """In JSON ISO 8601 with offset. In tables `2027-02-16 09:41:00` in the event's zone, which
    spreadsheets take for a date; or empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its title is unique in its table."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table to write."""

    columns: tuple[Column, ...]
    rows: Iterator[str]
    """One cell per column, joined by `SEPARATOR`. No cell contains the separator.

    They are joined because splitting a row of 20 texts costs more than the rest of the export.
    """
    total: int
    """The number of rows, for progress."""


class CountedRows:
    """Iterate once over the rows of a table without control characters, and report progress.

    Args:
        keep_controls: for a format that escapes control characters.
    """

    def __init__(
        self, table: Table, progress: Progress | None, *, keep_controls: bool = False
    ) -> None:
        self.table = table
        self.progress = progress
        self.keep_controls = keep_controls
        self.count = 0
        """Rows so far; complete after the last row."""

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[str]]:
        """The rows, `ROWS_PER_STEP` at a time."""
        total, progress = self.table.total, self.progress
        while block := list(islice(self.table.rows, ROWS_PER_STEP)):
            if not self.keep_controls and has_controls("".join(block).replace(SEPARATOR, "")):
                block = list(map(_clean_row, block))
            yield block
            self.count += len(block)
            if progress and len(block) == ROWS_PER_STEP:
                progress(self.count, max(total, self.count))
        if progress:
            progress(self.count, self.count)


def _clean_row(row: str) -> str:
    return SEPARATOR.join(map(clean_controls, row.split(SEPARATOR)))


# Select columns and rows of a table, for example for a mailing list.


def only_columns(table: Table, titles: Sequence[str]) -> Table:
    """The table with these columns in this order, each once.

    A title is compared without case, spaces and hyphens (`email` is `E-mail`).

    Raises:
        KioskError: `no_such_column`, with the nearest title.
    """
    chosen = list(dict.fromkeys(_place_of(title, table) for title in titles))
    columns = tuple(table.columns[place] for place in chosen)
    return Table(columns, _cut(table.rows, chosen), table.total)


def one_per_address(table: Table, title: str) -> Table:
    """The first row of each address in that column, ignoring case; no row without an address.

    `total` is not changed: the number of rows left is known only when they are written.

    Raises:
        KioskError: `no_such_column`.
    """
    place = _place_of(title, table)

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


def _place_of(title: str, table: Table) -> int:
    names = [column.title for column in table.columns]
    for place, name in enumerate(names):
        if _key(name) == _key(title):
            return place
    hint = did_you_mean(title, names, cutoff=0.6)
    raise NotWritten(
        "no_such_column",
        f"There is no column “{title.strip()}”.",
        next_step=f"{hint} The columns are: {', '.join(names)}.".strip(),
    )


# The order of columns: merge many partial orders into one.


def merged_order(orders: Collection[tuple[str, ...]]) -> list[str]:
    """All words, each after the words that precede it in any of the orders.

    A row of a file has only the headers that it has a value for; together the rows give the order
    of the file. Where two orders contradict each other, the longer one wins.

    Args:
        orders: sequences without repeats.
    """
    ranked = sorted(orders, key=lambda order: (-len(order), order))
    rank = {word: number for number, word in enumerate(dict.fromkeys(w for o in ranked for w in o))}
    followers: dict[str, set[str]] = {word: set() for word in rank}
    predecessors = dict.fromkeys(rank, 0)
    for order in ranked:
        for before, after in pairwise(order):
            if after not in followers[before]:
                followers[before].add(after)
                predecessors[after] += 1
    return _sorted(rank, followers, predecessors)


def _sorted(
    rank: dict[str, int], followers: dict[str, set[str]], predecessors: dict[str, int]
) -> list[str]:
    """Sort topologically (Kahn), first seen first; a cycle is broken where it was first seen."""
    ready = [(rank[word], word) for word, count in predecessors.items() if not count]
    heapq.heapify(ready)
    left = dict.fromkeys(sorted(rank, key=rank.__getitem__))
    merged: list[str] = []
    while left:
        word = heapq.heappop(ready)[1] if ready else next(iter(left))
        if word not in left:
            continue
        del left[word]
        merged.append(word)
        for after in followers[word]:
            predecessors[after] -= 1
            if predecessors[after] == 0 and after in left:
                heapq.heappush(ready, (rank[after], after))
    return merged
