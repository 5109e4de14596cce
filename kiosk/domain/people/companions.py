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
_PERSON = re.compile(
    rf"{_WHO}(?:first name|full name|name)(?: \d{{1,2}})?|(?:guest|child|kid|companion) \d{{1,2}}|"
    r"(?:names? of (?:the )?)?(?:children|kids)(?: names?)?|(?:child|kid|spouse) names|"
    rf"(?:accompanying person|accompanying guest|additional guest)(?: name)? ?\d{{0,2}}|{PLURAL}|"
    r"guest|spouse|husband|wife|conjoint|conjointe|cónyuge|esposa|esposo|cônjuge|ehepartner|ehepartnerin"
)
_OTHER = re.compile(
    rf"{_WHO}(?:last name|family name|surname)|(?:names? of (?:the )?)?(?:companions?|plus ones?)"
    r"(?: names?)?(?: \d+)?"
)
"""The rest of a name, and headings that mostly have a number."""
_NOT_LETTERS = re.compile(r"[\W_]+")


def is_companion(key: str) -> bool:
    """Whether each name under a heading is one more person, if another column has the attendee's.

    Args:
        key: the heading in lower case, with single spaces and no punctuation.
    """
    return _PERSON.fullmatch(key) is not None


@lru_cache(maxsize=4096)
def names_companions(heading: str) -> bool:
    """Whether the cells of a column have names of companions, or parts of them."""
    key = casefold_key(re.sub(r"\+ ?1", " plus one ", heading))
    key = _NOT_LETTERS.sub(" ", re.sub(r"['’]s?\b", " ", key)).strip()
    without_number = re.sub(r" \d+$", "", key)
    return is_companion(key) or is_companion(without_number) or bool(_OTHER.fullmatch(key))


def companions_of(extra: Mapping[str, str]) -> str:
    """The names of companions in the columns of an attendee, for the look-up; empty: none."""
    return " ".join(value for heading, value in extra.items() if names_companions(heading))
