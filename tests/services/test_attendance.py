"""The attendance list: its rows and columns."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Direction
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import Canceled, KioskError
from kiosk.exporters.table import merged_order
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import remove_list, save_list
from kiosk.services.reports.attendance import (
    OWN_COLUMNS,
    ExportOrder,
    Who,
    attendance_table,
    export_attendance,
)
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, make_store, take_in

ASHA = Attendee("a1", name="Asha", phone="+91 98", ticket_type="Speaker", extra={"Meal": "veg"})
RAVI = Attendee("b2", name="ravi", ticket_type="Regular", extra={"T-shirt": "M", "Meal": "none"})
ZOYA = Attendee("c3", name="Zoya", ticket_type="Regular", status=TicketStatus.UNPAID)
PARTY = Attendee("d4", name="Mehta", ticket_type="Regular", heads=3)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two lists; Asha is in at the door, half of the party is in, Zoya has not paid."""
    store = make_store(tmp_path, lists=("Door", "Lunch"))
    take_in(store, ZOYA, RAVI, ASHA, PARTY)
    scan(store, ScanOrder(code="T-a1", list_name="Door"))
    scan(store, ScanOrder(code="T-d4", list_name="Door", heads=2))
    return store


def _records(store: Store, **options: object) -> list[dict[str, object]]:
    target = store.path.with_name("out.json")
    result = export_attendance(store, target, ExportOrder(**options))  # type: ignore[arg-type]
    records: list[dict[str, object]] = json.loads(target.read_text("utf-8"))
    assert len(records) == result.rows
    return records


def _names(store: Store, **options: object) -> list[object]:
    return [record["Name"] for record in _records(store, **options)]


def test_all_tickets_are_listed_by_name(store: Store) -> None:
    """Without a selection every ticket is a row, sorted by name ignoring case."""
    assert _names(store) == ["Asha", "Mehta", "ravi", "Zoya"]


@pytest.mark.parametrize(
    ("who", "list_name", "expected"),
    [
        (Who.PRESENT, None, ["Asha", "Mehta"]),
        (Who.PRESENT, "Door", ["Asha", "Mehta"]),
        (Who.PRESENT, "Lunch", []),
        (Who.ABSENT, None, ["ravi"]),
        (Who.ABSENT, "Door", ["ravi"]),
        (Who.ABSENT, "Lunch", ["Asha", "Mehta", "ravi"]),
        (Who.ALL, "Lunch", ["Asha", "Mehta", "ravi", "Zoya"]),
    ],
)
def test_present_and_absent(
    store: Store, who: Who, list_name: str | None, expected: list[str]
) -> None:
    """Present: with an entry on the list (or any). Absent: valid and without one."""
    assert expected == _names(store, who=who, list_name=list_name)


def test_only_admitted_tickets_can_be_absent(store: Store) -> None:
    """On a list for speakers only speakers are absent."""
    save_list(store, "Lunch", is_new=False, ticket_types=["speaker"])

    assert _names(store, who=Who.ABSENT, list_name="Lunch") == ["Asha"]


def test_after_undo_a_person_is_absent(store: Store) -> None:
    """A person checked in by mistake is absent again."""
    undo(store, attendee_id="a1")

    assert _names(store, who=Who.ABSENT) == ["Asha", "ravi"]


def test_columns_of_lists_and_imported_answers(store: Store) -> None:
    """Fields, then first entry, desk and people of each list, then answers in file order."""
    titles = [column.title for column in attendance_table(store).columns]

    own = [column.title for column in OWN_COLUMNS]
    lists = [
        f"{name} {what}"
        for name in ("Door", "Lunch")
        for what in ("checked in at", "desk", "people")
    ]
    assert [*own, *lists, "T-shirt", "Meal"] == titles


def test_cells_of_one_person(store: Store) -> None:
    """Time in the event's zone, desk, people, code and answers are in their columns."""
    asha, party, ravi, _ = _records(store)

    assert asha["Door checked in at"] == "2027-02-16T12:00:00+05:30"
    assert asha["Door desk"] == "Desk 1"
    assert (asha["Lunch checked in at"], asha["Lunch desk"]) == (None, None)
    assert (asha["Code"], asha["Phone"], asha["Meal"]) == ("T-a1", "+91 98", "veg")
    assert (party["Party"], party["Door people"]) == (3, 2)
    assert (ravi["T-shirt"], ravi["Badge printed"], ravi["Slot"]) == ("M", None, None)


