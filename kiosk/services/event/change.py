"""Change the event's name, days and time zone, and adapt the check-in lists.

Lists keep their times of day. The lists of a moved day move with it. A new day gets a list. The
list of a removed day is removed, unless it has scans.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import day_at, ordered
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import list_id
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation
from kiosk.services.checkin.lists import append_list, free_list_id
from kiosk.services.event.event import DEFAULT_LIST, event_info, event_settings, initial_lists
from kiosk.services.setup.new_event import NewEvent
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import scanned_lists


@dataclass(frozen=True, slots=True)
class ListChanges:
    """The changes to the check-in lists."""

    changed: tuple[CheckInList, ...] = ()
    """Changed and new lists."""
    removed: tuple[CheckInList, ...] = ()
    kept: tuple[CheckInList, ...] = ()
    """Lists of removed days that have scans."""

    def sentence(self) -> str:
        """Describe the changes; empty when no list changed."""
        parts = [
            f"{words}: {', '.join(item.name for item in items)}."
            for words, items in (
                ("Changed or new", self.changed),
                ("Removed", self.removed),
                ("Kept, because of their check-ins", self.kept),
            )
            if items
        ]
        return " ".join(parts)


def change_event(
    store: Store, event: NewEvent, *, given: Authorisation = NOT_AUTHORISED
) -> ListChanges:
    """Change the event's name, days and time zone in one transaction.

    Raises:
        KioskError: `pin_needed` where lists follow.
    """
    with store.writing():
        return write_change(store, event, given)


def write_change(store: Store, event: NewEvent, given: Authorisation) -> ListChanges:
    """Like `change_event`, inside the caller's transaction (`writing()`)."""
    before = event_info(store)
    days = ordered(event.days)
    new = event_settings(event.name, event.timezone, days)
    old = event_settings(before.name, before.timezone, before.days)
    for key, value in new.items():
        if value != old[key]:
            store.append(EventKind.SETTING, {"key": key, "value": value})
    if (days, event.timezone) == (ordered(before.days), before.timezone):
        return ListChanges()
    lists = check_in_lists(store.connection)
    span = Span(before.days, before.zone), Span(days, ZoneInfo(event.timezone))
    changes = moved_lists(lists, scanned_lists(store.connection), *span)
    known = {item.id: item for item in lists}
    for item in changes.changed:
        append_list(store, known.get(item.id), item, given)
    for item in changes.removed:
        append_list(store, item, None, given)
    return changes


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a time zone."""

    days: tuple[date, ...]
    zone: ZoneInfo


def moved_lists(
    lists: Sequence[CheckInList], scanned: Collection[str], before: Span, after: Span
) -> ListChanges:
    """Adapt the lists to other days or another time zone.

    Args:
        scanned: ids of the lists that have scans.
    """
    old, new = _day_lists(before), _day_lists(after)
    removed_days = [day for day in old if day not in new]
    added_days = [day for day in new if day not in old]
    moves = dict(zip(removed_days, added_days, strict=False))
    lost = removed_days[len(added_days) :]
    changed, removed, kept, covered = [], [], [], set()
    for item in lists:
        day, is_scanned = _day_of(item, before), item.id in scanned
        if is_scanned and day in removed_days:
            kept.append(item)
            continue
        if not is_scanned and ((item.is_day and day in lost) or _is_default(item, after)):
            removed.append(item)
            continue
        new_day = moves.get(day, day) if day else None
        shift = new_day - day if day and new_day else timedelta(0)
        moved = shifted_list(item, shift, before.zone, after.zone)
        if item.is_day and day and new_day:
            covered.add(new_day)
            if not is_scanned and item.name == old[day].name:
                fresh = new[new_day]
                moved = replace(moved, name=fresh.name, position=fresh.position)
        if moved != item:
            changed.append(moved)
    taken = {item.id for item in (*lists, *changed)} - {item.id for item in removed}
    added = [item for day, item in new.items() if day not in covered]
    if not new and len(removed) == len(lists):
        added = initial_lists((), (), after.zone)
    for item in added:
        free_id = free_list_id(item.name, taken)
        taken.add(free_id)
        changed.append(replace(item, id=free_id))
    back = {item.id for item in changed}
    not_replaced = tuple(item for item in removed if item.id not in back)
    return ListChanges(tuple(changed), not_replaced, tuple(kept))


def _day_lists(span: Span) -> dict[date, CheckInList]:
    """The list that a new event gets for each day."""
    days = ordered(span.days)
    return dict(zip(days, initial_lists(days, (), span.zone), strict=False))


def _is_default(item: CheckInList, after: Span) -> bool:
    """Whether this is the only list of an event without days, which now has some."""
    plain = CheckInList(list_id(DEFAULT_LIST), DEFAULT_LIST, position=item.position)
    return bool(after.days) and item == plain


def _day_of(item: CheckInList, span: Span) -> date | None:
    """The event day on which the list opens (or closes, if it has no opening time)."""
    bound_ms = item.opens_ms
    if bound_ms is None:
        if item.closes_ms is None:
            return None
        bound_ms = item.closes_ms - 1
    day = day_at(bound_ms, span.zone)
    return day if day in span.days else None


def shifted_list(item: CheckInList, shift: timedelta, old: ZoneInfo, new: ZoneInfo) -> CheckInList:
    """A list and its rules, shifted by days, at the same times on the clocks of the new zone."""
    if not shift and old == new:
        return item

    def same(moment_ms: int) -> int:
        wall = datetime.fromtimestamp(moment_ms / 1000, old).replace(tzinfo=None) + shift
        return int(wall.replace(tzinfo=new).timestamp() * 1000)

    rules = item.rules
    return replace(
        item,
        opens_ms=None if item.opens_ms is None else same(item.opens_ms),
        closes_ms=None if item.closes_ms is None else same(item.closes_ms),
        rules=replace(
            rules,
            day=rules.day + shift if rules.day else None,
            windows=tuple((same(opens), same(closes)) for opens, closes in rules.windows),
        ),
    )
