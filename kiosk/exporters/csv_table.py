"""A table as CSV that Excel, LibreOffice and scripts read alike: UTF-8 with BOM, CRLF, RFC 4180."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from typing import BinaryIO

from kiosk.exporters.formulas import harmless, harmless_rows
from kiosk.exporters.table import CountedRows, Progress, Table


def write_csv(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows."""
    rows = CountedRows(table, progress)
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([harmless(column.title) for column in table.columns])
        writer.writerows(harmless_rows(rows))
        text.flush()
    finally:
        text.detach()
    return rows.count
