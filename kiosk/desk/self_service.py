"""Attendees check themselves in, and learn nothing about other attendees.

A ticket is enough. Typing takes the name and a second fact, with a second attempt. Every refusal of
an unknown name and of a wrong second fact reads the same.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.session import DeskSession, ListRemoved
from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.checkin.questions import Question, QuestionKind
from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.lookup.romanise import unvowelled, vowelled, writes_no_vowels
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import words
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.codes import holder_of_ticket, holders_of, is_checked_in
from kiosk.services.event.settings import SELF_SERVICE_CONFIRM, setting_text

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

TRIES = 8
"""Wrong attempts that are answered at once: a family may mistype."""
TRY_COMES_BACK_S = 20.0
_VOWELS = frozenset("aeiouyh")
"""Letters in which spellings differ: khan and kan, ali and aly."""


class Answer(StrEnum):
    """Everything the screen can say."""

    WELCOME = "welcome"
    HELP_DESK = "help_desk"
    AGAIN = "again"
    """Typed facts that are refused for the first time, for every reason: try once more."""
    WAIT = "wait"
    """Too many wrong attempts lately, by anyone."""
    ASK = "ask"
    """A question comes before the welcome."""
    CONFIRM = "confirm"
    """The name is shown, and Enter checks in."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer the attendee sees: a welcome has the first name and ticket type, a question the
    first name."""

    answer: Answer
    first_name: str = ""
    ticket_type: str = ""
    attendee_id: str = ""
    """For the badge printer, never shown; empty where a scan was repeated."""
    badge_place: str = ""
    """Where the printed badge is; empty: in no box."""
    table: str = ""
    """The attendee's table; empty: no table is given."""
    question: Question | None = None
    """The question for the attendee."""
    is_again: bool = False
    """The question is asked again, because what was typed does not answer it."""


