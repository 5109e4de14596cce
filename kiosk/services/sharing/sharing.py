"""Turn sharing on and off, and create the code for other laptops and new event files."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.sharing.pairing import (
    Address,
    InvalidPairingCode,
    PairingCode,
    pairing_code,
    read_code,
)
from kiosk.domain.text import clean_text
from kiosk.errors import Action, KioskError
from kiosk.services.badges.shared_layout import refresh_shared
from kiosk.services.event.event import event_info
from kiosk.services.sharing.desks import list_desks
from kiosk.storage.file.clone_detection import forget, move_facts
from kiosk.storage.file.create import with_final_name
from kiosk.storage.file.machine_facts import DESK_NAME, remove_facts
from kiosk.storage.file.modes import leave_wal
from kiosk.storage.file.sqlite_errors import as_kiosk_error, file_taken
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting
from kiosk.storage.replication.desk_logs import (
    MAX_NAME,
    desk_logs,
    next_desk_name,
    rename_desk,
    superseded,
)
from kiosk.storage.replication.merge import log_heads
from kiosk.storage.replication.seals import signed_logs
from kiosk.storage.replication.sharing import (
    CodeChange,
    Sharing,
    read_sharing,
    write_sharing,
)
from kiosk.support.files import locked_part, move_new, private_folder, unused_path
from kiosk.support.paths import events_dir, state_dir
from kiosk.sync.keys import confirmation, new_secret, require
from kiosk.sync.network import free_port, own_addresses
from kiosk.sync.peers import DeskState
from kiosk.sync.status_file import read_status
from kiosk.sync.status_file import sharing_folder as sharing_folder

REHEARSAL = "rehearsal"
"""Setting of a file that contains only a rehearsal."""
MAX_CALLED = 10
"""Addresses kept; older ones belong to other networks."""


@dataclass(frozen=True, slots=True)
class ShareInfo:
    """The code and addresses that the first desk shows."""

    code: str
    """Letters and digits only, as in the QR code."""
    confirm: str
    """Four digits that both desks show."""
    addresses: tuple[str, ...]
    old_code_desks: tuple[str, ...] = ()
    """Names of desks that still have the old code."""
    note: str = ""
    """What the person should know before others join; empty for nothing."""


def ensure_secret(store: Store) -> bytes:
    """Return the event's secret; create it if needed, without turning sharing on."""
    _refuse_rehearsal(store)
    with store.writing():
        sharing = read_sharing(store)
        if sharing is None:
            sharing = Sharing(new_secret(), is_on=False)
            write_sharing(store, sharing)
    return sharing.secret


def _refuse_rehearsal(store: Store) -> None:
    """Refuse to share a rehearsal: its check-ins are not real.

    An event that is shared is none, whatever settings another desk sends.
    """
    if read_sharing(store) is None and setting(store.connection, REHEARSAL):
        raise KioskError(
            "rehearsal",
            "A rehearsal cannot be shared with other desks.",
            saved="Nothing was changed.",
            next_step="End the rehearsal, and share the event itself.",
        )


def share(store: Store, *, new_code: bool = False) -> ShareInfo:
    """Turn sharing on for this file.

    Args:
        new_code: create a new code; desks that only have the old one are locked out.

    Raises:
        KioskError: `not_installed`, or the store's own.
    """
    _refuse_rehearsal(store)
    require("zenoh", "nacl")
    with store.writing():
        before = sharing = read_sharing(store)
        if sharing is None:
            sharing = Sharing(new_secret(), port=free_port())
        elif new_code:
            sharing = _with_new_code(store, sharing)
        elif not sharing.is_on:
            sharing = replace(sharing, port=free_port())
        write_sharing(store, replace(sharing, is_on=True))
    refresh_shared(store)
    info = share_info(store.path, sharing)
    is_shared_elsewhere = before is None and signed_logs(store.connection)
    return replace(info, note=_SHARED_ELSEWHERE) if is_shared_elsewhere else info


_SHARED_ELSEWHERE = (
    "This file is a copy of a shared event, and its code is a new one. To connect this laptop to "
    "the desks of that event, join with their code."
)


def _with_new_code(store: Store, sharing: Sharing) -> Sharing:
    """A new code; the desks that know the old one are notified and listed."""
    others = [desk for desk in list_desks(store).desks if desk.state is not DeskState.THIS]
    return replace(
        sharing,
        secret=new_secret(),
        old_secrets=(sharing.secret, *sharing.old_secrets),
        changed=CodeChange(store.desk, store.clock()),
        replaced=None,
        notice_due=True,
        left_behind=tuple((desk.log_id, desk.name) for desk in others),
    )


