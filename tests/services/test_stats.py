"""The counts of an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.checkin.lists import ListRules
from kiosk.domain.checkin.rules import CheckInList, Direction
from kiosk.domain.checkin.tally import EventTally, GateCount, Turnout, gates_of, heads_at_gate
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import event_info
from kiosk.services.people.people import edit, walk_in
from kiosk.services.tally.event_tally import event_tally
from kiosk.storage.file.store import Store
from kiosk.ui.cli.commands.reports import stats_lines, stats_record
from tests.support.stores import Clock, make_store, take_in

PEOPLE = (
    Attendee("s1", name="Asha", ticket_type="Speaker"),
    Attendee("r1", name="Ravi", ticket_type="Regular", heads=3),
    Attendee("r2", name="Zoya", ticket_type="Regular", status=TicketStatus.UNPAID),
    Attendee("r3", name="Li", ticket_type="Regular"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two lists, the second for speakers."""
    store = make_store(tmp_path, lists=("Door", "Dinner"))
    save_list(store, "Dinner", is_new=False, ticket_types=["Speaker"])
    save_list(store, "Door", is_new=False, entry="re-entry")
    take_in(store, *PEOPLE)
    return store


def _go(store: Store, code: str, *, leave: bool = False, **order: object) -> str:
    assert isinstance(store.clock, Clock)
    store.clock.now_ms += 60_000
    direction = Direction.EXIT if leave else Direction.ENTRY
    name = order.pop("list_name", "Door")
    request = ScanOrder(code=f"T-{code}", list_name=str(name), direction=direction, **order)  # type: ignore[arg-type]
    return str(scan(store, request).outcome)


def _door(stats: EventTally) -> tuple[int, int, int]:
    door = stats.lists[0]
    return door.total.expected, door.total.checked_in, door.inside


def test_expected_is_the_heads_of_valid_tickets_that_the_list_admits(store: Store) -> None:
    """Unpaid tickets are not expected; a party counts its heads; a list admits its types."""
    stats = event_tally(store)

    assert [item.total.expected for item in stats.lists] == [5, 1]
    assert {"Regular": Turnout(4, 0, 4), "Speaker": Turnout(1, 0, 1)} == stats.lists[0].by_type
    assert (
        stats.people,
        stats.event.total.expected,
        dict(sorted(stats.by_status.items())),
    ) == (4, 5, {"unpaid": 1, "valid": 3})


def test_a_forced_entry_is_checked_in_and_not_expected(store: Store) -> None:
    """An unpaid ticket admitted by a supervisor is checked in, and not expected."""
    assert _go(store, "r2", force=True, reason="paid cash") == "ok"

    stats = event_tally(store)

    assert _door(stats) == (5, 1, 1)
    assert (stats.forced, stats.event.refused) == (1, {})


def test_a_ticket_canceled_later_stays_checked_in(store: Store) -> None:
    """It is checked in, and not expected any more."""
    _go(store, "r3")
    edit(store, "r3", {"status": "canceled"})

    assert _door(event_tally(store)) == (4, 1, 1)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("in", (5, 1, 1)),
        ("in out", (5, 1, 0)),
        ("in out in", (5, 1, 1)),
        ("out", (5, 0, 0)),
        ("out in", (5, 1, 1)),
        ("in out out in", (5, 1, 1)),
    ],
)
def test_inside_is_entries_minus_exits(
    store: Store, story: str, expected: tuple[int, int, int]
) -> None:
    """An exit without an entry changes nothing, before or after."""
    for word in story.split():
        _go(store, "r3", leave=word == "out")

    assert expected == _door(event_tally(store))


def test_a_party_counts_by_heads(store: Store) -> None:
    """Two of three in, then one out: two checked in, one inside."""
    _go(store, "r1", heads=2)
    _go(store, "r1", leave=True, heads=1)

    assert _door(event_tally(store)) == (5, 2, 1)


def test_undone_entries_do_not_count(store: Store) -> None:
    """An undone entry counts as undone and nowhere else."""
    _go(store, "r3")
    undo(store)

    stats = event_tally(store)

    assert _door(stats) == (5, 0, 0)
    assert stats.undone == 1


def test_walk_ins_refusals_and_badges(store: Store) -> None:
    """The counts of the whole event."""
    walk_in(store, "Late", {})
    _go(store, "nobody")
    _go(store, "r2")
    for _ in range(2):
        with store.writing():
            body = {"at": 1, "layout": "plain", "badges": [["r1", "h", "", 0]]}
            store.append(EventKind.BADGES_PRINTED, body)

    stats = event_tally(store)

    assert (stats.walk_ins, stats.event.refused) == (1, {"invalid": 1, "unpaid": 1})
    assert (stats.badges_printed, stats.badge_prints) == (1, 2)


def test_arrivals_by_quarter_hour(store: Store) -> None:
    """Arrivals count by quarter hours of the event's zone."""
    assert isinstance(store.clock, Clock)
    _go(store, "r3")
    store.clock.now_ms += 20 * 60_000
    _go(store, "r1", heads=3)

    record: dict[str, Any] = stats_record(event_tally(store), event_info(store).zone)

    assert record["lists"][0]["arrivals"] == [
        {"from": "2027-02-16T12:00:00+05:30", "heads": 1},
        {"from": "2027-02-16T12:15:00+05:30", "heads": 3},
    ]


def test_arrivals_of_another_year_name_it(store: Store) -> None:
    """A wrong clock, or a paper list with a wrong day, is seen at once."""
    _go(store, "r3", at_ms=86_400_000)
    _go(store, "r1", heads=3)
    event = replace(event_info(store), days=(date(2027, 2, 16),))

    line = "Arrivals on Door: Fri 2 Jan 1970 05:30 1, Tue 16 Feb 12:00 3"
    assert line in stats_lines(event_tally(store), event)


def test_an_event_without_people(tmp_path: Path) -> None:
    """All counts are zero."""
    stats = event_tally(make_store(tmp_path))

    assert _door(stats) == (0, 0, 0)
    assert (stats.people, stats.event.refused, stats.badges_printed) == (0, {}, 0)


def test_counts_by_gate(store: Store) -> None:
    """A gate is the desks that a list names. Its people are counted on every list."""
    save_list(store, "Dinner", is_new=False, rules={"gates": ["DESK 1", "North [b]"]})
    before = event_tally(store)
    _go(store, "r1", heads=2)
    _go(store, "r3")
    tally, event = event_tally(store), event_info(store)

    door, dinner = tally.lists
    assert () == before.event.gates
    assert (GateCount(("DESK 1", "North [b]"), 3),) == door.gates == tally.event.gates
    assert () == dinner.gates
    record: Any = stats_record(tally, event.zone)
    gates = [{"desks": ["DESK 1", "North [b]"], "heads": 3}]
    assert [gates, []] == [item["gates"] for item in record["lists"]]
    assert "Gates on Door: DESK 1 + North [b] 3" in stats_lines(tally, event)


def test_the_same_desks_in_another_order_are_one_gate() -> None:
    """Lists at one gate may write its desks differently."""
    rules = [ListRules(desks=desks) for desks in (("A", "B"), ("b", "a"), (), ("A",))]
    lists = [CheckInList(str(n), f"L{n}", rules=rule) for n, rule in enumerate(rules)]

    assert [("A", "B"), ("A",)] == gates_of(lists)
    assert 5 == heads_at_gate(("A", "B"), {"a": 2, "B": 3, "C": 4})
