"""A desk among desks: what it writes goes out, what it lacks comes in, and the desk never waits.

The main thread keeps the session and brings rows in; `workers` send, ask and answer. Each has a
connection to the file of its own. Nothing but whole beginnings of logs is ever kept, so whatever
is lost on the way is found missing by the next head, and asked for.
"""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from kiosk.domain.merge import Fork
from kiosk.domain.pairing import Address
from kiosk.errors import KioskError
from kiosk.storage.counts import data_version
from kiosk.storage.merge import hash_at, head_hashes, log_heads, merge_events
from kiosk.storage.sharing import Sharing, read_sharing, write_sharing
from kiosk.storage.store import Store
from kiosk.storage.troubles import note_troubles, troubles
from kiosk.sync import wire
from kiosk.sync.addresses import PORTS, own_addresses
from kiosk.sync.keys import remove_tls_files, room, write_tls_files
from kiosk.sync.lock import FileLock
from kiosk.sync.network import CannotOpen, Network, NetworkPlan, listening
from kiosk.sync.peers import PeerBook
from kiosk.sync.status_file import SharedState, read_status, remove_status, write_status
from kiosk.sync.workers import Answerer, Asker, OpenStore, Sender

TICK_S = 0.25
HEAD_S, HEAD_OF_MANY_S, MANY = 2.0, 5.0, 8
LOOK_S = 2.0
"""How often the computer's addresses are looked at: the engine does not notice new ones."""
RETRY_S = 5.0
ASK_AGAIN_S = 1.0
STATUS_S = 5.0
STANDBY_S = 1.0
SLEPT_S = 8.0
"""The wall clock ran on by so much while this computer's own did not: it was asleep."""
BATCH_ROWS = 500
CATCH_UP_ROWS = 2_000
"""Rows in a transaction when very many come at once: a scan meanwhile waits a little longer."""
MAX_WAITING = 20_000
"""Messages in the inbox; what comes beyond is dropped and asked for later."""
MAX_CALLED = 10
_LOG = logging.getLogger("kiosk")


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """What tests and special networks set."""

    multicast: bool = True
    hosts: tuple[str, ...] | None = None
    """Listen on these alone; None: on all of this computer."""


