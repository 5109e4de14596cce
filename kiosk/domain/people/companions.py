"""The names of companions, in the columns of the attendee who brings them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kiosk.domain.text import casefold_key

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
