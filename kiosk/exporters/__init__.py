"""Write the attendance list in the formats that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import KioskError, nearest
from kiosk.exporters.table import Table
from kiosk.exporters.text_tables import write_csv, write_json
from kiosk.exporters.xlsx_table import write_xlsx
from kiosk.support.progress import Progress

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
