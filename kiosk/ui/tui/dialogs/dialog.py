"""Screens that answer once: the first answer wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen, Screen, ScreenResultType

from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.textual_compat import release_removed_widgets
from kiosk.ui.tui.widgets.key_bar import StatusLine
from kiosk.ui.tui.worker import Failed, Job, Session

T = TypeVar("T")


class AnswerScreen(Screen[ScreenResultType]):
    """A screen that gives one answer to the code that opened it, and closes only itself.

    Keys can wait in its queue when it closes: a second Enter of the same read, or a finished job.
    Textual then closes whatever screen is on top, the desk included.
    """

    BINDINGS = [Binding("f1", "app.help", "Help", show=False)]
    HELP: ClassVar[str] = ""
    """The purpose of the screen and how to use it, for its help."""
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
            return AwaitComplete()
        self.has_answered = True
        if self.app.screen is self:
            return super().dismiss(result)
        self._answer_kept = (result,)
        return AwaitComplete()

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Show a text in the screen's `StatusLine`; a closed screen shows nothing."""
        if self.is_attached:
            self.query_one(StatusLine).say(text, is_error=is_error)

    def failed(self, error: KioskError) -> None:
        """Show an error: what happened, what was saved and what to do next."""
        self.say(full_message(error, DESK), is_error=True)

    def while_open(self, handle: Callable[[T], object]) -> Callable[[T], None]:
        """Handle a reply, unless the screen was closed meanwhile."""

        def reply(value: T) -> None:
            if self.is_attached:
                handle(value)

        return reply

    def run_job(
        self,
        name: str,
        work: Callable[[Progress], T],
        then: Callable[[T], object],
        *,
        failed: Failed | None = None,
        progress: Progress | None = None,
    ) -> Job[T]:
        """Start work in a thread of its own; once the screen is closed, nothing follows.

        Args:
            name: the work, in the message after a stop.
            failed: gets the error; None: it is shown on the screen.
        """
        return Job(
            self.app,
            name,
            work,
            then=self.while_open(then),
            failed=self.while_open(failed or self.failed),
            progress=progress,
        )

    @property
    def scan_taker_below(self) -> Screen[Any] | None:
        """The screen below that takes the scans that are not for this one."""
        below = (screen for screen in reversed(self.app.screen_stack) if screen is not self)
        return next((screen for screen in below if getattr(screen, "takes_scans", False)), None)

    def on_unmount(self) -> None:
        """Free the memory of the closed screen."""
        release_removed_widgets()

    @on(events.ScreenResume)
    def _give_kept_answer(self) -> None:
        if self._answer_kept is not None:
            (result,), self._answer_kept = self._answer_kept, None
            super().dismiss(result)


class Dialog(ModalScreen[ScreenResultType], AnswerScreen[ScreenResultType]):
    """A question over the screen below it; Esc answers None."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]


class EventScreen(AnswerScreen[ScreenResultType]):
    """A screen with its own connection to an event file, closed with the screen."""

    def __init__(self, event: Path, desk: str) -> None:
        super().__init__()
        self.event = event
        self.desk = desk

    @cached_property
    def session(self) -> Session:
        """The thread that reads and writes the event file; it starts when first used."""
        session = Session(
            self.app,
            lambda: open_event(self.event, desk=self.desk),
            self.failed,
            f"kiosk-{type(self).__name__}",
        )
        session.start()
        return session

    def on_unmount(self) -> None:
        """Close the event file."""
        if "session" in self.__dict__:
            self.session.close(timeout_s=1.0)


class EventDialog(EventScreen[ScreenResultType], Dialog[ScreenResultType]):
    """A dialog with its own connection to an event file."""


def typed_digit(event: events.Key) -> int:
    """The digit that a key types; 0 for every other key."""
    char = event.character or ""
    return int(char) if char.isdecimal() else 0
