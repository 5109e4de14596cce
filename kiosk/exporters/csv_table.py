"""A table as CSV that Excel, LibreOffice and scripts read alike: UTF-8 with BOM, CRLF, RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import TextIOWrapper
from typing import BinaryIO

from kiosk.exporters.formulas import harmless_row
from kiosk.exporters.table import SEPARATOR, CountedRows, Progress, Table

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
