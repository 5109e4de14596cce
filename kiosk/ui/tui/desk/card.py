"""The person's card."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from kiosk.domain.checkin.rights import rights_words
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.tables import TABLE_FIELD, table_words
from kiosk.domain.checkin.words import BANNERS, status_words
from kiosk.domain.datetimes import clock_words
from kiosk.domain.people.attendee import Attendee, Transfer
from kiosk.domain.people.first_time import FIRST_TIME_MARK, asks_for_first_time
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import escape_controls
from kiosk.services.checkin.card import AttendeeCard
from kiosk.services.checkin.verdict_text import SOON_MIN, is_late, time_words
from kiosk.services.people.entitlements import Entitlement
from kiosk.services.people.help_desk import help_words
from kiosk.services.people.photo import names_photo
from kiosk.ui.tui.widgets.charts import block_rows, fit, padded

if TYPE_CHECKING:
    from kiosk.storage.queries.scans import ScanRow

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


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a card is read: for `2 min ago, this desk`."""

    desk: str
    now_ms: int

    def when(self, at_ms: int, zone: ZoneInfo) -> str:
        """`just now`, `2 min ago`, `9:41` today, `Sun 29 Nov, 9:41` before."""
        minutes = (self.now_ms - at_ms) // 60_000
        if 0 <= minutes < SOON_MIN:
            return f"{minutes} min ago" if minutes else "just now"
        return time_words(at_ms, zone, self.now_ms)

    def where(self, desk: str) -> str:
        """The desk's name, or `this desk`."""
        return "this desk" if desk == self.desk else escape_controls(desk)


def card_content(facts: AttendeeCard, here: Here, *, no_contact: bool = False) -> Content:
    """Name, what to do, who it is, what happened, imported answers; one fact a line.

    Args:
        no_contact: without e-mail and phone, for a desk that only scans.
    """
    person = facts.attendee
    name = Content.styled(escape_controls(person.label), "bold")
    lines = [
        name,
        *_work_lines(person),
        *_rights_lines(facts, here),
        *_to_do_lines(facts),
        Content(""),
        *_identity_lines(facts, no_contact=no_contact),
        *_story(facts, here),
        *_answers(facts),
    ]
    return Content("\n").join(lines)


def _work_lines(person: Attendee) -> list[Content]:
    parts = (person.company, person.ticket_type)
    work = " · ".join(escape_controls(part) for part in parts if part)
    return [Content(work)] if work else []


def _rights_lines(facts: AttendeeCard, here: Here) -> list[Content]:
    """When the ticket is valid, and its add-ons."""
    rights = rights_words(facts.rights, facts.zone, here.now_ms)
    lines = [Content(f"ticket {', '.join(rights)}")] if rights else []
    if facts.rights.add_ons:
        lines.append(Content(f"+ {escape_controls(', '.join(facts.rights.add_ons))}"))
    return lines


def _to_do_lines(facts: AttendeeCard) -> list[Content]:
    """Open tasks: status, help desk, notes, badge, hand-outs."""
    person, lines = facts.attendee, list[Content]()
    if person.status is not TicketStatus.VALID:
        lines.append(Content.styled(_status_text(person), "bold $text-warning"))
    if facts.help is not None:
        style = "bold $text-warning" if facts.help.waits else "$secondary"
        sign = "⚑" if facts.help.waits else "✓"
        lines.append(Content.styled(f"{sign} {help_words(facts.help, facts.zone)}", style))
    if person.to_acknowledge:
        note = f"⚑ {escape_controls(person.to_acknowledge)}"
        lines.append(Content.styled(note, "bold $text-warning"))
    if person.note:
        lines.append(Content.styled(f"✎ {escape_controls(person.note)}", "$accent"))
    lines.append(_badge_line(facts))
    if facts.table:
        lines.append(Content.styled(escape_controls(table_words(facts.table)), "bold"))
    lines += _holding_lines(facts)
    if facts.is_first_timer:
        lines.append(Content.styled(FIRST_TIME_MARK, "bold $text-success"))
    return lines


def _identity_lines(facts: AttendeeCard, *, no_contact: bool) -> list[Content]:
    """Whose guest, order, e-mail, phone, linked codes: each on a line of its own, unbroken."""
    person, texts = facts.attendee, list[str]()
    if person.guest_of and person.name:
        texts.append(f"guest of {escape_controls(person.guest_of)}")
    texts.append(_origin(facts))
    if not no_contact:
        texts += [escape_controls(person.email), _unbroken(escape_controls(person.phone))]
    lines = [_dim(text) for text in texts if text]
    if facts.linked_codes:
        codes = ", ".join(escape_controls(code) for code in facts.linked_codes)
        lines.append(Content(f"linked code: {codes}"))
    return lines


def _unbroken(phone: str) -> str:
    """A phone number that is never broken over two lines."""
    return phone.replace(" ", "\u00a0").replace("-", "\u2011")


def _status_text(person: Attendee) -> str:
    """`! not paid (awaiting payment)`; the source's word only where it says something else."""
    text = " ".join(status_words(person.status))
    word = escape_controls(person.status_word).strip()
    return f"{text} ({word})" if word and word.casefold() not in text else text


def _dim(text: str) -> Content:
    return Content.styled(text, "$secondary")


def _holding_lines(facts: AttendeeCard) -> list[Content]:
    """Check-ins on other lists: `☐ T-shirt M: not yet`, `✓ Lunch: in 12:05`."""
    shown = [_holding_line(holding, facts) for holding in facts.entitlements[:HOLDINGS]]
    if left_out := len(facts.entitlements) - len(shown):
        shown.append(_dim(f"  and {left_out} more lists"))
    return shown


