"""`kiosk import`: pretix JSON, codes that scan, and a sentence for everything in the JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.services.event.event import create_event
from tests.conftest import SAMPLES
from tests.support.program import Program

DATA = SAMPLES.parent
EXPORT = str(DATA / "pretix-export.json")
CHECK_IN_LIST = str(DATA / "pretix-checkinlist.json")


@pytest.fixture
def program(event_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program with an event that has one list without days."""
    create_event(event_path, name="Meetup", list_names=["Door"], desk="Desk 1").close()
    return Program(event_path, capsys)


def scanned(program: Program, code: str, *arguments: str) -> dict[str, Any]:
    """The result of a scan."""
    _, results = program.json("scan", code, *arguments)
    result: dict[str, Any] = results[0]
    return result


def name_of(program: Program, code: str) -> str:
    attendee = scanned(program, code)["attendee"]
    return attendee["name"] if attendee else ""


def test_pretix_add_ons_and_tests(program: Program) -> None:
    """Codes of add-ons find the person, a name on a product is a person, tests are left out."""
    _, report = program.json("import", EXPORT)

    assert (3, 3) == (report["new"], report["valid"])
    assert ["Asha Rao"] * 3 == [
        name_of(program, code) for code in ("secretasha", "secretshirt", "secretdinner")
    ]
    assert ("Ravi Iyer", "Vip Guest", "") == (
        name_of(program, "secretravi"),
        name_of(program, "secretvip"),
        name_of(program, "secrettest"),
    )
    _, asha = program.json("show", scanned(program, "secretasha")["attendee"]["id"])
    assert "T-shirt; Dinner" == asha["fields"]["Add-on"]
    assert any("test mode" in sentence for sentence in report["warnings"])


def test_pretix_questions_are_offered_and_asked(program: Program) -> None:
    """The report names the questions; with `--questions` the desk asks them with their answers."""
    _, said, _ = program.run("import", EXPORT)
    _, none = program.json("questions")
    code, report = program.json("import", EXPORT, "--questions")
    held = scanned(program, "secretasha")
    answers = ("--answer", "Passport seen?=yes", "--answer", "Which workshop?=Go")

    assert "--questions" in said
    assert "Passport seen?" in said
    assert [] == none
    assert (0, 3) == (code, report["unchanged"])
    assert ("incomplete", [["Yes", "No"], ["Rust", "Go"]]) == (
        held["outcome"],
        [question["choices"] for question in held["questions"]],
    )
    assert "ok" == scanned(program, "secretasha", *answers)["outcome"]


def test_pretix_check_in_list(program: Program) -> None:
    """Positions of the REST API: type, attention, confirmed orders and names of questions."""
    _, report = program.json("import", CHECK_IN_LIST)
    peter = scanned(program, "z3fsn8jyufm5kpk768q69gkbyr5f4h6w")
    _, shown = program.json("show", peter["attendee"]["id"])
    outcomes = [scanned(program, code)["outcome"] for code in ("zpend", "zunpaid")]

    assert (2, 1, 1) == (report["valid"], report["pending"], report["checked_in"])
    assert ("incomplete", "Business ticket – Early bird") == (
        peter["outcome"],
        peter["attendee"]["ticket_type"],
    )
    assert ("Vegan", "A-1") == (shown["fields"]["Diet"], shown["fields"]["Seat"])
    assert ["ok", "unpaid"] == outcomes
    assert any('"Diet"' in sentence for sentence in report["warnings"])


@pytest.mark.parametrize(
    ("header", "cell", "scanned_as"),
    [
        ("Ticket code", "AB-1290", "*AB-1290*"),
        ("Barcode", "4006381333931", "04006381333931"),
        ("Barcode", "012345678905", "12345678905"),
        ("Barcode", "012345678905", "0012345678905"),
        ("Ticket code", "7781", "https://t.example/check?event=9&ticket_id=7781&security_code=ab12"),
        ("Security code", "ab12", "https://t.example/check?event=9&ticket_id=7781&security_code=ab12"),
        ("Ticket code", "Zx91Kq", "HTTPS://T.EXAMPLE/?t=Zx91Kq"),
        ("Ticket code", "0042", "0042"),
        ("Ticket code", "42", "0042"),
    ],
)  # fmt: skip
def test_codes_as_scanners_send_them(
    program: Program, tmp_path: Path, header: str, cell: str, scanned_as: str
) -> None:
    """Signs of Code 39, extra zeros, and values in a web address do not hide a ticket."""
    file = tmp_path / "list.csv"
    file.write_text(f"Name,Email,{header}\nAsha Rao,a@b.example,{cell}\nLi,li@b.example,999\n")
    program.json("import", str(file))

    assert "Asha Rao" == name_of(program, scanned_as)


def test_a_pretix_ticket_is_found_by_order_and_position(program: Program, tmp_path: Path) -> None:
    """`AB3CD-2` below the code of a ticket finds the second ticket of the order."""
    file = tmp_path / "list.csv"
    file.write_text(
        "Order code,Position ID,Attendee name,Ticket secret\n"
        "AB3CD,1,Asha Rao,s1\nAB3CD,2,Ravi Iyer,s2\nXY9ZZ,1,Li Na,s3\n"
    )
    program.json("import", str(file))

    assert ("Ravi Iyer", "Asha Rao", "Li Na") == (
        name_of(program, "AB3CD-2"),
        name_of(program, "ab3cd-1"),
        name_of(program, "XY9ZZ-1"),
    )


def test_everything_in_the_json_is_a_sentence(program: Program, tmp_path: Path) -> None:
    """Parties, arrivals, totals, repeated rows and the columns are said in `warnings`."""
    file = tmp_path / "list.csv"
    file.write_text(
        "Name,Email,Tickets,Status,Checked in,Diet\n"
        "Asha Rao,a@b.example,3,paid,yes,vegan\nAsha Rao,a@b.example,3,paid,yes,vegan\n"
        "Li Na,li@b.example,1,canceled,,\nBo,bo@b.example,1,pending,,\n,,,,,\nTotal,,8,,,\n"
    )
    _, report = program.json("import", str(file))
    said = " | ".join(report["warnings"])

    for words in (
        "admits 3 people", "marked as arrived", '"Total 8"', "repeat", "not valid yet", "canceled",
        '"Email" as e-mail', '"Diet"',
    ):  # fmt: skip
        assert words in said
