"""The rules of the desk as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.checkin.lists import list_of_the_moment
from kiosk.domain.checkin.rules import (
    CheckInList,
    Direction,
    EntryRule,
    Outcome,
    ScanRequest,
    StandingScan,
    decide_check_in,
    heads_left,
)
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus

ZONE = ZoneInfo("Asia/Kolkata")
NOON = int(datetime(2027, 2, 16, 12, 0, tzinfo=ZONE).timestamp() * 1000)
HOUR = 3_600_000
ASHA = Attendee("a", name="Asha Rao", ticket_type="Regular")
PARTY = replace(ASHA, heads=3)
DOOR = CheckInList("l", "Day 1", NOON - HOUR, NOON + HOUR)
REQUEST = ScanRequest(NOON, "log", "Desk 1")


def entry(at_ms: int, *, desk: str = "Desk 1", heads: int = 1, log_id: str = "log") -> StandingScan:
    return StandingScan(log_id, at_ms % 100_000, at_ms, desk, Direction.ENTRY, heads)


def leaving(at_ms: int, *, heads: int = 1) -> StandingScan:
    return StandingScan("log", at_ms % 100_000, at_ms, "Desk 1", Direction.EXIT, heads)


LONG_AGO = entry(NOON - HOUR // 2)


@pytest.mark.parametrize(
    ("attendee", "check_in_list", "history", "expected"),
    [
        pytest.param(ASHA, DOOR, [], Outcome.OK, id="a good ticket"),
        pytest.param(
            replace(ASHA, status=TicketStatus.CANCELED),
            replace(DOOR, ticket_types=("Speaker",)),
            [LONG_AGO],
            Outcome.CANCELED,
            id="canceled before everything",
        ),
        pytest.param(
            replace(ASHA, status=TicketStatus.BLOCKED),
            replace(DOOR, ticket_types=("Speaker",)),
            [],
            Outcome.BLOCKED,
            id="blocked before the list",
        ),
        pytest.param(
            ASHA,
            replace(DOOR, ticket_types=("Speaker",), closes_ms=NOON),
            [LONG_AGO],
            Outcome.PRODUCT,
            id="wrong type before the window",
        ),
        pytest.param(
            ASHA, replace(DOOR, ticket_types=("  regular ",)), [], Outcome.OK, id="type by any case"
        ),
        pytest.param(
            ASHA, replace(DOOR, closes_ms=NOON), [LONG_AGO], Outcome.INVALID_TIME, id="closes excl."
        ),
        pytest.param(ASHA, replace(DOOR, opens_ms=NOON), [], Outcome.OK, id="opens inclusive"),
        pytest.param(
            ASHA, replace(DOOR, opens_ms=NOON + 1), [], Outcome.INVALID_TIME, id="a moment early"
        ),
        pytest.param(
            replace(ASHA, status=TicketStatus.UNPAID),
            DOOR,
            [LONG_AGO],
            Outcome.ALREADY_REDEEMED,
            id="used before unpaid",
        ),
        pytest.param(
            replace(ASHA, status=TicketStatus.UNPAID), DOOR, [], Outcome.UNPAID, id="unpaid"
        ),
        pytest.param(
            replace(ASHA, status=TicketStatus.UNAPPROVED, attention="ask"),
            DOOR,
            [],
            Outcome.UNAPPROVED,
            id="unapproved before questions",
        ),
        pytest.param(
            replace(ASHA, attention="call Ravi"), DOOR, [], Outcome.INCOMPLETE, id="ask first"
        ),
        pytest.param(
            replace(ASHA, attention="call Ravi"),
            DOOR,
            [LONG_AGO],
            Outcome.ALREADY_REDEEMED,
            id="used is decided before anything is asked",
        ),
    ],
)
def test_first_objection_decides(
    attendee: Attendee, check_in_list: CheckInList, history: list[StandingScan], expected: Outcome
) -> None:
    """The order of the reasons is fixed, whatever else holds as well."""
    decision = decide_check_in(attendee, check_in_list, history, REQUEST, ZONE)

    assert expected == decision.outcome


@pytest.mark.parametrize(
    ("rule", "history", "expected"),
    [
        (EntryRule.ONCE, [LONG_AGO, leaving(NOON - HOUR // 4)], Outcome.ALREADY_REDEEMED),
        (EntryRule.RE_ENTRY, [LONG_AGO], Outcome.ALREADY_REDEEMED),
        (EntryRule.RE_ENTRY, [LONG_AGO, leaving(NOON - HOUR // 4)], Outcome.OK),
        (EntryRule.RE_ENTRY, [leaving(NOON - HOUR // 4)], Outcome.OK),
        (EntryRule.DAILY, [LONG_AGO, leaving(NOON - HOUR // 4)], Outcome.ALREADY_REDEEMED),
        (EntryRule.DAILY, [entry(NOON - 13 * HOUR)], Outcome.OK),
        (EntryRule.DAILY, [entry(NOON - 11 * HOUR)], Outcome.ALREADY_REDEEMED),
        (EntryRule.MANY, [LONG_AGO, entry(NOON - 10_000)], Outcome.OK),
    ],
)
def test_entry_rules(rule: EntryRule, history: list[StandingScan], expected: Outcome) -> None:
    """An exit frees the ticket on re-entry lists only; days turn at midnight of the zone."""
    decision = decide_check_in(ASHA, replace(DOOR, entry=rule), history, REQUEST, ZONE)

    assert expected == decision.outcome


@pytest.mark.parametrize(
    ("request_", "history", "outcome", "repeats"),
    [
        pytest.param(REQUEST, [entry(NOON - 3_000)], Outcome.OK, True, id="three seconds"),
        pytest.param(
            REQUEST, [entry(NOON - 3_001)], Outcome.ALREADY_REDEEMED, False, id="later than that"
        ),
        pytest.param(
            REQUEST,
            [entry(NOON - 100, desk="Desk 2")],
            Outcome.ALREADY_REDEEMED,
            False,
            id="another desk",
        ),
        pytest.param(
            REQUEST,
            [entry(NOON - 100, log_id="other")],
            Outcome.ALREADY_REDEEMED,
            False,
            id="a desk of the same name elsewhere",
        ),
        pytest.param(
            replace(REQUEST, force=True), [entry(NOON - 100)], Outcome.OK, False, id="meant: forced"
        ),
        pytest.param(
            replace(REQUEST, direction=Direction.EXIT),
            [entry(NOON - 100)],
            Outcome.OK,
            False,
            id="in and out are two things",
        ),
    ],
)
def test_double_beep(
    request_: ScanRequest, history: list[StandingScan], outcome: Outcome, repeats: bool
) -> None:
    """The scanner's stutter repeats its own ok and nothing else does."""
    decision = decide_check_in(ASHA, DOOR, history, request_, ZONE)

    assert (outcome, repeats) == (decision.outcome, decision.repeats is not None)


