"""Counts and their words."""

from __future__ import annotations

import pytest

from kiosk.domain.checkin.words import phone_end
from kiosk.domain.text import counted


@pytest.mark.parametrize(
    ("number", "one", "many", "told"),
    [
        (0, "duplicate", "", "0 duplicates"),
        (1, "duplicate", "", "1 duplicate"),
        (2, "duplicate", "", "2 duplicates"),
        (1, "person", "", "1 person"),
        (1204, "person", "", "1,204 people"),
        (1, "row needs", "rows need", "1 row needs"),
        (3, "row needs", "rows need", "3 rows need"),
    ],
)
def test_one_is_not_many(number: int, one: str, many: str, told: str) -> None:
    """Exactly one thing is singular, its verb too."""
    assert told == counted(number, one, many)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+49 170 5550033", "…0033"), ("+254 700 111 222", "…1222"), ("12", "…12"), ("", "")],
)
def test_a_phone_number_ends_with_four_digits(phone: str, shown: str) -> None:
    """Spaces do not count."""
    assert shown == phone_end(phone)
