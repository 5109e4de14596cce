"""Write a table as CSV (UTF-8 with BOM, CRLF, RFC 4180), JSON or XLSX."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kiosk.domain.text import clean_controls, escape_in_json
from kiosk.errors import NotWritten, nearest
from kiosk.exporters.table import SEPARATOR, Column, CountedRows, Kind, Table
from kiosk.support.paths import temp_dir
from kiosk.support.progress import Progress

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

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
    lines = _Lines()
    quote = csv.writer(lines, lineterminator=_LINE_END).writerow
    with _text_of(file, encoding="utf-8-sig", errors="replace") as text:
        header = SEPARATOR.join(clean_controls(column.title) for column in table.columns)
        quote(harmless_row(header).split(SEPARATOR))
        for block in rows.blocks():
            _add(block, lines, quote)
            text.write("".join(lines))
            lines.clear()
        text.write("".join(lines))
    return rows.count


@contextmanager
def _text_of(file: BinaryIO, *, encoding: str, errors: str) -> Iterator[TextIOWrapper]:
    """Write text to an open file, which stays open."""
    text = TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()


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
    with _text_of(file, encoding="utf-8", errors="backslashreplace") as text:
        text.write("[")
        between = "\n"
        for row in rows:
            record = _record(table.columns, row.split(SEPARATOR))
            text.write(between + escape_in_json(json.dumps(record, ensure_ascii=False)))
            between = ",\n"
        text.write("\n]\n")
    return rows.count


def _record(columns: tuple[Column, ...], row: list[str]) -> dict[str, Any]:
    return {
        column.title: _value(column.kind, cell) for column, cell in zip(columns, row, strict=True)
    }


def _value(kind: Kind, cell: str) -> str | int | None:
    if not cell:
        return None
    return int(cell) if kind is Kind.NUMBER else cell


# XLSX: a workbook with one sheet, row by row in constant memory.

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
"""Source of both limits: Microsoft, "Excel specifications and limits"."""

_SHEET = "Attendance"
_WIDTHS = {"Name": 28, "E-mail": 30, "Note": 30}
_MOMENT_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 20, 12, 40
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_xlsx(file: BinaryIO, table: Table, progress: Progress | None = None) -> int:
    """Write the table and return the number of its rows.

    Raises:
        KioskError: `too_large_for_xlsx`.
        OSError: the file cannot be written.
    """
    # imported here: it takes longer than writing a small sheet, and only this format needs it
    from xlsxwriter import Workbook, exceptions

    _check_size(table.total, len(table.columns))
    rows = CountedRows(table, progress)
    with temp_dir() as folder:
        book = Workbook(file, _options(str(folder)))
        try:
            bold = book.add_format({"bold": True})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            _write_sheet(book.add_worksheet(_SHEET), bold, moment, table, rows)
            book.close()
        except exceptions.XlsxFileError as error:
            cause = error.__cause__ or error.__context__
            raise cause if isinstance(cause, OSError) else OSError(*error.args) from error
        finally:
            _close_row_files(book)
    return rows.count


def _options(folder: str) -> dict[str, object]:
    return {
        "constant_memory": True,
        "tmpdir": folder,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }


def _write_sheet(
    sheet: Worksheet, bold: object, moment: object, table: Table, rows: CountedRows
) -> None:
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, _width(column))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(table.total, 1), len(table.columns) - 1)
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, _text(clean_controls(column.title)), bold)
    moments = {n for n, column in enumerate(table.columns) if column.kind is Kind.MOMENT}
    numbers = {n for n, column in enumerate(table.columns) if column.kind is Kind.NUMBER}
    write_string, write_number = sheet.write_string, sheet.write_number
    for row_number, row in enumerate(rows, 1):
        if row_number >= MAX_ROWS:
            _check_size(row_number, len(table.columns))
        for number, cell in enumerate(row.split(SEPARATOR)):
            if not cell:
                continue
            if number in moments:
                write_number(row_number, number, _serial(cell), moment)
            elif number in numbers:
                write_number(row_number, number, int(cell))
            else:
                write_string(row_number, number, cell if cell.isascii() else _text(cell))


@cache
def _day_number(day: str) -> int:
    """Days since the beginning of Excel's calendar, which has a 29 February 1900."""
    return (date.fromisoformat(day) - date(1899, 12, 30)).days


def _serial(cell: str) -> float:
    """A time `2027-02-16 09:41:00` as a spreadsheet keeps it: days, and the part of the day."""
    seconds = int(cell[11:13]) * 3600 + int(cell[14:16]) * 60 + int(cell[17:19])
    return _day_number(cell[:10]) + seconds / 86_400


def _text(cell: str) -> str:
    return _NO_XML.sub("\ufffd", cell)


def _width(column: Column) -> int:
    if column.kind is Kind.MOMENT:
        return _MOMENT_WIDTH
    return _WIDTHS.get(column.title, min(max(len(column.title) + 2, _LEAST_WIDTH), _MOST_WIDTH))


def _check_size(rows: int, columns: int) -> None:
    if rows < MAX_ROWS and columns <= MAX_COLUMNS:
        return
    raise NotWritten(
        "too_large_for_xlsx",
        f"{rows:,} rows and {columns:,} columns do not fit into an XLSX sheet.",
        next_step="Export to .csv, which has no limit.",
    )


def _close_row_files(book: object) -> None:
    """Close the row files of an unfinished workbook, so that they can be deleted."""
    for sheet in book.worksheets():  # type: ignore[attr-defined]
        handle = getattr(sheet, "row_data_fh", None)
        if handle is not None and not handle.closed:
            handle.close()
    book.fileclosed = 1  # type: ignore[attr-defined]  # else it warns when it is collected


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
    raise NotWritten(
        "format_unknown",
        f"“{suffix}” is not an export format." if suffix else f"“{path.name}” has no ending.",
        next_step=f"{hint}Choose a file name that ends in {', '.join(_WRITERS)} or .pdf.",
    )
