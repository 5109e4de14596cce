"""A table as CSV that Excel, LibreOffice and scripts read alike: UTF-8 with BOM, CRLF, RFC 4180."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from typing import BinaryIO

from kiosk.exporters.formulas import harmless_row
from kiosk.exporters.table import ROWS_PER_STEP, SEPARATOR, CountedRows, Progress, Table

_LINE_END = "\r\n"


class _Lines(list[str]):
    """Lines to be written, in the shape of a file that the csv module writes to."""

    write = list.append


def write_csv(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows."""
    rows = CountedRows(table, progress)
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    lines = _Lines()
    quoting = csv.writer(lines, lineterminator=_LINE_END)
    try:
        header = SEPARATOR.join(column.title for column in table.columns)
        quoting.writerow(harmless_row(header).split(SEPARATOR))
        for row in rows:
            line = harmless_row(row)
            if "," in line or '"' in line or "\n" in line or "\r" in line:
                quoting.writerow(line.split(SEPARATOR))
            else:  # most rows: nothing to quote, so nothing to take apart
                lines.append(line.replace(SEPARATOR, ",") + _LINE_END)
            if len(lines) >= ROWS_PER_STEP:
                text.write("".join(lines))
                lines.clear()
        text.write("".join(lines))
        text.flush()
    finally:
        text.detach()
    return rows.count
