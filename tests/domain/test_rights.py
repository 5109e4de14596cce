"""What a ticket is good for, read from the columns of any platform."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.checkin.lists import CheckInList, ListRules, rules_of, rules_value
from kiosk.domain.checkin.rights import rights_of, rights_words, states_rights
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.setting_schema import is_fitting_setting

ZONE = ZoneInfo("Europe/Berlin")
DAYS = (date(2027, 2, 16), date(2027, 2, 17))
CONTEXT = DateTimeContext(ZONE, DAYS)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("heading", "value", "expected"),
    [
        ("valid_from", "2027-02-16", (ms("2027-02-16T00:00"), None)),
        ("Valid From", "16.02.2027 14:00", (ms("2027-02-16T14:00"), None)),
        ("Gültig ab", "2027-02-16T13:00:00Z", (ms("2027-02-16T14:00"), None)),
        ("valid_until", "2027-02-16", (None, ms("2027-02-17T00:00") - 1)),
        ("Gültig bis", "16 Feb 2027 18:00", (None, ms("2027-02-16T18:00"))),
        ("valid to", "16 Feb", (None, ms("2027-02-17T00:00") - 1)),
        ("Ticket expires on", "2027-02-16", (None, ms("2027-02-17T00:00") - 1)),
        ("Data ważności", "16 lutego 2027", (None, ms("2027-02-17T00:00") - 1)),
        ("Действителен до", "16 февраля 2027 г.", (None, ms("2027-02-17T00:00") - 1)),
        ("Son geçerlilik tarihi", "16 Şubat 2027", (None, ms("2027-02-17T00:00") - 1)),
        ("Berlaku mulai", "16 Februari 2027", (ms("2027-02-16T00:00"), None)),
        ("Passport valid", "2027-02-16", (None, None)),
        ("Valid until", "forever", (None, None)),
        ("Valid until", "2027-02-31", (None, None)),
    ],
)
def test_validity(heading: str, value: str, expected: tuple[int | None, int | None]) -> None:
    """A day alone is the whole day; a value that is no date limits nothing."""
    rights = rights_of({heading: value}, CONTEXT)

    assert expected == (rights.valid_from_ms, rights.valid_until_ms)


@pytest.mark.parametrize(
    ("extra", "days", "heading"),
    [
        ({"Session date": "2027-02-16"}, (16, 16), ""),
        ({"Ticket date": "Day 2"}, (17, 17), ""),
        ({"Subevent": "Wed"}, (17, 17), ""),
        ({"Event date": "17 Feb"}, (17, 17), "Event date"),
        ({"Event start date": "2027-02-16 22:00", "Event end date": "2027-02-17 04:00"},
         (16, 17), "Event start date"),
        ({"Series start date": "2027-02-16 20:00", "Series end date": "2027-02-17 00:00"},
         (16, 16), ""),
        ({"Order date": "2027-01-10", "Date of birth": "1990-02-16"}, None, ""),
        ({"Day": "both"}, None, ""),
    ],
)  # fmt: skip
def test_dates(extra: dict[str, str], days: tuple[int, int] | None, heading: str) -> None:
    """The date that a ticket was bought for, and whether its column may date the event."""
    rights = rights_of(extra, CONTEXT)

    found = (
        (rights.first_day.day, rights.last_day.day)
        if (rights.first_day and rights.last_day)
        else None
    )
    assert (days, heading) == (found, rights.date_heading)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Workshop: Rust; 2 x Dinner", ("Workshop: Rust", "Dinner")),
        ("Dinner", ("Dinner",)),
        ("Dinner, Tour", ("Dinner", "Tour", "Dinner, Tour")),
        ("Dinner; dinner ×2", ("Dinner", "dinner")),
        ("  ", ()),
    ],
)
def test_add_ons(text: str, expected: tuple[str, ...]) -> None:
    """Names without counts; commas separate where no semicolon does."""
    assert expected == rights_of({"Add-ons": text}, CONTEXT).add_ons


def test_headings_of_other_things_state_no_rights() -> None:
    """Dates of orders, people and payments are none of a ticket."""
    others = ("Order date", "Date", "Created", "Birthday", "Paid until", "Valid e-mail", "Holidays")

    assert [] == [heading for heading in others if states_rights(heading)]


def test_words() -> None:
    """As the card and the badge say them."""
    rights = rights_of({"Session date": "16 Feb", "Valid until": "16 Feb 18:00"}, CONTEXT)

    assert ["for Tue 16 Feb", "valid until Tue 16 Feb, 18:00"] == rights_words(rights, ZONE)


RULES = ListRules(
    ZONE, date(2027, 2, 16), ((1, 2),), ((480, 600),), 3, 2, 1, 30, ("a",), ("Desk 1",), 180, True
)


def test_rules_are_stored_and_read() -> None:
    """Nothing is lost; rules that are not set are not stored."""
    value = rules_value(RULES)

    assert RULES == rules_of(value, ZONE)
    assert is_fitting_setting("list_rules:x", value)
    assert rules_value(ListRules(ZONE)) is None


@pytest.mark.parametrize(
    "value",
    [
        {"day": "soon"},
        {"day": "0001-01-01"},
        {"most_days": 0},
        {"windows": [[1]]},
        {"daily": [[0, 9_999]]},
        {"check_out_at": 1440},
        {"leaves": ["x" * 300]},
        {"confirm": "yes"},
        [],
    ],
)
def test_hostile_rules_do_not_fit(value: object) -> None:
    """Rules from another desk may have any shape."""
    assert not is_fitting_setting("list_rules:x", value)


def test_a_window_over_midnight() -> None:
    """It belongs to both days."""
    night = CheckInList("l", "Bar", rules=ListRules(ZONE, daily=((22 * 60, 26 * 60),)))
    hours = (21, 22, 25.9, 26)

    assert [False, True, True, False] == [
        night.is_open(ms("2027-02-16T00:00") + int(hour * 3_600_000)) for hour in hours
    ]


@pytest.mark.parametrize(
    ("until", "now", "has_ended"),
    [
        ("2027-02-16", "2027-02-16T23:59", False),
        ("2027-02-16", "2027-02-17T01:00", False),
        ("2027-02-16", "2027-02-17T13:00", True),
        ("2027-02-15", "2027-02-17T01:00", True),
        ("2027-02-16 23:00", "2027-02-17T01:00", True),
        ("2027-02-16 24:00", "2027-02-17T01:00", True),
    ],
)
def test_a_ticket_for_a_day_admits_in_the_night_after_it(
    until: str, now: str, has_ended: bool
) -> None:
    """The party of the 16th is on the 16th until it closes; a time is exact."""
    rights = rights_of({"Valid until": until}, CONTEXT)
    night = CheckInList("l", "Party", ms("2027-02-16T20:00"), ms("2027-02-17T04:00"))

    assert has_ended == rights.has_ended(ms(now), night.day_of(ms(now), ZONE), ZONE)


def test_a_list_without_a_night_ends_with_the_day() -> None:
    """One minute after midnight is the next day."""
    rights = rights_of({"Valid until": "2027-02-16"}, CONTEXT)
    now_ms = ms("2027-02-17T00:01")

    assert rights.has_ended(now_ms, CheckInList("l", "Hall").day_of(now_ms, ZONE), ZONE)
