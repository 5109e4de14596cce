"""The banner's two lines for a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.outcomes import LIFTABLE, Direction, Outcome
from kiosk.domain.text import visible
from kiosk.domain.wording import UNDONE, banner, heads_phrase

if TYPE_CHECKING:
    from kiosk.domain.attendee import Attendee
    from kiosk.services.checkin import ScanResult


@dataclass(frozen=True, slots=True)
class BannerView:
    """What the banner says."""

    sign: str
    words: str
    tone: str
    who: str = ""
    kind: str = ""
    """The ticket type, at the right."""
    hint: str = ""
    """Second line: where the badge is, what to do next."""


WAITING = 2
"""Hand-outs named on the banner; the card has all of them."""
NO_NAME = "no name yet: F3 names them"
NOT_PRINTED = "no badge yet: print now with F6"
"""For somebody without a badge; the desk's paper puts what comes from the printer in its place."""

WELCOME = BannerView("", "READY", "quiet", hint="Scan a ticket, or type a name.")


def looking_up(last: ScanResult) -> BannerView:
    """Somebody else is being looked up: the last person's verdict is not theirs."""
    name = visible(last.attendee.label) if last.attendee else ""
    hint = f"Last: {banner(last.outcome, last.direction)} {name}"
    return BannerView("", "LOOK UP", "quiet", hint=hint)


def verdict_view(result: ScanResult) -> BannerView:
    """The banner of one scan."""
    sign = banner(result.outcome, result.direction)
    person = result.attendee
    return BannerView(
        sign.sign,
        sign.words,
        sign.tone,
        who=visible(person.label) if person else visible(result.code[:60]),
        kind=visible(person.ticket_type) if person else "",
        hint=_help_first(result) + _hint(result),
    )


def _help_first(result: ScanResult) -> str:
    """Somebody whom a desk has sent to the help desk: that is told before anything else."""
    if result.help is None:
        return ""
    return f"⚑ Help desk: {visible(result.help.note)} ({visible(result.help.desk)}).   "


def _hint(result: ScanResult) -> str:
    person = result.attendee
    if result.outcome is Outcome.OK and person is not None:
        parts = [
            heads_phrase(result.admitted, person.heads, result.direction),
            "let in against the rules" if result.forced else "",
            "scanned twice, counted once" if result.repeated else "",
        ]
        if result.direction is Direction.ENTRY:
            parts += _entered(result, person)
        return "   ".join(part for part in parts if part)
    sentence = result.message.split(": ", 1)[-1]
    if person is not None:
        name = visible(person.label)
        sentence = sentence.removeprefix(name).lstrip(" .,(").replace(").", ".", 1)
    if result.outcome in LIFTABLE:
        sentence += " Ctrl+O lets in."
    if result.outcome is Outcome.INCOMPLETE:
        sentence = _what_to_ask(result)
    return sentence[:1].upper() + sentence[1:]


def _what_to_ask(result: ScanResult) -> str:
    person = result.attendee
    if person is not None and person.attention:
        return f"{visible(person.attention)}  Enter: done."
    return questions_left(len(result.questions))


def questions_left(count: int) -> str:
    """How the volunteer goes on while a person is being asked."""
    return f"{count} question{'' if count == 1 else 's'}: one key each. Not in before that."


def _entered(result: ScanResult, person: Attendee) -> list[str]:
    """Where they sit, who they are, where their badge lies, what else they get."""
    from kiosk.domain.first_time import FIRST_TIME_MARK, is_first_timer
    from kiosk.services.verdict_text import table_phrase, waiting_phrase

    table, former = result.table, result.former_badge
    waiting = [waiting_phrase(holding) for holding in result.not_yet[:WAITING]]
    return [
        table_phrase(table, is_full=result.table_is_full) if table else "",
        FIRST_TIME_MARK if is_first_timer(person.extra) else "",
        badge_place(result) if person.name else NO_NAME,
        f"the old one is in {visible(former.place)}" if former and former.box else "",
        f"{', '.join(waiting)}: not yet" if waiting else "",
    ]


def badge_place(result: ScanResult) -> str:
    """Where the volunteer finds the badge."""
    badge = result.badge
    if badge is None:
        return NOT_PRINTED
    if badge.box:
        return f"badge in {visible(badge.place)}"
    return "badge printed"


def undone_view(name: str, list_name: str, direction: Direction) -> BannerView:
    """After taking an entry or an exit back."""
    now = "Not in" if direction is Direction.ENTRY else "Not out"
    return BannerView(
        UNDONE.sign,
        UNDONE.words,
        UNDONE.tone,
        who=visible(name),
        hint=f"{now} on “{visible(list_name)}” any more.",
    )
