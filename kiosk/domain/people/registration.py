"""Registrations: one for each ticket of a source file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from kiosk.domain.checkin.outcomes import TicketStatus as TicketStatus
from kiosk.domain.people.first_time import yes_or_no
from kiosk.domain.text import casefold_key, plain_words

PERSON_FIELDS = (
    "name",
    "given_name",
    "family_name",
    "email",
    "phone",
    "company",
    "ticket_type",
    "order_code",
)
"""The text fields that every list of people has, in order."""


class Registration(NamedTuple):
    """One ticket of a source file, in the terms of kiosk.

    A NamedTuple, as 100,000 of these are created in one import and a frozen dataclass takes five
    times as long. All texts are trimmed and NFC; empty means not given.
    """

    identity: str
    """An identity that the platform never changes, unique in the file, with its kind in front:
    `ticket:18441593430`, `order:ABCDE-1`, `code:K8301243`, `person:a@b.c|asha rao`."""
    name: str
    given_name: str
    family_name: str
    email: str
    phone: str
    company: str
    ticket_type: str
    order_code: str
    status: TicketStatus
    status_word: str
    """The source's own word, for the card: `Warteliste`."""
    heads: int
    """People this ticket admits, 1 or more (quantity, guests)."""
    guest_of: str
    """The buyer's name where the ticket has no name."""
    codes: tuple[str, ...]
    """Codes on the ticket, byte for byte, the platform's own code first."""
    weak_codes: tuple[str, ...]
    """Order and running numbers: they identify an attendee only where exactly one has them."""
    arrived_at_source: str
    """The source's own check-in mark (a time or a word), empty when not arrived."""
    extra: tuple[tuple[str, str], ...]
    """Every other column with a value, (header, value), in the file's order."""
    row: int
    """Line (CSV) or row (sheet) in the file, counted from 1, for reports."""


class ImportRow(NamedTuple):
    """One registration as an import event holds it, with the id of its attendee.

    Older logs hold rows in this order, so fields are never moved or removed.
    """

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    name: str
    given_name: str
    family_name: str
    email: str
    phone: str
    company: str
    ticket_type: str
    order_code: str
    status: TicketStatus
    status_word: str
    heads: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    guest_of: str
    arrived_at_source: str
    extra: str
    """A JSON object of texts."""
    codes: str
    """A JSON pair of lists: own codes, weak codes."""


code_lists = msgspec.json.Decoder(tuple[list[str], list[str]]).decode
"""The own and the weak codes in `ImportRow.codes`."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row without an attendee."""

    row: int
    """Line or row in the file, from 1."""
    why: str
    """One clause: `no name, e-mail or code`."""


class OfferedQuestion(NamedTuple):
    """A question that the source asks at check-in."""

    name: str
    choices: tuple[str, ...]
    """Its possible answers; empty where any text is an answer."""


