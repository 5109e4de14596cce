"""Test people in many scripts, and their event."""

from __future__ import annotations

from kiosk.badges.layout.model import EventLook
from kiosk.domain.badges.order import BadgePerson

EVENT = EventLook(name="PyCon Pune 2027", dates="16–18 February 2027", place="Pune")


def person(name: str, given_name: str = "", **others: object) -> BadgePerson:
    """A person with a name; the code fits the smallest QR version."""
    values: dict[str, object] = {
        "id": "p1",
        "family_name": "",
        "company": "",
        "ticket_type": "Attendee",
        "badge_code": "K1:7F3K9QZ2X5MTW",
        **others,
    }
    return BadgePerson(name=name, given_name=given_name, **values)  # type: ignore[arg-type]


SCRIPTS = {
    "latin": "Łukasz Ďurčanský-Ağaoğlu",
    "vietnamese": "Nguyễn Thị Hương",
    "devanagari": "प्रिया कुलकर्णी",
    "tamil": "மீனாட்சி சுந்தரம்",
    "urdu": "چوہدری علی رضا",
    "arabic": "محمد عبد الله",
    "bengali": "অর্ণব চট্টোপাধ্যায়",
    "malayalam": "ലക്ഷ്മി നായർ",
    "thai": "สมชาย ใจดี",
    "hebrew": "נועה כהן",
    "sinhala": "නුවන් ශ්‍රී",
    "emoji": "🌸 Sakura 👩‍👩‍👧",
}
"""One name for each script of the shipped fonts."""
