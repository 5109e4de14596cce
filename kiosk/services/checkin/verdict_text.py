"""Write the verdict of a scan in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    SEND_TO_HELP_DESK,
    banner,
    heads_phrase,
)
from kiosk.domain.datetimes import (
    DateTimeContext,
    clock_words,
    day_at,
    day_words,
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


@dataclass(frozen=True, slots=True)
class VerdictText:
    """The sentences of a verdict, in the parts that front ends show in different ways."""

    head: str = ""
    """The verdict and its person or code, with what separates them from the next part."""
    fact: str = ""
    """What else is the case: when it is open, since when the person is in, the rule."""
    next_step: str = ""
    """What to do, in words that name no key."""
    more: str = ""
    """For the organiser."""
    status_word: str = ""
    """The platform's word for the status; `head` has it, too."""
    companions: str = ""
    """The names in `fact` of people of the same order who are not in; empty: it names none."""

    def __str__(self) -> str:
        """All sentences, as lines of text have them."""
        rest = " ".join(part for part in (self.fact, self.next_step, self.more) if part)
        return f"{self.head}{rest}".strip()


NOTHING_SAID = VerdictText()


def which_one(found: Sequence[Attendee]) -> VerdictText:
    """Several people fit one code."""
    names = ", ".join(escape_controls(person.label) for person in found[:4])
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return VerdictText(
        f"This code fits {counted(len(found), 'person')}: {names}{more}. ",
        next_step="Choose the person by name.",
    )


SEVERAL_TICKETS = VerdictText("Several tickets have this code. ", next_step=SEND_TO_HELP_DESK)
"""The same at a desk for scanning, which names no one."""


def unknown_code(code: str, why: Why | None = None) -> VerdictText:
    """No attendee has this code; if its form shows what it is, the sentence says so."""
    text = clean_scan(code)
    if why in SIGNATURES:
        more = f"To check signatures: {install_hint('desks')}" if why is Why.NO_LIBRARY else ""
        return replace(SIGNATURES[why], more=more)
    if not text:
        return VerdictText(
            fact="Nothing readable was scanned.", next_step="Scan again, or look up the name."
        )
    if text.startswith("{"):
        return VerdictText(fact="This Indico code is not on the list.", next_step=LOOK_UP_NAME)
    if is_url(text):
        fact = "This web address is no ticket of this event."
        return VerdictText(fact=fact, next_step=LOOK_UP_NAME)
    shown = escape_controls(text[:40]) + ("…" if len(text) > 40 else "")
    return VerdictText(f"No ticket has the code {shown}. ", next_step=LOOK_UP_NAME)


SIGNATURES = {
    Why.BAD_SIGNATURE: VerdictText(
        fact="Perhaps a forgery. This event did not sign this ticket.", next_step="Scan it again."
    ),
    Why.REPLACED: VerdictText(
        fact="This ticket was replaced by a newer one.", next_step="Ask for that one."
    ),
    Why.NO_KEY: VerdictText(
        fact="No key to check this ticket (setting ticket_keys).", next_step=LOOK_UP_NAME
    ),
    Why.NO_LIBRARY: VerdictText(
        fact="This laptop cannot check a late sale.", next_step=LOOK_UP_NAME
    ),
}
"""The sentences about the signature of an unknown code."""


def is_payment(reason: str) -> bool:
    """Whether the reason for admitting an unpaid ticket says that it is paid now."""
    return " ".join(reason.casefold().split()).rstrip(".!") == PAID.casefold()


