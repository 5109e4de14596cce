"""The outcomes of a scan and its directions, in the words that all layers share."""

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
