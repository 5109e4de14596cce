"""Decide and record one scan in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from kiosk.domain.checkin.code_matching import MAX_CODE, clean_scan
from kiosk.domain.checkin.outcomes import Why, is_liftable
from kiosk.domain.checkin.privileges import OVERRIDE
from kiosk.domain.checkin.questions import Question, open_questions
from kiosk.domain.checkin.rights import NO_LIMITS, Rights
from kiosk.domain.checkin.rules import (
    CheckInList,
    Decision,
    Direction,
    Outcome,
    ScanRequest,
    StandingScan,
    decide_check_in,
)
from kiosk.domain.datetimes import DateTimeContext, clock_words
from kiosk.domain.log.events import Body, EventKind
from kiosk.domain.log.ids import attendee_id_prefix
from kiosk.domain.log.setting_schema import QUESTION_PREFIX
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.sharing.pairing import is_desks_code
from kiosk.domain.text import clean_text, escape_surrogates
from kiosk.errors import Action, NotRecorded
from kiosk.services.checkin.activity import leave_other_lists, scan_body
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.checkin.codes import register_late_sale
from kiosk.services.checkin.lists import choose_list
from kiosk.services.checkin.questions import append_answers, checked_answers, still_answered
from kiosk.services.checkin.tables import (
    TABLES_SETTING,
    TableSetup,
    deal_at_entry,
    table_setup_of,
)
from kiosk.services.checkin.verdict_text import (
    NOTHING_SAID,
    VerdictText,
    is_payment,
    late_reason,
    unknown_code,
    verdict_text,
    which_one,
)
from kiosk.services.people.duplicates import SETTING as DUPLICATES
from kiosk.services.people.duplicates import PossiblePair, partners
from kiosk.services.people.entitlements import Entitlement, outstanding_entitlements
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import edited_status
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import scans
from kiosk.storage.queries.attendees import is_former_holders_badge
from kiosk.storage.queries.badges import PrintedBadge, badge_and_help
from kiosk.storage.queries.help_desk import HelpRow
from kiosk.storage.queries.lists import check_in_lists, date_context_in, some_settings
from kiosk.storage.queries.questions import questions_in

_ASKED_AT = frozenset({Outcome.OK, Outcome.INCOMPLETE})
"""Verdicts with which answers are kept: used and canceled tickets are not asked."""


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """A scan, or an attendee selected by name, and the volunteer's options."""

    code: str = ""
    """As scanned; may be empty for an attendee selected by name."""
    attendee_id: str | None = None
    """The attendee selected by name; `code` then matters for `links_code` only."""
    list_name: str | None = None
    """None: the list of the moment."""
    direction: Direction = Direction.ENTRY
    heads: int | None = None
    """People of the ticket to let through; None: one; 0: all that are left."""
    force: bool = False
    reason: str = ""
    """Why it is forced; `PAID` records the payment of an unpaid ticket."""
    given: Authorisation = NOT_AUTHORISED
    """The permission to force it; `reason` is its reason."""
    links_code: bool = False
    """Link the unknown `code` to the attendee; part of the check-in, and undone with it."""
    acknowledged: bool = False
    """The attention note was read, and every question was asked, answered or not."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Given at the desk, by the question's name."""
    at_ms: int | None = None
    """The time on a paper list (ms UTC), for a check-in that is entered later; None: now."""
    confirms: bool = False
    """Show the person first, as on a list with this rule."""
    is_asked: bool = False
    """The desk asked the questions itself: an answer to a question that was removed or changed
    meanwhile is then ignored, and does not stop the check-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult(Decision):
    """The verdict of a scan, for all front ends: the decision, and what they show with it."""

    code: str
    direction: Direction
    check_in_list: CheckInList
    said: VerdictText = NOTHING_SAID
    attendee: Attendee | None = None
    candidates: tuple[Attendee, ...] = ()
    """The attendees that an ambiguous code fits."""
    rights: Rights = NO_LIMITS
    """The limits of the ticket."""
    badge: PrintedBadge | None = None
    former_badge: PrintedBadge | None = None
    """A badge with the name of a former holder of this ticket."""
    same_person: str = ""
    """A sentence about another attendee who may be the same person; empty: no one."""
    table: str = ""
    """The attendee's table; empty: no table is given here."""
    table_is_full: bool = False
    """All tables were full: this one was the least full."""
    not_yet: tuple[Entitlement, ...] = ()
    """Entitlements on other lists that are open now and not used yet."""
    help: HelpRow | None = None
    """Set while the attendee waits at the help desk."""
    admitted: int = 0
    """People of this ticket in on this list by now."""
    paid: bool = False
    """This scan recorded the payment of an unpaid ticket."""
    questions: tuple[Question, ...] = ()
    """The questions still to be asked, in this order."""
    linked_code: str = ""
    """The code that this check-in linked to the attendee."""
    recorded: tuple[str, int] | None = None
    """(log_id, seq) of the event written."""
    late_ms: int | None = None
    """The time of a paper list, for a check-in entered later; None: it happened now."""
    notes: tuple[str, ...] = ()
    """Sentences about an earlier scan: a question left open, a code not linked."""

    @property
    def repeated(self) -> bool:
        """Whether the ticket was scanned twice in a row: nothing was recorded again."""
        return self.repeats is not None

    @property
    def message(self) -> str:
        """The verdict in sentences."""
        return str(self.said)

    @property
    def can_be_linked(self) -> bool:
        """Whether the unknown code may be linked to an attendee; a forged one may not."""
        is_refused = self.why in (Why.BAD_SIGNATURE, Why.REPLACED)
        return self.outcome is Outcome.INVALID and bool(self.code.strip()) and not is_refused

    @property
    def can_be_admitted(self) -> bool:
        """Whether a supervisor may admit the attendee against the rules."""
        return self.attendee is not None and is_liftable(self.outcome, self.why)


