"""A note or a question as rows to choose from, each answer with its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.domain.checkin.outcomes import TicketStatus
from kiosk.domain.checkin.words import phone_end, status_words
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
        return [Match(person, "?", "Yes: check in", ("Enter",))]
    if question is None:
        done = "Done: check in" if asking.is_last else "Done: next"
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


def match_rows(
    people: Sequence[Attendee],
    arrived: Set[str],
    former: Mapping[str, Sequence[str]] | None = None,
) -> list[Match]:
    """One row a person; what separates namesakes comes first, the e-mail last.

    Args:
        former: of tickets that were passed on, by id: the names of those who had them.
    """
    former = former or {}
    namesakes: dict[str, list[Attendee]] = {}
    for person in people:
        namesakes.setdefault(casefold_key(person.label), []).append(person)
    return [
        _row(
            person,
            arrived,
            former.get(person.id, ()),
            _facts_needed(person, namesakes[casefold_key(person.label)]),
        )
        for person in people
    ]


def _facts(person: Attendee) -> tuple[str, ...]:
    """Facts that a volunteer can ask for, the easiest first."""
    phone = phone_end(person.phone)
    return person.company, person.ticket_type, person.order_code, phone, person.email


def _facts_needed(person: Attendee, namesakes: Sequence[Attendee]) -> int:
    """How many facts separate a person from everyone of the same name; 0: there is no namesake."""
    own = _facts(person)
    others = [_facts(other) for other in namesakes if other.id != person.id]
    if not others:
        return 0
    counts = range(1, len(own) + 1)
    return next(
        (
            count
            for count in counts
            if own[count - 1] and all(other[:count] != own[:count] for other in others)
        ),
        len(own),
    )


def _row(person: Attendee, arrived: Set[str], former: Sequence[str], needed: int) -> Match:
    sign, word = status_words(person.status)
    if person.id in arrived and person.status is TicketStatus.VALID:
        sign, word = "✓", "in"
    facts = _facts(person)
    shown = tuple(escape_controls(part) for part in (word, *facts) if part)
    enough = sum(bool(part) for part in (word, *facts[:needed])) if needed else 0
    whose = f"the ticket was {escape_controls(former[-1])}'s" if former else ""
    return Match(person.id, sign or " ", escape_controls(person.label), shown, enough, whose)


# The banner's sentence in as few lines as it needs; the next step is never cut.

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
    """The hint with as much of a part as fits."""
    if not part or part not in hint:
        return hint
    room = cell_len(part)
    least, longest = LEAST_CELLS, room
    while least < longest:  # the most that fits is between them
        middle = (least + longest + 1) // 2
        if len(wrapped(hint.replace(part, fit(part, middle), 1), cells)) <= most:
            least = middle
        else:
            longest = middle - 1
    return hint.replace(part, fit(part, least), 1)
