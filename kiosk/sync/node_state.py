"""What a desk knows of itself and of the others while it shares.

Written by the one main thread of sharing, and passed to each of its rooms; other threads only
read it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import hash_at, log_heads
from kiosk.storage.replication.sharing import Sharing
from kiosk.sync.network import Network
from kiosk.sync.peers import PeerBook

RENEWED_S = 60.0
Message = tuple[str, str, Any]
"""(what, node, payload): as the engine posts them."""


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """What tests and special networks set."""

    multicast: bool = True
    hosts: tuple[str, ...] | None = None
    """Listen on these alone; None: on all of this computer."""


@dataclass(slots=True)
class NodeState:
    """Where this desk stands."""

    store: Store
    folder: Path
    """Where the keys are."""
    desk: str
    options: NodeOptions
    book: PeerBook
    post: Callable[[str, str, Any], None]
    """For the engine's threads."""
    frozen: set[str] = field(default_factory=set)
    """Logs of which there are two: nothing of them is taken until they are told apart."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Of this session; another after each opening."""
    network: Network | None = None
    sharing: Sharing | None = None
    heads: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Each log's last number and the beginning of that row's hash, for noticing a fork."""
    hosts: list[str] = field(default_factory=list)
    """Where it listens."""
    port: int = 0
    renewed_at: float = -RENEWED_S
    """When this desk last went on under another log."""
    trouble: str = ""
    """Why the network cannot be used now."""
    file_trouble: KioskError | None = None
    """Why the file cannot be written now, while others have something for it."""

    def may_renew(self) -> bool:
        """Whether a word of another desk may have this one begin a new log: who says it again and
        again is not believed."""
        return time.monotonic() - self.renewed_at >= RENEWED_S

    def refresh_heads(self) -> None:
        """Look again how far each log is."""
        self.heads = log_heads(self.store)
        for log_id, seq in self.heads.items():
            if self.hashes.get(log_id, (0, ""))[0] != seq:
                self.hashes[log_id] = (seq, hash_at(self.store, log_id, seq) or "")
        self.book.note_own(self.heads, time.monotonic())


def wall_ms() -> int:
    """The computer's clock."""
    return time.time_ns() // 1_000_000
