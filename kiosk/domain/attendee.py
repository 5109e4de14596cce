"""A person on the event's list, as the desk knows them now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.attention import imported_attention
from kiosk.domain.registration import PERSON_FIELDS, TicketStatus

WALK_IN_SOURCE = "walk-in"
GUEST_OF = "Guest of "
"""What a ticket without a name is called, before the name of whoever bought it."""

TEXT_FIELDS = (
    *PERSON_FIELDS,
    "guest_of",
    "note",
    "attention",
)
"""Fields of an attendee that hold text and can be typed at the desk."""

EDITABLE_FIELDS = (*TEXT_FIELDS, "status", "heads")


@dataclass(frozen=True, slots=True)
class Attendee:
    """One ticket's holder. Empty texts mean not known."""

    id: str
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    ticket_type: str = ""
    order_code: str = ""
    status: TicketStatus = TicketStatus.VALID
    status_word: str = ""
    """The platform's own word."""
    heads: int = 1
    """People this ticket admits."""
    guest_of: str = ""
    """Whose order this nameless ticket is from."""
    note: str = ""
    """For the volunteer, shown on the card."""
    attention: str = ""
    """A note the volunteer must acknowledge before the check-in."""
    source: str = ""
    arrived_at_source: str = ""
    """The platform's own check-in mark at the time of the export."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Imported questions and other columns, by header."""

    @property
    def to_acknowledge(self) -> str:
        """What must be read before the check-in: typed at the desk, else as registered."""
        return self.attention or imported_attention(self.extra)

    @property
    def label(self) -> str:
        """What to call the person on screen: the name, or whose guest they are."""
        if self.name:
            return self.name
        return f"{GUEST_OF}{self.guest_of}" if self.guest_of else "(no name yet)"
