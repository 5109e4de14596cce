"""A ticket that belongs to somebody else now: what goes with the old holder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kiosk.domain.first_time import asks_for_first_time

HOLDERS_FIELDS = ("name", "given_name", "family_name", "email", "phone", "company")
"""What is the holder's and not the ticket's; notes for the desk stay."""

_HOLDERS_ANSWERS = re.compile(
    r"\bname|e ?mail|phone|mobile|whats ?app|telegram|twitter|mastodon|linked ?in|git ?hub|website"
    r"|\burl\b|profile|\bbio\b|about (you|me)|ask me|talk to me|conversation|pronoun|gender|\bsex\b"
    r"|\bage\b|birth|nick|handle|job|title|position|occupation|profession|affiliation|company"
    r"|organi[sz]ation|employer|college|university|school|student|address|city|town|country|state\b"
    r"|diet|food|meal|allerg|accessib|special needs|experience|expertise|emergency|language|photo"
    r"|pronom|geschlecht|alter\b|beruf|firma|adresse|stadt|telefon|handy|ernahrung|entreprise|ville"
    r"|pays\b|empresa|ciudad|pais\b|telefono|direccion"
)


class Transfer(NamedTuple):
    """One hand-over in a ticket's story."""

    at_ms: int
    desk: str
    old_name: str
    reason: str
    hlc: int
    """Where it stands among all events: a badge printed before is the old holder's."""


def holders_answers(headers: Iterable[str]) -> list[str]:
    """Headers of imported answers that speak of the person and not of the ticket."""
    return [header for header in headers if _speaks_of_the_holder(header)]


def _speaks_of_the_holder(header: str) -> bool:
    if asks_for_first_time(header):
        return True
    words = " ".join(re.sub(r"[\W_]+", " ", header.casefold()).split())
    return _HOLDERS_ANSWERS.search(words) is not None
