"""Import several files: new and changed people are reported, values typed at the desk stay."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.errors import Canceled, KioskError
from kiosk.services.checkin.activity import last_to_undo, undo_scan
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import create_event
from kiosk.services.people.duplicates import decide, possible_duplicates
from kiosk.services.people.people import edit
from kiosk.services.reports.report import export_file
from kiosk.services.setup.imports import ImportReport, accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees, count_attendees, find_by_code
from kiosk.support.install_hint import install_hint
from tests.conftest import SAMPLES, Clock

FIRST = SAMPLES / "eventbrite-attendees.csv"
LATER = SAMPLES / "eventbrite-attendees-later.csv"
HEADER = ["Attendee #", "First Name", "Last Name", "Email", "Order #", "Attendee Status", "Company"]


def take_in(store: Store, path: Path) -> ImportReport:
    return accept_import(store, plan_import(store, path))


def write_rows(path: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def person(number: int, first: str = "Asha", **other: str) -> list[str]:
    return [
        str(900000 + number),
        first,
        f"Rao{number}",
        f"p{number}@example.org",
        str(500 + number),
        other.get("status", "Attending"),
        other.get("company", "Acme"),
    ]


def test_a_later_export_updates_and_loses_no_one(store: Store) -> None:
    """3 new, statuses and names changed, one no longer in the file but kept."""
    first = take_in(store, FIRST)
    later = take_in(store, LATER)

    assert (first.new, first.changed, first.missing) == (46, 0, 0)
    assert (later.new, later.missing) == (3, 1)
    names = [change for change in later.changed_people if "name" in change.changes]
    statuses = [change for change in later.changed_people if "status" in change.changes]
    assert (len(names), len(statuses)) == (2, 3)
    assert count_attendees(store.connection) == first.new + later.new


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    """Not a single event is written the second time."""
    take_in(store, FIRST)
    count = len(list(store.events()))
    again = take_in(store, FIRST)

    assert (again.new, again.changed, again.missing, again.unchanged) == (0, 0, 0, 46)
    assert count == len(list(store.events()))


def test_an_older_file_again_is_a_change_back(store: Store) -> None:
    """A file imported before is compared again when another was imported in between."""
    take_in(store, FIRST)
    take_in(store, LATER)
    back = take_in(store, FIRST)

    assert (back.new, back.missing) == (0, 3)
    assert back.changed >= 5


def test_changes_are_in_the_order_of_the_columns(store: Store, tmp_path: Path) -> None:
    """Two desks, or two runs, report the changed answers of a person in the same order."""
    headings = [f"Question {number}" for number in range(12)]
    for name, answer in (("first", "yes"), ("later", "no")):
        lines = [["Name", "Email", *headings], ["Asha Rao", "a@example.org", *[answer] * 12]]
        (tmp_path / f"{name}.csv").write_text("\n".join(map(",".join, lines)), encoding="utf-8")
    take_in(store, tmp_path / "first.csv")
    (asha,) = take_in(store, tmp_path / "later.csv").changed_people

    assert headings == list(asha.changes)


def test_check_ins_and_typed_values_survive(store: Store) -> None:
    """What the desk did and typed stands; the file's other word is reported as kept."""
    take_in(store, FIRST)
    code = "18441623451"
    (huong,) = find_by_code(store.connection, code).attendees
    scan(store, ScanOrder(code=code))
    edit(store, huong.id, {"name": "Nguyễn Thị Hương", "note": "vegetarian"})
    report = take_in(store, LATER)
    (after,) = find_by_code(store.connection, code).attendees

    assert (after.name, after.note) == ("Nguyễn Thị Hương", "vegetarian")
    assert [(kept.field, kept.kept, kept.offered) for kept in report.kept] == [
        ("name", "Nguyễn Thị Hương", "Hương Nguyễn Thị")
    ]
    assert scan(store, ScanOrder(code=code)).outcome == Outcome.OK  # the double beep: still in


def test_kept_is_reported_again_for_a_known_file(store: Store) -> None:
    """The shortcut for a file already taken in says the same as the long way."""
    take_in(store, FIRST)
    (huong,) = find_by_code(store.connection, "18441623451").attendees
    edit(store, huong.id, {"name": "Huong"})
    report = take_in(store, FIRST)

    assert [(kept.field, kept.kept, kept.offered) for kept in report.kept] == [
        ("name", "Huong", "Nguyễn Thị Hương")
    ]
    assert report.changed == 0


