"""Check a spreadsheet's ZIP container before the reader library opens it.

Expanded sizes are counted by unpacking, not taken from the file. The reader library stores every
sheet densely up to its last cell, and one cell far away ends the program without memory. So a
container is only `is_plain` if its cells are written as spreadsheet programs write them and are
close together, and if its shared texts are short for their number: the library copies a text into
each cell that names it. Other files are read in a separate process (`sandbox`).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from kiosk.errors import FileRefused
from kiosk.importers import refusals
from kiosk.importers.read.tables import MAX_ROWS, too_many_rows

MAX_EXPANDED = 400 * 1024 * 1024
_SMALL, _TIMES = 64 * 1024 * 1024, 50
"""A container may expand to this size plus this many times its own size: the most regular lists
that Excel, LibreOffice and Google write are compressed to a thirtieth."""
MAX_PARTS = 5000
MAX_CELLS = 12_000_000
"""Cells a sheet may span: 100,000 people with 120 columns."""
MAX_SHARED = 1 << 29
"""Bytes that the texts of all cells can have: the number of cells times the longest shared text."""
_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 16
_NEAR_ROWS = 99_999
"""Rows that are not counted: so few need little memory."""
_OTHER_CELL = re.compile(rb"<(?:c(?! r=\")|[\w.-]+:c)(?=[\s>/])")
"""A cell without a reference at its start, which follows the cell before it."""
_FAR = re.compile(rb"<c r=\"(?:([A-Za-z]{2,})\d+|([A-Za-z]*)(\d{6,}))")
"""References beyond column Z or from row 100,000 on: smaller ones span too little to matter."""
_FAR_FILLED = re.compile(rb"<c r=\"[A-Za-z]{1,3}(\d{6,8})\"[^>]*>\s*<(?:v|f|is)[\s>/]")
"""A cell from row 100,000 on that contains something; formatted cells often reach the last row."""

_OLD_STREAMS = (
    "EncryptedPackage",
    "EncryptionInfo",
    "WordDocument",
    "Workbook",
    "PowerPoint Document",
)


def check_old_container(path: Path, raw: bytes) -> None:
    """Check a legacy Office container: refuse protected files and other documents.

    Raises:
        FileRefused: it is not a readable workbook.
    """
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


def is_plain(path: Path, raw: bytes) -> bool:
    """Whether a workbook can be read in this process.

    Raises:
        FileRefused: it is not a spreadsheet, damaged, protected, or expands to too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            parts = archive.infolist()
            limit = min(MAX_EXPANDED, _SMALL + _TIMES * len(raw))
            _check_parts(path, parts, limit)
            names = {part.filename for part in parts}
            is_known = "xl/workbook.xml" in names and not names & {"xl/workbook.bin", "content.xml"}
            return _check_expansion(path, archive, parts, limit) and is_known
    except FileRefused:
        raise
    except RuntimeError:
        raise refusals.encrypted(path) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise refusals.damaged(path, "its container cannot be unpacked") from None


def _check_parts(path: Path, parts: list[zipfile.ZipInfo], limit: int) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise refusals.encrypted(path)
    if len(parts) > MAX_PARTS:
        raise _bomb(path, limit)
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
    if sum(part.file_size for part in parts) > limit:
        raise _bomb(path, limit)


def _bomb(path: Path, limit: int) -> FileRefused:
    return refusals.refused(
        "file_bomb",
        path,
        f"expands to more than {limit >> 20} MB, too much for a list of people of its size.",
    )


def _check_expansion(
    path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limit: int
) -> bool:
    """Unpack all parts; whether every part that can be a sheet is plain."""
    total = cells = longest_text = 0
    plain = True
    for part in parts:
        reach = _Reach()
        manifest = part.filename == "META-INF/manifest.xml"
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > limit:
                    raise _bomb(path, limit)
                chunk = tail + chunk
                cut = chunk.rfind(b"<")
                cut = cut if cut >= len(chunk) - _LONGEST_TAG else len(chunk)
                chunk, tail = chunk[:cut], chunk[cut:]
                _check_xml(path, chunk, manifest)
                reach.see(chunk)
                if reach.filled_rows > MAX_ROWS:
                    raise too_many_rows(path, reach.filled_rows)
        _check_xml(path, tail, manifest)
        reach.see(tail)
        plain = plain and reach.is_near
        cells += reach.cells
        longest_text = max(longest_text, reach.longest_text)
    return plain and cells * longest_text <= MAX_SHARED


def _check_xml(path: Path, chunk: bytes, manifest: bool) -> None:
    if manifest and b"encryption-data" in chunk:
        raise refusals.encrypted(path)
    if b"<!ENTITY" in chunk:
        raise refusals.damaged(path, "it defines XML entities")


class _Reach:
    """The extent of a part's cells, as long as they are written in the usual way.

    A piece of XML ends before a tag, never inside one.
    """

    def __init__(self) -> None:
        self._rows = _NEAR_ROWS
        self._columns = 26
        self._is_usual = True
        self._far_filled = 0
        self._last_filled = b""
        self.cells = 0
        """Cells that are written in the usual way."""
        self._longest = self._last_text = 0
        self._has_texts = self._hides_ends = False

    def see(self, xml: bytes) -> None:
        self._measure_texts(xml)
        self.cells += xml.count(b'<c r="')
        if not self._is_usual:
            return
        other_tags = xml.count(b"<c") != xml.count(b'<c r="')  # as <cols>, <comments>
        if (other_tags or b":c" in xml) and _OTHER_CELL.search(xml):
            self._is_usual = False
        for near, far, row in set(_FAR.findall(xml)):
            self._columns = max(self._columns, _column_number(near or far))
            self._rows = max(self._rows, int(row[:12] or 0))
        if self._rows > _NEAR_ROWS:
            self._count_filled(_FAR_FILLED.findall(xml))

    def _measure_texts(self, xml: bytes) -> None:
        """Measure the shared texts, which begin with `<si`; other markup hides where they end."""
        self._has_texts = self._has_texts or b"<si" in xml or b":si" in xml
        self._hides_ends = self._hides_ends or b"<!" in xml or b"<?" in xml[1:] or (b":si" in xml)
        before, *texts = [len(xml)] if self._hides_ends else map(len, xml.split(b"<si"))
        self._last_text += before
        if texts:
            self._longest = max(self._longest, self._last_text, *texts)
            self._last_text = texts[-1]

    @property
    def longest_text(self) -> int:
        """Bytes of the longest shared text with its markup; 0 for a part without such texts."""
        return max(self._longest, self._last_text) if self._has_texts else 0

    def _count_filled(self, rows: list[bytes]) -> None:
        """Count rows; the cells of one row can be in two pieces of XML."""
        if rows:
            self._far_filled += len({*rows} - {self._last_filled})
            self._last_filled = rows[-1]

    @property
    def filled_rows(self) -> int:
        """Rows that contain something; 0 if none is beyond row 99,999."""
        return self._far_filled + _NEAR_ROWS if self._far_filled else 0

    @property
    def is_near(self) -> bool:
        """Whether the sheet needs no more memory than allowed."""
        return self._is_usual and self._rows * self._columns <= MAX_CELLS


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number
