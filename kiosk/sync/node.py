"""Background replication of one event file between desks.

The main thread keeps the network session open (`SessionKeeper`), writes received rows into the
file (`Ingest`), requests missing rows (`CatchUpPlanner`) and reports how far this desk is
(`Announcer`). `Fetcher` threads send the requests; `workers` send new rows and answer requests.
Each thread but the fetcher's has its own connection to the file. The desk never waits for any of
them. A log is always stored without gaps from its first row, so the next head shows every row that
was lost on the way, and it is requested again.
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
from kiosk.storage.file.modes import tune_for_replication
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import data_version
from kiosk.storage.replication.desk_logs import introduce_desk
from kiosk.storage.replication.sharing import read_sharing
from kiosk.support.files import allow_many_files, private_folder
from kiosk.support.paths import FileLock
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.fetcher import Fetcher
from kiosk.sync.forks import Forks
from kiosk.sync.ingest import BATCH_ROWS, Ingest, ReceiveQueue
from kiosk.sync.network import Network
from kiosk.sync.node_state import Announcer, Message, NodeState, wall_ms
from kiosk.sync.node_state import NodeOptions as NodeOptions
from kiosk.sync.peers import PeerBook
from kiosk.sync.session import SessionKeeper, no_keys
from kiosk.sync.status_file import (
    LOCK_NAME,
    SharedState,
    read_status,
    remove_abandoned_sessions,
    remove_session_files,
)
from kiosk.sync.workers import Answerer, OpenStore, Sender

TICK_S = 0.5
"""The longest pause between two turns: each costs half a millisecond. A message begins one."""
STANDBY_S = 1.0
STOP_S = 5.0
_LOG = logging.getLogger("kiosk")


class Node:
    """Replicates one event file until it is stopped."""

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
        self._received = ReceiveQueue()
        self._stopping = threading.Event()
        self._node_state: NodeState | None = None
        self._sender = Sender(open_store, self.network)
        self._answerer = Answerer(open_store, self.network)
        self._fetcher = Fetcher(self._post, self._received.has_capacity)
        self._lock = FileLock(folder / LOCK_NAME)
        self._thread = threading.Thread(target=self._run, name="kiosk-sync", daemon=True)
        self.state = SharedState(since_ms=wall_ms())
        self.book = PeerBook()

    # from other threads

    def start(self) -> None:
        """Start the background threads."""
        allow_many_files()
        self._thread.start()

    def stop(self) -> None:
        """Send the last rows, close the session and remove the keys, even when interrupted."""
        self._stopping.set()
        self._post("stop", "", None)
        try:
            if self._thread.is_alive():
                self._thread.join(STOP_S)
        finally:
            if self._lock.is_held:
                remove_session_files(self._folder)

    def notify(self, _: object) -> None:
        """Report new events on the disk, from `Store.after_commit`; returns at once."""
        self._sender.wake()

    def look_at_file(self) -> None:
        """Announce at once what another connection wrote to the file."""
        self._post("look", "", None)

    def network(self) -> Network | None:
        """The open session with the event's code; None without one."""
        state = self._node_state
        return state.network if state is not None and not state.noticing_until else None

    @property
    def file_trouble(self) -> KioskError | None:
        """Why received rows cannot be written now; None when they can."""
        return self._node_state.file_trouble if self._node_state is not None else None

    def _post(self, what: str, node: str, payload: Any) -> None:
        """Queue a message; called by the engine's threads."""
        if what == "ask":
            self._answerer.take(payload)
        else:
            self._received.put((what, node, payload))

    # the main thread

    def _run(self) -> None:
        try:
            store = self._open_store()
        except (KioskError, OSError) as error:
            self._show(replace(self.state, trouble=str(error)))
            return
        tune_for_replication(store.connection)
        try:
            if self._stand_by():
                remove_abandoned_sessions(self._folder.parent)
                self._share(store)
        except Exception:
            _LOG.exception("sharing ended")
            trouble = "Sharing stopped with an internal error. Restart this desk."
            self._show(replace(self.state, trouble=trouble, hindrance="sharing stopped"))
        finally:
            store.close()

    def _stand_by(self) -> bool:
        """Wait until no other program shares this file; False: stopped meanwhile."""
        while not self._stopping.is_set():
            try:
                private_folder(self._folder)
                if self._lock.take():
                    return True
            except OSError as error:
                self._show(replace(self.state, trouble=no_keys(self._folder, error)))
            else:
                other = read_status(self._folder)
                if other is not None:
                    self._show(other)
            self._stopping.wait(STANDBY_S)
        return False

    def _share(self, store: Store) -> None:
        for worker in (self._sender, self._answerer):
            worker.start()
        node_state = self._node_state = NodeState(
            store, self._folder, self._desk, self._options, self.book, self._post
        )
        turns = _Turns(node_state, self._fetcher, self.state, self._show)
        try:
            turns.take([])
            while not self._stopping.is_set():
                turns.take(self._received.take(BATCH_ROWS, turns.pause_s()))
        finally:
            self._sender.stop()
            turns.leave()
            self._fetcher.stop()
            self._answerer.stop()
            self._lock.release()

    def _show(self, state: SharedState) -> None:
        changed = replace(state, at_ms=0) != replace(self.state, at_ms=0)
        self.state = state
        if changed and self._on_change is not None:
            self._on_change(state)


