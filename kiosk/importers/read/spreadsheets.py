"""Read spreadsheets (XLSX, XLSB, ODS, legacy XLS) into a table, within memory limits.

`zip_guard` checks the container before the reader library opens it. Only a plain XLSX is read in
this process: for other files the memory need cannot be known cheaply.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.importers.read import zip_guard
from kiosk.importers.read.sandbox import read_apart
from kiosk.importers.read.sheet_tables import lay_out
from kiosk.importers.read.tables import Table


def read_sheet(
    path: Path, raw: bytes, *, zipped: bool, sheet: str | None, wanted: tuple[str, ...] = ()
) -> Table:
    """Read the best table of a spreadsheet file: the sheet with the most known headings.

    Raises:
        FileRefused: not a spreadsheet, protected, damaged, a bomb, no such sheet, no people.
    """
    if not zipped:
        zip_guard.check_old_container(path, raw)
    elif zip_guard.is_plain(path, raw):
        return lay_out(path, raw, sheet, wanted)
    return read_apart(path, raw, sheet, wanted)
