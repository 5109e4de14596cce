"""Times as organisers type them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.datetimes import (
    DateTimeContext,
    DateTimeError,
    clock_change,
    datetime_words,
    parse_date,
    parse_datetime,
    window_words,
)

KOLKATA, BERLIN = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")
DAYS = (date(2027, 2, 16), date(2027, 2, 17))
CONTEXT = DateTimeContext(KOLKATA, DAYS, date(2026, 11, 21))
ONE_DAY = DateTimeContext(KOLKATA, DAYS[:1])
SPRING = DateTimeContext(BERLIN, (date(2027, 3, 28),))
AUTUMN = DateTimeContext(BERLIN, (date(2027, 10, 31),))
CAIRO = DateTimeContext(ZoneInfo("Africa/Cairo"), (date(2027, 4, 30),))


def at(text: str, zone: ZoneInfo = KOLKATA) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "16 Feb 12:00",
        "16 feb  12:00",
        "16 February 2027 12:00",
        "16th of Feb 12:00",
        "Feb 16 12:00",
        "Feb 16, 2027, 12:00",
        "Tue 16 Feb 12:00",
        "16 Feb at 12pm",
        "16 Feb noon",
        "16.2. 12:00",
        "16.02.2027 12:00",
        "16. Februar 12:00",
        "16/2 12:00",
        "2/16/2027 12:00 pm",
        "2027-02-16 12:00",
        "2027-02-16T12:00",
        "2027-02-16T12:00:00",
        "2027-02-16T06:30Z",
        "2027-02-16T06:30:00+00:00",
        "Tuesday 12:00",
        "tue 12h",
        "Day 1 12:00",
        "day 1 12h00",
    ],
)
def test_noon_of_the_first_day(text: str) -> None:
    """However it is written."""
    assert at("2027-02-16T12:00") == parse_datetime(text, CONTEXT)


@pytest.mark.parametrize(
    ("text", "closing", "expected"),
    [
        ("9:30", False, "2027-02-16T09:30"),
        ("9:30 pm", False, "2027-02-16T21:30"),
        ("9.30 am", False, "2027-02-16T09:30"),
        ("12 am", False, "2027-02-16T00:00"),
        ("24:00", True, "2027-02-17T00:00"),
        ("midnight", True, "2027-02-17T00:00"),
        ("0:00", True, "2027-02-16T00:00"),
        ("16 Feb", False, "2027-02-16T00:00"),
        ("16 Feb", True, "2027-02-17T00:00"),
        ("2027-02-16", True, "2027-02-17T00:00"),
        ("31 Dec", False, "2026-12-31T00:00"),
        ("1 Mar 8:00", False, "2027-03-01T08:00"),
    ],
)
def test_what_is_left_out_is_the_events(text: str, closing: bool, expected: str) -> None:
    """The day of a one-day event, the year nearest to it, the end of a day that closes."""
    assert at(expected) == parse_datetime(text, ONE_DAY, closing=closing)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:00", "2027-02-17T14:00"),
        ("2 pm", "2027-02-17T14:00"),
        ("24:00", "2027-02-18T00:00"),
        ("18 Feb 1:00", "2027-02-18T01:00"),
    ],
)
def test_a_time_alone_closes_on_the_day_of_the_opening(text: str, expected: str) -> None:
    """The day of the opening completes the closing time, also in an event of several days."""
    opens_ms = at("2027-02-17T12:00")

    assert at(expected) == parse_datetime(text, CONTEXT, closing=True, opens_ms=opens_ms)


@pytest.mark.parametrize(
    ("opens", "expected"), [("22:00", "2027-02-18T05:00"), ("09:00", "2027-02-17T05:00")]
)
def test_only_a_party_closes_in_the_next_night(opens: str, expected: str) -> None:
    """`9:00` to `5:00` may mean five in the afternoon: the closing is before the opening, which
    the list refuses."""
    opens_ms = at(f"2027-02-17T{opens}")

    assert at(expected) == parse_datetime("5:00", CONTEXT, closing=True, opens_ms=opens_ms)


@pytest.mark.parametrize(
    ("text", "closing", "expected_utc"),
    [
        ("2026-11-01T01:30", False, "2026-11-01T05:30"),
        ("2026-11-01T01:30", True, "2026-11-01T06:30"),
        ("2026-11-01T01:30:30", True, "2026-11-01T06:30:30"),
        ("2026-11-01T01:30-05:00", False, "2026-11-01T06:30"),
        ("2026-11-01", False, "2026-11-01T04:00"),
        ("2026-11-01", True, "2026-11-02T05:00"),
    ],
)
def test_a_script_s_time_is_read_like_a_person_s_where_clocks_change(
    text: str, closing: bool, expected_utc: str
) -> None:
    """An hour that comes twice is open for all of it, and a day alone closes at its end."""
    context = DateTimeContext(ZoneInfo("America/New_York"), ())

    assert at(expected_utc, ZoneInfo("UTC")) == parse_datetime(text, context, closing=closing)


@pytest.mark.parametrize("text", ["2027-03-14T02:30", "2027-03-14T02:30:00", "14 Mar 2027 2:30"])
def test_a_time_that_clocks_jump_over_is_refused_however_written(text: str) -> None:
    """A script learns it as well as the organiser."""
    with pytest.raises(DateTimeError, match="clocks go forward"):
        parse_datetime(text, DateTimeContext(ZoneInfo("America/New_York"), ()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12:00", "On which day"),
        ("soon", "not a day"),
        ("16 Foo 12:00", "not a day"),
        ("30 Feb 12:00", "no day"),
        ("2027-02-30", "no day"),
        ("16 Feb 25:00", "no time"),
        ("16 Feb 24:01", "no time"),
        ("16 Feb 12:60", "no time"),
        ("16 Feb 13 pm", "no time"),
        ("3/2 12:00", "two days"),
        ("Wed 16", "not a day"),
        ("day 3 9:00", "not a day"),
        ("0001-01-01", "out of reach"),
        ("1492-10-12T08:00+00:00", "out of reach"),
        ("١٦ Feb 99:00", "no time"),
        ("=1+1", "not a day"),
    ],
)
def test_what_is_no_time_is_said_in_a_sentence(text: str, sentence: str) -> None:
    """And what to write instead."""
    with pytest.raises(DateTimeError, match=sentence) as caught:
        parse_datetime(text, CONTEXT)

    assert caught.value.advice


def test_an_hour_that_clocks_jump_over_is_refused() -> None:
    """With the time that there is."""
    with pytest.raises(DateTimeError, match="no 02:30 on 28 Mar") as caught:
        parse_datetime("28 Mar 2:30", SPRING)

    assert "03:30" in caught.value.advice


def test_of_an_hour_that_comes_twice_a_list_gets_all() -> None:
    """It opens at the first, and closes at the second."""
    first = parse_datetime("2:30", AUTUMN)
    last = parse_datetime("2:30", AUTUMN, closing=True)

    expected = [at(f"2027-10-31T0{hour}:30", ZoneInfo("UTC")) for hour in (0, 1)]
    assert expected == [first, last]


def test_a_day_without_midnight_begins_when_it_begins() -> None:
    """Clocks in Cairo go from 24:00 to 01:00."""
    assert at("2027-04-29T22:00", ZoneInfo("UTC")) == parse_datetime("30 Apr", CAIRO)
    assert at("2027-04-29T22:00", ZoneInfo("UTC")) == parse_datetime("29 Apr", CAIRO, closing=True)


@settings(max_examples=150)
@given(
    minute=st.integers(27_000_000, 31_000_000),
    closing=st.booleans(),
    context=st.sampled_from([CONTEXT, ONE_DAY, SPRING, AUTUMN, CAIRO, DateTimeContext(BERLIN)]),
)
def test_what_is_shown_can_be_typed(minute: int, closing: bool, context: DateTimeContext) -> None:
    """Any minute, also those that come twice or are next to a gap."""
    moment_ms = minute * 60_000
    words = datetime_words(moment_ms, context, closing=closing)

    assert moment_ms == parse_datetime(words, context, closing=closing)


@settings(max_examples=100)
@given(text=st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    """Nothing else is raised."""
    try:
        moment = parse_datetime(text, CONTEXT)
    except DateTimeError:
        return
    assert moment is None or isinstance(moment, int)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, "always open"),
        ("2027-02-16T12:00", "2027-02-16T14:00", "Tue 16 Feb, 12:00 to 14:00"),
        ("2027-02-16T00:00", "2027-02-17T00:00", "Tue 16 Feb"),
        ("2027-02-16T20:00", "2027-02-17T02:00", "Tue 16 Feb, 20:00 to Wed 17 Feb, 02:00"),
        ("2027-02-16T12:00", None, "from Tue 16 Feb, 12:00"),
        (None, "2027-02-17T00:00", "until Tue 16 Feb, 24:00"),
    ],
)
def test_windows_in_words(opens: str | None, closes: str | None, words: str) -> None:
    """A whole day is the day alone; midnight is the end of the day before."""
    bounds = [at(text) if text else None for text in (opens, closes)]

    assert words == window_words(bounds[0], bounds[1], CONTEXT)


def test_a_day_whose_clocks_change_is_pointed_out() -> None:
    """And no other."""
    assert "forward 60 min" in clock_change(date(2027, 3, 28), BERLIN)
    assert "back 60 min" in clock_change(date(2027, 10, 31), BERLIN)
    assert not clock_change(date(2027, 2, 16), KOLKATA)


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-16",
        "20270216",
        "16 Feb 2027",
        "Tue, 16.2.2027",
        "Feb 16, 2027",
        "2/16/2027",
        "16 Feb 27",
        "16-Feb-27",
        "16/Feb/2027",
        "16th February, ’27",
        "Feb 16, 27",
        "Feb 16 '27",
        "16 février 2027",
        "16 fevr. 2027",
        "16 de febrero de 2027",
        "16 de fevereiro de 2027",
        "16 febbraio 2027",
        "16 februari 2027",
        "16 Şubat 2027",
        "16 subat 2027",
        "16 Februari 2027",
        "16 lutego 2027",
        "16 февраля 2027 г.",
        "16 лютого 2027",
        "16 फ़रवरी 2027",
        "१६ फरवरी २०२७",
        "16 فروری 2027",
        "16 பிப்ரவரி 2027",
        "16 ফেব্রুয়ারি 2027",
        "16 فبراير 2027",
        "2027年2月16日",
        "2027년 2월 16일",
        "16-févr.-27",
    ],
)
def test_a_date_with_its_year_needs_no_event(text: str) -> None:
    """A full date is understood without the days of an event."""
    assert date(2027, 2, 16) == parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "16 Feb",
        "Tue",
        "Day 1",
        "today",
        "2/3/2027",
        "30 Feb 2027",
        "16 Feb 12",
        "Feb 2027",
        "Feb 26 28",
        "16.2.27",
    ],
)
def test_a_date_that_needs_an_event_is_refused_without_one(text: str) -> None:
    """A date that is not complete, not one only, or does not exist is refused."""
    with pytest.raises(DateTimeError):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1er août 2027", 8),
        ("1º de agosto de 2027", 8),
        ("1 Ağustos 2027", 8),
        ("1 sierpnia 2027", 8),
        ("1 ocak 2027", 1),
        ("1 Mei 2027", 5),
        ("1 мая 2027", 5),
        ("1 मई 2027", 5),
        ("1 listopada 2027", 11),
        ("1 dic 2027", 12),
        ("1 désert 2027", None),
    ],
)
def test_months_have_names_in_many_languages(text: str, month: int | None) -> None:
    """Also short ones, and those that resemble another month elsewhere."""
    if month is None:
        with pytest.raises(DateTimeError):
            parse_date(text)
    else:
        assert date(2027, month, 1) == parse_date(text)


@pytest.mark.parametrize("text", ["16 févr. 2027 à 14h30", "16 de febrero a las 14:30"])
def test_a_word_between_day_and_time(text: str) -> None:
    """It belongs to neither."""
    assert at("2027-02-16T14:30") == parse_datetime(text, CONTEXT)
