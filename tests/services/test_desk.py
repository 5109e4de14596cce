"""The card: what a person holds on other lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Direction
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import remove_list, save_list
from kiosk.services.people.people import edit
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.card import Here, card_content
from tests.support.stores import Clock, make_store, take_in

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A door, shirts, lunch every day, a dinner for speakers."""
    store = make_store(tmp_path, lists=("Door", "T-shirts", "Lunch", "Dinner"))
    save_list(store, "Lunch", is_new=False, entry="daily")
    save_list(store, "Dinner", is_new=False, ticket_types=["Speaker"])
    extra = {"T-shirt size": "M  slim", "Lunch choice": "-", "City": "Pune"}
    take_in(store, Attendee("a1", name="Asha", ticket_type="Regular", extra=extra))
    take_in(store, Attendee("p1", name="Pavan", ticket_type="Speaker", heads=3))
    return store


def _card(store: Store, attendee_id: str) -> str:
    facts = attendee_card(store, attendee_id)
    assert facts is not None
    return card_content(facts, Here("Desk 1", store.clock())).plain


def test_what_is_still_to_be_had(store: Store) -> None:
    """Lists that admit the ticket, with the answer given at registration; no other list."""
    card = _card(store, "a1")

    assert "☐ T-shirts M slim: not yet" in card
    assert "☐ Lunch: not yet" in card
    assert "Dinner" not in card


def test_what_was_had(store: Store) -> None:
    """With its time; a party by heads."""
    scan(store, ScanOrder(code="T-a1", list_name="T-shirts"))
    scan(store, ScanOrder(code="T-p1", list_name="Dinner", heads=2))

    assert "✓ T-shirts M slim: in 12:00" in _card(store, "a1")
    assert "✓ Dinner: 2 of 3 in 12:00" in _card(store, "p1")


def test_a_daily_list_is_open_again_the_next_day(store: Store) -> None:
    """Yesterday's lunch is no lunch today; yesterday's shirt is one."""
    scan(store, ScanOrder(code="T-a1", list_name="Lunch"))
    scan(store, ScanOrder(code="T-a1", list_name="T-shirts"))
    assert isinstance(store.clock, Clock)
    store.clock.now_ms += DAY_MS
    card = _card(store, "a1")

    assert "☐ Lunch: not yet" in card
    assert "✓ T-shirts M slim: in Tue 12:00" in card


def test_leaving_and_undoing(store: Store) -> None:
    """An exit is said as one; what was taken back never was."""
    scan(store, ScanOrder(code="T-a1", list_name="Door"))
    scan(store, ScanOrder(code="T-a1", list_name="Door", direction=Direction.EXIT))
    assert "✓ Door: out 12:00" in _card(store, "a1")
    undo(store)
    undo(store)

    assert "☐ Door: not yet" in _card(store, "a1")


def test_the_only_list_is_not_repeated(tmp_path: Path) -> None:
    """Where there is nothing but the door, the card says nothing of it."""
    store = make_store(tmp_path, name="one")
    take_in(store, Attendee("a1", name="Asha"))
    facts = attendee_card(store, "a1")

    assert facts is not None
    assert facts.entitlements == ()


def test_a_removed_list_keeps_its_name(store: Store) -> None:
    """Where somebody came in stays to be read, whatever another desk tidied up since."""
    scan(store, ScanOrder(code="T-p1", list_name="Dinner"))
    remove_list(store, "Dinner")

    assert "in · Dinner" in _card(store, "p1")


def test_a_correction_leaves_a_trace(store: Store) -> None:
    """The card says when and where somebody's fields were typed; a hand-over says it by itself."""
    assert "corrected" not in _card(store, "a1")
    edit(store, "a1", {"name": "Asha Rao", "email": "a@example.org", "City": "Goa"})
    edit(store, "a1", {"City": "Pune"})

    assert 1 == _card(store, "a1").count("corrected")
    assert "just now, this desk: corrected: name, e-mail" in _card(store, "a1")

    transfer_ticket(store, "a1", NewHolder(name="Uma"))

    assert 1 == _card(store, "a1").count("corrected")
    assert "transferred from Asha Rao" in _card(store, "a1")