def _holding_line(holding: Entitlement, facts: AttendeeCard) -> Content:
    answer = f" {escape_controls(holding.answer)[:20]}" if holding.answer else ""
    name = f"{short_list_name(holding.list_name)}{answer}"
    key = ("  ^D", "dim") if holding.is_handed_here and not holding.is_complete else ""
    if holding.last_ms is None:
        return Content.assemble(f"☐ {name}: ", ("not yet", "bold $accent"), key)
    at = datetime.fromtimestamp(holding.last_ms / 1000, facts.zone)
    when = clock_words(at) if holding.is_today else f"{at:%a} {clock_words(at)}"
    of = f" {holding.heads} of {holding.party}" if holding.party > 1 else ""
    where = "out" if holding.is_out else "in"
    return Content.assemble(f"✓ {name}:{of} {where} {when}", key)


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


def short_list_name(name: str) -> str:
    """`Day 1` of `Day 1 · Tue 16 Feb`."""
    return escape_controls(name).split(" · ")[0]


def _story(facts: AttendeeCard, here: Here) -> list[Content]:
    """What happened to this ticket, the newest first."""
    events = [(row.at_ms, _history_words(row, facts), row.desk) for row in facts.history]
    events += [(one.at_ms, _transfer_words(one), one.desk) for one in facts.transfers]
    events += [(one.at_ms, f"corrected: {one.words}", one.desk) for one in facts.corrections]
    events += [(job.at_ms, f"badge again: {job.reason}", job.desk) for job in facts.reprints]
    events.sort(key=lambda line: line[0], reverse=True)
    return [
        Content.assemble(
            (f"{here.when(at_ms, facts.zone)}, {here.where(desk)}: ", "$secondary"),
            escape_controls(words),
        )
        for at_ms, words, desk in events[:STORY]
    ]


def _transfer_words(transfer: Transfer) -> str:
    reason = f" ({transfer.reason})" if transfer.reason else ""
    return f"transferred from {transfer.old_name}{reason}"


def _history_words(row: ScanRow, facts: AttendeeCard) -> str:
    name = short_list_name(facts.list_names.get(row.list_id, "a list of before"))
    outcome = Outcome(row.outcome)
    if outcome is Outcome.OK:
        verb = "in" if row.direction == Direction.ENTRY else "out"
    else:
        verb = BANNERS[outcome].words.lower()
    heads = f" {row.heads} people" if row.heads > 1 else ""
    forced = f", admitted: {row.reason}" if row.forced else ""
    forced = forced or (", from paper" if is_late(row.reason) else "")
    undone = ", undone" if row.undone else ""
    return f"{verb}{heads}{forced}{undone} · {name}"


def _badge_line(facts: AttendeeCard) -> Content:
    badge, former = facts.badge, ""
    if badge is None:
        by_hand = "blank badge given" if facts.has_blank_badge else "not printed yet"
        return Content(f"badge: {facts.badge_state or by_hand}")
    state = "PDF created, not printed" if facts.badge_state == "PDF created" else facts.badge_state
    if facts.badge_is_former:
        former = escape_controls(facts.transfers[-1].old_name)
        place = f"{escape_controls(badge.place)} ({state})" if badge.box else state
        return Content(f"badge: ! not printed yet; {place} is {former}'s")
    times = f", {badge.prints} times" if badge.prints > 1 else ""
    if not badge.box:
        return Content(f"badge: {state}{times}")
    place = escape_controls(badge.place)
    return Content.assemble("badge: ", (place, "bold $accent"), f" ({state}){times}")


def _answers(facts: AttendeeCard) -> list[Content]:
    """Answers of the registration, then what only the import knows."""
    extra = [
        (header, value)
        for header, value in facts.other_answers
        if value not in ("", "-", "–", "—")
        and not _PAPERWORK.search(header)
        and header != TABLE_FIELD
        and not asks_for_first_time(header)
        and not names_photo(header, value)
    ]
    lines = [
        _dim(f"{escape_controls(header)[:28]}: {escape_controls(value)}")
        for header, value in [*facts.answers, *extra[:ANSWERS]]
    ]
    if facts.attendee.arrived_at_source:
        at = escape_controls(facts.attendee.arrived_at_source)
        lines.append(_dim(f"marked as arrived in the import: {at}"))
    return lines


# The badge as it will look, set in type; the real picture needs more cells than there are.

BADGE_CELLS = 38
"""The widest miniature."""


def badge_miniature(person: Attendee, event: str, width: int) -> Content:
    """The name, the company and the stripe of the ticket type, in a frame of `width` cells."""
    inner = min(width, BADGE_CELLS) - 4
    name = escape_controls(person.name or person.label)
    given, _, family = name.partition(" ")
    large = block_rows(given)
    fits = bool(large) and len(large[0]) <= inner
    first = [(row, "bold") for row in large] if fits else [("", ""), (given, "bold"), ("", "")]
    kind = escape_controls(person.ticket_type).upper()
    lines = [
        (escape_controls(event), "$secondary"),
        ("", ""),
        *first,
        (family, "bold"),
        (escape_controls(person.company), ""),
        ("", ""),
        (fit(kind, inner - 2).center(inner) if kind else "", "reverse bold"),
    ]
    edge = "─" * (inner + 2)
    rows = [_badge_row(text, style, inner) for text, style in lines]
    return Content("\n").join([Content(f"┌{edge}┐"), *rows, Content(f"└{edge}┘")])


def _badge_row(text: str, style: str, inner: int) -> Content:
    return Content.assemble("│ ", (padded(text, inner), style if text else ""), " │")
