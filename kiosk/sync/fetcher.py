"""The thread that asks one other desk, and looks at what it answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from kiosk.domain.log.merge import Received, UnmergedRows, read_rows
from kiosk.support.gc_paused import gc_paused
from kiosk.sync import wire

if TYPE_CHECKING:
    from kiosk.sync.network import Network

STOP_S = 2.0
ASKS_IN_A_ROW = 16
"""Of one desk before all that it gave is in the file."""
ASKS_S = 10.0
"""No further one after so long: another desk may have its turn."""
MAX_READ_AHEAD = 64 * 1024 * 1024
"""Bytes of an answer that wait to be looked at; one that brings more is cut off."""
_LOG = logging.getLogger("kiosk")


class Fetcher:
    """Asks desks; answers go to the inbox, looked at: that takes as long as writing them into the
    file, which goes on meanwhile."""

    def __init__(
        self, post: Callable[[str, str, Any], None], has_capacity: Callable[[], bool]
    ) -> None:
        self._post = post
        self._has_capacity = has_capacity
        self._threads: list[threading.Thread] = []

    def ask(self, network: Network, node: str, heads: wire.HeadHashes) -> None:
        """Ask; `rows` messages follow, and `asked` at the end. A thread a question, so that a desk
        that does not answer keeps no other question waiting."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        arguments = (network, node, dict(heads))
        thread = threading.Thread(
            target=self._run, args=arguments, name="kiosk-sync-ask", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End, when the questions under way are answered; for a moment only."""
        end = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _run(self, network: Network, node: str, heads: dict[str, tuple[int, str]]) -> None:
        end = time.monotonic() + ASKS_S
        try:
            for _ in range(ASKS_IN_A_ROW):
                if not self._round(network, node, heads, end):
                    break
        except Exception:
            _LOG.debug("asking a desk failed", exc_info=True)
        self._post("asked", node, None)

    def _round(
        self, network: Network, node: str, heads: dict[str, tuple[int, str]], end: float
    ) -> bool:
        """One answer, which `heads` follow; whether it brought rows, and more are said to be
        there: those are fetched while these are still being written."""
        came, more = 0, False
        replies = network.ask(node, wire.write_ask(heads))
        for data in read_ahead(islice(replies, wire.REPLIES_AN_ASK), MAX_READ_AHEAD):
            if not self._wait_for_capacity(end):
                return False
            piece = check_reply(data)
            heads.update({one.event.log_id: wire.head_of(one.row) for one in piece.received})
            came += len(piece.received)
            more = piece.answer is not None and piece.answer.more
            self._post("rows", node, piece)
        return came > 0 and more and time.monotonic() < end

    def _wait_for_capacity(self, end: float) -> bool:
        """Until what came before is nearly written, so that it does not fill the memory."""
        while not self._has_capacity():
            if time.monotonic() >= end:
                return False
            time.sleep(0.005)
        return True


# Pieces of answers, looked at outside the one thread that writes the file.

OBJECTS_A_BYTE = 4
"""Rows as objects take about so many times the room of the message that they came in."""

BATCH_WAIT_S = 0.1
"""So long a piece waits for the next at most, and a turn."""


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """What one piece of an answer holds."""

    answer: wire.Answer | None
    """None: it says nothing."""
    received: list[Received]
    set_aside: list[UnmergedRows]
    size: int
    """Bytes that it takes, about."""


@dataclass(slots=True)
class _Batch:
    since: float
    received: list[Received] = field(default_factory=list)
    set_aside: list[UnmergedRows] = field(default_factory=list)


class ReplyBatcher:
    """Pieces that wait a moment for those behind them, to be written into the file at once."""

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self._batches: dict[str, _Batch] = {}

    def add(self, node: str, piece: CheckedReply) -> None:
        """A piece of a desk's answer."""
        batch = self._batches.setdefault(node, _Batch(time.monotonic()))
        batch.received += piece.received
        batch.set_aside += piece.set_aside

    def due(self, ended: Collection[str]) -> list[str]:
        """Desks of which enough came, or that wait long enough, or whose answers are over."""
        now = time.monotonic()
        return [
            node
            for node, batch in self._batches.items()
            if node in ended
            or len(batch.received) >= self._enough
            or now - batch.since >= BATCH_WAIT_S
        ]

    def pop(self, node: str) -> tuple[list[Received], list[UnmergedRows]]:
        """All that waits of a desk."""
        batch = self._batches.pop(node)
        return batch.received, batch.set_aside


def check_reply(data: bytes) -> CheckedReply:
    """A piece of an answer, each row of it checked."""
    size = len(data) * OBJECTS_A_BYTE
    try:
        with gc_paused():
            answer = wire.read_answer(data)
            return CheckedReply(answer, *read_rows(answer.rows), size)
    except wire.InvalidMessage:
        return CheckedReply(None, [], [], size)


def read_ahead(replies: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Replies as they come, taken off the engine at once: its own thread must not wait for who
    looks at them. What goes beyond `limit` bytes is cut off, as a broken line does."""
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
            replies = iter(())  # lets go of the engine's own queue
            queue.put(None)

    threading.Thread(target=drain, name="kiosk-sync-drain", daemon=True).start()
    while (data := queue.get()) is not None:
        with counting:
            waiting -= len(data)
        yield data
