"""A note or a question as rows to choose from, each answer with its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.domain.checkin.outcomes import TicketStatus
from kiosk.domain.text import casefold_key, escape_controls
from kiosk.ui.tui.desk.match_list import Match, MatchList
from kiosk.ui.tui.widgets.charts import fit, wrapped

if TYPE_CHECKING:
    from kiosk.desk.prompts import PromptQueue
    from kiosk.domain.people.attendee import Attendee

NO_ANSWER = "0"


def show_step(matches: MatchList, asking: PromptQueue) -> None:
    """Put the present step into the list."""
    question = asking.question
    title = escape_controls(question.text if question else asking.note)
    matches.show(step_rows(asking), title=title)


def step_rows(asking: PromptQueue) -> list[Match]:
    """What can be answered now."""
    person, question = asking.attendee.id, asking.question
    if question is None and asking.confirms:
        return [Match(person, "?", "This is the person: check in", ("Enter",))]
    if question is None:
        done = "Asked and done: check in" if asking.is_last else "Asked and done: next"
        return [Match(person, "?", done, ("Enter",))]
    later = [Match(person, NO_ANSWER, "No answer now", key=NO_ANSWER)]
    later = [] if question.required else later
    if asking.is_free:
        return [Match(person, "?", "Type the answer", ("Enter",)), *later]
    rows = [
        Match(person, str(number), escape_controls(choice), key=str(number))
        for number, choice in enumerate(question.choices, 1)
    ]
    return [*rows, *later]


# People found, as rows of the list.

_SIGNS = {
    TicketStatus.UNPAID: ("!", "not paid"),
    TicketStatus.UNAPPROVED: ("!", "not approved"),
    TicketStatus.CANCELED: ("✗", "canceled"),
    TicketStatus.BLOCKED: ("✗", "blocked"),
}


def match_rows(
    people: Sequence[Attendee],
    arrived: Set[str],
    former: Mapping[str, Sequence[str]] | None = None,
) -> list[Match]:
    """One row a person; what separates namesakes comes first, the e-mail last.

    Args:
        former: of tickets that were passed on, by id: the names of those who had them.
    """
    names = Counter(casefold_key(person.label) for person in people)
    marks = Counter(map(_mark, people))
    former = former or {}
    return [
        _row(
            person,
            arrived,
            former.get(person.id, ()),
            has_namesake=names[casefold_key(person.label)] > 1,
            is_marked=marks[_mark(person)] == 1 and any(_mark(person)[1:]),
        )
        for person in people
    ]


def _mark(person: Attendee) -> tuple[str, str, str]:
    """What usually separates a person from a namesake."""
    return casefold_key(person.label), person.order_code, person.phone[-4:]


def _row(
    person: Attendee,
    arrived: Set[str],
    former: Sequence[str],
    *,
    has_namesake: bool,
    is_marked: bool,
) -> Match:
    sign, word = _SIGNS.get(person.status, (" ", ""))
    if person.id in arrived and person.status is TicketStatus.VALID:
        sign, word = "✓", "in"
    phone = f"…{person.phone[-4:]}" if person.phone else ""
    parts = (word, person.company, person.ticket_type, person.order_code, phone, person.email)
    whose = f"the ticket was {escape_controls(former[-1])}'s" if former else ""
    shown = tuple(escape_controls(part) for part in parts if part)
    enough = 0
    if has_namesake:
        unneeded = (phone if person.order_code else "", person.email) if is_marked else ()
        enough = len(shown) - sum(bool(part) for part in unneeded)
    return Match(person.id, sign, escape_controls(person.label), shown, enough, whose)


# The banner's sentence in as few lines as it needs, and never without what is to be done.

LEAST_CELLS = 8
"""Of a shortened part; less says nothing."""


def hint_lines(hint: str, yields: Sequence[str], cells: int, most: int) -> list[str]:
    """The hint in `most` lines.

    Args:
        yields: parts of the hint that are shortened where it is too long, the first first: what
            people wrote of a person may be long, what the volunteer is to do stays whole.
    """
    for part in yields:
        if len(wrapped(hint, cells)) <= most:
            break
        hint = _shortened(hint, part, cells, most)
    lines = wrapped(hint, cells)
    return (
        lines
        if len(lines) <= most
        else [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), cells)]
    )


def _shortened(hint: str, part: str, cells: int, most: int) -> str:
    """The hint with as much of a part as there is room for."""
    if not part or part not in hint:
        return hint
    room = cell_len(part)
    least, longest = LEAST_CELLS, room
    while least < longest:  # the most that fits lies between them
        middle = (least + longest + 1) // 2
        if len(wrapped(hint.replace(part, fit(part, middle), 1), cells)) <= most:
            least = middle
        else:
            longest = middle - 1
    return hint.replace(part, fit(part, least), 1)
