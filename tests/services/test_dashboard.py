"""The dashboard: figures, pace and missing people of one list."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.rules import Direction
from kiosk.domain.checkin.tally import QUARTER_MS, Turnout, newest_stretch
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import event_info
from kiosk.services.tally.counts import desk_counts, event_counts
from kiosk.services.tally.event_tally import (
    Dashboard,
    Pace,
    changed_dashboard,
    dashboard,
    event_tally,
)
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import scans_of
from kiosk.ui.tui.reports.dashboard_lines import doors_content
from tests.support.stores import NOON_MS, Clock, make_store, take_in

MINUTE_MS = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Twenty regular tickets, two speakers (one without a name), and one unpaid ticket."""
    store = make_store(tmp_path, lists=("Door", "Dinner"))
    save_list(store, "Dinner", is_new=False, ticket_types=["Speaker"])
    save_list(store, "Door", is_new=False, entry="re-entry")
    take_in(store, *[Attendee(f"r{n}", name=f"R {n}", ticket_type="Regular") for n in range(20)])
    take_in(store, Attendee("s1", name="Asha", ticket_type="Speaker"))
    take_in(store, Attendee("s2", guest_of="Asha", ticket_type="Speaker"))
    take_in(store, Attendee("u1", name="Uma", status=TicketStatus.UNPAID, ticket_type="Regular"))
    return store


def _go(store: Store, code: str, minute: int, *, leave: bool = False, desk: str = "") -> str:
    assert isinstance(store.clock, Clock)
    store.clock.now_ms = NOON_MS + minute * MINUTE_MS
    direction = Direction.EXIT if leave else Direction.ENTRY
    order = ScanOrder(code=f"T-{code}", list_name="Door", direction=direction)
    return str(scan(store, order).outcome)


def _heads(facts: Dashboard) -> tuple[int, int]:
    """Checked in and expected."""
    return facts.tally.total.checked_in, facts.tally.total.expected


def _at(store: Store, minute: int) -> None:
    assert isinstance(store.clock, Clock)
    store.clock.now_ms = NOON_MS + minute * MINUTE_MS


def test_figures_by_list_and_type(store: Store) -> None:
    """Dashboard and statistics have the same figures; the largest ticket type is first."""
    for number in range(3):
        _go(store, f"r{number}", number)
    facts = dashboard(store)

    assert (facts.list.name, *_heads(facts)) == ("Door", 3, 22)
    assert facts.tally.types == [("Regular", Turnout(20, 3, 17)), ("Speaker", Turnout(2, 0, 2))]
    assert event_tally(store).lists == facts.lists


def test_pace_and_minutes_left(store: Store) -> None:
    """Ten arrivals in 15 minutes are 40 an hour; the others take as long as this pace says."""
    _go(store, "r19", 0)
    for number in range(10):
        _go(store, f"r{number}", 30 + number)
    _at(store, 40)
    pace = dashboard(store).pace

    assert (pace.heads, pace.minutes, pace.per_hour, pace.missing) == (10, 15, 40, 11)
    assert pace.minutes_left == 16


def test_a_return_is_no_arrival(store: Store) -> None:
    """A return from lunch changes neither the pace nor the number of missing people."""
    _go(store, "r1", 0)
    _go(store, "r1", 30, leave=True)
    _go(store, "r1", 35)
    pace = dashboard(store).pace

    assert (pace.heads, pace.missing, pace.minutes_left) == (0, 21, None)


def test_a_second_admission_by_exception_is_no_arrival(store: Store) -> None:
    """Chart and counts agree on a person who is admitted twice."""
    _go(store, "r1", 1)
    _at(store, 40)
    again = ScanOrder(code="T-r1", list_name="Door", force=True, reason="Lost")
    assert "ok" == scan(store, again).outcome

    facts, stats = dashboard(store), event_tally(store).lists[0]

    assert [1] == [heads for heads in facts.quarters.values() if heads]
    assert (1, [1]) == (stats.total.checked_in, list(stats.arrivals.values()))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(1, 3), st.integers(0, 12)),
        max_size=14,
    ),
    minutes=st.integers(0, 40),
)
def test_chart_pace_and_counter_agree(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, bool, int, int]],
    minutes: int,
) -> None:
    """Over midnight, with returns, parties and second admissions, they count the same arrivals."""
    store = make_store(tmp_path_factory.mktemp("event"), lists=("Door",))
    save_list(store, "Door", is_new=False, entry="re-entry")
    take_in(store, *[Attendee(code, name=code, heads=heads) for heads, code in enumerate("abc", 1)])
    assert isinstance(store.clock, Clock)
    list_id = check_in_lists(store.connection)[0].id
    zone = event_info(store).zone
    midnight = datetime.fromtimestamp(NOON_MS / 1000, zone).replace(hour=23, minute=30)
    store.clock.now_ms = int(midnight.timestamp() * 1000)
    arrived: list[tuple[int, int]] = []
    came: dict[tuple[str, date], int] = {}
    for code, leaves, heads, gap in steps:
        store.clock.now_ms += gap * MINUTE_MS + 5_000
        direction = Direction.EXIT if leaves else Direction.ENTRY
        scan(
            store,
            ScanOrder(
                code=f"T-{code}", direction=direction, heads=heads, force=True, reason="test"
            ),
        )
        day = datetime.fromtimestamp(store.clock.now_ms / 1000, zone).date()
        row = scans_of(store.connection, code)[-1]
        if row.outcome == "ok" and not leaves:
            party = "abc".index(code) + 1
            fresh = max(0, min(row.heads, party - came.get((code, day), 0)))
            came[code, day] = came.get((code, day), 0) + fresh
            arrived.append((store.clock.now_ms, fresh))
    since_ms = store.clock.now_ms - minutes * MINUTE_MS

    on_list = event_counts(store).on_list(list_id)
    assert sum(n for at, n in arrived if at >= since_ms) == on_list.arrived_since(since_ms)
    quarters = event_tally(store).lists[0].arrivals
    assert sum(n for _, n in arrived) == sum(quarters.values())


