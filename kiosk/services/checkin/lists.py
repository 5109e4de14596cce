"""Show, add, change, remove and choose check-in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.lists import LIST_RULES_PREFIX, list_of_the_day, rules_value
from kiosk.domain.checkin.privileges import list_need
from kiosk.domain.checkin.rules import KINDS, CheckInList, EntryRule, ListKind
from kiosk.domain.datetimes import (
    NIGHT_ENDS,
    DateTimeContext,
    DateTimeError,
    day_at,
    parse_clock,
    parse_datetime,
)
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import list_id
from kiosk.domain.text import casefold_key, clean_text, escape_controls
from kiosk.errors import Action, NotRecorded, Refused, did_you_mean
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.checkin.list_rules import changed_rules
from kiosk.services.event.event import EventInfo, event_info, list_body
from kiosk.services.tally.counts import checked_in_by_list
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import ticket_types
from kiosk.storage.queries.lists import check_in_lists, date_context, setting
from kiosk.storage.queries.tally import add_on_names

Words = TypeVar("Words", bound=StrEnum)


def event_lists(store: Store) -> list[CheckInList]:
    """The check-in lists of the event, in their order."""
    return check_in_lists(store.connection)


def name_of_list(store: Store, list_id: str) -> str:
    """The name of a list that was not removed, else ""."""
    return next((item.name for item in event_lists(store) if item.id == list_id), "")


def find_list(lists: Sequence[CheckInList], name: str) -> CheckInList:
    """The list of this name: exactly, regardless of case, or by a beginning that fits one.

    Raises:
        KioskError: `no_such_list`, naming the lists there are.
    """
    wanted = casefold_key(name)
    exact = [item for item in lists if item.name.casefold() == wanted or item.id == name]
    begins = [item for item in lists if item.name.casefold().startswith(wanted)] if wanted else []
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
    names = [item.name for item in lists]
    hint = did_you_mean(name, names, cutoff=0.6)
    raise Refused(
        "no_such_list",
        f"There is no check-in list “{name}”.",
        next_step=f"{hint} The lists are: {', '.join(names) or 'none yet'}.".lstrip(),
    )


def named_list(lists: Sequence[CheckInList], name: str | None) -> CheckInList | None:
    """The list of this name; None without a name.

    Raises:
        KioskError: `no_such_list`.
    """
    return find_list(lists, name) if name is not None else None


def choose_list(lists: Sequence[CheckInList], name: str | None, now_ms: int) -> CheckInList:
    """The named list, else the list of the moment, else the day nearest to now (which is closed).

    Raises:
        KioskError: `no_such_list`, `no_lists`.
    """
    if name is not None:
        return find_list(lists, name)
    current = list_of_the_day(lists, now_ms)
    if current is None:
        raise Refused("no_lists", "This event has no check-in list.", action=Action.ADD_LIST)
    return current


def list_gone(name: str, now: str) -> str:
    """The message after another desk removed the list that this desk uses."""
    removed, current = escape_controls(name), escape_controls(now)
    return f"“{removed}” was removed. This desk checks in for “{current}” now."


def is_door(item: CheckInList, lists: Sequence[CheckInList]) -> bool:
    """Whether this is the list of a day; if there are no days, the first list."""
    if any(other.is_day for other in lists):
        return item.is_day
    return item.id == min(lists, key=lambda other: other.position).id


def moment_context(store: Store) -> DateTimeContext:
    """The event's zone and days, which typed times refer to."""
    context = date_context(store.connection)
    return replace(context, today=day_at(store.clock(), context.zone))


def parse_moment(
    text: str, context: DateTimeContext, *, closing: bool = False, opens_ms: int | None = None
) -> int | None:
    """`parse_datetime` with a `KioskError`.

    Raises:
        KioskError: `bad_time`.
    """
    try:
        return parse_datetime(text, context, closing=closing, opens_ms=opens_ms)
    except DateTimeError as error:
        raise Refused("bad_time", str(error), next_step=error.advice) from None


