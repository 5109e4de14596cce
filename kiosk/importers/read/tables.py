"""Hold a file's table: headings, columns of text, and the line of each row.

It stores columns, not rows: every step of an import reads one column at a time, and 100,000 rows
are turned into columns in blocks that stay in the processor's cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from pathlib import Path

from kiosk.errors import FileRefused
from kiosk.importers import refusals
from kiosk.importers.understand import headers

SEARCHED_ROWS = 40
"""The headings are in the first rows; only a title, a place or a date comes before."""
MAX_COLUMNS = 4096
MAX_ROWS = 250_000
"""Filled rows: more than twice the people of the largest event that kiosk is made for."""

Rows = list[list[str]]


@dataclass(slots=True)
class Table:
    """Headings and columns of equal length."""

    headings: list[str]
    columns: list[list[str]]
    row_numbers: list[int]
    """Line (CSV) or row (sheet) of each row, from 1."""
    header_row: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    booker_columns: int = 0
    """Number of columns on the left about the buyer, if the table has two rows of headings."""
    above: list[tuple[int, list[str]]] = field(default_factory=list)
    """Filled rows above the headings, each with its line or row."""
    is_plain: bool = False
    """No cell has entities, garbled letters or errors of a spreadsheet (known for text files)."""
    banners: list[int] = field(default_factory=list)
    """Rows of one merged cell across the sheet: headings of a part of the list."""
    has_headings: bool = True
    """False: the first row is a person, and the headings are `Column 1`, `Column 2` ..."""

    @property
    def count(self) -> int:
        """Number of rows below the headings, without blank rows."""
        return len(self.row_numbers)

    @property
    def keys(self) -> list[str]:
        """The headings in the form of the vocabulary."""
        return list(map(headers.heading_key, self.headings))

    def row(self, index: int) -> list[str]:
        return [column[index] for column in self.columns]

    def filled(self, index: int) -> list[tuple[int, str]]:
        """The filled cells of a row, each with its column."""
        cells = enumerate(map(str.strip, self.row(index)))
        return [(place, cell) for place, cell in cells if cell]

    def quoted(self, *places: int) -> str:
        """Headings in quotation marks, for a sentence; each is cut to 60 characters."""
        return ", ".join(f'"{self.headings[place][:60]}"' for place in places)

    def listed(self, places: Sequence[int], most: int = 5) -> str:
        """The first of these headings for a sentence, and how many more there are."""
        more = f" and {len(places) - most} more" if len(places) > most else ""
        return self.quoted(*places[:most]) + more

    def keep(self, indexes: Sequence[int]) -> None:
        """Keep only these rows."""
        self.columns = [[column[i] for i in indexes] for column in self.columns]
        self.row_numbers = [self.row_numbers[i] for i in indexes]


def find_headings(rows: Sequence[list[str]], wanted: tuple[str, ...]) -> tuple[int, int]:
    """Find the row of headings: its index in the first rows, and a confidence (0: none found).

    Args:
        rows: the first rows of the file, raw.
        wanted: headings that a person named; a row that has them is chosen.
    """
    best, best_score = -1, 0
    first_filled = -1
    searched = rows[:SEARCHED_ROWS]
    widest = max(map(len, searched), default=0)
    for index, row in enumerate(searched):
        filled = [cell for cell in row if cell and not cell.isspace()]
        if not filled:
            continue
        if first_filled < 0:
            first_filled = index
        if wanted:
            keys = {headers.heading_key(cell) for cell in filled}
            if all(headers.heading_key(name) in keys for name in wanted):
                return index, 1000
        score = headers.recognised(filled) - sum(map(_like_data, filled))
        if len(filled) == 1 and widest > 1:
            score -= 4  # a title such as "Name list"
        if score > best_score:
            best, best_score = index, score
        elif best_score >= 12 and index > best + 2 and not wanted:
            break  # rows of data follow
    if best < 0 or (
        best > first_filled
        and best_score < _SURE
        and _filled(rows[best]) <= _filled(rows[first_filled])
    ):
        return first_filled, 0  # an answer such as "no" in a later row is not a heading ("No.")
    return best, best_score


_SURE = 5
"""A heading that identifies people, or two others; less can be a word in any text."""


def _filled(row: list[str]) -> int:
    return sum(bool(cell and not cell.isspace()) for cell in row)


def _like_data(cell: str) -> int:
    """How much a cell looks like data instead of a heading."""
    if "@" in cell:
        return 6 if "." in cell else 1
    return int(cell.strip().replace(".", "").replace(",", "").replace("-", "").isdigit())


_VALUE = re.compile(r"[^@\s]+@[^@\s]+\.\w{2,}|\+?\d(?: ?\d){8,}")
"""An e-mail address, a phone number or another long one, which is no heading."""


def _is_person(rows: Sequence[list[str]], start: int) -> bool:
    """Whether a row is a person and no headings: it has a value that is no heading, or the first of
    the running numbers that follow below."""
    cells = [cell.strip() for cell in rows[start]]
    if headers.recognised(cells) >= _SURELY_HEADINGS:
        return False
    if any(map(_VALUE.fullmatch, cells)):
        return True
    first = [row[0].strip() for row in rows[start : start + _RUNNING] if row]
    if len(first) < 2 or not first[0].isdecimal():
        return False
    return first == [str(int(first[0]) + place) for place in range(len(first))]


_SURELY_HEADINGS = 10
"""Two headings that identify people; `Speaker` and `Paid` may be the cells of a person."""
_RUNNING = 4
"""Rows that are searched for running numbers."""


class TableBuilder:
    """Builds a table from blocks of rows; skips blank rows and fills up short rows."""

    def __init__(self, path: Path, first: Rows, numbers: Sequence[int], start: int) -> None:
        self._path = path
        headings = [" ".join(cell.split()) for cell in first[start]]
        upper = _upper_headings(first, start)
        has_headings = not _is_person(first, start)
        if not has_headings:
            upper, headings = [], [f"Column {place + 1}" for place in range(len(headings))]
        headings = [cell or above for cell, above in zip_longest(headings, upper, fillvalue="")]
        below = start + has_headings
        while below < len(first) and not any(first[below]):
            below += 1
        bookers = 0
        if has_headings and below < len(first) and _is_second_heading(headings, first[below]):
            headings, bookers = _merge_headings(headings, first[below])
            below += 1
        while headings and not headings[-1]:
            headings.pop()  # trailing delimiters; filled cells below bring the column back
        self._table = Table(headings, [[] for _ in headings], [], numbers[start])
        self._table.has_headings = has_headings
        if not has_headings:
            self._table.warnings.append(
                f"The file has no row of headings: row {numbers[start]} was read as a person, and "
                "the columns are called Column 1, Column 2 ..."
            )
        self._table.booker_columns = bookers
        self._table.above = [
            (number, row)
            for number, row in zip(numbers[:start], first[: start - bool(upper)], strict=False)
            if any(map(str.strip, row))
        ]
        self._shared: list[dict[str, str] | None] = []
        """For each column with repeated values: one text for each value. A large file then needs
        half the memory, and later steps are faster."""
        self.add(first[below:], numbers[below:])

    def add(self, rows: Rows, numbers: Sequence[int]) -> None:
        """Add further rows."""
        first = [row[0] for row in rows if row]
        if len(first) < len(rows) or "" in first or any(map(str.isspace, first)):
            kept = [i for i, row in enumerate(rows) if any(row) and not "".join(row).isspace()]
            rows, numbers = [rows[i] for i in kept], [numbers[i] for i in kept]
        if not rows:
            return
        table = self._table
        width = len(table.headings)
        widths = set(map(len, rows))
        if widths != {width}:
            width = self._widen(rows, max(widths), width)
            rows = [row[:width] if len(row) > width else row for row in rows]
            columns: Iterable[tuple[str, ...]] = islice(zip_longest(*rows, fillvalue=""), width)
        else:
            columns = zip(*rows, strict=True)
        done = 0
        for column, cells in zip(table.columns, columns, strict=False):
            if done == len(self._shared):
                self._shared.append({} if len(set(cells)) * 2 <= len(cells) else None)
            shared = self._shared[done]
            column.extend(cells if shared is None else map(shared.setdefault, cells, cells))
            done += 1
        for column in table.columns[done:]:
            column.extend([""] * len(rows))
        table.row_numbers.extend(numbers)
        if table.count > MAX_ROWS:
            raise too_many_rows(self._path, numbers[-1])

    def _widen(self, rows: Rows, widest: int, width: int) -> int:
        """Give columns beyond the headings an empty heading if they contain something."""
        if widest <= width:
            return width
        filled = max(
            (
                place + 1
                for row in rows
                if len(row) > width
                for place in range(width, len(row))
                if row[place].strip()
            ),
            default=width,
        )
        self._check_columns(filled)
        table = self._table
        for _ in range(filled - width):
            table.headings.append("")
            table.columns.append([""] * table.count)
            self._shared.append(None)
        return filled

    def table(self) -> Table:
        """The finished table.

        Raises:
            FileRefused: `header_only` when there are no rows below the headings.
        """
        self._check_columns(len(self._table.headings))
        if not self._table.row_numbers:
            raise refusals.header_only(self._path)
        return self._table

    def _check_columns(self, number: int) -> None:
        if number > MAX_COLUMNS:
            raise refusals.refused(
                "file_columns",
                self._path,
                f"has {number:,} columns; no list of people has so many.",
            )


def _upper_headings(rows: Rows, start: int) -> list[str]:
    """The row above the headings if cells of it are the headings of columns, merged downwards.

    `Ticket` spans two rows next to `Name`, which is above `First` and `Last`. A title is in one
    cell, and above no gap with cells below.
    """
    if start == 0:
        return []
    upper, lower = rows[start - 1], rows[start]
    filled = {i for i, cell in enumerate(upper) if cell.strip()}
    gaps = {i for i in filled if i >= len(lower) or not lower[i].strip()}
    used = {i for i in gaps if any(i < len(row) and row[i].strip() for row in rows[start + 1 :])}
    if len(filled) < 2 or not used or used == filled:
        return []
    return [" ".join(cell.split()) if i in used else "" for i, cell in enumerate(upper)]


def too_many_rows(path: Path, rows: int) -> FileRefused:
    """The error for a file with at least this many rows."""
    return refusals.too_big(
        path, f"has {rows:,} rows or more; the limit is {MAX_ROWS:,} rows with people."
    )


def _is_second_heading(first: list[str], second: list[str]) -> bool:
    """Whether the file has two rows of headings, the buyer's and the attendee's (Webropol)."""
    keys = {headers.heading_key(cell) for cell in first if cell}
    cells = [(i, cell) for i, cell in enumerate(second) if cell and cell.strip(" -–")]
    if len(cells) < 2:
        return False
    known = [i for i, cell in cells if (m := headers.meanings(cell.strip())) and m[0][1] >= 60]
    repeats = sum(headers.heading_key(cell) in keys for _, cell in cells)
    below_nothing = all(i >= len(first) or not first[i].strip(" -–") for i in known)
    return len(known) >= 2 and len(known) * 2 >= len(cells) and (repeats >= 2 or below_nothing)


def _merge_headings(first: list[str], second: list[str]) -> tuple[list[str], int]:
    """Merge both rows of headings, the second row first; also the first column it covers."""
    attendee = [i for i, cell in enumerate(second) if cell.strip(" -–")]
    merged = []
    for upper, lower in zip_longest(first, second, fillvalue=""):
        low = " ".join(lower.split()).strip(" -–")
        merged.append(low or upper.strip(" -–"))
    return merged, min(attendee)
