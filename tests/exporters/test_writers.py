"""Each format contains the whole table."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.text import clean_controls
from kiosk.errors import Canceled, KioskError
from kiosk.exporters.table import SEPARATOR, Column, Kind, Table
from kiosk.exporters.writers import (
    MAX_ROWS,
    harmless_row,
    write_csv,
    write_json,
    write_xlsx,
    writer_for,
)

COLUMNS = (Column("Name"), Column("Party", Kind.NUMBER), Column("=at", Kind.MOMENT))
ROWS = [
    ["आशा राव", "2", "2027-02-16T12:00:00+05:30"],
    ['Li, "the" <one> & only', "1", ""],
    ["محمد علی\nsecond line", "", ""],
    ["=cmd|' /C calc'!A0", "1", ""],
    ["_x0041_ \x02", "1", ""],
]


_MAX_CELL = 32_767
"""Characters. Source: Microsoft, "Excel specifications and limits"."""
_ODD = 'a,"\n\r =+\t\x1e\u2212é'


def _table(rows: list[list[str]] = ROWS) -> Table:
    return Table(COLUMNS, map(SEPARATOR.join, rows), len(rows))


def test_csv_read_back() -> None:
    """CSV has a BOM, CRLF line ends and every text; formulas have an apostrophe."""
    file = io.BytesIO()

    written = write_csv(file, _table())

    data = file.getvalue()
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    cells = [[clean_controls(cell) for cell in row] for row in ROWS]
    expected = [[cell if cell[:1] != "=" else "'" + cell for cell in row] for row in cells]
    assert len(ROWS) == written
    assert data.startswith(b"\xef\xbb\xbfName,Party,'=at\r\n")
    assert [["Name", "Party", "'=at"], *expected] == back


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(_ODD, max_size=4), min_size=3, max_size=3), max_size=6))
def test_csv_equals_that_of_the_csv_module(rows: list[list[str]]) -> None:
    """For any cells, even with the separator of rows, the rows are those of the csv module."""
    together, one_by_one = io.BytesIO(), io.StringIO(newline="")
    write_csv(together, _table(rows))
    csv.writer(one_by_one).writerows(
        [harmless_row(clean_controls(cell)) for cell in row] for row in rows
    )

    header, _, body = together.getvalue().decode("utf-8-sig").partition("\r\n")
    assert "Name,Party,'=at" == header
    assert one_by_one.getvalue() == body


def test_a_lone_surrogate_does_not_stop_an_export() -> None:
    """Text that cannot be encoded is replaced (CSV, XLSX) or escaped (JSON)."""
    rows = [["a\ud800b", "1", ""]]
    as_csv, as_json, as_xlsx = io.BytesIO(), io.BytesIO(), io.BytesIO()

    write_csv(as_csv, _table(rows))
    write_json(as_json, _table(rows))
    write_xlsx(as_xlsx, _table(rows))

    sheet = openpyxl.load_workbook(as_xlsx).active
    assert b"a?b" in as_csv.getvalue()
    assert json.loads(as_json.getvalue())[0]["Name"] == "a\ud800b"
    assert sheet is not None
    assert sheet["A2"].value == "a\ufffdb"


def test_json_read_back() -> None:
    """JSON has unchanged texts, numbers as numbers, and null for no number or time."""
    file = io.BytesIO()

    written = write_json(file, _table())

    back = json.loads(file.getvalue())
    assert len(ROWS) == written
    assert [row[0] for row in ROWS] == [record["Name"] for record in back]
    assert [record["Party"] for record in back] == [2, 1, None, 1, 1]
    assert [record["=at"] for record in back[:2]] == ["2027-02-16T12:00:00+05:30", None]


@pytest.mark.parametrize("rows", [[], ROWS])
def test_json_is_valid_for_any_number_of_rows(rows: list[list[str]]) -> None:
    """Without rows it is an empty array."""
    file = io.BytesIO()
    write_json(file, _table(rows))

    assert len(rows) == len(json.loads(file.getvalue()))


def test_xlsx_read_back() -> None:
    """XLSX has texts (formulas too), real numbers, and a bold frozen header."""
    file = io.BytesIO()

    written = write_xlsx(file, _table())

    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert len(ROWS) == written
    assert [row[0] for row in ROWS[:4]] == [row[0] for row in cells[:4]]
    assert [row[1] for row in cells] == [2, 1, None, 1, 1]
    assert {"s"} == {row[0].data_type for row in sheet.iter_rows(min_row=2)}
    assert sheet["A1"].font.b
    assert sheet.freeze_panes == "B2"


def test_xlsx_cuts_a_cell_that_excel_would_refuse() -> None:
    """A text longer than a cell allows is cut, not dropped."""
    file = io.BytesIO()
    write_xlsx(file, _table([["x" * (_MAX_CELL + 9), "1", ""]]))

    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert sheet["A2"].value == "x" * _MAX_CELL


def test_xlsx_with_more_rows_than_a_sheet_is_refused() -> None:
    """More rows than Excel allows are refused before the first is written."""
    with pytest.raises(KioskError) as caught:
        write_xlsx(io.BytesIO(), Table(COLUMNS, iter([]), MAX_ROWS))

    assert caught.value.code == "too_large_for_xlsx"


def test_a_stopped_xlsx_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a stop no data of people is in the temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[str]:
        yield SEPARATOR.join(ROWS[0])
        raise Canceled("The export")

    with pytest.raises(Canceled):
        write_xlsx(io.BytesIO(), Table(COLUMNS, rows(), 2))

    assert list(tmp_path.iterdir()) == []


def test_progress_ends_with_all_rows() -> None:
    """Progress is reported on the way, and at the end with all rows."""
    told: list[tuple[int, int | None]] = []
    rows = [ROWS[0]] * 1_200

    write_csv(io.BytesIO(), _table(rows), lambda done, total: told.append((done, total)))

    assert told == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]


@pytest.mark.parametrize(
    ("name", "hint"), [("a.xls", ".xlsx"), ("a.pdf", ".csv"), ("a.jsn", "a.json"), ("a", ".csv")]
)
def test_an_unknown_format_names_the_known_ones(name: str, hint: str) -> None:
    """A file name with an unknown ending is refused, with the nearest one."""
    with pytest.raises(KioskError) as caught:
        writer_for(Path(name))

    assert caught.value.code == "format_unknown"
    assert hint in caught.value.next_step


def test_the_ending_ignores_case() -> None:
    """OUT.CSV is a CSV file."""
    assert writer_for(Path("OUT.CSV")) is write_csv
