"""Entitlements: the hand-outs, meals and sessions of a ticket, and which were used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rights import NO_LIMITS, Rights
from kiosk.domain.checkin.rules import CheckInList, Direction, EntryRule, Outcome
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.lists import is_door
from kiosk.storage.file.store import Store
from kiosk.storage.queries import scans


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A hand-out, meal or session that a ticket includes, and whether it was used."""

    list_id: str
    list_name: str
    answer: str
    """The answer at registration, for example a shirt size or a meal; often empty."""
    heads: int
    """People checked in on that list (on a daily list: today); 0: none yet."""
    last_ms: int | None
    """Time of the last scan; None: none yet."""
    is_out: bool
    """Whether that scan was an exit."""
    is_today: bool
    is_handed_here: bool = True
    """Whether the desk ticks it: a list that is used once or daily and is open."""
    party: int = 1
    """People of the ticket."""

    @property
    def is_complete(self) -> bool:
        """Whether all people of the ticket had it."""
        return self.last_ms is not None and self.heads >= self.party


def to_tick(holdings: Sequence[Entitlement]) -> Entitlement | None:
    """What one key ticks: the only one that not all have yet, or unticks: the only one there is."""
    missing = [one for one in holdings if not one.is_complete]
    if len(missing) == 1:
        return missing[0]
    return holdings[0] if len(holdings) == 1 else None


def outstanding_entitlements(
    store: Store,
    person: Attendee,
    here: CheckInList,
    lists: Sequence[CheckInList],
    zone: ZoneInfo,
    rights: Rights = NO_LIMITS,
) -> tuple[Entitlement, ...]:
    """The entitlements on other lists that are open now and not used yet."""
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
        and item.expects(person.ticket_type, rights)
    ]
    if not own:
        return ()
    history = scans.scans_of(store.connection, person.id)
    waiting = (_entitlement(person, item, history, now_ms, zone) for item in own)
    return tuple(item for item in waiting if item.last_ms is None)


def entitlements(
    person: Attendee,
    lists: Sequence[CheckInList],
    history: Sequence[scans.ScanRow],
    now_ms: int,
    zone: ZoneInfo,
    rights: Rights = NO_LIMITS,
) -> tuple[Entitlement, ...]:
    """The entitlement on every list, other than days, that admits this ticket."""
    if len(lists) < 2:
        return ()  # the only list is the door itself
    own = [item for item in lists if not item.is_day and item.expects(person.ticket_type, rights)]
    found = (_entitlement(person, item, history, now_ms, zone) for item in own)
    doors = {item.id for item in lists if is_door(item, lists)}
    return tuple(
        replace(one, is_handed_here=False) if one.list_id in doors else one for one in found
    )


def _entitlement(
    person: Attendee,
    item: CheckInList,
    history: Sequence[scans.ScanRow],
    now_ms: int,
    zone: ZoneInfo,
) -> Entitlement:
    today = item.day_of(now_ms, zone)

    def is_today(row: scans.ScanRow) -> bool:
        return item.day_of(row.at_ms, zone) == today

    passages = [
        row
        for row in history
        if row.list_id == item.id
        and row.outcome == Outcome.OK
        and not row.undone
        and (item.entry is not EntryRule.DAILY or is_today(row))
    ]
    entered = sum(row.heads for row in passages if row.direction == Direction.ENTRY)
    last = passages[-1] if entered else None  # an exit without an entry gives nothing out
    return Entitlement(
        list_id=item.id,
        list_name=item.name,
        answer=_answer(item.name, person.extra),
        heads=min(entered, person.heads),
        last_ms=last.at_ms if last else None,
        is_out=last is not None and last.direction == Direction.EXIT,
        is_today=last is not None and is_today(last),
        is_handed_here=item.entry is not EntryRule.MANY and item.is_open(now_ms),
        party=person.heads,
    )


_LEAST_WORD = 4
"""Letters that the names of a list and a question must share: fewer match by chance."""


def _answer(list_name: str, extra: Mapping[str, str]) -> str:
    """The answer to the imported question about this list: `T-shirt size` for T-shirts."""
    wanted = _letters(list_name).removesuffix("s")
    if len(wanted) < _LEAST_WORD:
        return ""
    for header, value in extra.items():
        if wanted in _letters(header) and value.strip() not in ("", "-", "–"):
            return " ".join(value.split())
    return ""


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
