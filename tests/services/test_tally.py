"""All counts of an event agree, whatever its desks did."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.rules import CheckInList, Direction
from kiosk.domain.checkin.tally import EventTally, FirstTimers, Tally
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import WALK_IN_SOURCE, Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import KioskError
from kiosk.exporters.table import SEPARATOR
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import event_info
from kiosk.services.people.people import edit, walk_in
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.services.reports.attendance import ExportOrder, Who, attendance_table
from kiosk.services.reports.report import report_facts
from kiosk.services.safety.purge import purge
from kiosk.services.tally.counts import RECENT_MS, checked_in_by_list, desk_counts
from kiosk.services.tally.event_tally import (
    PURGED,
    PURGED_REPORT,
    dashboard,
    event_tally,
    frozen_tally,
)
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendees_by_ids
from kiosk.storage.queries.lists import check_in_lists
from kiosk.ui.cli.commands.reports import stats_record
from tests.support.desks import new_desk, send
from tests.support.stores import Clock, make_store, take_in

pytestmark = pytest.mark.slow

FIRST = "Is this your first time?"
ADD_ON, DATE = "Add-on", "Session date"
LISTS = {
    "Door": "re-entry",
    "Lunch": "once",
    "Talks": "daily",
    "Coffee": "many",
    "Dinner": "once",
    "Pick-up": "once",
    "Hall": "re-entry",
}
TYPES = {"Lunch": ("Speaker", "Regular"), "Dinner": ("Gala dinner", "Speaker")}
"""Ticket types and add-ons of the lists that admit some only."""
DAYS = {"Pick-up": date(2027, 2, 17)}
"""Lists for the tickets of one day."""
OUT_AT = {"Door": (3, 0), "Hall": (22, 30)}
"""Hour and minute at which everybody is out."""
PEOPLE = (
    Attendee("a", name="Asha", ticket_type="Speaker", extra={FIRST: "Yes", DATE: "2027-02-16"}),
    Attendee("b", name="Bo", ticket_type="Regular", heads=3, extra={ADD_ON: "Gala dinner; Bus"}),
    Attendee("c", name="Cem", ticket_type="Regular", status=TicketStatus.UNPAID),
    Attendee("d", name="Dana", heads=2, extra={FIRST: "Yes", DATE: "2027-02-17"}),
)
GATES = {"Talks": ("desk 1",), "Coffee": ("Desk 2", "Desk 1", "Desk 9")}
"""The desks that a list names: one in other letters, one that does not exist."""
MINUTE_MS = 60_000

tickets, desks = st.integers(0, 3), st.integers(0, 1)
scans = st.tuples(
    st.just("scan"),
    desks,
    tickets,
    st.sampled_from([*LISTS]),
    st.sampled_from([Direction.ENTRY, Direction.ENTRY, Direction.EXIT]),
    st.integers(1, 3),
    st.sampled_from([True, True, False]),
)
edits = st.sampled_from(
    [
        {"status": "canceled"},
        {"status": "valid"},
        {"heads": "1"},
        {"heads": "4"},
        {"ticket_type": "Speaker"},
        {"ticket_type": ""},
        {FIRST: "No"},
        {FIRST: "Yes"},
        {ADD_ON: "Bus"},
        {ADD_ON: "bus; GALA DINNER"},
        {DATE: "2027-02-17"},
        {DATE: ""},
    ]
)
steps = st.one_of(
    scans,
    scans,
    st.tuples(st.just("undo"), desks, tickets),
    st.tuples(st.just("edit"), desks, tickets, edits),
    st.tuples(st.just("walk_in"), desks, st.integers(1, 3)),
    st.tuples(st.just("transfer"), desks, tickets),
    st.tuples(st.just("import"), desks, st.integers(1, 2)),
    st.tuples(st.just("merge"), desks),
    st.tuples(st.just("wait"), st.sampled_from([9, 700, 1440])),
    st.tuples(st.just("look"), desks),
)


class Event:
    """Two desks of one event; each has only its own log until it merges the other's."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        first = make_store(folder, lists=tuple(LISTS))
        first.clock = self.clock
        for name, entry in LISTS.items():
            save_list(first, name, is_new=False, entry=entry)
        for name, types in TYPES.items():
            save_list(first, name, is_new=False, ticket_types=types)
        for name, day in DAYS.items():
            save_list(first, name, is_new=False, rules={"date": [day.isoformat()]})
        for name, (hour, minute) in OUT_AT.items():
            save_list(first, name, is_new=False, rules={"check_out_at": [f"{hour}:{minute:02}"]})
        for name, gate in GATES.items():
            save_list(first, name, is_new=False, rules={"gates": list(gate)})
        take_in(first, *PEOPLE)
        second = new_desk(folder / "2.kiosk", "Desk 2", first)
        second.clock = self.clock
        self.stores = (first, second)
        self.number = 0
        for store in self.stores:  # many small examples: the disk need not keep them
            store.connection.execute("PRAGMA synchronous = OFF")

    def ticket(self, desk: int, number: int) -> str:
        """The id of a ticket that this desk has."""
        rows = self.stores[desk].connection.execute("SELECT id FROM attendee ORDER BY id")
        ids = [str(row[0]) for row in rows]
        return ids[number % len(ids)]

    def do(self, name: str, *options: object) -> None:
        """Take one step. A refusal of the program is a step as well."""
        self.clock.now_ms += MINUTE_MS
        self.number += 1
        with suppress(KioskError):
            getattr(self, name)(*options)

    def scan(
        self, desk: int, ticket: int, name: str, way: Direction, heads: int, force: bool
    ) -> None:
        """An entry or exit; by exception, with a reason."""
        order = ScanOrder(
            attendee_id=self.ticket(desk, ticket),
            list_name=name,
            direction=way,
            heads=heads,
            force=force,
            reason="test" if force else "",
        )
        scan(self.stores[desk], order)

    def undo(self, desk: int, ticket: int) -> None:
        """Undo the last entry or exit of a ticket."""
        undo(self.stores[desk], attendee_id=self.ticket(desk, ticket))

    def edit(self, desk: int, ticket: int, changes: dict[str, str]) -> None:
        """Change a ticket, checked in or not."""
        edit(self.stores[desk], self.ticket(desk, ticket), changes)

    def walk_in(self, desk: int, heads: int) -> None:
        """Register a person at the desk and check them in."""
        person = walk_in(self.stores[desk], f"Walk {self.number}", {"heads": str(heads)})
        scan(self.stores[desk], ScanOrder(attendee_id=person.id, list_name="Door"))

    def transfer(self, desk: int, ticket: int) -> None:
        """Give a ticket to another person."""
        holder = NewHolder(f"New {self.number}")
        store, ticket_id = self.stores[desk], self.ticket(desk, ticket)
        transfer_ticket(store, ticket_id, holder, reason="test", force=True)

    def import_(self, desk: int, heads: int) -> None:
        """Import a new ticket, and an old one with another number of people."""
        new = Attendee(f"n{self.number}", name=f"N {self.number}", ticket_type="Late", heads=heads)
        take_in(self.stores[desk], new, replace(PEOPLE[1], heads=heads))

    def merge(self, desk: int) -> None:
        """Bring the other desk's log in."""
        send(self.stores[1 - desk], self.stores[desk])

    def wait(self, minutes: int) -> None:
        """Let time pass, also over midnight."""
        self.clock.now_ms += minutes * MINUTE_MS

    def look(self, desk: int) -> None:
        """Read the counts, so that the next look is by difference."""
        event_tally(self.stores[desk])


