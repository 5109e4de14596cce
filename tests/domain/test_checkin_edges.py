"""Check-in rules at their edges: parties, exits, double scans, days, the selected list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin.lists import is_one_of, list_of_the_moment
from kiosk.domain.checkin.rules import (
    LIFTABLE,
    CheckInList,
    Decision,
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
PARTY = replace(ASHA, heads=5)
DOOR = CheckInList("l", "Door")
REQUEST = ScanRequest(NOON, "log", "Desk 1")
LEAVE = replace(REQUEST, direction=Direction.EXIT)


def scan(
    hours: float,
    heads: int = 1,
    direction: Direction = Direction.ENTRY,
    *,
    log_id: str = "log",
    seq: int = 1,
) -> StandingScan:
    """A scan some hours before noon."""
    return StandingScan(log_id, seq, NOON - int(hours * HOUR), "Desk 1", direction, heads)


def leaving(hours: float, heads: int = 1) -> StandingScan:
    """An exit some hours before noon."""
    return scan(hours, heads, Direction.EXIT)


def decide(
    history: list[StandingScan],
    request: ScanRequest = REQUEST,
    *,
    attendee: Attendee = ASHA,
    entry: EntryRule = EntryRule.ONCE,
) -> Decision:
    """The verdict at a door that is always open."""
    return decide_check_in(attendee, replace(DOOR, entry=entry), history, request, ZONE)


@pytest.mark.parametrize(
    ("rule", "history", "left"),
    [
        (EntryRule.ONCE, [], 5),
        (EntryRule.ONCE, [scan(30, 2), leaving(29, 2), scan(1)], 2),
        (EntryRule.MANY, [scan(3, 2), scan(1)], 5),
        (EntryRule.DAILY, [scan(30, 2), scan(3, 2), leaving(2), scan(1)], 2),
        (EntryRule.RE_ENTRY, [scan(3, 2), leaving(2), scan(1, 3)], 1),
        (EntryRule.RE_ENTRY, [leaving(3, 2), scan(2)], 4),
        (EntryRule.RE_ENTRY, [scan(2), leaving(3, 2)], 4),
        (EntryRule.RE_ENTRY, [scan(2), leaving(1, 3)], 5),
    ],
)
def test_a_ticket_admits_its_heads(rule: EntryRule, history: list[StandingScan], left: int) -> None:
    """People left are those of the party less those that count as inside, in order of time."""
    assert left == heads_left(PARTY, replace(DOOR, entry=rule), history, NOON, ZONE)


@pytest.mark.parametrize(
    "in_order",
    [
        [scan(1, 2, log_id="a", seq=9), replace(leaving(1, 2), log_id="b")],
        [scan(1, 2, seq=1), replace(leaving(1, 2), seq=2)],
    ],
)
def test_scans_of_one_moment_have_an_order(in_order: list[StandingScan]) -> None:
    """Of one moment the log and then the number decide which scan came first."""
    hall = replace(DOOR, entry=EntryRule.RE_ENTRY)
    swapped = [
        replace(one, log_id=other.log_id, seq=other.seq)
        for one, other in zip(in_order, reversed(in_order), strict=True)
    ]

    assert 5 == heads_left(PARTY, hall, in_order[::-1], NOON, ZONE)
    assert 3 == heads_left(PARTY, hall, swapped, NOON, ZONE)


@pytest.mark.slow
@given(
    st.lists(st.builds(scan, st.integers(1, 9), st.integers(1, 3), st.sampled_from(Direction))),
    st.sampled_from(EntryRule),
    st.data(),
)
def test_the_order_of_a_history_makes_no_difference(
    history: list[StandingScan], rule: EntryRule, data: st.DataObject
) -> None:
    """A history in any order gives the same verdict, and more people never fit than there are."""
    numbered = [replace(one, seq=number) for number, one in enumerate(history)]
    shuffled = data.draw(st.permutations(numbered))
    hall = replace(DOOR, entry=rule)

    assert decide(numbered, attendee=PARTY, entry=rule) == decide(
        shuffled, attendee=PARTY, entry=rule
    )
    assert heads_left(PARTY, hall, numbered, NOON, ZONE) <= PARTY.heads


@pytest.mark.parametrize(
    ("heads", "history", "expected"),
    [
        (None, [], 1),
        (2, [], 2),
        (0, [], 5),
        (0, [scan(2, 3), leaving(1)], 2),
        (0, [scan(2), leaving(1)], 5),
        (3, [scan(2)], 3),
        (None, [scan(2, 3)], 1),
    ],
)
def test_people_leave_as_they_are_counted(
    heads: int | None, history: list[StandingScan], expected: int
) -> None:
    """An exit counts one person, the number named, or for 0 everyone who is inside."""
    decision = decide(history, replace(LEAVE, heads=heads), attendee=PARTY)

    assert Decision(Outcome.OK, heads=expected) == decision


@pytest.mark.parametrize(("heads", "repeats"), [(None, True), (0, False), (2, False)])
def test_a_double_scan_at_the_exit(heads: int | None, repeats: bool) -> None:
    """A second exit at once repeats the first, unless it names how many people leave."""
    first = scan(1 / HOUR, 2, Direction.EXIT)
    decision = decide([scan(1, 2), first], replace(LEAVE, heads=heads), attendee=PARTY)

    assert repeats == (decision.repeats is not None)
    if repeats:
        assert Decision(Outcome.OK, heads=2, repeats=first) == decision


@pytest.mark.parametrize(
    ("ms_ago", "repeats"), [(-1, False), (0, True), (3_000, True), (3_001, False)]
)
def test_a_double_scan_follows_within_three_seconds(ms_ago: int, repeats: bool) -> None:
    """A scan repeats its own ok of the last three seconds; an ok of the future is another scan."""
    before = replace(scan(0), at_ms=NOON - ms_ago)
    decision = decide([before], attendee=PARTY)

    assert (before if repeats else None) == decision.repeats
    assert (Outcome.OK, 1, before) == (decision.outcome, decision.heads, decision.first)


def test_a_double_scan_repeats_the_latest() -> None:
    """Of several scans within three seconds the latest is repeated, then the highest number."""
    second = 1_000 / HOUR
    scans = [scan(second, 1, seq=3), scan(2 * second, 2, seq=9), scan(second, 4, seq=2)]
    decision = decide(scans, attendee=replace(PARTY, heads=9))

    assert (scans[0], 1) == (decision.repeats, decision.heads)


@pytest.mark.parametrize(
    ("heads", "inside", "outcome", "admitted"),
    [
        (2, 3, Outcome.OK, 2),
        (3, 3, Outcome.RULES, 0),
        (2, 4, Outcome.RULES, 0),
        (None, 4, Outcome.OK, 1),
        (0, 4, Outcome.OK, 1),
        (1, 5, Outcome.ALREADY_REDEEMED, 0),
        (0, 5, Outcome.ALREADY_REDEEMED, 0),
    ],
)
def test_a_party_never_exceeds_its_ticket(
    heads: int | None, inside: int, outcome: Outcome, admitted: int
) -> None:
    """People come in up to the number of the ticket, and a refusal admits no one."""
    decision = decide([scan(1, inside)], replace(REQUEST, heads=heads), attendee=PARTY)

    assert (outcome, admitted) == (decision.outcome, decision.heads)


@pytest.mark.parametrize(("heads", "admitted"), [(None, 1), (0, 1), (2, 2)])
def test_force_admits_people_beyond_the_ticket(heads: int | None, admitted: int) -> None:
    """A supervisor admits at least one person on a used ticket, or the number named."""
    request = replace(REQUEST, heads=heads, force=True)
    decision = decide([scan(1, 5)], request, attendee=PARTY)

    assert (Outcome.OK, admitted) == (decision.outcome, decision.heads)
    assert (Outcome.ALREADY_REDEEMED,) == decision.lifted
    assert decision.forced


@pytest.mark.parametrize(
    ("attendee", "request_", "outcome"),
    [
        (PARTY, replace(REQUEST, heads=6, force=True), Outcome.RULES),
        (replace(ASHA, attention="ask"), replace(REQUEST, force=True), Outcome.INCOMPLETE),
        (ASHA, replace(REQUEST, is_open_question=True, force=True), Outcome.INCOMPLETE),
        (ASHA, replace(REQUEST, is_open_question=True), Outcome.INCOMPLETE),
        (ASHA, replace(REQUEST, is_open_question=True, acknowledged=True), Outcome.OK),
        (replace(ASHA, attention="ask"), replace(REQUEST, acknowledged=True), Outcome.OK),
        (ASHA, replace(REQUEST, acknowledged=True), Outcome.OK),
        (
            replace(PARTY, attention="ask", status=TicketStatus.UNPAID),
            replace(REQUEST, heads=6, force=True),
            Outcome.RULES,
        ),
    ],
)
def test_what_force_does_not_lift(
    attendee: Attendee, request_: ScanRequest, outcome: Outcome
) -> None:
    """Too many people and unanswered questions stay, even for a supervisor."""
    decision = decide([], request_, attendee=attendee)

    assert outcome == decision.outcome
    assert outcome is Outcome.OK or outcome not in LIFTABLE
    assert not decision.forced


@pytest.mark.parametrize("status", [TicketStatus.CANCELED, TicketStatus.BLOCKED])
def test_a_refused_ticket_says_when_it_was_used(status: TicketStatus) -> None:
    """A canceled or blocked ticket that was used has its first entry in the verdict."""
    history = [scan(1, seq=2), leaving(4), scan(3, seq=3), scan(3, log_id="a", seq=9)]
    decision = decide(history, attendee=replace(ASHA, status=status))

    assert (status.value, history[3]) == (decision.outcome.value, decision.first)


def test_an_ok_says_when_the_ticket_was_used_first() -> None:
    """The first entry is in the verdict of a further one."""
    history = [scan(1, seq=2), scan(3, seq=3), leaving(4)]

    assert history[1] == decide(history, entry=EntryRule.MANY).first
    assert decide([leaving(1)]).first is None


@pytest.mark.parametrize(
    ("rule", "history", "first"),
    [
        pytest.param(EntryRule.ONCE, [scan(1), leaving(0.5)], 0, id="an exit frees no ticket"),
        pytest.param(
            EntryRule.RE_ENTRY,
            [scan(5), leaving(4), scan(3, 2), leaving(2), scan(1)],
            2,
            id="since the stay began",
        ),
        pytest.param(
            EntryRule.RE_ENTRY,
            [scan(5, 2), leaving(4), scan(3)],
            0,
            id="a part of the party left",
        ),
        pytest.param(
            EntryRule.RE_ENTRY, [leaving(9, 3), scan(5, 2), leaving(4), scan(1)], 1, id="early exit"
        ),
        pytest.param(
            EntryRule.RE_ENTRY,
            [scan(5), scan(4), leaving(3), scan(2)],
            0,
            id="one of two entries left",
        ),
        pytest.param(EntryRule.DAILY, [scan(30), scan(3), scan(1)], 1, id="first of the day"),
    ],
)
def test_a_used_ticket_names_the_entry_that_used_it(
    rule: EntryRule, history: list[StandingScan], first: int
) -> None:
    """The verdict has the first entry of all, or of this day, and that of this stay."""
    used = replace(ASHA, heads=1)
    decision = decide(history[::-1], attendee=used, entry=rule)

    assert Outcome.ALREADY_REDEEMED is decision.outcome
    if rule is EntryRule.RE_ENTRY:
        assert history[first] == decision.inside_since
        entries = [one for one in history if one.direction is Direction.ENTRY]
        assert entries[0] == decision.first
    else:
        assert history[first] == decision.first


def test_a_refusal_on_another_day_names_the_first_entry_of_all() -> None:
    """A list per day refuses an unpaid ticket with its first entry, if today has none."""
    decision = decide(
        [scan(30), scan(50)],
        attendee=replace(ASHA, status=TicketStatus.UNPAID),
        entry=EntryRule.DAILY,
    )

    assert (Outcome.UNPAID, NOON - 50 * HOUR) == (
        decision.outcome,
        decision.first and decision.first.at_ms,
    )


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_day_is_that_of_the_event(zone: str) -> None:
    """The first entry of the day is the first since midnight in the event's zone."""
    midnight = int(datetime(2027, 2, 16, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    history = [
        replace(scan(0), seq=number, at_ms=midnight + minutes * 60_000)
        for number, minutes in enumerate((-90, -1, 1, 60))
    ]
    daily = replace(DOOR, entry=EntryRule.DAILY)
    request = replace(REQUEST, now_ms=midnight + 2 * HOUR)

    assert history[2] == decide_check_in(ASHA, daily, history, request, ZoneInfo(zone)).first
    assert 3 == heads_left(PARTY, daily, history, request.now_ms, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("types", "ticket_type", "expected"),
    [
        ((), "Regular", True),
        ((), "", True),
        (("Regular",), "regular", True),
        (("VIP", " early  BIRD"), "Early Bird ", True),
        (("VIP", "Speaker"), "Regular", False),
        (("VIP",), "", False),
        (("",), "", True),
    ],
)
def test_types_compare_without_case_and_space(
    types: tuple[str, ...], ticket_type: str, expected: bool
) -> None:
    """A list without types is for all; else one of its types has to be the ticket's."""
    assert expected == is_one_of(types, ticket_type)
    assert expected == replace(DOOR, ticket_types=types).admits_type(ticket_type)


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [
        (None, None, True),
        (5, None, True),
        (6, None, False),
        (None, 5, False),
        (None, 6, True),
        (5, 6, True),
        (0, 5, False),
        (6, 7, False),
        (0, 0, False),
    ],
)
def test_a_list_opens_and_closes(opens: int | None, closes: int | None, is_open: bool) -> None:
    """A list is open from its first moment up to the moment before it closes."""
    assert is_open == CheckInList("l", "L", opens, closes).is_open(5)


DAY = CheckInList("day", "Day", 0, 9, position=4, is_day=True)
MEAL = CheckInList("meal", "Meal", 0, None, position=1)
SHIRT = CheckInList("shirt", "Shirt", position=0)


@pytest.mark.parametrize(
    ("lists", "selected"),
    [
        ([], None),
        ([SHIRT, MEAL, DAY], DAY),
        ([DAY, replace(DAY, id="other", position=3)], replace(DAY, id="other", position=3)),
        ([replace(DAY, closes_ms=5), SHIRT, MEAL], MEAL),
        ([replace(DAY, closes_ms=5), SHIRT, replace(MEAL, opens_ms=None, closes_ms=9)], None),
        ([MEAL, SHIRT], SHIRT),
        (
            [replace(DAY, opens_ms=None, closes_ms=None), SHIRT],
            replace(DAY, opens_ms=None, closes_ms=None),
        ),
    ],
)
def test_a_desk_selects_a_list(lists: list[CheckInList], selected: CheckInList | None) -> None:
    """Open days come first by position, then lists with an opening time where there are days."""
    assert selected == list_of_the_moment(lists, 5)
    assert selected == list_of_the_moment(lists[::-1], 5)
