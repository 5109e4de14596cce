"""Receive messages of other desks and write their rows into the file."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from kiosk.domain.log.merge import Fork, Received, UnmergedRows, read_rows
from kiosk.domain.sharing.pairing import Address
from kiosk.storage.log.statements import copy_back
from kiosk.storage.replication.incidents import record_incidents
from kiosk.storage.replication.merge import MergeReport, hash_at, log_heads, merge_received
from kiosk.storage.replication.sharing import CodeChange
from kiosk.sync import wire
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.fetcher import CheckedReply, ReplyBatcher
from kiosk.sync.forks import Forks
from kiosk.sync.network import listening
from kiosk.sync.node_state import Announcer, Message, NodeState, wall_ms
from kiosk.sync.peer_trust import LONGEST_LOG
from kiosk.sync.session import MAX_CALLED

BATCH_ROWS = 500
CATCH_UP_ROWS = 10_000
"""Rows in a transaction when very many come at once: each transaction writes the index pages
again, and a scan has to wait a little longer for a large one."""


class Ingest:
    """Processes received messages; invalid ones are set aside and noted."""

    def __init__(
        self, state: NodeState, planner: CatchUpPlanner, forks: Forks, announcer: Announcer
    ) -> None:
        self._state = state
        self._planner = planner
        self._forks = forks
        self._announcer = announcer
        self._batcher = ReplyBatcher(CATCH_UP_ROWS)
        self._rows_since_copy = 0
        """Rows since the write-ahead log was last copied into the file."""

    def process(self, messages: list[Message]) -> None:
        """Process the messages that arrived since the last turn."""
        live: dict[str, list[Any]] = {}
        answered: list[str] = []
        for what, node, payload in messages:
            if node == self._state.id:
                continue
            try:
                if node in self._state.book.foreign and what in ("live", "rows"):
                    continue
                if what == "live":
                    live.setdefault(node, []).extend(wire.read_live(payload).rows)
                elif what == "rows":
                    self._take_reply(node, payload)
                elif what == "head":
                    self._take_head(wire.read_head(payload))
                elif what == "notice":
                    self._take_notice(wire.read_notice(payload))
                elif what == "asked":
                    answered.append(node)
                elif what in ("alive", "gone"):
                    self._take_presence(what, node)
            except wire.OtherVersion as error:
                self._state.book.heard_foreign(error.head, time.monotonic(), wall_ms())
            except wire.InvalidMessage:
                record_incidents(self._state.store, set_aside=[_invalid_message(node, what)])
        try:
            for node in self._batcher.due(answered):
                self._merge_batch(node)
            for node in answered:
                self._planner.check_promises(node)
            if answered and self._rows_since_copy > BATCH_ROWS:
                self._rows_since_copy = 0
                copy_back(self._state.store.connection)
        finally:  # also when the disk is full: other requests follow
            for node in answered:
                self._forks.answer_ended(node)
        for node, rows in live.items():
            if self._merge(node, *read_rows(rows)).waiting:
                self._planner.ask_now(node)

    def _merge_batch(self, node: str) -> None:
        if added := len(self._merge(node, *self._batcher.pop(node)).added):
            self._planner.rows_added(node, added)
            self._rows_since_copy += added

    def _merge(
        self, node: str, received: list[Received], set_aside: list[UnmergedRows]
    ) -> MergeReport:
        """Merge rows of a desk, except those of frozen logs."""
        state = self._state
        if state.frozen:
            received = [one for one in received if one.event.log_id not in state.frozen]
            set_aside = [one for one in set_aside if one.log_id not in state.frozen]
        size = CATCH_UP_ROWS if len(received) > BATCH_ROWS else BATCH_ROWS
        report = merge_received(state.store, received, set_aside, per_transaction=size)
        self._forks.report(node, report.forks)
        if report.added:
            state.file_trouble = None
        if report.added or report.new_log:
            state.refresh_heads()
        return report

    def _take_reply(self, node: str, reply: CheckedReply) -> None:
        if reply.answer is None:
            raise wire.InvalidMessage
        self._planner.reply_received(node, reply.answer)
        self._forks.report(node, [Fork(*fork) for fork in reply.answer.forks])
        if not self._forks.take_rows(node, reply.answer.rows):
            self._batcher.add(node, reply)

    def _take_presence(self, what: str, node: str) -> None:
        book = self._state.book
        if what == "alive":
            self._announcer.peer_appeared()
            if node in book.by_node:
                book.by_node[node].alive = True
        else:
            book.gone(node)
            self._planner.answer_ended(node)

    # heads

    def _take_head(self, head: wire.Head) -> None:
        if self._state.book.heard(head, time.monotonic(), wall_ms()):
            self._learn(head.addresses)
            self._announcer.announce_soon()
            self._note_new_code(head.log_id)
        self._compare(head)

    def _take_notice(self, notice: wire.Notice) -> None:
        """Record that another desk made a new code: this desk needs it to share again."""
        change = CodeChange(notice.desk[:60], min(notice.at_ms, wall_ms()))
        sharing = self._state.sharing
        if sharing is not None and sharing.replaced is None:
            self._state.change_sharing(lambda now: replace(now, replaced=change))

    def _note_new_code(self, log_id: str) -> None:
        """Take a desk that has the new code off the list of those with the old one."""
        sharing = self._state.sharing
        if sharing is not None and any(log_id == behind for behind, _ in sharing.left_behind):
            kept = tuple(desk for desk in sharing.left_behind if desk[0] != log_id)
            self._state.change_sharing(lambda now: replace(now, left_behind=kept))

    def _learn(self, addresses: tuple[Address, ...]) -> None:
        """Remember a desk's addresses, for networks without automatic discovery."""
        state = self._state
        assert state.sharing is not None
        mine = set(listening(state.hosts, state.port))
        known = state.sharing.addresses
        new = [a for a in addresses if a not in known and a not in mine]
        if new and not all(a.host.startswith("127.") for a in new):
            kept = tuple(dict.fromkeys([*known[:2], *new, *known[2:]]))[:MAX_CALLED]
            state.change_sharing(lambda now: replace(now, addresses=kept))

    def _compare(self, head: wire.Head) -> None:
        """Detect forked logs, and whether this file is a restored backup or a copy."""
        state = self._state
        own = state.store.local("log_id")
        if head.log_id == own:  # another program writes to the same log: the file was copied
            self._start_new_log(own, state.heads.get(own, 0))
        forks = []
        for log_id, (seq, digest) in head.heads.items():
            mine = state.heads.get(log_id, 0)
            if log_id in state.frozen or not mine:
                continue
            if state.hashes.get(log_id) == (seq, digest):
                continue
            if seq <= mine:
                if hash_at(state.store, log_id, seq) not in (digest, None):
                    forks.append(Fork(log_id, seq))
            elif log_id == own and seq <= LONGEST_LOG:
                self._start_new_log(own, seq - 1)
        self._forks.report(head.node, forks)

    def _start_new_log(self, own: str, seq: int) -> None:
        """Begin a new log, unless this file's own log has grown beyond `seq` already."""
        store = self._state.store
        if not self._state.may_renew():
            return
        with store.writing():
            is_new = store.local("log_id") == own and log_heads(store).get(own, 0) <= seq
            if is_new:
                store.start_new_log()
        if is_new:
            self._state.renewed_at = time.monotonic()
            record_incidents(store, new_log=True)


