"""Encodings, dialects, preambles, sheets, JSON, previews."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.people.registration import TicketStatus
from kiosk.importers.preview import preview_source
from kiosk.importers.read import csv_tables
from kiosk.importers.read.sheet_tables import as_text
from kiosk.importers.reading import SourceFile
from kiosk.importers.understand import headers
from kiosk.importers.understand.headers import meanings
from tests.importers.conftest import Read, Write, workbook

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

ENCODED = [
    ("utf-8", "Name,Email\nZoë 🌸,z@b.example\n", "Zoë 🌸"),
    ("utf-8-sig", "Name,Email\nZoë,z@b.example\n", "Zoë"),
    ("utf-16", "Name\tEmail\nनाम,x\tz@b.example\n", "नाम,x"),
    ("utf-16-le", "Name,Email\nZoë,z@b.example\n", "Zoë"),
    ("utf-16-be", "Name,Email\nZoë,z@b.example\n", "Zoë"),
    ("cp1252", "Vorname;Nachname;E-Mail\nJürgen;Groß;z@b.example\n", "Jürgen Groß"),
    ("cp1252", "Name,Email\nSiobhán Ødegård,z@b.example\n", "Siobhán Ødegård"),
    ("mac-roman", "Name,Email\nJosé Muñoz,z@b.example\nZoë Müller,y@b.example\n", "José Muñoz"),
    (
        "cp1252",
        "Nº pedido;Nome;Email\n1;João Conceição;z@b.example\n2;Luís;\n",
        "João Conceição",
    ),
    ("cp850", "Nome;Email\nJoão Conceição;z@b.example\nAntônio Simões;\n", "João Conceição"),
    ("cp1250", "Name;Email\nJiří Dvořák;z@b.example\nVáclav Černý;\n", "Jiří Dvořák"),
    ("cp1250", "Name;Email\nErdős Pál;z@b.example\nSzűcs Ágnes;\n", "Erdős Pál"),
    ("cp1254", "Name;Email\nÇağrı Şahin;z@b.example\nGökçe Yılmaz;\n", "Çağrı Şahin"),
    (
        "cp1257",
        "Name;Email\nŠarūnas Žukauskas;z@b.example\nEglė Kėdainienė;\n",
        "Šarūnas Žukauskas",
    ),
    ("cp1255", "Name;Email\nמשה כהן;z@b.example\nדוד לוי;\n", "משה כהן"),
    ("cp874", "Name;Email\nสมชาย ใจดี;z@b.example\nอรุณ;\n", "สมชาย ใจดี"),
    ("cp1250", "Jméno;Příjmení;E-mail\nJiří;Dvořák;z@b.example\n", "Jiří Dvořák"),
    ("iso8859-2", "Imię i nazwisko;E-mail\nŁukasz Żak;z@b.example\n", "Łukasz Żak"),
    ("cp1251", "Фамилия;Имя;Почта\nИванов;Дмитрий;z@b.example\n", "Дмитрий Иванов"),
    ("koi8-r", "Фамилия;Имя;Почта\nИванов;Дмитрий;z@b.example\n", "Дмитрий Иванов"),
    ("cp1256", "الاسم,البريد الإلكتروني\nمحمد حسن,z@b.example\n", "محمد حسن"),
    ("cp1253", "Ονοματεπώνυμο;Email\nΕλένη Γεωργίου;z@b.example\n", "Ελένη Γεωργίου"),
    ("cp1254", "Ad Soyad;E-posta;Şirket\nÇağrı Öztürk;z@b.example;X\n", "Çağrı Öztürk"),
    ("cp1254", "Ad;Soyad;E-posta\nÇağrı;Şahin;z@b.example\n", "Çağrı Şahin"),
    ("cp932", "氏名,メールアドレス\n佐藤 遥,z@b.example\n", "佐藤 遥"),
    ("shift_jis_2004", "氏名,メールアドレス\n渡邉太郎,z@b.example\n", "渡邉太郎"),
    ("gb18030", "姓名,邮箱\n欧阳小明,z@b.example\n", "欧阳小明"),
    ("euc-kr", "이름,이메일\n김민준,z@b.example\n", "김민준"),
]


@pytest.mark.parametrize(("encoding", "text", "name"), ENCODED)
def test_encodings(encoding: str, text: str, name: str, read: Read) -> None:
    """Names are read correctly from every common encoding."""
    person = read(text, encoding=encoding).registrations[0]

    assert (name, "z@b.example") == (person.name, person.email)


DIALECTS = [
    ("LF", "Name,Email\nA,a@b.example\nB,b@b.example\n", [2, 3]),
    ("CR", "Name,Email\rA,a@b.example\rB,b@b.example\r", [2, 3]),
    (
        "CRLF, quotes, newline",
        'Name,Email,Q\r\nA,a@b.example,"x\r\ny"\r\nB,b@b.example,\r\n',
        [2, 4],
    ),
    ("sep=", "sep=;\r\nName;Email\r\nA;a@b.example\r\nB;b@b.example\r\n", [3, 4]),
    ("pipes", "Name|Email\nA|a@b.example\nB|b@b.example\n", [2, 3]),
    ("tabs", "Name\tEmail\nA\ta@b.example\nB\tb@b.example\n", [2, 3]),
    ("trailing separators", "Name;Email;;\nA;a@b.example;;\nB;b@b.example;;\n", [2, 3]),
    ("short and long rows", "Name,Email,Phone\nA,a@b.example\nB,b@b.example,1,more\n", [2, 3]),
    ("blank lines", "\n\nName,Email\n\nA,a@b.example\n,\nB,b@b.example\n\n", [5, 7]),
    ("NULs", "N\0ame,Email\nA\0,a@b.example\nB,b@b.example\n", [2, 3]),
    (
        "preamble",
        "PyCon,,\nVenue,Pune,\n,,\nNo,Name,Email\n1,A,a@b.example\n2,B,b@b.example\n",
        [5, 6],
    ),
    ("total", "No,Name,Email\n1,A,a@b.example\n2,B,b@b.example\n,,\nTotal,2,\n", [2, 3]),
    (
        "footnote",
        "No,Name,Email,City\n1,A,a@b.example,\n2,B,b@b.example,\nMade with Excel,,,\n",
        [2, 3],
    ),
    (
        "open quote, CR",
        'Name,Email,Q\rA,a@b.example,"x\rB,b@b.example,\rC,c@b.example,\r',
        [2, 3, 4],
    ),
    ("open quote", 'Name,Email,Q\nA,a@b.example,"x\nB,b@b.example,\nC,c@b.example,\n', [2, 3, 4]),
]


@pytest.mark.parametrize(("text", "rows"), [d[1:] for d in DIALECTS], ids=[d[0] for d in DIALECTS])
def test_dialects(text: str, rows: list[int], read: Read) -> None:
    """Each person has the line number where the row begins."""
    result = read(text)

    assert rows == [r.row for r in result.registrations]
    assert ["A", "B", "C"][: len(rows)] == [r.name for r in result.registrations]


def test_somebody_called_total(read: Read) -> None:
    """A person called Total with an e-mail address is not a summary line."""
    assert ["A", "Total"] == [
        r.name for r in read("Name,Email\nA,a@b.example\nTotal,t@b.example\n").registrations
    ]


HEADINGS = [
    ("Parent's or guardian's name (under 18 only)", ""),
    ("Your full name, as it should appear on your badge / آپ کا پورا نام", "badge_name"),
    ("College / Company name", "company"),
    ("Name des Unternehmens", "company"),
    ("Event name", "event_name"),
    ("Emergency contact name", ""),
    ("E-mail address verified", ""),
    ("Invoice address name", ""),
    ("Order Name", "buyer_name"),
    ("Attendee #", "ticket_id"),
    ("Barcode #", "code"),
    ("Order #", "order_code"),
    ("firstName", "given_name"),
    ("Discount code", ""),
    ("Country code", ""),
    ("Code of Conduct", ""),
    ("What is your T-shirt size?", ""),
    ("Whatsapp consent", ""),
    ("Marital status of your parents", ""),
    ("Číslo vstupenky / Ticket Number", "code"),
    ("E-Mail-Adresse*", "email"),
    ("Preferred Name (First and Last)", "badge_name"),
    ("User name", "name"),
    ("Jméno a příjmení", "name"),
]


@pytest.mark.parametrize(("heading", "field"), HEADINGS)
def test_headings(heading: str, field: str) -> None:
    """A heading that only contains a known word does not match."""
    known = meanings(heading)

    assert field == (known[0][0] if known else "")


def test_sheets(read: Read) -> None:
    """The list is found after a cover sheet and below a title; another sheet can be chosen."""
    content = workbook(
        {
            "Cover": [["Event", "PyCon"], ["Contact", "me@x.example"]],
            "People": [["PyCon 2027"], [], ["Name", "Email", "Reg. No"], ["A", "a@b.example", 7.0]],
            "Crew": [["Name", "Email"], ["C", "c@b.example"]],
        }
    )
    result = read(content, name="a.csv")

    assert [("A", ("7",), 4)] == [(r.name, r.codes, r.row) for r in result.registrations]
    assert ["C"] == [r.name for r in read(content, sheet="crew").registrations]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1003.0, "1003"),
        (910000012345.0, "910000012345"),
        (0.5, "0.5"),
        (True, "Yes"),
        (None, ""),
        (dt.datetime(2026, 8, 1, 9, 30), "2026-08-01 09:30:00"),
        (dt.datetime(2026, 8, 1), "2026-08-01"),
        (dt.date(2026, 8, 2), "2026-08-02"),
    ],
)
def test_cells_as_text(value: object, expected: str) -> None:
    """Whole numbers without .0, dates in ISO form."""
    assert expected == as_text(value)


EXPORT = {
    "event": {
        "slug": "py",
        "items": [
            {
                "id": 1,
                "name": {"en": "Ticket"},
                "admission": True,
                "variations": [{"id": 9, "name": "Early"}],
            },
            {"id": 2, "name": "Shirt", "admission": False, "variations": []},
        ],
        "questions": [{"id": 5, "question": "Diet"}],
        "orders": [
            {
                "code": "AAA",
                "status": "p",
                "email": "o@x.example",
                "positions": [
                    {
                        "id": 11,
                        "positionid": 1,
                        "item": 1,
                        "variation": 9,
                        "attendee_name": "Asha  Rao",
                        "secret": "=s1",
                        "answers": [{"question": 5, "answer": "Jain"}],
                    },
                    {"id": 12, "positionid": 2, "item": 2, "secret": "s2", "addon_to": 11},
                ],
            },
            {
                "code": "BBB",
                "status": "n",
                "email": "\ud800p@x.example",
                "positions": [
                    {"id": 13, "positionid": 1, "item": 1, "secret": "s3", "blocked": ["a"]}
                ],
            },
        ],
    }
}
REST = {
    "results": [
        {
            "order": "AAA",
            "positionid": 1,
            "attendee_name": "A B",
            "attendee_name_parts": {"given_name": "A", "family_name": "B"},
            "secret": "s1",
            "pseudonymization_id": "P1",
            "canceled": True,
            "checkins": [{"datetime": "2026-01-01T10:00Z", "type": "entry"}],
        }
    ]
}


def test_pretix_validity_and_series(read: Read) -> None:
    """Validity and the date of the series stay with the ticket, under headings that kiosk knows."""
    dates = [{"id": 7, "date_from": "2027-02-16T09:00:00Z", "date_to": "2027-02-16T17:00:00Z"}]
    position = {"positionid": 1, "attendee_name": "A B", "secret": "s1"}
    inside = {**position, "positionid": 2, "secret": "s2", "subevent": dates[0]}
    first = {**position, "valid_from": "2027-02-16T08:00:00Z", "valid_until": None, "subevent": 7}
    orders = [{"code": "AAA", "status": "p", "positions": [first, inside]}]
    file = read(json.dumps({"event": {"subevents": dates, "orders": orders}}), "p.json")

    series = {"Series start date": dates[0]["date_from"], "Series end date": dates[0]["date_to"]}
    assert [{"Valid from": "2027-02-16T08:00:00Z", **series}, series] == [
        dict(row.extra) for row in file.registrations
    ]


def test_pretix_export(read: Read) -> None:
    """Orders become tickets; a shirt goes with its ticket; answers have their questions."""
    result = read(json.dumps(EXPORT), name="py_pretixdata.json")
    asha, other = result.registrations

    assert ("order:AAA-1", "Asha Rao", "Ticket – Early") == (
        asha.identity,
        asha.name,
        asha.ticket_type,
    )
    assert (("=s1", "s2"), "o@x.example") == (asha.codes, asha.email)
    assert (("Diet", "Jain"), ("Add-on", "Shirt")) == asha.extra
    assert (TicketStatus.BLOCKED, "\ufffdp@x.example") == (other.status, other.email)
    assert ("pretix:py", 3, 1) == (result.source, result.rows, result.duplicates)


def test_pretix_rest(read: Read) -> None:
    """A list of order positions from the API has its canceled flag and check-ins."""
    person = read(json.dumps(REST), name="r.json").registrations[0]

    assert ("order:AAA-1", "B", TicketStatus.CANCELED) == (
        person.identity,
        person.family_name,
        person.status,
    )
    assert (("s1", "P1"), "2026-01-01T10:00Z") == (person.codes, person.arrived_at_source)


@pytest.mark.parametrize(
    ("order", "ticket", "expected"),
    [
        ({"checkin_attention": True}, {}, (("Requires special attention", "Yes"),)),
        ({"checkin_attention": True}, {"checkin_text": "VIP"}, (("Check-in text", "VIP"),)),
        ({"checkin_text": "A"}, {"checkin_text": "B"}, (("Check-in text", "B; A"),)),
        ({"checkin_attention": False}, {"checkin_text": None}, ()),
    ],
)
def test_what_the_desk_is_to_see(
    read: Read, order: dict[str, Any], ticket: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """pretix's marks and notes for the check at the desk."""
    positions = [{"id": 1, "positionid": 1, "attendee_name": "Asha", "secret": "s", **ticket}]
    orders = [{"code": "AAA", "status": "p", "positions": positions, **order}]
    export = {"event": {"slug": "py", "items": [], "questions": [], "orders": orders}}

    assert expected == read(json.dumps(export), name="p.json").registrations[0].extra


