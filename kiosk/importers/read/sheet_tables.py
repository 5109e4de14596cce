"""Read the sheets of a spreadsheet into a table, after its container was checked."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.text import counted
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
    index = names.index(chosen)
    banners = _fill_merged(workbook, index, rows, start)
    table = TableBuilder(path, rows, range(1, len(rows) + 1), start).table()
    table.sheet, table.sheets, table.banners = chosen, tuple(names), banners
    table.warnings += _hidden(raw, workbook, chosen, rows, start)
    table.warnings += _other_lists(path, workbook, names, chosen)
    return table


def _fill_merged(workbook: CalamineWorkbook, index: int, rows: Rows, start: int) -> list[int]:
    """Give every row of a merged cell its value; the rows (from 1) that are one merged cell."""
    ranges = workbook.get_sheet_by_index(index).merged_cell_ranges or ()
    width = sum(bool(cell) for cell in rows[start])
    banners = []
    for (top, left), (bottom, right) in ranges:
        if top <= start or top >= len(rows):
            continue
        if top == bottom and right - left + 1 >= max(3, width // 2):
            banners.append(top + 1)
        for row in rows[top + 1 : bottom + 1]:
            row[left] = row[left] or rows[top][left]
    return banners


_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_HIDDEN = re.compile(rb'<(row|col)\b(?=[^>]*\shidden="(?:1|true)")[^>]*>')


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def _hidden(raw: bytes, workbook: CalamineWorkbook, name: str, rows: Rows, start: int) -> list[str]:
    """Sentences about hidden rows and columns of an XLSX sheet: they are read as all others."""
    tags = _hidden_tags(raw, name)
    hidden = sorted(int(_attribute(tag, b"r") or 0) for tag in tags if tag.startswith(b"<row"))
    shown = [
        f'{row} ("{label[:40]}")'
        for row in hidden
        if start + 1 < row <= len(rows) and (label := " ".join(filter(None, rows[row - 1])).strip())
    ]
    said = []
    if shown:
        listed = ", ".join(shown[:5]) + (" ..." if len(shown) > 5 else "")
        said.append(
            f"{counted(len(shown), 'hidden row', 'hidden rows')} of the sheet "
            f"{'was' if len(shown) == 1 else 'were'} imported as well: row {listed}. "
            "To leave them out, delete them in the sheet."
        )
    spans = [
        range(int(_attribute(tag, b"min") or 1) - 1, int(_attribute(tag, b"max") or 0))
        for tag in tags
        if tag.startswith(b"<col")
    ]
    heads = [
        cell for place, cell in enumerate(rows[start]) if cell and any(place in s for s in spans)
    ]
    if heads:
        listed = ", ".join(f'"{heading[:40]}"' for heading in heads[:5])
        said.append(f"Hidden columns of the sheet were read as well: {listed}.")
    return said


def _hidden_tags(raw: bytes, name: str) -> list[bytes]:
    """The tags of hidden rows and columns of a sheet; none outside of XLSX."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            book = archive.read("xl/workbook.xml")
            links = archive.read("xl/_rels/workbook.xml.rels")
            key = next(
                _attribute(t, b"r:id")
                for t in _SHEET.findall(book)
                if _attribute(t, b"name") == name
            )
            target = next(
                _attribute(t, b"Target")
                for t in _RELATION.findall(links)
                if _attribute(t, b"Id") == key
            )
            xml = archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, StopIteration, zipfile.BadZipFile, OSError, RuntimeError):
        return []
    return [found[0] for found in _HIDDEN.finditer(xml)]


def _other_lists(
    path: Path, workbook: CalamineWorkbook, names: list[str], chosen: str
) -> list[str]:
    """A sentence about other sheets with people: only one sheet is imported."""
    others = []
    for index, name in enumerate(names[:20]):
        if name == chosen:
            continue
        try:
            rows = _rows(path, workbook, index)
        except FileRefused:
            continue
        start, sure = find_headings(rows, ())
        if _is_summary(rows, start):
            continue
        people = sum(any(row) for row in rows[start + 1 :]) if sure >= _LIKE_PEOPLE else 0
        if people:
            others.append(f'"{name}" ({counted(people, "row")})')
    if not others:
        return []
    verb = "Another sheet also has" if len(others) == 1 else "Other sheets also have"
    return [
        f'Only the sheet "{chosen}" was imported. {verb} people: {", ".join(others)}. '
        "To import them too, import the file again with that sheet chosen (--sheet NAME)."
    ]


def _is_summary(rows: Rows, start: int) -> bool:
    """Whether a sheet is the list of tables that Apple Numbers adds to an export."""
    return start >= 0 and sum(cell.startswith("Numbers") for cell in rows[start]) >= 2


_LIKE_PEOPLE = 5
"""Confidence of headings that identify people, as `find_headings` counts."""


def _open(path: Path, raw: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook  # a heavy leaf: only spreadsheets need it

    with _refusals(path, "its sheets cannot be read"):
        return CalamineWorkbook.from_filelike(BytesIO(raw))


@contextmanager
def _refusals(path: Path, damage: str) -> Iterator[None]:
    """Turn errors of the reader library, and its crash on corrupt bytes, into refusals."""
    from python_calamine import CalamineError, PasswordError  # see `_open`

    try:
        yield
    except PasswordError:
        raise refusals.encrypted(path) from None
    except (CalamineError, OSError, ValueError, IndexError) as error:
        if "password" in str(error).lower():
            raise refusals.encrypted(path) from None
        raise refusals.damaged(path, damage) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise refusals.damaged(path, "its sheets cannot be read") from None
        raise


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
        if _is_summary(rows, start) and len(names) > 1:
            continue
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
    with _refusals(path, "a sheet cannot be read"):
        sheet = workbook.get_sheet_by_index(index)
        if sheet.total_height * sheet.total_width > zip_guard.MAX_CELLS:
            raise refusals.too_big(
                path,
                f"spans {sheet.total_height:,} rows and {sheet.total_width:,} columns, because "
                f"cells far away are filled; the limit is {zip_guard.MAX_CELLS:,} cells.",
            )
        values = sheet.to_python(skip_empty_area=False)
    return [
        [cell if cell.__class__ is str and cell.isprintable() else as_text(cell) for cell in row]
        for row in values
    ]


_EXACT = 1e15
"""A spreadsheet program keeps 15 digits of a number; longer ones are shown as damaged."""


def as_text(value: object) -> str:
    """A cell as text: whole numbers without `.0`, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        return f"{value:.14E}" if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return without_controls(str(value).replace("_x000D_", ""))