def scan(store: Store, order: ScanOrder) -> ScanResult:
    """Decide a scan and record it; on return it is on the disk.

    Raises:
        KioskError: `no_such_list`, `pin_needed`, `reason_missing`, `no_such_attendee`,
            `desks_code`, or the store's own.
    """
    with store.writing():
        return _scan(store, order)


@dataclass(frozen=True, slots=True)
class _Event:
    """The event at the moment of a scan."""

    now_ms: int
    """When the scan counts."""
    lists: Sequence[CheckInList]
    here: CheckInList
    """The list of the scan."""
    dates: DateTimeContext
    questions: Sequence[Question]
    tables: TableSetup | None
    duplicates: Sequence[Sequence[str]]
    """Pairs of attendees who may be one person."""


def _event_of(store: Store, order: ScanOrder) -> _Event:
    now_ms = store.clock() if order.at_ms is None else order.at_ms
    lists = check_in_lists(store.connection)
    settings = some_settings(
        store.connection, "timezone", "days", TABLES_SETTING, DUPLICATES, prefix=QUESTION_PREFIX
    )
    return _Event(
        now_ms,
        lists,
        choose_list(lists, order.list_name, now_ms),
        date_context_in(settings),
        questions_in(settings),
        table_setup_of(settings.get(TABLES_SETTING)),
        settings.get(DUPLICATES) or (),
    )


def _scan(store: Store, order: ScanOrder) -> ScanResult:
    given = order.given.because(order.reason)
    marks = require(store, OVERRIDE, given) if order.force else {}
    event = _event_of(store, order)
    check_answers = still_answered if order.is_asked else checked_answers
    answers = check_answers(event.questions, order.answers)
    found, why = _attendees_of(store, order, event.dates)
    if len(found) != 1:
        return _not_one_attendee(store, order, event, found, why)
    result, history = _decided(store, order, event, found[0], answers)
    assert result.attendee is not None
    if not result.repeated:
        if result.outcome in _ASKED_AT:
            append_answers(store, result.attendee, event.questions, answers)
        result = _record(store, order, result, history, event.now_ms, marks)
    result = _with_code_of_one_inside(store, order, result)
    if result.outcome is Outcome.OK and order.direction is Direction.ENTRY:
        result = _welcomed(store, result, event, history)
    return replace(result, said=verdict_text(store, result, event.dates.zone))


