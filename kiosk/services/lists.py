"""Check-in lists: shown, added, changed, removed, chosen."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.checkin import CheckInList, EntryRule, list_of_the_moment
from kiosk.domain.events import EventKind
from kiosk.domain.ids import list_id
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError
from kiosk.services.event import event_info, list_body
from kiosk.storage.lists import check_in_lists
from kiosk.storage.store import Store


def find_list(lists: Sequence[CheckInList], name: str) -> CheckInList:
    """The list of this name: exactly, regardless of case, or by a beginning that fits one.

    Raises:
        KioskError: `no_such_list`, naming the lists there are.
    """
    wanted = " ".join(name.split()).casefold()
    exact = [item for item in lists if item.name.casefold() == wanted or item.id == name]
    begins = [item for item in lists if item.name.casefold().startswith(wanted)] if wanted else []
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
    names = [item.name for item in lists]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    raise KioskError(
        "no_such_list",
        f"There is no check-in list “{name}”.",
        saved="Nothing was changed.",
        next_step=f"{hint}The lists are: {', '.join(names) or 'none yet'}.",
    )


def choose_list(lists: Sequence[CheckInList], name: str | None, now_ms: int) -> CheckInList:
    """The named list, else the list of the moment, else the day nearest to now (which is closed).

    Raises:
        KioskError: `no_such_list`, `no_lists`.
    """
    if name is not None:
        return find_list(lists, name)
    if not lists:
        raise KioskError(
            "no_lists",
            "This event has no check-in list.",
            saved="Nothing was changed.",
            next_step="Add one: kiosk lists add NAME.",
        )
    current = list_of_the_moment(lists, now_ms)
    return current or min(lists, key=lambda item: _distance_ms(item, now_ms))


def is_door(item: CheckInList, lists: Sequence[CheckInList]) -> bool:
    """A day's list; where there are no days, the first list."""
    if any(other.is_day for other in lists):
        return item.is_day
    return item.id == min(lists, key=lambda other: other.position).id


def _distance_ms(item: CheckInList, now_ms: int) -> tuple[bool, int, int]:
    until_open = (item.opens_ms or now_ms) - now_ms
    since_closed = now_ms - (item.closes_ms or now_ms)
    return (not item.is_day, max(until_open, since_closed, 0), item.position)


def parse_moment(text: str, zone: ZoneInfo) -> int | None:
    """An ISO time as milliseconds UTC, in the event's zone unless it names its own; None for ''.

    Raises:
        KioskError: `bad_time`.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        if not 1900 <= moment.year <= 9000:  # beyond, zones cannot be reckoned with
            raise ValueError
    except ValueError:
        raise KioskError(
            "bad_time",
            f"“{text}” is not a time.",
            saved="Nothing was changed.",
            next_step="Write it as 2027-02-16T12:30, in the event's time zone.",
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp() * 1000)


def moment_text(moment_ms: int | None, zone: ZoneInfo) -> str | None:
    """ISO time with offset in the event's zone, whole seconds."""
    if moment_ms is None:
        return None
    return datetime.fromtimestamp(moment_ms / 1000, zone).isoformat(timespec="seconds")


def save_list(
    store: Store,
    name: str,
    *,
    is_new: bool,
    opens: str | None = None,
    closes: str | None = None,
    ticket_types: Sequence[str] | None = None,
    entry: str | None = None,
) -> CheckInList:
    """Add a list, or change what is given of one; an empty text clears a bound.

    Raises:
        KioskError: `list_exists`, `no_such_list`, `bad_time`, `bad_window`, `bad_list_name`.
    """
    zone = event_info(store).zone
    title = clean_text(name, limit=80)
    with store.writing():
        lists = check_in_lists(store.connection)
        item = _new_list(lists, title) if is_new else find_list(lists, title)
        if opens is not None:
            item = replace(item, opens_ms=parse_moment(opens, zone))
        if closes is not None:
            item = replace(item, closes_ms=parse_moment(closes, zone))
        if ticket_types is not None:
            types = tuple(kind for kind in (clean_text(kind) for kind in ticket_types) if kind)
            item = replace(item, ticket_types=types)
        if entry is not None:
            item = replace(item, entry=_entry_rule(entry))
        if None not in (item.opens_ms, item.closes_ms) and item.opens_ms >= item.closes_ms:  # type: ignore[operator]
            raise KioskError(
                "bad_window",
                f"“{item.name}” would close before it opens.",
                saved="Nothing was changed.",
                next_step="Give a closing time after the opening time.",
            )
        store.append(EventKind.LIST, list_body(item), subject=item.id)
    return item


def remove_list(store: Store, name: str) -> CheckInList:
    """Take a list off the desk; its check-ins stay in the log and come back with it."""
    with store.writing():
        item = find_list(check_in_lists(store.connection), name)
        store.append(EventKind.LIST, list_body(item, removed=True), subject=item.id)
    return item


def _new_list(lists: Sequence[CheckInList], title: str) -> CheckInList:
    if not title:
        raise KioskError("bad_list_name", "A list needs a name.", saved="Nothing was changed.")
    if any(item.id == list_id(title) for item in lists):
        raise KioskError(
            "list_exists",
            f"There is a list “{title}” already.",
            saved="Nothing was changed.",
            next_step="Change it with `kiosk lists set`.",
        )
    position = max((item.position for item in lists), default=-1) + 1
    return CheckInList(list_id(title), title, position=position)


def _entry_rule(text: str) -> EntryRule:
    try:
        return EntryRule(text.strip().casefold())
    except ValueError:
        raise KioskError(
            "bad_entry_rule",
            f"“{text}” is no entry rule.",
            saved="Nothing was changed.",
            next_step=f"Use one of: {', '.join(EntryRule)}.",
        ) from None