def test_a_change_under_a_typed_value_is_kept_not_changed(store: Store, tmp_path: Path) -> None:
    """`changed` counts what changes; a field the desk typed does not."""
    path = tmp_path / "a.csv"
    take_in(store, write_rows(path, [person(1), person(2)]))
    (asha,) = find_by_code(store.connection, "900001").attendees
    edit(store, asha.id, {"company": "Zoho"})
    report = take_in(store, write_rows(path, [person(1, company="Infosys"), person(2)]))

    assert (report.changed, report.unchanged) == (0, 2)
    assert [(kept.field, kept.kept, kept.offered) for kept in report.kept] == [
        ("company", "Zoho", "Infosys")
    ]


def test_missing_looks_at_the_same_source_only(store: Store, tmp_path: Path) -> None:
    """People of another platform are not missing from this one's file."""
    take_in(store, FIRST)
    report = take_in(store, SAMPLES / "luma-guests.csv")

    assert report.missing == 0


def test_canceled_imports_leave_nothing(store: Store, tmp_path: Path) -> None:
    """Stopped half-way, the event is as it was."""
    path = write_rows(tmp_path / "a.csv", [person(n) for n in range(1, 1200)])
    plan = plan_import(store, path)

    def stop(done: int, total: int | None) -> None:
        if done > 600:
            raise Canceled("The import")

    with pytest.raises(Canceled):
        accept_import(store, plan, progress=stop)

    assert count_attendees(store.connection) == 0
    assert take_in(store, path).new == 1199


def test_a_refused_file_writes_nothing(store: Store, tmp_path: Path) -> None:
    """And the sentence names the file's trouble."""
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    count = len(list(store.events()))
    with pytest.raises(KioskError) as caught:
        plan_import(store, path)

    assert caught.value.next_step
    assert count == len(list(store.events()))


@pytest.mark.usefixtures("bare_system")
@pytest.mark.parametrize("name", ["陈伟", "田中 太郎", "김민준"])
def test_names_without_a_font_bring_the_command_that_installs_one(
    store: Store, tmp_path: Path, name: str
) -> None:
    """The hint is about this computer: it is in the report and not in the event's log."""
    report = take_in(store, write_rows(tmp_path / "a.csv", [person(1, name)]))

    assert report.font_hint.endswith(f"Install one: {install_hint('cjk')}")
    assert "[cjk]" in report.font_hint
    assert not any("cjk" in str(event.body) for event in store.events())


def test_names_with_a_font_bring_no_hint(store: Store, tmp_path: Path) -> None:
    """Nothing has to be installed."""
    rows = [person(1, "陈伟"), person(2, "田中 太郎"), person(3, "김민준")]

    assert plan_import(store, write_rows(tmp_path / "a.csv", rows)).report.font_hint == ""


@pytest.mark.usefixtures("bare_system")
def test_other_names_bring_no_hint(store: Store, tmp_path: Path) -> None:
    """Also a canceled ticket with such a name: it gets no badge anyway."""
    rows = [person(1, "Asha"), person(2, "陈伟", status="Cancelled")]

    assert plan_import(store, write_rows(tmp_path / "a.csv", rows)).report.font_hint == ""


COMPARED = (
    *("name", "given_name", "family_name", "email", "phone", "company", "ticket_type"),
    *("order_code", "status", "heads", "guest_of"),
)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("sample", ["pretix-orderpositions.csv", "konfhub-attendees.csv"])
def test_an_export_of_kiosk_is_imported_as_it_was(
    store: Store, tmp_path: Path, sample: str, suffix: str
) -> None:
    """The list of another event comes back with the same fields and extra columns."""
    take_in(store, SAMPLES / sample)
    out = tmp_path / f"list{suffix}"
    export_file(store, out)
    other = create_event(tmp_path / "other.kiosk", name="Other", timezone="UTC", desk="Desk 1")
    take_in(other, out)

    before, after = (
        sorted(
            [str(getattr(person, field)) for field in COMPARED]
            + [
                str(sorted(person.extra.items())).replace(r"\r", "")
            ]  # an export has plain line ends
            for person in all_attendees(one.connection)
        )
        for one in (store, other)
    )
    other.close()
    assert before == after


def test_a_possible_duplicate_is_warned_of_until_it_is_decided(
    store: Store, tmp_path: Path
) -> None:
    """The desk names the other attendee at check-in; one decision joins their tickets."""
    first, later = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("Name,Email\nAhsa Roa,asha@example.org\nBo Li,bo@example.org\n")
    later.write_text("Name,Email\nAsha Rao,asha@example.org\nBo Li,bo@example.org\n")
    take_in(store, first)
    report = take_in(store, later)
    [pair] = report.possible_duplicates
    scan(store, ScanOrder(attendee_id=pair.other_id))
    warned = scan(store, ScanOrder(attendee_id=pair.id))

    assert ("Asha Rao", "Ahsa Roa", "the same e-mail") == (pair.name, pair.other_name, pair.why)
    assert any("Ahsa Roa" in sentence for sentence in report.warnings)
    assert "Ahsa Roa with the same e-mail was checked in at" in warned.message
    assert 1 == len(possible_duplicates(store))
    decide(store, pair.other_id, pair.id, is_same=True)
    assert [] == possible_duplicates(store)
    assert Outcome.CANCELED is scan(store, ScanOrder(attendee_id=pair.id)).outcome