def test_preview(write: Write) -> None:
    """A preview shows headings, up to five examples, the guess and whether it is sure."""
    rows = "".join(f"P{i},p{i}@b.example,{i % 2},\n" for i in range(9))
    preview = preview_source(
        SourceFile(write("Full Name;E-Mail;x;\n" + rows.replace(",", ";"), encoding="cp1252"))
    )

    assert ("Full Name", "E-Mail", "x") == preview.headings
    assert [("name", True), ("email", True), ("", False)] == [
        (column.field, column.sure) for column in preview.columns
    ]
    assert ("P0", "P1", "P2", "P3", "P4") == preview.columns[0].examples
    assert (9, 1, ";", True) == (preview.rows, preview.header_row, preview.delimiter, preview.sure)


def test_preview_of_unsure_columns(write: Write) -> None:
    """If no column identifies people, the preview shows that and does not fail."""
    preview = preview_source(SourceFile(write("foo,bar\n1,2\n")))

    assert (False, ("foo", "bar")) == (preview.sure, preview.headings)
    answers = preview_source(SourceFile(write("foo,bar,baz\nAmna,k-1,yes\nRavi,k-2,no\n")))
    assert (("foo", "bar", "baz"), 2) == (answers.headings, answers.rows)
    assert preview_source(SourceFile(write("foo,bar\nA,2\n"), columns={"name": "foo"})).sure


