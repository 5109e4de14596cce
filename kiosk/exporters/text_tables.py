"""Write a table as CSV (UTF-8 with BOM, CRLF, RFC 4180) or JSON, and choose a writer."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from kiosk.domain.text import clean_controls, escape_in_json
from kiosk.errors import KioskError, nearest
from kiosk.exporters.table import SEPARATOR, Column, CountedRows, Kind, Table
from kiosk.exporters.xlsx_table import write_xlsx
from kiosk.support.progress import Progress

_LINE_END = "\r\n"
_ROW_END = "\x1e" + SEPARATOR
"""Between rows that are checked together: the record separator of ASCII, and the separator that is
before every cell."""


class _Lines(list[str]):
    """A list of lines with the `write` method that the csv module needs."""

    write = list.append


def write_csv(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows."""
    rows = CountedRows(table, progress)
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    lines = _Lines()
    quote = csv.writer(lines, lineterminator=_LINE_END).writerow
    try:
        header = SEPARATOR.join(clean_controls(column.title) for column in table.columns)
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
    """Add rows as lines of CSV. Nearly all need no quotes, so they are not split into cells."""
    together = harmless_row(_ROW_END.join(block))
    safe = together.split(_ROW_END)
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


# Cells that a spreadsheet would run as formulas.
#
# Source: OWASP, "CSV Injection": a cell that begins with one of these signs, or with their
# full-width forms, is taken for a formula. Spreadsheets strip the white space before it.

APOSTROPHE = "'"
"""Before a cell it means "this is text"."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
_SPACE = "\\t-\\r \\x00\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_DANGER = f"(?:[\\t\\r\\n]|[{_SPACE}]*[{_SIGNS}])"
_IN_ROW = re.compile(f"{SEPARATOR}(?=[{_SPACE}{_SIGNS}])(?={_DANGER})")
"""Checks the first sign alone first: most cells begin with a harmless one."""


def harmless_row(row: str) -> str:
    """The cells of a row as text for every spreadsheet: an apostrophe before each formula.

    Numbers and phones get it as well (`+91 98...`, `-3`): a rule without exceptions is safe.

    Args:
        row: cells joined by `SEPARATOR`.
    """
    return _IN_ROW.sub(SEPARATOR + APOSTROPHE, SEPARATOR + row)[1:]


# JSON: one array of objects, one row per line.


def write_json(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows.

    Numbers are JSON numbers; everything empty is null.
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
        column.title: _value(column.kind, cell) for column, cell in zip(columns, row, strict=True)
    }


def _value(kind: Kind, cell: str) -> str | int | None:
    if not cell:
        return None
    return int(cell) if kind is Kind.NUMBER else cell


# The writer for a file name.

Writer = Callable[[BinaryIO, Table, Progress | None], int]
"""Writes a table into an open file and returns the number of rows written."""

_WRITERS: dict[str, Writer] = {".csv": write_csv, ".xlsx": write_xlsx, ".json": write_json}


def writer_for(path: Path) -> Writer:
    """The writer for the ending of a file name.

    Raises:
        KioskError: `format_unknown`, with the known formats.
    """
    suffix = path.suffix.casefold()
    if suffix in _WRITERS:
        return _WRITERS[suffix]
    hint = "".join(f"Did you mean {path.stem}{near}? " for near in nearest(suffix, _WRITERS))
    raise KioskError(
        "format_unknown",
        f"“{suffix}” is not an export format." if suffix else f"“{path.name}” has no ending.",
        saved="Nothing was written.",
        next_step=f"{hint}Choose a file name that ends in {', '.join(_WRITERS)} or .pdf.",
    )
