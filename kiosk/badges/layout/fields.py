"""Fill in the fields of a layout's templates, such as `{given_name} · {company}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property, lru_cache

from kiosk.badges.layout.model import Element, EventLook, Role
from kiosk.badges.text.bidi import ISOLATE, ISOLATE_END, needs_bidi
from kiosk.badges.text.cleaning import clean_breakable, clean_text, large_and_rest
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.checkin.rights import rights_of, rights_words
from kiosk.domain.checkin.tables import TABLE_FIELD, table_words

PERSON_FIELDS = (
    "name", "name_large", "name_rest", "given_name", "family_name", "company", "ticket_type",
    "badge_code", "role", "email", "phone", "order_code", "guest_of", "sort_name", "table",
    "valid", "add_ons",
)  # fmt: skip
_NAME_PARTS = ("given_name", "family_name")
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
"""Words in a question's heading that mean a field, on any ticket platform."""

KNOWN_FIELDS = (*PERSON_FIELDS, *EVENT_FIELDS, *ALIASES)

_NO = frozenset(("no", "n", "false", "0", "-", "–", "none", "n/a", "nein", "non", "नहीं", "نہیں"))
_TOKEN = re.compile(r"\{([^{}]*)\}")


@lru_cache(maxsize=1024)
def fields_of(template: str) -> tuple[str, ...]:
    """The names of fields in a template."""
    return tuple(name.strip() for name in _TOKEN.findall(template))


@lru_cache(maxsize=1024)
def _parts_of(template: str) -> list[str]:
    """Literals and names of fields in turn."""
    return _TOKEN.split(template)


def mistaken_field(name: str) -> str:
    """The field that a mistyped name means; empty when the name can be a question's heading.

    The prefix `question:` marks a name as a heading, even if it is close to a field's name.
    """
    if canonical(name) in KNOWN_FIELDS or name.startswith(_QUESTION):
        return ""
    close = get_close_matches(name.casefold().replace(" ", "_"), KNOWN_FIELDS, 1, 0.8)
    return close[0] if close else ""


_OWN = frozenset(("name", "given_name", "family_name", "company", "ticket_type", "badge_code"))
_QUESTION = "question:"


@lru_cache(maxsize=1024)
def canonical(name: str) -> str:
    """The field for a name in braces: `Job title` is `job_title`, `TSHIRT` is `t_shirt`."""
    if name in KNOWN_FIELDS or name.startswith(_QUESTION):
        return name
    bare = _plain(name).replace(" ", "")
    for known in KNOWN_FIELDS:
        if bare == known.replace("_", ""):
            return known
    return name


class Values:
    """The field values of one person at one event, cleaned for drawing."""

    def __init__(self, person: BadgePerson, event: EventLook, role: Role) -> None:
        self.person, self.event, self.role = person, event, role
        self._known: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def value(self, name: str) -> str:
        """A field's value; empty when there is none."""
        if name not in self._known:
            self._known[name] = clean_breakable(self._raw(canonical(name)))
        return self._known[name]

    def filled(self, name: str) -> bool:
        """Whether a field has a value other than "no"."""
        return bool(self.value(name)) and self.value(name).casefold() not in _NO

    def text(self, template: str) -> str:
        """The filled-in template; separators next to an empty field are dropped, words are kept."""
        if template not in self._texts:
            self._texts[template] = self._filled_in(template)
        return self._texts[template]

    def _filled_in(self, template: str) -> str:
        parts = _parts_of(template)
        if len(parts) == 1:
            return clean_text(template)
        if len(parts) == 3 and not parts[0] and not parts[2]:
            return self.value(parts[1].strip())
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
        person, event = self.person, self.event
        if name in _NAME_PARTS:  # never lost if the list has the name in one column
            own = str(getattr(person, name))
            return own if own.strip() else self._large_and_rest[_NAME_PARTS.index(name)]
        if name in _OWN:
            return str(getattr(person, name))
        if name in EVENT_FIELDS:
            return event_value(event, name)
        match name:
            case "name_large":
                return self._large_and_rest[0]
            case "name_rest":
                return self._large_and_rest[1]
            case "role":
                return (self.role.word or person.ticket_type).upper()
            case "sort_name":
                return _sort_name(person)
            case "table":  # not a question that mentions tables
                table = person.fields.get(TABLE_FIELD, "")
                return table_words(table) if table else ""
            case "valid":
                rights = rights_of(person.fields, event.context)
                return ", ".join(rights_words(rights, event.context.zone))
            case "add_ons":
                return ", ".join(rights_of(person.fields, event.context).add_ons)
        return find_field(person.fields, name.removeprefix(_QUESTION).strip())


def event_value(event: EventLook, name: str) -> str:
    """The value of one of `EVENT_FIELDS`."""
    return event.name if name == "event" else str(getattr(event, name))


def is_shown(element: Element, values: Values) -> bool:
    """Whether an element's conditions are met for a person."""
    if element.when and not all(map(values.filled, element.when)):
        return False
    return not (element.unless and any(map(values.filled, element.unless)))


def is_empty_for_all(element: Element, event: EventLook) -> bool:
    """Whether an element shows nothing on any badge of an event."""
    if element.kind == "image":
        return element.source == "logo" and event.logo is None
    if element.kind == "logos":
        return element.sources == ("sponsors",) and not event.sponsors
    if element.kind == "group":
        return all(is_empty_for_all(part, event) for part in element.parts)
    named = [*fields_of(element.text), *element.when]
    if element.kind != "text" or not named or not {*named} <= {*EVENT_FIELDS}:
        return False
    return not any(event_value(event, name) for name in named)


def find_field(fields: Mapping[str, str], name: str) -> str:
    """Find a field by its heading: exact, ignoring case and spaces, or by words that mean it."""
    if name in fields or not fields:
        return fields.get(name, "")
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
    """`Family, Given`, for the first line of a back; the whole name if its parts are unknown."""
    if person.family_name and person.given_name:
        return f"{person.family_name}, {person.given_name}"
    return person.name
