"""In which order badges are printed, and into which box each one goes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from string import ascii_uppercase
from typing import NamedTuple

from kiosk.domain.attendee import Attendee

BADGES_PER_BOX = 120
"""More cards than this are slow to leaf through with a queue in front (a shoe box holds them)."""
LATE_BOX = "Late"
"""Where badges go that were printed after the boxes were sorted."""


class BadgeSort(StrEnum):
    """What the boxes are sorted by."""

    FAMILY = "family"
    GIVEN = "given"
    TYPE = "type"


def collation_key(text: str) -> tuple[int, str, str]:
    """Latin first, then the other scripts by their own order; accents and case decide last."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    base = "".join(
        char
        for char in decomposed
        if char.isalnum() or char == " " or (unicodedata.combining(char) and ord(char) > 0x36F)
    )
    script = 0 if not base or base[0] < "\u0370" else 1
    return script, base.strip(), text


def family_part(person: Attendee) -> str:
    """The family name, or what stands for it: the last word of the name, a CJK name as a whole."""
    if person.family_name:
        return person.family_name
    words = person.name.split()
    return words[-1] if words else person.guest_of


def sort_key(person: Attendee, by: BadgeSort) -> tuple[object, ...]:
    """Where a person's badge lies among all."""
    family, whole = collation_key(family_part(person)), collation_key(person.name)
    if by is BadgeSort.FAMILY:
        return family, whole, person.id
    given = collation_key(person.given_name or person.name)
    if by is BadgeSort.GIVEN:
        return given, family, person.id
    return collation_key(person.ticket_type), family, whole, person.id


class Place(NamedTuple):
    """Where a badge lies."""

    box: str
    slot: int
    """From 1 in each box."""


def box_name(index: int) -> str:
    """A, B ... Z, AA, AB ..."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = ascii_uppercase[letter] + name
    return name


def box_places(count: int) -> list[Place]:
    """Places for `count` sorted badges: as few boxes as hold them, filled alike."""
    boxes = -(-count // BADGES_PER_BOX)
    places: list[Place] = []
    for index in range(boxes):
        size = count // boxes + (index < count % boxes)
        places += [Place(box_name(index), slot) for slot in range(1, size + 1)]
    return places


def late_places(count: int, last_slot: int) -> list[Place]:
    """Places in the late box, behind what lies in it already."""
    return [Place(LATE_BOX, last_slot + number) for number in range(1, count + 1)]


def in_order(people: Sequence[Attendee], by: BadgeSort) -> list[Attendee]:
    """The people in the order of the boxes."""
    return sorted(people, key=lambda person: sort_key(person, by))
