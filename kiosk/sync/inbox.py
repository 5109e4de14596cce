"""What came from other desks and is not read yet: so much, and no more."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

from kiosk.sync.fetched import Fetched
from kiosk.sync.standing import Message

MAX_WAITING = 20_000
MAX_BYTES = 128 * 1024 * 1024
"""What comes beyond either is dropped, and asked for later."""
_ALWAYS = frozenset({"stop", "asked", "alive", "gone"})


class Inbox:
    """Filled by the engine's threads, emptied by the main one."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._bytes = 0
        self._counting = threading.Lock()

    def put(self, message: Message) -> None:
        """Take a message, or drop it; returns at once."""
        what, _, payload = message
        size = _size(payload)
        with self._counting:
            is_full = self._bytes + size > MAX_BYTES and self._bytes > 0
            if what not in _ALWAYS and (is_full or self._messages.qsize() >= MAX_WAITING):
                return
            self._bytes += size
        self._messages.put(message)

    def has_room(self) -> bool:
        """Whether more may come: some ten thousand rows wait at most."""
        with self._counting:
            return self._bytes < MAX_BYTES // 8

    def take(self, limit: int, timeout_s: float) -> list[Message]:
        """What is there, up to the end of an answer; waits for the first."""
        messages: list[Message] = []
        try:
            messages.append(self._messages.get(timeout=timeout_s))
            while len(messages) < limit and messages[-1][0] != "asked":
                messages.append(self._messages.get_nowait())
        except Empty:
            pass
        size = sum(_size(payload) for _, _, payload in messages)
        with self._counting:
            self._bytes -= size
        return messages


def _size(payload: object) -> int:
    if isinstance(payload, bytes):
        return len(payload)
    return payload.size if isinstance(payload, Fetched) else 0
