"""The person's card."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from kiosk.domain.checkin import Direction, Outcome
from kiosk.domain.registration import TicketStatus
from kiosk.domain.text import visible
from kiosk.domain.wording import BANNERS
from kiosk.services.desk import Holding, PersonFacts
from kiosk.services.help_desk import help_words
from kiosk.storage.scans import ScanRow

_STATUS_TEXT = {
    TicketStatus.UNPAID: "! not paid yet",
    TicketStatus.UNAPPROVED: "! not approved",
    TicketStatus.CANCELED: "✗ canceled",
    TicketStatus.BLOCKED: "✗ blocked",
}

HOLDINGS = 5
"""Other lists shown on the card."""

ANSWERS = 8
"""Imported answers shown on the card."""

_PAPERWORK = re.compile(
    r"date|time|e-?mail|price|paid|fee|tax|currency|amount|discount|coupon|voucher|payment|invoice|refund"
    r"|slug|\burl|utm|locale|address|zip|buyer|order|channel|event|created|updated|source|(\b|_)id\b"
    r"|consent|agree|status|_at\b|balance|betrag|datum",
    re.IGNORECASE,
)
"""Columns that answer no question of a volunteer; they stay in the export."""


def card_content(facts: PersonFacts) -> Content:
    """Name, what the volunteer must know, where from, history; one fact a line."""
    person = facts.attendee
    lines: list[Content] = [Content.styled(visible(person.label), "bold")]
    if person.guest_of and person.name:
        lines.append(_dim(f"guest of {visible(person.guest_of)}"))
    work = " · ".join(visible(part) for part in (person.company, person.ticket_type) if part)
    if work:
        lines.append(Content(work))
    origin = _origin(facts)
    if origin:
        lines.append(_dim(origin))
    if person.status is not TicketStatus.VALID:
        word = f" ({visible(person.status_word)})" if person.status_word else ""
        lines.append(Content.styled(_STATUS_TEXT[person.status] + word, "bold $warning"))
    if facts.help is not None:
        style = "bold $warning" if facts.help.waits else "$secondary"
        sign = "⚑" if facts.help.waits else "✓"
        lines.append(Content.styled(f"{sign} {help_words(facts.help, facts.zone)}", style))
    if person.attention:
        lines.append(Content.styled(f"⚑ {visible(person.attention)}", "bold $warning"))
    if person.note:
        lines.append(Content.styled(f"✎ {visible(person.note)}", "$accent"))
    lines += _holding_lines(facts)
    if person.arrived_at_source:
        lines.append(_dim(f"marked as arrived in the import: {visible(person.arrived_at_source)}"))
    contact = " · ".join(visible(part) for part in (person.email, person.phone) if part)
    if contact:
        lines.append(_dim(contact))
    lines.append(Content(""))
    lines += [_history_line(row, facts) for row in facts.history[-6:]]
    lines.append(Content(_badge_line(facts)))
    lines += _answers(facts)
    return Content("\n").join(lines)


def _dim(text: str) -> Content:
    return Content.styled(text, "$secondary")


def _holding_lines(facts: PersonFacts) -> list[Content]:
    """What the person had elsewhere: `☐ T-shirt M: not yet`, `✓ Lunch: in 12:05`."""
    shown = [_holding_line(holding, facts) for holding in facts.holdings[:HOLDINGS]]
    if left_out := len(facts.holdings) - len(shown):
        shown.append(_dim(f"  and {left_out} more lists"))
    return shown


def _holding_line(holding: Holding, facts: PersonFacts) -> Content:
    answer = f" {visible(holding.answer)[:20]}" if holding.answer else ""
    name = f"{short_list_name(holding.list_name)}{answer}"
    if holding.last_ms is None:
        return Content.assemble(f"☐ {name}: ", ("not yet", "bold $accent"))
    at = datetime.fromtimestamp(holding.last_ms / 1000, facts.zone)
    when = f"{at:%H:%M}" if holding.is_today else f"{at:%a %H:%M}"
    party = facts.attendee.heads
    of = f" {holding.heads} of {party}" if party > 1 else ""
    return Content(f"✓ {name}:{of} {'out' if holding.is_out else 'in'} {when}")


def _origin(facts: PersonFacts) -> str:
    person = facts.attendee
    parts = []
    if person.order_code:
        count = len(facts.companions) + 1
        of = f" ({count} tickets)" if count > 1 else ""
        parts.append(f"order {visible(person.order_code)}{of}")
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
    return visible(name).split(" · ")[0]


def _history_line(row: ScanRow, facts: PersonFacts) -> Content:
    name = short_list_name(facts.lists[row.list_id].name) if row.list_id in facts.lists else "?"
    outcome = Outcome(row.outcome)
    if outcome is Outcome.OK:
        verb = "in" if row.direction == Direction.ENTRY else "out"
    else:
        verb = BANNERS[outcome].words.lower()
    heads = f" {row.heads} people" if row.heads > 1 else ""
    forced = f", let in: {visible(row.reason)}" if row.forced else ""
    undone = ", undone" if row.undone else ""
    text = f"{clock_text(row.at_ms, facts.zone)} {verb}{heads}{forced}{undone} · {name}"
    return Content.styled(f"{text} · {visible(row.desk)}", "" if not row.undone else "dim")


def _badge_line(facts: PersonFacts) -> str:
    badge = facts.badge
    if badge is None:
        return "badge: not printed yet"
    place = visible(badge.place) if badge.box else "printed at the desk"
    times = f", {badge.prints} times" if badge.prints > 1 else ""
    return f"badge: {place}{times}"


def _answers(facts: PersonFacts) -> list[Content]:
    extra = [
        (header, " ".join(value.split()))
        for header, value in facts.attendee.extra.items()
        if value.strip() not in ("", "-", "–", "—") and not _PAPERWORK.search(header)
    ]
    return [_dim(f"{visible(header)[:28]}: {visible(value)}") for header, value in extra[:ANSWERS]]
