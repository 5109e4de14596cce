"""Fixtures that write files from text, bytes or rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.people.registration import RegistrationFile
from kiosk.importers.reading import SourceFile

Write = Callable[..., Path]
Read = Callable[..., RegistrationFile]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text (in an encoding) or bytes to a file."""

    def written(content: str | bytes, name: str = "people.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


@pytest.fixture
def read(write: Write) -> Read:
    """Write a file and read its registrations."""

    def registered(
        content: str | bytes, name: str = "people.csv", encoding: str = "utf-8", **options: object
    ) -> RegistrationFile:
        return SourceFile(write(content, name, encoding), **options).registrations()  # type: ignore[arg-type]

    return registered


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """An XLSX file of the given sheets."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP container of the given parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
