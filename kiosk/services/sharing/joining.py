"""Becoming a desk of an event: the code is all there is, the rest comes from the other desks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.sharing.pairing import Address, PairingCode, parse_address
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.sharing.desks import promises_in_vain
from kiosk.services.sharing.sharing import new_event_file, parse_code, sharing_folder
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.replication.merge import log_heads, merge_events, rows_after
from kiosk.storage.replication.sharing import Sharing, read_sharing, write_sharing
from kiosk.sync.optional_deps import require

if TYPE_CHECKING:
    from kiosk.sync.node import Node, NodeOptions
    from kiosk.sync.peers import Peer

TIMEOUT_S = 60.0
_SETTLED_S = 0.7
_POLL_S = 0.05
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining brought."""

    event: Path
    desks: int
    """This one among them."""
    people: int
    confirm: str
    """Four digits that the other desk shows too."""
    layout: str = ""
    """The keyboard layout that had garbled the code; empty when none had."""
    notes: tuple[str, ...] = ()
    """Desks that have, or say they have, more than came: a sentence each."""


def parse_addresses(texts: list[str]) -> tuple[Address, ...]:
    """Addresses typed by a person.

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
                next_step="Desk 1 shows it under its code, for example 192.168.1.20:7447.",
            ) from None
    return tuple(addresses)


def join(
    code: str,
    *,
    target: Path | None,
    desk: str,
    known: Path | None = None,
    addresses: tuple[Address, ...] = (),
    timeout_s: float = TIMEOUT_S,
    options: NodeOptions | None = None,
    progress: Progress | None = None,
) -> Joined:
    """Find the other desks, fetch the event, and be one of them.

    Args:
        target: the file to make; one that is there must be of the same event (after a new code).
            None: named after the event, where new events go.
        known: the event that is open here: what comes goes into it if it is the same one (after a
            new code), else into a file of its own.
        timeout_s: for all of it.
        progress: told the events that came, and those there are (None: no desk found yet); an
            exception stops it.

    Raises:
        KioskError: `bad_code`, `nobody_answers`, `not_all_came`, `another_event`, `not_installed`,
            or the disk's own. Nothing was changed then.
    """
    require("zenoh", "cryptography")
    from kiosk.sync.keys import confirmation

    pairing = parse_code(code)
    call = (*addresses, *pairing.addresses)
    existing = target if target is not None and target.exists() else None
    into = existing.with_name(f"{existing.stem}-{int(time.time())}.joining") if existing else target
    with new_event_file(into, desk=desk) as made:
        count, notes = _fetch(made.store, pairing, call, desk, timeout_s, options, progress)
        people = count_attendees(made.store.connection)
        if existing is None and known is not None and _is_same_event(made.store, known, desk):
            existing = known
        if existing is not None:
            _bring_in(made.store, existing, desk)
    path = made.path
    if existing is not None:
        path.unlink()
        remove_facts(path)
        path = existing
    return Joined(path, count, people, confirmation(pairing.secret), pairing.layout, notes)


def _fetch(
    store: Store,
    pairing: PairingCode,
    call: tuple[Address, ...],
    desk: str,
    timeout_s: float,
    options: NodeOptions | None,
    progress: Progress | None,
) -> tuple[int, tuple[str, ...]]:
    """Fill a file until it is up to date; how many desks there are then, and what is to be said
    of them."""
    from kiosk.sync.node import Node

    with store.writing():
        write_sharing(store, Sharing(pairing.secret, addresses=call))
    folder = sharing_folder(store.path)
    node = Node(lambda: Store.open(store.path, desk=desk), folder, desk=desk, options=options)
    node.start()
    try:
        return _wait(node, store, timeout_s, progress)
    finally:
        node.stop()
        for left in folder.glob("*"):
            left.unlink(missing_ok=True)
        folder.rmdir()


def _wait(
    node: Node, store: Store, timeout_s: float, progress: Progress | None
) -> tuple[int, tuple[str, ...]]:
    """Until all that is promised, and the promise believed, is here. At the end of the time what
    one desk holds is enough: the rest comes while the desk is open."""
    end = time.monotonic() + timeout_s
    settled_at: float | None = None
    while True:
        now = time.monotonic()
        peers = node.book.alive(now)
        have = log_heads(store)
        believed = [node.book.promises.believed(peer.head, have) for peer in peers]
        wanted: dict[str, int] = {}
        for promise in believed:
            for log_id, seq in promise.items():
                wanted[log_id] = max(seq, wanted.get(log_id, 0))
        total = sum(wanted.values())
        if progress:
            progress(min(sum(have.values()), total), total or None)
        if total and _has_all(have, wanted):
            settled_at = settled_at or now
            if now - settled_at >= _SETTLED_S:
                return len(peers) + 1, _notes(node, peers, have)
        else:
            settled_at = None
        if now >= end:
            if any(promise and _has_all(have, promise) for promise in believed):
                return len(peers) + 1, _notes(node, peers, have)
            raise _not_joined(node, timeout_s)
        time.sleep(_POLL_S)


def _has_all(have: dict[str, int], wanted: dict[str, int]) -> bool:
    return all(have.get(log_id, 0) >= seq for log_id, seq in wanted.items())


def _notes(node: Node, peers: list[Peer], have: dict[str, int]) -> tuple[str, ...]:
    notes = []
    for peer in peers:
        name = escape_controls(peer.head.desk)
        if node.book.promises.withheld(peer.head, have):
            notes.append(promises_in_vain(name))
        elif not _has_all(have, peer.head.seqs):
            notes.append(f"{name} has more: that comes while this desk is open.")
    return tuple(notes)


def _not_joined(node: Node, timeout_s: float) -> KioskError:
    if node.book.by_node:
        return KioskError(
            "not_all_came",
            f"Not all of the event came within {timeout_s:.0f} s.",
            saved="Nothing was made.",
            next_step="Try again nearer to the other desk, or take a stick: kiosk bundle there, "
            "kiosk merge here (^P at the desks).",
        )
    trouble = f" {node.state.trouble}" if node.state.trouble else ""
    return KioskError(
        "nobody_answers",
        f"No desk of this event answered within {timeout_s:.0f} s.{trouble}",
        saved="Nothing was made.",
        next_step="Is a desk open there (kiosk desk), on the same network? If the network keeps "
        "laptops apart, use a phone's hotspot or a cable, give the other desk's address "
        "(--address), or take a stick: kiosk bundle there, kiosk merge here (^P at the desks).",
    )


def _is_same_event(fetched: Store, known: Path, desk: str) -> bool:
    with closing(Store.open(known, desk=desk)) as store:
        return bool(log_heads(fetched).keys() & log_heads(store).keys())


def _bring_in(fetched: Store, existing: Path, desk: str) -> None:
    """Into the file that is there: it is the same event under a new code."""
    store = Store.open(existing, desk=desk)
    try:
        if not log_heads(fetched).keys() & log_heads(store).keys():
            raise KioskError(
                "another_event",
                f"{existing.name} holds another event than the code is for.",
                saved="It was left as it is.",
                next_step="Name a new file with -e.",
            )
        rows = rows_after(fetched, log_heads(store), limit=2**40, max_bytes=2**50)
        merge_events(store, rows)
        came = read_sharing(fetched)
        before = read_sharing(store)
        assert came is not None
        old = (before.secret, *before.old_secrets) if before else ()
        kept = tuple(secret for secret in old if secret != came.secret)
        with store.writing():
            write_sharing(store, replace(came, old_secrets=kept))
    finally:
        store.close()
