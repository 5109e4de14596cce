"""Write the verdict of a scan in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.code_matching import clean_scan, is_url
from kiosk.domain.checkin.outcomes import LIST_RULES, Why
from kiosk.domain.checkin.questions import Question, QuestionKind
from kiosk.domain.checkin.rights import rights_words
from kiosk.domain.checkin.rules import CheckInList, Direction, EntryRule, Outcome, StandingScan
from kiosk.domain.checkin.tables import table_phrase
from kiosk.domain.checkin.words import (
    CONFIRM,
    LATE_SALE,
    LOOK_UP_NAME,
    PAID,
    SAME_ORDER,
    banner,
    heads_phrase,
)
from kiosk.domain.datetimes import (
    DateTimeContext,
    clock_words,
    day_words,
    moment_words,
    when_words,
)
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import counted, escape_controls
from kiosk.services.checkin.list_rules import window_texts
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import scans
from kiosk.support.install_hint import install_hint

if TYPE_CHECKING:
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.people.entitlements import Entitlement


def which_one(found: Sequence[Attendee]) -> str:
    """Several people fit one code."""
    names = ", ".join(escape_controls(person.label) for person in found[:4])
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return (
        f"This code fits {counted(len(found), 'person')}: {names}{more}. Choose the person by name."
    )


def unknown_code(code: str, why: Why | None = None) -> str:
    """No attendee has this code; if its form shows what it is, the sentence says so."""
    text = clean_scan(code)
    if why is Why.NO_LIBRARY:
        return f"{SIGNATURES[why]} To check signatures: {install_hint('desks')}"
    if why in SIGNATURES:
        return SIGNATURES[why]
    if not text:
        return "Nothing readable was scanned. Scan again, or look up the name."
    if text.startswith("{"):
        return f"This Indico code is not on the list. {LOOK_UP_NAME}"
    if is_url(text):
        return f"This web address is no ticket of this event. {LOOK_UP_NAME}"
    shown = escape_controls(text[:40]) + ("…" if len(text) > 40 else "")
    return f"No ticket has the code {shown}. {LOOK_UP_NAME}"


SIGNATURES = {
    Why.BAD_SIGNATURE: "Perhaps a forgery. This event did not sign this ticket. Scan it again.",
    Why.REPLACED: "This ticket was replaced by a newer one. Ask for that one.",
    Why.NO_KEY: f"No key to check this ticket (setting ticket_keys). {LOOK_UP_NAME}",
    Why.NO_LIBRARY: f"This laptop cannot check a late sale. {LOOK_UP_NAME}",
}
"""The sentence about the signature of an unknown code."""


def is_payment(reason: str) -> bool:
    """Whether the reason for admitting an unpaid ticket says that it is paid now."""
    return " ".join(reason.casefold().split()).rstrip(".!") == PAID.casefold()


def verdict_message(store: Store, result: ScanResult, zone: ZoneInfo) -> str:
    """The sentence of a verdict on a known person."""
    attendee = result.attendee
    assert attendee is not None
    name = escape_controls(attendee.label)
    words = str(banner(result.outcome, result.direction))
    party = heads_phrase(result.admitted, attendee.heads, result.direction)
    match result.outcome:
        case Outcome.OK:
            parts = [f"{words}: {name}", party, "forced" if result.forced else ""]
            parts.append(PAID.casefold() if result.paid else "")
            if result.late_ms is not None:
                parts.append(f"at {when_words(result.late_ms, zone)} by the paper list")
            parts.append(LATE_SALE if result.why is Why.LATE_SALE else "")
            if result.repeated:
                parts.append("scanned twice, recorded once")
            if result.table:
                parts.append(table_phrase(result.table, is_full=result.table_is_full))
            if is_first_timer(attendee.extra) and result.direction is Direction.ENTRY:
                parts.append("first time here")
            if result.same_person:
                parts.append(escape_controls(result.same_person))
            if result.linked_code:
                parts.append(_linked(result))
            return ", ".join(part for part in parts if part) + "."
        case Outcome.ALREADY_REDEEMED:
            why = _likely_reason(store, result)
            if result.linked_code:
                why = f"{_linked(result, 'Code')}."
            return f"{words}: {name}{_since(result, zone, store.clock())}. {why}".strip()
        case Outcome.UNPAID | Outcome.UNAPPROVED | Outcome.CANCELED:
            word = escape_controls(attendee.status_word)
            word = f" ({word})" if word and word.casefold() not in words.casefold() else ""
            return f"{words}: {name}{word}. {WAY_OUT[result.outcome]}"
        case Outcome.PRODUCT:
            type_name = escape_controls(attendee.ticket_type)
            kind = f"{type_name} tickets" if type_name else "tickets without a type"
            return f"{words}: {name}. {_list_name(result)} is not for {kind}."
        case Outcome.INVALID_TIME if result.why in _TICKET_TIMES:
            return f"{words}: {name}. {ticket_time(result, zone, store.clock())}"
        case Outcome.INVALID_TIME:
            return f"{words}: {_list_name(result)} {_window(result, zone, store.clock())}."
        case Outcome.INCOMPLETE if result.why is Why.CONFIRM:
            return f"{words}: {name}. {CONFIRM}"
        case Outcome.INCOMPLETE:
            asked = [
                escape_controls(attendee.to_acknowledge),
                *map(question_words, result.questions),
            ]
            return f"{words}: {name}: {'  '.join(part for part in asked if part)}"
        case Outcome.RULES if result.why in LIST_RULES:
            return f"{words}: {name}. {list_rule(result, zone)}"
        case Outcome.RULES:
            left = attendee.heads - result.admitted
            return f"{words}: {name}. Only {left} of {attendee.heads} left on this ticket."
        case _:
            return f"{words}: {name}. {WAY_OUT[Outcome.BLOCKED]}"


def _list_name(result: ScanResult) -> str:
    """`“Day 1”` of `Day 1 · Tue 16 Feb`."""
    return f"“{escape_controls(result.check_in_list.name).split(' · ')[0]}”"


def _linked(result: ScanResult, begin: str = "code") -> str:
    return f"{begin} {escape_controls(result.linked_code[:40])} linked"


LATE = "from a paper list"
"""Marks a check-in that was entered later, in its reason."""


def late_reason(reason: str) -> str:
    """The reason of a check-in that was entered later."""
    return f"{reason}; {LATE}" if reason else LATE


def is_late(reason: str) -> bool:
    """Whether a check-in was entered later from a paper list, by its reason."""
    return reason.endswith(LATE)


_TICKET_TIMES = frozenset({Why.NOT_VALID_YET, Why.EXPIRED, Why.OTHER_DATE})


def ticket_time(result: ScanResult, zone: ZoneInfo, now_ms: int) -> str:
    """Say when a ticket is valid, because it is not now."""
    rights, item = result.rights, result.check_in_list
    if result.why is Why.OTHER_DATE:
        at_ms = now_ms if result.late_ms is None else result.late_ms
        day = item.rules.day or item.day_of(at_ms, zone)
        is_today = day == datetime.fromtimestamp(now_ms / 1000, zone).date()
        ticket = rights_words(rights, zone)
        return (
            f"The ticket is {ticket[0] if ticket else 'for another day'}, "
            f"not for {'today' if is_today else day_words(day)}."
        )
    if result.why is Why.EXPIRED and rights.valid_until_ms is not None:
        return f"The ticket was valid until {when_words(rights.valid_until_ms, zone)}."
    if rights.valid_from_ms is not None:
        return f"The ticket is valid from {when_words(rights.valid_from_ms, zone)}."
    return "The ticket is not valid now."


def list_rule(result: ScanResult, zone: ZoneInfo) -> str:
    """Say which rule of the list refused a ticket."""
    name, rules = _list_name(result), result.check_in_list.rules
    match result.why:
        case Why.GATE:
            gates = " or ".join(escape_controls(desk) for desk in rules.desks)
            return f"{name} is only at {gates}."
        case Why.MOST_ENTRIES:
            return f"{name} admits each person {_times(rules.most_entries)}."
        case Why.MOST_PER_DAY:
            return f"{name} admits each person {_times(rules.most_per_day)} a day."
        case Why.MOST_DAYS:
            return f"{name} admits each person on {counted(rules.most_days or 0, 'day')}."
    if result.again_ms:
        return f"{name} admits again {when_words(result.again_ms, zone)}."
    return f"{name} admits a person every {counted(rules.minutes_between or 0, 'minute')}."


def _times(count: int | None) -> str:
    return {1: "once", 2: "twice"}.get(count or 0, f"{count} times")


def checked_out_sentence(list_name: str, heads: int) -> str:
    """Say how many people were checked out of a list at once."""
    out = counted(heads, "person", "people") if heads else "No one was inside, so no one"
    verb = "was" if heads < 2 else "were"
    return f"{out} {verb} checked out of “{escape_controls(list_name)}”."


_ANSWERED_BY = {
    QuestionKind.NUMBER: "a number",
    QuestionKind.TEXT: "in words",
    QuestionKind.CODE: "scan a code",
}


def question_words(question: Question) -> str:
    """A question with its choices."""
    choices = " / ".join(escape_controls(choice) for choice in question.choices)
    how = choices or _ANSWERED_BY[question.kind]
    return f"{escape_controls(question.text)} ({how})"


def waiting_phrase(holding: Entitlement) -> str:
    """`T-shirt M`: the list, and the attendee's answer at registration."""
    name = escape_controls(holding.list_name).split(" · ")[0]
    answer = escape_controls(holding.answer)
    return f"{name} {answer[:12]}".strip()


