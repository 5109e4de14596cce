"""Work outside the screen's thread, on the event file and for single jobs.

The screen asks and continues; the answer comes back as a message. So a slow disk never holds up a
key, and scans are decided in the order in which they came.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.app import App
from textual.message import Message
from textual.widget import Widget

from kiosk.errors import Canceled, KioskError, is_out_of_memory, shortage_error
from kiosk.support.progress import Progress, Worker
from kiosk.ui.tui.textual_compat import is_removed

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.storage.file.store import Store

T = TypeVar("T")
Failed = Callable[[KioskError], object]

PROGRESS_EVERY_S = 0.1
_MAY_PASS = frozenset({"file_busy", "disk_full", "disk_failed", "no_event_file", "cannot_read"})
"""Codes of errors after which an event may be opened a moment later."""
_TRY_AGAIN_S = 1.0


class SessionReply(Message, bubble=False):
    """An answer of a worker, to be handled on the screen's thread."""

    def __init__(
        self, then: Callable[[Any], object], value: Any, session: Session | None = None
    ) -> None:
        super().__init__()
        self.then = then
        self.value = value
        self.session = session
        """The session that answers; replies of a closed one are dropped."""


class Session:
    """A worker with its own connection to an event file."""

    def __init__(
        self, app: App[Any], open_store: Callable[[], Store], failed: Failed, name: str
    ) -> None:
        self._app = app
        self._open_store = open_store
        self._failed = failed
        self.is_closed = False
        self._ending = threading.Event()
        self._rescued: Path | None = None
        self._store: Store | None = None
        self._worker = Worker(name)
        self._worker.put(self._open)

    def start(self) -> None:
        """Open the event and begin to work."""
        self._worker.start()

    def ask(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do `work` on the event; `then` gets its result, `failed` the error."""
        self._worker.put(lambda: self._do(work, then, failed))

    @property
    def works(self) -> bool:
        """Whether requests will be answered."""
        return self._worker.is_alive

    @property
    def waiting(self) -> int:
        """Requests that have not begun."""
        return self._worker.waiting

    def close(self, timeout_s: float = 5.0) -> None:
        """Finish the requests that wait, and close the file."""
        self.is_closed = True
        self._ending.set()
        if self._worker.is_alive:
            self._worker.put(self._close)
            self._worker.finish(timeout_s)

    def _open(self) -> None:
        """Open the event, once nothing hinders it any more; give up where that never passes."""
        reported = ""
        while self._store is None:
            try:
                self._store = self._open_store()
            except KioskError as error:
                if error.code != reported:
                    self._reply(self._failed, error)
                reported = error.code
                if reported not in _MAY_PASS or self._ending.wait(_TRY_AGAIN_S):
                    self._worker.stop()
                    return

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _current(self) -> Store:
        """The store, opened again where another file has its name: a stick that came back."""
        store = self._store
        assert store is not None
        if not store.is_replaced:
            return store
        try:
            opened = self._open_store()
        except KioskError as error:
            self._reply(self._failed, error)
            return store
        store.close()
        self._store = opened
        return opened

    def _rescue(self, store: Store, error: KioskError) -> KioskError:
        """The error; where the event was deleted under the desk, with the file that has it all."""
        if error.code == "file_gone" and not self._rescued:
            from kiosk.services.safety.restore import rescue  # rare, and large

            self._rescued = rescue(store)
        if error.code == "file_gone" and self._rescued:
            error.saved = f"This was not saved; everything before it is in {self._rescued.name}."
            error.next_step = "Quit, and open that file."
        return error

    def _do(
        self,
        work: Callable[[Store], Any],
        then: Callable[[Any], object] | None,
        failed: Failed | None,
    ) -> None:
        if self._store is None:
            return
        store = self._current()
        try:
            value = work(store)
        except KioskError as error:
            self._reply(failed or self._failed, self._rescue(store, error))
        except Exception as error:  # the desk continues; the log file has the cause
            logging.getLogger("kiosk").exception("work at the desk failed")
            self._reply(failed or self._failed, _explained(error, store.path))
        else:
            if then is not None:
                self._reply(then, value)

    def _reply(self, then: Callable[[Any], object], value: Any) -> None:
        self._app.post_message(SessionReply(then, value, self))


class Job(Generic[T]):
    """One piece of work in a thread of its own, which a person can stop."""

    def __init__(
        self,
        app: App[Any],
        what: str,
        work: Callable[[Progress], T],
        *,
        then: Callable[[T], object],
        failed: Failed,
        progress: Progress | None = None,
    ) -> None:
        self._app = app
        self._what = what
        self._work = work
        self._then = then
        self._failed = failed
        self._progress = progress
        self._stopped = threading.Event()
        self._reported_at = 0.0
        worker = Worker(f"kiosk-{what}")
        worker.put(self._run)
        worker.put(worker.stop)
        worker.start()

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
        if self._progress is not None and now - self._reported_at >= PROGRESS_EVERY_S:
            self._reported_at = now
            show = self._progress
            self._reply(lambda _: show(done, total), None)

    def _run(self) -> None:
        try:
            value = self._work(self._report)
        except KioskError as error:
            self._reply(self._failed, error)
        except Exception as error:  # the screen continues; the log file has the cause
            logging.getLogger("kiosk").exception("%s failed", self._what)
            self._reply(self._failed, unexpected(error))
        else:
            self._reply(self._then, value)

    def _reply(self, then: Callable[[Any], object], value: Any) -> None:
        self._app.post_message(SessionReply(then, value))


def _explained(error: Exception, path: Path) -> KioskError:
    """The error for a person: the disk's, the damage that may have led to it, or our own."""
    if not isinstance(error, sqlite3.Error) and (
        isinstance(error, OSError) or is_out_of_memory(error)
    ):
        return unexpected(error)
    from kiosk.services.safety.doctor import explain_file_error  # rare, and large

    return explain_file_error(path, error) or unexpected(error)


def unexpected(error: Exception) -> KioskError:
    """The error for a fault of the program; the log file has its cause."""
    return shortage_error(error) or KioskError(
        "internal",
        f"The program has an error ({type(error).__name__}).",
        saved="Everything confirmed before is saved.",
        next_step="Try again; if it comes back, restart the desk.",
    )


def came_from_removed_widget(error: BaseException) -> bool:
    """Whether an error was raised on the way through a widget that is removed.

    Removing a screen takes a moment: it is still attached when the first of its widgets are gone,
    so that asking it beforehand is not enough.
    """
    return any(
        isinstance(who, Widget) and is_removed(who)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        for who in (frame.f_locals.get("self"),)
    )
