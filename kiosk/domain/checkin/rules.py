"""Decide whether a ticket may enter a list, by pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum
from typing import NamedTuple

from kiosk.domain.checkin.lists import CheckInList as CheckInList
from kiosk.domain.checkin.lists import EntryRule as EntryRule
from kiosk.domain.checkin.outcomes import LIFTABLE as LIFTABLE
from kiosk.domain.checkin.outcomes import Direction as Direction
from kiosk.domain.checkin.outcomes import Outcome as Outcome
from kiosk.domain.checkin.outcomes import Why, is_liftable
from kiosk.domain.checkin.rights import NO_LIMITS, Rights
from kiosk.domain.people.attendee import LATE_SALE_SOURCE, Attendee
from kiosk.domain.people.registration import TicketStatus

DOUBLE_BEEP_MS = 3_000
"""A code read again this soon after its own ok is a double read of the scanner, not a second
person."""


@dataclass(frozen=True, slots=True)
class StandingScan:
    """An admitted entry or exit of one attendee on one list that is not undone."""

    log_id: str
    seq: int
    at_ms: int
    desk: str
    direction: Direction
    heads: int


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """The facts of one scan."""

    now_ms: int
    log_id: str
    desk: str
    direction: Direction = Direction.ENTRY
    heads: int | None = None
    """People to admit; None: one, 0: all that are left of the party."""
    force: bool = False
    acknowledged: bool = False
    """The volunteer has read the attention note and asked the questions."""
    is_open_question: bool = False
    """A question is still unanswered."""
    is_required_open: bool = False
    """A question that must be answered before the check-in is still unanswered."""
    rights: Rights = NO_LIMITS
    """The limits of the ticket."""
    confirms: bool = False
    """The person is shown first, and checked in after a confirmation."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one scan."""

    outcome: Outcome
    heads: int = 0
    """People admitted (or leaving) by this scan; 0 when refused."""
    lifted: tuple[Outcome, ...] = ()
    """Objections that a supervisor overrode."""
    repeats: StandingScan | None = None
    """The earlier scan that this one repeats; nothing is recorded."""
    first: StandingScan | None = None
    """The first entry on the list; on a list that is entered once a day, the first of the day."""
    inside_since: StandingScan | None = None
    """The entry that began this stay; None: no one of the ticket is inside."""
    why: Why | None = None
    """The rule that refused it, where the outcome has several; ok: `LATE_SALE`, if it is one."""
    again_ms: int | None = None
    """When the same scan would be admitted, where a rule of time refused it."""

    @property
    def forced(self) -> bool:
        """Whether a supervisor overrode an objection."""
        return bool(self.lifted)


def _entries(history: Sequence[StandingScan]) -> list[StandingScan]:
    return [scan for scan in history if scan.direction is Direction.ENTRY]


def _oldest_first(scans: Sequence[StandingScan]) -> list[StandingScan]:
    return sorted(scans, key=lambda scan: (scan.at_ms, scan.log_id, scan.seq))


def _heads(scans: Sequence[StandingScan]) -> int:
    return sum(scan.heads for scan in scans)


def _of_today(
    check_in_list: CheckInList, scans: Sequence[StandingScan], now_ms: int, zone: tzinfo
) -> list[StandingScan]:
    today = check_in_list.day_of(now_ms, zone)
    return [scan for scan in scans if check_in_list.day_of(scan.at_ms, zone) == today]


def _stay(
    check_in_list: CheckInList, history: Sequence[StandingScan], now_ms: int
) -> tuple[int, StandingScan | None]:
    """The heads inside, and the entry that began their stay; None where no one is inside.

    Heads are entries minus exits, never negative: an exit may have no entry.
    """
    all_out_ms = check_in_list.rules.inside_since(now_ms)
    began: StandingScan | None = None
    inside = 0
    for scan in _oldest_first(history):
        if all_out_ms is not None and scan.at_ms < all_out_ms:
            continue
        if scan.direction is Direction.ENTRY:
            began = began if inside else scan
            inside += scan.heads
        else:
            inside = max(0, inside - scan.heads)
    return inside, began if inside else None


def heads_inside(check_in_list: CheckInList, history: Sequence[StandingScan], now_ms: int) -> int:
    """How many people of one ticket are inside now."""
    return _stay(check_in_list, history, now_ms)[0]


def _first_entry(
    check_in_list: CheckInList, history: Sequence[StandingScan], now_ms: int
) -> StandingScan | None:
    """The first entry of all; on a list that is entered once a day, of today where there is one.

    On such a list, "already in since yesterday" would be misleading.
    """
    entries = _oldest_first(_entries(history))
    if check_in_list.entry is EntryRule.DAILY:
        zone = check_in_list.rules.zone
        entries = _of_today(check_in_list, entries, now_ms, zone) or entries
    return entries[0] if entries else None