WAY_OUT = {
    Outcome.UNPAID: "Take the payment or ask a supervisor.",
    Outcome.UNAPPROVED: "Ask the organiser or a supervisor.",
    Outcome.CANCELED: "Send the person to the organiser.",
    Outcome.BLOCKED: "Send the person to the organiser.",
}


def _since(result: ScanResult, zone: ZoneInfo, now_ms: int) -> str:
    """`, checked in 9:41 (2 min ago) at Desk 2`; where people come and go, since when they are
    inside."""
    first, inside = result.first, result.inside_since
    if first is None:
        return ""
    entry = _entry_words(first, zone, now_ms)
    if result.check_in_list.entry is not EntryRule.RE_ENTRY:
        return f", checked in {entry}"
    if inside is None or inside == first:
        return f", inside since {entry}"
    return f", inside since {_entry_words(inside, zone, now_ms)}, first {entry}"


def _entry_words(entry: StandingScan, zone: ZoneInfo, now_ms: int) -> str:
    """`9:41 (2 min ago) at Desk 2`; with the day where it was another one."""
    at, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (entry.at_ms, now_ms))
    minutes = (now_ms - entry.at_ms) // 60_000
    ago = f" ({minutes} min ago)" if 0 < minutes < SOON_MIN else ""
    when = clock_words(at) if at.date() == now.date() else moment_words(at)
    return f"{when}{ago} at {escape_controls(entry.desk)}"