def _invalid_message(node: str, what: str) -> UnmergedRows:
    return UnmergedRows("", 0, f"an invalid message ({what}) of {node[:16]}")


# Received messages that are not processed yet; their number and size are bounded.

MAX_WAITING = 20_000
MAX_BYTES = 128 * 1024 * 1024
"""Messages beyond either limit are dropped; their rows are requested later."""
_ALWAYS = frozenset({"stop", "asked", "alive", "gone"})


class ReceiveQueue:
    """A bounded queue: the engine's threads fill it, the main thread empties it."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._bytes = 0
        self._counting = threading.Lock()

    def put(self, message: Message) -> None:
        """Add a message, or drop it when the queue is full; returns at once."""
        what, _, payload = message
        size = _size(payload)
        with self._counting:
            is_full = self._bytes + size > MAX_BYTES and self._bytes > 0
            if what not in _ALWAYS and (is_full or self._messages.qsize() >= MAX_WAITING):
                return
            self._bytes += size
        self._messages.put(message)

    def has_capacity(self) -> bool:
        """Whether a request may bring more: at most some ten thousand rows wait."""
        with self._counting:
            return self._bytes < MAX_BYTES // 8

    def take(self, limit: int, timeout_s: float) -> list[Message]:
        """Return the messages up to the end of an answer; wait for the first one."""
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
    return payload.size if isinstance(payload, CheckedReply) else 0
