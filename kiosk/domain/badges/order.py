"""Badge data of an attendee, and the order of badges in boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from kiosk.domain.badges.collation import NameKey, name_key, prefix, shortest_apart
from kiosk.domain.people.names import sorted_name

if TYPE_CHECKING:  # loads msgspec: a single badge is drawn sooner without it
    from kiosk.domain.people.attendee import Attendee


@dataclass(frozen=True, slots=True)
class BadgePerson:
    """The data of one attendee for a badge layout. Texts are drawn unchanged."""

    id: str
    name: str
    """The attendee's full name, in its own order and script."""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    ticket_type: str = ""
    badge_code: str = ""
    """Content of the badge's QR code: up to 16 of `A-Z 0-9 : -`."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Every other field and imported question by its header: email, order_code, guest_of ..."""


@dataclass(frozen=True, slots=True)
class BadgeProblem:
    """A badge that cannot be drawn; listed in the report, never printed."""

    id: str
    name: str
    why: str
    """A clause for the organiser: `no font here has the letters 𐍈 (U+10348)`."""


# The order of badges, and the box of each.

BADGES_PER_BOX = 120
"""More cards are slow to search with a queue in front (a shoe box holds them)."""
LATE_BOX = "Late"
"""The box for badges printed after the sorting."""
_MAX_LETTERS = 3
"""Of a box's name: 18,278 boxes."""
_MAX_DIGITS = 6
"""Of the number of a late box."""
_MAY_MOVE = 0.15
"""The share of a box by which its end may move to fall between two letters."""


class BadgeSort(StrEnum):
    """The sort order of the boxes."""

    FAMILY = "family"
    GIVEN = "given"
    TYPE = "type"


class SortKey(NamedTuple):
    """The sort key of an attendee's badge."""

    group: NameKey
    """The ticket type where boxes are sorted by it, else empty."""
    first: NameKey
    """The part of the name that a volunteer looks for."""
    second: NameKey
    attendee_id: str


_NO_GROUP = name_key("")


def family_part(person: Attendee) -> str:
    """The family name, or the last word of the name, without titles; a CJK name as a whole."""
    if person.family_name:
        return " ".join(filter(None, sorted_name(person.family_name)))
    return sorted_name(person.name)[1] or person.guest_of


def sort_key(person: Attendee, by: BadgeSort) -> SortKey:
    """The sort key of an attendee's badge."""
    given, family = sorted_name(person.name)
    first, last = name_key(person.given_name or given or family), name_key(family_part(person))
    if by is BadgeSort.GIVEN:
        return SortKey(_NO_GROUP, first, last, person.id)
    group = name_key(person.ticket_type) if by is BadgeSort.TYPE else _NO_GROUP
    return SortKey(group, last, first, person.id)


def in_order(people: Sequence[Attendee], by: BadgeSort) -> list[Attendee]:
    """The attendees in the order of the boxes."""
    return sorted(people, key=lambda person: sort_key(person, by))


class Place(NamedTuple):
    """The place of a badge."""

    box: str
    slot: int
    """From 1 in each box."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of badges on the desk."""

    name: str
    """`C`"""
    span: str
    """The span on its sign: `K–N`, `Ku–Me` where a letter fills several boxes."""
    count: int

    @property
    def label(self) -> str:
        """`C (K–N)`"""
        return box_label(self.name, self.span)


def box_label(box: str, span: str) -> str:
    """The label of a box: `C (K–N)`, `Late`."""
    return f"{box} ({span})" if span else box


def place_phrase(box: str, span: str, slot: int) -> str:
    """The place in words: `box C (K–N), slot 14`, `late batch, slot 3`."""
    if is_late(box):
        behind = box.removeprefix(LATE_BOX)
        return f"late batch{behind}, slot {slot}"
    return f"box {box_label(box, span)}, slot {slot}"


def is_late(box: str) -> bool:
    """Whether this is a box for badges printed after the sorting."""
    return box == LATE_BOX or box.startswith(f"{LATE_BOX} ")


