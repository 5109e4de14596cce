"""The state of a sharing desk: its file, session, log heads and the other desks.

Only the main thread of sharing writes it; other threads read it.
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
"""(kind, node, payload), as the engine posts it."""


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """Settings for tests and special networks."""

    multicast: bool = True
    hosts: tuple[str, ...] | None = None
    """Addresses to listen on; None: all of this computer."""


@dataclass(slots=True)
class NodeState:
    """The state of one running node."""

    store: Store
    folder: Path
    """Folder of the keys."""
    desk: str
    options: NodeOptions
    book: PeerBook
    post: Callable[[str, str, Any], None]
    """Called by the engine's threads."""
    frozen: set[str] = field(default_factory=set)
    """Forked logs: their rows are refused until the fork is settled."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Id of this session; a new one each time a session opens."""
    network: Network | None = None
    sharing: Sharing | None = None
    heads: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Log id to last number and the start of that row's hash, to detect forks."""
    hosts: list[str] = field(default_factory=list)
    """Addresses that this desk listens on."""
    port: int = 0
    renewed_at: float = -RENEWED_S
    """Monotonic time when this desk last began a new log."""
    trouble: str = ""
    """Why the network cannot be used now; empty when it can."""
    file_trouble: KioskError | None = None
    """Why the file cannot be written now; None when it can."""

    def may_renew(self) -> bool:
        """Whether a message of another desk may make this desk begin a new log.

        At most once in `RENEWED_S`, so that a faulty desk cannot repeat it without end.
        """
        return time.monotonic() - self.renewed_at >= RENEWED_S

    def refresh_heads(self) -> None:
        """Read the last number and hash of each log from the file."""
        self.heads = log_heads(self.store)
        for log_id, seq in self.heads.items():
            if self.hashes.get(log_id, (0, ""))[0] != seq:
                self.hashes[log_id] = (seq, hash_at(self.store, log_id, seq) or "")
        self.book.note_own(self.heads, time.monotonic())


def wall_ms() -> int:
    """The computer's clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000
