"""Every route to an admission by exception needs the same PIN and reason, and is logged alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.checkin.privileges import Role, ScryptCost
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import Action, KioskError
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.activity import undo, undo_scan
from kiosk.services.checkin.authorisation import (
    Authorisation,
    PinNeeded,
    authorise,
    remove_pin,
    set_pin,
)
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import event_lists, put_back, remove_list, save_list
from kiosk.services.event.change import change_event
from kiosk.services.event.event import event_info
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import edit, find_attendee, walk_in
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.services.setup.new_event import NewEvent
from kiosk.storage.file.store import Store
from kiosk.storage.queries.scans import recent_scans
from tests.conftest import Clock
from tests.support.stores import bind_code

SUPERVISOR, ORGANISER = "246810", "135790"
NAMES = {
    "Unpaid Uma": {"status": "unpaid"},
    "Waiting Wim": {"status": "unapproved"},
    "Canceled Cem": {"status": "canceled"},
    "Blocked Bo": {"status": "blocked", "email": "bo@example.org"},
    "Valid Val": {"email": "val@example.org"},
    "Nameless": {"guest_of": "Val"},
}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs that are checked at once; no wait is left of another test."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})


@pytest.fixture
def people(store: Store, clock: Clock) -> dict[str, Attendee]:
    """One attendee of each status, a list for speakers, and a check-in of an hour ago."""
    found = {name: walk_in(store, name, fields) for name, fields in NAMES.items()}
    edit(store, found["Nameless"].id, {"name": ""})
    save_list(store, "Dinner", is_new=True, ticket_types=["Speaker"])
    bind_code(store, "UMA", found["Unpaid Uma"].id)
    scan(store, ScanOrder(attendee_id=found["Valid Val"].id, list_name="Day 1"))
    clock.pass_s(3600)
    return found


Route = Callable[[Store, dict[str, Attendee], Authorisation], object]


def _set(whom: str, /, **changes: str) -> Route:
    return lambda store, people, given: edit(store, people[whom].id, changes, given=given)


def _forced_scan(store: Store, people: dict[str, Attendee], given: Authorisation) -> object:
    return scan(store, ScanOrder(code="UMA", force=True, reason=given.reason, given=given))


def _transfer(name: str, new: str, *, email: str = "", force: bool = False) -> Route:
    holder = NewHolder(new, email=email)
    return lambda store, people, given: transfer_ticket(
        store, people[name].id, holder, force=force, given=given
    )


def _list(**changes: Any) -> Route:
    return lambda store, people, given: save_list(
        store, "Day 1", is_new=False, given=given, **changes
    )


def _days(store: Store, people: dict[str, Attendee], given: Authorisation) -> object:
    event = NewEvent("PyCon", (date(2027, 2, 16), date(2027, 2, 18)), event_info(store).timezone)
    return change_event(store, event, given=given)


def _undo_by_row(store: Store, people: dict[str, Attendee], given: Authorisation) -> object:
    undo_scan(store, recent_scans(store.connection, 1)[0], reason="r", given=given)
    return None


ADMISSIONS: dict[str, Route] = {
    "scan": _forced_scan,
    "unpaid": _set("Unpaid Uma", status="valid"),
    "unpaid, as its platform says": _set("Unpaid Uma", status="paid"),
    "unapproved": _set("Waiting Wim", status="valid"),
    "canceled": _set("Canceled Cem", status="valid"),
    "canceled, by way of unpaid": _set("Canceled Cem", status="unpaid"),
    "heads": _set("Valid Val", heads="50"),
    "people": _set("Valid Val", party="50"),
    "type": _set("Valid Val", ticket_type="Speaker"),
    "transfer": _transfer("Valid Val", "Mina Rao", force=True),
}
"""Routes that need the supervisor's PIN and a reason."""
BLOCKED: dict[str, Route] = {
    "unblock": _set("Blocked Bo", status="valid"),
    "unblock, by way of canceled": _set("Blocked Bo", status="canceled"),
    "rename": _set("Blocked Bo", name="Other"),
    "transfer from": _transfer("Blocked Bo", "Other"),
    "transfer to": _transfer("Nameless", "BO, blocked"),
    "transfer to the e-mail": _transfer("Nameless", "Other", email="BO@example.org"),
    "walk-in": lambda store, _, given: walk_in(store, "blócked  BO", {}, given=given),
    "walk-in with the e-mail": lambda store, _, given: walk_in(
        store, "Other", {"E-mail": "Bo@Example.org"}, given=given
    ),
    "name of a guest": _set("Nameless", name="Blocked Bo"),
    "e-mail of another ticket": _set("Valid Val", email="bo@example.org"),
}
"""Routes that need the organiser's PIN and a reason."""
ORGANISERS: dict[str, Route] = {
    "entry": _list(entry="many"),
    "window": _list(closes=""),
    "types": _list(ticket_types=["Regular"]),
    "add": lambda store, _, given: save_list(store, "Door 2", is_new=True, given=given),
    "remove": lambda store, _, given: remove_list(store, "Dinner", given=given),
    "put back": lambda store, _, given: put_back(store, event_lists(store)[0], given=given),
    "days": _days,
    "settings": lambda store, _, given: change_settings(
        store, {"timezone": "Europe/Berlin"}, given=given
    ),
    "set a PIN": lambda store, _, given: set_pin(store, Role.SUPERVISOR, "999999", given=given),
    "remove a PIN": lambda store, _, given: remove_pin(store, Role.SUPERVISOR, given=given),
}
"""Routes that need the organiser's PIN and no reason."""
UNDO: dict[str, Route] = {
    "undo": lambda store, _, given: undo(store, given=given),
    "undo of a row": _undo_by_row,
}
"""Routes that need the supervisor's PIN and no reason."""


