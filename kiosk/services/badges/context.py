"""Collect what a badge shows: the event's layout, dates and logo, and a person's fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.stock import Stock, fills, layout_on, layouts_for
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import YES, is_first_timer
from kiosk.errors import KioskError
from kiosk.services.badges.shared_layout import (
    choose_shared,
    is_own,
    layout_file,
    logo_file,
    sponsor_pictures,
)
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import PrintedBadge, last_layout
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
        return name, load_layout(name)
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
        return badge_hash(badge_person(person), load_layout(file), look)
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
