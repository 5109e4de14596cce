"""Which ticket types are awaited on stage."""

from __future__ import annotations

import pytest

from kiosk.domain.people.attendee import is_speaker_type


@pytest.mark.parametrize(
    ("ticket_type", "expected"),
    [
        ("Speaker", True),
        ("SPEAKERS", True),
        ("Talk speaker (free)", True),
        ("Keynote", True),
        ("Referentin", True),
        ("Panellist pass", True),
        ("वक्ता", True),
        ("مقرر", True),
        ("大会讲者票", True),
        ("", False),
        ("Regular", False),
        ("Loudspeaker crew", False),
        ("Student", False),
    ],
)
def test_speaker_words(ticket_type: str, expected: bool) -> None:
    """A speaker's word counts at its beginning, in any case and language of the list."""
    assert expected == is_speaker_type(ticket_type)