def _decided(
    store: Store,
    order: ScanOrder,
    event: _Event,
    attendee: Attendee,
    answers: Mapping[str, str],
) -> tuple[ScanResult, Sequence[StandingScan]]:
    """The verdict before anything is written, and the attendee's earlier scans on the list."""
    connection, here, zone = store.connection, event.here, event.dates.zone
    pays = order.force and attendee.status is TicketStatus.UNPAID and is_payment(order.reason)
    if pays:
        attendee = replace(attendee, status=TicketStatus.VALID)
    history = scans.standing_scans(connection, attendee.id, here.id)
    rights = people.ticket_rights(connection, attendee, event.dates)
    still_open = open_questions(event.questions, attendee, here, answers)
    request = ScanRequest(
        now_ms=event.now_ms,
        log_id=store.log_id,
        desk=store.desk,
        direction=order.direction,
        heads=order.heads,
        force=order.force,
        acknowledged=order.acknowledged,
        is_open_question=bool(still_open),
        is_required_open=any(question.required for question in still_open),
        rights=rights,
        confirms=order.confirms or (here.rules.confirm and order.attendee_id is None),
    )
    badge, help_entry = badge_and_help(connection, attendee.id)
    is_former = badge is not None and is_former_holders_badge(connection, attendee.id)
    decision = decide_check_in(attendee, here, history, request, zone)
    result = ScanResult(
        **{item.name: getattr(decision, item.name) for item in fields(decision)},
        code=order.code,
        direction=order.direction,
        check_in_list=here,
        attendee=attendee,
        rights=rights,
        badge=None if is_former else badge,
        former_badge=badge if is_former else None,
        help=help_entry if help_entry and help_entry.waits else None,
        admitted=_heads_in(history),
        paid=pays and decision.outcome is Outcome.OK,
        questions=still_open if decision.outcome is Outcome.INCOMPLETE else (),
        late_ms=order.at_ms,
        same_person=_same_person(store, event, attendee),
    )
    return result, history


def _same_person(store: Store, event: _Event, person: Attendee) -> str:
    """`Priya Shah with the same e-mail was checked in at 9:12`; empty if no one is like them."""
    ids = partners(event.duplicates, person.id)
    for other in people.attendees_by_ids(store.connection, ids):
        shared = PossiblePair(person, other).why
        earlier = scans.standing_scans(store.connection, other.id, event.here.id)
        if earlier:
            at = datetime.fromtimestamp(earlier[-1].at_ms / 1000, event.dates.zone)
            return f"{other.label} with {shared} was checked in at {clock_words(at)}"
        if other.status is not TicketStatus.CANCELED:
            return f"{other.label} with {shared} is also on the list"
    return ""


def _welcomed(
    store: Store, result: ScanResult, event: _Event, history: Sequence[StandingScan]
) -> ScanResult:
    """Check the attendee out of lists that end here. Add the table, and the entitlements on other
    lists that are not used yet."""
    assert result.attendee is not None
    here, lists = event.here, event.lists
    if not result.repeated and any(item.rules.leaves for item in lists):
        leave_other_lists(store, result.attendee.id, here, lists, result.heads, event.now_ms)
    was_in = result.repeated or _heads_in(history) > 0
    person, deal = deal_at_entry(store, result.attendee, here, lists, event.tables, was_in=was_in)
    zone = event.dates.zone
    return replace(
        result,
        attendee=person,
        table=deal.table if deal else "",
        table_is_full=deal is not None and deal.is_full,
        not_yet=outstanding_entitlements(store, person, here, lists, zone, result.rights),
    )


def _attendees_of(
    store: Store, order: ScanOrder, dates: DateTimeContext
) -> tuple[Sequence[Attendee], Why | None]:
    """The attendees that a scan can mean, and what checking the signature of the code found."""
    if order.attendee_id is not None:
        person = people.attendee(store.connection, order.attendee_id)
        if person is not None:
            return [person], None
        raise NotRecorded(
            "no_such_attendee",
            f"No attendee has the id {order.attendee_id}.",
            action=Action.FIND_ATTENDEE,
        )
    if found := people.find_by_code(store.connection, order.code).attendees:
        return found, None
    sold_late = register_late_sale(store, order.code, dates)
    return ([sold_late], None) if isinstance(sold_late, Attendee) else ([], sold_late)


