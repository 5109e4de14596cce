"""Whom to ask for what this desk lacks: one desk at a time, none too often.

Who promises more than it gives (a faulty or hostile desk) is asked seldom, and the others first.
"""

from __future__ import annotations

import time

from kiosk.domain.merge import MAX_SEQ
from kiosk.sync import wire
from kiosk.sync.standing import Standing
from kiosk.sync.workers import Asker

ASK_AGAIN_S = 1.0
MAX_FRUITLESS = 3
"""Doublings of that pause for a desk whose answers brought nothing."""


class Asking:
    """Keeps one question under way while anybody is ahead of this desk."""

    def __init__(self, standing: Standing, asker: Asker) -> None:
        self._standing = standing
        self._asker = asker
        self._asking: str | None = None
        self._whole: str | None = None
        self._asked_at: dict[str, float] = {}
        self._fruitless: dict[str, int] = {}

    def look(self) -> None:
        """Ask somebody who is ahead."""
        if self.is_busy:
            return
        now = time.monotonic()
        nodes = [peer.head for peer in self._standing.book.alive(now)]
        for head in sorted(nodes, key=lambda head: self._asked_at.get(head.node, 0.0)):
            pause_s = ASK_AGAIN_S * 2 ** self._fruitless.get(head.node, 0)
            is_due = now - self._asked_at.get(head.node, -pause_s) >= pause_s
            if is_due and self._is_ahead(head):
                self._ask(head.node)
                return

    def _is_ahead(self, head: wire.Head) -> bool:
        standing = self._standing
        return any(
            seq > standing.heads.get(log_id, 0) and log_id not in standing.frozen
            for log_id, seq in head.seqs.items()
        )

    def at_once(self, node: str) -> None:
        """A row before one that came is missing: ask who sent it."""
        self.had_something(node)
        self._ask(node)

    def had_something(self, node: str) -> None:
        """An answer brought rows: the desk may be asked again without a pause."""
        self._asked_at.pop(node, None)
        self._fruitless.pop(node, None)

    @property
    def is_busy(self) -> bool:
        """A question is under way, or none can be asked."""
        return self._asking is not None or self._standing.network is None

    def whole_of(self, node: str) -> str | None:
        """The log that this desk is being asked for as a whole; None where it is not."""
        return self._whole if self._asking == node else None

    def whole(self, node: str, log_id: str, after: tuple[int, str] | None) -> None:
        """Ask a desk for its version of one log, from its beginning or from a row on."""
        peer = self._standing.book.by_node.get(node)
        if self.is_busy or peer is None:
            return
        # of all other logs nothing is wanted
        heads = {other: (MAX_SEQ, "") for other in peer.head.heads if other != log_id}
        self._send(node, {**heads, log_id: after} if after else heads)
        self._whole = log_id

    def ended(self, node: str) -> None:
        """The question is answered, or its desk is gone."""
        if self._asking == node:
            self.forget()

    def forget(self) -> None:
        """The session is a new one."""
        self._asking = self._whole = None

    def _ask(self, node: str) -> None:
        if not self.is_busy:
            self._asked_at[node] = time.monotonic()
            self._fruitless[node] = min(self._fruitless.get(node, -1) + 1, MAX_FRUITLESS)
            self._send(node, self._standing.hashes)

    def _send(self, node: str, heads: wire.HeadHashes) -> None:
        network = self._standing.network
        if network is not None:
            self._asking = node
            self._asker.ask(network, node, wire.write_ask(heads))
