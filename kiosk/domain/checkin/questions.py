"""Questions at check-in: photo consent, a meal, a first visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.checkin.lists import CheckInList, is_one_of
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import casefold_key

MAX_CHOICES = 9
"""Each choice is one digit key."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its answer becomes a column of the attendee, like an imported answer."""

    name: str
    """The column that holds the answer: `Photo consent`. Unique regardless of case."""
    text: str
    """The text: `May we publish photos with you on them?`"""
    choices: tuple[str, ...]
    """Two to nine; the order is that of the keys 1, 2, 3 ..."""
    list_ids: tuple[str, ...] = ()
    """Check-in lists at which it is asked; empty: all."""
    ticket_types: tuple[str, ...] = ()
    """Ticket types that are asked, compared regardless of case; empty: all."""
    position: int = 0

    def is_asked(self, attendee: Attendee, check_in_list: CheckInList) -> bool:
        """Whether this attendee must answer it here: once answered, it is not asked again."""
        if self.list_ids and check_in_list.id not in self.list_ids:
            return False
        if not is_one_of(self.ticket_types, attendee.ticket_type):
            return False
        return not answer_of(attendee, self)

    def choice(self, text: str) -> str | None:
        """The choice with these words regardless of case, with this number, or with this beginning
        where only one begins so."""
        wanted = casefold_key(text)
        if not wanted:
            return None
        if worded := self.worded(text):  # "2" among 0, 1, 2 is a word rather than a number
            return worded
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(self.choices):
            return self.choices[int(wanted) - 1]
        found = [choice for choice in self.choices if casefold_key(choice).startswith(wanted)]
        return found[0] if len(found) == 1 else None

    def worded(self, text: str) -> str | None:
        """The choice with exactly these words, regardless of case."""
        return next(
            (choice for choice in self.choices if casefold_key(choice) == casefold_key(text)), None
        )


def answer_of(attendee: Attendee, question: Question) -> str:
    """The person's answer, however the column's name is written; empty: none yet."""
    return attendee.extra.get(column_of(attendee, question), "").strip()


def column_of(attendee: Attendee, question: Question) -> str:
    """The column of this person that holds the answer: the imported one where there is one."""
    wanted = casefold_key(question.name)
    return next((name for name in attendee.extra if casefold_key(name) == wanted), question.name)


def question_key(name: str) -> str:
    """One key for all spellings of a question's name."""
    return casefold_key(name)


def open_questions(
    questions: Iterable[Question],
    attendee: Attendee,
    check_in_list: CheckInList,
    answers: Mapping[str, str] | None = None,
) -> tuple[Question, ...]:
    """The unanswered questions, in their order.

    Args:
        answers: given with this scan, by the question's name.
    """
    given = {casefold_key(name) for name in answers or ()}
    return tuple(
        question
        for question in sorted(questions, key=lambda item: (item.position, item.name))
        if casefold_key(question.name) not in given and question.is_asked(attendee, check_in_list)
    )


def question_named(questions: Sequence[Question], name: str) -> Question | None:
    """The question of this name, regardless of case and spaces."""
    wanted = casefold_key(name)
    return next((item for item in questions if casefold_key(item.name) == wanted), None)
