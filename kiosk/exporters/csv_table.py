"""A table as CSV that Excel, LibreOffice and scripts read alike: UTF-8 with BOM, CRLF, RFC 4180."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import TextIOWrapper
from typing import BinaryIO

from kiosk.exporters.table import SEPARATOR, CountedRows, Table
from kiosk.support.progress import Progress

_LINE_END = "\r\n"
_ROW_END = "\x1e" + SEPARATOR
"""Between rows that are looked through together: the record separator of ASCII, and what stands
before every cell."""


class _Lines(list[str]):
    """Lines to be written, in the shape of a file that the csv module writes to."""

    write = list.append


def write_csv(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows."""
    rows = CountedRows(table, progress)
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    lines = _Lines()
    quote = csv.writer(lines, lineterminator=_LINE_END).writerow
    try:
        header = SEPARATOR.join(column.title for column in table.columns)
        quote(harmless_row(header).split(SEPARATOR))
        for block in rows.blocks():
            _add(block, lines, quote)
            text.write("".join(lines))
            lines.clear()
        text.write("".join(lines))
        text.flush()
    finally:
        text.detach()
    return rows.count


def _add(block: list[str], lines: _Lines, quote: Callable[[list[str]], object]) -> None:
    """Rows as lines of CSV; nearly all need no quotes, so they are not taken apart."""
    together = harmless_row(_ROW_END.join(block))
    safe = together.split(_ROW_END)
    if len(safe) != len(block):  # a cell holds the sign between rows
        safe = [harmless_row(row) for row in block]
    if not _needs_quotes(together):
        lines.append(_LINE_END.join(safe).replace(SEPARATOR, ",") + _LINE_END)
        return
    for line in safe:
        if _needs_quotes(line):
            quote(line.split(SEPARATOR))
        else:
            lines.append(line.replace(SEPARATOR, ",") + _LINE_END)


def _needs_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text


# Cells that a spreadsheet would run instead of show.
#
# Source: OWASP, "CSV Injection": a cell that begins with one of these signs, or with their
# full-width forms, is taken for a formula. Spreadsheets strip white space in front of it first.

APOSTROPHE = "'"
"""In front of a cell it means "this is text"; what follows is read as it is."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
_SPACE = "\\t-\\r \\x00\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_DANGER = f"(?:[\\t\\r\\n]|[{_SPACE}]*[{_SIGNS}])"
_CELL = re.compile(_DANGER)
_IN_ROW = re.compile(f"{SEPARATOR}(?=[{_SPACE}{_SIGNS}])(?={_DANGER})")
"""Looks at the first sign alone first: most cells begin with none that could do harm."""


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet: an apostrophe goes before a formula's first sign.

    Numbers and phones get it as well (`+91 98...`, `-3`): a rule without exceptions is one
    that nobody can slip through.
    """
    return APOSTROPHE + cell if _CELL.match(cell) else cell


def harmless_row(row: str) -> str:
    """The same for all cells of a row, joined by `SEPARATOR`, at once."""
    return _IN_ROW.sub(SEPARATOR + APOSTROPHE, SEPARATOR + row)[1:]
