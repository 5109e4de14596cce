"""What is asked of one person before they are in: a note to confirm, then question by question."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.checkin.questions import Question
from kiosk.services.checkin.checkin import ScanOrder, ScanResult


class PromptQueue:
    """Where the volunteer is with one person; nothing is written until all is asked.

    Args:
        order: the scan that has to wait for the answers.
        result: its verdict, `incomplete`.
    """

    def __init__(self, order: ScanOrder, result: ScanResult) -> None:
        assert result.attendee is not None
        self.attendee = result.attendee
        self._order = order
        self._note = result.attendee.to_acknowledge if not order.acknowledged else ""
        self._questions = list(result.questions)
        self._answers: dict[str, str] = dict(order.answers)

    @property
    def note(self) -> str:
        """The note to confirm now; empty: none, or it was."""
        return self._note

    @property
    def question(self) -> Question | None:
        """What is to be asked now, after the note."""
        return self._questions[0] if self._questions and not self._note else None

    @property
    def questions_left(self) -> int:
        """Questions still to be asked."""
        return len(self._questions)

    @property
    def is_last(self) -> bool:
        """Whether the person is in after this step."""
        return len(self._questions) + bool(self._note) == 1

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self._note and not self._questions

    def confirm(self) -> None:
        """The note was read."""
        self._note = ""

    def answer(self, choice: str | None) -> None:
        """The present question's answer; None: it stays open, and is asked again next time."""
        question = self._questions.pop(0)
        if choice is not None:
            self._answers[question.name] = choice

    def order(self) -> ScanOrder:
        """The scan again, with everything asked."""
        return replace(
            self._order,
            attendee_id=self.attendee.id,
            acknowledged=True,
            answers=self._answers,
            is_asked=True,
        )
