"""Spreadsheets (XLSX, XLSB, ODS, legacy XLS) to a table, with bounds on what they unfold to.

The container is looked at before the reader library gets it: expanded sizes are counted by
unpacking, not believed, and the reach of the cells is bounded, as the reader lays sheets out
densely.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import FileRefused
from kiosk.importers import headers, refusals
from kiosk.importers.tables import Rows, Table, TableBuilder, find_headings
from kiosk.importers.text import without_controls

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_EXPANDED = 400 * 1024 * 1024
MAX_PARTS = 5000
MAX_CELLS = 12_000_000
"""Cells a sheet may span: 100,000 people with 120 columns."""
_CHUNK = 1 << 20
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml$|(?:^|/)content\.xml$", re.IGNORECASE)
_FAR = re.compile(rb"r=[\"'](?:([A-Z]{2,3})\d{1,5}|([A-Z]{0,3})(\d{6,9}))[\"']")
"""References beyond column Z or from row 100,000 on: all others span too little to matter."""
_CELL = re.compile(rb"\br=[\"']([A-Z]{2,3})\d{1,9}[\"']")
_CELL = re.compile(
    rb"<(?:\w+:)?c\b[^>]{0,200}?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'][^>]{0,200}>\s*<(?:\w+:)?(?:v|f|is)\b"
)
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=[\"'](\d{1,12})[\"']")


def read_sheet(
    path: Path, raw: bytes, *, zipped: bool, sheet: str | None, wanted: tuple[str, ...] = ()
) -> Table:
    """The best table of a spreadsheet file: the sheet whose headings are known best.

    Raises:
        FileRefused: not a spreadsheet, protected, damaged, a bomb, no such sheet, nobody in it.
    """
    if zipped:
        check_container(path, raw)
    else:
        _check_old_container(path, raw)
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


def check_container(path: Path, raw: bytes) -> None:
    """Refuse archives that are no spreadsheet, damaged, protected or unfold to too much."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            parts = archive.infolist()
            _check_parts(path, parts)
            _check_expansion(path, archive, parts)
    except FileRefused:
        raise
    except RuntimeError:
        raise refusals.encrypted(path) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise refusals.damaged(path, "its container cannot be unpacked") from None


