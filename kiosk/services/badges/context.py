"""Collect what a badge shows, and give it a place in a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.stock import Stock, fills, layout_on, layouts_for
from kiosk.domain.badges.order import (
    BadgePerson,
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
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import YES, is_first_timer
from kiosk.errors import KioskError
from kiosk.services.badges.shared_layout import (
    choose_shared,
    full_path,
    is_own,
    layout_file,
    logo_file,
    sponsor_pictures,
)
from kiosk.services.checkin.tables import as_seated
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee, former_holder_on_badge
from kiosk.storage.queries.badges import BOXES, BoxRecord, PrintedBadge, last_layout, printed_badges
from kiosk.storage.queries.lists import setting

DEFAULT_LAYOUT = "a6"


def badge_person(person: Attendee) -> BadgePerson:
    """An attendee's data for a layout."""
    fields = {
        "email": person.email,
        "phone": person.phone,
        "order_code": person.order_code,
        "guest_of": person.guest_of,
        "first_time": YES if is_first_timer(person.extra) else "",
        **person.extra,
    }
    return BadgePerson(
        id=person.id,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        company=person.company,
        ticket_type=person.ticket_type,
        badge_code=badge_code(person.id),
        fields={header: value for header, value in fields.items() if value},
    )


def badge_of(store: Store, person: Attendee) -> BadgePerson:
    """The data of an attendee's badge as it is printed now."""
    return badge_person(as_seated(store, person))


def event_look(store: Store) -> EventLook:
    """The event's data for a badge."""
    info = event_info(store)
    connection = store.connection
    return EventLook(
        name=info.name,
        dates=_dates_text(info.days),
        logo=logo_file(store),
        accent=setting(connection, "accent", EventLook().accent),
        han_language=setting(connection, "han_language", ""),
        nastaliq=setting(connection, "nastaliq", _nastaliq(info.timezone)),
        programme=setting(connection, "programme", ""),
        place=setting(connection, "place", ""),
        contact=setting(connection, "contact", ""),
        wifi=setting(connection, "wifi", ""),
        sponsors=sponsor_pictures(store),
        context=DateTimeContext(info.zone, info.days),
    )


def _nastaliq(timezone: str) -> str:
    """Urdu readers expect Nastaliq: the default for people of unknown language there."""
    return "urdu" if timezone in ("Asia/Karachi", "Asia/Kolkata", "Asia/Calcutta") else "auto"


def _dates_text(days: Sequence[date]) -> str:
    """The days in words: `16–18 February 2027`."""
    if not days:
        return ""
    first, last = days[0], days[-1]
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    start = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{start} – {end}"


def chosen_layout(store: Store, name: str | None) -> tuple[str, Layout]:
    """The named layout, else the event's own, else the last used, else A6; with its name."""
    if name is not None:
        return full_path(name), load_layout(name)
    for known in (setting(store.connection, "badge_layout", ""), last_layout(store.connection)):
        file = layout_file(store, known) if known else ""
        if not file:
            continue
        try:
            return known, load_layout(file)
        except KioskError:
            pass  # the organiser's file has a mistake: the shipped layout still gives a badge
    return DEFAULT_LAYOUT, load_layout(DEFAULT_LAYOUT)


def layout_for_stock(store: Store, name: str | None, stock: Stock | None) -> tuple[str, Layout]:
    """The named layout, else the event's own if it fits the stock, else the best that fits."""
    known, layout = chosen_layout(store, name)
    if name is not None or stock is None:
        return known, layout
    look = event_look(store)
    is_chosen = known == setting(store.connection, "badge_layout", "")
    if layout_on(layout, stock, look) and (is_chosen or layout.adapts or fills(layout, stock)):
        return known, layout
    best = next(iter(layouts_for(stock, look)), layout)
    return best.name, best


def hash_as_printed(store: Store, before: PrintedBadge, person: Attendee, look: EventLook) -> str:
    """The hash of a badge printed on the spot, in the layout of its printer; empty for others."""
    # the badge engine: the start of a desk must not load it
    from kiosk.badges.layout.compose import badge_hash

    file = layout_file(store, before.layout) if not before.box else ""
    if not file:
        return ""
    try:
        return badge_hash(badge_of(store, person), load_layout(file), look)
    except KioskError:
        return ""


def use_layout(store: Store, name: str) -> None:
    """Choose the event's layout for all desks. Raises `KioskError` if it has a mistake."""
    load_layout(layout_file(store, name) or name)
    if is_own(name) and Path(name).is_file():
        choose_shared(store, "badge_layout", name)
        return
    with store.writing():
        store.append(EventKind.SETTING, {"key": "badge_layout", "value": name})


# Boxes of printed badges, and older badges that must leave their box.


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