def test_the_first_entry_is_shown(store: Store) -> None:
    """Of entry, exit and entry the first is shown; if it is undone, the next one."""
    assert isinstance(store.clock, Clock)
    for minutes, direction in ((5, Direction.EXIT), (10, Direction.ENTRY)):
        store.clock.now_ms += minutes * 60_000
        order = ScanOrder(code="T-a1", list_name="Door", direction=direction)
        scan(store, replace(order, force=True, reason="back"))

    assert _records(store)[0]["Door checked in at"] == "2027-02-16T12:00:00+05:30"


def test_a_printed_badge_has_time_box_and_slot(store: Store) -> None:
    """A printed badge has its time, box and slot."""
    with store.writing():
        body = {"at": store.clock(), "layout": "plain", "badges": [["b2", "h", "C", 14]]}
        store.append(EventKind.BADGES_PRINTED, body)

    ravi = _records(store)[2]

    assert (
        ravi["Badge printed"],
        ravi["Box"],
        ravi["Slot"],
    ) == ("2027-02-16T12:00:00+05:30", "C", 14)


def test_one_list_has_its_columns_only_and_a_removed_one_none(store: Store) -> None:
    """`--list` omits the columns of other lists, and so does removing a list."""
    one = [column.title for column in attendance_table(store, ExportOrder("lunch")).columns]
    remove_list(store, "Lunch")
    left = [column.title for column in attendance_table(store).columns]

    assert not [title for title in one if title.startswith("Door")]
    assert not [title for title in left if title.startswith("Lunch")]


def test_titles_are_unique(tmp_path: Path) -> None:
    """An imported column with the title of a kiosk column gets a number; JSON loses no value."""
    store = make_store(tmp_path)
    extra = {"name": "typed", "Door desk": "theirs", "Slot (2)": "x", "Slot": "y"}
    take_in(store, replace(ASHA, extra=extra))

    record = _records(store)[0]

    assert (record["Name"], record["name (2)"]) == ("Asha", "typed")
    assert record["Door desk (2)"] == "theirs"
    assert [record["Slot (2)"], record["Slot (3)"]] == ["x", "y"]


def test_no_party_no_people_column(tmp_path: Path) -> None:
    """Without parties there is no column of people."""
    store = make_store(tmp_path)
    take_in(store, ASHA)

    assert not [c for c in attendance_table(store).columns if c.title.endswith("people")]


def test_csv_of_people_is_harmless(store: Store) -> None:
    """A phone with a plus and a name like a formula have an apostrophe in CSV."""
    take_in(store, Attendee("e5", name="=1+1"))
    target = store.path.with_name("out.csv")
    export_attendance(store, target)

    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines()))

    assert [row[0] for row in rows[1:3]] == ["'=1+1", "Asha"]
    assert rows[2][4] == "'+91 98"


def test_a_cell_with_the_separator_is_one_cell(tmp_path: Path) -> None:
    """A control character in a name, an answer or a desk name shifts no columns."""
    store = make_store(tmp_path)
    take_in(
        store, Attendee("a1", name="A\x1fB", company="Acme", extra={"Meal": "v\x1fg", "Z": "z"})
    )
    store.desk = "Desk\x1f1"
    scan(store, ScanOrder(code="T-a1"))

    record = _records(store)[0]

    assert (record["Name"], record["Company"], record["Code"]) == ("A B", "Acme", "T-a1")
    assert (record["Door desk"], record["Meal"], record["Z"]) == ("Desk 1", "v g", "z")


def test_the_event_itself_is_never_overwritten(tmp_path: Path) -> None:
    """An event file called .csv is not replaced by its own list."""
    store = make_store(tmp_path)
    path = tmp_path / "e.csv"
    path.symlink_to(store.path)

    with pytest.raises(KioskError) as caught:
        export_attendance(store, path)

    assert caught.value.code == "is_the_event"


def test_a_stopped_export_leaves_the_old_file(store: Store) -> None:
    """Canceled: the old list is kept, and the store accepts writes again."""
    target = store.path.with_name("out.csv")
    target.write_text("before")

    def stop(done: int, total: int | None) -> None:
        raise Canceled("The export")

    with pytest.raises(Canceled):
        export_attendance(store, target, progress=stop)

    take_in(store, Attendee("f6", name="Late"))
    assert target.read_text() == "before"
    assert not list(store.path.parent.glob(".kiosk-*"))


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], ""),
        (["BC", "AB"], "ABC"),
        (["AC", "BC", "AB"], "ABC"),
        (["ABCD", "DX"], "ABCDX"),
        (["ABC", "CA"], "ABC"),
        (["B", "A", "CAB"], "CAB"),
    ],
)
def test_headers_of_all_rows_make_one_order(orders: list[str], expected: str) -> None:
    """Rows with some headers each give the order of the file; the longer one wins."""
    assert list(expected) == merged_order([tuple(order) for order in orders])
