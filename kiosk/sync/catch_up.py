"""Decide which desk to request missing rows from, and when.

One request runs at a time, with a pause between two requests to the same desk. A desk that
announces more than it delivers (faulty or hostile) is asked less often than the others. While a
desk does not answer, another one is asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.sync import wire
from kiosk.sync.fetcher import Fetcher
from kiosk.sync.node_state import NOTHING, NodeState
from kiosk.sync.peer_trust import SILENT_S
from kiosk.sync.peers import Peer

ASK_AGAIN_S = 1.0
ASK_NOW_S = 0.2
"""The shortest pause, when a row before a received one is missing."""
MAX_FRUITLESS = 3
"""How often the pause doubles for a desk that answers without rows."""
SET_ASIDE_S = 30.0
"""Pause for a desk that is ahead only by announcements that it did not keep."""
SLOW_S = 4.0
"""After this time without a reply, another desk is asked as well."""
MAX_SLOW = 4
"""Requests to slow desks that may stay open next to the current one; those to silent desks do not
count."""


@dataclass(slots=True)
class _Request:
    desk: str
    """The log id of the desk."""
    promised: dict[str, int]
    """The last numbers that the desk announced when it was asked."""
    began: float
    heard: float
    only_log: str | None = None
    """The one log that is requested, as another version of it."""
    replies: int = 0
    added: int = 0
    is_complete: bool = False
    """The whole answer was received."""


class CatchUpPlanner:
    """Keeps one request running while any desk is ahead of this one."""

    def __init__(self, state: NodeState, fetcher: Fetcher) -> None:
        self._state = state
        self._fetcher = fetcher
        self._front: _Request | None = None
        self._slow: dict[str, _Request] = {}
        self._asked_at: dict[str, float] = {}
        self._fruitless: dict[tuple[str, bool], int] = {}
        """Desk, and whether a gap was the reason, to the requests without rows: any member can make
        gaps in the log of another desk seem to be, which must not delay ordinary requests."""

    def tick(self) -> None:
        """Send the next request to a desk that is ahead."""
        now = time.monotonic()
        self._set_slow_aside(now)
        if self.is_busy:
            return
        peers = self._state.book.alive(now)
        for peer in sorted(peers, key=lambda peer: self._asked_at.get(peer.head.log_id, 0.0)):
            if self._is_due(peer, now):
                self._ask(peer.head.log_id)
                return

    def _set_slow_aside(self, now: float) -> None:
        front = self._front
        waiting = [one for one in self._slow.values() if now - one.heard <= SILENT_S]
        if front and now - front.heard > SLOW_S and len(waiting) < MAX_SLOW:
            self._slow[front.desk], self._front = front, None
        for request in self._slow.values():
            if now - request.heard > SILENT_S and request.only_log is None:
                self._record_silence(request)

    def _record_silence(self, request: _Request) -> None:
        state = self._state
        trust = state.book.trust
        trust.record_silence(request.desk, request.promised, state.heads, request.began)

    def _is_due(self, peer: Peer, now: float) -> bool:
        desk, mine = peer.head.log_id, self._state.heads
        if desk in self._slow or not any(n > mine.get(log, 0) for log, n in peer.ahead.items()):
            return False
        pause_s = ASK_AGAIN_S * float(2 ** self._fruitless.get((desk, False), 0))
        if not self._state.book.expected(peer, mine):
            pause_s = SET_ASIDE_S
        return now - self._asked_at.get(desk, -pause_s) >= pause_s

    def ask_now(self, desk: str, gaps: Mapping[str, int]) -> None:
        """Request missing earlier rows from the desk that sent later ones.

        Args:
            desk: its log id, as in all methods.
            gaps: log id to the number of a received row.
        """
        pause_s = ASK_NOW_S * 2 ** self._fruitless.get((desk, True), 0)
        if time.monotonic() - self._asked_at.get(desk, -pause_s) >= pause_s:
            self._ask(desk, gaps)

    def reply_received(self, desk: str, answer: wire.Answer) -> None:
        """Record that a part of an answer arrived."""
        request = self._request(desk)
        if request is not None:
            request.heard = time.monotonic()
            request.replies += 1
            request.is_complete = not answer.rows and not answer.more

    def rows_added(self, desk: str, added: int) -> None:
        """Record that an answer brought rows: no pause before the next request to this desk."""
        self._asked_at.pop(desk, None)
        for has_gap in (False, True):
            self._fruitless.pop((desk, has_gap), None)
        request = self._request(desk)
        if request is not None:
            request.added += added

    def _request(self, desk: str) -> _Request | None:
        if self._front is not None and self._front.desk == desk:
            return self._front
        return self._slow.get(desk)

    @property
    def is_busy(self) -> bool:
        """A request is running, or there is no session."""
        return self._front is not None or self._state.network is None

    def requested_log(self, desk: str) -> str | None:
        """The single log that is being requested from this desk; None: no such request."""
        front = self._front
        return front.only_log if front is not None and front.desk == desk else None

    def ask_for_log(self, desk: str, log_id: str, after: tuple[int, str] | None) -> None:
        """Request a desk's version of one log, from its beginning or after a given row."""
        if self.is_busy or desk in self._slow:
            return
        self._send(desk, {log_id: after or NOTHING}, {})
        if self._front is not None:
            self._front.only_log = log_id

    def check_promises(self, desk: str) -> None:
        """After a whole answer is in the file: check that the desk delivered all announced rows."""
        request = self._request(desk)
        if request is None or request.only_log is not None:
            return
        state, now = self._state, time.monotonic()
        if request.is_complete or (request.replies and not request.added):
            promised = request.promised
            state.book.trust.record_answer(desk, promised, state.heads, now, but=state.suspects)
        elif not request.replies and now - request.began > SILENT_S:
            self._record_silence(request)

    def answer_ended(self, desk: str) -> None:
        """End the request: it is answered, or its desk is gone."""
        self._slow.pop(desk, None)
        if self._front is not None and self._front.desk == desk:
            self._front = None

    def reset(self) -> None:
        """Drop all requests: the session is a new one."""
        self._front = None
        self._slow.clear()

    def _ask(self, desk: str, gaps: Mapping[str, int] | None = None) -> None:
        is_known = desk in self._state.book.by_log
        if is_known and not self.is_busy and desk not in self._slow:
            self._asked_at[desk] = time.monotonic()
            why = (desk, bool(gaps))
            self._fruitless[why] = min(self._fruitless.get(why, -1) + 1, MAX_FRUITLESS)
            wanted = self._wanted(desk, gaps or {})
            hashes = self._state.hashes
            self._send(desk, {log: hashes.get(log, NOTHING) for log in wanted}, wanted)

    def _wanted(self, desk: str, gaps: Mapping[str, int]) -> dict[str, int]:
        """Log id to the announced number: logs of which a desk has more, the known ones first.

        Of logs that nothing here introduces yet, only as many as one request can name.
        """
        state = self._state
        peer = state.book.by_log.get(desk)
        wanted = {**(state.book.expected(peer, state.heads) if peer else {}), **gaps}
        if not wanted and peer:  # it has delivered nothing of what it announces
            wanted = peer.ahead
        if len(wanted) > wire.LOGS_A_MESSAGE:
            is_introduced = state.admission.is_introduced
            known = {log for log in wanted if log in state.heads or is_introduced(log)}
            logs = sorted(wanted, key=lambda log: (log not in known, log))
            wanted = {log: wanted[log] for log in logs[: wire.LOGS_A_MESSAGE]}
        return dict(wanted)

    def _send(self, desk: str, heads: wire.HeadHashes, promised: dict[str, int]) -> None:
        network, peer = self._state.network, self._state.book.by_log.get(desk)
        if network is not None and peer is not None:
            now = time.monotonic()
            self._front = _Request(desk, promised, now, now)
            self._fetcher.ask(network, peer.head, heads)
