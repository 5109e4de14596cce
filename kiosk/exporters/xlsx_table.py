"""Write a table as an XLSX workbook with one sheet, row by row in constant memory."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from kiosk.domain.text import clean_controls
from kiosk.errors import KioskError
from kiosk.exporters.table import SEPARATOR, Column, CountedRows, Kind, Table
from kiosk.support.progress import Progress
from kiosk.support.temp_dirs import temp_dir

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELL = 32_767
"""Characters. Source of the three limits: Microsoft, "Excel specifications and limits"."""

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
    raise KioskError(
        "too_large_for_xlsx",
        f"{rows:,} rows and {columns:,} columns do not fit into an XLSX sheet.",
        saved="Nothing was written.",
        next_step="Export to .csv, which has no limit.",
    )


def _close_row_files(book: object) -> None:
    """Close the row files of an unfinished workbook, so that they can be deleted."""
    for sheet in book.worksheets():  # type: ignore[attr-defined]
        handle = getattr(sheet, "row_data_fh", None)
        if handle is not None and not handle.closed:
            handle.close()
    book.fileclosed = 1  # type: ignore[attr-defined]  # else it warns when it is collected
