"""What the desk's screen shows beside the verdict: the person's card and honest counters."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.attendee import Attendee
from kiosk.domain.checkin import CheckInList, Direction, EntryRule, Outcome
from kiosk.domain.events import EventKind
from kiosk.services.event import event_info
from kiosk.storage import attendees as people
from kiosk.storage import counts, log, scans
from kiosk.storage.badges import PrintedBadge, printed_badge
from kiosk.storage.help_desk import HelpRow, count_help_waiting, help_row
from kiosk.storage.lists import check_in_lists
from kiosk.storage.store import Store

_NO_NEWS_OF_TICKETS = frozenset(
    {EventKind.CHECK_IN, EventKind.REFUSED, EventKind.UNDO, EventKind.HELP_DESK}
)
RECENT_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Holding:
    """A hand-out, meal or session that a person's ticket is for, and whether they had it."""

    list_name: str
    answer: str
    """What they asked for when they registered: a shirt's size, a meal; often empty."""
    heads: int
    """Heads let in there (on a daily list: today); 0: not yet."""
    last_ms: int | None
    """When they last passed; None: not yet."""
    is_out: bool
    """Whether that was on the way out."""
    is_today: bool


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything the card shows of one person."""

    attendee: Attendee
    zone: ZoneInfo
    companions: tuple[Attendee, ...]
    """Other tickets of the order."""
    history: tuple[scans.ScanRow, ...]
    """Entries, exits and refusals, oldest first."""
    lists: dict[str, CheckInList]
    """By id, for the history's names."""
    badge: PrintedBadge | None
    codes: tuple[str, ...]
    holdings: tuple[Holding, ...] = ()
    """Other lists than days that admit this ticket, in the desk's order."""
    help: HelpRow | None = None
    """The newest word of and on the help desk."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """The line of counters."""

    checked_in: int
    expected: int
    recent: int
    """Heads in the last quarter of an hour."""
    at_help_desk: int = 0
    """People sent there, by any desk, and not settled yet."""


def person_facts(store: Store, attendee_id: str) -> PersonFacts | None:
    """The card of this person."""
    connection = store.connection
    person = people.attendee(connection, attendee_id)
    if person is None:
        return None
    zone = event_info(store).zone
    lists = check_in_lists(connection)
    history = tuple(scans.scans_of(connection, person.id))
    return PersonFacts(
        attendee=person,
        zone=zone,
        companions=tuple(people.companions(connection, person)),
        history=history,
        lists={item.id: item for item in lists},
        badge=printed_badge(connection, person.id),
        codes=tuple(people.codes_of(connection, person.id)),
        holdings=_holdings(person, lists, history, store.clock(), zone),
        help=help_row(connection, person.id),
    )


def _holdings(
    person: Attendee,
    lists: Sequence[CheckInList],
    history: Sequence[scans.ScanRow],
    now_ms: int,
    zone: ZoneInfo,
) -> tuple[Holding, ...]:
    if len(lists) < 2:
        return ()  # the only list is the door itself
    own = [item for item in lists if not item.is_day and item.admits_type(person.ticket_type)]
    return tuple(_holding(person, item, history, now_ms, zone) for item in own)


def _holding(
    person: Attendee,
    item: CheckInList,
    history: Sequence[scans.ScanRow],
    now_ms: int,
    zone: ZoneInfo,
) -> Holding:
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()

    def is_today(row: scans.ScanRow) -> bool:
        return datetime.fromtimestamp(row.at_ms / 1000, zone).date() == today

    passages = [
        row
        for row in history
        if row.list_id == item.id
        and row.outcome == Outcome.OK
        and not row.undone
        and (item.entry is not EntryRule.DAILY or is_today(row))
    ]
    entered = sum(row.heads for row in passages if row.direction == Direction.ENTRY)
    last = passages[-1] if passages else None
    return Holding(
        list_name=item.name,
        answer=_answer(item.name, person.extra),
        heads=min(entered, person.heads),
        last_ms=last.at_ms if last else None,
        is_out=last is not None and last.direction == Direction.EXIT,
        is_today=last is not None and is_today(last),
    )


_LEAST_WORD = 4
"""Letters that a list's and a question's name must share: fewer meet by chance."""


def _answer(list_name: str, extra: Mapping[str, str]) -> str:
    """The answer to the imported question that speaks of this list: `T-shirt size` for T-shirts."""
    wanted = _letters(list_name).removesuffix("s")
    if len(wanted) < _LEAST_WORD:
        return ""
    for header, value in extra.items():
        if wanted in _letters(header) and value.strip() not in ("", "-", "–"):
            return " ".join(value.split())
    return ""


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def desk_counts(store: Store, check_in_list: CheckInList) -> DeskCounts:
    """The counters of one list, asked for once."""
    return DeskCounter().counts(store, check_in_list)


class DeskCounter:
    """The counters, without counting all tickets anew after each scan."""

    def __init__(self) -> None:
        self._expected: tuple[int, dict[str, int]] = (0, {})
        """Up to which place in the log, and valid heads by ticket type."""

    def counts(self, store: Store, check_in_list: CheckInList) -> DeskCounts:
        """The counters of one list now."""
        connection = store.connection
        by_type = self._valid_heads_by_type(connection)
        admitted = [heads for kind, heads in by_type.items() if check_in_list.admits_type(kind)]
        return DeskCounts(
            checked_in=scans.checked_in_heads(connection, check_in_list.id),
            expected=sum(admitted),
            recent=scans.entries_since(connection, check_in_list.id, store.clock() - RECENT_MS),
            at_help_desk=count_help_waiting(connection),
        )

    def _valid_heads_by_type(self, connection: sqlite3.Connection) -> dict[str, int]:
        place, by_type = self._expected
        if place:
            kinds, now_at = log.kinds_after(connection, place)
        else:
            kinds, now_at = {"all"}, log.last_event(connection)
        if not kinds <= _NO_NEWS_OF_TICKETS:
            by_type = counts.valid_heads_by_type(connection)
        self._expected = now_at, by_type
        return by_type
