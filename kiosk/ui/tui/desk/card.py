"""The person's card."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from kiosk.domain.checkin.rights import rights_words
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.tables import TABLE_FIELD, table_words
from kiosk.domain.people.attendee import Attendee, Correction, Transfer
from kiosk.domain.people.first_time import FIRST_TIME_MARK, asks_for_first_time
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import BANNERS
from kiosk.services.checkin.card import AttendeeCard
from kiosk.services.checkin.verdict_text import is_late
from kiosk.services.people.entitlements import Entitlement
from kiosk.services.people.help_desk import help_words

if TYPE_CHECKING:
    from kiosk.storage.queries.badges import BadgeJob
    from kiosk.storage.queries.scans import ScanRow

_STATUS_TEXT = {
    TicketStatus.UNPAID: "! not paid yet",
    TicketStatus.UNAPPROVED: "! not approved",
    TicketStatus.CANCELED: "✗ canceled",
    TicketStatus.BLOCKED: "✗ blocked",
}

HOLDINGS = 5
"""Other lists shown on the card."""

STORY = 6
"""Lines of what happened to the ticket."""

ANSWERS = 8
"""Imported answers shown on the card."""

_PAPERWORK = re.compile(
    r"date|time|e-?mail|price|paid|fee|tax|currency|amount|discount|coupon|voucher|payment|invoice|refund"
    r"|slug|\burl|utm|locale|address|zip|buyer|order|channel|event|created|updated|source|(\b|_)id\b"
    r"|consent|agree|status|_at\b|balance|betrag|datum",
    re.IGNORECASE,
)
"""Columns that answer no question of a volunteer; they stay in the export."""


def card_content(facts: AttendeeCard, *, no_contact: bool = False) -> Content:
    """Name, what the volunteer must know, where from, history; one fact a line.

    Args:
        no_contact: without e-mail and phone, for a desk that only scans.
    """
    person = facts.attendee
    lines: list[Content] = [Content.styled(escape_controls(person.label), "bold")]
    if person.guest_of and person.name:
        lines.append(_dim(f"guest of {escape_controls(person.guest_of)}"))
    work = " · ".join(
        escape_controls(part) for part in (person.company, person.ticket_type) if part
    )
    if work:
        lines.append(Content(work))
    rights = rights_words(facts.rights, facts.zone)
    if rights:
        lines.append(Content(f"ticket {', '.join(rights)}"))
    if facts.rights.add_ons:
        lines.append(Content(f"+ {escape_controls(', '.join(facts.rights.add_ons))}"))
    origin = _origin(facts)
    if origin:
        lines.append(_dim(origin))
    if person.status is not TicketStatus.VALID:
        lines.append(Content.styled(_status_text(person), "bold $text-warning"))
    if facts.help is not None:
        style = "bold $text-warning" if facts.help.waits else "$secondary"
        sign = "⚑" if facts.help.waits else "✓"
        lines.append(Content.styled(f"{sign} {help_words(facts.help, facts.zone)}", style))
    if person.to_acknowledge:
        lines.append(
            Content.styled(f"⚑ {escape_controls(person.to_acknowledge)}", "bold $text-warning")
        )
    if facts.is_first_timer:
        lines.append(Content.styled(FIRST_TIME_MARK, "bold $text-success"))
    if facts.table:
        lines.append(Content.styled(escape_controls(table_words(facts.table)), "bold"))
    if person.note:
        lines.append(Content.styled(f"✎ {escape_controls(person.note)}", "$accent"))
    lines += _holding_lines(facts)
    if person.arrived_at_source:
        lines.append(
            _dim(f"marked as arrived in the import: {escape_controls(person.arrived_at_source)}")
        )
    contact = " · ".join(escape_controls(part) for part in (person.email, person.phone) if part)
    if contact and not no_contact:
        lines.append(_dim(contact))
    if facts.linked_codes:
        codes = ", ".join(escape_controls(code) for code in facts.linked_codes)
        lines.append(Content(f"linked code: {codes}"))
    lines.append(Content(""))
    lines += _story(facts)
    lines.append(Content(_badge_line(facts)))
    lines += _answers(facts)
    return Content("\n").join(lines)


def _status_text(person: Attendee) -> str:
    """`! not paid yet (awaiting payment)`; the source's word only where it says something else."""
    text = _STATUS_TEXT[person.status]
    word = escape_controls(person.status_word).strip()
    return f"{text} ({word})" if word and word.casefold() not in text else text


def _dim(text: str) -> Content:
    return Content.styled(text, "$secondary")


def _holding_lines(facts: AttendeeCard) -> list[Content]:
    """What the person had elsewhere: `☐ T-shirt M: not yet`, `✓ Lunch: in 12:05`."""
    shown = [_holding_line(holding, facts) for holding in facts.entitlements[:HOLDINGS]]
    if left_out := len(facts.entitlements) - len(shown):
        shown.append(_dim(f"  and {left_out} more lists"))
    return shown