def attempt(
    store: Store, people: dict[str, Attendee], route: Route, given: Authorisation
) -> tuple[str, Role | None, bool]:
    """(code of the error, role it asks for, whether the log grew)."""
    before = store.next_seq()
    try:
        route(store, people, given)
    except KioskError as error:
        role = error.role if isinstance(error, PinNeeded) else None
        return error.code, role, store.next_seq() != before
    return "", None, store.next_seq() != before


def both_pins(store: Store) -> None:
    """The PINs of supervisor and organiser."""
    set_pin(store, Role.SUPERVISOR, SUPERVISOR)
    set_pin(store, Role.ORGANISER, ORGANISER, given=authorise(store, SUPERVISOR))


def last_event(store: Store) -> dict[str, Any]:
    """The body of the newest event that says who authorised it."""
    bodies = [json.loads(event.body) for event in store.events()]
    found: dict[str, Any] = [body for body in bodies if "authorised" in body][-1]
    return found


@pytest.mark.parametrize("name", ADMISSIONS)
def test_admissions_need_the_supervisor_and_a_reason(
    store: Store, people: dict[str, Attendee], name: str
) -> None:
    """Without either nothing is written; with both the log says so."""
    both_pins(store)
    supervisor = authorise(store, SUPERVISOR)
    route = ADMISSIONS[name]

    assert ("pin_needed", Role.SUPERVISOR, False) == attempt(
        store, people, route, Authorisation(reason="Paid at the desk")
    )
    assert ("reason_missing", None, False) == attempt(store, people, route, supervisor)
    assert ("reason_missing", None, False) == attempt(
        store, people, route, supervisor.because(" \t")
    )
    assert ("", None, True) == attempt(store, people, route, supervisor.because("Paid"))
    body = last_event(store)
    assert (True, "Paid", "supervisor") == (body["forced"], body["reason"], body["authorised"])
    told = [Narrator(store).line(entry) for entry in audit_trail(store)][-1]
    assert told.endswith(", with the supervisor's PIN")
    assert ", forced" in told
    assert "Paid" in told


@pytest.mark.parametrize("name", [*ADMISSIONS, *UNDO])
def test_the_organiser_may_do_what_a_supervisor_may(
    store: Store, people: dict[str, Attendee], name: str
) -> None:
    """The organiser's PIN counts for the supervisor's."""
    both_pins(store)
    given = authorise(store, ORGANISER, "Said yes")

    assert ("", None, True) == attempt(store, people, (ADMISSIONS | UNDO)[name], given)


@pytest.mark.parametrize("name", [*BLOCKED, *ORGANISERS])
def test_the_organisers_need_the_organisers_pin(
    store: Store, people: dict[str, Attendee], name: str
) -> None:
    """The supervisor's is not enough where the organiser has one."""
    both_pins(store)
    route = (BLOCKED | ORGANISERS)[name]
    supervisor = authorise(store, SUPERVISOR, "Police said yes")

    for given in (Authorisation(reason="r"), supervisor):
        assert ("pin_needed", Role.ORGANISER, False) == attempt(store, people, route, given)
    organiser = authorise(store, ORGANISER)
    wanted = "reason_missing" if name in BLOCKED else ""
    assert wanted == attempt(store, people, route, organiser)[0]
    if wanted:
        assert ("", None, True) == attempt(store, people, route, organiser.because("Settled"))
    assert "organiser" == last_event(store)["authorised"]


@pytest.mark.parametrize("name", [*BLOCKED, *ORGANISERS])
def test_without_an_organisers_pin_the_supervisors_counts(
    store: Store, people: dict[str, Attendee], name: str
) -> None:
    """Never no PIN at all."""
    set_pin(store, Role.SUPERVISOR, SUPERVISOR)
    route = (BLOCKED | ORGANISERS)[name]

    assert ("pin_needed", Role.SUPERVISOR, False) == attempt(
        store, people, route, Authorisation(reason="r")
    )
    given = authorise(store, SUPERVISOR, "Settled")
    assert ("", None, True) == attempt(store, people, route, given)


