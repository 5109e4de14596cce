"""An attendee with the current data, and what belongs to the holder of a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kiosk.domain.people.first_time import asks_for_first_time
from kiosk.domain.people.names import words
from kiosk.domain.people.registration import (
    PERSON_FIELDS,
    TicketStatus,
    companions_of,
    imported_attention,
)
from kiosk.domain.text import plain_words

WALK_IN_SOURCE = "walk-in"
LATE_SALE_SOURCE = "late sale"
"""Source of an attendee who is known from a signed ticket only, until a list has the ticket."""
GUEST_OF = "Guest of "
"""The label of a ticket without a name, before the name of the buyer."""

TEXT_FIELDS = (*PERSON_FIELDS, "guest_of", "note", "attention")
"""Fields of an attendee that hold text and can be typed at the desk."""

EDITABLE_FIELDS = (*TEXT_FIELDS, "status", "heads")


@dataclass(frozen=True, slots=True)
class Attendee:
    """The holder of one ticket. Empty texts mean not known."""

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
    """The buyer of this nameless ticket."""
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
        """The note to read before check-in: typed at a desk, else as registered."""
        return self.attention or imported_attention(self.extra)

    @property
    def companions(self) -> str:
        """The names of the people who come on this ticket, as the list has them; empty: none."""
        return companions_of(self.extra) if self.heads > 1 else ""

    @property
    def label(self) -> str:
        """The name on screen, or "Guest of" and the buyer."""
        return label_of(self.name, self.guest_of)


def label_of(name: str, guest_of: str) -> str:
    """A name on screen, or "Guest of" and the buyer."""
    return name or (f"{GUEST_OF}{guest_of}" if guest_of else "(no name yet)")


# Corrections: each edit of an attendee at a desk is in the log.

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
"""The fields of an attendee, as the card calls them."""


class Correction(NamedTuple):
    """One edit of fields."""

    at_ms: int
    desk: str
    fields: tuple[str, ...]
    """As in `FIELD_WORDS`."""

    @property
    def words(self) -> str:
        """`name, e-mail`; of many, the count of the others."""
        first = [FIELD_WORDS[field] for field in self.fields[:3]]
        more = len(self.fields) - len(first)
        return ", ".join(first) + (f" and {more} more" if more else "")


# Transfers: the data of the old holder of a ticket.

HOLDERS_FIELDS = ("name", "given_name", "family_name", "email", "phone", "company")
"""Fields of the holder and not of the ticket; notes for the desk stay."""

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
    """One transfer of a ticket to a new holder."""

    at_ms: int
    desk: str
    old_name: str
    reason: str
    hlc: int
    """Its place among all events: a badge printed before is the old holder's."""


def holders_answers(headers: Iterable[str]) -> list[str]:
    """Headers of imported answers about the person and not the ticket."""
    return [header for header in headers if _speaks_of_the_holder(header)]


def _speaks_of_the_holder(header: str) -> bool:
    if asks_for_first_time(header):
        return True
    return _HOLDERS_ANSWERS.search(plain_words(header)) is not None


# Ticket types of speakers, in the words of organisers.

_WORDS = (
    "speaker", "presenter", "panelist", "panellist", "keynote", "lecturer",
    "referent", "vortragend", "sprecher", "ponente", "conferenciante", "orador", "palestrante",
    "conférencier", "conférencière", "intervenant", "orateur", "oratrice", "relatore", "relatrice",
    "spreker", "talare", "prelegent", "konuşmacı", "спикер", "докладчик", "доповідач",
    "वक्ता", "स्पीकर", "مقرر", "سپیکر", "متحدث", "பேச்சாளர்",
    "讲者", "講者", "演讲", "演講", "登壇", "講演", "スピーカー", "연사", "발표자",
)  # fmt: skip

_SPEAKER = re.compile("|".join(rf"(?<![^\W_]){word}" for word in _WORDS), re.IGNORECASE)
_JOINED = re.compile("讲者|講者|演讲|演講|登壇|講演|スピーカー|연사|발표자")


def is_speaker_type(ticket_type: str) -> bool:
    """Whether holders of this ticket type are speakers.

    A word counts at its beginning (`Speakers`, `Referentin`, `Talk speaker (free)`); in scripts
    without spaces it counts anywhere.
    """
    return bool(_SPEAKER.search(ticket_type) or _JOINED.search(ticket_type))


# Words that people type for a field of a registration, at the desk and on the command line.

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


# The fact by which a search found an attendee.

_FOUND_IN_PART = ("e-mail", "order", "phone")


def found_by(typed: Sequence[str], person: Attendee, former: Sequence[str] = ()) -> tuple[str, str]:
    """The fact of an attendee that a typed text fits, if it does not fit the name.

    Args:
        typed: the folded words of the query.
        former: names of former holders of the ticket.

    Returns:
        What the fact is called, and the fact; empty texts if none is spelled as typed.
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
