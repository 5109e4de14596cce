"""Keep track of the other desks: which are here, and how far each one is."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.log.merge import FOLLOWED_MS
from kiosk.sync.peer_trust import PeerTrust
from kiosk.sync.wire import MAX_DESKS, Head

SILENT_S = 25.0
"""A desk silent for this time counts as away; heads come every 2 s, or up to 10 with many desks."""
_SETTLED_S = 1.0
"""Rows of the last second may still be on their way."""


class DeskState(StrEnum):
    """Whether a desk has the same events as this one."""

    THIS = "this"
    UP_TO_DATE = "up_to_date"
    BEHIND = "behind"
    """One of the two desks lacks events of the other; they are being sent."""
    AWAY = "away"
    JOINED = "joined"
    """It has fetched the event, but its desk is not open yet."""
    OTHER_VERSION = "other_version"
    """It is here, but its program cannot exchange events with this one."""


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """One desk, for display."""

    name: str
    log_id: str
    state: DeskState
    behind: int
    """Number of events that only one of the two desks has."""
    last_heard_ms: int | None
    """Wall clock of this computer; None: not since this program started."""
    fast_ms: int = 0
    """How far its clock is ahead of this one; 0 when the difference is small."""
    undelivered: int = 0
    """Number of events that it announces and does not deliver."""
    version: str = ""
    """The version of its program, where that is another one."""
    given_name: str = ""
    """Its name without a number for equal names, where `name` has one."""

    @property
    def plain_name(self) -> str:
        """The name that the desk itself uses."""
        return self.given_name or self.name


@dataclass(slots=True)
class Peer:
    """A desk that has been heard."""

    head: Head
    heard_at: float
    heard_ms: int
    alive: bool = True
    since: float = 0.0
    """When its first head came."""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The heads of all its logs, from all parts that came."""
    ahead: dict[str, int] = field(default_factory=dict)
    """Log id to the announced number, where it was greater than the one of this desk."""
    lacking: int = 0
    """Number of events of this desk that it lacked when it was heard."""

    @property
    def is_whole(self) -> bool:
        """Whether all parts of its head are here."""
        return len(self.heads) >= self.head.logs


MAX_JOINING = 20
"""Desks that are shown while they join."""
MAX_UNKNOWN_LOGS = 10_000
"""Announced logs of a desk that are kept, next to those of this file; a megabyte has some 3,000."""


