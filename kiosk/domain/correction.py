"""What was typed of a person at a desk: who they are is never changed without a trace."""

from __future__ import annotations

from typing import NamedTuple

FIELD_WORDS = {
    "name": "name",
    "given_name": "given name",
    "family_name": "family name",
    "email": "e-mail",
    "phone": "phone",
    "company": "company",
    "ticket_type": "ticket type",
    "order_code": "order",
    "guest_of": "guest of",
    "status": "status",
    "heads": "people",
    "note": "note",
    "attention": "question before check-in",
}
"""A person's own fields, as the card calls them; answers are told where they stand."""


class Correction(NamedTuple):
    """One time that fields were typed."""

    at_ms: int
    desk: str
    fields: tuple[str, ...]
    """As in `FIELD_WORDS`."""

    @property
    def words(self) -> str:
        """`name, e-mail`; of many, how many more."""
        first = [FIELD_WORDS[field] for field in self.fields[:3]]
        more = len(self.fields) - len(first)
        return ", ".join(first) + (f" and {more} more" if more else "")
