"""Words that people type for a field of a registration, at the desk and on the command line."""

from __future__ import annotations

FIELD_SYNONYMS = {
    "first name": "given_name",
    "last name": "family_name",
    "surname": "family_name",
    "full name": "name",
    "mail": "email",
    "e mail": "email",
    "mobile": "phone",
    "organisation": "company",
    "organization": "company",
    "ticket": "ticket_type",
    "type": "ticket_type",
    "order": "order_code",
    "payment": "status",
    "party": "heads",
    "quantity": "heads",
    "notes": "note",
    "buyer": "guest_of",
}
"""Word (lower case, spaces between words) to a field of `Registration`, or to `note`."""
