"""Desks that others hear and this one does not.

The engine calls a desk that it was told of once, and again only what it was given as an address
when its session opened (zenoh's `orchestrator.rs` and `gossip.rs`, 1.10): a link that fails in a
crowd stays missing. What is written there still comes, by way of the others, but seconds later.
So such desks are called by their addresses in a new session.
"""

from __future__ import annotations

from collections.abc import Collection

from kiosk.domain.pairing import Address
from kiosk.sync.peers import Peer

PATIENCE_S = 20.0
"""Links come and go; heads that tell of them come every 5 s."""
FEW = 4
"""So many desks at most: among more, what is written goes around by as many more ways, and a new
session, which drops all links for a second, waits as many times longer."""
MAX_DOUBLINGS = 6
"""A desk that can never be reached from here, or is made up, costs a new session every 20 min."""


class Introductions:
    """Whom to call, and when."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._tries = 0

    def due(self, here: Collection[Peer], own: str, now: float) -> tuple[Address, ...]:
        """Addresses to call in a new session now; mostly none.

        Args:
            here: the desks that this one hears.
            own: this desk's log. No two desks wait equally long, so that two that miss each
                other do not both close their session.
            now: seconds, of a clock that never steps back.
        """
        missed = _missed(here, own)
        if not missed:
            self._since, self._tries = None, 0
            return ()
        if self._since is None:
            self._since = now
        patience_s = PATIENCE_S * max(1.0, len(here) / FEW) * (1 + int(own[:2] or "0", 16) / 256)
        if now - self._since < patience_s * 2 ** min(self._tries, MAX_DOUBLINGS):
            return ()
        self._since = now
        self._tries += 1
        return tuple(dict.fromkeys(address for log in missed for address in missed[log]))


def _missed(here: Collection[Peer], own: str) -> dict[str, tuple[Address, ...]]:
    heard = {peer.head.log_id for peer in here} | {own}
    told: dict[str, tuple[Address, ...]] = {}
    for peer in here:
        told.update(peer.head.hears)
    return {log: at for log, at in sorted(told.items()) if log not in heard and at}
