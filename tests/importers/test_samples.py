"""The sample exports in tests/data/samples: invented people in the real formats of platforms.

`expected.json` beside them says what each must give.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.people.registration import Registration, RegistrationFile, TicketStatus
from kiosk.importers.reading import SourceFile

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
EXPECTED: list[dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
PENDING = (TicketStatus.UNPAID, TicketStatus.UNAPPROVED, TicketStatus.BLOCKED)
RESULTS = {"valid": (TicketStatus.VALID,), "pending": PENDING, "not": (TicketStatus.CANCELED,)}


def figures(read: RegistrationFile) -> dict[str, int]:
    """The counts of expected.json."""
    valid = [r for r in read.registrations if r.status is TicketStatus.VALID]
    statuses = Counter(r.status for r in read.registrations)
    return {
        "rows": read.rows,
        "valid": len(valid),
        "pending": sum(statuses[status] for status in PENDING),
        "not_valid": statuses[TicketStatus.CANCELED],
        "duplicates": read.duplicates,
        "rejected": len(read.rejected),
        "no_name": sum(not r.name for r in valid),
        "checked_in": sum(bool(r.arrived_at_source) for r in valid),
        "heads": sum(r.heads for r in valid),
    }


@pytest.mark.parametrize("sample", EXPECTED, ids=lambda sample: sample["file"])
def test_figures(sample: dict[str, Any]) -> None:
    """Every sample gives exactly its figures, with no configuration."""
    actual = figures(SourceFile(SAMPLES / sample["file"]).registrations())

    assert sample["expect"] == {key: actual[key] for key in sample["expect"]}


SCANS = [
    pytest.param(sample["file"], scan, id=f"{sample['file']}-{scan['input'][-12:]}")
    for sample in EXPECTED
    for scan in sample.get("scan", ())
]


def holders(read: RegistrationFile, code: str) -> list[Registration]:
    """The people of a code: exactly, by its address's key, or ignoring case."""
    key = code.rsplit("/", 1)[-1].rsplit("pk=", 1)[-1]
    for wanted in (code, key):
        found = [r for r in read.registrations if wanted in r.codes]
        if found:
            return found
    return [
        r
        for r in read.registrations
        if key.casefold() in {c.casefold() for c in (*r.codes, *r.weak_codes)}
    ]


@pytest.mark.parametrize(("file", "scan"), SCANS)
def test_scans(file: str, scan: dict[str, str]) -> None:
    """A scanned code identifies exactly the right person."""
    found = holders(SourceFile(SAMPLES / file).registrations(), scan["input"])

    if scan["result"].startswith("unknown"):
        assert found == []
    else:
        assert [scan["name"]] == [r.name for r in found]
        assert found[0].status in RESULTS[scan["result"].split()[0].rstrip(",")]


def test_export_three_days_later() -> None:
    """Identities join two exports of one event: 3 new, 1 missing, 3 statuses, 2 names."""
    first, later = (
        {r.identity: r for r in SourceFile(SAMPLES / file).registrations().registrations}
        for file in ("eventbrite-attendees.csv", "eventbrite-attendees-later.csv")
    )
    both = first.keys() & later.keys()

    assert len(later.keys() - first.keys()) == 3
    assert [first[i].name for i in first.keys() - later.keys()] == ["Θεοδώρα Παπαδοπούλου"]
    assert sum(first[i].status is not later[i].status for i in both) == 3
    assert sum(first[i].name != later[i].name for i in both) == 2


def named(file: str) -> dict[str, Registration]:
    return {r.name: r for r in SourceFile(SAMPLES / file).registrations().registrations}


def test_eventbrite_people() -> None:
    """Party of three, guests of the one who bought, Null and Nan True, Chinese name order."""
    read = SourceFile(SAMPLES / "eventbrite-attendees.csv").registrations()
    people = {r.name: r for r in read.registrations}

    assert people["Sneha Patil"].heads == 3
    assert {"Vaishnavi Gokhale"} == {
        r.guest_of for r in read.registrations if not r.name and r.order_code == "11299900007"
    }
    assert {"Null", "Nan True", "欧阳小明", "Jürgen Groß"} <= people.keys()
    assert people["Jürgen Groß"].email == "Juergen.GROSS@Example.ORG"
    assert people["Sukarno"].phone == "+92 300 0000123"
    assert ("What is your T-shirt size?", "N/A") in people["Aarohi Deshmukh-Patil"].extra


def test_pretix_people() -> None:
    """The full name as given, the attendee's company, product and variation, blocked beats paid."""
    people = named("pretix-orderpositions.csv")

    assert "Nguyễn Thị Hương" in people
    assert people["प्रिया कुलकर्णी"].ticket_type == "Conference ticket – Regular"
    assert people["Jürgen Groß"].company == "Müßiggang GmbH & Co. KG"
    assert TicketStatus.BLOCKED is people["Arjun Reddy"].status
    assert (people[""].email, people[""].guest_of) == ("ravi.dsouza@example.org", "Ravi D'Souza")
    assert people[""].identity == "order:JNHBX-4"


def test_tito_people() -> None:
    """A dash is empty everywhere, and the order's name is the buyer's alone."""
    people = named("tito-tickets.csv")

    assert "-" not in {v for r in people.values() for v in (r.name, r.company, r.phone, r.email)}
    assert all(value != "-" for r in people.values() for _, value in r.extra)
    assert people[""].guest_of == "Wanjiru Kamau"
    assert people["Kavya 🌸 Nair"].codes == ("ti_pb6d3A6fb54LMKC14ccc9aD", "GIAO")


def test_generic_sheet() -> None:
    """No code or phone ends in .0; names are trimmed of no-break spaces."""
    people = named("generic-registrations.xlsx")

    assert people["欧阳小明"].phone == "910000012345"
    assert people["欧阳小明"].codes == ("1003",)
    assert "Anna-Lena Schäfer" in people


def test_konfhub_people() -> None:
    """Dial code and number make the phone; booking id and ticket address make the codes."""
    person = named("konfhub-attendees.csv")["Aarohi Deshmukh-Patil"]

    assert person.phone == "+91 0000000000"
    assert person.codes[0] == "0cd13810"
