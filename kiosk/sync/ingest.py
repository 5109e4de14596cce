"""Receive messages of other desks and write their rows into the file."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from kiosk.domain.log.merge import Received, UnmergedRows, read_rows
from kiosk.domain.sharing.pairing import Address
from kiosk.storage.file.modes import hold_pages, release_pages
from kiosk.storage.log.statements import copy_back
from kiosk.storage.replication.desk_logs import continue_in_new_log, introduce_others
from kiosk.storage.replication.incidents import record_incidents
from kiosk.storage.replication.merge import MergeReport, hash_at, merge_received
from kiosk.storage.replication.seals import Seal, keep_seals
from kiosk.storage.replication.sharing import CodeChange
from kiosk.sync import wire
from kiosk.sync.catch_up import CatchUpPlanner
from kiosk.sync.fetcher import CATCH_UP_ROWS, CheckedReply, ReplyBatcher
from kiosk.sync.forks import Forks
from kiosk.sync.network import listening
from kiosk.sync.node_state import Announcer, Message, NodeState, wall_ms
from kiosk.sync.session import MAX_CALLED

BATCH_ROWS = 500
INTRODUCED_BY_OTHERS_S = 3.0
"""Time for the desk that can introduce the most to introduce a new one, before others do."""
INTRODUCE_AGAIN_S = 0.05
"""Pause between two introductions for each desk that is here: desks that come together are
introduced together, and a member that makes up desks is slow."""
HEADS_A_TURN, HEADS_OF_A_NODE = 200, 4
"""Heads that are read in one turn, the newest ones."""


class Ingest:
    """Processes received messages; invalid ones are set aside and noted."""

    def __init__(
        self, state: NodeState, planner: CatchUpPlanner, forks: Forks, announcer: Announcer
    ) -> None:
        self._state = state
        self._planner = planner
        self._forks = forks
        self._announcer = announcer
        self._batcher = ReplyBatcher(CATCH_UP_ROWS // 2)
        self._unknown: dict[str, float] = {}
        """Logs that no desk has introduced yet, and when they were first heard."""
        self._introduced_at = -INTRODUCE_AGAIN_S
        self._may_continue = False
        """A person made a new code: the desks with the old one do not use up introductions now."""
        self._rows_since_copy = 0
        """Rows since the write-ahead log was last copied into the file."""

    def process(self, messages: list[Message]) -> None:
        """Process the messages that arrived since the last turn."""
        live: dict[str, tuple[list[Any], list[Seal]]] = {}
        answered: list[str] = []
        heads = _newest_heads(messages)
        for at, (what, node, payload) in enumerate(messages):
            if node == self._state.id or (what == "head" and at not in heads):
                continue
            try:
                if what == "live":
                    if node in self._state.book.foreign:
                        continue
                    message = wire.read_live(payload)
                    rows, seals = live.setdefault(node, ([], []))
                    rows.extend(message.rows)
                    seals.extend(message.seals)
                elif what == "rows":
                    self._take_reply(node, payload)
                elif what == "head":
                    self._take_head(node, wire.read_head(payload))
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
            for desk in self._batcher.due(answered):
                self._merge_batch(desk)
            for desk in answered:
                self._planner.check_promises(desk)
            if answered and self._rows_since_copy > BATCH_ROWS:
                self._rows_since_copy = 0
                copy_back(self._state.store.connection)
                release_pages(self._state.store.connection)
                _return_memory()
        finally:  # also when the disk is full: other requests follow
            for desk in answered:
                self._forks.answer_ended(desk)
        for rows, seals in live.values():
            self._merge("", *read_rows(rows), seals)

    def _merge_batch(self, desk: str) -> None:
        if added := len(self._merge(desk, *self._batcher.pop(desk)).added):
            self._planner.rows_added(desk, added)
            self._rows_since_copy += added

    def _merge(
        self,
        desk: str,
        received: list[Received],
        set_aside: list[UnmergedRows],
        seals: Sequence[Seal],
    ) -> MergeReport:
        """Merge signed rows.

        Args:
            desk: the log id of the desk that answers with them; empty for rows that were not
                requested: each desk sends those of its own log.
        """
        state = self._state
        admitted = state.admission.admit(received, seals)
        received, set_aside = admitted.received, [*set_aside, *admitted.set_aside]
        is_catch_up = len(received) > BATCH_ROWS
        if is_catch_up:
            hold_pages(state.store.connection)
        report = merge_received(
            state.store,
            received,
            set_aside,
            per_transaction=CATCH_UP_ROWS if is_catch_up else BATCH_ROWS,
            then=lambda connection: keep_seals(connection, admitted.seals),
        )
        for log_id in admitted.contradicted:
            self._forks.suspect(desk or log_id, [log_id])
        for log_id in admitted.gaps:
            self._planner.ask_now(desk or log_id, admitted.gaps)
        if report.added:
            state.file_trouble = None
        if report.new_log:
            state.refresh_heads()
        elif report.added:
            logs = {event.log_id for event in report.added}
            if not logs <= state.heads.keys():  # a desk that joins waits until others know it
                self._announcer.announce_soon()
            state.refresh_heads(logs)
        return report

    def _take_reply(self, desk: str, reply: CheckedReply) -> None:
        if reply.answer is None:
            raise wire.InvalidMessage
        self._planner.reply_received(desk, reply.answer)
        self._forks.suspect(desk, [log_id for log_id, _ in reply.answer.forks])
        if not self._forks.take_rows(desk, reply.answer):
            self._batcher.add(desk, reply)

    def _take_presence(self, what: str, node: str) -> None:
        book = self._state.book
        if what == "alive":
            self._announcer.peer_appeared()
            for peer in book.of_node(node):
                peer.alive = True
        else:
            for peer in book.of_node(node):
                self._planner.answer_ended(peer.head.log_id)
            book.gone(node)

    # heads

    def _take_head(self, node: str, head: wire.Head) -> None:
        """Take the head of a desk that proves to own its log; others only show that they join."""
        if head.node != node:
            raise wire.InvalidMessage
        known = self._state.book.by_log.get(head.log_id)
        if head.is_proven and known and known.head.number >= head.number:
            return  # another desk sends it again
        if not head.is_proven:
            if head.is_joining and not self._is_known(head.log_id):
                joining = replace(head, heads={}, logs=0)
                self._state.book.heard_joining(joining, time.monotonic(), wall_ms())
            return
        if head.log_id == self._state.own_log:
            if head.number > self._state.head_number:  # no earlier one: the file was copied
                self._start_new_log(head.log_id)
            return
        if not self._is_known(head.log_id) and not self._introduce(head):
            return
        sharing = self._state.sharing
        if sharing is not None and sharing.replaced and sharing.replaced.log_id == head.log_id:
            self._state.change_sharing(lambda now: replace(now, replaced=None))  # it has this code
        if self._state.book.heard(head, time.monotonic(), wall_ms(), self._state.heads):
            self._learn(head.addresses)
            self._announcer.announce_soon()
            self._note_new_code(head.log_id)
            self._pass_notice_on()
        self._compare(head)

    def _is_known(self, log_id: str) -> bool:
        """Whether a log is in the file, or a log in the file introduces it."""
        return log_id in self._state.heads or self._state.admission.is_introduced(log_id)

    def _introduce(self, head: wire.Head) -> bool:
        """Vouch for the log of a desk that is new here; False: not now.

        The desk that can introduce the most does it for all: the others wait a moment, for its
        event to arrive.
        """
        state, now = self._state, time.monotonic()
        if state.options.is_joining:
            return True
        if len(self._unknown) >= wire.MAX_DESKS:
            self._unknown.clear()
        since = self._unknown.setdefault(head.log_id, now)
        left = state.admission.left
        others = [peer.head.log_id for peer in state.book.alive(now) if not peer.head.is_joining]
        first = min((state.own_log, *others), key=lambda log_id: (-left(log_id), log_id))
        wait_s = 0.0 if first == state.own_log else INTRODUCED_BY_OTHERS_S
        pause_s = INTRODUCE_AGAIN_S * max(1, len(others))
        if now - since < wait_s or now - self._introduced_at < pause_s:
            self._announcer.announce_soon()
            return False
        self._introduced_at = now
        if self._may_continue and state.admission.may_continue(state.own_log):
            self._may_continue = False
            continue_in_new_log(state.store)
            state.admission.reread()
        new = state.admission.fitting(self._unknown)
        self._unknown.clear()
        if not new:
            return False
        with state.store.writing():
            introduce_others(state.store, new)
        state.admission.reread()
        state.refresh_heads()
        return self._is_known(head.log_id)

    def code_changed(self) -> None:
        """A desk that used up its introductions may continue: others need the new code."""
        self._may_continue = True
        self._state.admission.reread()  # joining again adds roots

    def _take_notice(self, notice: wire.Notice) -> None:
        """Record that another desk made a new code: this desk needs it to share again."""
        sharing, network = self._state.sharing, self._state.network
        if network is None or not notice.is_proven(network.plan.event_name):
            raise wire.InvalidMessage
        at_ms, signed = min(notice.at_ms, wall_ms()), wire.write_notice(notice).decode()
        change = CodeChange(notice.desk[:60], at_ms, notice.log_id, signed)
        if sharing is not None and sharing.replaced is None and self._is_known(notice.log_id):
            self._state.change_sharing(lambda now: replace(now, replaced=change))

    def _pass_notice_on(self) -> None:
        """Send the notice of a new code to a desk that was closed then and has the old code too."""
        sharing, network = self._state.sharing, self._state.network
        change = sharing.replaced if sharing is not None else None
        if network is not None and change is not None and change.notice:
            network.send_notice(change.notice.encode())

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
        """Look for logs of which the desk has another version, as after a copy or a restore."""
        state = self._state
        suspects = []
        for log_id, (seq, digest) in head.heads.items():
            is_same = state.hashes.get(log_id) == (seq, digest)
            if is_same or seq > state.heads.get(log_id, 0):
                continue
            if hash_at(state.store, log_id, seq) not in (digest, None):
                suspects.append(log_id)
        self._forks.suspect(head.log_id, suspects)

    def _start_new_log(self, own: str) -> None:
        """Begin a new log, unless this file has begun one already."""
        store = self._state.store
        if not self._state.may_renew():
            return
        with store.writing():
            is_new = store.local("log_id") == own
            if is_new:
                store.start_new_log()
        if is_new:
            self._state.renewed_at = time.monotonic()
            record_incidents(store, new_log=True)


def _newest_heads(messages: Sequence[Message]) -> set[int]:
    """The places of the heads to read: a few of each node, so that none can delay the others."""
    kept: set[int] = set()
    counts: dict[str, int] = {}
    for at in range(len(messages) - 1, -1, -1):
        what, node, _ = messages[at]
        if what == "head" and len(kept) < HEADS_A_TURN and counts.get(node, 0) < HEADS_OF_A_NODE:
            counts[node] = counts.get(node, 0) + 1
            kept.add(at)
    return kept


def _return_memory() -> None:
    """Give the memory of many rows back to the system: glibc keeps what its threads have freed."""
    with suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _invalid_message(node: str, what: str) -> UnmergedRows:
    return UnmergedRows("", 0, f"an invalid message ({what}) of {node[:16]}")


# Received messages that are not processed yet; their number and size are bounded.

_MB = 1024 * 1024
LIMITS = {
    "rows": (20_000, 128 * _MB),
    "live": (2_000, 32 * _MB),
    "head": (2_000, 32 * _MB),
    "notice": (50, _MB),
}
"""Messages and bytes of one kind: a flood of one kind does not crowd out the others. Messages
beyond either limit are dropped; their rows are requested later."""


class ReceiveQueue:
    """A bounded queue: the engine's threads fill it, the main thread empties it."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._waiting = dict.fromkeys(LIMITS, (0, 0))
        """Messages and bytes of each kind."""
        self._counting = threading.Lock()

    def put(self, message: Message) -> None:
        """Add a message, or drop it when too many of its kind wait; returns at once."""
        what, _, payload = message
        if what in LIMITS:
            size, (most, most_bytes) = _size(payload), LIMITS[what]
            with self._counting:
                count, total = self._waiting[what]
                if count >= most or (total > 0 and total + size > most_bytes):
                    return
                self._waiting[what] = (count + 1, total + size)
        self._messages.put(message)

    def has_capacity(self) -> bool:
        """Whether a request may bring more: at most one large transaction waits, because rows as
        objects take several times their bytes."""
        with self._counting:
            return self._waiting["rows"][1] < LIMITS["rows"][1] // 32

    def take(self, limit: int, timeout_s: float) -> list[Message]:
        """Return the messages up to the end of an answer; wait for the first one."""
        messages: list[Message] = []
        try:
            messages.append(self._messages.get(timeout=timeout_s))
            while len(messages) < limit and messages[-1][0] != "asked":
                messages.append(self._messages.get_nowait())
        except Empty:
            pass
        with self._counting:
            for what, _, payload in messages:
                if what in LIMITS:
                    count, total = self._waiting[what]
                    self._waiting[what] = (count - 1, total - _size(payload))
        return messages


def _size(payload: object) -> int:
    if isinstance(payload, bytes):
        return len(payload)
    return payload.size if isinstance(payload, CheckedReply) else 0
