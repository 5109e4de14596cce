"""Slow work in a thread of its own, which a person can stop."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.app import App
from textual.widget import Widget

from kiosk.errors import Canceled, KioskError
from kiosk.support.progress import Progress
from kiosk.ui.tui.session import SessionReply, unexpected

T = TypeVar("T")
PROGRESS_EVERY_S = 0.1


class Job(Generic[T]):
    """One piece of work; its answer comes to the screen's thread as a message.

    A daemon thread: a file that hangs on a dead network share does not hold up quitting.
    """

    def __init__(
        self,
        app: App[Any],
        what: str,
        work: Callable[[Progress], T],
        *,
        then: Callable[[T], None],
        failed: Callable[[KioskError], None],
        progress: Callable[[int, int | None], None] | None = None,
    ) -> None:
        self._app = app
        self._what = what
        self._work = work
        self._then = then
        self._failed = failed
        self._progress = progress
        self._stopped = threading.Event()
        self._told_at = 0.0
        threading.Thread(target=self._run, name=f"kiosk-{what}", daemon=True).start()

    def stop(self) -> None:
        """Ask the work to end; it does so at its next report of progress."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it was asked to end."""
        return self._stopped.is_set()

    def _report(self, done: int, total: int | None) -> None:
        if self.is_stopped:
            raise Canceled(self._what)
        now = time.monotonic()
        if self._progress is not None and now - self._told_at >= PROGRESS_EVERY_S:
            self._told_at = now
            show = self._progress
            self._reply(lambda _: show(done, total), None)

    def _run(self) -> None:
        try:
            value = self._work(self._report)
        except KioskError as error:
            self._reply(self._failed, error)
        except Exception as error:  # the screen goes on; the log file has the cause
            logging.getLogger("kiosk").exception("%s failed", self._what)
            self._reply(self._failed, unexpected(error))
        else:
            self._reply(self._then, value)

    def _reply(self, then: Callable[[Any], None], value: Any) -> None:
        self._app.post_message(SessionReply(then, value))


# Who left the screen while a thread was still working for them.


def came_from_removed_widget(error: BaseException) -> bool:
    """Whether it was raised on the way through a screen, or a part of one, that has been left.

    Leaving takes a moment: a screen that is being closed is still attached when the first of its
    parts are gone already, so that asking it beforehand is not enough.
    """
    return any(
        isinstance(who, Widget) and _is_gone(who)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        for who in (frame.f_locals.get("self"),)
    )


def _is_gone(widget: Widget) -> bool:
    return not widget.is_attached or widget._pruning or widget._closing
