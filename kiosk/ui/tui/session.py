"""The desk's own thread: it holds the event file and does all work on it, in order.

The screen asks and goes on; the answer comes back as a message. So a slow disk never holds
up a key, and scans are decided in the order in which they came.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.message import Message

from kiosk.errors import KioskError, is_out_of_memory, shortage_error

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.storage.file.store import Store

T = TypeVar("T")
Failed = Callable[[KioskError], None]
_Job = tuple["Callable[[Store], Any]", Callable[[Any], None] | None, Failed | None]


_MAY_PASS = frozenset({"file_busy", "disk_full", "disk_failed", "no_event_file", "cannot_read"})
"""Why an event cannot be opened now, and may be in a moment."""
_TRY_AGAIN_S = 1.0


class SessionReply(Message, bubble=False):
    """An answer of the session, to be handled on the screen's thread."""

    def __init__(
        self, then: Callable[[Any], None], value: Any, session: Session | None = None
    ) -> None:
        super().__init__()
        self.then = then
        self.value = value
        self.session = session
        """Whose answer it is; nobody waits for one of a session that is closed."""


class Session:
    """One thread, one connection, a queue of work."""

    def __init__(
        self, app: App[Any], open_store: Callable[[], Store], failed: Failed, name: str
    ) -> None:
        self._app = app
        self._open_store = open_store
        self._failed = failed
        self.is_closed = False
        self._ending = threading.Event()
        self._rescued: Path | None = None
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Open the event and begin to work."""
        self._thread.start()

    def ask(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do `work` on the event; `then` gets its answer, `failed` the sentence if it could not."""
        self._jobs.put((work, then, failed))

    @property
    def works(self) -> bool:
        """Whether what is asked for will be answered."""
        return self._thread.is_alive()

    def close(self, timeout_s: float = 5.0) -> None:
        """Finish what was asked for, and let go of the file."""
        self.is_closed = True
        self._ending.set()
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(timeout_s)

    def _run(self) -> None:
        store = self._opened()
        if store is None:
            return
        try:
            while (job := self._jobs.get()) is not None:
                store = self._still_there(store)
                self._do(store, *job)
        finally:
            store.close()

    def _opened(self) -> Store | None:
        """The event, once what keeps it from being opened is over; None where it never will be."""
        told = ""
        while True:
            try:
                return self._open_store()
            except KioskError as error:
                if error.code != told:
                    self._reply(self._failed, error)
                told = error.code
                if told not in _MAY_PASS or self._ending.wait(_TRY_AGAIN_S):
                    return None

    def _still_there(self, store: Store) -> Store:
        """The store, opened anew where another file has its name: a stick that came back."""
        if not store.is_replaced:
            return store
        try:
            opened = self._open_store()
        except KioskError as error:
            self._reply(self._failed, error)
            return store
        store.close()
        return opened

    def _kept(self, store: Store, error: KioskError) -> KioskError:
        """The error, and where everything is if the event was deleted under the desk."""
        if error.code == "file_gone" and not self._rescued:
            from kiosk.services.safety.restore import rescue

            self._rescued = rescue(store)
        if error.code == "file_gone" and self._rescued:
            error.saved = f"This was not saved; everything before it is in {self._rescued.name}."
            error.next_step = "Quit, and open that file."
        return error

    def _do(
        self,
        store: Store,
        work: Callable[[Store], Any],
        then: Callable[[Any], None] | None,
        failed: Failed | None,
    ) -> None:
        try:
            value = work(store)
        except KioskError as error:
            self._reply(failed or self._failed, self._kept(store, error))
        except sqlite3.Error as error:
            from kiosk.storage.file.sqlite_errors import sqlite_errors_as_kiosk_errors

            logging.getLogger("kiosk").exception("work at the desk failed")
            self._reply(
                failed or self._failed,
                sqlite_errors_as_kiosk_errors(store.path, error) or unexpected(error),
            )
        except Exception as error:  # the desk goes on; the log file has the cause
            logging.getLogger("kiosk").exception("work at the desk failed")
            self._reply(failed or self._failed, _looked_into(error, store.path))
        else:
            if then is not None:
                self._reply(then, value)

    def _reply(self, then: Callable[[Any], None], value: Any) -> None:
        self._app.post_message(SessionReply(then, value, self))


def _looked_into(error: Exception, path: Path) -> KioskError:
    """Something spoiled on the disk may have led to it."""
    if isinstance(error, OSError) or is_out_of_memory(error):
        return unexpected(error)
    from kiosk.storage.recovery.integrity import damage_behind

    return damage_behind(path) or unexpected(error)


def unexpected(error: Exception) -> KioskError:
    """A mistake of the program itself, as a sentence; the log file has its cause."""
    return shortage_error(error) or KioskError(
        "internal",
        f"kiosk met an error of its own ({type(error).__name__}).",
        saved="Everything confirmed before is saved.",
        next_step="Try again; if it comes back, restart the desk.",
    )
