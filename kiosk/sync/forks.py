"""Settle forked logs: fetch another desk's whole version of a log, and keep both versions."""

from __future__ import annotations

import logging
import time
from typing import Any

from kiosk.domain.log.merge import Fork
from kiosk.storage.replication.forks import settle_fork
from kiosk.storage.replication.incidents import record_incidents
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.node_state import NodeState

AGAIN_S = 5.0
MAX_TRIES = 3
"""Requests to a desk for the version of a log that it claims to hold. After that the claim is
ignored, and the log is accepted again."""
DISBELIEVED_S = 300.0
MAX_ROWS = 400_000
"""More rows than the longest log of an event; further rows are ignored."""
_LOG = logging.getLogger("kiosk")


class Forks:
    """Settles one fork after the other; a forked log is frozen until then."""

    def __init__(self, state: NodeState, planner: CatchUpPlanner) -> None:
        self._state = state
        self._planner = planner
        self._versions: dict[str, str] = {}
        """Log id to a node that holds another version of it."""
        self._due: dict[str, float] = {}
        self._tries: dict[tuple[str, str], int] = {}
        self._disbelieved: dict[tuple[str, str], float] = {}
        self._rows: list[Any] = []
        self._new_rows = 0

    def report(self, node: str, forks: list[Fork]) -> None:
        """Freeze the logs of which this desk holds another version, and note the forks."""
        state = self._state
        forks = [fork for fork in forks if self._is_believed(node, fork.log_id)]
        for fork in forks:
            self._versions[fork.log_id] = node
        new = [fork for fork in forks if fork.log_id not in state.frozen]
        if not new:
            return
        state.frozen |= {fork.log_id for fork in new}
        record_incidents(state.store, forks=new)
        if state.store.local("log_id") in state.frozen:
            with state.store.writing():
                state.store.start_new_log()
            state.renewed_at = time.monotonic()

    def _is_believed(self, node: str, log_id: str) -> bool:
        state = self._state
        if log_id == state.store.local("log_id") and not state.may_renew():
            return False
        return time.monotonic() >= self._disbelieved.get((log_id, node), 0.0)

    def tick(self) -> None:
        """Request the next version that is due."""
        now = time.monotonic()
        for log_id, node in list(self._versions.items()):
            if now < self._due.get(log_id, 0.0) or self._planner.is_busy:
                continue
            self._due[log_id] = now + AGAIN_S
            tries = self._tries[log_id, node] = self._tries.get((log_id, node), 0) + 1
            if tries > MAX_TRIES:
                self._disbelieve(log_id, node)
                continue
            self._rows.clear()
            self._new_rows = 0
            self._planner.ask_for_log(node, log_id, None)
            return

    def _disbelieve(self, log_id: str, node: str) -> None:
        """Ignore a claim without proof, so that it does not freeze the log."""
        self._disbelieved[log_id, node] = time.monotonic() + DISBELIEVED_S
        del self._tries[log_id, node]
        del self._versions[log_id]
        self._state.frozen.discard(log_id)
        _LOG.warning("no desk sent another version of log %s", log_id)

    def take_rows(self, node: str, rows: list[Any]) -> bool:
        """Keep rows of the requested version; False: the rows answer an ordinary request."""
        log_id = self._planner.requested_log(node)
        if log_id is None:
            return False
        if len(self._rows) < MAX_ROWS:
            of_log = [row for row in rows if isinstance(row, list) and row and row[0] == log_id]
            self._rows += of_log
            self._new_rows += len(of_log)
        return True

    def answer_ended(self, node: str) -> None:
        """After an answer: request the rest of the version, or settle the fork."""
        log_id = self._planner.requested_log(node)
        self._planner.answer_ended(node)
        if log_id is None:
            return
        if self._new_rows:
            self._new_rows = 0
            if last := _last(self._rows):
                self._planner.ask_for_log(node, log_id, last)
        elif self._rows:
            self._settle(log_id)

    def _settle(self, log_id: str) -> None:
        rows, self._rows = self._rows, []
        if not settle_fork(self._state.store, log_id, rows):
            _LOG.warning("another version of log %s could not be read", log_id)
            return
        node = self._versions.pop(log_id, "")
        self._tries.pop((log_id, node), None)
        self._state.frozen.discard(log_id)
        self._state.hashes.clear()
        self._state.refresh_heads()


def _last(rows: list[Any]) -> tuple[int, str] | None:
    """Number and hash of the last row, in the form that heads use."""
    match rows[-1]:
        case [_, int(seq), *_, str(digest)]:
            return seq, digest[:16]
    return None