def verdict_text(store: Store, result: ScanResult, zone: ZoneInfo) -> VerdictText:
    """The sentences of a verdict on a known person."""
    attendee = result.attendee
    assert attendee is not None
    name = escape_controls(attendee.label)
    words = str(banner(result.outcome, result.direction))
    head = f"{words}: {name}. "
    match result.outcome:
        case Outcome.OK:
            admitted = _admitted(result, zone, store.clock())
            return VerdictText(f"{words}: {', '.join([name, *admitted])}.")
        case Outcome.ALREADY_REDEEMED:
            return _already_in(store, result, f"{words}: {name}", zone)
        case Outcome.UNPAID | Outcome.UNAPPROVED | Outcome.CANCELED:
            word = escape_controls(attendee.status_word)
            word = "" if word.casefold() in words.casefold() else word
            head = f"{words}: {name} ({word}). " if word else head
            return VerdictText(head, next_step=WAY_OUT[result.outcome], status_word=word)
        case Outcome.PRODUCT:
            type_name = escape_controls(attendee.ticket_type)
            kind = f"{type_name} tickets" if type_name else "tickets without a type"
            return VerdictText(head, f"{_list_name(result)} is not for {kind}.")
        case Outcome.INVALID_TIME if result.why in _TICKET_TIMES:
            return VerdictText(head, ticket_time(result, zone, store.clock()))
        case Outcome.INVALID_TIME:
            window = _window(result, zone, store.clock())
            return VerdictText(f"{words}: ", f"{_list_name(result)} {window}.")
        case Outcome.INCOMPLETE if result.why is Why.CONFIRM:
            return VerdictText(head, CONFIRM)
        case Outcome.INCOMPLETE:
            asked = [
                escape_controls(attendee.to_acknowledge),
                *map(question_words, result.questions),
            ]
            return VerdictText(f"{words}: {name}: ", "  ".join(part for part in asked if part))
        case Outcome.RULES if result.why in LIST_RULES:
            return VerdictText(head, list_rule(result, zone))
        case Outcome.RULES:
            left = attendee.heads - result.admitted
            return VerdictText(head, f"Only {left} of {attendee.heads} left on this ticket.")
        case _:
            return VerdictText(head, next_step=WAY_OUT[Outcome.BLOCKED])


def _admitted(result: ScanResult, zone: ZoneInfo, now_ms: int) -> list[str]:
    """What is said of an attendee who is checked in or out."""
    attendee = result.attendee
    assert attendee is not None
    said = [
        heads_phrase(result.admitted, attendee.heads, result.direction),
        "forced" if result.forced else "",
        PAID.casefold() if result.paid else "",
        f"at {when_words(result.late_ms, zone, now_ms)} by the paper list"
        if result.late_ms is not None
        else "",
        LATE_SALE if result.why is Why.LATE_SALE else "",
        "scanned twice, recorded once" if result.repeated and not result.linked_code else "",
        table_phrase(result.table, is_full=result.table_is_full) if result.table else "",
        "first time here"
        if is_first_timer(attendee.extra) and result.direction is Direction.ENTRY
        else "",
        escape_controls(result.same_person),
        _linked(result) if result.linked_code else "",
    ]
    return [part for part in said if part]


def _already_in(store: Store, result: ScanResult, begin: str, zone: ZoneInfo) -> VerdictText:
    """Since when the attendee is in, and why a used ticket is usually shown again."""
    since = _since(result, zone, store.clock())
    companions = "" if result.linked_code else _companions_not_in(store, result)
    if result.linked_code:
        why = f"{_linked(result, 'Code')}."
    elif companions:
        why = f"{SAME_ORDER}{companions}."
    else:
        why = _likely_reason(store, result)
    fact = " ".join(part for part in (f"{since}." if since else "", why) if part)
    return VerdictText(f"{begin}{',' if since else '.'} ", fact, companions=companions)


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
        today = day_at(now_ms, zone)
        ticket = rights_words(rights, zone, now_ms)
        return (
            f"The ticket is {ticket[0] if ticket else 'for another day'}, "
            f"not for {'today' if day == today else day_words(day, today)}."
        )
    if result.why is Why.EXPIRED and rights.valid_until_ms is not None:
        return f"The ticket was valid until {when_words(rights.valid_until_ms, zone, now_ms)}."
    if rights.valid_from_ms is not None:
        return f"The ticket is valid from {when_words(rights.valid_from_ms, zone, now_ms)}."
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
    """`checked in 9:41 (2 min ago) at Desk 2`; where people come and go, since when they are
    inside."""
    first, inside = result.first, result.inside_since
    if first is None:
        return ""
    entry = _entry_words(first, zone, now_ms)
    if result.check_in_list.entry is not EntryRule.RE_ENTRY:
        return f"checked in {entry}"
    if inside is None or inside == first:
        return f"inside since {entry}"
    return f"inside since {_entry_words(inside, zone, now_ms)}, first {entry}"


