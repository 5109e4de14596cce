"""The outcomes of a scan, its directions and the states of a ticket, as all layers name them."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Verdicts, named as pretix names its check-in errors."""

    OK = "ok"
    ALREADY_REDEEMED = "already_redeemed"
    UNPAID = "unpaid"
    UNAPPROVED = "unapproved"
    CANCELED = "canceled"
    BLOCKED = "blocked"
    PRODUCT = "product"
    INVALID_TIME = "invalid_time"
    RULES = "rules"
    AMBIGUOUS = "ambiguous"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


LIFTABLE = frozenset(
    {
        Outcome.UNPAID,
        Outcome.UNAPPROVED,
        Outcome.ALREADY_REDEEMED,
        Outcome.PRODUCT,
        Outcome.INVALID_TIME,
    }
)
"""Outcomes that a supervisor may override with a reason."""


def is_liftable(outcome: Outcome, why: Why | None = None) -> bool:
    """Whether a supervisor may override this objection with a reason."""
    return outcome in LIFTABLE or (outcome is Outcome.RULES and why in LIST_RULES)


class Why(StrEnum):
    """The rule behind an outcome that several rules have, for words on screen and for programs."""

    NOT_VALID_YET = "not_valid_yet"
    """The ticket is valid later."""
    EXPIRED = "expired"
    """The ticket was valid earlier."""
    OTHER_DATE = "other_date"
    """The ticket is for another day than today, or than the list."""
    CLOSED = "closed"
    """The list is not open now."""
    PARTY = "party"
    """More people than the ticket has left."""
    GATE = "gate"
    """Another desk admits to this list."""
    MOST_ENTRIES = "most_entries"
    MOST_PER_DAY = "most_per_day"
    MOST_DAYS = "most_days"
    TOO_SOON = "too_soon"
    """Too few minutes after the last entry."""
    NOTE = "note"
    """The volunteer must read a note or ask a question first."""
    CONFIRM = "confirm"
    """The person is shown first, and checked in after a confirmation."""
    LATE_SALE = "late_sale"
    """Admitted by its signature: the ticket was sold after the list was exported."""
    BAD_SIGNATURE = "bad_signature"
    """The code has the form of a signed ticket, and no key of the event signed it."""
    REPLACED = "replaced"
    """The signature is good, and a newer list has another code for this ticket."""
    NO_KEY = "no_key"
    """The code may be a signed ticket; the event has no key to check it."""
    NO_LIBRARY = "no_library"
    """The code may be a signed ticket; the library that checks it is not installed."""


LIST_RULES = frozenset({Why.GATE, Why.MOST_ENTRIES, Why.MOST_PER_DAY, Why.MOST_DAYS, Why.TOO_SOON})
"""Rules of a list, which a supervisor may override as well."""


class Direction(StrEnum):
    """Which way through the door."""

    ENTRY = "entry"
    EXIT = "exit"


class TicketStatus(StrEnum):
    """Whether a ticket admits its holder; only `VALID` does without a question."""

    VALID = "valid"
    UNPAID = "unpaid"
    """Payment is open: pending, expired, awaiting payment, offen."""
    UNAPPROVED = "unapproved"
    """Waiting list, approval open, invited, or an unknown status word."""
    CANCELED = "canceled"
    """Canceled, refunded, declined, withdrawn, voided."""
    BLOCKED = "blocked"
    """Paid, but barred by the organiser."""
