"""Scans end to end in one process: who, verdict, log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.log.ids import badge_code
from kiosk.domain.sharing.pairing import PairingCode, grouped, pairing_code
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import edit, walk_in
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.log.projection import rebuild
from kiosk.storage.queries.attendees import codes_of, find_by_code
from tests.conftest import Clock
from tests.support.stores import bind_code


@pytest.fixture
def asha(store: Store) -> str:
    person = walk_in(store, "Asha Rao", {"company": "Zoho", "order": "TX4RT"})
    bind_code(store, "CODE-1a", person.id)
    return person.id


def scan_code(store: Store, code: str, **order: object) -> Outcome:
    return scan(store, ScanOrder(code=code, **order)).outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        "CODE-1a",
        "code-1A",
        "CODE-1a\r\n",
        "]Q3\\000026CODE-1a",
        "\x1dCODE-1a\x04",
        "https://tickets.example/t/CODE-1a",
        "https://tickets.example/check?code=CODE-1a",
        "https://tickets.example/check-in/evt-1?pk=CODE-1a&x=1",
        "CODE-1a/0a9f8e7d",
        "#CODE-1a",
        "tx4rt",
    ],
)
def test_a_code_is_matched_by_the_ladder(store: Store, asha: str, code: str) -> None:
    """However a scanner, a web address or a person spells it, the ticket is known."""
    result = scan(store, ScanOrder(code=code))

    assert (Outcome.OK, asha) == (result.outcome, result.attendee and result.attendee.id)


def test_a_badge_names_its_person(store: Store, asha: str) -> None:
    """The code on a badge works on every list, in any case and without its separators."""
    assert scan_code(store, badge_code(asha).lower()) == Outcome.OK


def test_unknown_codes_are_kept_raw(store: Store, asha: str) -> None:
    """A refused scan is an event, with exactly what came in."""
    outcome = scan_code(store, "]Q3NOBODY\x1d\udcff")
    body = json.loads(list(store.events())[-1].body)

    assert outcome == Outcome.INVALID
    assert body["code"] == "]Q3NOBODY\x1d\\udcff"


def test_double_beep_records_nothing(store: Store, asha: str, clock: Clock) -> None:
    """Within three seconds, by whichever of the person's codes; later it is already in."""
    assert scan_code(store, "CODE-1a") == Outcome.OK
    count = len(list(store.events()))
    clock.pass_s(2.9)
    assert scan_code(store, "TX4RT") == Outcome.OK
    assert count == len(list(store.events()))
    clock.pass_s(0.2)

    assert scan_code(store, "CODE-1a") == Outcome.ALREADY_REDEEMED


def test_an_undo_ends_the_double_beep(store: Store, asha: str) -> None:
    """After an undo the same scan is a new check-in, at once."""
    scan_code(store, "CODE-1a")
    undo(store)
    count = len(list(store.events()))

    assert scan_code(store, "CODE-1a") == Outcome.OK
    assert count + 1 == len(list(store.events()))


def test_undo_takes_back_the_last_of_this_desk_or_person(store: Store, asha: str) -> None:
    """And says so when there is nothing (more) to take back."""
    scan_code(store, "CODE-1a")
    assert asha == undo(store, attendee_id=asha).attendee_id

    for attendee_id in (None, asha):
        with pytest.raises(KioskError) as caught:
            undo(store, attendee_id=attendee_id)
        assert caught.value.code == "nothing_to_undo"


def test_a_used_ticket_tells_when_where_and_why(store: Store, asha: str, clock: Clock) -> None:
    """The likely reason is a companion of the same order who is not in yet."""
    walk_in(store, "Ravi Rao", {"order": "TX4RT"})
    scan_code(store, "CODE-1a")
    clock.pass_s(600)
    result = scan(store, ScanOrder(code="CODE-1a"))

    assert result.first is not None
    assert result.first.desk == "Desk 1"
    assert "9:40" in result.message
    assert "Ravi Rao" in result.message


def test_one_order_of_several_people_is_ambiguous(store: Store, asha: str) -> None:
    """An order code names a person only where it fits exactly one."""
    walk_in(store, "Ravi Rao", {"order": "TX4RT"})
    result = scan(store, ScanOrder(code="TX4RT"))

    assert result.outcome == Outcome.AMBIGUOUS
    assert {"Asha Rao", "Ravi Rao"} == {person.name for person in result.candidates}


