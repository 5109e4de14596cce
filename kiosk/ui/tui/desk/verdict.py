"""The banner's two lines for a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from kiosk.domain.checkin.outcomes import Direction, Outcome, Why
from kiosk.domain.checkin.tables import table_phrase
from kiosk.domain.checkin.words import (
    LATE_SALE,
    LOOK_UP_NAME,
    UNDONE,
    banner,
    heads_phrase,
)
from kiosk.domain.log.ids import is_badge_code
from kiosk.domain.text import counted, escape_controls
from kiosk.ui.tui.widgets.charts import fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from kiosk.desk.session import Undone
    from kiosk.desk.state import DeskState
    from kiosk.domain.checkin.questions import Question
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.domain.people.attendee import Attendee
    from kiosk.services.checkin.checkin import ScanResult


class BannerView(NamedTuple):
    """The words of the banner."""

    sign: str
    words: str
    tone: str
    who: str = ""
    kind: str = ""
    """The ticket type, at the right."""
    hint: str = ""
    """Second line: where the badge is, what to do next."""
    yields: tuple[str, ...] = ()
    """Parts of the hint that are shortened if it is too long, in this order."""
    strong: str = ""
    """The part of the hint that is as bold as the name: where the badge is."""
    place: str = ""
    """Box and slot in as few characters as possible, for block letters: `C 214`."""
    is_rest: bool = False
    """The desk waits for a ticket or a name; the first letter replaces it."""
    speaks: bool = False
    """`who` is a sentence; too long for the first line, it goes below."""


HINT_CELLS = 74
"""The second line at 80 columns, where the verdict is designed."""
WAITING = 2
"""Hand-outs named on the banner; the card has all of them."""
NO_NAME = "no name yet: F3 adds the name"
NOT_PRINTED = "no badge yet: F6 prints"
"""For an attendee without a badge; replaced while one comes from the printer."""
BLANK_BADGE = "write the name on the blank badge"

PAID = "paid at the desk"
WELCOME = BannerView(
    "",
    "READY",
    "quiet",
    hint="Scan a ticket, or type two letters of each name: “pr sh” finds Priya Sharma.",
    is_rest=True,
)
SCAN_READY = WELCOME._replace(hint="Scan a ticket.")
SCAN_TYPED = SCAN_READY._replace(words="TYPE A CODE", hint="Enter checks the code. Esc clears.")
"""While a code is typed at a desk for scanning."""
_KEYS = "Enter checks in, ↑↓ select, F2 new person, Esc clears."
LOOK_UP = BannerView("", "LOOK UP", "quiet", hint=_KEYS)


def looking_up(last: ScanResult, pending_code: str, keys: BannerView) -> BannerView:
    """The banner while another attendee is looked up: the last verdict is not theirs.

    Args:
        keys: the banner that names the keys.
    """
    if pending_code:
        hint = "Type the name. Enter checks in and links the code."
        return BannerView("", "LOOK UP", "quiet", hint=hint)
    name = escape_controls(last.attendee.label) if last.attendee else ""
    table = f", {table_phrase(last.table, is_full=False)}" if last.table else ""
    verdict = banner(last.outcome, last.direction)
    return keys._replace(hint=f"{keys.hint}   Last: {verdict} {name}{table}")


_LONG_PENDING = 70
"""Cells from which the line about an unknown code is a whole sentence."""


def pending_line(state: DeskState, width: int) -> str:
    """The unknown code, and to whom it will be linked: a refused person only by an override."""
    last = state.last
    person = last.attendee if last else None
    is_asked = bool(last and last.outcome is Outcome.INCOMPLETE)
    is_meant = person is not None and (is_asked or state.can_let_in)
    to = escape_controls(person.label) if person and is_meant else "the person you choose"
    code = escape_controls(state.pending_code[:200])
    cancels = ", Esc cancels"
    if is_meant and not is_asked:
        link = f": Ctrl+O links it to {to}"
    else:
        link = f" will be linked to {to}" if width >= _LONG_PENDING else f": link to {to}"
    free = max(8, width - cell_len(link + cancels) - 7)
    line = f" code {code if cell_len(code) <= free else fit(code, free)}{link}"
    return fit(line, max(8, width - cell_len(cancels))) + cancels


def not_open_view(item: CheckInList, now_ms: int, zone: ZoneInfo) -> BannerView | None:
    """The banner at rest before the list opens; None: it is open."""
    from kiosk.services.checkin.verdict_text import opens_later

    at = opens_later(item, now_ms, zone)
    if not at:
        return None
    name = escape_controls(item.name)
    hint = "Tickets are refused until then. To try things: Ctrl+P, “Rehearse”."
    return BannerView("", "NOT OPEN YET", "quiet", who=f"{name} opens {at}", hint=hint)


def verdict_view(result: ScanResult) -> BannerView:
    """The banner of one scan."""
    sign = banner(result.outcome, result.direction)
    person = result.attendee
    return BannerView(
        sign.sign,
        sign.words,
        sign.tone,
        who=escape_controls(person.label) if person else escape_controls(result.code[:60]),
        kind=escape_controls(person.ticket_type) if person else "",
        hint=_joined([*result.notes, _help_first(result) + _hint(result)]),
        yields=_long_parts(result),
        strong=badge_place(result) if result.badge and result.badge.box else "",
        place=_box_and_slot(result),
    )


def _box_and_slot(result: ScanResult) -> str:
    """`C 214` of an attendee who comes in and has a badge in a box."""
    badge, is_entry = result.badge, result.direction is Direction.ENTRY
    if result.outcome is not Outcome.OK or not is_entry or badge is None or not badge.box:
        return ""
    return f"{badge.box} {badge.slot}"


def _long_parts(result: ScanResult) -> tuple[str, ...]:
    """What people wrote, the longest first; then what waits elsewhere. The desk's own words stay
    whole."""
    person = result.attendee
    if person is None:
        return ()
    written = [
        result.said.companions,
        result.check_in_list.name,
        person.ticket_type,
        person.status_word,
        person.to_acknowledge,
        result.help.note if result.help else "",
    ]
    longest_first = sorted(map(escape_controls, written), key=cell_len, reverse=True)
    return (*longest_first, _waiting(result, HINT_CELLS), _waiting(result, 0))


def _help_first(result: ScanResult) -> str:
    """An attendee whom a desk has sent to the help desk: the banner begins with that."""
    if result.help is None:
        return ""
    note, desk = escape_controls(result.help.note), escape_controls(result.help.desk)
    return f"⚑ Help desk: {note} ({desk}).   "


def _hint(result: ScanResult) -> str:
    person = result.attendee
    if result.outcome is Outcome.OK and person is not None:
        parts = [
            heads_phrase(result.admitted, person.heads, result.direction),
            "admitted by exception" if result.forced else "",
            PAID if result.paid else "",
            "by the paper list" if result.late_ms is not None else "",
            f"code {escape_controls(result.linked_code[:40])} linked" if result.linked_code else "",
            "scanned twice, counted once" if result.repeated and not result.linked_code else "",
            LATE_SALE if result.why is Why.LATE_SALE else "",
        ]
        if result.direction is Direction.ENTRY:
            parts.append(escape_controls(result.same_person))
            parts += _entered(result, person)
        hint = _joined(parts)
        return _joined([hint, _waiting(result, HINT_CELLS - cell_len(hint) - len(_GAP))])
    if result.outcome is Outcome.INCOMPLETE:
        sentence = _what_to_ask(result)
    elif result.outcome is Outcome.AMBIGUOUS:
        sentence = which_one(len(result.candidates), "has this code", "have this code")
    else:
        sentence = " ".join(part for part in _refusal(result) if part)
    return sentence[:1].upper() + sentence[1:]


def _refusal(result: ScanResult) -> tuple[str, ...]:
    """The sentences of a refusal in the words of this screen: what is in the line above is left
    out, and the next step names its key."""
    said = result.said
    if result.outcome is Outcome.INVALID:
        fact = said.fact or "No ticket has this code."
        type_it = said.next_step == LOOK_UP_NAME
        return fact, "Type the name." if type_it else said.next_step, said.more
    fact = f"{said.status_word}." if said.status_word else said.fact
    if not result.can_be_admitted or result.linked_code:
        return fact, said.next_step
    return fact, _THEN_ADMIT.get(result.outcome, "Ctrl+O admits.")


_THEN_ADMIT = {
    Outcome.UNPAID: "Take the payment, then Ctrl+O.",
    Outcome.UNAPPROVED: "Ask the organiser, then Ctrl+O.",
    Outcome.ALREADY_REDEEMED: "",
}
"""What to do before the ticket is admitted; for a used ticket the key bar has the key."""


def which_one(count: int, one: str, many: str) -> str:
    """How to select one of several people: `3 people match: ...`."""
    people = counted(count, f"person {one}", f"people {many}")
    return f"{people}: ↑↓ select, Enter checks in, Esc back."


_GAP = "   "


def _joined(parts: list[str]) -> str:
    return _GAP.join(part for part in parts if part)


def _waiting(result: ScanResult, room: int) -> str:
    """`T-shirt M, Tutorial kit: not yet`; if too long, the first and how many more."""
    from kiosk.services.checkin.verdict_text import waiting_phrase

    count = len(result.not_yet)
    if not count:
        return ""
    names = [waiting_phrase(holding) for holding in result.not_yet[:WAITING]]
    more = f" +{count - WAITING}" if count > WAITING else ""
    full = f"{', '.join(names)}{more}: not yet"
    if count == 1 or cell_len(full) <= room:
        return full
    return f"{names[0]} +{count - 1}: not yet"


def _what_to_ask(result: ScanResult) -> str:
    person = result.attendee
    if result.why is Why.CONFIRM:
        return "Is this the person?  Enter checks in, Esc goes back."
    if person is not None and person.to_acknowledge:
        return f"{escape_controls(person.to_acknowledge)}  Enter: done."
    return questions_left(result.questions)


def questions_left(questions: Sequence[Question]) -> str:
    """How many questions are left, and how the first one is answered."""
    left = f"Not in yet: {counted(len(questions), 'question')}."
    first = questions[0] if questions else None
    if first is not None and not first.is_one_key:
        return f"{left} Answer below, then Enter."
    return f"{left} Press a number{'' if first and first.required else '; 0 skips'}."


def _entered(result: ScanResult, person: Attendee) -> list[str]:
    """The table, the first-time mark, and the place of the badge."""
    from kiosk.domain.people.first_time import FIRST_TIME_MARK, is_first_timer

    table, former = result.table, result.former_badge
    return [
        table_phrase(table, is_full=result.table_is_full) if table else "",
        FIRST_TIME_MARK if is_first_timer(person.extra) else "",
        badge_place(result) if person.name else NO_NAME,
        f"old one: box {escape_controls(former.box)}, slot {former.slot}"
        if former and former.box
        else "",
    ]


def badge_place(result: ScanResult) -> str:
    """Where the volunteer finds the badge."""
    badge = result.badge
    if badge is None:
        return BLANK_BADGE if is_badge_code(result.linked_code) else NOT_PRINTED
    made = "" if badge.is_printed else " (PDF created, print not confirmed)"
    if badge.box:
        return f"badge in {escape_controls(badge.place)}{made}"
    return "badge printed" if badge.is_printed else "badge PDF created, not printed: F6 again"


def undone_view(undone: Undone) -> BannerView:
    """The banner after an entry or exit was undone."""
    what = "Check-in" if undone.direction is Direction.ENTRY else "Check-out"
    return BannerView(
        UNDONE.sign,
        UNDONE.words,
        UNDONE.tone,
        who=escape_controls(undone.name),
        hint=f"{what} removed (“{escape_controls(undone.list_name)}”).{undone.of_party}",
    )