def share_info(path: Path, sharing: Sharing) -> ShareInfo:
    """Code, digits and addresses of an event that is shared already."""

    status = read_status(sharing_folder(path))
    port = status.port if status and status.port else sharing.port
    addresses = tuple(Address(host, port) for host in own_addresses() or ["127.0.0.1"])
    return ShareInfo(
        pairing_code(PairingCode(sharing.secret, addresses)),
        confirmation(sharing.secret),
        tuple(str(address) for address in addresses),
        tuple(name for _, name in sharing.left_behind),
    )


def is_shared(store: Store) -> bool:
    """Whether sharing is turned on for this file."""
    sharing = read_sharing(store)
    return sharing is not None and sharing.is_on


def name_desk(store: Store, name: str | None, *, in_log: bool = True) -> str:
    """Name this desk for this event; return the name.

    Args:
        name: None: keep the stored name, else take the next free number, as `Desk 2`.
        in_log: also write it into the log, for the other desks.

    Raises:
        KioskError: `no_name`.
    """
    if name is None:
        logs = desk_logs(store.connection)
        not_others = {store.local("log_id"), *superseded(logs)}
        others = [log.name for log_id, log in logs.items() if log_id not in not_others]
        name = store.machine_fact(DESK_NAME) or next_desk_name(others)
    cleaned = clean_text(name, limit=MAX_NAME)
    if not cleaned:
        raise KioskError(
            "no_name",
            "A desk needs a name.",
            saved="Nothing was changed.",
            next_step="Type a name, for example Desk 2.",
        )
    rename_desk(store, cleaned, in_log=in_log, is_signed=is_shared(store))
    return cleaned


def stop_sharing(store: Store) -> None:
    """Turn sharing off for this file; the code stays valid for the other desks."""
    with store.writing():
        sharing = read_sharing(store)
        if sharing is not None:
            write_sharing(store, replace(sharing, is_on=False))


def add_addresses(store: Store, addresses: tuple[Address, ...]) -> None:
    """Remember addresses to call, for networks without automatic discovery.

    Raises:
        KioskError: `not_shared`.
    """
    with store.writing():
        sharing = read_sharing(store)
        if sharing is None or not sharing.is_on:
            raise KioskError(
                "not_shared",
                "This event is not shared.",
                saved="Nothing was changed.",
                next_step="Share it, or join the event of another desk.",
                action=Action.SHARE_EVENT,
            )
        kept = tuple(dict.fromkeys((*addresses, *sharing.addresses)))
        called = tuple(dict.fromkeys((*addresses, *sharing.called)))[:MAX_CALLED]
        write_sharing(store, replace(sharing, addresses=kept[:MAX_CALLED], called=called))


def parse_code(code: str) -> PairingCode:
    """Parse a code that was scanned or typed.

    Raises:
        KioskError: `bad_code`.
    """
    try:
        return read_code(code)
    except InvalidPairingCode:
        raise KioskError(
            "bad_code",
            "This is no code of an event, or is incomplete.",
            saved="Nothing was changed.",
            next_step="Scan the QR code on the other desk's screen again, or type its letters in "
            "groups of four. If scanning fails, the scanner may use another keyboard layout than "
            "this computer.",
        ) from None


def secret_of_code(code: str) -> bytes:
    """The secret in a code."""
    return parse_code(code).secret


def _path_named_after(folder: Path, event_name: str) -> Path:
    """An unused path for an event of another desk, named after it."""
    stem = re.sub(r"[^\w\- ]+", " ", event_name).strip()[:60].rstrip() or "event"
    stem = " ".join(stem.split())
    return unused_path(folder / f"{stem}.kiosk", between=" ")


class NewEventFile:
    """An event file that gets its final name only when it is complete."""

    def __init__(self, store: Store, target: Path | None) -> None:
        self.store = store
        self.target = target

    @property
    def path(self) -> Path:
        """The final path: the given one, else named after the event."""
        return self.target or _path_named_after(events_dir(), event_info(self.store).name)


