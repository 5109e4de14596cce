"""Decide whether a ticket may enter a list, by pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from kiosk.domain.checkin.lists import CheckInList as CheckInList
from kiosk.domain.checkin.lists import EntryRule as EntryRule
from kiosk.domain.checkin.outcomes import LIFTABLE as LIFTABLE
from kiosk.domain.checkin.outcomes import Direction as Direction
from kiosk.domain.checkin.outcomes import Outcome as Outcome
from kiosk.domain.people.attendee import Attendee
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
    """The entry that used the ticket."""

    @property
    def forced(self) -> bool:
        """Whether a supervisor overrode an objection."""
        return bool(self.lifted)


def _entries(history: Sequence[StandingScan]) -> list[StandingScan]:
    return [scan for scan in history if scan.direction is Direction.ENTRY]


def _inside(history: Sequence[StandingScan]) -> int:
    """Heads inside: entries minus exits, never negative (an exit may have no entry)."""
    inside = 0
    for scan in sorted(history, key=lambda scan: (scan.at_ms, scan.log_id, scan.seq)):
        change = scan.heads if scan.direction is Direction.ENTRY else -scan.heads
        inside = max(0, inside + change)
    return inside


def _used_by(
    rule: EntryRule, history: Sequence[StandingScan], now_ms: int, zone: tzinfo
) -> StandingScan | None:
    """The first entry that counts now: of this stay, of this day, or of all.

    On a list that is entered once a day, "already in since yesterday" would be misleading.
    """
    entries: list[StandingScan] = []
    inside = 0
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for scan in sorted(history, key=lambda scan: (scan.at_ms, scan.log_id, scan.seq)):
        if scan.direction is Direction.EXIT:
            inside = max(0, inside - scan.heads)
            if rule is EntryRule.RE_ENTRY and not inside:
                entries.clear()
            continue
        inside += scan.heads
        day = datetime.fromtimestamp(scan.at_ms / 1000, zone).date()
        if rule is not EntryRule.DAILY or day == today:
            entries.append(scan)
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
            return attendee.heads
        case EntryRule.RE_ENTRY:
            return attendee.heads - _inside(history)
        case EntryRule.DAILY:
            today = datetime.fromtimestamp(now_ms / 1000, zone).date()
            used = sum(
                scan.heads
                for scan in _entries(history)
                if datetime.fromtimestamp(scan.at_ms / 1000, zone).date() == today
            )
            return attendee.heads - used
        case EntryRule.ONCE:
            return attendee.heads - sum(scan.heads for scan in _entries(history))


def _repeated_scan(
    request: ScanRequest, history: Sequence[StandingScan], left: int
) -> StandingScan | None:
    """The admitted scan that this one repeats, if it is a double read.

    A scan with override, or one that names a number of people while some are left, is intended.
    """
    if request.force or (request.heads is not None and left > 0):
        return None
    same = [
        scan
        for scan in history
        if scan.direction is request.direction
        and scan.desk == request.desk
        and scan.log_id == request.log_id
        and 0 <= request.now_ms - scan.at_ms <= DOUBLE_BEEP_MS
    ]
    return max(same, key=lambda scan: (scan.at_ms, scan.seq)) if same else None


def _decide_exit(
    attendee: Attendee, request: ScanRequest, history: Sequence[StandingScan]
) -> Decision:
    repeated = _repeated_scan(request, history, 0 if request.heads is None else 1)
    if repeated:
        return Decision(Outcome.OK, heads=repeated.heads, repeats=repeated)
    everyone = _inside(history) or attendee.heads
    heads = everyone if request.heads == 0 else request.heads or 1
    return Decision(Outcome.OK, heads=heads)


def _objections(
    attendee: Attendee, check_in_list: CheckInList, request: ScanRequest, left: int
) -> list[Outcome]:
    """All objections to an entry, in the order of their importance."""
    against: list[Outcome] = []
    if not check_in_list.admits_type(attendee.ticket_type):
        against.append(Outcome.PRODUCT)
    if not check_in_list.is_open(request.now_ms):
        against.append(Outcome.INVALID_TIME)
    if left <= 0:
        against.append(Outcome.ALREADY_REDEEMED)
    if attendee.status is TicketStatus.UNPAID:
        against.append(Outcome.UNPAID)
    if attendee.status is TicketStatus.UNAPPROVED:
        against.append(Outcome.UNAPPROVED)
    if left > 0 and (request.heads or 0) > left:
        against.append(Outcome.RULES)
    if (attendee.to_acknowledge or request.is_open_question) and not request.acknowledged:
        against.append(Outcome.INCOMPLETE)
    return against


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
    entries = _entries(history)
    first = min(entries, key=lambda scan: (scan.at_ms, scan.log_id, scan.seq), default=None)
    if attendee.status is TicketStatus.CANCELED:
        return Decision(Outcome.CANCELED, first=first)
    if attendee.status is TicketStatus.BLOCKED:
        return Decision(Outcome.BLOCKED, first=first)
    if request.direction is Direction.EXIT:
        return _decide_exit(attendee, request, history)
    left = heads_left(attendee, check_in_list, history, request.now_ms, zone)
    repeated = _repeated_scan(request, history, left)
    if repeated:
        return Decision(Outcome.OK, heads=repeated.heads, repeats=repeated, first=first)
    against = _objections(attendee, check_in_list, request, left)
    standing = [reason for reason in against if not (request.force and reason in LIFTABLE)]
    if standing:
        used_by = _used_by(check_in_list.entry, history, request.now_ms, zone)
        return Decision(standing[0], first=used_by or first)
    heads = max(left, 1) if request.heads == 0 else request.heads or 1
    return Decision(Outcome.OK, heads=heads, lifted=tuple(against), first=first)


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