@pytest.mark.parametrize("name", UNDO)
def test_an_older_check_in_is_undone_with_a_pin(
    store: Store, people: dict[str, Attendee], name: str, clock: Clock
) -> None:
    """A new one without."""
    set_pin(store, Role.SUPERVISOR, SUPERVISOR)

    assert ("pin_needed", Role.SUPERVISOR, False) == attempt(
        store, people, UNDO[name], Authorisation()
    )
    scan(store, ScanOrder(attendee_id=people["Nameless"].id, list_name="Day 1"))
    clock.pass_s(299)
    assert ("", None, True) == attempt(store, people, UNDO[name], Authorisation())


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ADMISSIONS, *BLOCKED, *ORGANISERS, *UNDO])
def test_without_pins_only_admissions_need_a_reason(
    store: Store, people: dict[str, Attendee], name: str
) -> None:
    """An override, and a blocked person who gets another ticket."""
    route = (ADMISSIONS | BLOCKED | ORGANISERS | UNDO)[name]
    by_exception = {"scan", "transfer", *BLOCKED} - {
        "unblock",
        "unblock, by way of canceled",
        "rename",
        "transfer from",
    }
    if name in ("set a PIN", "remove a PIN"):
        return
    code = attempt(store, people, route, Authorisation())[0]

    assert ("reason_missing" if name in by_exception else "") == code
    if code:
        assert ("", None, True) == attempt(store, people, route, Authorisation(reason="Guest"))
        assert ("Guest", "") == (last_event(store)["reason"], last_event(store)["authorised"])


def test_an_organisers_pin_alone_leaves_the_supervisors_acts_free(
    store: Store, people: dict[str, Attendee]
) -> None:
    """As before: who has no PIN is not asked for one."""
    set_pin(store, Role.ORGANISER, ORGANISER)
    paid = _set("Unpaid Uma", status="valid")

    assert ("", None, True) == attempt(store, people, paid, Authorisation())
    assert ("pin_needed", Role.ORGANISER, False) == attempt(
        store, people, BLOCKED["unblock"], Authorisation(reason="r")
    )


def test_what_admits_no_one_needs_nothing(store: Store, people: dict[str, Attendee]) -> None:
    """Corrections, refusals and smaller parties stay free."""
    both_pins(store)
    before = store.next_seq()
    edit(store, people["Valid Val"].id, {"heads": "1", "company": "Acme", "note": "x"})
    edit(store, people["Valid Val"].id, {"name": "Vala Val", "status": "blocked"})
    edit(store, people["Unpaid Uma"].id, {"status": "canceled"})
    save_list(store, "Day 1", is_new=False, rename="First day")
    change_settings(store, {"name": "PyCon", "place": "Pune"})
    walk_in(store, "Bo Other", {"email": "other@example.org", "heads": "3"})

    new = [event.body for event in store.events() if event.seq >= before]
    assert (7, 0) == (len(new), sum('"authorised"' in body for body in new))


def test_a_refusal_tells_nothing_about_the_blocked_attendee(
    store: Store, people: dict[str, Attendee]
) -> None:
    """It says why, without name, e-mail or order of the other."""
    both_pins(store)
    with pytest.raises(PinNeeded) as error:
        walk_in(store, "Other", {"email": "BO@example.org"})

    assert str(error.value).startswith("A person with this name or e-mail is blocked.")
    assert "Blocked Bo" not in str(error.value)
    assert "@" not in str(error.value)
    assert Action.GIVE_PIN is error.value.action


def test_an_import_does_not_lift_a_block_of_the_desk(store: Store, tmp_path: Path) -> None:
    """An import needs no PIN, and what was set at the desk stays."""
    both_pins(store)
    file = tmp_path / "people.csv"
    attendee_id = ""
    for status in ("Paid", "Confirmed", "Paid"):
        with file.open("w", encoding="utf-8", newline="") as out:
            rows = [["Name", "Email", "Code", "Status"], ["Asha", "a@b.example", "C-1", status]]
            csv.writer(out).writerows(rows)
        plan = plan_import(store, file)
        accept_import(store, plan)
        attendee_id = plan.rows[0][0] if plan.rows else attendee_id
        edit(store, attendee_id, {"status": "blocked"})

    assert "blocked" == find_attendee(store, attendee_id).status
    assert "blocked" == scan(store, ScanOrder(code="C-1", list_name="Day 1")).outcome


def test_a_changed_pin_guards_at_once(store: Store, people: dict[str, Attendee]) -> None:
    """The role of a permission is compared when the change is made."""
    set_pin(store, Role.SUPERVISOR, SUPERVISOR)
    given = authorise(store, SUPERVISOR, "r")
    set_pin(store, Role.ORGANISER, ORGANISER, given=given)

    assert ("pin_needed", Role.ORGANISER, False) == attempt(
        store, people, BLOCKED["unblock"], given
    )
