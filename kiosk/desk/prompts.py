"""The note to confirm and the questions to ask before one attendee is checked in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.domain.checkin.outcomes import Why
from kiosk.domain.checkin.questions import Question
from kiosk.domain.checkin.words import CONFIRM
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.checkin import ScanOrder, ScanResult


@dataclass(frozen=True, slots=True)
class PromptQueue:
    """What is still to be asked; nothing is written until everything is asked."""

    attendee: Attendee
    scan: ScanOrder
    """The scan that waits for the answers."""
    note: str
    """The note to confirm now; empty: none, or it is confirmed."""
    questions: tuple[Question, ...]
    answers: Mapping[str, str]
    """Given so far, by the question's name."""
    confirms: bool = False
    """The person is only to be looked at: `note` says so."""

    @classmethod
    def of(cls, order: ScanOrder, result: ScanResult) -> PromptQueue:
        """The prompts of a scan whose verdict is `incomplete`."""
        assert result.attendee is not None
        confirms = result.why is Why.CONFIRM
        note = CONFIRM if confirms else result.attendee.to_acknowledge
        note = "" if order.acknowledged else note
        return cls(result.attendee, order, note, result.questions, dict(order.answers), confirms)

    @property
    def question(self) -> Question | None:
        """The question to ask now, after the note."""
        return self.questions[0] if self.questions and not self.note else None

    @property
    def is_last(self) -> bool:
        """Whether the attendee is checked in after this step."""
        return len(self.questions) + bool(self.note) == 1

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.note and not self.questions

    def confirm(self) -> PromptQueue:
        """The prompts left after the note is confirmed."""
        return replace(self, note="")

    def answer(self, choice: str | None) -> PromptQueue:
        """The prompts left after this answer; None leaves the question open for the next scan."""
        question, *left = self.questions
        answers = self.answers if choice is None else {**self.answers, question.name: choice}
        return replace(self, questions=tuple(left), answers=answers)

    @property
    def is_free(self) -> bool:
        """Whether the question to ask now takes more than one key."""
        return self.question is not None and not self.question.is_one_key

    def order(self) -> ScanOrder:
        """The scan again, with every answer."""
        return replace(
            self.scan,
            attendee_id=self.attendee.id,
            acknowledged=True,
            answers=self.answers,
            is_asked=True,
        )