def heads_left(
    attendee: Attendee,
    check_in_list: CheckInList,
    history: Sequence[StandingScan],
    now_ms: int,
    zone: tzinfo,
) -> int:
    """How many people this ticket may still admit on this list."""
    match check_in_list.entry:
        case EntryRule.MANY:
            used = 0
        case EntryRule.RE_ENTRY:
            used = heads_inside(check_in_list, history, now_ms)
        case EntryRule.DAILY:
            used = _heads(_of_today(check_in_list, _entries(history), now_ms, zone))
        case EntryRule.ONCE:
            used = _heads(_entries(history))
    return attendee.heads - used


class _Case(NamedTuple):
    """One scan of a ticket."""

    attendee: Attendee
    on: CheckInList
    history: Sequence[StandingScan]
    request: ScanRequest


def _repeated_scan(case: _Case, left: int) -> StandingScan | None:
    """The admitted scan that this one repeats, if it is a double read.

    A scan with override, or one that names a number of people while some are left, is intended.
    """
    request = case.request
    if request.force or (request.heads is not None and left > 0):
        return None
    same = [
        scan
        for scan in case.history
        if scan.direction is request.direction
        and scan.desk == request.desk
        and scan.log_id == request.log_id
        and 0 <= request.now_ms - scan.at_ms <= DOUBLE_BEEP_MS
    ]
    return max(same, key=lambda scan: (scan.at_ms, scan.seq), default=None)


def _decide_exit(case: _Case) -> Decision:
    wanted = case.request.heads
    if repeated := _repeated_scan(case, 0 if wanted is None else 1):
        return Decision(Outcome.OK, heads=repeated.heads, repeats=repeated)
    inside = heads_inside(case.on, case.history, case.request.now_ms)
    everyone = inside or case.attendee.heads
    return Decision(Outcome.OK, heads=everyone if wanted == 0 else wanted or 1)


def _objections(case: _Case, left: int) -> Iterator[Decision]:
    """All objections to an entry, in the order of their importance."""
    attendee, request = case.attendee, case.request
    if not case.on.admits_type(attendee.ticket_type, request.rights.add_ons):
        yield Decision(Outcome.PRODUCT)
    yield from _time_objections(case.on, request)
    if left <= 0:
        yield Decision(Outcome.ALREADY_REDEEMED)
    if attendee.status is TicketStatus.UNPAID:
        yield Decision(Outcome.UNPAID)
    if attendee.status is TicketStatus.UNAPPROVED:
        yield Decision(Outcome.UNAPPROVED)
    if left > 0 and (request.heads or 0) > left:
        yield Decision(Outcome.RULES, why=Why.PARTY)
    if left > 0:
        yield from _rule_objections(case)
    if request.acknowledged and not request.is_required_open:
        return
    if attendee.to_acknowledge or request.is_open_question or request.is_required_open:
        yield Decision(Outcome.INCOMPLETE, why=Why.NOTE)
    elif request.confirms and not request.force:
        yield Decision(Outcome.INCOMPLETE, why=Why.CONFIRM)


def _time_objections(check_in_list: CheckInList, request: ScanRequest) -> Iterator[Decision]:
    """The ticket is not valid now, it is for another date, or the list is closed.

    A list for the tickets of one day admits them on other days, too: for these the day decides.
    """
    rights, now_ms = request.rights, request.now_ms
    today = check_in_list.day_of(now_ms, check_in_list.rules.zone)
    day = check_in_list.rules.day or today
    if not check_in_list.admits_date(rights) or not rights.is_for_day(day):
        yield Decision(Outcome.INVALID_TIME, why=Why.OTHER_DATE)
    elif day == today and rights.has_ended(now_ms, day, check_in_list.rules.zone):
        yield Decision(Outcome.INVALID_TIME, why=Why.EXPIRED)
    elif day == today and rights.valid_from_ms is not None and now_ms < rights.valid_from_ms:
        again_ms = rights.valid_from_ms
        yield Decision(Outcome.INVALID_TIME, why=Why.NOT_VALID_YET, again_ms=again_ms)
    if not check_in_list.is_open(now_ms):
        yield Decision(Outcome.INVALID_TIME, why=Why.CLOSED)


