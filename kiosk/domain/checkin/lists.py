"""Check-in lists, and which of them is current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.domain.text import casefold_key

if TYPE_CHECKING:  # a desk shows its list before it needs the rights of a ticket
    from kiosk.domain.checkin.rights import Rights

LIST_RULES_PREFIX = "list_rules:"
"""Of the settings that hold rules, followed by the id of a list."""
LAST_NIGHT_HOUR = 12
"""A window that is open over midnight and closes by this hour is one night."""


class EntryRule(StrEnum):
    """How often one ticket may enter a list."""

    ONCE = "once"
    RE_ENTRY = "re-entry"
    DAILY = "daily"
    MANY = "many"


def is_one_of(ticket_types: Sequence[str], ticket_type: str) -> bool:
    """Whether a type is one of these, compared regardless of case; an empty list means all."""
    if not ticket_types:
        return True
    wanted = casefold_key(ticket_type)
    return any(casefold_key(name) == wanted for name in ticket_types)


@dataclass(frozen=True, slots=True)
class ListRules:
    """The rules of a list besides types, window and entry rule. Every rule that is set applies."""

    zone: tzinfo = field(default=UTC, compare=False)
    """The event's: days and times of the day are in it. Set for a list with rules when it is read,
    and never stored."""
    day: date | None = None
    """Admits tickets for this day only; None: for any."""
    windows: tuple[tuple[int, int], ...] = ()
    """Further windows inside the list's own (ms UTC, end exclusive)."""
    daily: tuple[tuple[int, int], ...] = ()
    """Windows of every day (minutes after midnight, end exclusive; the end may be after 24:00)."""
    most_entries: int | None = None
    """Entries of each person, in all."""
    most_per_day: int | None = None
    """Entries of each person on one day."""
    most_days: int | None = None
    """Days on which a person may enter: any two of four."""
    minutes_between: int | None = None
    """Minutes from one entry of a person to the next."""
    leaves: tuple[str, ...] = ()
    """Ids of lists that a person leaves by entering this one."""
    desks: tuple[str, ...] = ()
    """Desks that may admit here (gates), compared regardless of case; empty: all."""
    check_out_at: int | None = None
    """Minute of the day at which everybody inside is out."""
    confirm: bool = False
    """Show the person first, and check in after Enter."""

    def is_window_open(self, now_ms: int) -> bool:
        """Whether one of the further windows is open; true where there is none."""
        if not self.windows and not self.daily:
            return True
        if any(opens <= now_ms < closes for opens, closes in self.windows):
            return True
        return any(self._is_daily_open(span, now_ms) for span in self.daily)

    def _is_daily_open(self, span: tuple[int, int], now_ms: int) -> bool:
        now = datetime.fromtimestamp(now_ms / 1000, self.zone)
        minute = now.hour * 60 + now.minute
        opens, closes = span
        return opens <= minute < closes or opens <= minute + 24 * 60 < closes

    def admits_at(self, desk: str) -> bool:
        """Whether this desk may admit here."""
        return is_one_of(self.desks, desk)

    def day_of(self, at_ms: int) -> date:
        """The day of a moment in the event's zone."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).date()

    def inside_since(self, now_ms: int) -> int | None:
        """The last moment (ms UTC) at which everybody was out; entries before it count no more."""
        if self.check_out_at is None:
            return None
        today = self.day_of(now_ms)
        for day in (today, today - timedelta(days=1)):
            hour, minute = divmod(self.check_out_at, 60)
            moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
            if (at_ms := int(moment.timestamp() * 1000)) <= now_ms:
                return at_ms
        return None


NO_RULES = ListRules()


def rules_of(value: Mapping[str, Any] | None, zone: tzinfo) -> ListRules:
    """The rules of a list from its setting, which `setting_schema` has checked."""
    kept = dict(value or {})
    if kept.get("day"):
        kept["day"] = date.fromisoformat(kept["day"])
    for name in ("windows", "daily"):
        kept[name] = tuple((opens, closes) for opens, closes in kept.get(name, ()))
    for name in ("leaves", "desks"):
        kept[name] = tuple(kept.get(name, ()))
    known = {rule.name for rule in fields(ListRules)}
    return ListRules(**{**{key: kept[key] for key in kept if key in known}, "zone": zone})


def rules_value(rules: ListRules) -> dict[str, Any] | None:
    """The setting's value: the rules that are set; None where none is."""
    kept = {
        rule.name: value
        for rule in fields(ListRules)
        if rule.compare and (value := getattr(rules, rule.name)) != rule.default
    }
    if rules.day:
        kept["day"] = rules.day.isoformat()
    return kept or None


