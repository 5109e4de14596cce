"""Write a table as one JSON array of objects, one row per line."""

from __future__ import annotations

import json
from io import TextIOWrapper
from typing import Any, BinaryIO

from kiosk.domain.text import escape_in_json
from kiosk.exporters.table import SEPARATOR, Column, CountedRows, Kind, Table
from kiosk.support.progress import Progress


def write_json(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows.

    Numbers are JSON numbers; an empty number or time is null.
    """
    rows = CountedRows(table, progress, keep_controls=True)  # JSON escapes them
    # a lone surrogate becomes its \\uXXXX escape, as JSON writes it
    text = TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    try:
        text.write("[")
        between = "\n"
        for row in rows:
            record = _record(table.columns, row.split(SEPARATOR))
            text.write(between + escape_in_json(json.dumps(record, ensure_ascii=False)))
            between = ",\n"
        text.write("\n]\n")
        text.flush()
    finally:
        text.detach()
    return rows.count


def _record(columns: tuple[Column, ...], row: list[str]) -> dict[str, Any]:
    return {
        column.title: cell if column.kind is Kind.TEXT else _value(column.kind, cell)
        for column, cell in zip(columns, row, strict=True)
    }


def _value(kind: Kind, cell: str) -> str | int | None:
    if not cell:
        return None
    return int(cell) if kind is Kind.NUMBER else cell