@contextmanager
def new_event_file(
    target: Path | None, *, desk: str, resume_key: str = ""
) -> Iterator[NewEventFile]:
    """Create an empty event file to fill; it gets its name at the end of the block.

    Args:
        target: None: named after the event, in the folder of new events.
        resume_key: 16 hexadecimal digits. The content is kept under it when the block ends with an
            error or Ctrl+C, for the next block with this key.

    Raises:
        KioskError: `file_exists`, or why it cannot be created. No event file is left then.
    """
    if target is not None and target.exists():
        raise file_taken(target)
    folder = target.parent if target is not None else events_dir()
    try:
        private_folder(folder)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {folder} cannot be created ({error.strerror}).",
            saved="No event was created.",
            next_step="Choose another folder.",
        ) from error
    kept = folder / f".kiosk-{resume_key}.resume" if resume_key else None
    with (
        _no_file_on_a_full_disk(folder),
        locked_part(folder / "new.kiosk") as temporary,
        _without_facts(temporary),
    ):
        store = _resumed(kept, temporary, desk) or _created(temporary, folder, desk)
        made = NewEventFile(store, target)
        is_incomplete = False
        try:
            yield made
            made.target = made.path
            _finish(store)
        except BaseException:
            if kept is not None and log_heads(store):
                with suppress(KioskError):  # the disk is full: nothing can be kept
                    _finish(store)
                    is_incomplete = True
            raise
        finally:
            store.close()
            if kept is not None and is_incomplete:
                os.replace(temporary, kept)
            for ending in ("-wal", "-shm", "-journal"):
                temporary.with_name(temporary.name + ending).unlink(missing_ok=True)
        try:
            move_new(temporary, made.target)
        except FileExistsError:
            raise file_taken(made.target) from None
        move_facts(temporary, made.target)


def _created(temporary: Path, folder: Path, desk: str) -> Store:
    """An empty file; an error names its folder."""
    try:
        return Store.create(temporary, desk=desk)
    except KioskError as error:
        raise with_final_name(error, temporary, folder) from error


@contextmanager
def _no_file_on_a_full_disk(folder: Path) -> Iterator[None]:
    """Report a full disk as what it means for a new event."""
    try:
        yield
    except KioskError as error:
        if error.code != "disk_full" or str(state_dir()) in error.problem:
            raise
        raise KioskError(
            "disk_full",
            f"The disk with the folder {folder} is full: the event does not fit on it.",
            saved="No event was created.",
            next_step="Free some space, and try again.",
        ) from error


def _finish(store: Store) -> None:
    """Make the file one that can be moved."""
    try:
        forget(store.connection)  # the move is not a copy
        leave_wal(store.connection)
    except sqlite3.Error as error:
        raise as_kiosk_error(store.path, error) from error


def _resumed(kept: Path | None, temporary: Path, desk: str) -> Store | None:
    """The content that an earlier block kept; None without any."""
    if kept is None or not kept.exists():
        return None
    try:
        os.replace(kept, temporary)
        return Store.open(temporary, desk=desk)
    except (OSError, KioskError):  # damaged, or of another version: begin again
        for ending in ("", "-wal", "-shm", "-journal"):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)
        return None


@contextmanager
def _without_facts(path: Path) -> Iterator[None]:
    """Remove what this machine keeps for a temporary file: it holds the secret of the event."""
    try:
        yield
    finally:
        remove_facts(path)


def code_of(store: Store) -> str:
    """The event's code without addresses; created if needed."""
    return pairing_code(PairingCode(ensure_secret(store)))


# The pairing code as a QR code for a terminal: half blocks, dark on light, with its quiet zone.

_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""By (upper dark, lower dark); the light modules are drawn, for terminals with light text."""
QUIET = 2


def qr_modules(code: str) -> list[list[bool]]:
    """Modules of the QR code without its quiet zone; True is dark."""
    # qrcode loads slowly, and only screens and commands of sharing show a code
    from qrcode import QRCode, constants

    made = QRCode(error_correction=constants.ERROR_CORRECT_M, border=0)
    made.add_data(code)
    made.make(fit=True)
    return [[bool(cell) for cell in row] for row in made.get_matrix()]


def qr_lines(code: str) -> list[str]:
    """The QR code as lines of text, for light text on a dark background."""
    modules = qr_modules(code)
    width = len(modules) + 2 * QUIET
    blank = [False] * width
    rows = [blank] * QUIET + [[False] * QUIET + row + [False] * QUIET for row in modules]
    rows += [blank] * (QUIET + len(rows) % 2)
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=False)
    ]