def _entry_words(entry: StandingScan, zone: ZoneInfo, now_ms: int) -> str:
    """`9:41 (2 min ago) at Desk 2`; with the day where it was another one."""
    minutes = (now_ms - entry.at_ms) // 60_000
    ago = f" ({minutes} min ago)" if 0 < minutes < SOON_MIN else ""
    when = time_words(entry.at_ms, zone, now_ms)
    return f"{when}{ago} at {escape_controls(entry.desk)}"


def time_words(moment_ms: int, zone: ZoneInfo, now_ms: int) -> str:
    """`9:41`; with the day where it was another one."""
    if day_at(moment_ms, zone) != day_at(now_ms, zone):
        return when_words(moment_ms, zone, now_ms)
    return clock_words(datetime.fromtimestamp(moment_ms / 1000, zone))


SOON_MIN = 60
"""Minutes for which it is said how long ago something was."""


def opens_later(item: CheckInList, now_ms: int, zone: ZoneInfo) -> str:
    """`Sun 30 Nov, 9:00`: when a list opens; empty where it is open already."""
    if item.opens_ms is None or item.opens_ms <= now_ms:
        return ""
    return when_words(item.opens_ms, zone, now_ms)


def _window(result: ScanResult, zone: ZoneInfo, now_ms: int) -> str:
    """When the list opens or opened, or when it closed; with opening hours all of them."""
    item = result.check_in_list
    at_ms = now_ms if result.late_ms is None else result.late_ms
    if windows := window_texts(item.rules, DateTimeContext(zone)):
        return f"is open {' and '.join(windows)}"
    if item.opens_ms is not None and at_ms < item.opens_ms:
        opens = "opens" if now_ms < item.opens_ms else "opened"
        return f"{opens} {when_words(item.opens_ms, zone, now_ms)}"
    if item.closes_ms is not None:
        return f"closed {when_words(item.closes_ms, zone, now_ms)}"
    return "is closed"


def _companions_not_in(store: Store, result: ScanResult) -> str:
    """The names of up to three people of the same order who are not in; often it is their ticket
    that should have been shown."""
    if not _is_one_entry(result):
        return ""
    assert result.attendee is not None
    waiting = _not_in(store, people.companions(store.connection, result.attendee), result)
    return ", ".join(escape_controls(other.label) for other in waiting[:3])


def _is_one_entry(result: ScanResult) -> bool:
    """Whether the sentence has one entry: with two there is no place for a reason."""
    return result.inside_since in (None, result.first)


def _not_in(store: Store, others: Sequence[Attendee], result: ScanResult) -> list[Attendee]:
    return [
        other
        for other in others[:20]
        if other.status is TicketStatus.VALID
        and not scans.standing_scans(store.connection, other.id, result.check_in_list.id)
    ]


def _likely_reason(store: Store, result: ScanResult) -> str:
    """Why a used ticket is usually shown again: a namesake's, or the badge is missing."""
    if not _is_one_entry(result):
        return ""
    attendee = result.attendee
    assert attendee is not None
    if _not_in(store, people.namesakes(store.connection, attendee), result):
        return f"Expected: another {escape_controls(attendee.label)}."
    if result.former_badge and not result.badge:
        return "Transferred, no badge yet."
    if result.badge is None:
        return "No badge yet."
    return "Badge lost? Print another." if result.badge.is_printed else "Badge PDF not printed."
