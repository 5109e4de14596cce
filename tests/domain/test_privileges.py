"""Changes that admit an attendee by exception, and the PIN and reason each needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.checkin.privileges import (
    ADMIT_BLOCKED,
    CHANGE_LISTS,
    CHANGE_STATUS,
    MORE_PEOPLE,
    NO_NEED,
    OLD_UNDO,
    OTHER_TYPE,
    OVERRIDE,
    OVERRIDE_TRANSFER,
    RENAME_BLOCKED,
    UNBLOCK,
    UNDO_FREE_MS,
    Need,
    ReasonRule,
    Role,
    edit_need,
    is_same_person,
    list_need,
    transfer_need,
    undo_need,
)
from kiosk.domain.checkin.rules import CheckInList, EntryRule
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus

OPEN = CheckInList("day-1", "Day 1", opens_ms=1_000, closes_ms=2_000)
SPEAKERS = CheckInList("dinner", "Dinner", ticket_types=("Speaker",))
V, U, W, C, B = (
    TicketStatus.VALID,
    TicketStatus.UNPAID,
    TicketStatus.UNAPPROVED,
    TicketStatus.CANCELED,
    TicketStatus.BLOCKED,
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (V, V, NO_NEED),
        (V, U, NO_NEED),
        (V, W, NO_NEED),
        (V, C, NO_NEED),
        (V, B, NO_NEED),
        (U, V, CHANGE_STATUS),
        (U, U, NO_NEED),
        (U, W, NO_NEED),
        (U, C, NO_NEED),
        (U, B, NO_NEED),
        (W, V, CHANGE_STATUS),
        (W, U, NO_NEED),
        (W, W, NO_NEED),
        (W, C, NO_NEED),
        (W, B, NO_NEED),
        (C, V, CHANGE_STATUS),
        (C, U, CHANGE_STATUS),
        (C, W, CHANGE_STATUS),
        (C, C, NO_NEED),
        (C, B, NO_NEED),
        (B, V, UNBLOCK),
        (B, U, UNBLOCK),
        (B, W, UNBLOCK),
        (B, C, UNBLOCK),
        (B, B, NO_NEED),
    ],
)
def test_status(old: TicketStatus, new: TicketStatus, expected: Need) -> None:
    """A refused ticket is admitted with a PIN only; refusing one needs none."""
    assert expected == edit_need(Attendee("a", status=old), {"status": new}, [])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, NO_NEED),
        ({"company": "Acme", "note": "x", "attention": "", "extra.Meal": "Veg"}, NO_NEED),
        ({"heads": "2"}, NO_NEED),
        ({"heads": "1"}, NO_NEED),
        ({"heads": "3"}, MORE_PEOPLE),
        ({"ticket_type": "Sponsor"}, NO_NEED),
        ({"ticket_type": "speaker"}, OTHER_TYPE),
        ({"name": "Asha Roa", "email": "new@example.org"}, NO_NEED),
    ],
)
def test_other_fields(changes: dict[str, str], expected: Need) -> None:
    """More people and another list's ticket type admit more than the ticket did."""
    person = Attendee("a", name="Asha Rao", ticket_type="Regular", heads=2)

    assert expected == edit_need(person, changes, [OPEN, SPEAKERS])


@pytest.mark.parametrize("field", ["name", "given_name", "family_name", "email"])
def test_identity_of_a_blocked_attendee(field: str) -> None:
    """A blocked attendee stays recognisable; the same value again is no change."""
    person = Attendee("a", name="X", given_name="X", family_name="X", email="X", status=B)

    assert (RENAME_BLOCKED, NO_NEED, NO_NEED) == (
        edit_need(person, {field: "Y"}, []),
        edit_need(person, {field: "X"}, []),
        edit_need(person, {"company": "Y"}, []),
    )


def test_two_changes_need_the_higher_role_and_the_stricter_reason() -> None:
    """In either order."""
    person = Attendee("a", status=B)
    both = edit_need(person, {"heads": "50", "status": "valid"}, [])
    mixed = UNBLOCK | OVERRIDE_TRANSFER

    assert UNBLOCK == both == MORE_PEOPLE | UNBLOCK
    assert (Role.ORGANISER, ReasonRule.ALWAYS) == (mixed.role, mixed.reason)
    assert OVERRIDE == NO_NEED | OVERRIDE == OVERRIDE | NO_NEED


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (replace(OPEN), NO_NEED),
        (replace(OPEN, name="First day", position=4), NO_NEED),
        (replace(OPEN, entry=EntryRule.MANY), CHANGE_LISTS),
        (replace(OPEN, entry=EntryRule.DAILY), CHANGE_LISTS),
        (replace(OPEN, opens_ms=None), CHANGE_LISTS),
        (replace(OPEN, closes_ms=9_000), CHANGE_LISTS),
        (replace(OPEN, ticket_types=("Speaker",)), CHANGE_LISTS),
        (replace(OPEN, is_day=True), CHANGE_LISTS),
        (None, CHANGE_LISTS),
    ],
)
def test_lists(changed: CheckInList | None, expected: Need) -> None:
    """What decides a scan is the organiser's; a name is not."""
    assert expected == list_need(OPEN, changed)
    assert CHANGE_LISTS == list_need(None, OPEN)


def test_transfers_and_undo() -> None:
    """A blocked or used ticket, and a check-in older than five minutes."""
    good, blocked = Attendee("a"), Attendee("b", status=B)

    assert [NO_NEED, OVERRIDE_TRANSFER, RENAME_BLOCKED] == [
        transfer_need(good, force=False),
        transfer_need(good, force=True),
        transfer_need(blocked, force=False),
    ]
    assert [NO_NEED, OLD_UNDO] == [undo_need(UNDO_FREE_MS), undo_need(UNDO_FREE_MS + 1)]


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Łukasz Żółw", "", True),
        ("lukasz  ZOLW", "", True),
        ("Żółw, Łukasz", "", True),
        ("Anyone", "LUKASZ@example.org", True),
        ("Łukasz", "", False),
        ("Łukasz Żółw Jr", "", False),
        ("", "", False),
        ("Anyone", "luke@example.org", False),
    ],
)
def test_the_same_person(name: str, email: str, expected: bool) -> None:
    """By the full name as the search folds it, or by e-mail; never by an empty one."""
    person = Attendee("a", name="Łukasz Żółw", email="lukasz@example.org", status=B)

    assert expected == is_same_person(person, name, email)
    assert not is_same_person(Attendee("b", status=B), name, email)
    assert ADMIT_BLOCKED.reason is ReasonRule.ALWAYS