class Node:
    """Takes part in sharing for one event file, until it is stopped."""

    def __init__(
        self,
        open_store: OpenStore,
        folder: Path,
        *,
        desk: str,
        options: NodeOptions | None = None,
        on_change: Callable[[SharedState], None] | None = None,
    ) -> None:
        self._open_store = open_store
        self._folder = folder
        self._desk = desk
        self._options = options or NodeOptions()
        self._on_change = on_change
        self._inbox: SimpleQueue[tuple[str, str, Any]] = SimpleQueue()
        self._stopping = threading.Event()
        self._network: Network | None = None
        self._sender = Sender(open_store, self.network)
        self._answerer = Answerer(open_store, self.network)
        self._asker = Asker(self._post)
        self._lock = FileLock(folder / "sharing.lock")
        self._thread = threading.Thread(target=self._run, name="kiosk-sync", daemon=True)
        self.state = SharedState(since_ms=_wall_ms())
        self.book = PeerBook()
        self.heads: dict[str, int] = {}

    # from other threads

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is written, leave, and remove the keys."""
        self._stopping.set()
        self._post("stop", "", None)
        if self._thread.is_alive():
            self._thread.join(10)

    def wrote(self, _: object) -> None:
        """Events of this desk are on the disk: for `Store.after_commit`; returns at once."""
        self._sender.wake()

    def network(self) -> Network | None:
        """The session, while there is one."""
        return self._network

    def _post(self, what: str, node: str, payload: Any) -> None:
        """From the engine's threads: put it away, and return."""
        if what == "ask":
            self._answerer.take(payload)
        elif what in ("stop", "asked", "alive", "gone") or self._inbox.qsize() < MAX_WAITING:
            self._inbox.put((what, node, payload))

    # the main thread

    def _run(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            store = self._open_store()
        except (KioskError, OSError) as error:
            self._show(trouble=str(error))
            return
        # rows of other desks can be fetched again after a power cut: no need to wait for the disk
        store.connection.execute("PRAGMA synchronous = NORMAL")
        # a large catch-up is written into the file once, not after every thousand pages of it
        store.connection.execute("PRAGMA wal_autocheckpoint = 16000")
        try:
            if self._stand_by():
                self._share(store)
        except Exception:
            _LOG.exception("sharing ended")
            self._show(trouble="Sharing met an error of its own. Restart this desk.")
        finally:
            store.close()

    def _stand_by(self) -> bool:
        """Wait until no other program shares this file."""
        while not self._stopping.is_set():
            if self._lock.take():
                return True
            other = read_status(self._folder)
            if other is not None:
                self._show_state(other)
            self._stopping.wait(STANDBY_S)
        return False

    def _share(self, store: Store) -> None:
        workers = (self._sender, self._answerer, self._asker)
        for worker in workers:
            worker.start()
        loop = _Loop(self, store, self._folder, self._options, self._desk)
        try:
            while not self._stopping.is_set():
                loop.step(self._messages())
        finally:
            self._sender.stop()
            if self._network is not None:
                loop.say_head()
            loop.close()
            self._asker.stop()
            self._answerer.stop()
            remove_tls_files(self._folder)
            remove_status(self._folder)
            self._lock.release()

    def _messages(self) -> list[tuple[str, str, Any]]:
        messages = []
        try:
            messages.append(self._inbox.get(timeout=TICK_S))
            while len(messages) < BATCH_ROWS and messages[-1][0] != "asked":
                messages.append(self._inbox.get_nowait())
        except Empty:
            pass
        return messages

    def use(self, network: Network | None) -> None:
        """The session that the workers send by."""
        self._network = network

    def ask(self, network: Network, node: str, payload: bytes) -> None:
        """Have a desk asked."""
        self._asker.ask(network, node, payload)

    def post(self, what: str, node: str, payload: Any) -> None:
        """For the engine."""
        self._post(what, node, payload)

    def _show(self, *, trouble: str) -> None:
        self._show_state(replace(self.state, trouble=trouble))

    def _show_state(self, state: SharedState) -> None:
        changed = replace(state, at_ms=0) != replace(self.state, at_ms=0)
        self.state = state
        if changed and self._on_change is not None:
            self._on_change(state)

    def show_state(self, state: SharedState) -> None:
        """How the desks stand now."""
        self._show_state(state)


class _Loop:
    """The main thread's work and what it remembers."""

    def __init__(
        self, node: Node, store: Store, folder: Path, options: NodeOptions, desk: str
    ) -> None:
        self.node = node
        self.store = store
        self.folder = folder
        self.options = options
        self.desk = desk
        self.id = secrets.token_hex(8)
        self.book = node.book
        self.sharing: Sharing | None = None
        self.hosts: list[str] = []
        self.port = 0
        self.trouble = ""
        self.frozen = {fork.log_id for fork in troubles(store).forks}
        self.asking: str | None = None
        self.asked_at: dict[str, float] = {}
        self.version = -1
        self.next_open = self.next_look = self.next_head = self.next_status = 0.0
        self.extra_head = 0.0
        self.slept = _drift()

    def step(self, messages: list[tuple[str, str, Any]]) -> None:
        """One turn: nothing that comes in may end it."""
        try:
            self._keep_session()
            self._look_at_file()
            self._take(messages)
            self._ask_who_is_ahead()
            self._timers()
        except KioskError as error:  # the disk is full, another program holds the file
            self.trouble = str(error)
            self.version = -1
            time.sleep(0.5)
        except Exception:
            _LOG.exception("a step of sharing failed")
            time.sleep(0.5)

    # the session

    def _keep_session(self) -> None:
        now = time.monotonic()
        if now >= self.next_look:
            self.next_look = now + LOOK_S
            self._look_at_addresses(now)
        wanted = self.sharing is not None and self.sharing.is_on
        if self.node.network() is None and wanted and now >= self.next_open:
            self.next_open = now + RETRY_S
            self._open()

    def _look_at_addresses(self, now: float) -> None:
        drift = _drift()
        slept, self.slept = drift - self.slept > SLEPT_S, drift
        if self.node.network() is not None and (slept or self._hosts() != self.hosts):
            self.close()
            self.next_open = now

    def _hosts(self) -> list[str]:
        if self.options.hosts is not None:
            return list(self.options.hosts)
        return sorted(own_addresses()) or ["127.0.0.1"]

    def _open(self) -> None:
        assert self.sharing is not None
        self.hosts = self._hosts()
        self.id = secrets.token_hex(8)
        tls = write_tls_files(self.sharing.secret, self.folder)
        for port in self._ports():
            listen = listening(self.hosts, port)
            call = tuple(a for a in self.sharing.addresses if a not in listen)[:MAX_CALLED]
            plan = NetworkPlan(
                room(self.sharing.secret), self.id, tls, listen, call, self.options.multicast
            )
            try:
                self.node.use(Network(plan, self.node.post))
            except CannotOpen as error:
                self.trouble = f"The network cannot be used now ({_first_line(str(error))})."
                _LOG.warning("the session could not be opened: %s", error)
                continue
            self.port, self.trouble = port, ""
            self.asking = None
            self.next_head = 0.0
            self.extra_head = time.monotonic() + 1.0
            return

    def _ports(self) -> list[int]:
        assert self.sharing is not None
        usual = dict.fromkeys([self.sharing.port, *PORTS])
        free = [port for port in usual if all(_is_free(host, port) for host in self.hosts)]
        return [*free[:2], _any_port(self.hosts[0])]

    def close(self) -> None:
        """Leave; a new session can be opened afterwards."""
        network = self.node.network()
        self.node.use(None)
        if network is not None:
            network.close()
        for peer in self.book.by_node.values():
            peer.alive = False

    # the file

    def _look_at_file(self) -> None:
        version = data_version(self.store.connection)
        if version == self.version:
            return
        self.version = version
        self._refresh_heads()
        sharing = read_sharing(self.store)
        if sharing is None or not sharing.is_on:
            self.sharing = sharing
            self.close()
        elif self.sharing is None or sharing.secret != self.sharing.secret:
            self.close()  # a new code: with the old one nobody gets in any more
            self.book.by_node.clear()
            self.sharing = sharing
            self.next_open = 0.0
        else:
            self.sharing = sharing

    def _refresh_heads(self) -> None:
        self.node.heads = log_heads(self.store)
        self.book.note_own(self.node.heads, time.monotonic())

    # what comes in

    def _take(self, messages: list[tuple[str, str, Any]]) -> None:
        live: list[Any] = []
        fetched: list[Any] = []
        senders: dict[str, None] = {}
        for what, node, payload in messages:
            if node == self.id:
                continue
            try:
                if what == "live":
                    live += wire.read_answer(payload).rows
                    senders[node] = None
                elif what == "rows":
                    fetched += self._read_answer(node, payload)
                elif what == "head":
                    self._take_head(wire.read_head(payload))
                elif what in ("alive", "gone", "asked"):
                    self._take_presence(what, node)
            except wire.Nonsense:
                note_troubles(self.store, set_aside=[_nonsense(node, what)])
        if fetched:
            self._merge(fetched)
        if live and self._merge(live):
            for node in senders:
                self.asked_at.pop(node, None)
                self._ask(node)

    def _merge(self, rows: list[Any]) -> bool:
        """Bring rows in; whether some are missing before them."""
        if self.frozen:
            rows = [row for row in rows if _log_of(row) not in self.frozen]
        size = CATCH_UP_ROWS if len(rows) > CATCH_UP_ROWS else BATCH_ROWS
        report = merge_events(self.store, rows, per_transaction=size)
        self.frozen |= {fork.log_id for fork in report.forks}
        if report.added or report.new_log:
            self._refresh_heads()
        return bool(report.waiting)

    def _read_answer(self, node: str, payload: bytes) -> list[Any]:
        answer = wire.read_answer(payload)
        self._note_forks([Fork(*fork) for fork in answer.forks])
        if answer.rows:
            self.asked_at.pop(node, None)  # it had something: ask again at once
        return answer.rows

    def _take_head(self, head: wire.Head) -> None:
        now = time.monotonic()
        is_new = self.book.heard(head, now, _wall_ms())
        if is_new:
            self._learn(head.addresses)
            self.next_head = min(self.next_head, now + 0.1)
        self._compare(head)

    def _compare(self, head: wire.Head) -> None:
        """Is one log two different ones, or has this file been restored?"""
        own = self.store.local("log_id")
        forks = []
        for log_id, (seq, digest) in head.heads.items():
            mine = self.node.heads.get(log_id, 0)
            if log_id in self.frozen or not mine:
                continue
            if seq <= mine:
                if hash_at(self.store, log_id, seq) not in (digest, None):
                    forks.append(Fork(log_id, seq))
            elif log_id == own:
                self._start_new_log(own, seq)
        self._note_forks(forks)

    def _start_new_log(self, own: str, seq: int) -> None:
        with self.store.writing():
            if log_heads(self.store).get(own, 0) < seq:
                self.store.start_new_log()
                is_new = True
            else:
                is_new = False
        if is_new:
            note_troubles(self.store, new_log=True)

    def _note_forks(self, forks: list[Fork]) -> None:
        new = [fork for fork in forks if fork.log_id not in self.frozen]
        if not new:
            return
        self.frozen |= {fork.log_id for fork in new}
        note_troubles(self.store, forks=new)
        if self.store.local("log_id") in self.frozen:
            with self.store.writing():
                self.store.start_new_log()

    def _learn(self, addresses: tuple[Address, ...]) -> None:
        """Remember where a desk listens, for networks on which it is not found by itself."""
        assert self.sharing is not None
        mine = set(listening(self.hosts, self.port))
        known = self.sharing.addresses
        new = [a for a in addresses if a not in known and a not in mine]
        if new and not all(a.host.startswith("127.") for a in new):
            kept = tuple(dict.fromkeys([*known[:2], *new, *known[2:]]))[:MAX_CALLED]
            with self.store.writing():
                now = read_sharing(self.store)
                if now is not None:
                    self.sharing = replace(now, addresses=kept)
                    write_sharing(self.store, self.sharing)

    def _take_presence(self, what: str, node: str) -> None:
        now = time.monotonic()
        if what == "alive":
            self.next_head = min(self.next_head, now + 0.1)
            self.extra_head = now + 0.8
            if node in self.book.by_node:
                self.book.by_node[node].alive = True
        elif what == "gone":
            self.book.gone(node)
            if self.asking == node:
                self.asking = None
        elif self.asking == node:
            self.asking = None

    # asking

    def _ask_who_is_ahead(self) -> None:
        if self.asking is not None or self.node.network() is None:
            return
        now = time.monotonic()
        for peer in self.book.alive(now):
            node = peer.head.node
            ahead = any(
                seq > self.node.heads.get(log_id, 0) and log_id not in self.frozen
                for log_id, seq in peer.head.seqs.items()
            )
            if ahead and now - self.asked_at.get(node, -ASK_AGAIN_S) >= ASK_AGAIN_S:
                self._ask(node)
                return

    def _ask(self, node: str) -> None:
        network = self.node.network()
        if self.asking is not None or network is None:
            return
        self.asking = node
        self.asked_at[node] = time.monotonic()
        self.node.ask(network, node, wire.write_ask(head_hashes(self.store)))

    # telling

    def _timers(self) -> None:
        now = time.monotonic()
        network = self.node.network()
        if network is not None and (now >= self.next_head or 0 < self.extra_head <= now):
            self.extra_head = 0.0 if self.extra_head <= now else self.extra_head
            many = len(self.book.alive(now)) > MANY
            self.next_head = now + (HEAD_OF_MANY_S if many else HEAD_S)
            self.say_head()
        self._tell(now)

    def say_head(self) -> None:
        """How far this desk is, to all that are here."""
        network = self.node.network()
        if network is None:
            return
        network.say_head(
            wire.write_head(
                wire.Head(
                    self.id,
                    self.store.local("log_id"),
                    self.desk,
                    self.store.clock(),
                    head_hashes(self.store),
                    listening(self.hosts, self.port),
                )
            )
        )

    def _tell(self, now: float) -> None:
        wall_ms = _wall_ms()
        before = self.node.state
        desks = tuple(self.book.statuses(self.node.heads, now, wall_ms))
        state = SharedState(desks, self.trouble, before.since_ms, self.port, wall_ms)
        settled = replace(state, at_ms=0, desks=_without_times(desks))
        same = settled == replace(before, at_ms=0, desks=_without_times(before.desks))
        if not same or now >= self.next_status:
            self.next_status = now + STATUS_S
            write_status(self.folder, state)
            self.node.show_state(state)


def _without_times(desks: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(desk, last_heard_ms=0, fast_ms=0) for desk in desks)


def _nonsense(node: str, what: str) -> Any:
    from kiosk.domain.merge import SetAside

    return SetAside("", 0, f"a message ({what}) of {node[:16]} that says nothing")


def _log_of(row: Any) -> object:
    is_row = isinstance(row, list | tuple) and row and isinstance(row[0], str)
    return row[0] if is_row else None


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _drift() -> float:
    return time.time() - time.monotonic()


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return False
    return True


def _any_port(host: str) -> int:
    try:
        with socket.socket() as probe:
            probe.bind((host, 0))
            return int(probe.getsockname()[1])
    except OSError:
        return 0


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0][:160]
