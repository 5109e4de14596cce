"""A desk among desks: what it writes goes out, what it lacks comes in, and the desk never waits.

The main thread keeps the session (`session`), brings rows in (`intake`), has others asked
(`asking`) and tells how far it is (`telling`); `asker` asks, `workers` send and answer. Each but
`asker` has a connection to the file. Nothing but whole beginnings of logs is ever kept, so whatever
is lost on the way is found missing by the next head, and asked for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import data_version
from kiosk.storage.replication.sharing import read_sharing
from kiosk.support.file_lock import FileLock
from kiosk.support.files import private_folder
from kiosk.sync.announcer import Announcer
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.fetcher import Fetcher
from kiosk.sync.forks import Forks
from kiosk.sync.ingest import BATCH_ROWS, Ingest, ReceiveQueue
from kiosk.sync.network import Network
from kiosk.sync.node_state import Message, NodeState, wall_ms
from kiosk.sync.node_state import NodeOptions as NodeOptions
from kiosk.sync.peers import PeerBook
from kiosk.sync.session import SessionKeeper
from kiosk.sync.status_file import LOCK_NAME, SharedState, read_status, remove_leftovers, sweep
from kiosk.sync.workers import Answerer, OpenStore, Sender

TICK_S = 0.25
STANDBY_S = 1.0
STOP_S = 5.0
_LOG = logging.getLogger("kiosk")


class Node:
    """Takes part in sharing for one event file, until it is stopped."""

    def __init__(
        self,
        open_store: OpenStore,
        folder: Path,
        *,
        desk: str,
        options: NodeOptions | None = None,
        on_change: Callable[[SharedState], None] | None = None,
    ) -> None:
        self._open_store = open_store
        self._folder = folder
        self._desk = desk
        self._options = options or NodeOptions()
        self._on_change = on_change
        self._inbox = ReceiveQueue()
        self._stopping = threading.Event()
        self._standing: NodeState | None = None
        self._sender = Sender(open_store, self.network)
        self._answerer = Answerer(open_store, self.network)
        self._asker = Fetcher(self._post, self._inbox.has_room)
        self._lock = FileLock(folder / LOCK_NAME)
        self._thread = threading.Thread(target=self._run, name="kiosk-sync", daemon=True)
        self.state = SharedState(since_ms=wall_ms())
        self.book = PeerBook()

    # from other threads

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is written, leave, and remove the keys, even if leaving is interrupted."""
        self._stopping.set()
        self._post("stop", "", None)
        try:
            if self._thread.is_alive():
                self._thread.join(STOP_S)
        finally:
            if self._lock.is_held:
                remove_leftovers(self._folder)

    def wrote(self, _: object) -> None:
        """Events of this desk are on the disk: for `Store.after_commit`; returns at once."""
        self._sender.wake()

    def network(self) -> Network | None:
        """The session, while there is one."""
        return self._standing.network if self._standing else None

    def _post(self, what: str, node: str, payload: Any) -> None:
        """From the engine's threads: put it away, and return."""
        if what == "ask":
            self._answerer.take(payload)
        else:
            self._inbox.put((what, node, payload))

    # the main thread

    def _run(self) -> None:
        try:
            private_folder(self._folder)
            store = self._open_store()
        except (KioskError, OSError) as error:
            self._show(replace(self.state, trouble=str(error)))
            return
        # rows of other desks can be fetched again after a power cut: no need to wait for the disk
        store.connection.execute("PRAGMA synchronous = NORMAL")
        # a large catch-up is written into the file once, not after every thousand pages of it
        store.connection.execute("PRAGMA wal_autocheckpoint = 32000")
        # 16 MB, so that no page of a transaction is written twice
        store.connection.execute("PRAGMA cache_size = -16000")
        try:
            if self._stand_by():
                sweep(self._folder.parent)
                self._share(store)
        except Exception:
            _LOG.exception("sharing ended")
            trouble = "Sharing met an error of its own. Restart this desk."
            self._show(replace(self.state, trouble=trouble, hindrance="sharing stopped"))
        finally:
            store.close()

    def _stand_by(self) -> bool:
        """Wait until no other program shares this file."""
        while not self._stopping.is_set():
            if self._lock.take():
                return True
            other = read_status(self._folder)
            if other is not None:
                self._show(other)
            self._stopping.wait(STANDBY_S)
        return False

    def _share(self, store: Store) -> None:
        for worker in (self._sender, self._answerer):
            worker.start()
        standing = self._standing = NodeState(
            store, self._folder, self._desk, self._options, self.book, self._post
        )
        turns = _Turns(standing, self._asker, self.state, self._show)
        try:
            while not self._stopping.is_set():
                turns.take(self._inbox.take(BATCH_ROWS, TICK_S))
        finally:
            self._sender.stop()
            turns.leave()
            self._asker.stop()
            self._answerer.stop()
            self._lock.release()

    def _show(self, state: SharedState) -> None:
        changed = replace(state, at_ms=0) != replace(self.state, at_ms=0)
        self.state = state
        if changed and self._on_change is not None:
            self._on_change(state)


class _Turns:
    """The main thread's work, turn by turn: nothing that comes in may end it."""

    def __init__(
        self,
        standing: NodeState,
        asker: Fetcher,
        state: SharedState,
        show: Callable[[SharedState], None],
    ) -> None:
        self._standing = standing
        self._session = SessionKeeper(standing)
        self._asking = CatchUpPlanner(standing, asker)
        self._telling = Announcer(standing, state, show)
        self._forks = Forks(standing, self._asking)
        self._intake = Ingest(standing, self._asking, self._forks, self._telling)
        self._version = self._seen = -1

    def take(self, messages: list[Message]) -> None:
        """One turn."""
        try:
            if self._session.keep():
                self._asking.forget()
                self._telling.session_opened()
            self._look_at_file()
            self._intake.take(messages)
            self._forks.look()
            self._asking.look()
            self._telling.look()
        except KioskError as error:  # the disk is full, another program holds the file
            self._standing.file_trouble = error
            self._version = -1
            time.sleep(0.5)
        except Exception:
            _LOG.exception("a turn of sharing failed")
            time.sleep(0.5)

    def leave(self) -> None:
        """Say how far this desk came, remove the keys, and close the session."""
        try:
            self._standing.refresh_heads()
            self._telling.say_head()
        finally:
            remove_leftovers(self._standing.folder)
            self._session.close()

    def _look_at_file(self) -> None:
        standing = self._standing
        version = data_version(standing.store.connection)
        if version != self._seen:  # somebody can write to it
            standing.file_trouble = None
        self._seen = version
        if version == self._version:
            return
        self._version = version
        standing.refresh_heads()
        before, standing.sharing = standing.sharing, read_sharing(standing.store)
        if standing.sharing is None or not standing.sharing.is_on:
            self._session.close()
        elif before is None or before.secret != standing.sharing.secret:
            self._session.close()  # a new code: with the old one nobody gets in any more
            standing.book.by_node.clear()
            self._session.open_soon()
