"""Create, open and describe an event: its name, days, time zone and first lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from kiosk.domain.checkin.rules import CheckInList, EntryRule
from kiosk.domain.datetimes import DateTimeError, day_start_ms, day_words, parse_date
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import list_id
from kiosk.domain.people.names import fold
from kiosk.domain.text import clean_text, escape_surrogates
from kiosk.errors import KioskError, Refused, nearest
from kiosk.storage.file.create import create_whole
from kiosk.storage.file.machine_facts import FACTS_DROPPED
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.log import reader
from kiosk.storage.queries.lists import date_context_in, some_settings
from kiosk.support.files import remove_killed_parts

DEFAULT_LIST = "Attendance"


@dataclass(frozen=True, slots=True)
class EventInfo:
    """Name, days and time zone of an event."""

    name: str
    days: tuple[date, ...]
    timezone: str
    zone: ZoneInfo


def system_timezone() -> str:
    """The IANA name of this computer's time zone; `UTC` if it has none."""
    import tzlocal  # only for a new event

    try:
        name = tzlocal.get_localzone_name()
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return str(name)


_ZONES = {
    "Asia/Kolkata": "india ist indian standard time india standard time bharat mumbai bombay "
    "delhi new delhi pune bangalore bengaluru chennai madras hyderabad kolkata calcutta ahmedabad "
    "jaipur kochi goa",
    "Asia/Karachi": "pakistan pkt lahore islamabad rawalpindi karachi peshawar faisalabad multan",
    "Asia/Dhaka": "bangladesh dhaka chittagong",
    "Asia/Kathmandu": "nepal kathmandu",
    "Asia/Colombo": "sri lanka colombo",
    "Asia/Dubai": "uae gst dubai abu dhabi",
    "Asia/Singapore": "singapore sgt",
    "Asia/Manila": "philippines manila pht",
    "Asia/Jakarta": "wib jakarta bandung",
    "Asia/Tokyo": "japan jst tokyo osaka kyoto",
    "Asia/Seoul": "korea south korea kst seoul",
    "Europe/London": "uk england scotland wales london bst manchester edinburgh",
    "Europe/Berlin": "germany deutschland berlin munich hamburg cologne",
    "Europe/Paris": "france paris lyon nantes",
    "Europe/Madrid": "spain madrid barcelona",
    "Europe/Rome": "italy rome milan",
    "Europe/Amsterdam": "netherlands amsterdam",
    "Africa/Lagos": "nigeria lagos abuja wat",
    "Africa/Nairobi": "kenya nairobi eat",
    "Africa/Johannesburg": "south africa johannesburg cape town sast",
    "America/New_York": "est edt eastern new york boston washington",
    "America/Chicago": "cst cdt central chicago austin dallas",
    "America/Denver": "mst mdt mountain denver",
    "America/Los_Angeles": "pst pdt pacific san francisco los angeles seattle",
    "America/Sao_Paulo": "brazil brasil brt sao paulo rio de janeiro",
    "America/Mexico_City": "mexico mexico city",
    "Australia/Sydney": "aest aedt sydney",
}
"""Time zones as people say them: countries, cities and abbreviations."""


def _said_zone(name: str) -> str:
    """The zone of a country, a city or an abbreviation; empty if it is not known."""
    word = f" {' '.join(fold(name).replace('_', ' ').split())} "
    for zone, said in _ZONES.items():
        if word in f" {said} ":
            return zone
    cities = [z for z in sorted(available_timezones()) if z.count("/") and "Etc/" not in z]
    ends = (z for z in cities if f" {z.rsplit('/', 1)[1].casefold().replace('_', ' ')} " == word)
    return next(ends, "")


_OFFSET = re.compile(
    r"(?:^\(?|utc|gmt)\s*([-+−–])\s*(\d{1,2})(?:[:.]?([0-5]\d))?(?![:.]?\d)", re.IGNORECASE
)


def _zones_at(name: str) -> list[str]:
    """A zone for each rule of clocks that has the typed offset (`UTC+5:30`) in this year."""
    found = _OFFSET.search(name.strip())
    if found is None:
        return []
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    offset = offset if found[1] == "+" else -offset
    if not offset:
        return ["UTC"]
    places = sorted(z for z in available_timezones() if z.count("/") and z[:4] != "Etc/")
    seasons = [datetime(date.today().year, month, 15) for month in (1, 7)]
    rules: dict[tuple[timedelta | None, ...], str] = {}
    for key in (*_ZONES, *places):
        rule = tuple(ZoneInfo(key).utcoffset(season) for season in seasons)
        if offset in rule:
            rules.setdefault(rule, key)
    return list(rules.values())


