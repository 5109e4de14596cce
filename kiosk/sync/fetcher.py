"""Request rows from other desks, and check the answers outside the thread that writes the file."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from typing import Any

from kiosk.domain.log.merge import Received, UnmergedRows, read_rows
from kiosk.storage.replication.seals import Seal
from kiosk.support.progress import gc_paused
from kiosk.sync import wire
from kiosk.sync.network import ASK_TIMEOUT_S, Network

STOP_S = 2.0
ASKS_IN_A_ROW = 16
"""Requests to one desk before its earlier answers are in the file."""
CATCH_UP_ROWS = 7_000
"""Rows in a transaction when very many come at once: each transaction writes the index pages
again, and a scan has to wait a little longer for a large one."""
CATCH_UP_BYTES = 16 * 1024 * 1024
"""Approximate bytes in memory from which fewer rows are written."""
ASKS_S = 10.0
"""No further request to the same desk after this time, so that other desks get their turn."""
FAST_S = 1.5
"""A link that answers faster gets large replies, not compressed."""
SLOW_TIMEOUT_S = 60.0
SLOW_BYTES, MIN_BYTES = 64 * 1024, 8 * 1024
"""Bytes of a reply before compression, on a slow link; at 64 kbit/s it takes a few seconds."""
MAX_READ_AHEAD = 64 * 1024 * 1024
"""Bytes of an answer that may wait to be checked; a longer one is cut off."""
_LOG = logging.getLogger("kiosk")


class Fetcher:
    """Sends requests, and posts checked answers to the receive queue.

    Checking takes as long as writing rows into the file; this way both run at the same time.
    """

    def __init__(
        self, post: Callable[[str, str, Any], None], has_capacity: Callable[[], bool]
    ) -> None:
        self._post = post
        self._has_capacity = has_capacity
        self._threads: list[threading.Thread] = []
        self._sizes: dict[str, int] = {}
        """Log id of a desk to the bytes of a reply that its link carries in time; unknown before
        an answer."""

    def ask(self, network: Network, peer: wire.Head, heads: wire.HeadHashes) -> None:
        """Send a request; `rows` messages of the desk's log follow, and `asked` at the end.

        Each request has its own thread, so a silent desk does not delay the others.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        arguments = (network, peer, dict(heads))
        thread = threading.Thread(target=self._run, args=arguments, name="kiosk-sync-ask")
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Wait up to `STOP_S` for the running requests."""
        end = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _run(self, network: Network, peer: wire.Head, heads: dict[str, tuple[int, str]]) -> None:
        end = time.monotonic() + ASKS_S
        try:
            for _ in range(ASKS_IN_A_ROW):
                if not self._round(network, peer, heads, end):
                    break
        except Exception:
            _LOG.debug("asking a desk failed", exc_info=True)
        self._post("asked", peer.log_id, None)

    def _round(
        self, network: Network, peer: wire.Head, heads: dict[str, tuple[int, str]], end: float
    ) -> bool:
        """Read one answer and advance `heads`; whether to request more at once.

        True when rows came and the desk has more: they are fetched while these are written.
        """
        count, more, is_whole, began = 0, False, False, time.monotonic()
        log_id, number = peer.log_id, os.urandom(16).hex()
        size = self._sizes.get(log_id)
        is_fast = size == wire.BYTES_A_REPLY
        replies_wanted = wire.REPLIES_AN_ASK if size else 1  # the first answer shows the speed
        ask = wire.Ask(heads, size or SLOW_BYTES, not is_fast, replies_wanted, number)
        timeout_s = ASK_TIMEOUT_S if is_fast else SLOW_TIMEOUT_S
        received = network.ask(peer.node, wire.write_ask(ask), timeout_s)
        signed = (wire.signed_reply(data, number, log_id) for data in received)
        replies = (data for data in signed if data is not None)
        together: list[CheckedReply] = []
        for data in read_ahead(islice(replies, wire.REPLIES_AN_ASK), MAX_READ_AHEAD):
            if not self._wait_for_capacity(end):
                self._post_all(log_id, together)
                return False
            reply = check_reply(data)
            together.append(reply)
            heads.update({one.event.log_id: wire.head_of(one.row) for one in reply.received})
            count += len(reply.received)
            more = reply.answer is not None and reply.answer.more
            is_whole = reply.answer is not None and (more or not reply.answer.rows)
            if not is_fast or _is_enough(together):
                self._post_all(log_id, together)
            if is_whole:  # do not wait for the engine's end of the request: it can be lost
                break
        self._post_all(log_id, together)
        took_s = time.monotonic() - began
        if is_whole and took_s < FAST_S:
            self._sizes[log_id] = wire.BYTES_A_REPLY
        elif is_whole or is_fast:
            self._sizes[log_id] = SLOW_BYTES
        else:  # the time for the answer ended
            self._sizes[log_id] = max(ask.bytes_a_reply // 2, MIN_BYTES)
        return count > 0 and (more or not is_whole) and time.monotonic() < end

    def _post_all(self, log_id: str, replies: list[CheckedReply]) -> None:
        """Post replies of a fast link together: each post can interrupt these checks."""
        for reply in replies:
            self._post("rows", log_id, reply)
        replies.clear()

    def _wait_for_capacity(self, end: float) -> bool:
        """Wait until earlier rows are nearly written, to limit the memory used."""
        while not self._has_capacity():
            if time.monotonic() >= end:
                return False
            time.sleep(0.005)
        return True


# Parts of answers, checked outside the one thread that writes the file.

OBJECTS_A_BYTE = 4
"""Rows as Python objects take about this many times the bytes of their message."""

BATCH_WAIT_S = 0.1
"""The longest time that a part waits for the next one."""


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """One part of an answer, with each row checked."""

    answer: wire.Answer | None
    """None: not a valid message."""
    received: list[Received]
    set_aside: list[UnmergedRows]
    size: int
    """Approximate bytes in memory."""

    @property
    def seals(self) -> Sequence[Seal]:
        """The signatures that came with the rows."""
        return self.answer.seals if self.answer is not None else ()


@dataclass(slots=True)
class _Batch:
    since: float
    received: list[Received] = field(default_factory=list)
    set_aside: list[UnmergedRows] = field(default_factory=list)
    seals: list[Seal] = field(default_factory=list)


class ReplyBatcher:
    """Collects parts of answers for a moment, to write them in one transaction."""

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self._batches: dict[str, _Batch] = {}

    def add(self, log_id: str, reply: CheckedReply) -> None:
        """Add a part of a desk's answer."""
        batch = self._batches.setdefault(log_id, _Batch(time.monotonic()))
        batch.received += reply.received
        batch.set_aside += reply.set_aside
        batch.seals += reply.seals

    def due(self, ended: Collection[str]) -> list[str]:
        """Desks with enough rows, with rows that waited long enough, or with an ended answer."""
        now = time.monotonic()
        return [
            log_id
            for log_id, batch in self._batches.items()
            if log_id in ended
            or len(batch.received) >= self._enough
            or now - batch.since >= BATCH_WAIT_S
        ]

    def pop(self, log_id: str) -> tuple[list[Received], list[UnmergedRows], list[Seal]]:
        """Remove and return all waiting rows of a desk."""
        batch = self._batches.pop(log_id)
        return batch.received, batch.set_aside, batch.seals


