"""By which fact of an attendee a typed text found them."""

from __future__ import annotations

import pytest

from kiosk.domain.people.attendee import Attendee, found_by
from kiosk.domain.people.names import words

ASHA = Attendee(
    "1",
    name="Asha Rao",
    email="reach.me@example.org",
    phone="+91 20 5550 0211",
    company="Nirmiti Labs",
    order_code="D-70909",
    guest_of="Om Das",
    heads=2,
    extra={"Guest names": "Karim Benali"},
)


@pytest.mark.parametrize(
    ("query", "called"),
    [
        ("karim", "companion"),
        ("asha ben", "companion"),
        ("om das", "buyer"),
        ("uma", "former name"),
        ("nirm", "company"),
        ("reach", "e-mail"),
        ("me@example", "e-mail"),
        ("d709", "order"),
        ("0211", "phone"),
        ("5550021", "phone"),
        ("kareem", ""),
        ("asha", ""),
        ("asha lab", "company"),
        ("karim labs", ""),
    ],
)
def test_the_fact_that_fits_is_named(query: str, called: str) -> None:
    """A fact counts where it is spelled as typed, next to words of the name."""
    assert called == found_by(words(query), ASHA, ["Uma Joy"])[0]
