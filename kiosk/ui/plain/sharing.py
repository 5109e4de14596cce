"""Sharing at the plain desk: report the other desks when they change, and on request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.services.event.event import event_info, open_event
from kiosk.services.sharing.conflicts import count_doubles, doubles_text
from kiosk.services.sharing.desks import desk_sentences, list_desks, news_of
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.sharing import is_shared
from kiosk.ui.actions import PLAIN_DESK, full_message

if TYPE_CHECKING:
    from kiosk.services.sharing.desks import SharedState
    from kiosk.storage.file.store import Store

Say = Callable[[str], None]

LOOK_S = 1.0
"""How often it is checked whether another program turned sharing on."""
COUNT_S = 5.0
"""The shortest time between two counts of double admissions."""
NOT_SHARED = "This event is not shared: this desk works alone. kiosk share turns sharing on."


_CONFLICTS = "kiosk conflicts"


class PlainSharing:
    """Runs sharing next to the plain desk; neither waits for the other."""

    def __init__(self, store: Store, desk: str, say: Say, interrupt: Say | None = None) -> None:
        """`interrupt` says what comes while the desk waits for a line; None: as `say`."""
        self._store = store
        self._zone = event_info(store).zone
        self._part = SharingRunner(store.path, desk, self._changed)
        self._say = say
        self._interrupt = interrupt or say
        self._state: SharedState | None = None
        self._news: SimpleQueue[str] = SimpleQueue()
        self._speaking = threading.Lock()
        self._trouble = ""
        self._doubles = 0
        self._next_count = 0.0
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        store.after_commit = self._part.notify

    def look(self) -> None:
        """Take part as soon as the event is shared; a problem is reported once.

        From then on also while no line is typed: another program may turn sharing on.
        """
        self._start_if_shared(self._store)
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="kiosk-share", daemon=True)
            self._watcher.start()

    def _watch(self) -> None:
        path, desk = self._store.path, self._store.desk
        with suppress(KioskError), closing(open_event(path, desk=desk)) as store:
            while self._part.node is None and not self._stopping.wait(LOOK_S):
                self._start_if_shared(store)
                self._report()

    def _start_if_shared(self, store: Store) -> None:
        with self._starting:
            try:
                self._part.start_if_shared(store)
            except KioskError as error:
                message = full_message(error, PLAIN_DESK)
                if message != self._trouble:
                    self._trouble = message
                    self._news.put(message)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """News of other desks wait until the desk has answered."""
        with self._speaking:
            yield
            self._report_doubles()
            while not self._news.empty():
                self._say(self._news.get_nowait())

    def _report_doubles(self) -> None:
        """Say that the desks admitted more attendees twice than at the last count."""
        now = monotonic()
        if self._part.node is None or now < self._next_count:
            return
        self._next_count = now + COUNT_S
        before, self._doubles = self._doubles, count_doubles(self._store)
        if self._doubles > before:
            self._say(doubles_text(self._doubles, _CONFLICTS))

    def lines(self) -> list[str]:
        """The state of the desks now."""
        node = self._part.node
        if node is None or not is_shared(self._store):
            return [self._trouble or NOT_SHARED]
        state = node.state
        desks = list_desks(self._store, state)
        lines = desk_sentences(desks, state, self._store.clock(), self._zone)
        doubles = count_doubles(self._store)
        return [*lines, doubles_text(doubles, _CONFLICTS)] if doubles else lines

    def stop(self) -> None:
        """Stop sharing, and wait for its threads."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        self._part.stop()

    def _changed(self, state: SharedState) -> None:
        before, self._state = self._state, state
        for sentence in news_of(before, state, self._zone):
            self._news.put(sentence)
        self._report()

    def _report(self) -> None:
        while not self._news.empty() and self._speaking.acquire(blocking=False):
            try:
                self._interrupt(self._news.get_nowait())
            except Empty:
                pass
            finally:
                self._speaking.release()
