"""A note that registrations bring is read before the person is let in."""

from __future__ import annotations

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import imported_attention

PRETIX = "Requires special attention"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ""),
        ({PRETIX: "No", "Comment": "brings a dog"}, ""),
        ({PRETIX: "", "Comment": "brings a dog"}, ""),
        ({PRETIX: "Yes", "Comment": "brings a dog"}, "brings a dog"),
        ({PRETIX: "Yes", "Comment": ""}, PRETIX),
        ({"Benötigt besondere Aufmerksamkeit": "Ja"}, "Benötigt besondere Aufmerksamkeit"),
        ({"Nécessite une attention particulière": "oui", "Comment": "VIP"}, "VIP"),
        ({"Check-in text": "Check student ID"}, "Check student ID"),
        ({"Attention": "a child, call the parents"}, "a child, call the parents"),
        ({"Ask before check-in": "has the keys"}, "has the keys"),
        ({"Note for the desk": "sponsor: VIP lane"}, "sponsor: VIP lane"),
        ({"Attention": "no"}, ""),
        ({"Comment": "looking forward"}, ""),
        ({"What drew your attention to us?": "a friend"}, ""),
        ({"Check-in": "yes"}, ""),
        ({"Note": "vegetarian"}, ""),
    ],
)
def test_what_is_to_be_read(answers: dict[str, str], expected: str) -> None:
    """Where a column calls for attention, and nowhere else."""
    assert expected == imported_attention(answers)


def test_the_desks_own_note_is_read_first() -> None:
    """A typed note replaces the imported one."""
    person = Attendee("1", attention="asks for Ravi", extra={"Attention": "a child"})

    assert "asks for Ravi" == person.to_acknowledge
    assert "a child" == Attendee("1", extra={"Attention": "a child"}).to_acknowledge
