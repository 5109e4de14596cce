"""Questions at check-in: photo consent, a meal, a first visit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.checkin.lists import CheckInList, is_one_of
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import casefold_key, clean_text

MAX_CHOICES = 9
"""Each choice is one digit key."""
MAX_ANSWER = 500
"""Characters of a free answer."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    """One of the choices, by one key."""
    SEVERAL = "several"
    """Any of the choices."""
    NUMBER = "number"
    TEXT = "text"
    CODE = "code"
    """A scanned code, for example of a wristband; from then on it finds the attendee too."""


WITH_CHOICES = (QuestionKind.CHOICE, QuestionKind.SEVERAL)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its answer becomes a column of the attendee, like an imported answer."""

    name: str
    """The column that holds the answer: `Photo consent`. Unique regardless of case."""
    text: str
    """The text: `May we publish photos with you on them?`"""
    choices: tuple[str, ...]
    """Two to nine; the order is that of the keys 1, 2, 3 ... None where the answer is typed."""
    list_ids: tuple[str, ...] = ()
    """Check-in lists at which it is asked; empty: all."""
    ticket_types: tuple[str, ...] = ()
    """Ticket types that are asked, compared regardless of case; empty: all."""
    position: int = 0
    kind: QuestionKind = QuestionKind.CHOICE
    required: bool = False
    """No one is checked in without an answer."""

    @property
    def is_one_key(self) -> bool:
        """Whether one key answers it."""
        return self.kind is QuestionKind.CHOICE

    def answer(self, text: str) -> str | None:
        """The answer as it is kept; None: it is none."""
        match self.kind:
            case QuestionKind.CHOICE:
                return self.choice(text)
            case QuestionKind.SEVERAL:
                return self._several(text)
            case QuestionKind.NUMBER:
                return _number(text)
            case QuestionKind.CODE:
                return clean_scan(text)[:MAX_ANSWER] or None
        return clean_text(text, limit=MAX_ANSWER) or None

    def _several(self, text: str) -> str | None:
        """`1 3`, `Veg, Vegan` or `Veg; Vegan` as the choices in their order."""
        for separator in (r"[;/+]", r"[;,/+]", r"[;,/+\s]+"):
            parts = [part for part in re.split(separator, text) if part.strip()]
            chosen = [self.choice(part) for part in parts]
            if chosen and None not in chosen:
                return "; ".join(choice for choice in self.choices if choice in chosen)
        return None

    def shares(self, text: str) -> list[str]:
        """The choices in an answer, for counting; empty: none of them, or a free answer."""
        if self.kind is QuestionKind.SEVERAL:
            return [part for part in (self._several(text) or "").split("; ") if part]
        choice = self.choice(text) if self.is_one_key else None
        return [choice] if choice else []

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
        wanted = casefold_key(text)
        return next((choice for choice in self.choices if casefold_key(choice) == wanted), None)


def _number(text: str) -> str | None:
    """`12,5` as `12.5`; None for everything that is no finite number."""
    typed = text.strip().replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", typed):
        return None
    value = Decimal(typed)
    return f"{value.normalize():f}" if value else "0"


def answer_of(attendee: Attendee, question: Question) -> str:
    """The person's answer, however the column's name is written; empty: none yet."""
    return attendee.extra.get(column_of(attendee, question), "").strip()


def column_of(attendee: Attendee, question: Question) -> str:
    """The column of this person that holds the answer: the imported one where there is one."""
    wanted = casefold_key(question.name)
    return next((name for name in attendee.extra if casefold_key(name) == wanted), question.name)


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
