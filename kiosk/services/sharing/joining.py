"""Join an event as a new desk: fetch all events from the other desks, given only the code."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.sharing.pairing import Address, PairingCode, parse_address
from kiosk.domain.text import escape_controls
from kiosk.errors import Action, KioskError
from kiosk.services.event.event import event_info
from kiosk.services.sharing.bundle import SAME_NAME
from kiosk.services.sharing.desks import undelivered_text, version_text
from kiosk.services.sharing.sharing import name_desk, new_event_file, parse_code, sharing_folder
from kiosk.storage.file.machine_facts import DESK_NAME, remove_facts
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.replication.desk_logs import add_roots, desk_logs, roots
from kiosk.storage.replication.merge import log_heads, merge_events, rows_after
from kiosk.storage.replication.seals import copy_seals
from kiosk.storage.replication.sharing import CodeChange, Sharing, read_sharing, write_sharing
from kiosk.support.progress import Progress
from kiosk.sync.keys import confirmation, derive, require
from kiosk.sync.node import Node, NodeOptions
from kiosk.sync.peers import Peer
from kiosk.sync.reachability import Reach, reach_all

TIMEOUT_S = 60.0
_SETTLED_S, _ALL_HEARD_S = 0.7, 0.2
"""How long nothing may be missing: with desks that only other desks hear, and without."""
_POLL_S = 0.05
WHOLE_S = 10.0
"""The longest wait for all parts of a desk's head."""
HEARD_S = 6.0
"""The longest wait for another desk to know this one; it can also learn that later."""
JOINING = "a joining desk"
"""The name of a desk that has no name yet, because it does not know the others."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Result of joining."""

    event: Path
    desks: int
    """Number of desks, with this one."""
    people: int
    confirm: str
    """Four digits that the other desk shows too."""
    desk: str
    """The name of this desk."""
    layout: str = ""
    """The keyboard layout that the code was typed with, if not the computer's; else empty."""
    notes: tuple[str, ...] = ()
    """Desks with more events, or that announce more: one sentence each."""


def parse_addresses(texts: list[str]) -> tuple[Address, ...]:
    """Parse addresses typed by a person.

    Raises:
        KioskError: `bad_address`.
    """
    addresses = []
    for text in texts:
        try:
            addresses.append(parse_address(text))
        except ValueError:
            raise KioskError(
                "bad_address",
                f"“{text}” is no address of a desk.",
                saved="Nothing was changed.",
                next_step="The other desk shows it under its code, for example 192.168.1.20:7447.",
            ) from None
    return tuple(addresses)


def join(
    code: str,
    *,
    target: Path | None,
    desk: str | None,
    known: Path | None = None,
    addresses: tuple[Address, ...] = (),
    timeout_s: float = TIMEOUT_S,
    options: NodeOptions | None = None,
    progress: Progress | None = None,
) -> Joined:
    """Find the other desks and fetch the event, to become one of them.

    Args:
        target: the file to create; an existing file must be of the same event (after a new code).
            None: named after the event, in the folder of new events.
        desk: the name of this desk; None: the next free number, as `Desk 2`. A desk that joins
            again keeps its name.
        known: the event that is open here, or was last. If it is the same event (after a new
            code), the events are merged into it, else into a new file.
        timeout_s: without a new event.
        progress: called with the events fetched and their total (None: no desk found yet); an
            exception stops it.

    Raises:
        KioskError: `bad_code`, `code_changed`, `other_version`, `desk_closed`, `unreachable`,
            `nobody_answers`, `not_all_came`, `another_event`, `not_installed`, or the
            disk's own. Nothing is changed then.
    """
    require("zenoh", "nacl")
    pairing = parse_code(code)
    call = (*addresses, *pairing.addresses)
    existing = target if target is not None and target.exists() else None
    into = existing.with_name(f"{existing.stem}-{int(time.time())}.joining") if existing else target
    resume_key = derive(pairing.secret, "joining", 8).hex()
    with new_event_file(into, desk=desk or JOINING, resume_key=resume_key) as made:

        def arrived() -> bool:
            nonlocal existing
            if existing is None and known is not None and _is_same_event(made.store, known):
                existing = known
            if existing is None:
                name_desk(made.store, desk)
                return True
            return False

        count, notes = _fetch(made.store, pairing, call, timeout_s, options, progress, arrived)
        people, name = count_attendees(made.store.connection), made.store.desk
        if existing is not None:
            name = _merge_into(made.store, existing, desk)
    path = made.path
    if existing is not None:
        path.unlink()
        remove_facts(path)
        path = existing
    return Joined(path, count, people, confirmation(pairing.secret), name, pairing.layout, notes)


