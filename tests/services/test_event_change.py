"""The event's days, name and zone changed, and the lists that follow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import window_words
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import moment_context, put_back, remove_list, save_list
from kiosk.services.event.change import Span, change_event, moved_lists
from kiosk.services.event.event import day_window, event_info, initial_lists
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import walk_in
from kiosk.services.setup.new_event import NewEvent, parse_days
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists

ZONE = "Asia/Kolkata"


def shown(store: Store) -> dict[str, str]:
    """Lists with their windows in words."""
    context = moment_context(store)
    return {
        item.name: window_words(item.opens_ms, item.closes_ms, context)
        for item in check_in_lists(store.connection)
    }


def move(store: Store, days: str, zone: str = ZONE) -> str:
    event = NewEvent(event_info(store).name, parse_days(days), zone)
    return change_event(store, event).sentence()


def test_a_postponed_event_takes_its_lists_along(store: Store) -> None:
    """Day lists get new days and names; other lists move with them, at the same times."""
    save_list(store, "Lunch", is_new=True, opens="16 Feb 12:00", closes="16 Feb 14:00")
    save_list(store, "T-shirt", is_new=True, kind="hand-out")
    said = move(store, "2027-03-02 to 2027-03-03")

    assert shown(store) == {
        "Day 1 · Tue 2 Mar": "Tue 2 Mar",
        "Day 2 · Wed 3 Mar": "Wed 3 Mar",
        "Lunch": "Tue 2 Mar, 12:00 to 14:00",
        "T-shirt": "always open",
    }
    assert "Lunch" in said


def test_a_day_more_gets_a_list_and_a_day_less_loses_it(store: Store) -> None:
    """The others stay what they are."""
    ids = {item.id for item in check_in_lists(store.connection)}
    move(store, "2027-02-16 to 2027-02-18")

    assert 3 == len(shown(store))
    assert ids <= {item.id for item in check_in_lists(store.connection)}

    said = move(store, "2027-02-17")

    assert shown(store) == {"Wed 17 Feb": "Wed 17 Feb"}
    assert "Removed" in said


def test_a_list_with_check_ins_stays(store: Store) -> None:
    """The list is reported as kept, and later changes of the days leave it."""
    person = walk_in(store, "Asha Rao", {})
    scan(store, ScanOrder(attendee_id=person.id))
    said = move(store, "2027-02-17")

    assert "Day 1 · Tue 16 Feb" in shown(store)
    assert "Kept, because of their check-ins" in said

    undo(store)
    move(store, "2027-02-18")

    assert list(shown(store).values()) == ["Tue 16 Feb", "Thu 18 Feb"]


def test_another_zone_keeps_the_times_that_were_typed(store: Store) -> None:
    """Noon is noon, and a day is a day, where clocks change too."""
    save_list(store, "Lunch", is_new=True, opens="16 Feb 12:00", closes="16 Feb 14:00")
    before = shown(store)
    move(store, "2027-02-16, 2027-02-17", "Europe/Berlin")

    assert before == shown(store)


def test_days_for_an_event_that_had_none(store: Store) -> None:
    """The one list for all makes room, and comes back with the last day that goes."""
    move(store, "")

    assert shown(store) == {"Attendance": "always open"}

    move(store, "2027-02-16")

    assert shown(store) == {"Tue 16 Feb": "Tue 16 Feb"}


def test_nothing_changes_when_nothing_is_changed(store: Store) -> None:
    """No event in the log."""
    before = len(list(store.events()))

    assert "" == move(store, "2027-02-16 to 2027-02-17")
    assert before == len(list(store.events()))


def test_a_list_is_renamed_and_its_old_name_is_free(store: Store) -> None:
    """Its check-ins stay with it; two lists of one name there are never."""
    first = save_list(store, "Hall", is_new=True)
    save_list(store, "Hall", is_new=False, rename="Great hall")
    second = save_list(store, "Hall", is_new=True)

    assert first.id != second.id
    for name in ("great  HALL", " "):
        with pytest.raises(KioskError):
            save_list(store, "Hall", is_new=False, rename=name)


def test_a_removed_list_is_put_back_as_it_was(store: Store) -> None:
    """With its window and rule."""
    item = save_list(store, "Lunch", is_new=True, kind="meal", opens="16 Feb 12:00")
    remove_list(store, "Lunch")
    put_back(store, item)

    assert item in check_in_lists(store.connection)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("16-18 Feb 2027", [16, 17, 18]),
        ("Feb 16-18, 2027", [16, 17, 18]),
        ("16 Feb 2027", [16]),
        ("16.2.2027", [16]),
        ("16.-17.2.2027", [16, 17]),
        ("16 and 18 Feb", [16, 18]),
        ("Tue 16 Feb 2027", [16]),
        ("2027-02-16 2027-02-18", [16, 18]),
        ("2027-02-16..2027-02-17", [16, 17]),
        ("", []),
    ],
)
def test_days_as_people_write_them(text: str, days: list[int]) -> None:
    """In one line."""
    expected = tuple(date(2027, 2, day) for day in days)

    assert expected == parse_days(text, today=date(2026, 11, 21))


@pytest.mark.parametrize("text", ["31.2.2027", "foo", "16-", "18-16 Feb 2027", "1 Jan - 31 Dec"])
def test_what_are_no_days_is_refused(text: str) -> None:
    """With a sentence."""
    with pytest.raises(KioskError):
        parse_days(text, today=date(2026, 11, 21))


DAY_SETS = st.sets(st.integers(0, 6), max_size=4).map(
    lambda offsets: tuple(sorted(date(2027, 3, 26) + timedelta(days=n) for n in offsets))
)
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo"]).map(ZoneInfo)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(old=DAY_SETS, new=DAY_SETS, zones=st.tuples(ZONES, ZONES), data=st.data())
def test_whatever_days_become_of_an_event(
    old: tuple[date, ...],
    new: tuple[date, ...],
    zones: tuple[ZoneInfo, ZoneInfo],
    data: st.DataObject,
) -> None:
    """Every new day has its list, no name and no id is there twice, none with check-ins goes, and
    a list that is open across the change stays open as long."""
    lists = initial_lists(old, (), zones[0])
    if old:
        noon = datetime(old[0].year, old[0].month, old[0].day, 12, tzinfo=zones[0])
        opens = int(noon.timestamp() * 1000)
        lists.append(CheckInList("lunch", "Lunch", opens, opens + 3_600_000, position=9))
    scanned = data.draw(st.sets(st.sampled_from([item.id for item in lists])))
    changes = moved_lists(lists, scanned, Span(old, zones[0]), Span(new, zones[1]))
    now = {item.id: item for item in lists}
    now |= {item.id: item for item in changes.changed}
    for item in changes.removed:
        del now[item.id]

    assert now
    assert len(now) == len({item.name for item in now.values()})
    assert scanned <= set(now)
    windows = {(item.opens_ms, item.closes_ms) for item in now.values()}
    assert {day_window(day, zones[1]) for day in new} <= windows
    if old:
        lunch = now["lunch"]
        assert 3_600_000 == (lunch.closes_ms or 0) - (lunch.opens_ms or 0)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("India", "Asia/Kolkata"),
        ("PKT", "Asia/Karachi"),
        ("new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
    ],
)
def test_a_time_zone_as_people_say_it(store: Store, said: str, zone: str) -> None:
    """The settings take the words that a new event takes, and keep the zone's own name."""
    assert zone == change_settings(store, {"timezone": said})["timezone"]
    assert zone == event_info(store).timezone