def _holding_line(holding: Entitlement, facts: AttendeeCard) -> Content:
    answer = f" {escape_controls(holding.answer)[:20]}" if holding.answer else ""
    name = f"{short_list_name(holding.list_name)}{answer}"
    if holding.last_ms is None:
        key = ("  ^D", "dim") if holding.is_handed_here else ""
        return Content.assemble(f"☐ {name}: ", ("not yet", "bold $accent"), key)
    at = datetime.fromtimestamp(holding.last_ms / 1000, facts.zone)
    when = f"{at:%H:%M}" if holding.is_today else f"{at:%a %H:%M}"
    party = facts.attendee.heads
    of = f" {holding.heads} of {party}" if party > 1 else ""
    return Content(f"✓ {name}:{of} {'out' if holding.is_out else 'in'} {when}")


def _origin(facts: AttendeeCard) -> str:
    person = facts.attendee
    parts = []
    if person.order_code:
        count = len(facts.companions) + 1
        of = f" ({count} tickets)" if count > 1 else ""
        parts.append(f"order {escape_controls(person.order_code)}{of}")
    if person.heads > 1:
        parts.append(f"party of {person.heads}")
    parts.append("walk-in" if person.source == "walk-in" else "")
    return " · ".join(part for part in parts if part)


def clock_text(at_ms: int, zone: ZoneInfo) -> str:
    """`09:41` today's way, with the day in front of it for the card."""
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    return f"{at:%a} {at:%H:%M}"


def short_list_name(name: str) -> str:
    """`Day 1` of `Day 1 · Tue 16 Feb`."""
    return escape_controls(name).split(" · ")[0]


def _story(facts: AttendeeCard) -> list[Content]:
    """What happened to this ticket, the newest last."""
    told = [(row.at_ms, _history_line(row, facts)) for row in facts.history]
    told += [(transfer.at_ms, _transfer_line(transfer, facts)) for transfer in facts.transfers]
    told += [(typed.at_ms, _correction_line(typed, facts)) for typed in facts.corrections]
    told += [(job.at_ms, _reprint_line(job, facts)) for job in facts.reprints]
    told.sort(key=lambda line: line[0])
    return [line for _, line in told[-STORY:]]


def _transfer_line(transfer: Transfer, facts: AttendeeCard) -> Content:
    reason = f" ({escape_controls(transfer.reason)})" if transfer.reason else ""
    when = clock_text(transfer.at_ms, facts.zone)
    whose = f"passed on from {escape_controls(transfer.old_name)}{reason}"
    return Content(f"{when} {whose} · {escape_controls(transfer.desk)}")


def _correction_line(typed: Correction, facts: AttendeeCard) -> Content:
    when = clock_text(typed.at_ms, facts.zone)
    return Content(f"{when} corrected: {typed.words} · {escape_controls(typed.desk)}")


def _reprint_line(job: BadgeJob, facts: AttendeeCard) -> Content:
    when = clock_text(job.at_ms, facts.zone)
    return Content(
        f"{when} badge again: {escape_controls(job.reason)} · {escape_controls(job.desk)}"
    )


def _history_line(row: ScanRow, facts: AttendeeCard) -> Content:
    name = short_list_name(facts.list_names.get(row.list_id, "a list of before"))
    outcome = Outcome(row.outcome)
    if outcome is Outcome.OK:
        verb = "in" if row.direction == Direction.ENTRY else "out"
    else:
        verb = BANNERS[outcome].words.lower()
    heads = f" {row.heads} people" if row.heads > 1 else ""
    forced = f", let in: {escape_controls(row.reason)}" if row.forced else ""
    forced = forced or (", from paper" if is_late(row.reason) else "")
    undone = ", undone" if row.undone else ""
    text = f"{clock_text(row.at_ms, facts.zone)} {verb}{heads}{forced}{undone} · {name}"
    return Content.styled(f"{text} · {escape_controls(row.desk)}", "" if not row.undone else "dim")


def _badge_line(facts: AttendeeCard) -> str:
    badge = facts.badge
    if badge is None:
        return f"badge: {facts.badge_state or 'not printed yet'}"
    state = "PDF created, not printed" if facts.badge_state == "PDF created" else facts.badge_state
    place = f"{escape_controls(badge.place)} ({state})" if badge.box else state
    if facts.badge_is_former:
        former = escape_controls(facts.transfers[-1].old_name)
        return f"badge: ! not printed yet; {place} is {former}'s"
    times = f", {badge.prints} times" if badge.prints > 1 else ""
    return f"badge: {place}{times}"


def _answers(facts: AttendeeCard) -> list[Content]:
    extra = [
        (header, value)
        for header, value in facts.other_answers
        if value not in ("", "-", "–", "—")
        and not _PAPERWORK.search(header)
        and header != TABLE_FIELD
        and not asks_for_first_time(header)
    ]
    shown = [*facts.answers, *extra[:ANSWERS]]
    return [
        _dim(f"{escape_controls(header)[:28]}: {escape_controls(value)}") for header, value in shown
    ]