def _fetch(
    store: Store,
    pairing: PairingCode,
    call: tuple[Address, ...],
    timeout_s: float,
    options: NodeOptions | None,
    progress: Progress | None,
    arrived: Callable[[], bool],
) -> tuple[int, tuple[str, ...]]:
    """Fill a file until it is up to date; return the number of desks and notes about them.

    `arrived` is called while the other desks can still receive what it writes; it returns whether
    it wrote anything.
    """
    with store.writing():
        write_sharing(store, Sharing(pairing.secret, addresses=call))
    folder = sharing_folder(store.path)
    options = replace(options or NodeOptions(), is_joining=True)
    node = Node(lambda: Store.open(store.path, desk=JOINING), folder, desk=JOINING, options=options)
    node.start()
    try:
        result = _wait(node, store, call, timeout_s, progress)
        heads = [peer.head for peer in node.book.alive(time.monotonic()) if peer.heads]
        if all(head.roots for head in heads):  # else an older program shared the event
            with store.writing():
                add_roots(store, [root for head in heads for root in head.roots])
        if arrived():
            node.look_at_file()
            _wait_heard(node, store)
        return result
    finally:
        node.stop()
        for left in folder.glob("*"):
            left.unlink(missing_ok=True)
        folder.rmdir()


def _wait(
    node: Node,
    store: Store,
    call: Sequence[Address],
    timeout_s: float,
    progress: Progress | None,
) -> tuple[int, tuple[str, ...]]:
    """Wait until all events that the desks credibly announce are here.

    When no event came for `timeout_s`, all events of one desk are enough: the rest comes later.
    """
    end = time.monotonic() + timeout_s
    best = sum(log_heads(store).values())
    settled_at: float | None = None
    while True:
        now = time.monotonic()
        peers = node.book.alive(now)
        have = log_heads(store)
        heard = [peer for peer in peers if peer.heads]
        wanted: dict[str, int] = {}
        for peer in heard:
            for log_id, seq in node.book.expected(peer, have).items():
                wanted[log_id] = max(seq, wanted.get(log_id, 0))
        count = sum(have.values())
        if count > best:  # a slow link is no reason to stop
            best, end = count, max(end, now + timeout_s)
        if progress:
            missing = sum(seq - have.get(log_id, 0) for log_id, seq in wanted.items())
            progress(count, count + missing if heard else None)
        is_whole = all(peer.is_whole or now - peer.since > WHOLE_S for peer in heard)
        if heard and is_whole and not wanted:
            settled_at = settled_at or now
            wait_s = _ALL_HEARD_S if _hears_all(store, heard) else _SETTLED_S
            if now - settled_at >= wait_s:
                return len(peers) + 1, _notes(node, peers, have)
        else:
            settled_at = None
        if (trouble := node.file_trouble) is not None and trouble.code == "disk_full":
            raise trouble
        changed = [at for at, found in node.state.reached if found is Reach.OTHER_CODE]
        if changed and not peers:
            raise _code_changed(parse_address(changed[0]))
        if now >= end:
            if any(not node.book.expected(peer, have) for peer in heard):
                return len(peers) + 1, _notes(node, peers, have)
            raise _not_joined(node, call, timeout_s)
        time.sleep(_POLL_S)


def _hears_all(store: Store, heard: Sequence[Peer]) -> bool:
    """Whether this desk hears all desks that the desks it hears do."""
    known = {store.local("log_id"), *(peer.head.log_id for peer in heard)}
    return all(peer.head.hears.keys() <= known for peer in heard)


def _wait_heard(node: Node, store: Store) -> None:
    """Wait a moment until another desk has introduced this one and has its first event."""
    end = time.monotonic() + HEARD_S
    own = store.local("log_id")
    while time.monotonic() < end:
        peers = node.book.alive(time.monotonic())
        if any(own in peer.heads for peer in peers):
            return
        time.sleep(_POLL_S)


def _notes(node: Node, peers: list[Peer], have: dict[str, int]) -> tuple[str, ...]:
    notes = []
    for peer in peers:
        name = escape_controls(peer.head.desk)
        if node.book.undelivered(peer, have):
            notes.append(undelivered_text(name))
        elif node.book.expected(peer, have):
            notes.append(f"{name} has more events: they arrive while this desk is open.")
    return tuple(notes)