class _Turns:
    """One turn of the main thread after the other; no received message may end it."""

    def __init__(
        self,
        state: NodeState,
        fetcher: Fetcher,
        status: SharedState,
        show: Callable[[SharedState], None],
    ) -> None:
        self._state = state
        self._session = SessionKeeper(state)
        self._planner = CatchUpPlanner(state, fetcher)
        self._announcer = Announcer(state, status, show)
        self._forks = Forks(state, self._planner)
        self._ingest = Ingest(state, self._planner, self._forks, self._announcer)
        self._version = self._seen = -1
        self._next_check = 0.0
        self._own_log = ""

    def pause_s(self) -> float:
        """How long to wait for messages before the next turn."""
        return min(TICK_S, self._announcer.pause_s())

    def take(self, messages: list[Message]) -> None:
        """Process messages, then run each task that is due."""
        try:
            self._check_sharing()
            if self._session.keep():
                self._planner.reset()
                self._announcer.session_opened()
            self._check_file()
            if self._state.noticing_until:  # the messages are from desks with the old code
                return
            self._ingest.process(messages)
            self._forks.tick()
            self._planner.tick()
            self._announcer.tick()
        except KioskError as error:  # the disk is full, another program holds the file
            self._state.file_trouble = error
            self._version = -1
            time.sleep(0.5)
        except Exception:
            _LOG.exception("a turn of sharing failed")
            time.sleep(0.5)

    def leave(self) -> None:
        """Send the last head, remove the keys and close the session."""
        try:
            self._state.refresh_heads()
            self._announcer.send_head()
        finally:
            remove_session_files(self._state.folder)
            self._session.close()

    def _check_file(self) -> None:
        state = self._state
        version = data_version(state.store.connection)
        if version != self._seen:  # some program can write to the file
            state.file_trouble = None
        self._seen = version
        own = state.store.local("log_id")  # a message can have begun a new log
        if version == self._version and own == self._own_log:
            return
        self._version = version
        if not state.options.is_joining and state.sharing is not None and state.sharing.is_on:
            introduce_desk(state.store)
        own = state.store.local("log_id")
        if own != self._own_log:  # the other desks learn its name and key now
            self._own_log = own
            state.file_trouble = None
            state.admission.reread()
            self._announcer.announce_soon()
        state.refresh_heads()

    def _check_sharing(self) -> None:
        """Follow the settings, which other programs change: on, code, addresses to call."""
        state, now = self._state, time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + TICK_S
        before, after = state.sharing, read_sharing(state.store)
        state.sharing = after
        if after is None or not after.is_on:
            state.noticing_until = 0.0
            self._session.close()
        elif before is None:
            self._session.open_soon()
        elif before.secret != after.secret:
            state.book.by_log.clear()
            self._ingest.code_changed()
            self._session.code_changed()
        elif set(after.called) - set(before.called):
            self._session.close()
            self._session.open_soon()