@pytest.mark.parametrize("file", sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".json"))
def test_preview_of_samples(file: str) -> None:
    """Every sample is sure, and its preview agrees with what is imported."""
    preview = preview_source(SourceFile(SAMPLES / file))

    assert preview.sure
    assert {"name", "given_name"} & {column.field for column in preview.columns}


def test_legacy_xls() -> None:
    """A BIFF workbook is read like any other: second sheet, whole numbers, total left out.

    guests.xls: three made-up people, written with the xlwt library.
    """
    guests = Path(__file__).parents[1] / "data" / "importers" / "guests.xls"
    result = SourceFile(guests).registrations()

    assert [
        ("आशा राव", "910000012345", "1001", "valid"),
        ("Jürgen Groß", "+49 000", "0042", "unpaid"),
        ("欧阳小明", "", "1003", "canceled"),
    ] == [(r.name, r.phone, r.codes[0], r.status) for r in result.registrations]


@pytest.mark.parametrize("before", [2, 2500])
@pytest.mark.parametrize("first_line", ["", "sep=,\n"])
def test_a_quote_that_swallows_more_than_a_cell_can_hold(
    before: int, first_line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows before and after it are read with their line numbers, and the report names the line."""
    people = [f"Person {n},p{n}@example.org,C{n:05}" for n in range(before + 40)]
    people[before] = f'"{people[before]}'
    path = tmp_path / "people.csv"
    path.write_text("\n".join([f"{first_line}Name,Email,Ticket Code", *people, ""]))
    monkeypatch.setattr(csv_tables, "_FIELD_LIMIT", 1000)
    limit = csv.field_size_limit(1000)
    try:
        read = SourceFile(path).registrations()
    finally:
        csv.field_size_limit(limit)

    headings = 1 + bool(first_line)
    assert [f"Person {n}" for n in range(before + 40)] == [r.name for r in read.registrations]
    assert [*range(headings + 1, headings + before + 41)] == [r.row for r in read.registrations]
    assert [
        f"A quotation mark that opens on line {headings + before + 1} is not closed; "
        "from there on lines were read one by one."
    ] == read.warnings


@pytest.mark.parametrize("between", [1, 30, 1500])
@pytest.mark.parametrize("last", ['"Rao, Asha",a@a.example', 'Asha "Ash" Rao,a@a.example', ""])
def test_a_quote_that_a_later_quote_ends_loses_no_one(
    between: int, last: str, tmp_path: Path
) -> None:
    """Each line is a person, and cells that are quoted further down stay whole."""
    people = ['"Om Das,o@a.example', *(f"Person {n},p{n}@a.example" for n in range(between)), last]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["Name,Email", "Ines,i@a.example", *people, ""]))
    read = SourceFile(path).registrations()

    names = ["Ines", "Om Das", *(f"Person {n}" for n in range(between))]
    assert names == [r.name for r in read.registrations][: between + 2]
    assert [r.email for r in read.registrations][between + 2 :] == ["a@a.example"] * bool(last)
    assert "opens on line 3 is not closed" in read.warnings[0]


def test_an_answer_of_several_lines_with_commas_is_one_cell(read: Read) -> None:
    """Its quotes are closed: its lines are no people."""
    answer = "Hello,\nI come late, at ten,\nthanks, Asha"
    file = read(f'Name,Question\nAsha,"{answer}"\nOm,"a, b\nc, d"\n')

    assert [("Asha", answer), ("Om", "a, b\nc, d")] == [
        (one.name, dict(one.extra)["Question"]) for one in file.registrations
    ]
    assert file.warnings == []


def test_a_heading_without_end_is_not_looked_through() -> None:
    """A quote that never closes makes a heading of a whole file; its beginning is enough."""
    endless = "नाम 名前 " * 100_000

    assert len(headers.heading_key(endless)) <= 2000
    assert () == headers.meanings(endless)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_lines_that_are_quoted_as_a_whole(read: Read, delimiter: str) -> None:
    """A program that took each line for one cell; its own quotes are doubled."""
    lines = ("Name,Email,City", 'Asha ""Ash"" Rao,a@a.example,Pune', "Om Das,o@a.example,")
    text = "".join(f'"{line}"\n'.replace(",", delimiter) for line in lines)

    people = [('Asha "Ash" Rao', "a@a.example"), ("Om Das", "o@a.example")]
    assert people == [(row.name, row.email) for row in read(text).registrations]


def test_a_column_of_quoted_names_stays_one_column(read: Read) -> None:
    """Only two known headings inside of one pair of quotes are two columns."""
    rows = read('"Name"\n"Rao, Asha"\n"Das, Om"\n').registrations

    assert ["Rao, Asha", "Das, Om"] == [row.name for row in rows]
