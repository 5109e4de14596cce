"""Record problems between desks in this file, for the reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.log.merge import Fork, UnmergedRows
from kiosk.storage.file.store import Store

_KEY = "troubles"
KEPT = 50
"""Per kind, so that a hostile desk cannot fill the file."""


@dataclass(slots=True)
class SyncIncidents:
    """All problems since sharing began."""

    set_aside: list[UnmergedRows] = field(default_factory=list)
    set_aside_count: int = 0
    forks: list[Fork] = field(default_factory=list)
    fast_clocks: dict[str, int] = field(default_factory=dict)
    """Desk to the milliseconds by which its clock was ahead."""
    new_log: bool = False
    """This file was restored or copied."""


def sync_incidents(store: Store) -> SyncIncidents:
    """The problems recorded in this file."""
    text = store.local(_KEY)
    if not text:
        return SyncIncidents()
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, LookupError):  # corrupt on the disk: only reports are lost
        return SyncIncidents()


def _read(stored: dict[str, Any]) -> SyncIncidents:
    return SyncIncidents(
        [UnmergedRows(*item) for item in stored["set_aside"]],
        stored["set_aside_count"],
        [Fork(*item) for item in stored["forks"]],
        dict(stored["fast_clocks"]),
        stored["new_log"],
    )


def record_incidents(
    store: Store,
    *,
    set_aside: Iterable[UnmergedRows] = (),
    forks: Iterable[Fork] = (),
    fast_clocks: Mapping[str, int] | None = None,
    new_log: bool = False,
) -> None:
    """Record problems, each once; nothing is written when they are known."""
    before = sync_incidents(store)
    now = sync_incidents(store)
    for item in set_aside:
        if item not in now.set_aside:
            now.set_aside_count += 1
            if len(now.set_aside) < KEPT:
                now.set_aside.append(item)
    for fork in forks:
        known = {one.log_id for one in now.forks}
        if fork.log_id not in known and len(now.forks) < KEPT:
            now.forks.append(fork)
    for desk, ahead_ms in (fast_clocks or {}).items():
        if desk in now.fast_clocks or len(now.fast_clocks) < KEPT:
            now.fast_clocks[desk] = ahead_ms
    now.new_log = now.new_log or new_log
    if now == before:
        return
    text = json.dumps(
        {
            "set_aside": [[item.log_id, item.seq, item.why] for item in now.set_aside],
            "set_aside_count": now.set_aside_count,
            "forks": [[fork.log_id, fork.seq] for fork in now.forks],
            "fast_clocks": now.fast_clocks,
            "new_log": now.new_log,
        }
    )
    with store.writing():
        store.set_local(**{_KEY: text})