def box_name(index: int) -> str:
    """A, B ... Z, AA, AB ..."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = ascii_uppercase[letter] + name
    return name


def boxes_up_to(name: str) -> int:
    """The number of boxes up to the one of this name: 1 for A; 0 for a name of another kind.

    Other desks write names of boxes; one of many letters is of another kind.
    """
    if not 0 < len(name) <= _MAX_LETTERS or not set(name) <= set(ascii_uppercase):
        return 0
    number = 0
    for letter in name:
        number = number * 26 + ascii_uppercase.index(letter) + 1
    return number


def sorted_boxes(keys: Sequence[SortKey], taken: int = 0) -> list[Box]:
    """Boxes for sorted badges: as few as possible, filled evenly, ending between two letters where
    possible.

    Args:
        taken: boxes that exist already; names continue after them.
    """
    return [
        Box(box_name(number), _span(keys, start, end), end - start)
        for number, (start, end) in enumerate(pairwise([0, *_box_ends(keys)]), taken)
    ]


def places_in(boxes: Sequence[Box]) -> list[Place]:
    """The place of each badge, in sort order."""
    return [Place(box.name, slot) for box in boxes for slot in range(1, box.count + 1)]


def late_places(count: int, last: int) -> list[Place]:
    """Places for `count` badges in the late boxes, after the `last` that are there already."""
    places = []
    for number in range(last, last + count):
        box, slot = divmod(number, BADGES_PER_BOX)
        places.append(Place(f"{LATE_BOX} {box + 1}" if box else LATE_BOX, slot + 1))
    return places


def late_number(box: str, slot: int) -> int:
    """The running number of a late place, from 1; 0 for any other box."""
    if not is_late(box):
        return 0
    number = box.removeprefix(LATE_BOX).strip()
    is_number = number.isdecimal() and len(number) <= _MAX_DIGITS
    return (int(number) - 1 if is_number else 0) * BADGES_PER_BOX + slot


def _box_ends(keys: Sequence[SortKey]) -> list[int]:
    count = len(keys)
    boxes = -(-count // BADGES_PER_BOX)
    ends: list[int] = []
    start = 0
    for number in range(1, boxes):
        left = boxes - number + 1
        even = start + round((count - start) / left)
        # the boxes after this one must hold the rest
        lowest = max(start + 1, count - (left - 1) * BADGES_PER_BOX)
        highest = min(start + BADGES_PER_BOX, count - 1)
        start = _letter_end(keys, min(max(even, lowest), highest), lowest, highest)
        ends.append(start)
    return [*ends, count] if count else []


def _letter_end(keys: Sequence[SortKey], even: int, lowest: int, highest: int) -> int:
    reach = round(BADGES_PER_BOX * _MAY_MOVE)
    near = range(max(lowest, even - reach), min(highest, even + reach) + 1)
    changes = [end for end in near if _letter(keys[end - 1]) != _letter(keys[end])]
    groups = [end for end in changes if keys[end - 1].group != keys[end].group]
    return min(groups or changes, key=lambda end: abs(end - even), default=even)


def _letter(key: SortKey) -> tuple[NameKey, str]:
    return key.group, prefix(key.first, 1)


def _span(keys: Sequence[SortKey], start: int, end: int) -> str:
    """`K–N`; with the ticket type in front where boxes are sorted by it."""
    low, high = keys[start], keys[end - 1]
    if low.group != high.group:
        return f"{low.group.text or '–'} … {high.group.text}"
    before = keys[start - 1] if start and keys[start - 1].group == low.group else None
    behind = keys[end] if end < len(keys) and keys[end].group == high.group else None
    if low.group.text and before is None and behind is None:
        return low.group.text
    first = shortest_apart([before.first] if before else [], low.first)
    last = shortest_apart([behind.first] if behind else [], high.first)
    if last.startswith(first):  # `Sa–Sh`, not `S–Sh`
        first = prefix(low.first, len(last))
    elif first.startswith(last):
        last = prefix(high.first, len(first))
    letters = first if first == last else f"{first}–{last}"
    return f"{low.group.text} {letters}".strip()


def index_letters(people: Sequence[Attendee], by: BadgeSort) -> list[str]:
    """The index cards between the badges, in order; ticket types where sorted by them."""
    keys = sorted(sort_key(person, by) for person in people)
    if by is BadgeSort.TYPE:
        return list(dict.fromkeys(key.group.text or "–" for key in keys))
    return list(dict.fromkeys(prefix(key.first, 1) for key in keys))
