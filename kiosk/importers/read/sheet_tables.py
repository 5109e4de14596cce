"""Read the sheets of a spreadsheet into a table, after its container was checked."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import FileRefused
from kiosk.importers import refusals
from kiosk.importers.read import zip_guard
from kiosk.importers.read.decoding import without_controls
from kiosk.importers.read.tables import Rows, Table, TableBuilder, find_headings
from kiosk.importers.understand import headers

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def lay_out(path: Path, raw: bytes, sheet: str | None, wanted: tuple[str, ...]) -> Table:
    """Read the table of a checked container, or of any container in the sandbox process.

    Raises:
        FileRefused: protected, damaged, no such sheet, or no people in it.
    """
    workbook = _open(path, raw)
    names = list(workbook.sheet_names)
    if not names:
        raise refusals.no_people(path, "it has no sheets.")
    if sheet is not None:
        chosen = _named_sheet(path, names, sheet)
        rows = _rows(path, workbook, names.index(chosen))
        start, _ = find_headings(rows, wanted)
    else:
        chosen, rows, start = _best_sheet(path, workbook, names, wanted)
    if start < 0 or not rows:
        raise refusals.empty(path)
    table = TableBuilder(path, rows, range(1, len(rows) + 1), start).table()
    table.sheet, table.sheets = chosen, tuple(names)
    return table


def _open(path: Path, raw: bytes) -> CalamineWorkbook:
    # a heavy leaf: only spreadsheets need it
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(BytesIO(raw))
    except PasswordError:
        raise refusals.encrypted(path) from None
    except (CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower():
            raise refusals.encrypted(path) from None
        raise refusals.damaged(path, "its sheets cannot be read") from None
    except BaseException as error:
        raise _from_panic(path, error) from None


def _from_panic(path: Path, error: BaseException) -> BaseException:
    """Turn a crash of the reader library on corrupt bytes into a refusal; else unchanged."""
    if type(error).__name__ == "PanicException":
        return refusals.damaged(path, "its sheets cannot be read")
    return error


def _named_sheet(path: Path, names: list[str], sheet: str) -> str:
    if sheet in names:
        return sheet
    folded = {headers.heading_key(name): name for name in names}
    matching = folded.get(headers.heading_key(sheet))
    if matching is None:
        listed = ", ".join(f'"{name}"' for name in names[:20])
        raise refusals.refused(
            "sheet_unknown",
            path,
            f'has no sheet "{sheet}".',
            f"Its sheets are {listed}: name one of them.",
        )
    return matching


def _best_sheet(
    path: Path, workbook: CalamineWorkbook, names: list[str], wanted: tuple[str, ...]
) -> tuple[str, Rows, int]:
    best: tuple[int, int] | None = None
    chosen: tuple[str, Rows, int] = (names[0], [], -1)
    problem: FileRefused | None = None
    for index, name in enumerate(names[:100]):
        try:
            rows = _rows(path, workbook, index)
        except FileRefused as refusal:
            problem = refusal
            continue
        start, sure = find_headings(rows, wanted)
        score = (sure, len(rows) - start - 1 if start >= 0 else -1)
        if start >= 0 and len(rows) - start <= 1 and best is not None:
            continue  # headings without people below
        if start >= 0 and (best is None or score > best or not _people_below(chosen)):
            best, chosen = score, (name, rows, start)
    if best is None and problem is not None:
        raise problem
    return chosen


def _people_below(choice: tuple[str, Rows, int]) -> bool:
    _, rows, start = choice
    return any(any(row) for row in rows[start + 1 :])


def _rows(path: Path, workbook: CalamineWorkbook, index: int) -> Rows:
    from python_calamine import CalamineError  # a heavy leaf

    try:
        sheet = workbook.get_sheet_by_index(index)
        if sheet.total_height * sheet.total_width > zip_guard.MAX_CELLS:
            raise refusals.too_big(
                path,
                f"spans {sheet.total_height:,} rows and {sheet.total_width:,} columns, because "
                f"cells far away are filled; the limit is {zip_guard.MAX_CELLS:,} cells.",
            )
        values = sheet.to_python(skip_empty_area=False)
    except FileRefused:
        raise
    except (CalamineError, OSError, ValueError, IndexError):
        raise refusals.damaged(path, "a sheet cannot be read") from None
    except BaseException as error:
        raise _from_panic(path, error) from None
    return [
        [cell if cell.__class__ is str else as_text(cell) for cell in row] for row in _clean(values)
    ]


def _clean(values: list[list[Any]]) -> list[list[Any]]:
    for row in values:
        for i, cell in enumerate(row):
            if cell.__class__ is str and cell and not cell.isprintable():
                row[i] = without_controls(cell.replace("_x000D_", ""))
    return values


def as_text(value: object) -> str:
    """A cell as text: whole numbers without `.0`, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        return repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return without_controls(str(value))