def paper_time(store: Store, text: str) -> int:
    """Parse the time on a paper list (ms UTC); a time alone is of today, or of last night.

    Raises:
        KioskError: `bad_time`: it is no time, or in the future.
    """
    context, now_ms = moment_context(store), store.clock()
    now = datetime.fromtimestamp(now_ms / 1000, context.zone)
    try:
        parse_clock(text)
    except DateTimeError:
        found = parse_moment(text, context)
    else:
        nights = (0, 1) if now.hour < NIGHT_ENDS else (0,)
        days = [now.date() - timedelta(days=back) for back in nights]
        times = [parse_moment(text, replace(context, days=(day,))) for day in days]
        found = next((at for at in times if at is not None and at <= now_ms), times[-1])
    if found is None or found > now_ms:
        raise NotRecorded(
            "bad_time",
            f"“{escape_controls(text)}” is still to come.",
            next_step="Type the time that is written on the paper, for example 9:40.",
        )
    return found


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
    kind: str | None = None,
    rename: str | None = None,
    rules: Mapping[str, Sequence[str]] | None = None,
    given: Authorisation = NOT_AUTHORISED,
) -> CheckInList:
    """Add a list, or change the given values of one; an empty text clears a bound.

    Args:
        kind: the purpose of the list; it sets the values that are not given.
        rename: the new name of the list; it keeps its check-ins.
        rules: further rules, as `changed_rules` reads them. On a list that admits once, a rule
            about several entries changes the entry rule too, unless `entry` is given.
        given: the permission to change the rules of admission.

    Raises:
        KioskError: `list_exists`, `no_such_list`, `bad_time`, `bad_window`, `bad_list_name`,
            `bad_entry_rule`, `bad_list_kind`, `bad_rule`, `pin_needed`.
    """
    context = moment_context(store)
    with store.writing():
        lists = check_in_lists(store.connection)
        item = _new_list(lists, name) if is_new else find_list(lists, name)
        before = None if is_new else item
        if kind is not None:
            preset = KINDS[chosen_word(ListKind, kind, "bad_list_kind", "kind of list")]
            item = replace(item, entry=preset.entry, is_day=preset.is_day)
        if rename is not None:
            others = [other for other in lists if other.id != item.id]
            item = replace(item, name=_free_name(others, rename))
        if opens is not None:
            item = replace(item, opens_ms=parse_moment(opens, context))
        if closes is not None:
            closes_ms = parse_moment(closes, context, closing=True, opens_ms=item.opens_ms)
            item = replace(item, closes_ms=closes_ms)
        if ticket_types is not None:
            types = tuple(kind for kind in (clean_text(kind) for kind in ticket_types) if kind)
            item = replace(item, ticket_types=types)
        if entry is not None:
            rule = chosen_word(EntryRule, entry, "bad_entry_rule", "entry rule")
            item = replace(item, entry=rule)
        if rules:
            item = _with_rules(item, rules, lists, context, keeps_entry=entry is not None)
        if (
            item.opens_ms is not None
            and item.closes_ms is not None
            and item.opens_ms >= item.closes_ms
        ):
            raise Refused(
                "bad_window",
                f"“{item.name}” would close before it opens.",
                next_step="Give a closing time after the opening time.",
            )
        append_list(store, before, item, given)
    return item


def _with_rules(
    item: CheckInList,
    rules: Mapping[str, Sequence[str]],
    lists: Sequence[CheckInList],
    context: DateTimeContext,
    *,
    keeps_entry: bool,
) -> CheckInList:
    changed = changed_rules(item, rules, lambda name: find_list(lists, name), context)
    several = {changed.most_entries, changed.most_per_day, changed.most_days} - {None}
    counts_entries = bool(several) or changed.minutes_between is not None
    entry = item.entry
    if counts_entries and not keeps_entry and entry is EntryRule.ONCE:
        entry = EntryRule.DAILY if several == {changed.most_days} else EntryRule.MANY
    return replace(item, rules=changed, entry=entry)


