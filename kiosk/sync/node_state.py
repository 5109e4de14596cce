"""The state of a sharing desk (its file, session, heads, other desks), and its announcement.

Only the main thread of sharing writes it; other threads read it.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import Any

from kiosk import __version__
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import desk_logs, numbered, roots, superseded
from kiosk.storage.replication.merge import hash_at, log_head, log_heads
from kiosk.storage.replication.seals import own_key, seal_own_log
from kiosk.storage.replication.sharing import Sharing, read_sharing, write_sharing
from kiosk.sync import wire
from kiosk.sync.admission import Admission
from kiosk.sync.network import LOOPBACK, Network, listening
from kiosk.sync.peers import DeskState, DeskStatus, Peer, PeerBook
from kiosk.sync.reachability import Reach
from kiosk.sync.status_file import SharedState, write_status

NOTHING = (0, "")
"""The head of a log of which no row is here."""
RENEWED_S = 60.0
HEAD_NUMBERS = "head_numbers"
"""In `local`: up to this number, heads of this desk may have been sent."""
RESERVED_HEADS = 1 << 20
Message = tuple[str, str, Any]
"""(kind, node, payload), as the engine posts it; answers have the log id of their desk as node."""


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """Settings for tests and special networks."""

    multicast: bool = True
    hosts: tuple[str, ...] | None = None
    """Addresses to listen on; None: all of this computer."""
    is_joining: bool = False
    """The program only fetches the event."""


@dataclass(slots=True)
class NodeState:
    """The state of one running node."""

    store: Store
    folder: Path
    """Folder of the keys."""
    desk: str
    """The name of this desk, where its file has none."""
    options: NodeOptions
    book: PeerBook
    post: Callable[[str, str, Any], None]
    """Called by the engine's threads."""
    admission: Admission = field(init=False)
    suspects: set[str] = field(default_factory=set)
    """Logs of which another desk claims to have another version."""
    id: str = field(default_factory=lambda: os.urandom(8).hex())
    """Id of this session; a new one each time a session opens."""
    network: Network | None = None
    sharing: Sharing | None = None
    heads: dict[str, int] = field(default_factory=dict)
    own_log: str = ""
    """Id of the log that this desk writes, when the heads were last read."""
    hashes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Log id to last number and the start of that row's hash, to detect forks."""
    hosts: list[str] = field(default_factory=list)
    """Addresses that this desk listens on."""
    port: int = 0
    head_number: int = 0
    """The number of the last head that this desk sent."""
    heads_left: int = 0
    """Numbers of further heads that are reserved in the file."""
    renewed_at: float = -RENEWED_S
    """Monotonic time when this desk last began a new log."""
    trouble: str = ""
    """Why the network cannot be used now; empty when it can."""
    reached: tuple[tuple[str, Reach], ...] = ()
    """While no desk is heard: the known addresses and what answers there."""
    noticing_until: float = 0.0
    """Monotonic time until which the session of the old code only sends the notice of the new
    code; 0: it does not."""
    file_trouble: KioskError | None = None
    """Why the file cannot be written now; None when it can."""

    def __post_init__(self) -> None:
        """Read which logs are known."""
        self.admission = Admission(self.store, trusts_all=self.options.is_joining)

    def may_renew(self) -> bool:
        """Whether a message of another desk may make this desk begin a new log.

        At most once in `RENEWED_S`, so that a faulty desk cannot repeat it without end.
        """
        return time.monotonic() - self.renewed_at >= RENEWED_S

    def next_head_number(self) -> int:
        """A number greater than those of all earlier heads of this log, also of other sessions."""
        if self.heads_left == 0:
            self.head_number = max(self.head_number, int(self.store.local(HEAD_NUMBERS) or 0))
            with suppress(KioskError), self.store.writing():  # else the next head tries again
                self.store.set_local(**{HEAD_NUMBERS: str(self.head_number + RESERVED_HEADS)})
                self.heads_left = RESERVED_HEADS
        self.heads_left = max(0, self.heads_left - 1)
        self.head_number += 1
        return self.head_number

    def change_sharing(self, change: Callable[[Sharing], Sharing]) -> None:
        """Change the sharing settings of this machine."""
        with self.store.writing():
            now = read_sharing(self.store)
            if now is not None:
                self.sharing = change(now)
                write_sharing(self.store, self.sharing)

    def refresh_heads(self, added: Iterable[str] | None = None) -> None:
        """Read the last number and hash of each log from the file, or only of those `added` to."""
        if added is None:
            self.own_log = self.store.local("log_id")
            before, heads = self.heads, log_heads(self.store)
            self.heads = heads
            for log_id in heads if before else ():  # at first, all is known
                if heads[log_id] > before.get(log_id, 0):
                    self.admission.learn_after(log_id, before.get(log_id, 0))
        else:
            connection = self.store.connection
            heads = {log_id: log_head(connection, log_id) for log_id in set(added)}
            self.heads.update(heads)
        for log_id, seq in heads.items():
            if self.hashes.get(log_id, NOTHING)[0] != seq:
                self.hashes[log_id] = (seq, hash_at(self.store, log_id, seq) or "")
        self.book.note_own(self.heads, time.monotonic())


