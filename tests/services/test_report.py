"""The report, read back from the PDF."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.checkin.tally import EventTally, Turnout
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import Canceled, KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import walk_in
from kiosk.services.reports.attendance import ExportOrder, Who
from kiosk.services.reports.report import export_file, report_facts
from kiosk.services.safety.purge import purge
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, make_store, take_in

URDU = "علی رضا"
NAMES = ("प्रिया कुलकर्णी", URDU, "மீனாட்சி", "Ravi [Speaker]", "=cmd|' /C calc'!A0")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """People with names in several scripts, two of them checked in, and a walk-in."""
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
    """Heads that came, were expected, are no-shows and are walk-ins."""
    facts, _ = report_facts(store, None, Who.ALL)

    assert facts.shown.total == Turnout(expected=8, checked_in=3, no_shows=5, walk_ins=1)
    assert {item.name: item.total for item in facts.lists} == {
        "Door": Turnout(8, 3, 5, 1),
        "Lunch": Turnout(8, 1, 7, 0),
    }
    assert facts.shown.refused == {"already_redeemed": 1}


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
    """`who` and the list select the same rows as for a table."""
    table = export_file(store, tmp_path / "x.json", ExportOrder(list_name, who))
    paper = export_file(store, tmp_path / "x.pdf", ExportOrder(list_name, who))

    assert (expected, expected) == (table.rows, paper.rows)


def test_the_text_of_the_report(store: Store, tmp_path: Path) -> None:
    """Event, time, page numbers, and every name in its own script and as text."""
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
    # PDF readers return right-to-left letters in the order of the page
    assert set(squeezed(URDU)) <= set(text)
    assert squeezed("Guest of Asha") in text


def test_people_by_gate(store: Store, tmp_path: Path) -> None:
    """The report counts people by gate where a list names desks, and has no empty block."""
    export_file(store, tmp_path / "before.pdf")
    save_list(store, "Lunch", is_new=False, rules={"gates": ["Desk 1", "North [b]"]})
    export_file(store, tmp_path / "after.pdf")
    before, after = (
        squeezed("".join(pages(tmp_path / f"{name}.pdf"))) for name in ("before", "after")
    )

    assert "bygate" not in before
    assert "CheckedinbygateDesk1+North[b]4" in after


def _without_desks(tally: EventTally) -> EventTally:
    lists = tuple(replace(item, desks={}, gates=()) for item in tally.lists)
    return replace(tally, event=replace(tally.event, desks={}, gates=()), lists=lists)


def test_a_purged_event_keeps_its_report(store: Store, tmp_path: Path) -> None:
    """After the purge the figures are the same, and the list has no rows."""
    before, _ = report_facts(store, None, Who.ALL)
    purge(store)
    with closing(Store.open(store.path, desk="Desk 1", clock=Clock())) as purged:
        after, rows = report_facts(purged, None, Who.ALL)
        export_file(purged, tmp_path / "after.pdf")
        with pytest.raises(KioskError, match="as a whole"):
            export_file(purged, tmp_path / "lunch.pdf", ExportOrder("Lunch"))
        again = purge(purged).people

    kept = _without_desks(before.tally)
    assert replace(before, tally=kept, made_ms=after.made_ms) == after
    assert [] == list(rows)
    assert 7 == again
    assert "Asha" not in "".join(pages(tmp_path / "after.pdf"))


def test_no_block_is_printed_twice(store: Store, tmp_path: Path) -> None:
    """The block of first-timers occurs once."""
    take_in(store, Attendee("n1", name="New", extra={"Is this your first time?": "Yes"}))
    export_file(store, tmp_path / "report.pdf")
    text = "".join(pages(tmp_path / "report.pdf"))

    assert 1 == text.count("Here for the first time")


def test_many_rows_take_many_pages(store: Store, tmp_path: Path) -> None:
    """All people are listed, and the column heads are on each page."""
    take_in(store, *[Attendee(f"m{n}", name=f"Person {n:03}") for n in range(120)])
    export_file(store, tmp_path / "report.pdf")
    text = "".join(pages(tmp_path / "report.pdf"))

    assert [n for n in range(120) if f"Person {n:03}" not in text] == []


def test_an_empty_event_has_a_report(tmp_path: Path) -> None:
    """Without people and check-ins the file opens as well."""
    store = make_store(tmp_path, name="empty")

    assert export_file(store, tmp_path / "report.pdf").rows == 0
    assert "0 tickets" in "".join(pages(tmp_path / "report.pdf"))


def test_a_name_without_glyphs_has_a_row(store: Store, tmp_path: Path) -> None:
    """The row shows the e-mail address when nothing of the name can be drawn."""
    odd = Attendee("x1", name="\U000e0fff\ue000", email="odd@example.org", company="\ue000 Ltd")
    take_in(store, odd)

    assert export_file(store, tmp_path / "report.pdf").rows == 8


def test_a_stopped_report_leaves_the_old_file(store: Store, tmp_path: Path) -> None:
    """Canceled half way, the old file is unchanged and no other file is left."""
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
def test_an_export_that_cannot_be_written(
    name: str, columns: list[str] | None, code: str, store: Store, tmp_path: Path
) -> None:
    """The error has a code, and nothing is written."""
    with pytest.raises(KioskError) as told:
        export_file(store, tmp_path / name, ExportOrder(columns=columns))

    assert code == told.value.code
    assert not (tmp_path / name).exists()


def test_a_mailing_list(store: Store, tmp_path: Path) -> None:
    """The selected columns, in that order, by any spelling of their titles."""
    target = tmp_path / "no-shows.csv"
    columns = ["email", " NAME", "Ticket-Type", "name"]
    export_file(store, target, ExportOrder(who=Who.ABSENT, columns=columns))
    lines = target.read_text("utf-8-sig").splitlines()

    assert lines[0] == "E-mail,Name,Ticket type"
    assert ",Ravi [Speaker],Regular" in lines
