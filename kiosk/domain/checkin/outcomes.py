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