SOON_MIN = 60
"""Minutes for which it is said how long ago something was."""


def opens_later(item: CheckInList, now_ms: int, zone: ZoneInfo) -> str:
    """`Sun 30 Nov, 9:00`: when a list opens; empty where it is open already."""
    if item.opens_ms is None or item.opens_ms <= now_ms:
        return ""
    return when_words(item.opens_ms, zone)


def _window(result: ScanResult, zone: ZoneInfo, now_ms: int) -> str:
    """When the list opens, or when it closed; with opening hours all of them."""
    item = result.check_in_list
    if windows := window_texts(item.rules, DateTimeContext(zone)):
        return f"is open {' and '.join(windows)}"
    if item.opens_ms is not None and now_ms < item.opens_ms:
        return f"opens {when_words(item.opens_ms, zone)}"
    if item.closes_ms is not None:
        return f"closed {when_words(item.closes_ms, zone)}"
    return "is closed"


def _likely_reason(store: Store, result: ScanResult) -> str:
    """Why a used ticket is usually shown again: a companion's ticket, or a namesake's; empty where
    the sentence has two entries."""
    attendee = result.attendee
    assert attendee is not None
    if result.inside_since not in (None, result.first):
        return ""
    connection = store.connection

    def not_in(others: Sequence[Attendee]) -> list[Attendee]:
        return [
            other
            for other in others[:20]
            if other.status is TicketStatus.VALID
            and not scans.standing_scans(connection, other.id, result.check_in_list.id)
        ]

    waiting = not_in(people.companions(connection, attendee))
    if waiting:
        names = ", ".join(escape_controls(other.label) for other in waiting[:3])
        return f"{SAME_ORDER}{names}."
    if not_in(people.namesakes(connection, attendee)):
        return f"Expected: another {escape_controls(attendee.label)}."
    if result.former_badge and not result.badge:
        return "Transferred, no badge yet."
    if result.badge is None:
        return "No badge yet."
    return "Badge lost? Print another." if result.badge.is_printed else "Badge PDF not printed."