@pytest.mark.parametrize("days", [-3, 5])
def test_outside_all_windows_it_is_not_now(
    store: Store, asha: str, clock: Clock, days: int
) -> None:
    """Without a named list a desk works on the open day; when all are closed it says so."""
    clock.pass_s(days * 86_400)

    assert scan_code(store, "CODE-1a") == Outcome.INVALID_TIME


def test_the_second_day_is_a_list_of_its_own(store: Store, asha: str, clock: Clock) -> None:
    """Midnight of the event's zone turns the page."""
    scan_code(store, "CODE-1a")
    clock.pass_s(14 * 3600 + 19 * 60)
    assert scan_code(store, "CODE-1a") == Outcome.ALREADY_REDEEMED
    clock.pass_s(60)

    assert scan_code(store, "CODE-1a") == Outcome.OK


def test_force_needs_a_reason_that_stays(store: Store, asha: str) -> None:
    """The reason stands in the same event as the admission."""
    edit(store, asha, {"status": "unpaid"})
    assert scan_code(store, "CODE-1a") == Outcome.UNPAID
    with pytest.raises(KioskError):
        scan_code(store, "CODE-1a", force=True)
    result = scan(store, ScanOrder(code="CODE-1a", force=True, reason="paid cash"))
    body = json.loads(list(store.events())[-1].body)

    assert (result.outcome, result.forced) == (Outcome.OK, True)
    assert (body["reason"], body["lifted"]) == ("paid cash", ["unpaid"])


def test_exits_and_lists(store: Store, asha: str, clock: Clock) -> None:
    """An exit without an entry is recorded; on a once list it frees nothing."""
    save_list(store, "Lunch", is_new=True, entry="re-entry")
    for direction, list_name, expected in [
        (Direction.EXIT, "Lunch", Outcome.OK),
        (Direction.ENTRY, "Lunch", Outcome.OK),
        (Direction.ENTRY, "Lunch", Outcome.ALREADY_REDEEMED),
        (Direction.EXIT, "Lunch", Outcome.OK),
        (Direction.ENTRY, "Lunch", Outcome.OK),
        (Direction.ENTRY, "Day 1", Outcome.OK),
        (Direction.EXIT, "Day 1", Outcome.OK),
        (Direction.ENTRY, "Day 1", Outcome.ALREADY_REDEEMED),
    ]:
        clock.pass_s(10)
        outcome = scan_code(store, "CODE-1a", direction=direction, list_name=list_name)

        assert expected == outcome, (direction, list_name)


def test_a_code_given_to_a_person_stays_theirs(store: Store, asha: str) -> None:
    """The newest binding wins, and a bound code comes before any other match."""
    ravi = walk_in(store, "Ravi", {})
    bind_code(store, "CODE-1a", ravi.id)
    result = scan(store, ScanOrder(code="CODE-1a"))

    assert result.attendee is not None
    assert ravi.id == result.attendee.id


def test_names_of_control_characters_never_reach_a_message(store: Store) -> None:
    """What people are called is text, and nothing else."""
    person = walk_in(store, "Eve\x1b[2J\u202e[bold]x", {})
    result = scan(store, ScanOrder(attendee_id=person.id))

    assert "\x1b" not in result.message
    assert "\u202e" not in result.message
    assert "[bold]x" in result.message


def test_the_code_of_the_desks_is_no_ticket(store: Store, asha: str) -> None:
    """Scanned at a desk by mistake, its secret does not stand in the log; a ticket that happens to
    read like one is a ticket."""
    code = pairing_code(PairingCode(bytes(16)))
    with pytest.raises(KioskError, match="no ticket") as refused:
        scan(store, ScanOrder(code=grouped(code)))
    kept = json.dumps([event.body for event in store.events()])
    bind_code(store, code, asha)

    assert "desks_code" == refused.value.code
    assert code not in kept.replace(" ", "")
    assert Outcome.OK == scan(store, ScanOrder(code=code)).outcome


