"""Files with far too many rows or cells are refused before they need much memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from kiosk.errors import FileRefused
from kiosk.importers.read import tables
from kiosk.importers.reading import SourceFile
from tests.importers.conftest import Write, workbook

MEMORY_MB = 300
"""Of the whole process; reading 700,000 rows took ten times as much."""
PROGRAM = """
import re, resource, sys
from pathlib import Path
from kiosk.errors import FileRefused
from kiosk.importers.reading import SourceFile
try:
    SourceFile(Path(sys.argv[1])).registrations()
except FileRefused as refusal:
    print(refusal.code)
status = Path("/proc/self/status")
if status.exists():  # getrusage also counts the process that started this one
    print(int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024))
"""


def long_sheet(path: Path) -> None:
    """An XLSX file with 300,000 filled rows, as Excel writes it."""
    book = Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Email"])
    for row in range(1, 300_000):
        sheet.write_row(row, 0, [f"Person {row}", row])
    book.close()


def long_text(path: Path) -> None:
    """A CSV file with 700,000 rows."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Name,Email\n")
        file.writelines(f"Person {row},p{row}@example.org\n" for row in range(700_000))


def wide_text(path: Path) -> None:
    """A CSV file with 60 million cells in one line."""
    path.write_text("Name,Email\nA,a@x.org\n" + "," * 60_000_000 + "\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource measures memory only elsewhere")
@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (long_sheet, "a.xlsx", "file_too_big"),
        (long_text, "a.csv", "file_too_big"),
        (wide_text, "a.csv", "file_columns"),
    ],
)
def test_a_huge_file_needs_little_memory(
    make: Callable[[Path], None], name: str, code: str, tmp_path: Path
) -> None:
    """It is refused within the memory of a small desk."""
    make(tmp_path / name)
    argv = [sys.executable, "-c", PROGRAM, str(tmp_path / name)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    printed = done.stdout.split()

    assert code == printed[0]
    assert int(printed[1]) < MEMORY_MB


PEOPLE = [[f"P{row}", f"p{row}@x.org"] for row in range(60)]
ROWS: list[list[object]] = [["Name", "Email"], *map(list[object], PEOPLE)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\n".join(",".join(map(str, row)) for row in ROWS).encode()),
        ("a.xlsx", workbook({"P": ROWS})),
    ],
    ids=["csv", "xlsx"],
)
def test_the_limit_of_rows(
    name: str, content: bytes, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the size of the file and the limit; a file at the limit is read."""
    path = write(content, name)
    monkeypatch.setattr(tables, "MAX_ROWS", 60)

    assert 60 == len(SourceFile(path).registrations().registrations)

    monkeypatch.setattr(tables, "MAX_ROWS", 50)
    with pytest.raises(FileRefused, match=r"60 rows .* limit is 50 rows|61 rows .* limit is 50"):
        SourceFile(path).registrations()


def test_cells_of_one_line(write: Write) -> None:
    """A line with far too many cells is refused before it is split."""
    path = write(b"Name,Email\nA,a@x.org\n" + b"," * 200_000 + b"\n", "a.csv")

    with pytest.raises(FileRefused, match="200,000 cells in one line; the limit is 100,000"):
        SourceFile(path).registrations()
