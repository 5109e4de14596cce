"""What a person's ticket is for beside the door: hand-outs, meals, sessions; and what they had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList, Direction, EntryRule, Outcome
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.lists import is_door
from kiosk.storage.file.store import Store
from kiosk.storage.queries import scans


@dataclass(frozen=True, slots=True)
class Entitlement:
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


def outstanding_entitlements(
    store: Store,
    person: Attendee,
    here: CheckInList,
    lists: Sequence[CheckInList],
    zone: ZoneInfo,
) -> tuple[Entitlement, ...]:
    """What somebody at the door may have now on other lists, and has not had."""
    if not is_door(here, lists):
        return ()
    now_ms = store.clock()
    own = [
        item
        for item in lists
        if item.id != here.id
        and not item.is_day
        and item.entry is not EntryRule.MANY
        and item.is_open(now_ms)
        and item.admits_type(person.ticket_type)
    ]
    if not own:
        return ()
    history = scans.scans_of(store.connection, person.id)
    waiting = (_holding(person, item, history, now_ms, zone) for item in own)
    return tuple(holding for holding in waiting if holding.last_ms is None)


def entitlements(
    person: Attendee,
    lists: Sequence[CheckInList],
    history: Sequence[scans.ScanRow],
    now_ms: int,
    zone: ZoneInfo,
) -> tuple[Entitlement, ...]:
    """Every list beside the days that admits this ticket, in the desk's order."""
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
) -> Entitlement:
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
    return Entitlement(
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
