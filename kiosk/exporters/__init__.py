"""The attendance list in the formats that others read; knows the domain only."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import KioskError
from kiosk.exporters.table import Table
from kiosk.support.progress import Progress

Writer = Callable[[BinaryIO, Table, Progress | None], int]
"""Writes a table into an open file and returns the number of rows written."""


def writer_for(path: Path) -> Writer:
    """What writes the format that the file's name asks for.

    Raises:
        KioskError: `format_unknown`, with the formats there are.
    """
    suffix = path.suffix.casefold()
    load = _LOADERS.get(suffix)
    if load is None:
        near = difflib.get_close_matches(suffix, _LOADERS, n=1, cutoff=0.5)
        hint = f"Did you mean {path.stem}{near[0]}? " if near else ""
        what = f"“{suffix}” is no format" if suffix else f"“{path.name}” does not say the format"
        raise KioskError(
            "format_unknown",
            f"{what} of the attendance list.",
            saved="Nothing was written.",
            next_step=f"{hint}Name a file that ends in {', '.join(_LOADERS)} or .pdf.",
        )
    return load()


def _csv() -> Writer:
    from kiosk.exporters.csv_table import write_csv

    return write_csv


def _xlsx() -> Writer:
    from kiosk.exporters.xlsx_table import write_xlsx

    return write_xlsx


def _json() -> Writer:
    from kiosk.exporters.json_table import write_json

    return write_json


_LOADERS: dict[str, Callable[[], Writer]] = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}