def test_a_new_column_of_codes_keeps_check_ins(store: Store, tmp_path: Path) -> None:
    """Codes that appear later belong to the same people, who stay checked in."""
    first, later = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("Name,Email\nAsha Rao,asha@example.org\n")
    later.write_text("Name,Email,Reg No\nAsha Rao,asha@example.org,R-001\n")
    take_in(store, first)
    [asha] = all_attendees(store.connection)
    scan(store, ScanOrder(attendee_id=asha.id))
    report = take_in(store, later)

    assert (0, 1, 0) == (report.new, report.changed, report.missing)
    assert scan(store, ScanOrder("R-001")).repeated
    assert (0, 0, 1) == ((again := take_in(store, later)).new, again.changed, again.unchanged)


@pytest.mark.parametrize("later", ["same file", "another company", "another e-mail"])
def test_a_payment_at_the_desk_survives_a_later_file(
    store: Store, clock: Clock, tmp_path: Path, later: str
) -> None:
    """Who paid at the desk stays paid on every list, whatever else the later file changes."""
    unpaid = person(1, status="Awaiting payment")
    take_in(store, write_rows(tmp_path / "first.csv", [unpaid, person(2)]))
    asha = next(one for one in all_attendees(store.connection) if one.name == "Asha Rao1")
    order = ScanOrder(attendee_id=asha.id)
    assert Outcome.UNPAID is scan(store, order).outcome

    assert scan(store, replace(order, force=True, reason="Paid at the desk")).paid

    row = {
        "same file": unpaid,
        "another company": person(1, status="Awaiting payment", company="Zoho"),
        "another e-mail": [*unpaid[:3], "asha@zoho.example", *unpaid[4:]],
    }[later]
    report = take_in(store, write_rows(tmp_path / "later.csv", [row, person(2), person(3)]))

    clock.pass_s(60)
    assert Outcome.ALREADY_REDEEMED is scan(store, order).outcome
    save_list(store, "Lunch", entry="once", is_new=True)
    assert Outcome.OK is scan(store, replace(order, list_name="Lunch")).outcome
    assert ["status"] == [kept.field for kept in report.kept]


def test_a_payment_that_was_undone_follows_the_file_again(store: Store, tmp_path: Path) -> None:
    """After the undo of “Paid at the desk” the ticket is unpaid until a later file says paid."""
    take_in(store, write_rows(tmp_path / "first.csv", [person(1, status="Awaiting payment")]))
    asha = next(iter(all_attendees(store.connection)))
    order = ScanOrder(attendee_id=asha.id)
    scan(store, replace(order, force=True, reason="Paid at the desk"))
    row = last_to_undo(store)
    assert row is not None
    undo_scan(store, row, reason="")
    assert Outcome.UNPAID is scan(store, order).outcome

    take_in(store, write_rows(tmp_path / "later.csv", [person(1)]))

    assert Outcome.OK is scan(store, order).outcome


def test_a_list_with_one_more_column_is_the_same_list(store: Store, tmp_path: Path) -> None:
    """A hand-made list that has codes now doubles nobody, and names who is no longer on it."""
    path = tmp_path / "list.csv"
    path.write_text("Name\nAsha Rao\nBo Li\nMadonna\nCy Wu\nDan Ode\nEve Roy\n")
    take_in(store, path)
    path.write_text("Name,Code\nAsha Rao,C1\nBo Li,C2\nMadonna,C3\nCy Wu,C4\nDan Ode,C5\n")
    later = take_in(store, path)

    assert (0, 5, []) == (later.new, later.changed, later.possible_duplicates)
    assert ["Eve Roy"] == later.missing_names
    assert 6 == count_attendees(store.connection)
    found = find_by_code(store.connection, "C3").attendees
    assert ["Madonna"] == [attendee.name for attendee in found]


def test_the_own_export_changes_nothing(store: Store, tmp_path: Path) -> None:
    """kiosk's own export in the same event: everybody is unchanged, also the second time."""
    path, out = tmp_path / "list.csv", tmp_path / "out.csv"
    path.write_text(
        "Name,Email,Code,T-shirt\nAsha Rao,a@b.example,K1,M\n=Bo Li,b@b.example,=K2,L\n"
    )
    take_in(store, path)
    export_file(store, out)
    for _ in range(2):
        report = take_in(store, out)

        assert (2, 0, 0) == (report.unchanged, report.changed, report.new)
        assert not any("other details" in sentence for sentence in report.warnings)
