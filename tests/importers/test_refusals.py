"""Files that are not a list of people give an error message, never a traceback."""

from __future__ import annotations

import io
import os
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import FileRefused, KioskError
from kiosk.importers.preview import preview_source
from kiosk.importers.read.zip_guard import is_plain
from kiosk.importers.reading import SourceFile
from tests.importers.conftest import Write, workbook, zipped

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = workbook({"P": [["Name", "Email"], ["A", "a@b.example"]]})
MEMBERS = (
    "Name\tUser ID\tTitle\tMember ID\tLocation\tLast visited group on\tTotal RSVPs\t"
    "URL of Member Profile\nA\tuser 1\t\t1\tX\td\t3\thttps://example.org\n"
)

REFUSED = [
    ("empty", b"", "file_empty"),
    ("blank lines", b"\r\n \n", "file_empty"),
    ("commas only", b",,,\n,,,\n", "file_empty"),
    ("headings only", b"Name,Email\n", "header_only"),
    (
        "headings only, semicolons",
        "Vorname;Nachname;E-Mail\r\n\r\n".encode("cp1252"),
        "header_only",
    ),
    ("nobody", b"Name,Email,City\n,,Pune\n-,,Goa\n", "no_people"),
    ("no names", b"foo,bar\n1,2\n", "columns_unsure"),
    ("no headings", b"Asha Rao,a@b.example,98\nRavi,r@b.example,99\n", "columns_unsure"),
    ("picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "file_image"),
    ("photo", b"\xff\xd8\xff\xe0" + bytes(99), "file_image"),
    ("pdf", b"%PDF-1.7\n...", "file_pdf"),
    ("program", b"\x7fELF" + bytes(99), "file_binary"),
    ("noise", bytes(range(256)) * 20, "file_binary"),
    ("gzip", b"\x1f\x8b\x08" + bytes(50), "file_archive"),
    ("database", b"SQLite format 3\x00" + bytes(99), "file_database"),
    ("web page", b"<!DOCTYPE html><html><body><table><tr><td>A</table>", "file_html"),
    ("login page", b"\n<html><form>Sign in <input type=password></form>", "file_login_page"),
    ("web page in UTF-16", "<html><body>".encode("utf-16"), "file_html"),
    ("xml", b'<?xml version="1.0"?><Workbook/>', "file_xml"),
    ("json of something else", b'{"a": 1}', "json_unknown"),
    ("odd ids", b'{"event": {"items": [{"id": {}, "variations": [{"id": []}]}]}}', "json_unknown"),
    ("list of numbers", b"[1, 2]", "json_unknown"),
    ("json cut off", b'{"event": {"orders": [', "file_damaged"),
    ("deep json", b'{"a":' * 100_000, "file_damaged"),
    ("archive", zipped({"a.csv": b"Name\nA\n"}), "file_archive"),
    ("letter", zipped({"word/document.xml": b"x"}), "file_document"),
    ("half a sheet", SHEET[: len(SHEET) // 2], "file_damaged"),
    ("broken sheet", zipped({"xl/workbook.xml": b"<<<"}), "file_damaged"),
    ("empty sheet", workbook({"P": []}), "file_empty"),
    ("sheet of headings", workbook({"P": [["Name", "Email"]]}), "header_only"),
    ("broken old sheet", OLE + b"\x01" * 6000, "file_damaged"),
    ("protected", OLE + bytes(3000) + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
    ("members", MEMBERS.encode(), "member_list"),
]


@pytest.mark.parametrize(("content", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
@pytest.mark.parametrize("name", ["people.csv", "people.xls", "people.xlsx"])
def test_refused(content: bytes, code: str, name: str, write: Write) -> None:
    """The file is refused by its content, under every name, and the message names the file."""
    with pytest.raises(FileRefused) as refusal:
        SourceFile(write(content, name)).registrations()

    assert code == refusal.value.code
    assert name in refusal.value.problem
    assert "Nothing was imported." == refusal.value.saved
    assert refusal.value.next_step.endswith(".")


def test_no_file_to_read(tmp_path: Path) -> None:
    """A missing file, a folder, a pipe and an impossible name have different errors."""
    cases = {
        tmp_path / "none.csv": "file_missing",
        tmp_path: "file_folder",
        Path("a\x00b"): "file_unreadable",
    }
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        cases[tmp_path / "pipe"] = "file_special"
    for path, code in cases.items():
        with pytest.raises(FileRefused) as refusal:
            SourceFile(path).registrations()

        assert code == refusal.value.code


def test_no_permission(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without read permission has its own error."""
    path = write("Name\nA\n")

    def denied(*_: object, **__: object) -> object:
        raise PermissionError

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(FileRefused) as refusal:
        SourceFile(path).registrations()

    assert "file_permission" == refusal.value.code


def sheet_with(cell: bytes) -> bytes:
    """An XLSX file with one more row of XML in its sheet."""
    with zipfile.ZipFile(io.BytesIO(SHEET)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"</sheetData>", cell + b"</sheetData>")
    return zipped(parts)


@pytest.mark.slow
def test_bombs(write: Write) -> None:
    """A file that expands too much is refused before the reader library opens it."""
    honest = zipped({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": bytes(410 << 20)})
    lying = honest.replace((410 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    far = sheet_with(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    low = sheet_with(b'<row r="2"><c r="AB1048576"><v>1</v></c></row>')
    small = zipped({"xl/workbook.xml": b"x", "xl/sharedStrings.xml": b"<si/>" * 20_000_000})
    for content, codes in (
        (small, {"file_bomb"}),
        (honest, {"file_bomb"}),
        (lying, {"file_bomb", "file_damaged"}),
        (far, {"file_too_big"}),
        (low, {"file_too_big"}),
    ):
        with pytest.raises(FileRefused) as refusal:
            SourceFile(write(content, "b.xlsx")).registrations()

        assert refusal.value.code in codes


FAR_AWAY = {
    "without references": b'<row r="3">'
    + b"<c><v>1</v></c>" * 16_000
    + b'</row><row r="1048576"><c><v>1</v></c></row>',
    "spaces": b'<row r = "3"><c r = "XFD1048576"><v>1</v></c></row>',
    "quotes": b"<row r='3'><c r='XFD1048576'><v>1</v></c></row>",
    "small letters": b'<row r="3"><c r="xfd1048576"><v>1</v></c></row>',
    "reference at the end": b'<row><c t="n" x="'
    + b"x" * 300
    + b'" r="XFD1048576"><v>1</v></c></row>',
    "comment": b'<row r="3"><c r="XFD1048576"><!-- --><v>1</v></c></row>',
    "no such column": b'<row r="3"><c r="ZZZZ1048576"><v>1</v></c></row>',
    "prefix": b'<x:row r="3"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
}


@pytest.mark.slow
@pytest.mark.parametrize("cells", FAR_AWAY.values(), ids=FAR_AWAY)
def test_far_away_however_written(cells: bytes, write: Write) -> None:
    """A cell that needs more memory than the computer has is refused; the desk continues."""
    with pytest.raises(FileRefused) as refusal:
        SourceFile(write(sheet_with(cells), "b.xlsx")).registrations()

    assert refusal.value.code in ("file_too_big", "file_damaged")


TEXTS = {
    "one text": b"<si><t>" + b"x" * 2_000_000 + b"</t></si>",
    "pieces": b"<si>" + (b"<r><t>" + b"x" * 30_000 + b"</t></r>") * 60 + b"</si>",
    "hidden ends": b"<si><t><![CDATA[" + b"<si>" + b"x" * 2_000_000 + b"]]></t></si>",
    "prefix": b"<x:si><x:t>" + b"x" * 2_000_000 + b"</x:t></x:si>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_one_text_in_many_cells(text: bytes, write: Write) -> None:
    """A long text that many cells name is not copied into each of them in this process."""
    row = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % number for number in range(3, 2_000))
    with zipfile.ZipFile(io.BytesIO(sheet_with(b'<row r="3">' + row + b"</row>"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    plain = zipped(parts)
    parts["xl/sharedStrings.xml"] = b"<sst>" + text + b"</sst>"
    bomb = zipped(parts)

    assert is_plain(write(plain, "a.xlsx"), plain)
    assert not is_plain(write(bomb, "b.xlsx"), bomb)


def test_formatted_to_the_end(write: Write) -> None:
    """A sheet whose empty cells are formatted to its last row is read."""
    path = write(sheet_with(b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'), "a.xlsx")

    assert ["A"] == [r.name for r in SourceFile(path).registrations().registrations]


def attempt(path: Path) -> None:
    """Read and preview a file; any error but a KioskError fails the test."""
    with suppress(KioskError):
        SourceFile(path).registrations()
    with suppress(KioskError):
        preview_source(SourceFile(path))


@pytest.mark.slow
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=400))
def test_any_bytes(content: bytes, write: Write) -> None:
    """Any bytes give people or an error."""
    attempt(write(content))


HEADERS = st.sampled_from(
    [b"Name,Email\n", b"PK\x03\x04", OLE, b"\xff\xfe", b"{", b"\xef\xbb\xbfName;", b"="]
)


@pytest.mark.slow
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(head=HEADERS, content=st.binary(max_size=300))
def test_any_bytes_behind_a_likely_beginning(head: bytes, content: bytes, write: Write) -> None:
    """The same for bytes that pass the first check."""
    attempt(write(head + content))


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".json"))
def test_mutated_samples(file: str, write: Write) -> None:
    """Samples that are cut, or have changed, doubled or lost bytes, give people or an error."""
    chance = random.Random(file)
    original = (SAMPLES / file).read_bytes()
    for _ in range(25):
        content = bytearray(original)
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(content))
            content[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        if chance.random() < 0.4:
            del content[chance.randrange(len(content)) :]
        attempt(write(bytes(content), file))