def lists_of(store: Store) -> list[CheckInList]:
    """The lists in the order of the desk."""
    return check_in_lists(store.connection)


class Reference:
    """The counts as a few plain loops over the log say them."""

    def __init__(self, store: Store) -> None:
        self.zone = event_info(store).zone
        now = datetime.fromtimestamp(store.clock() / 1000, self.zone)
        self.all_out: dict[str, float] = {}
        """List id to the last moment at which everybody was out."""
        for item in lists_of(store):
            if item.name in OUT_AT:
                hour, minute = OUT_AT[item.name]
                out = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
                out = out if out <= now else out - timedelta(days=1)
                self.all_out[item.id] = out.timestamp() * 1000
        ids = [row[0] for row in store.connection.execute("SELECT id FROM attendee")]
        self.people = {person.id: person for person in attendees_by_ids(store.connection, ids)}
        events = [(event, json.loads(event.body)) for event in store.events()]
        undone = {(b["log_id"], b["seq"]) for e, b in events if e.kind == EventKind.UNDO}
        self.passages = sorted(
            (body["at"], event.log_id, event.seq, body["list"], event.subject, body)
            for event, body in events
            if event.kind == EventKind.CHECK_IN
            and (event.log_id, event.seq) not in undone
            and event.subject in self.people
        )
        self.refused = [
            (body["list"], body["outcome"]) for e, body in events if e.kind == EventKind.REFUSED
        ]

    def of(self, ticket: str, list_id: str) -> tuple[int, int, list[tuple[int, int]]]:
        """(checked in, inside, [(at, arrived)]) of one ticket on one list."""
        heads, total, inside = self.people[ticket].heads, 0, 0
        today: Counter[object] = Counter()
        arrivals = []
        for at, _, _, on, who, body in self.passages:
            if (on, who) != (list_id, ticket):
                continue
            is_counted = at >= self.all_out.get(list_id, 0)
            if body["direction"] == "exit":
                inside = max(0, inside - body["heads"]) if is_counted else 0
                continue
            inside = min(heads, inside + body["heads"]) if is_counted else 0
            total += body["heads"]
            day = datetime.fromtimestamp(at / 1000, self.zone).date()
            before = min(heads, today[day])
            today[day] += body["heads"]
            arrivals.append((at, min(heads, today[day]) - before))
        return min(heads, total), inside, arrivals

    def is_expected(self, ticket: str, list_name: str) -> bool:
        """Whether a valid ticket is for this list: by type or add-on, and by its day."""
        person = self.people[ticket]
        add_ons = person.extra.get(ADD_ON, "").split(";")
        has = {name.strip().casefold() for name in (person.ticket_type, *add_ons)}
        admits = {name.casefold() for name in TYPES.get(list_name, ())}
        own_day, day = person.extra.get(DATE), DAYS.get(list_name)
        return (
            person.status is TicketStatus.VALID
            and (not admits or not has.isdisjoint(admits))
            and (day is None or not own_day or own_day == day.isoformat())
        )

    def entered(self, ticket: str, list_id: str | None) -> bool:
        """Whether the ticket has an entry, on this list or on any."""
        return any(
            who == ticket and body["direction"] == "entry" and list_id in (None, on)
            for _, _, _, on, who, body in self.passages
        )


