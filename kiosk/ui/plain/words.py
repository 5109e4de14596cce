"""The plain desk: its sentences, without colour and one fact a line, and its commands."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

from kiosk.desk.prompts import PromptQueue
from kiosk.domain.checkin.outcomes import Why
from kiosk.domain.checkin.rights import rights_words
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.words import BANNERS, phone_end, status_words
from kiosk.domain.datetimes import clock_words, local_time
from kiosk.domain.log.ids import is_badge_code
from kiosk.domain.people.attendee import Attendee, Transfer
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import counted, escape_controls
from kiosk.services.checkin.card import AttendeeCard
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.verdict_text import is_late, waiting_phrase
from kiosk.services.people.entitlements import Entitlement
from kiosk.services.people.help_desk import HelpRequest, help_words
from kiosk.services.tally.counts import DeskCounts

if TYPE_CHECKING:
    from kiosk.storage.queries.badges import BadgeJob, PrintedBadge
    from kiosk.storage.queries.scans import ScanRow

HELP = (
    "Scan a ticket, or type a code, a name, an e-mail, an order. Enter.",
    "One clear person is checked in; several are numbered: type the number.",
    "undo: remove the check-in just made; another one after a second undo.",
    "cancel: drop a code that waits for a name, or a question.",
    "who: the card of the last person.  badge: write their badge as a PDF.",
    "all: admit the rest of the party and its order.  order: who is left; order 1 3: these.",
    "ack: the note was read, or this is the person.",
    "A question is answered by its number, 0 leaves it open.",
    "admit REASON: admit the refused person against the rules.",
    "walk-in NAME: register a new attendee and check them in.  name NAME: of a ticket without one.",
    "transfer NAME: the last person's ticket goes to another person.  first time: new here.",
    "hand out NAME: tick a T-shirt, a meal ... of the last person, or untick it.",
    "find TEXT: look a person up without checking in.",
    "help desk NOTE: send the last person there; every desk sees the note.",
    "help desk: who waits there.  done: the last person needs no more help.",
    "check out all: everybody inside on this list is out.",
    "paper 9:40: scans and names count for this time of a paper list; paper: for now again.",
    "list: the lists.  list NAME: check in for another one.  exit on, exit off: people leave.",
    "count: how many are in.  desks: the state of the desks.  again: the last answer.  quit: end.",
)


def verdict_lines(result: ScanResult, *, links: bool = False) -> list[str]:
    """The sentence of a verdict, where the badge is, and what can be typed next.

    Args:
        links: the unknown code waits for the person to link it to.
    """
    lines = [*(f"{note}." for note in result.notes), result.message]
    if result.help is not None:
        sent = f"{escape_controls(result.help.note)}, {escape_controls(result.help.desk)}"
        lines.append(f"Sent to the help desk: {sent}. done: mark it as done.")
    person = result.attendee
    entered = result.outcome is Outcome.OK and result.direction is Direction.ENTRY
    if person is not None and entered:
        kind = f"{escape_controls(person.ticket_type)}. " if person.ticket_type else ""
        is_blank = is_badge_code(result.linked_code)
        lines.append(kind + badge_sentence(result.badge, is_blank=is_blank))
        if not person.name:
            lines.append("The ticket has no name. name NAME: put one on it.")
        if result.former_badge is not None and result.former_badge.box:
            lines.append(f"The former holder's is in {escape_controls(result.former_badge.place)}.")
        if result.not_yet:
            waiting = ", ".join(waiting_phrase(holding) for holding in result.not_yet)
            lines.append(f"Still to give: {waiting}.")
        left = person.heads - result.admitted
        if left > 0:
            lines.append(
                f"{counted(left, 'of the party is', 'of the party are')} left. all: admit them."
            )
    if result.can_be_admitted:
        is_unpaid = result.outcome is Outcome.UNPAID
        paid = "admit paid at the desk: the payment is taken. " if is_unpaid else ""
        lines.append(f"{paid}admit REASON: admit anyway.")
    if result.why is Why.CONFIRM:
        lines.append("ack: check in.  cancel: not this person.")
    elif result.outcome is Outcome.INCOMPLETE and person is not None and person.to_acknowledge:
        lines.append("ack: it is done.")
    if links:
        lines.append("This code will be linked to the person you choose now. cancel: it will not.")
    return lines


NO_ANSWER = "0"
SKIP = "-"
"""Leaves a question open that is answered by a text or a number."""


def question_lines(asking: PromptQueue) -> list[str]:
    """A note to confirm, or a question and what can be typed."""
    question = asking.question
    if question is None:
        return [escape_controls(asking.note), "ack: it is done."]
    choices = [
        f"{number}: {escape_controls(text)}" for number, text in enumerate(question.choices, 1)
    ]
    skip = "An answer is needed." if question.required else f"{SKIP}: no answer now."
    if asking.is_free:
        several = ["Several: their numbers."] if choices else [f"Answer: {question.kind}."]
        return [escape_controls(question.text), *choices, *several, skip]
    last = skip if question.required else f"{NO_ANSWER}: no answer now."
    return [escape_controls(question.text), *choices, last]


def badge_sentence(badge: PrintedBadge | None, *, is_blank: bool = False) -> str:
    """Where the volunteer finds the badge.

    Args:
        is_blank: a blank badge was linked to the attendee.
    """
    if badge is None:
        return "Blank badge given: write the name." if is_blank else "No badge printed yet."
    made = "" if badge.is_printed else " PDF created, print not confirmed."
    if badge.box:
        return f"Badge in box {escape_controls(badge.box)}, slot {badge.slot}.{made}"
    return "Badge printed." if badge.is_printed else "Badge PDF created, not printed."


def choice_lines(people: Sequence[Attendee], arrived: Set[str]) -> list[str]:
    """Numbered people, each with the facts that separate namesakes."""
    return [
        f"{number}: {_choice(person, arrived)}" for number, person in enumerate(people, start=1)
    ]


def _choice(person: Attendee, arrived: Set[str]) -> str:
    order = f"order {person.order_code}" if person.order_code else ""
    phone = f"phone {phone_end(person.phone)}" if person.phone else ""
    state = "in already" if person.id in arrived else status_words(person.status)[1]
    known = (person.company, person.ticket_type, order, phone, person.email)
    parts = (person.label, state, *known)
    return ", ".join(escape_controls(part) for part in parts if part)


def waiting_lines(waiting: Sequence[HelpRequest]) -> list[str]:
    """Numbered people at the help desk: when, who, why, which desk sent them."""
    return [
        f"{number}: {one.time}, {escape_controls(one.label)}: {escape_controls(one.row.note)}, "
        f"sent by {escape_controls(one.row.desk)}"
        for number, one in enumerate(waiting, start=1)
    ]


def card_lines(facts: AttendeeCard, *, no_contact: bool = False) -> list[str]:
    """Everything the card of the screen shows.

    Args:
        no_contact: leave out e-mail and phone, as at a desk that only scans.
    """
    person = facts.attendee
    tickets = len(facts.companions) + 1
    order = person.order_code + (f", {tickets} tickets" if tickets > 1 else "")
    state = person.status_word or status_words(person.status)[1]
    pairs = (
        ("Guest of", person.guest_of if person.name else ""),
        ("Company", person.company),
        ("Ticket", person.ticket_type),
        ("Valid", ", ".join(rights_words(facts.rights, facts.zone))),
        ("Add-ons", ", ".join(facts.rights.add_ons)),
        ("Status", state if person.status is not TicketStatus.VALID else ""),
        ("People", str(person.heads) if person.heads > 1 else ""),
        ("Order", order if person.order_code else ""),
        ("E-mail", "" if no_contact else person.email),
        ("Phone", "" if no_contact else person.phone),
        ("Linked code", ", ".join(facts.linked_codes)),
        ("First time here", "yes" if facts.is_first_timer else ""),
        ("Table", facts.table),
        ("Ask first", person.to_acknowledge),
        ("Note", person.note),
        *facts.answers,
    )
    lines = [f"{escape_controls(person.label)}."]
    lines += [
        f"{escape_controls(label)}: {escape_controls(value)}." for label, value in pairs if value
    ]
    if facts.help is not None:
        lines.append(f"H{help_words(facts.help, facts.zone)[1:]}.")
    lines += [_holding_line(holding) for holding in facts.entitlements]
    lines += [_transfer_line(transfer, facts) for transfer in facts.transfers[-3:]]
    lines += [_history_line(row, facts) for row in facts.history[-6:]]
    lines += [_reprint_line(job, facts) for job in facts.reprints[-3:]]
    badge = None if facts.badge_is_former else facts.badge
    return [*lines, badge_sentence(badge, is_blank=facts.has_blank_badge)]


def _holding_line(holding: Entitlement) -> str:
    state = "not yet" if holding.last_ms is None else "out" if holding.is_out else "had"
    of = f" by {holding.heads} of {holding.party}" if state == "had" and holding.party > 1 else ""
    return f"{waiting_phrase(holding)}: {state}{of}."


def _transfer_line(transfer: Transfer, facts: AttendeeCard) -> str:
    reason = f", {escape_controls(transfer.reason)}" if transfer.reason else ""
    whose = f"transferred from {escape_controls(transfer.old_name)}{reason}"
    return f"{_when(transfer, facts)} {whose}, {escape_controls(transfer.desk)}."


def _reprint_line(job: BadgeJob, facts: AttendeeCard) -> str:
    reason, desk = escape_controls(job.reason), escape_controls(job.desk)
    return f"{_when(job, facts)} badge again, {reason}, {desk}."


def _history_line(row: ScanRow, facts: AttendeeCard) -> str:
    outcome = Outcome(row.outcome)
    verb = "out" if row.direction == Direction.EXIT else "in"
    if outcome is not Outcome.OK:
        verb = BANNERS[outcome].words.lower()
    heads = f", {row.heads} people" if row.heads > 1 else ""
    forced = f", admitted: {escape_controls(row.reason)}" if row.forced else ""
    forced = forced or (", from a paper list" if is_late(row.reason) else "")
    name = facts.list_names.get(row.list_id, "a list of before")
    undone = ", undone" if row.undone else ""
    where = escape_controls(row.desk)
    return f"{_when(row, facts)} {verb}{heads}{forced}, {escape_controls(name)}, {where}{undone}."


def _when(item: Transfer | BadgeJob | ScanRow, facts: AttendeeCard) -> str:
    """`Tue 9:41`."""
    at = local_time(item.at_ms, facts.zone)
    return f"{at:%a} {clock_words(at)}"


def count_line(counts: DeskCounts, list_name: str) -> str:
    """The counters as a sentence."""
    waiting = f" At the help desk: {counts.at_help_desk:,}." if counts.at_help_desk else ""
    return (
        f"{escape_controls(list_name)}: {counts.checked_in:,} of {counts.expected:,} in, "
        f"{counts.recent:,} in the last 15 minutes.{waiting}"
    )


# Parse a line of the plain desk: a command, else a code or a name.

_OTHER_NAMES = {
    "?": "help", "counts": "count", "lists": "list", "q": "quit", "transfer": "pass on",
    "admit": "let in", "done": "settled",
}  # fmt: skip
_ALONE = (
    *(
        "help",
        "again",
        "undo",
        "cancel",
        "who",
        "badge",
        "all",
        "order",
        "ack",
        "let in",
        "walk-in",
    ),
    *("find", "name", "pass on", "first time", "hand out", "help desk", "settled", "paper"),
    *("check out all", "list", "exit", "count", "desks", "quit"),
)
"""A whole line that is a command, as are those of `_OTHER_NAMES`."""

_WITH_TEXT = (
    *("let in", "admit", "walk-in", "list", "find", "name", "pass on", "transfer"),
    *("help desk", "settled", "done", "order", "paper", "hand out"),
)
"""Commands that a text may follow in the same line."""


class Command(NamedTuple):
    """One line of the volunteer."""

    name: str
    """The command, or `text` for a code or a name."""
    text: str = ""


def parse_command(line: str) -> Command:
    """Commands are known regardless of case and spaces; a code keeps every character."""
    words = " ".join(line.split())
    low = words.casefold()
    if low in _ALONE or low in _OTHER_NAMES:
        return Command(_OTHER_NAMES.get(low, low))
    if low in ("exit on", "exit off"):
        return Command("exit", low.removeprefix("exit "))
    for name in _WITH_TEXT:
        if low.startswith(f"{name} "):
            return Command(_OTHER_NAMES.get(name, name), words[len(name) + 1 :])
    return Command("text", line)