def test_a_code_is_linked_by_the_check_in_and_released_by_its_undo(store: Store, asha: str) -> None:
    """Both are one transaction: undo leaves no trace of a wrong pick."""
    result = scan(store, ScanOrder(code=" NEW-77 ", attendee_id=asha, links_code=True))
    assert (Outcome.OK, "NEW-77") == (result.outcome, result.linked_code)
    assert "code NEW-77 linked" in result.message
    assert [asha] == [person.id for person in find_by_code(store.connection, "new-77").attendees]

    undo(store, attendee_id=asha)

    assert [] == find_by_code(store.connection, "NEW-77").attendees
    assert "NEW-77" not in codes_of(store.connection, asha)


def test_an_entry_of_another_year_names_it(store: Store, asha: str) -> None:
    """In the verdict of the paper list, and in that of the next scan."""
    save_list(store, "Door", is_new=True)
    order = ScanOrder(attendee_id=asha, list_name="Door")
    late = scan(store, replace(order, at_ms=86_400_000))
    again = scan(store, order)

    assert "at Fri 2 Jan 1970, 5:30 by the paper list" in late.message
    assert "checked in Fri 2 Jan 1970, 5:30" in again.message


@pytest.mark.parametrize(
    ("direction", "outcome"),
    [(Direction.ENTRY, Outcome.ALREADY_REDEEMED), (Direction.EXIT, Outcome.OK)],
)
def test_a_code_is_linked_to_a_person_who_was_scanned_a_moment_ago(
    store: Store, asha: str, direction: Direction, outcome: Outcome
) -> None:
    """The person was chosen for the code: no scan came twice, and none is recorded again."""
    scan(store, ScanOrder(attendee_id=asha, direction=direction))
    order = ScanOrder(code="NEW-77", attendee_id=asha, links_code=True, direction=direction)
    result = scan(store, order)

    assert (outcome, "NEW-77", None) == (result.outcome, result.linked_code, result.recorded)
    assert "ode NEW-77 linked" in result.message
    assert "scanned twice" not in result.message
    assert [asha] == [person.id for person in find_by_code(store.connection, "NEW-77").attendees]


def test_a_refused_check_in_links_no_code(store: Store, asha: str) -> None:
    """The code is linked only when the attendee is checked in."""
    edit(store, asha, {"status": "unpaid"})
    refused = scan(store, ScanOrder(code="NEW-77", attendee_id=asha, links_code=True))
    assert (Outcome.UNPAID, "") == (refused.outcome, refused.linked_code)
    assert [] == find_by_code(store.connection, "NEW-77").attendees

    order = ScanOrder(
        code="NEW-77", attendee_id=asha, links_code=True, force=True, reason="paid cash"
    )

    assert "NEW-77" == scan(store, order).linked_code


def test_an_undo_leaves_codes_of_other_check_ins(store: Store, asha: str, clock: Clock) -> None:
    """A code linked before the check-in, or to another attendee since, stays."""
    bind_code(store, "OLD-1", asha)
    scan(store, ScanOrder(code="OLD-1"))
    undo(store)
    assert [asha] == [p.id for p in find_by_code(store.connection, "OLD-1").attendees]

    scan(store, ScanOrder(code="NEW-77", attendee_id=asha, links_code=True))
    ravi = walk_in(store, "Ravi", {})
    bind_code(store, "NEW-77", ravi.id)
    undo(store, attendee_id=asha)

    assert [ravi.id] == [p.id for p in find_by_code(store.connection, "NEW-77").attendees]


def test_a_released_code_stays_released_after_a_rebuild(store: Store, asha: str) -> None:
    """The release is an event of the log, as the link was."""
    scan(store, ScanOrder(code="NEW-77", attendee_id=asha, links_code=True))
    undo(store)
    rebuild(store.connection, store.events())

    assert Outcome.INVALID == scan(store, ScanOrder(code="NEW-77")).outcome


@pytest.mark.parametrize(("code", "outcome"), [("T-1", Outcome.OK), ("CODE-1a", Outcome.OK)])
def test_a_scan_takes_ten_statements(
    store: Store, asha: str, tmp_path: Path, code: str, outcome: Outcome
) -> None:
    """For an imported code and a linked one, BEGIN and COMMIT included."""
    file = tmp_path / "people.csv"
    file.write_text("Ticket code,Name\nT-1,Chitra Sen\nT-2,Dev Das\n", encoding="utf-8")
    accept_import(store, plan_import(store, file))
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    result = scan(store, ScanOrder(code=code))
    store.connection.set_trace_callback(None)

    assert outcome == result.outcome
    assert 10 >= len(statements), "\n".join(statements)
