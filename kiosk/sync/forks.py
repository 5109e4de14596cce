"""Settle forked logs: fetch another desk's whole version of a log, and keep both versions.

A desk only claims to have another version. It is believed when its signed rows are here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.domain.log.merge import Fork, UnmergedRows, read_row
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import close_logs, introduce_desk
from kiosk.storage.replication.forks import settle_fork
from kiosk.storage.replication.incidents import record_incidents
from kiosk.storage.replication.merge import hash_at, log_heads
from kiosk.storage.replication.seals import (
    Place,
    Seal,
    drop_seals_after,
    is_valid,
    keep_seals,
    own_key,
    signed_logs,
)
from kiosk.sync import wire
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.node_state import NodeState

AGAIN_S = 5.0
"""Pause between two requests for a version."""
MAX_TRIES = 3
"""Requests for another version of a log. After that, claims about it are ignored for a time."""
DISBELIEVED_S = 300.0
MAX_VERSIONS = 8
"""Versions of one log that are kept: more come from one faulty or hostile member."""
MAX_ROWS = 400_000
"""More rows than the longest log of an event; further rows are ignored."""
_LOG = logging.getLogger("kiosk")


class Forks:
    """Settles one fork after the other."""

    def __init__(self, state: NodeState, planner: CatchUpPlanner) -> None:
        self._state = state
        self._planner = planner
        self._versions: dict[str, str] = {}
        """Log id to the log id of a desk that claims to hold another version of it."""
        self._next = 0.0
        self._tries: dict[str, int] = {}
        self._disbelieved: dict[str, float] = {}
        self._settled: dict[str, int] = {}
        self._rows: list[Any] = []
        self._seals: list[Seal] = []
        self._new_rows = 0

    def suspect(self, desk: str, log_ids: Iterable[str]) -> None:
        """Note that a desk claims to have another version of these logs."""
        now = time.monotonic()
        for log_id in log_ids:
            is_believed = self._settled.get(log_id, 0) < MAX_VERSIONS
            if is_believed and now >= self._disbelieved.get(log_id, 0.0):
                self._versions.setdefault(log_id, desk)
                self._state.suspects.add(log_id)

    def tick(self) -> None:
        """Request the next version when nothing else is requested."""
        now = time.monotonic()
        if now < self._next or self._planner.is_busy or not self._versions:
            return
        self._next = now + AGAIN_S
        log_id, desk = next(iter(self._versions.items()))
        del self._versions[log_id]  # the next head names it again
        tries = self._tries[log_id] = self._tries.get(log_id, 0) + 1
        if tries > MAX_TRIES:
            self._disbelieve(log_id)
            return
        self._rows, self._seals, self._new_rows = [], [], 0
        self._planner.ask_for_log(desk, log_id, None)

    def _disbelieve(self, log_id: str) -> None:
        self._disbelieved[log_id] = time.monotonic() + DISBELIEVED_S
        self._state.suspects.discard(log_id)
        self._tries.pop(log_id, None)
        _LOG.warning("no desk proved another version of log %s", log_id)

    def take_rows(self, desk: str, answer: wire.Answer) -> bool:
        """Keep rows of the requested version; False: the rows answer an ordinary request."""
        log_id = self._planner.requested_log(desk)
        if log_id is None:
            return False
        if len(self._rows) < MAX_ROWS:
            rows = answer.rows
            of_log = [row for row in rows if isinstance(row, list) and row and row[0] == log_id]
            self._rows += of_log
            self._seals += [seal for seal in answer.seals if seal.log_id == log_id]
            self._new_rows += len(of_log)
        return True

    def answer_ended(self, desk: str) -> None:
        """After an answer: request the rest of the version, or settle the fork."""
        log_id = self._planner.requested_log(desk)
        self._planner.answer_ended(desk)
        if log_id is None:
            return
        if self._new_rows:
            self._new_rows = 0
            if last := _last(self._rows):
                self._planner.ask_for_log(desk, log_id, last)
        elif self._rows:
            self._settle(log_id)

    def _settle(self, log_id: str) -> None:
        """Merge the other version if it is proven."""
        state = self._state
        rows, seals = self._rows, self._seals
        self._rows, self._seals = [], []
        if settle_proven_fork(state.store, log_id, rows, seals):
            self._settled[log_id] = self._settled.get(log_id, 0) + 1
            self._tries.pop(log_id, None)
            state.suspects.discard(log_id)
            state.admission.forget(log_id)
            state.admission.reread()
            state.hashes.clear()
            state.refresh_heads()


def settle_proven_fork(
    store: Store, log_id: str, rows: Sequence[Any], seals: Sequence[Seal]
) -> bool:
    """Keep both versions of a log, if another desk's version is proven; whether it was.

    Args:
        rows: the other version from number 1 on, each a `domain.merge.WireRow`.
    """
    events = _events(log_id, rows)
    hashes = {event.seq: event_hash(event)[:8].hex() for event in events}
    parted = next((n for n in hashes if hash_at(store, log_id, n) not in (hashes[n], None)), None)
    if parted is None:
        return False
    proof = _proof(events, seals)
    if log_id in signed_logs(store.connection):
        if proof is None or proof[0].seq < parted:
            return False
        rows = rows[: proof[0].seq]
    before, signs = set(log_heads(store)), own_key(store) is not None
    if not settle_fork(store, log_id, rows):
        _LOG.warning("another version of log %s could not be read", log_id)
        return False
    new = {one: seq for one, seq in log_heads(store).items() if one not in before}
    if signs:  # it may continue in a new log
        introduce_desk(store)
    with store.writing():
        if hash_at(store, log_id, parted) == hashes[parted]:
            drop_seals_after(store.connection, log_id, parted - 1)
            keep_seals(store.connection, [proof] if proof else [])
        if new:
            close_logs(store, new)
    record_incidents(store, forks=[Fork(log_id, parted)])
    return True


def _events(log_id: str, rows: Sequence[Any]) -> list[LogEvent]:
    """The rows from number 1 on, as far as they are events of the log."""
    events: list[LogEvent] = []
    for number, row in enumerate(rows, 1):
        event = read_row(row)
        if isinstance(event, UnmergedRows) or (event.log_id, event.seq) != (log_id, number):
            break
        events.append(event)
    return events


def _proof(events: Sequence[LogEvent], seals: Sequence[Seal]) -> tuple[Seal, Place] | None:
    """The last valid seal of a version, with its place."""
    by_seq = {seal.seq: seal for seal in seals}
    place, proof = Place(), None
    for event in events:
        place = place.after(event_hash(event))
        seal = by_seq.get(place.seq)
        if seal is not None and is_valid(seal, place):
            proof = (seal, place)
    return proof


def _last(rows: list[Any]) -> tuple[int, str] | None:
    """Number and hash of the last row, in the form that heads use."""
    match rows[-1]:
        case [_, int(seq), *_, str(digest)]:
            return seq, digest[:16]
    return None