def _is_enough(replies: Sequence[CheckedReply]) -> bool:
    """Whether these replies fill a transaction, into which another one would not fit."""
    rows = sum(len(one.received) for one in replies) + len(replies[-1].received)
    return rows > CATCH_UP_ROWS or sum(one.size for one in replies) >= CATCH_UP_BYTES


def check_reply(data: bytes) -> CheckedReply:
    """Parse a part of an answer and check each row."""
    size = len(data) * OBJECTS_A_BYTE
    try:
        with gc_paused():
            answer = wire.read_answer(data)
            return CheckedReply(answer, *read_rows(answer.rows), size)
    except wire.InvalidMessage:
        return CheckedReply(None, [], [], size)


def read_ahead(replies: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Yield replies in order, reading them from the engine in a thread of their own.

    The engine's thread must not wait for the checks. More than `limit` waiting bytes end the
    answer, as a broken connection does.
    """
    queue: SimpleQueue[bytes | None] = SimpleQueue()
    waiting = 0
    counting = threading.Lock()

    def drain() -> None:
        nonlocal replies, waiting
        try:
            for data in replies:
                with counting:
                    waiting += len(data)
                    if waiting > limit and waiting > len(data):
                        return
                queue.put(data)
        finally:
            replies = iter(())  # releases the engine's own queue
            queue.put(None)

    threading.Thread(target=drain, name="kiosk-sync-drain").start()
    while (data := queue.get()) is not None:
        with counting:
            waiting -= len(data)
        yield data