@pytest.mark.parametrize(
    ("heads", "history", "outcome", "admitted"),
    [
        (None, [], Outcome.OK, 1),
        (2, [], Outcome.OK, 2),
        (0, [], Outcome.OK, 3),
        (0, [entry(NOON - HOUR // 2)], Outcome.OK, 2),
        (2, [entry(NOON - 1_000)], Outcome.OK, 2),
        (4, [], Outcome.RULES, 0),
        (None, [entry(NOON - HOUR // 2, heads=3)], Outcome.ALREADY_REDEEMED, 0),
        (0, [entry(NOON - 1_000, heads=3)], Outcome.OK, 3),
    ],
)
def test_a_party_comes_head_by_head_or_at_once(
    heads: int | None, history: list[StandingScan], outcome: Outcome, admitted: int
) -> None:
    """A party of three admits three people, however they come."""
    decision = decide_check_in(PARTY, DOOR, history, replace(REQUEST, heads=heads), ZONE)

    assert (outcome, admitted) == (decision.outcome, decision.heads)


@pytest.mark.parametrize(
    ("attendee", "check_in_list", "history", "lifted"),
    [
        (ASHA, DOOR, [], ()),
        (replace(ASHA, status=TicketStatus.UNPAID), DOOR, [], (Outcome.UNPAID,)),
        (ASHA, DOOR, [LONG_AGO], (Outcome.ALREADY_REDEEMED,)),
        (
            replace(ASHA, status=TicketStatus.UNAPPROVED),
            replace(DOOR, ticket_types=("Speaker",), closes_ms=NOON),
            [LONG_AGO],
            (
                Outcome.PRODUCT,
                Outcome.INVALID_TIME,
                Outcome.ALREADY_REDEEMED,
                Outcome.UNAPPROVED,
            ),
        ),
    ],
)
def test_a_supervisor_lifts_every_liftable_reason(
    attendee: Attendee,
    check_in_list: CheckInList,
    history: list[StandingScan],
    lifted: tuple[Outcome, ...],
) -> None:
    """An override lists the lifted objections; on a valid ticket it is a plain ok."""
    decision = decide_check_in(attendee, check_in_list, history, replace(REQUEST, force=True), ZONE)

    assert (Outcome.OK, lifted, bool(lifted)) == (
        decision.outcome,
        decision.lifted,
        decision.forced,
    )


@pytest.mark.parametrize("status", [TicketStatus.CANCELED, TicketStatus.BLOCKED])
@pytest.mark.parametrize("direction", list(Direction))
def test_nobody_lifts_canceled_or_blocked(status: TicketStatus, direction: Direction) -> None:
    """Not by force, and not on the way out."""
    request = replace(REQUEST, force=True, direction=direction)
    decision = decide_check_in(replace(ASHA, status=status), DOOR, [], request, ZONE)

    assert status.value == decision.outcome.value


def test_exits_skip_type_time_use_and_payment() -> None:
    """Who is inside may leave, and an exit without an entry is recorded."""
    closed = replace(DOOR, ticket_types=("Speaker",), closes_ms=NOON - 1)
    request = replace(REQUEST, direction=Direction.EXIT)
    decision = decide_check_in(replace(ASHA, status=TicketStatus.UNPAID), closed, [], request, ZONE)

    assert (decision.outcome, decision.heads) == (Outcome.OK, 1)


@pytest.mark.parametrize(
    ("rule", "hours_before_noon", "expected"),
    [
        (EntryRule.ONCE, [13, -12.5, 11], 13),
        (EntryRule.DAILY, [13, 11, 10], 11),
        (EntryRule.RE_ENTRY, [6, -5, 4, 3], 4),
        (EntryRule.RE_ENTRY, [6, 5, -4], 6),
    ],
)
def test_a_used_ticket_says_when_it_was_used(
    rule: EntryRule, hours_before_noon: list[float], expected: float
) -> None:
    """The first entry is today's where entry is once a day; where attendees return, the verdict
    also has the entry of this stay."""
    history = [
        leaving(NOON + int(hours * HOUR)) if hours < 0 else entry(NOON - int(hours * HOUR))
        for hours in hours_before_noon
    ]
    hall = CheckInList("l", "Hall", entry=rule)
    decision = decide_check_in(ASHA, hall, history, REQUEST, ZONE)

    assert decision.outcome is Outcome.ALREADY_REDEEMED
    assert decision.first is not None
    shown = decision.inside_since if rule is EntryRule.RE_ENTRY else decision.first
    assert shown is not None
    assert NOON - expected * HOUR == shown.at_ms


def test_clock_change_day_has_its_own_length() -> None:
    """Once per day goes by the calendar of the event's zone, on the 25-hour day too."""
    berlin = ZoneInfo("Europe/Berlin")
    daily = CheckInList("l", "Lunch", entry=EntryRule.DAILY)
    first = int(datetime(2026, 10, 25, 0, 30, tzinfo=berlin).timestamp() * 1000)
    late = int(datetime(2026, 10, 25, 23, 30, tzinfo=berlin).timestamp() * 1000)

    assert late - first == 24 * HOUR
    assert heads_left(ASHA, daily, [entry(first)], late, berlin) == 0
    assert heads_left(ASHA, daily, [entry(first)], late + HOUR, berlin) == 1


def test_the_list_of_the_moment_is_the_open_day() -> None:
    """Days come before hand-outs; a hand-out without a window never becomes the door."""
    day1 = CheckInList("1", "Day 1", 0, 100, position=0, is_day=True)
    day2 = CheckInList("2", "Day 2", 100, 200, position=1, is_day=True)
    shirt = CheckInList("3", "T-shirt", position=2)
    lunch = CheckInList("4", "Lunch", 40, 60, position=3)
    every = [shirt, lunch, day2, day1]

    assert list_of_the_moment(every, 50) == day1
    assert list_of_the_moment(every, 100) == day2
    assert list_of_the_moment(every, 200) is None
    assert list_of_the_moment([shirt], 5) == shirt