def test_a_person_admitted_twice_counts_once(store: Store) -> None:
    """Two entries within 15 minutes and a return after an exit are one arrival."""
    _go(store, "r1", 1)
    _at(store, 3)
    scan(store, ScanOrder(code="T-r1", list_name="Door", force=True, reason="Lost"))
    _go(store, "r1", 5, leave=True)
    _go(store, "r1", 7)
    facts = dashboard(store)

    assert (1, 1) == (facts.pace.heads, sum(facts.quarters.values()))
    assert 1 == desk_counts(store, facts.list).recent


def test_the_window_starts_with_the_first_arrival(store: Store) -> None:
    """Six people in four minutes are 90 an hour, not 24."""
    for number in range(6):
        _go(store, f"r{number}", 0)
    _at(store, 4)

    assert (dashboard(store).pace.per_hour, dashboard(store).pace.minutes) == (90, 4)


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        (Pace(10, 15, 20, True), 30),
        (Pace(3, 15, 20, False), None),
        (Pace(10, 15, 0, True), None),
        (Pace(100, 15, 1, True), 1),
    ],
)
def test_there_is_an_estimate_only_with_enough_arrivals(pace: Pace, expected: int | None) -> None:
    """Too few arrivals, or no one missing: no estimate."""
    assert expected == pace.minutes_left


def test_missing_speakers(store: Store) -> None:
    """They are named, a guest by the host's name, and leave the list when they are in."""
    assert dashboard(store).speakers_missing == ("Asha", "Guest of Asha")
    _go(store, "s1", 1)
    facts = dashboard(store)

    assert (facts.speakers, facts.speakers_missing) == (2, ("Guest of Asha",))


def test_refusals_and_desks_of_this_list(store: Store) -> None:
    """Scans that another list refused do not count here."""
    _go(store, "u1", 1)
    _go(store, "nobody", 1)
    scan(store, ScanOrder(code="T-r1", list_name="Dinner"))
    _go(store, "r1", 2)
    facts = dashboard(store)

    assert dict(facts.tally.refused) == {"invalid": 1, "unpaid": 1}
    assert (facts.tally.desks, facts.recent_by_desk) == ({"Desk 1": 1}, {"Desk 1": 1})


def test_gates_of_this_list(store: Store) -> None:
    """A gate is shown with its people and those of the last minutes, as text; without gates there
    is no line."""
    _go(store, "r1", 1)
    assert "Gates" not in doors_content(dashboard(store), 60, 30).plain

    save_list(store, "Door", is_new=False, rules={"gates": ["Desk 1", "North [b]"]})
    _go(store, "r2", 20)
    facts = dashboard(store)

    assert [("Desk 1 + North [b]", 2)] == [(one.name, one.heads) for one in facts.tally.gates]
    assert "Desk 1 + North [b] 2 (+1)" in doors_content(facts, 60, 30).plain


def test_an_undone_entry_is_in_no_figure(store: Store) -> None:
    """After undo all figures are as before the entry."""
    _go(store, "r1", 1)
    undo(store)
    facts = dashboard(store)

    assert (_heads(facts), facts.pace.heads) == ((0, 22), 0)
    assert (facts.quarters, facts.tally.desks, facts.recent_by_desk) == ({}, {}, {})


def test_a_removed_list_is_replaced_by_the_list_of_the_moment(store: Store) -> None:
    """The dashboard continues when another desk removes its list."""
    assert dashboard(store, "no-such-id").list.name == "Door"


def test_it_is_counted_again_only_after_a_write(store: Store) -> None:
    """A write of another connection changes the version."""
    seen = dashboard(store)
    assert changed_dashboard(store, None, seen.version) is None
    other = Store.open(store.path, desk="Desk 2", clock=store.clock)
    scan(other, ScanOrder(code="T-r1", list_name="Door"))
    other.close()
    anew = changed_dashboard(store, None, seen.version)

    assert anew is not None
    assert _heads(anew) == (1, 22)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.integers(0, 200), st.integers(1, 50)), st.integers(0, 250))
def test_a_stretch_has_no_gaps(heads: dict[int, int], now: int) -> None:
    """Every quarter hour is there once, in order, with all arrivals of the last stretch."""
    quarters = {number * QUARTER_MS: heads[number] for number in sorted(heads)}
    stretch = newest_stretch(quarters, now * QUARTER_MS)
    starts = list(stretch)

    assert starts == [starts[0] + n * QUARTER_MS for n in range(len(starts))] if starts else True
    if quarters:
        assert stretch[max(quarters)] == quarters[max(quarters)]
        assert sum(stretch.values()) == sum(quarters.get(start, 0) for start in starts)