def check_list(tally: Tally, item: CheckInList, truth: Reference, now_ms: int) -> None:
    """One list of the tally says what the log says."""
    expected = checked_in = no_shows = walk_ins = inside = 0
    arrivals: Counter[int] = Counter()
    for ticket, person in truth.people.items():
        came, ins, arrived = truth.of(ticket, item.id)
        checked_in, inside = checked_in + came, inside + ins
        if truth.is_expected(ticket, item.name):
            expected, no_shows = expected + person.heads, no_shows + person.heads - came
        walk_ins += came if person.source == WALK_IN_SOURCE else 0
        for at, heads in arrived:
            arrivals[at // (15 * MINUTE_MS) * (15 * MINUTE_MS)] += heads
    desks: Counter[str] = Counter()
    for _, _, _, on, _, body in truth.passages:
        if on == item.id and body["direction"] == "entry":
            desks[body["desk"]] += body["heads"]

    total = tally.total
    assert (expected, checked_in, no_shows, walk_ins) == (
        total.expected,
        total.checked_in,
        total.no_shows,
        total.walk_ins,
    )
    assert inside == tally.inside
    assert {at: heads for at, heads in arrivals.items() if heads} == tally.arrivals
    assert dict(desks) == tally.desks
    at_gates = {
        gate: sum(n for desk, n in desks.items() if desk.lower() in map(str.lower, gate))
        for gate in GATES.values()
    }
    assert {gate: heads for gate, heads in at_gates.items() if heads} == dict(tally.gates)
    assert Counter(how for on, how in truth.refused if on == item.id) == Counter(tally.refused)
    assert first_timers(truth, item.id) == tally.first_timers
    parts = tally.by_type.values()
    assert (expected, checked_in) == (
        sum(part.expected for part in parts),
        sum(part.checked_in for part in parts),
    )


def first_timers(truth: Reference, list_id: str | None) -> FirstTimers:
    """First-timers with a valid ticket or an entry, and those with an entry."""
    new = [ticket for ticket, person in truth.people.items() if is_first_timer(person.extra)]
    is_in = [ticket for ticket in new if truth.entered(ticket, list_id)]
    valid = [ticket for ticket in new if truth.people[ticket].status is TicketStatus.VALID]
    return FirstTimers(len({*is_in, *valid}), len(is_in))


def check_event(tally: EventTally, store: Store, truth: Reference) -> None:
    """The tally of the whole event: a ticket counts once, on its fullest list."""
    ids = [item.id for item in lists_of(store)]
    fullest = {t: max(truth.of(t, list_id)[0] for list_id in ids) for t in truth.people}
    assert sum(fullest.values()) == tally.event.total.checked_in
    valid = [p for p in truth.people.values() if p.status is TicketStatus.VALID]
    assert sum(person.heads for person in valid) == tally.event.total.expected
    assert len(truth.people) == tally.people
    assert Counter(how for _, how in truth.refused) == Counter(tally.event.refused)
    assert first_timers(truth, None) == tally.event.first_timers


def check_front_ends(store: Store, tally: EventTally, now_ms: int) -> None:
    """Desk counters, dashboard, stats, report and export say the same as the tally."""
    truth = Reference(store)
    record = stats_record(tally, truth.zone)
    on_disk = checked_in_by_list(store)
    facts, rows = report_facts(store, None, Who.ALL)
    assert facts.tally == tally
    assert len(list(rows)) == tally.people
    for number, (item, own) in enumerate(zip(lists_of(store), tally.lists, strict=True)):
        counts, board = desk_counts(store, item), dashboard(store, item.id)
        recent = sum(
            heads
            for ticket in truth.people
            for at, heads in truth.of(ticket, item.id)[2]
            if at >= now_ms - RECENT_MS
        )
        in_json = record["lists"][number]  # type: ignore[index]
        assert own.gates == tuple((tuple(g["desks"]), g["heads"]) for g in in_json["gates"])
        assert (own.total.checked_in, own.total.expected, recent) == (
            counts.checked_in,
            counts.expected,
            counts.recent,
        )
        assert (own, recent, own.total.no_shows) == (
            board.tally,
            board.pace.heads,
            board.pace.missing,
        )
        assert (own.total.expected, own.total.checked_in, own.inside) == tuple(
            in_json[key] for key in ("expected", "checked_in", "inside")
        )
        assert own.total.checked_in == on_disk[item.id]
        assert own == report_facts(store, item.name, Who.PRESENT)[0].shown
        check_export(store, item, own)


def check_export(store: Store, item: CheckInList, tally: Tally) -> None:
    """The rows of the export add up to the counts of the list."""
    table = attendance_table(store, ExportOrder(item.name))
    titles = [column.title for column in table.columns]
    cells = [dict(zip(titles, row.split(SEPARATOR), strict=True)) for row in table.rows]
    came = [row for row in cells if row[f"{item.name} checked in at"]]
    people = f"{item.name} people"
    heads = sum(int(row.get(people) or 1) for row in came)
    absent = list(attendance_table(store, ExportOrder(item.name, Who.ABSENT)).rows)
    present = attendance_table(store, ExportOrder(item.name, Who.PRESENT)).total

    assert heads == tally.total.checked_in
    assert len(came) == present
    assert len(absent) <= tally.total.no_shows
    assert bool(tally.total.no_shows) or not absent


def check_all(store: Store, now_ms: int) -> EventTally:
    """Everything that one desk shows, against its log."""
    tally, truth = event_tally(store), Reference(store)
    for item, own in zip(lists_of(store), tally.lists, strict=True):
        check_list(own, item, truth, now_ms)
    check_event(tally, store, truth)
    check_front_ends(store, tally, now_ms)
    with closing(Store.open(store.path, desk="Desk 3", clock=store.clock)) as fresh:
        assert tally == event_tally(fresh)  # counted by difference, and counted at once
    return tally


def without_desks(tally: EventTally) -> EventTally:
    """Desks are often named after people, so a purge removes them."""
    lists = tuple(replace(item, desks={}, gates=()) for item in tally.lists)
    return replace(tally, event=replace(tally.event, desks={}, gates=()), lists=lists)


OVER_NIGHT = [
    ("scan", 0, 1, "Dinner", Direction.ENTRY, 1, False),
    ("scan", 0, 0, "Door", Direction.ENTRY, 1, False),
    ("look", 0),
    ("wait", 1440),
    ("scan", 1, 1, "Hall", Direction.ENTRY, 2, False),
    ("scan", 1, 3, "Pick-up", Direction.ENTRY, 1, False),
    ("edit", 0, 1, {ADD_ON: "Bus"}),
    ("edit", 1, 0, {DATE: "2027-02-17"}),
    ("look", 0),
]
"""Everybody is out in the night; add-ons and dates change while others are in."""


@example(story=OVER_NIGHT)
@settings(max_examples=25, deadline=None)
@given(story=st.lists(steps, min_size=4, max_size=24))
def test_all_counts_agree(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[object, ...]]
) -> None:
    """Two desks with entries, exits, undo, exceptions, parties, edits, transfers and merges."""
    event = Event(tmp_path_factory.mktemp("event"))
    for name, *options in story:
        event.do({"import": "import_"}.get(str(name), str(name)), *options)
    for store in event.stores:
        check_all(store, event.clock.now_ms)
    for desk in (0, 1):
        event.merge(desk)
    one, other = (check_all(store, event.clock.now_ms) for store in event.stores)
    assert one == other

    first, second = event.stores
    second.close()
    purge(first)
    with closing(Store.open(first.path, desk="Desk 1", clock=event.clock)) as purged:
        after = event_tally(purged)
        facts, rows = report_facts(purged, None, Who.ALL)
        assert [] == list(rows)
    assert without_desks(one) == after == facts.tally


