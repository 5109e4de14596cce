"""The thread that sends new rows, and the thread that answers requests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import data_version
from kiosk.storage.replication.merge import hash_at, own_rows_after
from kiosk.storage.replication.seals import (
    LogKey,
    Place,
    Seal,
    own_key,
    place_at,
    seal_own_log,
    sealed_parts,
)
from kiosk.sync import wire
from kiosk.sync.network import Network, question

if TYPE_CHECKING:
    from zenoh import Query


POLL_S = 0.2
"""How often the sender checks for rows that other programs wrote to the same file."""
LIVE_ROWS = 64
LIVE_BYTES = 256 * 1024
"""Larger sets of new rows are not sent; the other desks fetch them."""
LOOK_S = 2.0
"""How often the thread that answers checks that the program still runs."""
OpenStore = Callable[[], Store]
GetNetwork = Callable[[], "Network | None"]
_LOG = logging.getLogger("kiosk")


class Sender:
    """Sends rows of this file's own log as soon as they are on the disk."""

    def __init__(self, open_store: OpenStore, network: GetNetwork) -> None:
        self._open_store = open_store
        self._network = network
        self._wake = threading.Event()
        self._stopping = False
        self._key: LogKey | None = None
        self._place = Place()
        """How far the own log is signed."""
        self._thread = threading.Thread(target=self._run, name="kiosk-sync-send", daemon=True)

    def start(self) -> None:
        """Start; only rows written from now on are sent."""
        self._thread.start()

    def wake(self) -> None:
        """Report new rows; returns at once."""
        self._wake.set()

    def stop(self) -> None:
        """Send the last rows, and end."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        store = self._open_store()
        try:
            log_id, sent, version = "", 0, -1
            while True:
                self._wake.wait(POLL_S)
                self._wake.clear()
                now = data_version(store.connection)
                if now != version:
                    version = now
                    log_id, sent = self._send(store, log_id, sent)
                if self._stopping:
                    return
        except Exception:  # heads show the other desks their missing rows
            _LOG.exception("sending to other desks failed")
        finally:
            store.close()

    def _send(self, store: Store, log_id: str, sent: int) -> tuple[str, int]:
        own = store.local("log_id")
        head, rows = own_rows_after(store, own, sent if own == log_id else -1, LIVE_ROWS)
        network = self._network()
        is_burst = len(rows) == LIVE_ROWS or sum(len(row[5]) for row in rows) > LIVE_BYTES
        if network is not None and rows and log_id and not is_burst:
            try:
                network.send_live(wire.write_rows(rows, self._seals(store, rows)))
            except Exception:  # the next head announces it
                _LOG.exception("a row could not be sent")
        return own, head

    def _seals(self, store: Store, rows: list[tuple[Any, ...]]) -> list[Seal]:
        """The signature of the log up to the last of these rows."""
        if self._key is None or self._key.log_id != rows[0][0]:
            self._key, self._place = own_key(store), Place()
        if self._key is None:
            return []
        if self._place.seq != rows[0][1] - 1:
            self._place = place_at(store.connection, rows[0][0], rows[0][1] - 1)
        for row in rows:
            self._place = self._place.after(bytes.fromhex(row[6]))
        return [self._key.seal(self._place)]


class Answerer:
    """Answers requests from the file, for its own log and those of other desks."""

    MAX_WAITING = 64

    def __init__(self, open_store: OpenStore, network: GetNetwork) -> None:
        self._open_store = open_store
        self._network = network
        self._queries: SimpleQueue[Query | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="kiosk-sync-answer")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def take(self, query: Query) -> None:
        """Queue a request; too many at once are dropped, and come again."""
        if self._queries.qsize() < self.MAX_WAITING:
            self._queries.put(query)
        else:
            query.drop()  # type: ignore[no-untyped-call]

    def stop(self) -> None:
        """End the thread."""
        self._queries.put(None)
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        store = self._open_store()
        try:
            while threading.main_thread().is_alive():  # a program that crashed must end
                try:
                    query = self._queries.get(timeout=LOOK_S)
                except Empty:
                    continue
                if query is None:
                    break
                network = self._network()
                if network is None:
                    continue
                try:
                    network.answer(query, _signed(store, wire.read_ask(question(query))))
                except wire.InvalidMessage:
                    query.drop()  # type: ignore[no-untyped-call]
                except Exception:
                    _LOG.debug("answering a desk failed", exc_info=True)
        finally:
            store.close()


def _signed(store: Store, ask: wire.Ask) -> Iterator[bytes]:
    """Yield the replies to a request, signed with the key of this desk's log."""
    key = own_key(store)
    if key is not None:
        for data in answers(store, ask):
            yield wire.sign_reply(data, ask.number, key)


def answers(store: Store, ask: wire.Ask) -> Iterator[bytes]:
    """Yield the requested rows in parts; the last part is empty, or says that there are more.

    A log in which the asking desk has another row than this file has forked, and is left out.
    """
    seal_own_log(store)
    after: dict[str, int] = {}
    forks: list[tuple[str, int]] = []
    for log_id, (seq, digest) in ask.heads.items():
        if hash_at(store, log_id, seq) in (digest, None):
            after[log_id] = seq
        else:
            forks.append((log_id, seq))
    parts = sealed_parts(store, after, limit=wire.ROWS_A_REPLY, max_bytes=ask.bytes_a_reply)
    number = 0
    for number, (rows, seals) in enumerate(islice(parts, ask.replies), 1):
        answer = wire.Answer(rows, forks, number == ask.replies, seals)
        yield wire.write_answer(answer, is_packed=ask.is_packed)
        forks = []
    if number < ask.replies:
        yield wire.write_answer(wire.Answer([], forks, False), is_packed=ask.is_packed)