class SelfService:
    """A desk session for attendees, which counts wrong attempts.

    Args:
        list_name: the list to check in on, by name or id; None: the list of the day.
    """

    def __init__(self, list_name: str | None, monotonic: Callable[[], float]) -> None:
        self._desk = DeskSession(list_name)
        self._monotonic = monotonic
        self._tries = float(TRIES)
        self._counted_at = monotonic()
        self._may_retype = True
        """The next typed facts that are refused may be corrected."""

    def forget(self) -> None:
        """Drop an open question: the attendee left and is not checked in."""
        self._desk.clear(self._desk.state.last)

    def answer(self, store: Store, text: str | None) -> Reply:
        """Answer the current question; None leaves it open.

        A text that is no answer has the question asked again. A code that belongs to an attendee
        is no answer: it is the ticket of the next one.
        """
        prompts = self._desk.state.prompts
        question = prompts.question if prompts else None
        if prompts is None or question is None:
            return Reply(Answer.HELP_DESK)
        is_code = text is not None and question.kind is QuestionKind.CODE
        if text and is_code and holder_of_ticket(store, text)[0] is not None:
            return self.ticket(store, text)
        try:
            return self._reply(self._desk.answered(store, prompts, text))
        except KioskError as error:
            if error.code != "bad_answer":
                raise
            name = first_name(prompts.attendee)
            return Reply(Answer.ASK, name, question=question, is_again=True)

    def confirm(self, store: Store) -> Reply:
        """The attendee who is shown has pressed Enter."""
        prompts = self._desk.state.prompts
        if prompts is None or not prompts.confirms:
            return Reply(Answer.HELP_DESK)
        return self._reply(self._desk.confirmed(store, prompts))

    def ticket(self, store: Store, raw: str) -> Reply:
        """A scanned code: a ticket, or the badge of an attendee who has been checked in before."""
        if not self._may_try():
            return Reply(Answer.WAIT)
        person, is_badge = holder_of_ticket(store, raw)
        if person is None or (is_badge and not is_checked_in(store, person.id)):
            return self._wrong()
        return self._admit(store, person)

    def typed(self, store: Store, name: str, second_fact: str) -> Reply:
        """A typed name with its e-mail or order; or a ticket's code typed by hand.

        The same query runs for every text, and the name is compared only with attendees whom the
        second fact fits: no name is ever searched for.
        """
        if not second_fact.strip() and looks_like_code(name.strip()):
            return self.ticket(store, name)
        if not self._may_try():
            return Reply(Answer.WAIT)
        holders = holders_of(store, clean_text(second_fact, limit=320))
        meant = [person for person in holders if _is_called(person, name)]
        is_known = len(meant) == 1 and bool(second_fact.strip())
        reply = self._admit(store, meant[0]) if is_known else self._wrong()
        if reply.answer is not Answer.HELP_DESK:
            self._may_retype = True
            return reply
        is_first, self._may_retype = self._may_retype, not self._may_retype
        return Reply(Answer.AGAIN) if is_first else reply

    def next_attendee(self) -> None:
        """The screen is free: another attendee gets two attempts as well."""
        self.forget()
        self._may_retype = True

    def _admit(self, store: Store, person: Attendee) -> Reply:
        self._desk.confirms = self._confirms(store)
        reply = self._desk.check_in(store, person.id)
        if isinstance(reply, ListRemoved):  # attendees choose no list: take the one of the day
            reply = self._desk.check_in(store, person.id)
        return self._reply(reply)

    def _confirms(self, store: Store) -> bool:
        chosen = self._desk.open(store)
        return chosen.rules.confirm or setting_text(store, SELF_SERVICE_CONFIRM) == "yes"

    def _reply(self, reply: object) -> Reply:
        """The reply of the desk in the few words attendees may read."""
        prompts = self._desk.state.prompts
        if isinstance(reply, (ScanResult, PromptQueue)) and prompts and prompts.question:
            return Reply(Answer.ASK, first_name(prompts.attendee), question=prompts.question)
        if isinstance(reply, ScanResult) and prompts and prompts.confirms:
            who = prompts.attendee
            return Reply(Answer.CONFIRM, first_name(who), who.ticket_type)
        if not isinstance(reply, ScanResult) or reply.outcome is not Outcome.OK:
            return Reply(Answer.HELP_DESK)
        result, person = reply, reply.attendee
        assert person is not None
        prints_for = "" if result.repeated else person.id
        name, kind = first_name(person), person.ticket_type
        badge = result.badge
        place = badge.place if badge and badge.is_printed else ""
        return Reply(Answer.WELCOME, name, kind, prints_for, place, result.table)

    def _may_try(self) -> bool:
        self.forget()  # a new attendee never answers the question of the one before
        now = self._monotonic()
        back = (now - self._counted_at) / TRY_COMES_BACK_S
        self._tries = min(float(TRIES), self._tries + back)
        self._counted_at = now
        return self._tries >= 1

    def _wrong(self) -> Reply:
        self._tries -= 1
        return Reply(Answer.HELP_DESK)


def first_name(person: Attendee) -> str:
    """The name to show where others can read it: never the whole name.

    Names written without spaces (王伟) have no part that could be left out.
    """
    if person.given_name:
        return person.given_name
    parts = person.name.split()
    untitled = [part for part in parts if not part.endswith((".", ","))]
    return (untitled or parts or [""])[0]


def _is_called(person: Attendee, typed: str) -> bool:
    """Whether every typed word is a whole word of the name, in its script or in Latin letters."""
    typed_name = words(typed)
    own = words(f"{person.name} {person.given_name} {person.family_name}")
    if not typed_name or not own:
        return False
    long_enough = any(len(word) > 1 for word in typed_name) or set(own) == set(typed_name)
    return long_enough and all(_is_word(word, set(own)) for word in typed_name)


def _is_word(typed: str, own: Set[str]) -> bool:
    if typed in own:
        return True
    for word in own:
        if word.isascii():
            continue
        if typed in vowelled(word):
            return True
        if writes_no_vowels(word) and _bones(typed) in map(_bones, unvowelled(word)):
            return True
    return False


def _bones(word: str) -> str:
    """The consonants, which is what Arabic and Hebrew writing fixes; never empty."""
    return "".join(letter for letter in word if letter not in _VOWELS) or word
