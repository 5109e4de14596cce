"""Who a badge is for, and why a badge could not be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BadgePerson:
    """One attendee as a badge layout sees them. All texts are data, drawn as they are."""

    id: str
    name: str
    """The attendee's own full name, in their own order and script."""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    ticket_type: str = ""
    badge_code: str = ""
    """Up to 16 of `A-Z 0-9 : -`: what the badge's QR code carries."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Every other field and imported question by its header: email, order_code, guest_of ..."""


@dataclass(frozen=True, slots=True)
class BadgeProblem:
    """Somebody who gets no badge as things are; never ink, always a line in the report."""

    id: str
    name: str
    why: str
    """One clause for the organiser: `no font here has the letters 𐍈 (U+10348)`."""
