"""The words of the desk in one place: banners, verdict sentences."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.checkin.outcomes import Direction, Outcome


@dataclass(frozen=True, slots=True)
class Banner:
    """The headline of an outcome: a sign, two words and a colour, readable from three metres."""

    sign: str
    words: str
    tone: str
    """Its family: `success` admitted, `out` checked out, `warning` wait or ask, `error` refused,
    `question` neither."""

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"


BANNERS = {
    Outcome.OK: Banner("✓", "CHECKED IN", "success"),
    Outcome.ALREADY_REDEEMED: Banner("!", "ALREADY IN", "warning"),
    Outcome.INVALID: Banner("✗", "NOT FOUND", "error"),
    Outcome.CANCELED: Banner("✗", "CANCELED", "error"),
    Outcome.UNPAID: Banner("!", "UNPAID", "warning"),
    Outcome.UNAPPROVED: Banner("!", "NOT APPROVED", "warning"),
    Outcome.BLOCKED: Banner("✗", "BLOCKED", "error"),
    Outcome.PRODUCT: Banner("✗", "NOT ON THIS LIST", "error"),
    Outcome.INVALID_TIME: Banner("✗", "NOT NOW", "error"),
    Outcome.AMBIGUOUS: Banner("?", "WHICH ONE", "warning"),
    Outcome.INCOMPLETE: Banner("?", "ASK FIRST", "warning"),
    Outcome.RULES: Banner("✗", "NOT BY THE RULES", "error"),
}
CHECKED_OUT = Banner("→", "CHECKED OUT", "out")
UNDONE = Banner("↶", "UNDONE", "question")


def banner(outcome: Outcome, direction: Direction = Direction.ENTRY) -> Banner:
    """The banner of a verdict."""
    if outcome is Outcome.OK and direction is Direction.EXIT:
        return CHECKED_OUT
    return BANNERS[outcome]


def counted(number: int, one: str, many: str = "") -> str:
    """A count with its words: `1 row`, `2 rows`, `1,204 people`.

    Args:
        one: the words for exactly one; a verb may be among them (`row needs`).
        many: the words for any other count; empty: `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or _MANY.get(one) or f'{one}s'}"


_MANY = {"person": "people", "copy": "copies", "entry": "entries"}


def heads_phrase(admitted: int, heads: int, direction: Direction) -> str:
    """`2 of 3 in` for a party that comes in, nothing for one person and for those who leave."""
    if heads == 1 or direction is Direction.EXIT:
        return ""
    return f"{min(admitted, heads)} of {heads} in"
