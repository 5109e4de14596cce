"""Whole orders at the desk, and rooms that people leave without a scan."""

from __future__ import annotations

import pytest

from kiosk.desk.session import DeskSession, OrderDone
from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.checkin.rules import Direction
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import check_out_everybody, inside_now
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.codes import is_checked_in
from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import edit, walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from tests.support.stores import bind_code


@pytest.fixture
def family(store: Store) -> dict[str, str]:
    """Four tickets of one order and one of another; codes are the names."""
    people = {
        "Asha": {"order": "FAM", "party": "2"},
        "Bilal": {"order": "FAM"},
        "Chen": {"order": "FAM", "status": "unpaid"},
        "Diya": {"order": "FAM", "status": "canceled"},
        "Esther": {"order": "OTHER"},
    }
    made = {name: walk_in(store, name, fields).id for name, fields in people.items()}
    for name, attendee_id in made.items():
        bind_code(store, f"{name}-1", attendee_id)
    return made


def names(people: object) -> list[str]:
    assert isinstance(people, tuple)
    return [one.name for one in people]


def test_one_key_lets_in_the_party_and_the_order(store: Store, family: dict[str, str]) -> None:
    """Refused people are named and stop nobody; the canceled one is not tried."""
    desk = DeskSession()
    desk.open(store)
    desk.scanned(store, "Asha-1")
    assert ["Bilal", "Chen"] == names(desk.order_left(store))

    done = desk.whole_order(store)

    assert isinstance(done, OrderDone)
    assert [Outcome.OK, Outcome.OK, Outcome.UNPAID] == [one.outcome for one in done.results]
    assert "2 people are checked in: Asha, Bilal. Not in: Chen (UNPAID)." == done.message
    assert is_checked_in(store, family["Bilal"])
    assert not is_checked_in(store, family["Esther"])
    assert desk.state.last is done.results[1]


def test_some_of_an_order(store: Store, family: dict[str, str]) -> None:
    """Ids of other orders are not taken."""
    desk = DeskSession()
    desk.open(store)
    desk.scanned(store, "Asha-1")

    done = desk.whole_order(store, [family["Bilal"], family["Esther"]])

    assert isinstance(done, OrderDone)
    assert "1 person is checked in: Bilal." == done.message
    assert not is_checked_in(store, family["Esther"])


def test_all_of_an_order_is_the_enter_that_the_list_waits_for(
    store: Store, family: dict[str, str]
) -> None:
    """On a list that shows the person first, all includes the one who is shown; some do not."""
    day = DeskSession().open(store)
    save_list(store, day.name, is_new=False, rules={"confirm": ["yes"]})
    desk = DeskSession()
    desk.scanned(store, "Bilal-1")
    some = desk.whole_order(store, [family["Asha"]])
    desk.scanned(store, "Bilal-1")
    all_left = desk.whole_order(store)

    assert isinstance(some, OrderDone)
    assert isinstance(all_left, OrderDone)
    assert "1 person is checked in: Asha. Not checked in: Bilal (question open)." == some.message
    assert "1 person is checked in: Bilal. Not in: Chen (UNPAID)." == all_left.message


def test_all_of_an_order_names_who_has_a_question(store: Store, family: dict[str, str]) -> None:
    """Their note is not read: they are not in, and are named."""
    edit(store, family["Bilal"], {"attention": "Give him the key"})
    desk = DeskSession()
    desk.open(store)
    desk.scanned(store, "Bilal-1")
    done = desk.whole_order(store)

    assert isinstance(done, OrderDone)
    assert done.message.endswith("Not checked in: Bilal (question open).")
    assert not is_checked_in(store, family["Bilal"])


def test_the_code_of_an_order_offers_its_people(store: Store, family: dict[str, str]) -> None:
    """It fits several people; all who may come are offered."""
    desk = DeskSession()
    desk.open(store)
    reply = desk.scanned(store, "FAM")

    assert isinstance(reply, ScanResult)
    assert Outcome.AMBIGUOUS is reply.outcome
    assert {"Asha", "Bilal", "Chen"} == set(names(desk.order_left(store)))
    assert isinstance(desk.whole_order(store), OrderDone)


def test_nobody_is_left(store: Store, family: dict[str, str]) -> None:
    """After the last one, after an exit, and before any scan."""
    desk = DeskSession()
    desk.open(store)
    for code in ("", "Esther-1"):
        if code:
            desk.scanned(store, code)
        with pytest.raises(KioskError) as raised:
            desk.whole_order(store)
        assert "no_party_left" == raised.value.code
    desk.set_direction(Direction.EXIT)
    desk.scanned(store, "Bilal-1")
    assert () == desk.order_left(store)


def test_everybody_is_checked_out(store: Store, family: dict[str, str]) -> None:
    """Whole parties too; they may come again."""
    name = check_in_lists(store.connection)[0].name
    item = save_list(store, name, is_new=False, entry="re-entry")
    desk = DeskSession()
    desk.open(store)
    desk.scanned(store, "Asha-1")
    desk.whole_order(store)
    assert {family["Asha"]: 2, family["Bilal"]: 1} == inside_now(store, item)

    assert 3 == check_out_everybody(store, item)

    assert {} == inside_now(store, item)
    again = desk.scanned(store, "Bilal-1")
    assert isinstance(again, ScanResult)
    assert Outcome.OK is again.outcome
