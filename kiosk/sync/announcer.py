"""Announce this desk's progress to the other desks, and write the status file."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from kiosk.sync import wire
from kiosk.sync.network import listening
from kiosk.sync.node_state import NodeState, wall_ms
from kiosk.sync.peers import DeskStatus
from kiosk.sync.session import LOOPBACK
from kiosk.sync.status_file import SharedState, write_status

HEAD_S, HEAD_OF_MANY_S, MANY = 2.0, 5.0, 8
STATUS_S = 5.0
LOOK_S, LOOK_AT_MANY_S = 0.2, 1.0
SOON_S, AGAIN_S = 0.1, 0.8
_SHORT_TROUBLE = {"disk_full": "disk full", "file_busy": "file busy", "file_gone": "file gone"}
NO_NETWORK = "This computer is not on a network: the desk works alone until it is."


class Announcer:
    """Sends heads at regular times, and publishes the status when it changes."""

    def __init__(
        self, state: NodeState, status: SharedState, show: Callable[[SharedState], None]
    ) -> None:
        self._state = state
        self._status = status
        self._show = show
        self._next_head = self._next_status = 0.0
        self._next_look = self._extra_head = 0.0

    def announce_soon(self) -> None:
        """Send the next head within `SOON_S`: another desk needs it."""
        self._next_head = min(self._next_head, time.monotonic() + SOON_S)

    def peer_appeared(self) -> None:
        """Send two heads: a desk that has just started may miss the first one."""
        self.announce_soon()
        self._extra_head = time.monotonic() + AGAIN_S

    def session_opened(self) -> None:
        """Send a head now, and another when links are up."""
        self._next_head = 0.0
        self._extra_head = time.monotonic() + 1.0

    def tick(self) -> None:
        """Send the head and publish the status when they are due."""
        now = time.monotonic()
        is_due = now >= self._next_head or 0 < self._extra_head <= now
        if self._state.network is not None and is_due:
            self._extra_head = 0.0 if self._extra_head <= now else self._extra_head
            many = len(self._state.book.alive(now)) > MANY
            self._next_head = now + (HEAD_OF_MANY_S if many else HEAD_S)
            self.send_head()
        self._publish_status(now)

    def send_head(self) -> None:
        """Send this desk's head to all desks that are here."""
        state = self._state
        if state.network is None:
            return
        here = state.book.alive(time.monotonic())
        state.network.send_head(
            wire.write_head(
                wire.Head(
                    state.id,
                    state.store.local("log_id"),
                    state.desk,
                    state.store.clock(),
                    state.hashes,
                    listening(state.hosts, state.port),
                    {peer.head.log_id: peer.head.addresses for peer in here},
                )
            )
        )

    def _publish_status(self, now: float) -> None:
        if now < self._next_look:
            return
        state, before, now_ms = self._state, self._status, wall_ms()
        self._next_look = now + (LOOK_S if len(state.book.by_node) <= MANY else LOOK_AT_MANY_S)
        desks = tuple(state.book.statuses(state.heads, now, now_ms))
        status = SharedState(desks, "", before.since_ms, state.port, now_ms)
        if state.file_trouble is not None:
            hindrance = _SHORT_TROUBLE.get(state.file_trouble.code, "file cannot be written")
            status = replace(status, trouble=str(state.file_trouble), hindrance=hindrance)
        else:
            status = replace(status, trouble=state.trouble or self._network_trouble(status))
        settled = replace(status, at_ms=0, desks=_without_times(desks))
        same = settled == replace(before, at_ms=0, desks=_without_times(before.desks))
        if not same or now >= self._next_status:
            self._next_status = now + STATUS_S
            write_status(state.folder, status)
            self._status = status
            self._show(status)

    def _network_trouble(self, status: SharedState) -> str:
        """The message for a desk without a network; empty when there is one."""
        only_itself = self._state.hosts == [LOOPBACK] and self._state.options.hosts is None
        return NO_NETWORK if only_itself and not status.here else ""


def _without_times(desks: tuple[DeskStatus, ...]) -> tuple[DeskStatus, ...]:
    return tuple(replace(desk, last_heard_ms=0, fast_ms=0) for desk in desks)
