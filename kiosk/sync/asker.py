"""The thread that asks one other desk, and looks at what it answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from kiosk.sync import wire
from kiosk.sync.fetched import drained, look_at

if TYPE_CHECKING:
    from kiosk.sync.network import Network

STOP_S = 2.0
ASKS_IN_A_ROW = 16
"""Of one desk before all that it gave is in the file."""
ASKS_S = 10.0
"""No further one after so long: another desk may have its turn."""
MAX_DRAINED = 64 * 1024 * 1024
"""Bytes of an answer that wait to be looked at; one that brings more is cut off."""
_LOG = logging.getLogger("kiosk")


class Asker:
    """Asks desks; answers go to the inbox, looked at: that takes as long as writing them into the
    file, which goes on meanwhile."""

    def __init__(self, post: Callable[[str, str, Any], None], has_room: Callable[[], bool]) -> None:
        self._post = post
        self._has_room = has_room
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
        for data in drained(islice(replies, wire.REPLIES_AN_ASK), MAX_DRAINED):
            if not self._wait_for_room(end):
                return False
            piece = look_at(data)
            heads.update({one.event.log_id: wire.head_of(one.row) for one in piece.received})
            came += len(piece.received)
            more = piece.answer is not None and piece.answer.more
            self._post("rows", node, piece)
        return came > 0 and more and time.monotonic() < end

    def _wait_for_room(self, end: float) -> bool:
        """Until what came before is nearly written, so that it does not fill the memory."""
        while not self._has_room():
            if time.monotonic() >= end:
                return False
            time.sleep(0.005)
        return True