def _check_parts(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise refusals.encrypted(path)
    if len(parts) > MAX_PARTS:
        raise _bomb(path)
    if "EncryptionInfo" in names or "EncryptedPackage" in names:
        raise refusals.encrypted(path)
    if any(name.startswith("word/") for name in names):
        raise refusals.refused(
            "file_document",
            path,
            "is a Word document, not a table.",
            "Copy its table into a spreadsheet program and save it as XLSX.",
        )
    if any(name.startswith("ppt/") for name in names):
        raise refusals.refused("file_document", path, "is a presentation, not a table.")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise refusals.refused(
            "file_type",
            path,
            "is an Apple Numbers document.",
            "In Numbers choose File, Export To, CSV or Excel, and import that file.",
        )
    if not any(n.startswith("xl/") for n in names) and "content.xml" not in names:
        raise refusals.refused(
            "file_archive",
            path,
            "is a ZIP archive, not a spreadsheet.",
            "Unpack it first, then import the CSV or XLSX inside.",
        )
    if sum(part.file_size for part in parts) > MAX_EXPANDED:
        raise _bomb(path)


def _bomb(path: Path) -> FileRefused:
    return refusals.refused(
        "file_bomb",
        path,
        f"would unfold to more than {MAX_EXPANDED >> 20} MB; no list of people does.",
    )


def _check_expansion(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    total = 0
    for part in parts:
        sheet = bool(_SHEET_PART.search(part.filename))
        reach = _Reach(path)
        manifest = part.filename == "META-INF/manifest.xml"
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > MAX_EXPANDED:
                    raise _bomb(path)
                if manifest and b"encryption-data" in chunk:
                    raise refusals.encrypted(path)
                if b"<!ENTITY" in chunk:
                    raise refusals.damaged(path, "it defines XML entities")
                if sheet:
                    reach.see(tail + chunk)
                    tail = chunk[-400:]
        if sheet and reach.too_far() and reach.filled_too_far(archive.read(part)):
            raise refusals.too_big(
                path, "reaches over too many rows and columns; far away cells hold something."
            )


class _Reach:
    """How far the cells of a sheet's XML reach, cheaply, then exactly if that is too far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 99_999
        self.columns = 26
        self.repeats = False

    def see(self, xml: bytes) -> None:
        for near, far, row in set(_FAR.findall(xml)):
            self.columns = max(self.columns, _column_number(near or far))
            self.rows = max(self.rows, int(row or 0))
        for found in _REPEATED.findall(xml):
            self.repeats = self.repeats or int(found) > 2000

    def too_far(self) -> bool:
        return self.rows * self.columns > MAX_CELLS or self.repeats

    def filled_too_far(self, xml: bytes) -> bool:
        if self.repeats:
            return _ods_reach(xml) > MAX_CELLS
        rows = columns = 1
        for letters, row in _CELL.findall(xml):
            rows, columns = max(rows, int(row)), max(columns, _column_number(letters))
        return rows * columns > MAX_CELLS


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_ODS_TAG = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell)\b([^>]*?)(/?)>|</table:table>"
)
_ODS_REPEAT = re.compile(rb"number-(?:rows|columns)-repeated=[\"'](\d{1,12})[\"']")


def _ods_reach(xml: bytes) -> int:
    """Rows times columns up to the last filled cell of any table in an ODS content part."""
    worst = row = last_row = column = width = repeat = 0
    for match in _ODS_TAG.finditer(xml):
        kind, attributes = match[1], match[2] or b""
        found = _ODS_REPEAT.search(attributes)
        times = int(found[1]) if found else 1
        if kind == b"table-row":
            row += repeat
            repeat, column = times, 0
        elif kind is None:
            worst = max(worst, last_row * width)
            row = last_row = column = width = repeat = 0
        else:
            column += times
            if b"value" in attributes:
                width = max(width, column)
                last_row = max(last_row, row + repeat)
    return worst


def _check_old_container(path: Path, raw: bytes) -> None:
    """Legacy Office containers: tell protected and foreign ones from workbooks."""
    if not raw.startswith(b"\xd0\xcf\x11\xe0"):
        return
    names = {name for name in _OLD_STREAMS if name.encode("utf-16-le") in raw}
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise refusals.encrypted(path)
    if "WordDocument" in names and "Workbook" not in names:
        raise refusals.refused("file_document", path, "is a Word document, not a table.")
    if "PowerPoint Document" in names:
        raise refusals.refused("file_document", path, "is a presentation, not a table.")
    if len(raw) < 1536:
        raise refusals.damaged(path, "it is too short")


_OLD_STREAMS = (
    "EncryptedPackage",
    "EncryptionInfo",
    "WordDocument",
    "Workbook",
    "PowerPoint Document",
)


def _open(path: Path, raw: bytes) -> CalamineWorkbook:
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
    """The reader's own crash on broken bytes, as a refusal; anything else as it is."""
    if type(error).__name__ == "PanicException":
        return refusals.damaged(path, "its sheets cannot be read")
    return error


def _named_sheet(path: Path, names: list[str], sheet: str) -> str:
    if sheet in names:
        return sheet
    folded = {headers.heading_key(name): name for name in names}
    found = folded.get(headers.heading_key(sheet))
    if found is None:
        listed = ", ".join(f'"{name}"' for name in names[:20])
        raise refusals.refused(
            "sheet_unknown",
            path,
            f'has no sheet "{sheet}".',
            f"Its sheets are {listed}: name one of them.",
        )
    return found


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
            continue  # headings without anybody below
        if start >= 0 and (best is None or score > best or not _people_below(chosen)):
            best, chosen = score, (name, rows, start)
    if best is None and problem is not None:
        raise problem
    return chosen


def _people_below(choice: tuple[str, Rows, int]) -> bool:
    _, rows, start = choice
    return any(any(row) for row in rows[start + 1 :])


def _rows(path: Path, workbook: CalamineWorkbook, index: int) -> Rows:
    from python_calamine import CalamineError

    try:
        sheet = workbook.get_sheet_by_index(index)
        values = sheet.to_python(skip_empty_area=False)
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
    """A cell as a person would write it: whole numbers without `.0`, dates in ISO form."""
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