def test_counts_kept_by_kiosk_0_1_are_read(tmp_path: Path) -> None:
    """An event that the release before purged has its figures in stats and in the report."""
    store = make_store(tmp_path)
    stats = {
        "lists": [
            {
                "name": "Door",
                "expected": 3,
                "checked_in": 2,
                "inside": 1,
                "by_type": {"Regular": {"expected": 3, "checked_in": 2}},
                "arrivals": {"1802759400000": 2},
            }
        ],
        "people": 3,
        "heads": 3,
        "by_status": {"valid": 3},
        "walk_ins": 1,
        "refused": 2,
        "refused_by": {"unpaid": 2},
        "forced": 1,
        "undone": 1,
        "badges_printed": 1,
        "badge_prints": 2,
        "answers": {"Meal": {"Veg": [1, 2]}},
        "first_timers": 2,
        "first_timers_in": 1,
    }
    report = {"lists": [["Door", 2, 3, 1, 1]], "types": [["Regular", 2, 3, 1, 1]]}
    with store.writing():
        for key, value in ((PURGED, stats), (PURGED_REPORT, report)):
            store.append(EventKind.SETTING, {"key": key, "value": value})

    tally = event_tally(store)

    zone = event_info(store).zone
    record = stats_record(tally, zone)
    assert {key: record[key] for key in stats if key not in ("lists", "answers", "refused_by")} == {
        key: stats[key] for key in stats if key not in ("lists", "answers", "refused_by")
    }
    assert record["answers"] == {"Meal": {"Veg": {"came": 1, "all": 2}}}
    door = tally.lists[0]
    assert (door.total.no_shows, door.total.walk_ins, door.inside) == (1, 1, 1)
    assert door.arrivals == {1802759400000: 2}
    assert purge_again(store) == tally


