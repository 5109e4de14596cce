"""Assign badges to boxes, and find older badges that must leave their box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.badges.order import (
    BadgeSort,
    Box,
    Place,
    boxes_up_to,
    is_late,
    late_number,
    late_places,
    place_phrase,
    places_in,
    sort_key,
    sorted_boxes,
)
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee, former_holder_on_badge
from kiosk.storage.queries.badges import BOXES, BoxRecord, PrintedBadge, printed_badges
from kiosk.storage.queries.lists import setting


@dataclass(frozen=True, slots=True)
class ReplacedBadge:
    """An older badge in a box that is wrong now."""

    id: str
    name: str
    """The name on it; for a transferred ticket, the former holder's."""
    old_place: str
    """`box C (K–N), slot 14`"""
    new_place: str
    printed: bool = True
    """Whether a person or a printer confirmed that the older badge was printed."""


def boxes_now(store: Store) -> list[Box]:
    """The boxes as last sorted, with the late boxes at the end."""
    record: BoxRecord = setting(store.connection, BOXES, {})
    boxes = [Box(name, str(entry[0]), int(entry[1])) for name, entry in record.items()]
    late: dict[str, int] = {}
    for badge in printed_badges(store.connection).values():
        if is_late(badge.box):
            late[badge.box] = max(late.get(badge.box, 0), badge.slot)
    return boxes + [Box(name, "", slots) for name, slots in sorted(late.items())]


def batch_places(
    store: Store,
    drawn: Sequence[Attendee],
    sort: BadgeSort,
    *,
    ticket_type: str | None,
    is_picked: bool,
) -> tuple[BoxRecord, list[Place]]:
    """The boxes after a batch, and the place of each of its badges.

    A first batch is sorted into boxes, and so is each ticket type printed separately. Later
    badges, and those of people chosen by name, go into the late box: full boxes are not re-sorted.

    Args:
        drawn: the people of the badges, in the printed order.
        is_picked: the batch is for people chosen by name, or for changed badges.
    """
    record: BoxRecord = setting(store.connection, BOXES, {})
    printed = printed_badges(store.connection)
    drawn_ids = {person.id for person in drawn}
    staying = [
        badge
        for badge in printed.values()
        if badge.box and not is_late(badge.box) and badge.attendee_id not in drawn_ids
    ]
    if is_picked or _is_later(store, staying, record, ticket_type):
        last = max((late_number(badge.box, badge.slot) for badge in printed.values()), default=0)
        return record, late_places(len(drawn), last)
    kept = {badge.box for badge in staying}
    record = {name: entry for name, entry in record.items() if name in kept}
    taken = max(map(boxes_up_to, kept), default=0)
    boxes = sorted_boxes([sort_key(person, sort) for person in drawn], taken)
    record |= {box.name: [box.span, box.count, ticket_type or ""] for box in boxes}
    return record, places_in(boxes)


def _is_later(
    store: Store, staying: Sequence[PrintedBadge], record: BoxRecord, ticket_type: str | None
) -> bool:
    """Whether this batch belongs to boxes that are already sorted."""
    if ticket_type is None:
        return any(not record.get(badge.box, ["", 0, ""])[2] for badge in staying)
    wanted = ticket_type.casefold()
    holders = (attendee(store.connection, badge.attendee_id) for badge in staying)
    return any(person and person.ticket_type.casefold() == wanted for person in holders)


def replaced_badges(
    store: Store, drawn: Sequence[Attendee], places: Sequence[Place], record: BoxRecord
) -> tuple[ReplacedBadge, ...]:
    """Older badges that have a place in a box; call this before the new places are written."""
    printed = printed_badges(store.connection)

    def phrase(place: Place) -> str:
        return place_phrase(place.box, str(record.get(place.box, [""])[0]), place.slot)

    return tuple(
        ReplacedBadge(
            person.id,
            former_holder_on_badge(store.connection, person.id) or person.label,
            before.place,
            phrase(place),
            before.is_printed,
        )
        for person, place in zip(drawn, places, strict=True)
        if (before := printed.get(person.id)) and before.box
    )


def remember_boxes(store: Store, record: BoxRecord) -> None:
    """Store the boxes for all desks; inside `writing()`."""
    if record != setting(store.connection, BOXES, {}):
        store.append(EventKind.SETTING, {"key": BOXES, "value": record})
