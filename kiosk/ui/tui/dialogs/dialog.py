"""Screens that answer once: the first answer wins."""

from __future__ import annotations

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen, ScreenResultType


class AnswerScreen(Screen[ScreenResultType]):
    """A screen that gives one answer to the code that opened it, and closes only itself.

    Keys can wait in its queue when it closes: a second Enter of the same read, or a finished job.
    Textual then closes whatever screen is on top, the desk included.
    """

    has_answered = False
    """Whether the answer was given; the screen can still get a message or two."""
    _answer_kept: tuple[ScreenResultType | None] | None = None
    """An answer from while another screen was on top, in a tuple because it may be None."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Answer and close; every answer after the first is ignored.

        While another screen is on top, for instance the palette, the answer waits until that
        screen is closed.
        """
        if self.has_answered or self not in self.app.screen_stack:
            return _nothing_to_await()
        self.has_answered = True
        if self.app.screen is self:
            return super().dismiss(result)
        self._answer_kept = (result,)
        return _nothing_to_await()

    @on(events.ScreenResume)
    def _give_kept_answer(self) -> None:
        if self._answer_kept is not None:
            (result,), self._answer_kept = self._answer_kept, None
            super().dismiss(result)


class Dialog(ModalScreen[ScreenResultType], AnswerScreen[ScreenResultType]):
    """A question over the screen below it."""


def _nothing_to_await() -> AwaitComplete:
    return AwaitComplete()
