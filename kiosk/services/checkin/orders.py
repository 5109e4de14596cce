"""Check in a whole order: a family or a team that bought its tickets together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from kiosk.domain.checkin.lists import CheckInList, EntryRule
from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.checkin.rules import heads_left
from kiosk.domain.checkin.words import BANNERS
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import casefold_key, counted, escape_controls
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import scans

MOST = 200
"""People of one order who are checked in at once."""
_NOT_COMING = frozenset({TicketStatus.CANCELED, TicketStatus.BLOCKED})
_WITH_ORDER = frozenset({Outcome.OK, Outcome.ALREADY_REDEEMED, Outcome.INCOMPLETE})


def order_left(store: Store, person: Attendee, here: CheckInList) -> tuple[Attendee, ...]:
    """The other people of this person's order who may still come in on a list."""
    others = people.companions(store.connection, person)[:MOST]
    zone = event_info(store).zone if others else UTC
    return tuple(one for one in others if _may_come(store, one, here, zone))


def _may_come(store: Store, person: Attendee, here: CheckInList, zone: tzinfo) -> bool:
    if person.status in _NOT_COMING:
        return False
    history = scans.standing_scans(store.connection, person.id, here.id)
    now_ms = store.clock()
    if here.entry is not EntryRule.MANY:
        return heads_left(person, here, history, now_ms, zone) == person.heads
    today = here.day_of(now_ms, zone)
    of_today = [one for one in history if here.day_of(one.at_ms, zone) == today]
    return not of_today or of_today[-1].direction is Direction.EXIT


def left_after(store: Store, result: ScanResult) -> tuple[Attendee, ...]:
    """The people of an order that one key checks in after this verdict.

    After the code of an order, which fits several people, these are all who are not in yet.
    """
    if result.direction is Direction.EXIT:
        return ()
    if result.outcome is Outcome.AMBIGUOUS and is_one_order(result.candidates):
        here, zone = result.check_in_list, event_info(store).zone
        return tuple(one for one in result.candidates[:MOST] if _may_come(store, one, here, zone))
    if result.attendee is None or result.outcome not in _WITH_ORDER:
        return ()
    return order_left(store, result.attendee, result.check_in_list)


def is_one_order(found: Sequence[Attendee]) -> bool:
    """Whether these people bought their tickets together."""
    orders = {(casefold_key(one.order_code), one.source) for one in found}
    return len(found) > 1 and len(orders) == 1 and bool(found[0].order_code)


def check_in_people(
    store: Store, ids: Sequence[str], list_name: str, order: ScanOrder
) -> tuple[ScanResult, ...]:
    """Check in these people one after the other; a refused one stops no other.

    Args:
        list_name: of the list, or its id.
        order: what holds for each of them.
    """
    return tuple(
        scan(store, replace(order, code="", attendee_id=attendee_id, list_name=list_name))
        for attendee_id in ids
    )


@dataclass(frozen=True, slots=True)
class OrderScan:
    """The verdict on a code, and on the others of its order."""

    result: ScanResult
    others: tuple[ScanResult, ...]


def scan_order(store: Store, order: ScanOrder) -> OrderScan:
    """Scan a ticket, or the code of an order, and check in everybody else of the order.

    Raises:
        KioskError: as `scan`.
    """
    found = people.find_by_code(store.connection, order.code).attendees
    if is_one_order(found):
        order = replace(order, attendee_id=found[0].id)
    result = scan(store, order)
    left = left_after(store, result)
    here = result.check_in_list.id
    return OrderScan(result, check_in_people(store, [one.id for one in left], here, order))


def order_sentence(results: Sequence[ScanResult]) -> str:
    """`3 people of the order are in. Not in: Chen (UNPAID).`"""
    entered = [one for one in results if one.outcome is Outcome.OK]
    heads = sum(one.heads for one in entered if not one.repeated)
    names = ", ".join(_label(one) for one in entered[:4]) + (" …" if len(entered) > 4 else "")
    verb = "is" if heads == 1 else "are"
    said = f"{counted(heads, 'person')} {verb} checked in: {names}." if entered else ""
    refused = [
        f"{_label(one)} ({BANNERS[one.outcome].words})"
        for one in results
        if one.outcome is not Outcome.OK
    ]
    left = f"Not in: {', '.join(refused)}." if refused else ""
    return f"{said} {left}".strip()


def _label(result: ScanResult) -> str:
    return escape_controls(result.attendee.label) if result.attendee else ""