def wall_ms() -> int:
    """The computer's clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000


# Announcement to the other desks, and the status file.

HEAD_S, MAX_HEAD_S, MANY = 2.0, 10.0, 8
"""Pause between two heads; with more than `MANY` desks it grows with their number, because each
desk reads the heads of all others."""
ALWAYS_IN_TURN = wire.LOGS_A_MESSAGE // 2
"""Logs of one part of a head that are taken in turn, however many logs changed."""
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
        self._announced: dict[str, tuple[int, str]] = {}
        """The heads as last sent, where they do not fit into one message."""
        self._parts_due = 0
        """Parts of the head to send soon, because a desk has appeared."""
        self._last_in_turn = ""
        self._superseded: set[str] = set()
        self._superseded_at: object = None
        """What `_superseded` was read for."""

    def announce_soon(self) -> None:
        """Send the next head within `SOON_S`, or later with many desks: another desk needs it."""
        now = time.monotonic()
        pause_s = SOON_S * self._crowd(now) ** 1.5
        self._next_head = min(self._next_head, now + pause_s)

    def _crowd(self, now: float) -> float:
        """How many times more desks than `MANY` are here; at least 1."""
        return max(1.0, len(self._state.book.alive(now)) / MANY)

    def peer_appeared(self) -> None:
        """Send two heads: a desk that has just started may miss the first one."""
        self.announce_soon()
        self._extra_head = time.monotonic() + AGAIN_S
        self._parts_due = len(self._state.hashes) // ALWAYS_IN_TURN

    def session_opened(self) -> None:
        """Send a head now, and another when links are up."""
        self._next_head = 0.0
        self._extra_head = time.monotonic() + 1.0

    def pause_s(self) -> float:
        """Seconds until a head is due; infinite while none is sent."""
        if self._state.network is None or self._state.noticing_until:
            return inf
        due = min(self._next_head, self._extra_head or self._next_head)
        return max(0.01, due - time.monotonic())

    def tick(self) -> None:
        """Send the head and publish the status when they are due."""
        now = time.monotonic()
        is_due = now >= self._next_head or 0 < self._extra_head <= now
        if self._state.network is not None and is_due:
            self._extra_head = 0.0 if self._extra_head <= now else self._extra_head
            self._next_head = now + min(HEAD_S * self._crowd(now), MAX_HEAD_S)
            self.send_head()
            if self._parts_due > 0:
                self._parts_due -= 1
                self.announce_soon()
        self._publish_status(now)

    def send_head(self) -> None:
        """Send this desk's head to all desks that are here."""
        state = self._state
        if state.network is None or state.noticing_until:
            return
        here = state.book.alive(time.monotonic())
        seal_own_log(state.store)
        key = own_key(state.store)
        state.network.send_head(
            wire.write_head(
                wire.Head(
                    state.id,
                    state.store.local("log_id"),
                    state.store.desk or state.desk,
                    state.store.clock(),
                    self._part(here),
                    listening(state.hosts, state.port),
                    {peer.head.log_id: peer.head.addresses for peer in here},
                    __version__,
                    state.options.is_joining,
                    len(state.hashes),
                    roots(state.store),
                    state.next_head_number(),
                ),
                key,
            )
        )

    def _part(self, here: Iterable[Peer]) -> dict[str, tuple[int, str]]:
        """The next part of the head: all of it, unless there are very many logs.

        First the logs of desks that are here, then those that changed, then the others in turn.
        """
        state, most = self._state, wire.LOGS_A_MESSAGE
        if len(state.hashes) <= most:
            return state.hashes
        first = [state.store.local("log_id"), *(peer.head.log_id for peer in here)]
        first += [log for log in state.hashes if state.hashes[log] != self._announced.get(log)]
        in_turn = sorted(state.hashes)
        start = bisect_right(in_turn, self._last_in_turn)
        in_turn = [*in_turn[start:], *in_turn[:start]]
        chosen = [log for log in dict.fromkeys(first) if log in state.hashes]
        chosen = chosen[: most - ALWAYS_IN_TURN]
        for log_id in in_turn[: most - len(chosen)]:
            chosen.append(log_id)
            self._last_in_turn = log_id
        part = {log_id: state.hashes[log_id] for log_id in chosen}
        self._announced.update(part)
        return part

    def _publish_status(self, now: float) -> None:
        if now < self._next_look:
            return
        state, before, now_ms = self._state, self._status, wall_ms()
        self._next_look = now + (LOOK_S if len(state.book.by_log) <= MANY else LOOK_AT_MANY_S)
        listed = self._without_earlier(state.book.statuses(state.heads, now, now_ms))
        desks = tuple(_with_unique_names(state.store, listed))
        sharing = state.sharing
        status = SharedState(
            desks,
            "",
            before.since_ms,
            state.port,
            now_ms,
            replaced=sharing.replaced if sharing else None,
            left_behind=tuple(name for _, name in sharing.left_behind) if sharing else (),
            reached=state.reached,
        )
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

    def _without_earlier(self, desks: list[DeskStatus]) -> list[DeskStatus]:
        """Without earlier logs of desks that were restored: nothing is away there."""
        heads = self._state.heads
        away = {d.log_id: heads.get(d.log_id) for d in desks if d.state is DeskState.AWAY}
        if away and self._superseded_at != (away, len(heads)):
            self._superseded_at = (away, len(heads))
            self._superseded = superseded(desk_logs(self._state.store.connection))
        ended = away.keys() & self._superseded
        return [desk for desk in desks if desk.log_id not in ended]

    def _network_trouble(self, status: SharedState) -> str:
        """The message for a desk without a network; empty when there is one."""
        only_itself = self._state.hosts == [LOOPBACK] and self._state.options.hosts is None
        return NO_NETWORK if only_itself and not status.here else ""


def _with_unique_names(store: Store, desks: list[DeskStatus]) -> list[DeskStatus]:
    """Equal names get a number, as in the list of desks."""
    names = {store.local("log_id"): store.desk} | {desk.log_id: desk.name for desk in desks}
    if len({name.casefold() for name in names.values()}) == len(names):
        return desks
    unique = numbered(names)
    return [replace(desk, name=unique[desk.log_id], given_name=desk.name) for desk in desks]


def _without_times(desks: tuple[DeskStatus, ...]) -> tuple[DeskStatus, ...]:
    return tuple(replace(desk, last_heard_ms=0, fast_ms=0) for desk in desks)
