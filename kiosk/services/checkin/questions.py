"""Questions at check-in: shown, added, changed, removed, and their answers kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain.checkin.privileges import CHANGE_QUESTIONS
from kiosk.domain.checkin.questions import (
    MAX_CHOICES,
    WITH_CHOICES,
    Question,
    QuestionKind,
    column_of,
    question_named,
)
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import OfferedQuestion
from kiosk.domain.text import clean_text, escape_controls
from kiosk.errors import Action, KioskError, NotRecorded, Refused
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.checkin.lists import chosen_word, find_list
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.attendees import find_by_code, ticket_types
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.questions import check_in_questions, question_value, setting_key

YES_OR_NO = ("Yes", "No")


def event_questions(store: Store) -> list[Question]:
    """The questions at check-in, in their order."""
    return check_in_questions(store.connection)


def save_question(
    store: Store,
    name: str,
    *,
    is_new: bool,
    text: str | None = None,
    choices: Sequence[str] | None = None,
    lists: Sequence[str] | None = None,
    ticket_types: Sequence[str] | None = None,
    kind: str | None = None,
    required: bool | None = None,
    given: Authorisation = NOT_AUTHORISED,
) -> Question:
    """Add a question, or change the given values of one; an empty list or type means all of them.

    Args:
        kind: how it is answered, one of `QuestionKind`.
        required: no one is checked in without an answer.

    Raises:
        KioskError: `question_exists`, `no_such_question`, `bad_question`, `no_such_list`.
    """
    with store.writing():
        there = check_in_questions(store.connection)
        question = _new_question(there, name) if is_new else find_question(there, name)
        if text is not None:
            question = replace(question, text=clean_text(text, limit=200) or question.name)
        if kind is not None:
            chosen = chosen_word(QuestionKind, kind, "bad_question", "kind of question")
            question = replace(question, kind=chosen)
        if question.kind not in WITH_CHOICES:
            question = replace(question, choices=())
        elif choices is not None or not question.choices:
            question = replace(question, choices=_checked_choices(choices or YES_OR_NO))
        if required is not None:
            question = replace(question, required=required)
        if lists is not None:
            known = check_in_lists(store.connection)
            ids = tuple(find_list(known, item).id for item in lists if item.strip())
            question = replace(question, list_ids=ids)
        if ticket_types is not None:
            question = replace(question, ticket_types=_texts(ticket_types))
        _append(store, question.name, question, given)
    return question


def add_offered(store: Store, offered: Iterable[OfferedQuestion]) -> None:
    """Add questions of a registrations file that the event does not have; inside `writing()`."""
    for name, choices in offered:
        there = check_in_questions(store.connection)
        if question_named(there, clean_text(name, limit=80)) is None:
            question = _new_question(there, name)
            text = clean_text(name, limit=200)
            question = replace(question, text=text, choices=_checked_choices(choices))
            _append(store, question.name, question, NOT_AUTHORISED)


def remove_question(store: Store, name: str, *, given: Authorisation = NOT_AUTHORISED) -> Question:
    """Remove a question; attendees keep their answers."""
    with store.writing():
        question = find_question(check_in_questions(store.connection), name)
        _append(store, question.name, None, given)
    return question


def find_question(questions: Sequence[Question], name: str) -> Question:
    """The question of this name.

    Raises:
        KioskError: `no_such_question`, naming those there are.
    """
    found = question_named(questions, name)
    if found is None:
        names = ", ".join(question.name for question in questions)
        raise Refused(
            "no_such_question",
            f"There is no question “{name}”.",
            next_step=f"The questions are: {names or 'none yet'}.",
        )
    return found


def checked_answers(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """Answers as they are kept, by the question's name; a choice may be given by its number.

    Raises:
        KioskError: `no_such_question`, `bad_answer` with the choices.
    """
    checked: dict[str, str] = {}
    for name, text in answers.items():
        question = find_question(questions, name)
        answer = question.answer(text)
        if answer is None:
            raise bad_answer(question, text)
        checked[question.name] = answer
    return checked


def bad_answer(question: Question, text: str) -> KioskError:
    """The error for a text that does not answer a question; it says how to answer."""
    ways = {
        QuestionKind.NUMBER: "Answer with a number, for example 3 or 2.5.",
        QuestionKind.TEXT: "Type some words.",
        QuestionKind.CODE: "Scan or type the code.",
        QuestionKind.SEVERAL: f"Answer with some of: {', '.join(question.choices)}.",
    }
    return NotRecorded(
        "bad_answer",
        f"“{escape_controls(text[:60])}” is no answer to “{question.name}”.",
        next_step=ways.get(question.kind, f"Answer with one of: {', '.join(question.choices)}."),
    )


def still_answered(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to questions that another desk has not changed or removed meanwhile."""
    there = {name: question_named(questions, name) for name in answers}
    return {
        question.name: answers[name]
        for name, question in there.items()
        if question is not None and question.answer(answers[name]) == answers[name]
    }