def parse_timezone(name: str) -> ZoneInfo:
    """Parse a time zone: its IANA name, a country, city or abbreviation (`India`, `PKT`), or an
    offset that has one rule of clocks (`UTC+5:30`).

    Raises:
        KioskError: `bad_timezone`, with the nearest names.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = {zone.casefold(): zone for zone in sorted(available_timezones())}
        same = known.get(name.strip().replace(" ", "_").casefold()) or _said_zone(name)
        if same:
            return ZoneInfo(same)
        places = _zones_at(name)
        if len(places) == 1:
            return ZoneInfo(places[0])
        named = [zone for zone in known.values() if zone[:4] != "Etc/"]
        near = nearest(name, named, most=3)
        hint = f"Did you mean {', '.join(near)}?" if near else "Examples: Asia/Kolkata, UTC."
        if places:
            hint = f"Type a city or a country, or one of these names: {', '.join(places[:5])}."
        raise Refused(
            "bad_timezone",
            f"Places with “{name}” change their clocks on different days, or not at all."
            if places
            else f"There is no time zone “{name}”.",
            next_step=hint,
        ) from None


def parse_day(text: str) -> date:
    """A day with its year: `2027-02-16`, `16 Feb 2027`.

    Raises:
        KioskError: `bad_day`.
    """
    try:
        return parse_date(text)
    except DateTimeError:
        raise Refused(
            "bad_day",
            f"“{text}” is not a day.",
            next_step="Write it as year-month-day, for example 2027-02-16.",
        ) from None


def day_window(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The day's first millisecond (UTC) and the next day's: 23 to 25 hours where clocks change."""
    return day_start_ms(day, zone), day_start_ms(day + timedelta(days=1), zone)


def _day_list(day: date, number: int, count: int, zone: ZoneInfo) -> CheckInList:
    opens_ms, closes_ms = day_window(day, zone)
    label = day_words(day)
    name = f"Day {number} · {label}" if count > 1 else label
    return CheckInList(list_id(name), name, opens_ms, closes_ms, position=number - 1, is_day=True)


def initial_lists(days: Sequence[date], names: Sequence[str], zone: ZoneInfo) -> list[CheckInList]:
    """The lists of a new event: those named, else one per day, else one for all."""
    if names:
        return [
            CheckInList(list_id(name), name, position=position)
            for position, name in enumerate(names)
        ]
    ordered = sorted(set(days))
    if not ordered:
        return [CheckInList(list_id(DEFAULT_LIST), DEFAULT_LIST)]
    return [_day_list(day, n, len(ordered), zone) for n, day in enumerate(ordered, 1)]


def list_body(item: CheckInList, *, removed: bool = False) -> dict[str, Any]:
    """The event body of a list."""
    return {
        "name": item.name,
        "opens_ms": item.opens_ms,
        "closes_ms": item.closes_ms,
        "ticket_types": list(item.ticket_types),
        "entry": str(EntryRule(item.entry)),
        "position": item.position,
        "is_day": item.is_day,
        "removed": removed,
    }


def create_event(
    path: Path,
    *,
    name: str,
    days: Sequence[date] = (),
    timezone: str | None = None,
    list_names: Sequence[str] = (),
    desk: str,
    clock: Callable[[], int] = wall_ms,
) -> Store:
    """Create an event file with its lists.

    Raises:
        KioskError: the file exists or cannot be created; bad zone or names. No file remains.
    """
    zone_name = timezone or system_timezone()
    zone = parse_timezone(zone_name)
    names = [clean_text(item, limit=80) for item in list_names]
    if len({list_id(item) for item in names}) != len(names) or not all(names):
        raise KioskError(
            "bad_list_name",
            "Two lists have the same name, or one has none.",
            saved="Nothing was created.",
            next_step="Give each list another name.",
        )
    title = clean_text(name, limit=200) or escape_surrogates(path.stem)
    settings = event_settings(title, zone.key, sorted(set(days)))

    def write(part: Path) -> None:
        with closing(Store.create(part, desk=desk, clock=clock)) as store:
            write_start(store, settings, initial_lists(days, names, zone))

    create_whole(path, write)
    return Store.open(path, desk=desk, clock=clock)


def event_settings(name: str, timezone: str, days: Iterable[date]) -> dict[str, Any]:
    """The settings that describe an event."""
    return {"name": name, "timezone": timezone, "days": [day.isoformat() for day in days]}


def write_start(store: Store, settings: Mapping[str, Any], lists: Iterable[CheckInList]) -> None:
    """Write the settings and lists of a new event file."""
    with store.writing():
        for key, value in settings.items():
            store.append(EventKind.SETTING, {"key": key, "value": value})
        for item in lists:
            store.append(EventKind.LIST, list_body(item), subject=item.id)


def open_event(path: Path, *, desk: str, clock: Callable[[], int] | None = None) -> Store:
    """Open an event file.

    Args:
        clock: milliseconds UTC; None: the computer's clock.

    Raises:
        KioskError: why the file cannot be opened; it is untouched then.
    """
    remove_killed_parts(path.parent)
    if clock is None:
        return Store.open(path, desk=desk)
    return Store.open(path, desk=desk, clock=clock)


def read_event(path: Path, *, desk: str) -> Store:
    """Open an event file for reading: nothing is written to it or next to it.

    Raises:
        KioskError: why the file cannot be opened.
    """
    return Store.open_reading(path, desk=desk)


FROM_ELSEWHERE = (
    "This file comes from another place: printer, scanner, sharing and second backup folder are "
    "not set on this laptop."
)


def take_foreign_note(store: Store) -> str:
    """The sentence on settings of another machine that were removed, once; empty if none were.

    Raises:
        KioskError: the store's own.
    """
    if not store.local(FACTS_DROPPED):
        return ""
    if not store.is_read_only:
        with store.writing():
            store.set_local(**{FACTS_DROPPED: ""})
    return FROM_ELSEWHERE


def event_info(store: Store) -> EventInfo:
    """Name, days and zone of the open event."""
    known = some_settings(store.connection, "timezone", "name", "days")
    context = date_context_in(known)
    name = known.get("name", store.path.stem)
    return EventInfo(name, context.days, context.zone.key, context.zone)


def data_version(store: Store) -> int:
    """A number that changes when another program writes to the event file."""
    return reader.data_version(store.connection)