def _not_joined(node: Node, call: Sequence[Address], timeout_s: float) -> KioskError:
    """The error that names the cause, as far as calling the known addresses shows it."""
    if node.book.by_log:
        return KioskError(
            "not_all_came",
            f"Only a part of the event arrived: nothing more came for {timeout_s:.0f} s.",
            saved="No event was created. The part that arrived is kept for an hour.",
            next_step="Join again with the same code: it continues where it stopped. Try nearer to "
            "the other desk, or carry a stick bundle from there.",
            action=Action.MERGE_BUNDLE,
        )
    state = node.state
    if state.other_version:
        desk = state.other_version[0]
        return _join_error("other_version", version_text(desk), "Then join again.")
    network = node.network()
    found = reach_all(call, network.plan.tls) if network is not None else {}
    findings = set(found.values())
    if Reach.OTHER_CODE in findings:
        return _code_changed(next(at for at in found if found[at] is Reach.OTHER_CODE))
    trouble = f" {state.trouble}" if state.trouble else ""
    problem = f"No desk of this event answered within {timeout_s:.0f} s.{trouble}"
    if findings == {Reach.CLOSED}:
        where = ", ".join(map(str, found))
        return _join_error(
            "desk_closed",
            f"{problem} The laptop at {where} answers, but no desk is open there.",
            "Open the desk there, and join again.",
        )
    if findings == {Reach.UNREACHABLE}:
        where = ", ".join(map(str, found))
        return _join_error(
            "unreachable",
            f"{problem} {where} cannot be reached over this network.",
            "Connect both laptops to one network (a phone's hotspot, a cable), or give the other "
            "desk's address as it shows it now, or carry a stick bundle.",
        )
    return _join_error(
        "nobody_answers",
        problem,
        "Is a desk open there, on the same network? If the network separates laptops, use a "
        "phone's hotspot or a cable, give the other desk's address, or carry a stick bundle.",
    )


def _join_error(code: str, problem: str, next_step: str) -> KioskError:
    return KioskError(
        code,
        problem,
        saved="No event was created.",
        next_step=next_step,
        action=None if code == "other_version" else Action.MERGE_BUNDLE,
    )


def _code_changed(address: Address) -> KioskError:
    return KioskError(
        "code_changed",
        f"The desk at {address} has another code than this one: the code was changed, or it "
        "belongs to another event.",
        saved="No event was created.",
        next_step="Join with the code that the desk shows now.",
    )


def _is_same_event(fetched: Store, known: Path) -> bool:
    try:
        with closing(Store.open_reading(known, desk=JOINING)) as store:
            return bool(log_heads(fetched).keys() & log_heads(store).keys())
    except KioskError:  # it is gone, or no event: not asked for
        return False


def _merge_into(fetched: Store, existing: Path, desk: str | None = None) -> str:
    """Merge the fetched events into an existing file of the same event; return its desk's name.

    `desk`: the name for a file without one, such as a copy; None: that of its log, else the next
    free number.
    """
    store = Store.open(existing, desk=JOINING)
    try:
        if not log_heads(fetched).keys() & log_heads(store).keys():
            is_same_name = event_info(fetched).name == event_info(store).name
            what = SAME_NAME if is_same_name else "another event than the code."
            raise KioskError(
                "another_event",
                f"{existing.name} contains {what}",
                saved="It was left as it is.",
                next_step="Join into a new file.",
                action=Action.OPEN_EVENT,
            )
        rows = rows_after(fetched, log_heads(store), limit=2**40, max_bytes=2**50)
        merge_events(store, rows)
        with store.writing():
            copy_seals(fetched.connection, store.connection)
            add_roots(store, roots(fetched))
        name = store.machine_fact(DESK_NAME)
        if not name:
            own = desk_logs(store.connection).get(store.local("log_id"))
            name = name_desk(store, desk or (own.name if own else "") or None, in_log=False)
        received = read_sharing(fetched)
        before = read_sharing(store)
        assert received is not None
        old = (before.secret, *before.old_secrets) if before else ()
        kept = tuple(secret for secret in old if secret != received.secret)
        changed = before.changed if before else None
        if before and before.secret != received.secret:
            changed = before.replaced or CodeChange(store.desk, store.clock())
        with store.writing():
            write_sharing(store, replace(received, old_secrets=kept, changed=changed))
        return name
    finally:
        store.close()