def purge_again(store: Store) -> EventTally:
    """The counts after a second purge, which keeps them in the new form."""
    purge(store)
    with closing(Store.open(store.path, desk="Desk 1")) as purged:
        return event_tally(purged)


def test_frozen_counts_have_no_desk(tmp_path: Path) -> None:
    """A desk is often named after its volunteer."""
    store = make_store(tmp_path)
    take_in(store, *PEOPLE)
    scan(store, ScanOrder(code="T-b"))

    assert "Desk 1" not in json.dumps(frozen_tally(event_tally(store)))


def rows_read(store: Store, action: Callable[[], object]) -> int:
    """The number of steps of SQLite's virtual machine, in hundreds."""
    steps: defaultdict[str, int] = defaultdict(int)

    def count() -> int:
        steps["n"] += 1
        return 0

    store.connection.set_progress_handler(count, 100)
    try:
        action()
    finally:
        store.connection.set_progress_handler(None, 100)
    return steps["n"]


def test_a_check_in_costs_the_same_with_few_and_with_many_in(tmp_path: Path) -> None:
    """The counters after a scan read the scanned ticket, not all check-ins."""
    work = []
    for number in (20, 600):
        folder = tmp_path / str(number)
        folder.mkdir()
        store = make_store(folder)
        take_in(store, *[Attendee(f"p{n}", name=f"P {n}") for n in range(610)])
        with store.writing():
            for n in range(number):
                scan_body = {
                    "at": store.clock(), "desk": "Desk 1", "list": lists_of(store)[0].id,
                    "code": "", "direction": "entry", "outcome": "ok", "heads": 1,
                    "forced": False, "reason": "", "nonce": str(n),
                }  # fmt: skip
                store.append(EventKind.CHECK_IN, scan_body, subject=f"p{n}")
        item = lists_of(store)[0]
        assert desk_counts(store, item).checked_in == number
        scan(store, ScanOrder(code="T-p605"))
        work.append(rows_read(store, lambda s=store, i=item: desk_counts(s, i)))  # type: ignore[misc]
        assert desk_counts(store, item).checked_in == number + 1

    assert work[1] <= work[0] + 2