def _heads_in(history: Sequence[StandingScan]) -> int:
    return sum(scan.heads for scan in history if scan.direction is Direction.ENTRY)


def _record(
    store: Store,
    order: ScanOrder,
    result: ScanResult,
    history: Sequence[StandingScan],
    now_ms: int,
    marks: Mapping[str, Any],
) -> ScanResult:
    assert result.attendee is not None
    ok = result.outcome is Outcome.OK
    seen = history[-1] if history else None
    linked = clean_scan(order.code) if ok and order.links_code else ""
    if result.paid:
        payment = {"was": edited_status(store.connection, result.attendee.id)}
        body = {"set": {"status": str(TicketStatus.VALID)}, "payment": payment, **marks}
        store.append(EventKind.EDIT, body, subject=result.attendee.id)
    if linked:
        body = {"code": linked, "check_in": True}
        store.append(EventKind.BIND, body, subject=result.attendee.id)
    event = store.append(
        EventKind.CHECK_IN if ok else EventKind.REFUSED,
        {
            **_scan_body(order, result.check_in_list, now_ms, result.outcome),
            "code": clean_text(order.code),
            "heads": result.heads,
            "forced": result.forced,
            "lifted": [str(reason) for reason in result.lifted],
            "reason": _reason(order),
            "seen": [seen.log_id, seen.seq] if seen else None,
            **({"authorised": marks["authorised"]} if result.forced else {}),
        },
        subject=result.attendee.id,
    )
    entered = result.heads if ok and order.direction is Direction.ENTRY else 0
    return replace(
        result,
        recorded=(event.log_id, event.seq),
        admitted=result.admitted + entered,
        linked_code=linked,
    )


def _scan_body(order: ScanOrder, chosen: CheckInList, now_ms: int, outcome: Outcome) -> Body:
    """The event of a scan that admits no one."""
    late = {"reason": late_reason(""), "late": True} if order.at_ms is not None else {}
    return {
        **scan_body(now_ms, chosen.id, order.direction, outcome),
        "code": escape_surrogates(order.code[:MAX_CODE]).replace("\x00", "\\x00"),
        **late,
    }


def _with_code_of_one_inside(store: Store, order: ScanOrder, result: ScanResult) -> ScanResult:
    """Link the code to an attendee who is in: one who was checked in a moment ago, or whose blank
    badge was written afterwards."""
    is_blank = attendee_id_prefix(order.code) is not None
    is_used = result.outcome is Outcome.ALREADY_REDEEMED
    code = clean_scan(order.code) if order.links_code else ""
    if not (code and result.attendee and (result.repeated or (is_used and is_blank))):
        return result
    store.append(EventKind.BIND, {"code": code}, subject=result.attendee.id)
    if result.repeated and order.direction is Direction.ENTRY:
        result = replace(result, outcome=Outcome.ALREADY_REDEEMED, heads=0, repeats=None)
    return replace(result, linked_code=code)


def _reason(order: ScanOrder) -> str:
    reason = clean_text(order.reason) if order.force else ""
    return late_reason(reason) if order.at_ms is not None else reason


def _not_one_attendee(
    store: Store,
    order: ScanOrder,
    event: _Event,
    found: Sequence[Attendee],
    why: Why | None,
) -> ScanResult:
    """No attendee, or several: log the code as it was scanned, for the organiser.

    Args:
        why: the result of checking the code's signature; None: it has none.

    Raises:
        KioskError: `desks_code`: a secret is not for the log.
    """
    if not found and is_desks_code(clean_scan(order.code)):
        raise NotRecorded(
            "desks_code",
            "This code lets a laptop join as a desk: it is no ticket.",
            next_step="Scan it on the laptop that joins.",
            action=Action.JOIN_EVENT,
        )
    outcome = Outcome.AMBIGUOUS if found else Outcome.INVALID
    body = _scan_body(order, event.here, event.now_ms, outcome)
    written = store.append(EventKind.REFUSED, body)
    return ScanResult(
        code=order.code,
        outcome=outcome,
        said=which_one(found) if found else unknown_code(order.code, why),
        direction=order.direction,
        check_in_list=event.here,
        why=why,
        candidates=tuple(found),
        recorded=(written.log_id, written.seq),
    )
