"""Pieces of answers, looked at outside the one thread that writes the file."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue

from kiosk.bulk import uncollected
from kiosk.domain.merge import Received, SetAside, read_rows
from kiosk.sync import wire

OBJECTS_A_BYTE = 4
"""Rows as objects take about so many times the room of the message that they came in."""

GATHERED_S = 0.1
"""So long a piece waits for the next at most, and a turn."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one piece of an answer holds."""

    answer: wire.Answer | None
    """None: it says nothing."""
    received: list[Received]
    set_aside: list[SetAside]
    size: int
    """Bytes that it takes, about."""


@dataclass(slots=True)
class _Pile:
    since: float
    received: list[Received] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)


class Gathered:
    """Pieces that wait a moment for those behind them, to be written into the file at once."""

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self._piles: dict[str, _Pile] = {}

    def add(self, node: str, piece: Fetched) -> None:
        """A piece of a desk's answer."""
        pile = self._piles.setdefault(node, _Pile(time.monotonic()))
        pile.received += piece.received
        pile.set_aside += piece.set_aside

    def due(self, ended: Collection[str]) -> list[str]:
        """Desks of which enough came, or that wait long enough, or whose answers are over."""
        now = time.monotonic()
        return [
            node
            for node, pile in self._piles.items()
            if node in ended or len(pile.received) >= self._enough or now - pile.since >= GATHERED_S
        ]

    def pop(self, node: str) -> tuple[list[Received], list[SetAside]]:
        """All that waits of a desk."""
        pile = self._piles.pop(node)
        return pile.received, pile.set_aside


def look_at(data: bytes) -> Fetched:
    """A piece of an answer, each row of it checked."""
    size = len(data) * OBJECTS_A_BYTE
    try:
        with uncollected():
            answer = wire.read_answer(data)
            return Fetched(answer, *read_rows(answer.rows), size)
    except wire.Nonsense:
        return Fetched(None, [], [], size)


def drained(replies: Iterator[bytes], limit: int) -> Iterator[bytes]:
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
