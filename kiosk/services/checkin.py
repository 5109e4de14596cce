"""One scan: who is it, may they come in, and the log's word on it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.attendee import Attendee
from kiosk.domain.checkin import (
    CheckInList,
    Decision,
    Direction,
    Outcome,
    ScanRequest,
    StandingScan,
    decide_check_in,
)
from kiosk.domain.codes import MAX_CODE, is_url
from kiosk.domain.events import EventKind
from kiosk.domain.scan_text import clean_scan
from kiosk.domain.text import clean_text, storable, visible
from kiosk.domain.wording import banner, heads_phrase
from kiosk.errors import KioskError
from kiosk.services.activity import append_undo
from kiosk.services.event import event_info
from kiosk.services.lists import choose_list
from kiosk.storage import attendees as people
from kiosk.storage import scans
from kiosk.storage.badges import PrintedBadge, printed_badge
from kiosk.storage.lists import check_in_lists
from kiosk.storage.store import Store


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What the volunteer asks for with a scan or a chosen person."""

    code: str = ""
    """As scanned; may be empty when a person was chosen by name."""
    attendee_id: str | None = None
    """The person chosen on screen, which settles whose code it is."""
    list_name: str | None = None
    """None: the list of the moment."""
    direction: Direction = Direction.ENTRY
    heads: int | None = None
    """None: one; 0: all that are left of the party."""
    force: bool = False
    reason: str = ""
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The verdict, as the desk shows it and the command line prints it."""

    code: str
    outcome: Outcome
    message: str
    direction: Direction
    check_in_list: CheckInList
    attendee: Attendee | None = None
    candidates: tuple[Attendee, ...] = ()
    """Those among whom an ambiguous code leaves the choice."""
    first: StandingScan | None = None
    badge: PrintedBadge | None = None
    heads: int = 0
    """People let through by this scan."""
    admitted: int = 0
    """People of this ticket in on this list by now."""
    forced: bool = False
    repeated: bool = False
    """A double beep: nothing was recorded again."""
    recorded: tuple[str, int] | None = None
    """(log_id, seq) of the event written."""


def scan(store: Store, order: ScanOrder) -> ScanResult:
    """Decide a scan and record it; on return it is on the disk.

    Raises:
        KioskError: `no_such_list`, `reason_missing`, `no_such_attendee`, or the store's own.
    """
    if order.force and not order.reason.strip():
        raise KioskError(
            "reason_missing",
            "Admitting somebody against the rules needs a reason.",
            saved="Nothing was recorded.",
            next_step="Say why: --reason TEXT.",
        )
    with store.writing():
        return _scan(store, order)


def _scan(store: Store, order: ScanOrder) -> ScanResult:
    connection = store.connection
    now_ms = store.clock()
    chosen = choose_list(check_in_lists(connection), order.list_name, now_ms)
    found = _whom(store, order)
    if len(found) != 1:
        return _nobody_single(store, order, chosen, found, now_ms)
    attendee = found[0]
    history = scans.standing_scans(connection, attendee.id, chosen.id)
    request = ScanRequest(
        now_ms=now_ms,
        log_id=store.log_id,
        desk=store.desk,
        direction=order.direction,
        heads=order.heads,
        force=order.force,
        acknowledged=order.acknowledged,
    )
    zone = event_info(store).zone
    decision = decide_check_in(attendee, chosen, history, request, zone)
    result = ScanResult(
        code=order.code,
        outcome=decision.outcome,
        message="",
        direction=order.direction,
        check_in_list=chosen,
        attendee=attendee,
        first=decision.first,
        badge=printed_badge(connection, attendee.id),
        heads=decision.heads,
        admitted=_heads_in(history),
        forced=decision.forced,
        repeated=decision.repeats is not None,
    )
    if not result.repeated:
        result = _record(store, order, result, decision, history, now_ms)
    return replace(result, message=_message(store, result, zone))


def _whom(store: Store, order: ScanOrder) -> Sequence[Attendee]:
    if order.attendee_id is None:
        return people.find_by_code(store.connection, order.code).attendees
    person = people.attendee(store.connection, order.attendee_id)
    if person is None:
        raise KioskError(
            "no_such_attendee",
            f"Nobody here has the id {order.attendee_id}.",
            saved="Nothing was recorded.",
            next_step="Look the person up by name.",
        )
    return [person]


def _heads_in(history: Sequence[StandingScan]) -> int:
    return sum(scan.heads for scan in history if scan.direction is Direction.ENTRY)


def _record(
    store: Store,
    order: ScanOrder,
    result: ScanResult,
    decision: Decision,
    history: Sequence[StandingScan],
    now_ms: int,
) -> ScanResult:
    assert result.attendee is not None
    ok = decision.outcome is Outcome.OK
    seen = history[-1] if history else None
    event = store.append(
        EventKind.CHECK_IN if ok else EventKind.REFUSED,
        {
            "at": now_ms,
            "list": result.check_in_list.id,
            "direction": order.direction,
            "code": clean_text(order.code),
            "outcome": decision.outcome,
            "heads": decision.heads,
            "forced": decision.forced,
            "lifted": [str(reason) for reason in decision.lifted],
            "reason": clean_text(order.reason) if order.force else "",
            "seen": [seen.log_id, seen.seq] if seen else None,
        },
        subject=result.attendee.id,
    )
    entered = decision.heads if ok and order.direction is Direction.ENTRY else 0
    return replace(result, recorded=(event.log_id, event.seq), admitted=result.admitted + entered)


def _nobody_single(
    store: Store,
    order: ScanOrder,
    chosen: CheckInList,
    found: Sequence[Attendee],
    now_ms: int,
) -> ScanResult:
    """Nobody, or too many: kept raw in the log, so that an organiser can find out later."""
    outcome = Outcome.AMBIGUOUS if found else Outcome.INVALID
    event = store.append(
        EventKind.REFUSED,
        {
            "at": now_ms,
            "list": chosen.id,
            "direction": order.direction,
            "code": storable(order.code[:MAX_CODE]),
            "outcome": outcome,
            "heads": 0,
            "forced": False,
            "lifted": [],
            "reason": "",
            "seen": None,
        },
    )
    message = _which_one(found) if found else _unknown(order.code)
    return ScanResult(
        code=order.code,
        outcome=outcome,
        message=message,
        direction=order.direction,
        check_in_list=chosen,
        candidates=tuple(found),
        recorded=(event.log_id, event.seq),
    )


def _which_one(found: Sequence[Attendee]) -> str:
    names = ", ".join(visible(person.label) for person in found[:4])
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return f"This code fits {len(found)} people: {names}{more}. Choose the person by name."


def _unknown(code: str) -> str:
    text = clean_scan(code)
    if not text:
        return "Nothing readable was scanned. Scan again, or look the person up by name."
    if text.startswith("{"):
        return (
            "This is a ticket whose code is not in the imported list (Indico prints such codes). "
            "Look the person up by name."
        )
    if is_url(text):
        return "This web address is no ticket of this event. Look the person up by name."
    shown = visible(text[:40]) + ("…" if len(text) > 40 else "")
    return f"No ticket has the code {shown}. Look the person up by name."


def _message(store: Store, result: ScanResult, zone: ZoneInfo) -> str:
    attendee = result.attendee
    assert attendee is not None
    name = visible(attendee.label)
    words = str(banner(result.outcome, result.direction))
    party = heads_phrase(min(result.admitted, attendee.heads), attendee.heads)
    match result.outcome:
        case Outcome.OK:
            parts = [f"{words}: {name}", party, "forced" if result.forced else ""]
            if result.repeated:
                parts.append("scanned twice, recorded once")
            return ", ".join(part for part in parts if part) + "."
        case Outcome.ALREADY_REDEEMED:
            return f"{words}: {name}{_since(result, zone)}. {_likely_reason(store, result)}"
        case Outcome.UNPAID | Outcome.UNAPPROVED | Outcome.CANCELED:
            word = f" ({visible(attendee.status_word)})" if attendee.status_word else ""
            return f"{words}: {name}{word}. {_WAY_OUT[result.outcome]}"
        case Outcome.PRODUCT:
            kind = visible(attendee.ticket_type) or "no ticket type"
            return f"{words}: {name} has {kind}; “{result.check_in_list.name}” is for others."
        case Outcome.INVALID_TIME:
            return f"{words}: “{result.check_in_list.name}” {_window(result, zone)}."
        case Outcome.INCOMPLETE:
            return f"{words}: {name}: {visible(attendee.attention)}"
        case Outcome.RULES:
            left = attendee.heads - result.admitted
            return f"{words}: only {left} of {attendee.heads} are left on {name}'s ticket."
        case _:
            return f"{words}: {name}. {_WAY_OUT[Outcome.BLOCKED]}"


_WAY_OUT = {
    Outcome.UNPAID: "Take the payment or ask a supervisor.",
    Outcome.UNAPPROVED: "Ask the organiser or a supervisor.",
    Outcome.CANCELED: "Send the person to the organiser.",
    Outcome.BLOCKED: "Send the person to the organiser.",
}


def _since(result: ScanResult, zone: ZoneInfo) -> str:
    if not result.first:
        return ""
    at = datetime.fromtimestamp(result.first.at_ms / 1000, zone)
    return f", {at:%H:%M} on {at.day} {at:%b} at {visible(result.first.desk)}"


def _window(result: ScanResult, zone: ZoneInfo) -> str:
    item = result.check_in_list
    parts = []
    for label, moment_ms in (("opens", item.opens_ms), ("closes", item.closes_ms)):
        if moment_ms is not None:
            at = datetime.fromtimestamp(moment_ms / 1000, zone)
            parts.append(f"{label} {at:%H:%M} on {at.day} {at:%b}")
    return " and ".join(parts) or "is closed"


def _likely_reason(store: Store, result: ScanResult) -> str:
    """Why a used ticket is usually shown again: a companion's ticket, or a namesake's."""
    attendee = result.attendee
    assert attendee is not None
    connection = store.connection

    def not_in(others: Sequence[Attendee]) -> list[Attendee]:
        return [
            other
            for other in others[:20]
            if other.status == "valid"
            and not scans.standing_scans(connection, other.id, result.check_in_list.id)
        ]

    waiting = not_in(people.companions(connection, attendee))
    if waiting:
        names = ", ".join(visible(other.label) for other in waiting[:3])
        return f"Same order, not in yet: {names}."
    if not_in(people.namesakes(connection, attendee)):
        return "Somebody of the same name has another ticket and is not in yet."
    printed = "The badge was printed." if result.badge else "No badge was printed yet."
    return f"{printed} If it is lost, print it again."


def bind_code(store: Store, code: str, attendee_id: str) -> None:
    """Give an unknown code to a person, from now on."""
    text = clean_scan(code)
    if not text:
        raise KioskError("empty_code", "There is no code to keep.", saved="Nothing was changed.")
    with store.writing():
        if people.attendee(store.connection, attendee_id) is None:
            raise KioskError(
                "no_such_attendee",
                f"Nobody here has the id {attendee_id}.",
                saved="Nothing was changed.",
            )
        store.append(EventKind.BIND, {"code": text}, subject=attendee_id)


def undo(
    store: Store,
    *,
    attendee_id: str | None = None,
    list_name: str | None = None,
    reason: str = "",
) -> scans.ScanRow:
    """Take back the last entry or exit: at this desk, or of one person.

    Raises:
        KioskError: `nothing_to_undo`, `no_such_list`.
    """
    with store.writing():
        connection = store.connection
        chosen = (
            choose_list(check_in_lists(connection), list_name, store.clock())
            if list_name is not None
            else None
        )
        last = scans.last_standing_scan(
            connection,
            log_id=store.log_id,
            desk=store.desk,
            attendee_id=attendee_id,
            list_id=chosen.id if chosen else None,
        )
        if last is None:
            whose = "this person" if attendee_id else "this desk"
            raise KioskError(
                "nothing_to_undo",
                f"There is no check-in of {whose} to take back.",
                saved="Nothing was changed.",
            )
        append_undo(store, last, reason)
    return last
