"""A note or a question as rows to choose from, each answer with its key."""

from __future__ import annotations

from kiosk.domain.text import visible
from kiosk.services.asking import Asking
from kiosk.tui.widgets.match_list import Match, MatchList

NO_ANSWER = "0"


def show_step(matches: MatchList, asking: Asking) -> None:
    """Put the present step into the list."""
    question = asking.question
    title = visible(question.text if question else asking.note)
    matches.show(step_rows(asking), title=title)


def step_rows(asking: Asking) -> list[Match]:
    """What can be answered now."""
    person, question = asking.attendee.id, asking.question
    if question is None:
        done = "Asked and done: check in" if asking.is_last else "Asked and done: next"
        return [Match(person, "?", done, "Enter")]
    rows = [
        Match(person, str(number), visible(choice), "", key=str(number))
        for number, choice in enumerate(question.choices, 1)
    ]
    return [*rows, Match(person, NO_ANSWER, "No answer now", "", key=NO_ANSWER)]


def take_row(asking: Asking, row: int) -> None:
    """A row of the present step was chosen."""
    question = asking.question
    if question is None:
        asking.confirm()
    else:
        asking.answer(question.choices[row] if row < len(question.choices) else None)