class PeerBook:
    """All desks heard since the start. The main thread writes it; `statuses` returns copies."""

    def __init__(self) -> None:
        self.by_log: dict[str, Peer] = {}
        """Desks by their logs: a head is signed, but any member can send it under any node."""
        self.foreign: dict[str, Peer] = {}
        """Desks with another version, by node."""
        self.trust = PeerTrust()
        self._own: deque[tuple[float, dict[str, int]]] = deque(maxlen=8)
        """How far this desk was in the last second and a little before."""

    def note_own(self, heads: dict[str, int], now: float) -> None:
        """Remember how far this desk is at this time."""
        if not self._own or (self._own[-1][1] != heads and now - self._own[-1][0] > 0.2):
            self._own.append((now, dict(heads)))

    def heard(
        self, head: Head, now: float, now_ms: int, mine: Mapping[str, int] | None = None
    ) -> bool:
        """Record a head, or a part of one; whether its desk is new.

        Args:
            mine: the heads of this desk.
        """
        mine = mine or {}
        known = self.by_log.get(head.log_id)
        if known is not None and known.head.node != head.node:  # it is started again
            self._drop(head.log_id)
            known = None
        if known is None and len(self.by_log) >= MAX_DESKS:
            self._drop(min(self.by_log, key=lambda log_id: self.by_log[log_id].heard_at))
        peer = Peer(head, now, now_ms, since=known.since if known else now)
        if known is not None:
            peer.heads, peer.ahead = known.heads, _beyond(known.ahead, mine)
        for log_id, (seq, digest) in head.heads.items():
            is_new = log_id not in peer.heads and log_id not in mine
            if is_new and len(peer.heads) >= len(mine) + MAX_UNKNOWN_LOGS:
                continue
            peer.heads[log_id] = (seq, digest)
            if seq > mine.get(log_id, 0):
                peer.ahead[log_id] = seq
            else:
                peer.ahead.pop(log_id, None)
        peer.lacking = self._lacking(peer)
        self.foreign.pop(head.node, None)
        self.by_log[head.log_id] = peer
        return known is None

    def heard_joining(self, head: Head, now: float, now_ms: int) -> None:
        """Record a desk that joins and proves nothing yet: only a few are kept."""
        unproven = set()
        for log_id, peer in list(self.by_log.items()):
            if peer.head.is_joining and not peer.head.is_proven:
                if now - peer.heard_at >= SILENT_S:
                    self._drop(log_id)
                else:
                    unproven.add(log_id)
        is_new = head.log_id not in self.by_log
        if head.log_id in unproven or (is_new and len(unproven) < MAX_JOINING):
            self.heard(head, now, now_ms)

    def _lacking(self, peer: Peer) -> int:
        if not peer.is_whole:
            return 0  # not known yet
        settled = peer.heard_at - _SETTLED_S
        before = next((own for at, own in reversed(self._own) if at <= settled), {})
        theirs = peer.heads
        return sum(
            max(0, seq - (theirs[log_id][0] if log_id in theirs else 0))
            for log_id, seq in before.items()
        )

    def expected(self, peer: Peer, mine: Mapping[str, int]) -> dict[str, int]:
        """Log id to the number that a desk credibly announces beyond those of this desk."""
        is_broken, desk = self.trust.is_broken, peer.head.log_id
        ahead = _beyond(peer.ahead, mine).items()
        return {log_id: seq for log_id, seq in ahead if not is_broken(desk, log_id, seq)}

    def undelivered(self, peer: Peer, mine: Mapping[str, int]) -> int:
        """Number of events that a desk announces and does not deliver."""
        is_broken, desk = self.trust.is_broken, peer.head.log_id
        ahead = _beyond(peer.ahead, mine).items()
        return sum(
            seq - mine.get(log_id, 0) for log_id, seq in ahead if is_broken(desk, log_id, seq)
        )

    def _drop(self, log_id: str) -> None:
        del self.by_log[log_id]
        self.trust.forget(log_id)

    def heard_foreign(self, head: Head, now: float, now_ms: int) -> None:
        """Record a desk with another version, unless it is here with this one."""
        for peer in self.alive(now):
            if head.node == peer.head.node or head.log_id == peer.head.log_id:
                return
        self.foreign = {
            node: peer
            for node, peer in self.foreign.items()
            if peer.head.log_id != head.log_id and now - peer.heard_at < SILENT_S
        }
        if len(self.foreign) < MAX_DESKS:
            self.foreign[head.node] = Peer(head, now, now_ms)

    def of_node(self, node: str) -> list[Peer]:
        """The desks that were heard under a node: one, unless a member uses that of another."""
        return [peer for peer in self.by_log.values() if peer.head.node == node]

    def gone(self, node: str) -> None:
        """Record that a desk's program or link ended."""
        self.foreign.pop(node, None)
        for peer in self.of_node(node):
            peer.alive = False
            if peer.head.is_joining and peer.head.log_id not in peer.heads:
                self._drop(peer.head.log_id)  # it fetched events for a desk with another log

    def alive(self, now: float) -> list[Peer]:
        """Desks that are here."""
        return [p for p in self.by_log.values() if p.alive and now - p.heard_at < SILENT_S]

    def statuses(self, heads: dict[str, int], now: float, now_ms: int) -> list[DeskStatus]:
        """All desks heard since the start, by name."""
        here = {peer.head.log_id for peer in self.alive(now)}
        statuses = []
        for log_id, peer in list(self.by_log.items()):
            behind = self._difference(peer, heads)
            state = DeskState.BEHIND if behind else DeskState.UP_TO_DATE
            if peer.head.is_joining:
                state = DeskState.JOINED
            elif log_id not in here:
                state = DeskState.AWAY
            fast_ms = peer.head.now_ms - peer.heard_ms
            statuses.append(
                DeskStatus(
                    peer.head.desk,
                    peer.head.log_id,
                    state,
                    behind,
                    peer.heard_ms,
                    fast_ms if abs(fast_ms) > FOLLOWED_MS else 0,
                    self.undelivered(peer, heads),
                )
            )
        for peer in list(self.foreign.values()):
            if now - peer.heard_at < SILENT_S:
                head, state = peer.head, DeskState.OTHER_VERSION
                statuses.append(
                    DeskStatus(
                        head.desk, head.log_id, state, 0, peer.heard_ms, version=head.version
                    )
                )
        return sorted(statuses, key=lambda status: (status.name, status.log_id))

    def _difference(self, peer: Peer, heads: Mapping[str, int]) -> int:
        expected = self.expected(peer, heads).items()
        return peer.lacking + sum(seq - heads.get(log_id, 0) for log_id, seq in expected)


def _beyond(announced: Mapping[str, int], mine: Mapping[str, int]) -> dict[str, int]:
    """The announced numbers that are greater than those of this desk."""
    return {log_id: seq for log_id, seq in announced.items() if seq > mine.get(log_id, 0)}
