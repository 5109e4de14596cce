"""Spreadsheets (XLSX, XLSB, ODS, legacy XLS) to a table, with bounds on what they unfold to.

The container is looked at before the reader library gets it (`containers`). Only a plain XLSX is
laid out in this process: of all others nobody can tell cheaply how much memory they ask for.
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
    """The best table of a spreadsheet file: the sheet whose headings are known best.

    Raises:
        FileRefused: not a spreadsheet, protected, damaged, a bomb, no such sheet, nobody in it.
    """
    if not zipped:
        zip_guard.check_old_container(path, raw)
    elif zip_guard.is_plain(path, raw):
        return lay_out(path, raw, sheet, wanted)
    return read_apart(path, raw, sheet, wanted)
