"""Attendees check themselves in, and learn nothing of anybody else.

A ticket is enough. Who types needs the name and a second fact, and every refusal is the same:
an unknown name, a wrong second fact, a ticket that is not paid.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.checkin.questions import Question
from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.lookup.romanise import unvowelled, vowelled, writes_no_vowels
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import words
from kiosk.domain.text import clean_text
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.checkin.lists import find_list, kept_list
from kiosk.services.checkin.prompts import PromptQueue
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import has_arrived, holder_of_ticket, holders_of

TRIES = 8
"""Wrong tries that may come at once: a family that mistypes."""
TRY_COMES_BACK_S = 20.0
_VOWELS = frozenset("aeiouyh")
"""What spellings differ in: khan and kan, ali and aly."""


class Answer(StrEnum):
    """All that the screen can say."""

    WELCOME = "welcome"
    HELP_DESK = "help_desk"
    WAIT = "wait"
    """Too many wrong tries lately, whoever made them."""
    ASK = "ask"
    """A question stands before the welcome."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the attendee sees: on a welcome their first name and ticket type, else nothing."""

    answer: Answer
    first_name: str = ""
    ticket_type: str = ""
    attendee_id: str = ""
    """For the badge printer, empty after a scanner's stutter; never shown."""
    table: str = ""
    """Where they sit; empty: no table is given."""
    question: Question | None = None
    """What the attendee is asked."""


class SelfService:
    """One self-service screen: its list, and how many wrong tries it still takes."""

    def __init__(self, list_name: str | None, monotonic: Callable[[], float]) -> None:
        self.list_name = list_name
        self._list_id: str | None = None
        self._monotonic = monotonic
        self._tries = float(TRIES)
        self._counted_at = monotonic()
        self._asking: PromptQueue | None = None

    def forget(self) -> None:
        """Whoever was being asked has left, and is not in."""
        self._asking = None

    def answer(self, store: Store, choice: int | None) -> Reply:
        """The present question's answer, counted from 0; None: the attendee does not say."""
        asking = self._asking
        if asking is None or asking.question is None:
            return Reply(Answer.HELP_DESK)
        asking.answer(None if choice is None else asking.question.choices[choice])
        if asking.question is not None:
            return Reply(Answer.ASK, question=asking.question)
        self._asking = None
        return self._reply(scan(store, asking.order()), asking.attendee)

    def ticket(self, store: Store, raw: str) -> Reply:
        """A scanned code: a ticket, or the badge of somebody who has been admitted before."""
        if not self._may_try():
            return Reply(Answer.WAIT)
        person, is_badge = holder_of_ticket(store.connection, raw)
        if person is None or (is_badge and not has_arrived(store.connection, person.id)):
            return self._wrong()
        return self._admit(store, person)

    def typed(self, store: Store, name: str, second_fact: str) -> Reply:
        """A typed name with its e-mail or order; or a ticket's code typed by hand.

        The event is asked the same question whatever was typed, and the name is compared with
        those only who answer to the second fact: nobody's name is ever searched for.
        """
        if not second_fact.strip() and looks_like_code(name.strip()):
            return self.ticket(store, name)
        if not self._may_try():
            return Reply(Answer.WAIT)
        holders = holders_of(store.connection, clean_text(second_fact, limit=320))
        meant = [person for person in holders if _is_called(person, name)]
        if len(meant) != 1 or not second_fact.strip():
            return self._wrong()
        return self._admit(store, meant[0])

    def _admit(self, store: Store, person: Attendee) -> Reply:
        order = ScanOrder(attendee_id=person.id, list_name=self._list(store))
        result = scan(store, order)
        if result.outcome is Outcome.INCOMPLETE and not person.to_acknowledge:
            self._asking = PromptQueue(order, result)
            return Reply(Answer.ASK, question=self._asking.question)
        return self._reply(result, person)

    def _list(self, store: Store) -> str | None:
        """Another desk may call it otherwise by now; one that is gone leaves that of the moment."""
        if self.list_name is None:
            return None
        lists = check_in_lists(store.connection)
        if self._list_id is None:
            self._list_id = find_list(lists, self.list_name).id
        return kept_list(lists, self._list_id, store.clock()).id

    def _reply(self, result: ScanResult, person: Attendee) -> Reply:
        if result.outcome is not Outcome.OK:
            return Reply(Answer.HELP_DESK)
        prints_for = "" if result.repeated else person.id
        name, kind = first_name(person), person.ticket_type
        return Reply(Answer.WELCOME, name, kind, prints_for, result.table)

    def _may_try(self) -> bool:
        self.forget()  # whoever comes next is never asked what the one before left open
        now = self._monotonic()
        back = (now - self._counted_at) / TRY_COMES_BACK_S
        self._tries = min(float(TRIES), self._tries + back)
        self._counted_at = now
        return self._tries >= 1

    def _wrong(self) -> Reply:
        self._tries -= 1
        return Reply(Answer.HELP_DESK)


def first_name(person: Attendee) -> str:
    """What to call somebody on a screen that others can see: never the whole name.

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
    """The consonants, which are all that Arabic and Hebrew writing fixes; never nothing."""
    return "".join(letter for letter in word if letter not in _VOWELS) or word
