"""Fields of a layout's templates: `{given_name} · {company}`, and any imported question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property

from kiosk.badges.bidi import ISOLATE, ISOLATE_END, needs_bidi
from kiosk.badges.layout import EventLook, Role
from kiosk.badges.names import large_and_rest
from kiosk.badges.text_cleaning import clean_text
from kiosk.domain.badge import BadgePerson

PERSON_FIELDS = (
    "name", "name_large", "name_rest", "given_name", "family_name", "company", "ticket_type",
    "badge_code", "role", "email", "phone", "order_code", "guest_of", "sort_name",
)  # fmt: skip
EVENT_FIELDS = ("event", "dates", "programme", "place", "contact", "wifi")

ALIASES: Mapping[str, tuple[str, ...]] = {
    "pronouns": ("pronouns", "pronoun", "pronomen", "pronombres"),
    "first_time": ("first time", "firsttime", "newcomer", "new here", "first meetup"),
    "ask_about": ("ask me about", "ask about", "talk to me about", "conversation starter"),
    "country": ("country", "land", "pays", "país", "nation"),
    "city": ("city", "town", "stadt", "ville", "ciudad"),
    "job_title": ("job title", "jobtitle", "position", "role at work"),
    "nickname": ("nickname", "nick", "handle", "preferred name"),
    "language": ("language", "locale", "sprache", "lang"),
    "diet": ("diet", "dietary", "food", "meal"),
    "t_shirt": ("t-shirt", "tshirt", "shirt size", "t shirt"),
}
"""Words by which a question's header is taken for a field, whatever the platform calls it."""

KNOWN_FIELDS = (*PERSON_FIELDS, *EVENT_FIELDS, *ALIASES)

_NO = frozenset(("no", "n", "false", "0", "-", "–", "none", "n/a", "nein", "non", "नहीं", "نہیں"))
_TOKEN = re.compile(r"\{([^{}]*)\}")


def fields_of(template: str) -> tuple[str, ...]:
    """The fields a template names."""
    return tuple(name.strip() for name in _TOKEN.findall(template))


def mistaken_field(name: str) -> str:
    """The field meant by a slip of the keyboard, empty when the name may be a question's header."""
    if name in KNOWN_FIELDS:
        return ""
    close = get_close_matches(name.casefold().replace(" ", "_"), KNOWN_FIELDS, 1, 0.8)
    return close[0] if close else ""


class Values:
    """The values of one person at one event, clean and ready to draw."""

    def __init__(self, person: BadgePerson, event: EventLook, role: Role) -> None:
        self.person, self.event, self.role = person, event, role
        self._known: dict[str, str] = {}

    def value(self, name: str) -> str:
        """A field's value, empty when there is none."""
        if name not in self._known:
            self._known[name] = clean_text(self._raw(name))
        return self._known[name]

    def filled(self, name: str) -> bool:
        """Whether a field has a value that does not say no."""
        return bool(self.value(name)) and self.value(name).casefold() not in _NO

    def text(self, template: str) -> str:
        """The template filled in; separators beside an empty field go, words of it stay."""
        if "{" not in template:
            return clean_text(template)
        parts = _TOKEN.split(template)
        values = [self.value(name.strip()) for name in parts[1::2]]
        if not any(values):
            return ""
        several = len([value for value in values if value]) + any(map(_has_words, parts[::2])) > 1
        pieces: list[str] = []
        waiting = parts[0]
        for value, literal in zip(values, parts[2::2], strict=True):
            if value:
                if _has_words(waiting) or pieces:
                    pieces.append(waiting)
                pieces.append(_isolated(value) if several else value)
                waiting = literal
            elif _has_words(literal) or not waiting.strip():
                waiting = waiting.rstrip(" ·|,–-") + literal if _has_words(waiting) else literal
        if waiting.strip() and (_has_words(waiting) or waiting.strip() in ")]!.?"):
            pieces.append(waiting)
        return " ".join("".join(pieces).split())

    @cached_property
    def _large_and_rest(self) -> tuple[str, str]:
        return large_and_rest(self.person.name, self.person.given_name)

    def _raw(self, name: str) -> str:
        person = self.person
        made: dict[str, Callable[[], str]] = {
            "name_large": lambda: self._large_and_rest[0],
            "name_rest": lambda: self._large_and_rest[1],
            "role": lambda: self.role.word or person.ticket_type,
            "sort_name": lambda: _sort_name(person),
            "event": lambda: self.event.name,
            "dates": lambda: self.event.dates,
            "place": lambda: self.event.place,
            "contact": lambda: self.event.contact,
            "wifi": lambda: self.event.wifi,
            "programme": lambda: self.event.programme,
        }
        if name in made:
            return made[name]()
        if name in ("name", "given_name", "family_name", "company", "ticket_type", "badge_code"):
            return str(getattr(person, name))
        return find_field(person.fields, name)


def find_field(fields: Mapping[str, str], name: str) -> str:
    """A field by its header: exactly, regardless of case and blanks, or by words that mean it."""
    if name in fields:
        return fields[name]
    wanted = {_plain(name), *map(_plain, ALIASES.get(name, ()))}
    for header, value in fields.items():
        if _plain(header) in wanted and value.strip():
            return value
    for header, value in fields.items():
        words = f" {_plain(header)} "
        if value.strip() and any(f" {word} " in words for word in wanted):
            return value
    return ""


def _plain(header: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", header.casefold()).split())


def _has_words(literal: str) -> bool:
    return any(char.isalnum() for char in literal)


def _isolated(value: str) -> str:
    return f"{ISOLATE}{value}{ISOLATE_END}" if needs_bidi(value) else value


def _sort_name(person: BadgePerson) -> str:
    """`Family, Given`, for the first line of a back; the name itself where parts are unknown."""
    if person.family_name and person.given_name:
        return f"{person.family_name}, {person.given_name}"
    return person.name
