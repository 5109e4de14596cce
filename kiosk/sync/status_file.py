"""Write and read the sharing status, for other programs that use the same event file."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path

from kiosk.domain.sharing.pairing import DEFAULT_PORT
from kiosk.storage.replication.sharing import CodeChange
from kiosk.support.paths import FileLock, state_dir
from kiosk.sync.keys import remove_tls_files
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.reachability import Reach

_NAME = "status.json"
_PART = f"{_NAME}.part"


@dataclass(frozen=True, slots=True)
class SharedState:
    """The sharing status of this desk."""

    desks: tuple[DeskStatus, ...] = ()
    """All other desks heard since the start."""
    trouble: str = ""
    """Why the network or the file cannot be used now; empty when both can."""
    since_ms: int = 0
    """When this program began to share, in ms UTC."""
    port: int = DEFAULT_PORT
    at_ms: int = 0
    """When this was written, in ms UTC."""
    hindrance: str = ""
    """Short form of `trouble` when the network is not the cause."""
    replaced: CodeChange | None = None
    """Another desk made a new code; this one has the old code."""
    left_behind: tuple[str, ...] = ()
    """Names of desks that still have the old code."""
    reached: tuple[tuple[str, Reach], ...] = ()
    """While no desk is heard: the known addresses and what answers there."""

    @property
    def here(self) -> tuple[DeskStatus, ...]:
        """Other desks that exchange events with this one now."""
        return tuple(
            desk for desk in self.desks if desk.state in (DeskState.UP_TO_DATE, DeskState.BEHIND)
        )

    @property
    def other_version(self) -> tuple[DeskStatus, ...]:
        """Desks that are here with another version of the program."""
        return tuple(desk for desk in self.desks if desk.state is DeskState.OTHER_VERSION)


def sharing_folder(path: Path) -> Path:
    """Folder of the keys and the status of a shared event, for its owner only."""
    name = sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_dir() / "sharing" / name


def write_status(folder: Path, state: SharedState) -> None:
    """Write the status next to the keys; a failure, such as a full disk, is ignored."""
    data = {
        "desks": [
            [
                *(desk.name, desk.log_id, desk.state, desk.behind),
                *(desk.last_heard_ms, desk.fast_ms, desk.undelivered, desk.version),
                desk.given_name,
            ]
            for desk in state.desks
        ],
        "trouble": state.trouble,
        "hindrance": state.hindrance,
        "since": state.since_ms,
        "port": state.port,
        "at": state.at_ms,
        "replaced": astuple(state.replaced) if state.replaced else None,
        "left_behind": state.left_behind,
        "reached": state.reached,
    }
    part = folder / _PART
    try:
        part.write_text(json.dumps(data), encoding="utf-8")
        os.replace(part, folder / _NAME)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()


def read_status(folder: Path) -> SharedState | None:
    """Read the last status; None when there is none."""
    try:
        data = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        desks = tuple(
            DeskStatus(name, log_id, DeskState(state), behind, *rest)
            for name, log_id, state, behind, *rest in data["desks"]
        )
        return SharedState(
            desks,
            data["trouble"],
            data["since"],
            data["port"],
            data["at"],
            data.get("hindrance", ""),
            CodeChange(*data["replaced"]) if data.get("replaced") else None,
            tuple(data.get("left_behind", ())),
            tuple((at, Reach(found)) for at, found in data.get("reached", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_status(folder: Path) -> None:
    """Remove the status: no program shares this file now."""
    (folder / _NAME).unlink(missing_ok=True)


# Keys and status of a shared event, which exist only while a program shares it.

LOCK_NAME = "sharing.lock"


def remove_session_files(folder: Path) -> None:
    """Remove keys and status of an event."""
    with contextlib.suppress(OSError):
        remove_tls_files(folder)
        remove_status(folder)
        (folder / _PART).unlink(missing_ok=True)


def remove_abandoned_sessions(root: Path) -> None:
    """Remove files of programs that were killed; a running program holds its lock."""
    with contextlib.suppress(OSError):
        for folder in root.iterdir():
            if any(path.name != LOCK_NAME for path in folder.iterdir()):
                _remove_if_abandoned(folder)


def _remove_if_abandoned(folder: Path) -> None:
    lock = FileLock(folder / LOCK_NAME)
    with contextlib.suppress(OSError):
        if lock.take():
            remove_session_files(folder)
    lock.release()
