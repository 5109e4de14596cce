"""A new event from a file: its suggested name and days, created whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.errors import Canceled, KioskError
from kiosk.importers.preview import preview_source
from kiosk.importers.reading import SourceFile
from kiosk.services.event.event import create_event, event_info
from kiosk.services.setup.new_event import (
    NewEvent,
    building,
    checked_event,
    create_from_plan,
    free_path,
    parse_days,
    plan_new,
    suggestion,
    tidy_name,
)
from kiosk.services.sharing.desks import take_restored_note
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from tests.conftest import SAMPLES

EVENT = NewEvent("PyCon", (date(2027, 2, 16),), "Asia/Kolkata")


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("pycon-2027_attendees_20270216", "Pycon 2027"),
        ("FOSS Meetup Lahore", "FOSS Meetup Lahore"),
        ("report-2026-09-20T1000", "My event"),
        ("eventbrite-attendees", "My event"),
        ("orderpositions (3)", "My event"),
        ("प्रतिभागी_2027", "प्रतिभागी 2027"),
    ],
)
def test_a_file_name_becomes_an_event_name(stem: str, name: str) -> None:
    """Words of exports and stamps of time go; the event's own words stay."""
    assert name == tidy_name(stem)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", []),
        ("2027-02-16", [16]),
        ("2027-02-17, 2027-02-16", [16, 17]),
        ("2027-02-16 2027-02-18", [16, 18]),
        ("2027-02-16 to 2027-02-18", [16, 17, 18]),
        ("2027-02-16..2027-02-17", [16, 17]),
        ("2027-02-16 - 2027-02-17", [16, 17]),
        ("16-Feb-2027", [16]),
        ("16-Feb-27 to 18-Feb-27", [16, 17, 18]),
        ("16-17 Feb 27", [16, 17]),
        ("Feb 16-17, '27", [16, 17]),
        ("Tuesday, 16 February 2027", [16]),
        ("Tue, 16 Feb 27 and Thu, 18 Feb 27", [16, 18]),
    ],
)
def test_days_are_read_as_people_type_them(text: str, days: list[int]) -> None:
    """Commas, blanks, spans."""
    assert tuple(date(2027, 2, day) for day in days) == parse_days(text)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("", "", ""), "name_missing"),
        (("A", "16.13.", ""), "bad_day"),
        (("A", "2027-02-16 to 2027-02-01", ""), "too_many_days"),
        (("A", "2027-01-01 to 2028-01-01", ""), "too_many_days"),
        (("A", "", "Asia/Kalkutta"), "bad_timezone"),
    ],
)
def test_what_cannot_be_is_said(fields: tuple[str, str, str], code: str) -> None:
    """Each field of the form has its own sentence."""
    with pytest.raises(KioskError) as caught:
        checked_event(*fields)

    assert code == caught.value.code


def test_the_file_suggests_name_and_days(tmp_path: Path) -> None:
    """An event column with one value is the name; start and end dates are the days."""
    file = tmp_path / "x.csv"
    file.write_text(
        "Event Name,Event Start Date,Event End Date,Name,Email\n"
        'PyCon Pune,"Feb 16, 2027 09:00 AM","Feb 18, 2027",Asha Rao,asha@example.org\n'
    )
    found = suggestion(file, preview_source(SourceFile(file)))

    assert found.name == "PyCon Pune"
    assert found.days == tuple(date(2027, 2, day) for day in (16, 17, 18))


def test_an_event_holds_everybody_of_the_file(tmp_path: Path) -> None:
    """The event contains exactly the planned people, and the folder no other file."""
    target = tmp_path / "events" / "pycon.kiosk"
    plan = plan_new(SourceFile(SAMPLES / "eventbrite-attendees.csv"), desk="Desk 1")
    create_from_plan(target, EVENT, plan, desk="Desk 1")
    store = Store.open(target, desk="Desk 1")
    info, count = event_info(store), people.count_attendees(store.connection)
    store.close()

    assert (info.name, info.days) == (EVENT.name, EVENT.days)
    assert plan.report.new == count == 46
    assert [target] == list(target.parent.iterdir())


def test_a_stopped_creation_leaves_nothing(tmp_path: Path) -> None:
    """Stopped in the middle of writing, no file is there, whole or in part."""
    target = tmp_path / "events" / "pycon.kiosk"
    plan = plan_new(SourceFile(SAMPLES / "eventbrite-attendees.csv"), desk="Desk 1")

    def stop(done: int, total: int | None) -> None:
        raise Canceled("Writing")

    with pytest.raises(Canceled):
        create_from_plan(target, EVENT, plan, desk="Desk 1", progress=stop)

    assert [] == list(target.parent.iterdir())


def test_an_event_is_never_replaced(tmp_path: Path) -> None:
    """The name is taken: that file stays, and the next free name has a number."""
    target = tmp_path / "pycon.kiosk"
    target.write_text("mine")
    plan = plan_new(SourceFile(SAMPLES / "eventbrite-attendees.csv"), desk="Desk 1")

    with pytest.raises(KioskError) as caught:
        create_from_plan(target, EVENT, plan, desk="Desk 1")

    assert caught.value.code == "file_exists"
    assert target.read_text() == "mine"
    assert free_path("PyCon", tmp_path) == tmp_path / "pycon-2.kiosk"


@pytest.mark.parametrize("name", ["../../etc/x", "a/b", "...", "\x1b[2J", "प्रिया", "x" * 300])
def test_a_name_is_no_path(name: str, tmp_path: Path) -> None:
    """Any event name gives a file in the events folder."""
    path = free_path(name, tmp_path)
    path.write_text("")

    assert path.parent == tmp_path


def test_a_new_event_is_no_copy(tmp_path: Path) -> None:
    """An event that was built at another path and moved keeps its log id."""
    path = tmp_path / "new.kiosk"
    with building(path) as unfinished:
        create_event(unfinished, name="E", timezone="UTC", desk="Desk 1").close()
        made = Store.open(unfinished, desk="Desk 1")
        log_id = made.log_id
        made.close()
    opened = Store.open(path, desk="Desk 1")

    assert log_id == opened.log_id
    assert "" == take_restored_note(opened)
    opened.close()