def append_list(
    store: Store, before: CheckInList | None, after: CheckInList | None, given: Authorisation
) -> None:
    """Write a list that was added, changed or removed; inside `writing()`.

    Args:
        before: None: it is new.
        after: None: it is removed.

    Raises:
        KioskError: `pin_needed`.
    """
    marks = require(store, list_need(before, after), given)
    item = after or before
    assert item is not None
    body = {**list_body(item, removed=after is None), **marks}
    if before is not None:
        old = list_body(before)
        body["changed"] = sorted(key for key in old if body[key] != old[key])
    rules, key = rules_value(item.rules), f"{LIST_RULES_PREFIX}{item.id}"
    if rules != setting(store.connection, key):  # also those of a removed list of this name
        store.append(EventKind.SETTING, {"key": key, "value": rules, **marks})
    store.append(EventKind.LIST, body, subject=item.id)


def chosen_word(words: type[Words], text: str, code: str, what: str) -> Words:
    """The member of an enumeration that a typed text is.

    Raises:
        KioskError: `code`, with all words; `what` names the thing in the message.
    """
    try:
        return words(text.strip().casefold())
    except ValueError:
        raise Refused(
            code, f"“{text}” is no {what}.", next_step=f"Use one of: {', '.join(words)}."
        ) from None


def _free_name(others: Sequence[CheckInList], name: str) -> str:
    """The name as it is kept, when no other list has it."""
    title = clean_text(name, limit=80)
    if not title:
        raise Refused("bad_list_name", "A list needs a name.")
    if any(list_id(other.name) == list_id(title) for other in others):
        raise Refused(
            "list_exists",
            f"There is a list “{title}” already.",
            next_step="Give this one another name, or change that one.",
        )
    return title


def put_back(store: Store, item: CheckInList, *, given: Authorisation = NOT_AUTHORISED) -> None:
    """Add a list again as it was before it was removed, with its check-ins.

    Raises:
        KioskError: `pin_needed`.
    """
    with store.writing():
        append_list(store, None, item, given)


def remove_list(store: Store, name: str, *, given: Authorisation = NOT_AUTHORISED) -> CheckInList:
    """Remove a list; its check-ins stay in the log and come back with it.

    Raises:
        KioskError: `no_such_list`, `pin_needed`.
    """
    with store.writing():
        item = find_list(check_in_lists(store.connection), name)
        append_list(store, item, None, given)
    return item


def _new_list(lists: Sequence[CheckInList], name: str) -> CheckInList:
    title = _free_name(lists, name)
    position = max((item.position for item in lists), default=-1) + 1
    return CheckInList(free_list_id(title, {item.id for item in lists}), title, position=position)


def free_list_id(name: str, taken: Collection[str]) -> str:
    """The id of a new list; a list that was renamed keeps the one of its first name."""
    wanted, number = list_id(name), 1
    while wanted in taken:
        number += 1
        wanted = list_id(f"{name} {number}")
    return wanted


@dataclass(frozen=True, slots=True)
class ListsOverview:
    """The event, its lists, and how many people are in on each."""

    event: EventInfo
    context: DateTimeContext
    lists: tuple[CheckInList, ...]
    ticket_types: tuple[str, ...]
    """Ticket types and add-ons that attendees of the event have."""
    heads: dict[str, int]
    """List id to people checked in there."""


def lists_overview(store: Store) -> ListsOverview:
    """Read the data of a screen of the check-in lists."""
    lists = tuple(event_lists(store))
    return ListsOverview(
        event_info(store),
        moment_context(store),
        lists,
        tuple(dict.fromkeys((*ticket_types(store.connection), *add_on_names(store.connection)))),
        checked_in_by_list(store),
    )
