"""Say by which fact of an attendee a typed text found them, if it was not the name."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import words

_FOUND_IN_PART = ("e-mail", "order", "phone")


def found_by(typed: Sequence[str], person: Attendee, former: Sequence[str] = ()) -> tuple[str, str]:
    """What the fact is called, and the fact; empty texts if none is spelled as typed.

    Args:
        typed: the folded words of the query.
        former: names of former holders of the ticket.
    """
    facts = {
        "companion": person.companions,
        "buyer": person.guest_of,
        "former name": ", ".join(former),
        "company": person.company,
        "e-mail": person.email,
        "order": person.order_code,
        "phone": person.phone,
    }
    own = words(f"{person.name} {person.given_name} {person.family_name}")
    left = [word for word in typed if not _begins(word, own)]
    for called, fact in facts.items():
        known = words(fact)
        is_part = called in _FOUND_IN_PART and "".join(typed) in "".join(known)
        if left and (is_part or all(_begins(word, known) for word in left)):
            return called, fact
    return "", ""


def _begins(typed: str, known: Sequence[str]) -> bool:
    return any(word.startswith(typed) for word in known)