def _rule_objections(case: _Case) -> Iterator[Decision]:
    """The rules of a list, counted in people: each person of a party may enter as often."""
    rules, request, entries = case.on.rules, case.request, _entries(case.history)
    of_today = _of_today(case.on, entries, request.now_ms, rules.zone)
    if not rules.admits_at(request.desk):
        yield Decision(Outcome.RULES, why=Why.GATE)
    if _exceeds(case, rules.most_entries, entries):
        yield Decision(Outcome.RULES, why=Why.MOST_ENTRIES)
    if _exceeds(case, rules.most_per_day, of_today):
        yield Decision(Outcome.RULES, why=Why.MOST_PER_DAY)
    if rules.most_days is not None and not of_today:
        days = {case.on.day_of(scan.at_ms, rules.zone) for scan in entries}
        if len(days) >= rules.most_days:
            yield Decision(Outcome.RULES, why=Why.MOST_DAYS)
    if rules.minutes_between is not None:
        pause_ms = rules.minutes_between * 60_000
        recent = [scan for scan in entries if scan.at_ms > request.now_ms - pause_ms]
        if _exceeds(case, 1, recent):
            again_ms = min(scan.at_ms for scan in recent) + pause_ms
            yield Decision(Outcome.RULES, why=Why.TOO_SOON, again_ms=again_ms)


def _exceeds(case: _Case, most: int | None, entries: Sequence[StandingScan]) -> bool:
    """Whether the people of the ticket would enter more often than `most` times each."""
    wanted = max(case.request.heads or 1, 1)
    return most is not None and _heads(entries) + wanted > most * case.attendee.heads


def decide_check_in(
    attendee: Attendee,
    check_in_list: CheckInList,
    history: Sequence[StandingScan],
    request: ScanRequest,
    zone: tzinfo,
) -> Decision:
    """Decide one scan of a known ticket.

    Args:
        history: this attendee's scans on this list that are not undone, in any order.
        zone: the event's time zone, for rules about days.

    Returns:
        The first objection in the fixed order, or ok. A used ticket is refused before any
        question, so no attendee pays or answers for it. Exits skip ticket type, window, use and
        payment. A supervisor may override the outcomes in `LIFTABLE` only.
    """
    check_in_list = replace(check_in_list, rules=replace(check_in_list.rules, zone=zone))
    decision = _decide(_Case(attendee, check_in_list, history, request))
    if decision.outcome is Outcome.OK and attendee.source == LATE_SALE_SOURCE:
        decision = replace(decision, why=Why.LATE_SALE)
    if decision.outcome is Outcome.OK and request.direction is Direction.EXIT:
        return decision
    return replace(
        decision,
        first=_first_entry(check_in_list, history, request.now_ms),
        inside_since=_stay(check_in_list, history, request.now_ms)[1],
    )


def _decide(case: _Case) -> Decision:
    attendee, item, history, request = case
    if attendee.status is TicketStatus.CANCELED:
        return Decision(Outcome.CANCELED)
    if attendee.status is TicketStatus.BLOCKED:
        return Decision(Outcome.BLOCKED)
    if request.direction is Direction.EXIT:
        return _decide_exit(case)
    left = heads_left(attendee, item, history, request.now_ms, item.rules.zone)
    if repeated := _repeated_scan(case, left):
        return Decision(Outcome.OK, heads=repeated.heads, repeats=repeated)
    against = list(_objections(case, left))
    for one in against:
        if not (request.force and is_liftable(one.outcome, one.why)):
            return one
    heads = max(left, 1) if request.heads == 0 else request.heads or 1
    return Decision(Outcome.OK, heads=heads, lifted=tuple(one.outcome for one in against))


# Kinds of check-in lists, with their default settings.


class ListKind(StrEnum):
    """The purpose of a list."""

    DAY = "day"
    SESSION = "session"
    MEAL = "meal"
    HAND_OUT = "hand-out"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True)
class KindPreset:
    """The settings of a new list of a kind."""

    title: str
    about: str
    """A hint for choosing the kind."""
    entry: EntryRule
    is_day: bool = False


KINDS: dict[ListKind, KindPreset] = {
    ListKind.DAY: KindPreset("Day", "another day of the event", EntryRule.ONCE, is_day=True),
    ListKind.SESSION: KindPreset("Session", "a talk: in and out", EntryRule.MANY),
    ListKind.MEAL: KindPreset("Lunch", "a meal: once a day", EntryRule.DAILY),
    ListKind.HAND_OUT: KindPreset("T-shirt", "a t-shirt, a bag: once", EntryRule.ONCE),
    ListKind.WORKSHOP: KindPreset("Workshop", "for some ticket types only: once", EntryRule.ONCE),
}

ENTRY_WORDS: dict[EntryRule, str] = {
    EntryRule.ONCE: "once",
    EntryRule.RE_ENTRY: "again after a scan at the exit",
    EntryRule.DAILY: "once a day",
    EntryRule.MANY: "as often as people come",
}
"""How often one ticket may enter, in words."""