def append_answers(
    store: Store, attendee: Attendee, questions: Iterable[Question], answers: Mapping[str, str]
) -> None:
    """Keep a person's answers; inside `writing()`. No import overwrites them.

    A scanned code finds the attendee from then on.

    Raises:
        KioskError: `code_taken`: it is the code of another attendee.
    """
    by_name = {question.name: question for question in questions}
    given = {
        EXTRA_PREFIX + column_of(attendee, by_name[name]): text for name, text in answers.items()
    }
    for name, text in answers.items():
        if by_name[name].kind is QuestionKind.CODE:
            _link_code(store, attendee, text)
    if given:
        store.append(EventKind.EDIT, {"set": given, "asked": True}, subject=attendee.id)


def _link_code(store: Store, attendee: Attendee, code: str) -> None:
    holders = [person.id for person in find_by_code(store.connection, code).attendees]
    if any(holder != attendee.id for holder in holders):
        raise NotRecorded(
            "code_taken",
            f"Code {escape_controls(code[:40])} belongs to another attendee.",
            next_step="Scan another one.",
        )
    if not holders:
        store.append(EventKind.BIND, {"code": code}, subject=attendee.id)


def _append(store: Store, name: str, question: Question | None, given: Authorisation) -> None:
    marks = require(store, CHANGE_QUESTIONS, given)
    value = question_value(question) if question else None
    store.append(EventKind.SETTING, {"key": setting_key(name), "value": value, **marks})


def _new_question(there: Sequence[Question], name: str) -> Question:
    title = clean_text(name, limit=80)
    if not title:
        raise Refused(
            "bad_question",
            "A question needs a name.",
            next_step="Use the name of its column, for example: Photo consent.",
        )
    if question_named(there, title):
        raise Refused(
            "question_exists",
            f"There is a question “{title}” already.",
            action=Action.CHANGE_QUESTION,
        )
    position = max((item.position for item in there), default=-1) + 1
    return Question(title, title, YES_OR_NO, position=position)


def _checked_choices(choices: Sequence[str]) -> tuple[str, ...]:
    texts = _texts(choices)
    if not 2 <= len(texts) <= MAX_CHOICES or len({text.casefold() for text in texts}) < len(texts):
        raise Refused(
            "bad_question",
            f"A question has two to {MAX_CHOICES} different choices.",
            next_step="For example: Yes, No.",
        )
    return texts


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in (clean_text(value, limit=60) for value in values) if text)


@dataclass(frozen=True, slots=True)
class QuestionsOverview:
    """The event's questions, and the lists and ticket types they can be for."""

    questions: tuple[Question, ...]
    lists: tuple[CheckInList, ...]
    ticket_types: tuple[str, ...]
    """Ticket types that attendees of the event have."""


def questions_overview(store: Store) -> QuestionsOverview:
    """Read the data of a screen of the questions."""
    return QuestionsOverview(
        tuple(event_questions(store)),
        tuple(check_in_lists(store.connection)),
        tuple(ticket_types(store.connection)),
    )