@dataclass(frozen=True, slots=True)
class RegistrationFile:
    """A source file, read and understood, before anything is written.

    `rows = len(registrations) + duplicates + len(rejected)`.
    """

    platform: str
    """`eventbrite`, `meetup`, `pretix`, `tito`, `luma`, `konfhub` ... or `sheet`.
    Attendee ids are derived from platform and identity, so the file's name has no part in it."""
    source: str
    """Unit within which people can be missing from a later file: the platform, with the event's
    id on that platform where the file has one, or with the identity headers of a plain sheet."""
    file_name: str
    sha256: str
    """Of the file's bytes, hex."""
    columns: dict[str, str]
    """Field to the header(s) it was taken from: `{"email": "Attendee email, else Email"}`."""
    registrations: list[Registration]
    duplicates: int
    rejected: list[RejectedRow]
    mapping: list[dict[str, Any]] = field(default_factory=list)
    """For each column: `header`, `field` (empty: an extra column) and two `examples`."""
    sheet: str = ""
    warnings: list[str] = field(default_factory=list)
    """Sentences for the organiser: damaged codes, unknown status words, shared codes ..."""

    questions: list[OfferedQuestion] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Data rows of the file; blank and summary lines are not rows."""
        return len(self.registrations) + self.duplicates + len(self.rejected)


# Notes in registrations that a volunteer must read before check-in.
#
# pretix marks such tickets in the column “Requires special attention” of its check-in lists and by
# `checkin_attention` and `checkin_text` of its JSON (`plugins/checkinlists/exporters.py` and
# `api/serializers`); sheets kept by hand have a column for it in their own words.

ATTENTION_HEADING = "Requires special attention"
NOTE_HEADING = "Check-in text"
_COMMENT = "comment"
_CALLS_FOR_IT = re.compile(
    r"\b(special|particular) attention\b|\bbesondere[rn]? (aufmerksamkeit|beachtung)\b"
    r"|\b(attention (particuliere|speciale)|atencion especial|atencao especial|speciale aandacht)\b"
    r"|\battenzione (particolare|speciale)\b|^(check ?in |needs |requires )?attention$"
    r"|^(ask|read|check) (first|before check ?in)$|^check ?in (note|text|warning)$"
    r"|^(note|message) (for|to) (the )?(desk|check ?in|registration( desk)?|volunteers?)$"
)


def imported_attention(answers: Mapping[str, str]) -> str:
    """The note to acknowledge before check-in; empty where there is none.

    Args:
        answers: imported columns by header. Under a heading about attention, a yes refers to the
            comment column, and any text other than yes or no is the note.
    """
    for header, value in answers.items():
        if value.strip() and _is_about_attention(header):
            said = yes_or_no(value)
            if said is None:
                return value
            if said:
                return _comment(answers) or header
    return ""


def _comment(answers: Mapping[str, str]) -> str:
    return next((value for key, value in answers.items() if casefold_key(key) == _COMMENT), "")


@lru_cache(maxsize=4096)
def _is_about_attention(header: str) -> bool:
    return bool(_CALLS_FOR_IT.search(plain_words(header)))


# The names of companions, in the columns of the attendee who brings them.

COMPANIONS = "Companions"
"""The heading that importers give to names under another one: `Begleitung`, or none."""
PLURAL = (
    r"(?:names? of )?(?:the |your )?(?:other |additional )?"
    r"(?:guests|(?:family )?members|family member|family)(?: names?)?|guest names|"
    r"(?:nombres? de )?(?:los )?invitad[oa]s|(?:nomes? dos )?convidad[oa]s|"
    r"(?:noms? des )?invités|gäste|ospiti|goście|гости"
)
_WHO = r"(?:partner|spouse|plus one|companion|child|kid|guest|husband|wife) ?(?:\d{1,2} )?"
_ABROAD = (
    r"(?:begleitperson|begleitung|ehepartner(?:in)?|conjointe?|accompagnante?|accompagnat(?:eur|rice)"
    r"|acompañante|cónyuge|acompanhante|cônjuge|accompagnat(?:ore|rice)|coniuge|osoba towarzysząca"
    r"|osoby towarzyszącej|begeleider|refakatçi|misafir|pendamping|сопровождающ(?:ий|его))"
)
_NAME = r"(?:vorname|name|nom|prénom|nombre|nome|imię|имя|voornaam|naam|nama|adı)"
_FAMILY_NAME = (
    r"(?:nachname|nom de famille|apellidos?|sobrenome|cognome|nazwisko|фамилия|achternaam|soyadı)"
)
_OF = r"(?: (?:de l|de la|de|du|dell|della|del|do|da|der|des|van de|van))?"
_PERSON = re.compile(
    rf"{_WHO}(?:first name|full name|name)(?: \d{{1,2}})?|(?:guest|child|kid|companion) \d{{1,2}}|"
    r"(?:names? of (?:the )?)?(?:children|kids)(?: names?)?|(?:child|kid|spouse) names|"
    rf"(?:accompanying person|accompanying guest|additional guest)(?: name)? ?\d{{0,2}}|{PLURAL}|"
    r"guest|spouse|husband|wife|esposa|esposo|"
    rf"{_ABROAD}(?: {_NAME})?|{_NAME}{_OF} {_ABROAD}"
)
_OTHER = re.compile(
    rf"{_WHO}(?:last name|family name|surname)|"
    rf"{_ABROAD} {_FAMILY_NAME}|{_FAMILY_NAME}{_OF} {_ABROAD}|"
    r"(?:names? of (?:the )?)?(?:companions?|plus ones?)(?: names?)?(?: \d+)?"
)
"""The rest of a name, and headings that mostly have a number."""
_NOT_LETTERS = re.compile(r"[\W_]+")


def is_companion(heading: str) -> bool:
    """Whether each name below is one more person, if another column has the attendee's."""
    return _PERSON.fullmatch(_key(heading)) is not None


@lru_cache(maxsize=4096)
def names_companions(heading: str) -> bool:
    """Whether the cells of a column have names of companions, or parts of them."""
    key = _key(heading)
    without_number = re.sub(r" \d+$", "", key)
    return any(map(_PERSON.fullmatch, (key, without_number))) or bool(_OTHER.fullmatch(key))


def _key(heading: str) -> str:
    """A heading in lower case, without a remark in brackets and without punctuation."""
    text = casefold_key(re.sub(r"\+ ?1", " plus one ", heading))
    text = re.sub(r"(?<=\S) ?[(\[].*|['’]s?\b", " ", text)
    return _NOT_LETTERS.sub(" ", text).strip()


def companions_of(extra: Mapping[str, str]) -> str:
    """The names of companions in the columns of an attendee, for the look-up; empty: none."""
    return " ".join(value for heading, value in extra.items() if names_companions(heading))
