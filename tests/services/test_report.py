"""The report on paper, read back from the PDF."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.errors import Canceled, KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.reports.attendance import Who
from kiosk.services.reports.report import export_file, report_facts
from kiosk.services.safety.purge import purge
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, make_store, take_in

URDU = "علی رضا"
NAMES = ("प्रिया कुलकर्णी", URDU, "மீனாட்சி", "Ravi [Speaker]", "=cmd|' /C calc'!A0")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """People of several scripts, two of them in, and a walk-in."""
    store = make_store(tmp_path, lists=("Door", "Lunch"))
    take_in(
        store,
        *[Attendee(f"a{n}", name=name, ticket_type="Regular") for n, name in enumerate(NAMES)],
        Attendee("g1", guest_of="Asha", ticket_type="Sponsor", heads=2),
    )
    scan(store, ScanOrder(code="T-a0", list_name="Door"))
    scan(store, ScanOrder(code="T-a0", list_name="Lunch"))
    scan(store, ScanOrder(code="T-g1", list_name="Door"))
    assert isinstance(store.clock, Clock)
    store.clock.now_ms += 60_000
    scan(store, ScanOrder(code="T-a0", list_name="Door"))
    person = walk_in(store, "Walter Walk", {})
    scan(store, ScanOrder(attendee_id=person.id, list_name="Door"))
    return store


def pages(path: Path) -> list[str]:
    """The text of each page."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_counts(store: Store) -> None:
    """Heads of everybody: who came, was expected, stayed away, walked in."""
    facts, _ = report_facts(store, None, Who.ALL)

    assert (facts.came, facts.expected, facts.no_shows, facts.walk_ins) == (3, 8, 5, 1)
    assert [tuple(share) for share in facts.lists] == [("Door", 3, 8, 5, 1), ("Lunch", 1, 8, 7, 0)]
    assert dict(facts.refused) == {"already_redeemed": 1}


@pytest.mark.parametrize(
    ("who", "list_name", "expected"),
    [
        (Who.ALL, None, 7),
        (Who.PRESENT, None, 3),
        (Who.ABSENT, None, 4),
        (Who.PRESENT, "lunch", 1),
    ],
)
def test_rows_are_those_of_the_other_formats(
    who: Who, list_name: str | None, expected: int, store: Store, tmp_path: Path
) -> None:
    """`who` and the list choose the rows just as they do for a table."""
    table = export_file(store, tmp_path / "x.json", who=who, list_name=list_name)
    paper = export_file(store, tmp_path / "x.pdf", who=who, list_name=list_name)

    assert (expected, expected) == (table.rows, paper.rows)


def test_what_stands_on_paper(store: Store, tmp_path: Path) -> None:
    """Event, time of making, numbered pages, every name in its own script and as text."""
    target = tmp_path / "report.pdf"
    export_file(store, target)
    read = pages(target)
    text = squeezed("".join(read))

    assert [f"{n} / {len(read)}" in page for n, page in enumerate(read, 1)] == [True] * len(read)
    assert "Meetup" in read[0]
    assert "Made by kiosk on 16 February 2027 at 12:01 (UTC+05:30)" in read[0]
    for words in ("Arrivals by quarter hour", "Already in", "walk-ins", "of these reprints"):
        assert squeezed(words) in text
    assert [name for name in NAMES if name != URDU and squeezed(name) not in text] == []
    # readers give sloping right-to-left letters as they lie on the page, each in its own order
    assert set(squeezed(URDU)) <= set(text)
    assert squeezed("Guest of Asha") in text


def test_without_its_people_the_report_says_what_was_counted(store: Store, tmp_path: Path) -> None:
    """After the purge the figures are those of before, and nobody is on the list."""
    before, _ = report_facts(store, None, Who.ALL)
    purge(store)
    with closing(Store.open(store.path, desk="Desk 1", clock=Clock())) as purged:
        after, rows = report_facts(purged, None, Who.ALL)
        export_file(purged, tmp_path / "after.pdf")
        with pytest.raises(KioskError, match="as a whole"):
            export_file(purged, tmp_path / "lunch.pdf", list_name="Lunch")
        again = purge(purged).people

    assert replace(before, desks=(), made_ms=after.made_ms) == after
    assert [] == list(rows)
    assert 7 == again
    assert "Asha" not in "".join(pages(tmp_path / "after.pdf"))


def test_what_stands_once_stands_once(store: Store, tmp_path: Path) -> None:
    """No block of figures is printed twice."""
    take_in(store, Attendee("n1", name="New", extra={"Is this your first time?": "Yes"}))
    export_file(store, tmp_path / "report.pdf")
    text = "".join(pages(tmp_path / "report.pdf"))

    assert 1 == text.count("Here for the first time")


def test_many_rows_take_many_pages(store: Store, tmp_path: Path) -> None:
    """Nobody is left off, and the heads of the columns stand on each page."""
    take_in(store, *[Attendee(f"m{n}", name=f"Person {n:03}") for n in range(120)])
    export_file(store, tmp_path / "report.pdf")
    text = "".join(pages(tmp_path / "report.pdf"))

    assert [n for n in range(120) if f"Person {n:03}" not in text] == []


def test_an_empty_event_has_a_report(tmp_path: Path) -> None:
    """Nobody registered, nothing happened: still a file that opens."""
    store = make_store(tmp_path, name="empty")

    assert export_file(store, tmp_path / "report.pdf").rows == 0
    assert "0 tickets" in "".join(pages(tmp_path / "report.pdf"))


def test_a_name_that_no_font_has_leaves_nobody_out(store: Store, tmp_path: Path) -> None:
    """The row stands there all the same, with the e-mail where nothing of the name can be drawn."""
    odd = Attendee("x1", name="\U000e0fff\ue000", email="odd@example.org", company="\ue000 Ltd")
    take_in(store, odd)

    assert export_file(store, tmp_path / "report.pdf").rows == 8


def test_a_stopped_report_leaves_the_old_file(store: Store, tmp_path: Path) -> None:
    """Canceled half way, the file of before is untouched and nothing lies beside it."""
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")

    def stop(done: int, total: int | None) -> None:
        raise Canceled("report")

    with pytest.raises(Canceled):
        export_file(store, target, progress=stop)

    assert target.read_bytes() == b"old"
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("name", "columns", "code"),
    [
        ("none/report.pdf", None, "no_such_folder"),
        ("report.pdf", ["email"], "no_columns_on_paper"),
        ("list.csv", ["emial"], "no_such_column"),
    ],
)
def test_what_cannot_be_written_is_said(
    name: str, columns: list[str] | None, code: str, store: Store, tmp_path: Path
) -> None:
    """With a code, and nothing written."""
    with pytest.raises(KioskError) as told:
        export_file(store, tmp_path / name, columns=columns)

    assert code == told.value.code
    assert not (tmp_path / name).exists()


def test_a_mailing_list(store: Store, tmp_path: Path) -> None:
    """The columns asked for, in that order, by any spelling of their titles."""
    target = tmp_path / "no-shows.csv"
    export_file(store, target, who=Who.ABSENT, columns=["email", " NAME", "Ticket-Type", "name"])
    lines = target.read_text("utf-8-sig").splitlines()

    assert lines[0] == "E-mail,Name,Ticket type"
    assert ",Ravi [Speaker],Regular" in lines