@dataclass(frozen=True, slots=True)
class CheckInList:
    """A check-in list: a door, a day, a session, a meal, a t-shirt."""

    id: str
    name: str
    opens_ms: int | None = None
    """First millisecond (UTC) at which it is open; None: always open before it closes."""
    closes_ms: int | None = None
    """First millisecond at which it is closed; None: it never closes."""
    ticket_types: tuple[str, ...] = ()
    """Ticket types and add-ons admitted, compared regardless of case; empty: all."""
    entry: EntryRule = EntryRule.ONCE
    position: int = 0
    is_day: bool = False
    """Made for a day of the event, so a candidate for the current list."""
    rules: ListRules = NO_RULES

    def is_open(self, now_ms: int) -> bool:
        """Whether it is open; the closing time is exclusive."""
        after_opening = self.opens_ms is None or now_ms >= self.opens_ms
        before_closing = self.closes_ms is None or now_ms < self.closes_ms
        return after_opening and before_closing and self.rules.is_window_open(now_ms)

    def day_of(self, at_ms: int, zone: tzinfo) -> date:
        """The day that a moment counts for: in a night, the day on which the list opened."""
        now = datetime.fromtimestamp(at_ms / 1000, zone)
        before = now.date() - timedelta(days=1)
        if now.hour >= LAST_NIGHT_HOUR:
            return now.date()
        spans = [*self.rules.windows]
        if self.opens_ms is not None and self.closes_ms is not None:
            spans.append((self.opens_ms, self.closes_ms))
        for opens_ms, closes_ms in spans:
            opens, closes = (
                datetime.fromtimestamp(ms / 1000, zone) for ms in (opens_ms, closes_ms)
            )
            noon = datetime(now.year, now.month, now.day, LAST_NIGHT_HOUR, tzinfo=zone)
            if opens.date() == before and now < closes <= noon:
                return before
        minute = now.hour * 60 + now.minute + 24 * 60
        is_night = any(
            minute < closes <= (24 + LAST_NIGHT_HOUR) * 60 for _, closes in self.rules.daily
        )
        return before if is_night else now.date()

    def admits_type(self, ticket_type: str, add_ons: Sequence[str] = ()) -> bool:
        """Whether tickets of this type, or with one of these add-ons, are for this list."""
        return any(is_one_of(self.ticket_types, name) for name in (ticket_type, *add_ons))

    def admits_date(self, rights: Rights) -> bool:
        """Whether the ticket is for this list's day."""
        day = self.rules.day
        return day is None or rights.overlaps(day, self.rules.zone)

    def expects(self, ticket_type: str, rights: Rights) -> bool:
        """Whether people with such a ticket are expected here."""
        return self.admits_type(ticket_type, rights.add_ons) and self.admits_date(rights)

    @property
    def is_restricted(self) -> bool:
        """Whether some tickets of the event may not be for this list."""
        return bool(self.ticket_types) or self.rules.day is not None


def list_of_the_moment(lists: Sequence[CheckInList], now_ms: int) -> CheckInList | None:
    """The current list where none is named: the open one, days first.

    Where the event has days, a hand-out list without a window is never selected automatically. None
    when everything is closed.
    """
    has_days = any(item.is_day for item in lists)
    candidates = [
        item
        for item in lists
        if item.is_open(now_ms) and (item.is_day or not has_days or item.opens_ms is not None)
    ]
    return min(candidates, key=lambda item: (not item.is_day, item.position), default=None)


def list_of_the_day(lists: Sequence[CheckInList], now_ms: int) -> CheckInList | None:
    """The list of the moment, else the day nearest to now, which is closed; None without lists."""
    current = list_of_the_moment(lists, now_ms)
    return current or min(lists, key=lambda item: _distance_ms(item, now_ms), default=None)


def _distance_ms(item: CheckInList, now_ms: int) -> tuple[bool, int, int]:
    until_open = (item.opens_ms or now_ms) - now_ms
    since_closed = now_ms - (item.closes_ms or now_ms)
    return (not item.is_day, max(until_open, since_closed, 0), item.position)
