"""What is taken away from the event, opened by other programs than the one that wrote it."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from .player import Player
from .tally import Tally

PEOPLE = """Ticket code,Name,Email,Ticket type,Order,Status,Quantity
E-1,Asha Rao,asha@example.org,Regular,O1,paid,1
E-2,Bilal Ahmed,ASHA@example.org,Regular,O1,paid,1
E-3,,asha@example.org,Regular,O1,paid,1
E-4,Hana Party,hana@example.org,Regular,O2,paid,3
E-5,"=2+3",formula@example.org,Speaker,O3,paid,1
E-6,陈小明,chen@example.org,Speaker,O4,paid,1
E-7,No Mail,,Regular,O5,paid,1
E-8,Gita Gone,gone@example.org,Regular,O6,canceled,1
E-9,Esther Pending,esther@example.org,Regular,O7,pending,1
E-10,Twin One,twin@example.org,Regular,O8,paid,1
E-11,Twin Two,Twin@Example.org,Regular,O8,paid,1
"""
COLUMN = "Day 1 · Tue 16 Feb"


@pytest.fixture
def after(player: Player) -> Player:
    """A morning: two by ten, a party in two goes, one forced in, one undone, one out again."""
    words = ["--timezone", "Asia/Kolkata", "--day", "2027-02-16", "--day", "2027-02-17"]
    player.program.run("new", str(player.program.event), "--name", "PyCon", *words)
    people = player.folder / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    player.program.run("import", str(people))
    for at, *command in (
        ("09:59", "scan", "E-1"),
        ("10:00", "scan", "E-4"),
        ("10:14:59", "scan", "--heads", "2", "E-4"),
        ("10:15", "scan", "E-5"),
        ("10:20", "scan", "--force", "--reason", "paid cash", "E-9"),
        ("10:21", "scan", "E-6"),
        ("10:22", "undo"),
        ("10:23", "scan", "E-8"),
        ("10:30", "scan", "--exit", "E-1"),
    ):
        player.turn_clock(f"2027-02-16 {at}")
        player.program.run(*command)
    return player


def written(player: Player, name: str, *options: str) -> Path:
    """An export in the scenario's folder."""
    target = player.folder / name
    code, result = player.program.json("export", "-o", str(target), *options)
    assert 0 == code, result
    return target


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV as its reader has it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_format_says_the_same(after: Player) -> None:
    """CSV, XLSX and JSON hold the same cells; only text that a sheet would run differs in CSV."""
    from openpyxl import load_workbook

    in_csv = rows_of(written(after, "all.csv"))
    in_json = json.loads(written(after, "all.json").read_text(encoding="utf-8"))
    sheet = load_workbook(written(after, "all.xlsx")).active
    assert sheet is not None
    titles, *cells = sheet.iter_rows(values_only=True)
    in_xlsx = [dict(zip(titles, row, strict=True)) for row in cells]

    assert 11 == len(in_csv) == len(in_json) == len(in_xlsx)
    assert list(in_csv[0]) == list(in_json[0]) == list(titles)
    for text, record, cell in zip(in_csv, in_json, in_xlsx, strict=True):
        for title in ("E-mail", "Ticket type", "Order", "Status", "Code"):
            assert text[title] == (record[title] or "") == (cell[title] or "")
        assert text["Name"].removeprefix("'") == (record["Name"] or "") == (cell["Name"] or "")
        assert int(text["Party"]) == record["Party"] == cell["Party"]
        moment = record[f"{COLUMN} checked in at"]
        assert text[f"{COLUMN} checked in at"] == (moment or "")[:19].replace("T", " ")
        shown = cell[f"{COLUMN} checked in at"]
        assert (shown is None) is (moment is None)
        if moment is not None:
            assert isinstance(shown, datetime)
            assert datetime.fromisoformat(moment).replace(tzinfo=None) == shown
    assert "'=2+3" in {row["Name"] for row in in_csv}
    assert {"s"} == {row[0].data_type for row in sheet.iter_rows(min_row=2) if row[0].value}


def test_figures_are_those_of_the_tally(after: Player) -> None:
    """Present, absent, heads and quarter hours agree with an independent count of the log."""
    log = after.program.json("log")[1]
    tally = Tally(log)
    [day, _] = after.program.json("stats")[1]["lists"]
    present = rows_of(written(after, "in.csv", "--who", "present", "--list", "Day 1"))
    absent = rows_of(written(after, "out.csv", "--who", "absent", "--list", "Day 1"))
    undone = {(e["body"]["log_id"], e["body"]["seq"]) for e in log if e["kind"] == "undo"}
    quarters: Counter[str] = Counter()
    for entry in log:
        body = entry["body"]
        if entry["kind"] != "check_in" or body["direction"] != "entry":
            continue
        if (entry["log_id"], entry["seq"]) not in undone:
            at = datetime.fromisoformat(entry["at"])
            quarters[at.replace(minute=at.minute // 15 * 15, second=0).isoformat()] += body["heads"]

    assert (
        (6, 5) == (day["checked_in"], day["inside"]) == (tally.heads[COLUMN], tally.inside[COLUMN])
    )
    assert {"Asha Rao", "Hana Party", "'=2+3", "Esther Pending"} == {r["Name"] for r in present}
    assert 6 == sum(int(row[f"{COLUMN} people"]) for row in present)
    assert ["Bilal Ahmed", "No Mail", "Twin One", "Twin Two", "陈小明", ""] == sorted(
        (row["Name"] for row in absent), key=lambda name: (not name, name)
    )
    assert dict(quarters) == {item["from"]: item["heads"] for item in day["arrivals"]}
    assert [1, 3, 2] == [item["heads"] for item in day["arrivals"]]
    shown = after.program.run("stats")[1].splitlines()
    assert "Arrivals on Day 1 · Tue 16 Feb: 09:45 1, 10:00 3, 10:15 2" in shown


def test_the_report_on_paper_has_the_same_figures(after: Player) -> None:
    """What pypdfium2 reads from the PDF: came, expected, no-shows, and everybody by name."""
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(str(written(after, "report.pdf", "--list", "Day 1")))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    flat = re.sub(r"\s+", " ", text)
    [day, _] = after.program.json("stats")[1]["lists"]

    assert (11, 6) == (day["expected"], day["checked_in"])
    assert f"Day 1 · Tue 16 Feb {day['checked_in']} {day['expected']} " in flat
    for name in ("Asha Rao", "Bilal Ahmed", "Hana Party", "=2+3", "Esther Pending", "No Mail"):
        assert name in flat


def test_a_letter_goes_to_each_address_once(after: Player) -> None:
    """Tickets of one order share an address: one row, the first name; none without an address."""
    missed = rows_of(written(after, "missed.csv", "--who", "absent", "--letter"))
    came = rows_of(written(after, "came.csv", "--who", "present", "--letter"))

    assert [["E-mail", "Name"]] == [list(row) for row in missed[:1]]
    addresses = [row["E-mail"].casefold() for row in missed]
    assert sorted(["asha@example.org", "chen@example.org", "twin@example.org"]) == sorted(addresses)
    assert {"Bilal Ahmed", "陈小明", "Twin One"} == {row["Name"] for row in missed}
    assert 4 == len(came) == len({row["E-mail"].casefold() for row in came})


def test_a_letter_is_no_report(after: Player) -> None:
    """Addresses on paper are bad usage."""
    target = after.folder / "letter.pdf"

    assert 2 == after.program.run("export", "-o", str(target), "--letter")[0]
    assert not target.exists()
