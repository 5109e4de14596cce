"""The log on a stick: written by one desk, merged by another, in any order, any number of times."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import Canceled, KioskError
from kiosk.services.event.event import event_info
from kiosk.services.sharing.conflicts import count_doubles
from kiosk.services.sharing.sharing import code_of, ensure_secret, new_event_file, secret_of_code
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.replication.forks import settle_fork
from kiosk.storage.replication.merge import (
    MergeReport,
    desk_names,
    log_heads,
    merge_events,
    rows_after,
)
from kiosk.storage.replication.sharing import Sharing, read_sharing, write_sharing
from kiosk.support.files import atomic_file, plain_bytes
from kiosk.sync.optional_deps import require

if TYPE_CHECKING:
    from kiosk.sync.bundle_file import BundleInfo

ROWS_AT_ONCE = 2_000
SUFFIX = ".bundle"
Progress = Callable[[int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class BundleResult:
    """A bundle that was written and read back."""

    file: Path
    events: int
    people: int
    size: int
    """Bytes."""
    code: str
    """The event's code, which a laptop that does not know the event needs."""


@dataclass(frozen=True, slots=True)
class BundleMerge:
    """What a bundle brought."""

    event: Path
    added: int
    known: int
    set_aside: int
    forks: int
    people: int
    created: bool
    """The event was not on this laptop before."""
    by_desk: tuple[tuple[str, int], ...]
    """What came, by the desk that wrote it, most first."""
    doubles: int
    """People let in twice by desks that did not know of each other, as far as is known now."""


def bundle_name(store: Store) -> str:
    """What a bundle of this desk is called on a stick, where those of other desks lie too."""
    name = f"{store.path.stem} {store.desk}"
    return " ".join(re.sub(r"[^\w\-. ]+", " ", name).split())[:80].strip(" .") + SUFFIX


def check_bundle(path: Path) -> None:
    """See by its first bytes that a file is a bundle.

    Raises:
        KioskError: `not_a_bundle`, `cannot_read`.
    """
    from kiosk.sync.bundle_file import MAGIC

    if _read(path, len(MAGIC)) != MAGIC:
        raise _not_a_bundle(path)


def write_bundle_file(
    store: Store, target: Path, *, progress: Progress | None = None
) -> BundleResult:
    """Put all that this desk holds, of all desks, into one encrypted file.

    Args:
        progress: told the events that are written; an exception stops it, and leaves no file.

    Raises:
        KioskError: `not_installed`, `bundle_target_taken`, or why it cannot be written; what was
            there before under this name is untouched then.
    """
    require("cryptography")
    from kiosk.sync.bundle_file import BundleInfo, open_bundle, write_bundle

    _check_may_replace(target)
    secret = ensure_secret(store)
    store.connection.execute("BEGIN")
    try:
        rows = rows_after(store, {}, limit=2**40, max_bytes=2**50)
        info = BundleInfo(event_info(store).name, log_heads(store), len(rows))
    finally:
        store.connection.rollback()
    with atomic_file(target) as file:
        file.write(write_bundle(secret, info, _told(rows, len(rows), progress)))
        file.flush()
        back, lines = open_bundle(Path(file.name).read_bytes(), [secret])
        if back != info or sum(1 for _ in lines) != info.events:
            raise KioskError(
                "bundle_not_sound",
                "The bundle could not be read back as it was written.",
                saved="It was thrown away; what was there before is untouched.",
                next_step="Try another stick.",
            )
        size = file.tell()
    people = count_attendees(store.connection)
    return BundleResult(target, info.events, people, size, code_of(store))


def _told(rows: list[Any], total: int, progress: Progress | None) -> Iterator[Any]:
    for done, row in enumerate(rows):
        if progress and done % ROWS_AT_ONCE == 0:
            progress(done, total)
        yield row
    if progress:
        progress(total, total)


def _check_may_replace(target: Path) -> None:
    """See that nothing but an older bundle is lost under this name."""
    from kiosk.sync.bundle_file import MAGIC

    if not os.path.isfile(target):
        return
    head = _read(target, len(MAGIC))
    if head and head != MAGIC:
        raise KioskError(
            "bundle_target_taken",
            f"{target} is there already, and is no bundle.",
            saved="It was left as it is.",
            next_step="Choose another name.",
        )


def merge_bundle(
    store: Store, path: Path, *, code: str | None = None, progress: Progress | None = None
) -> BundleMerge:
    """Bring a bundle into the open event.

    Args:
        code: the event's code, where this laptop does not know it.
        progress: told the events that were looked at; an exception stops it.

    Raises:
        KioskError: `not_a_bundle`, `code_missing`, `another_event`, `bad_code`, or the store's
            own. What was merged before that stands, and can be merged again.
    """
    require("cryptography")
    sharing = read_sharing(store)
    given = [secret_of_code(code)] if code else []
    known = [sharing.secret, *sharing.old_secrets] if sharing else []
    info, rows = _open(path, [*given, *known])
    if not info.heads.keys() & log_heads(store).keys():
        raise KioskError(
            "another_event",
            f"{path.name} holds “{info.name}”, another event than this one.",
            saved="Nothing was merged.",
            next_step="Open that event first (^P, Open another event; or -e FILE), then merge.",
        )
    report = _merge(store, path, rows, info.events, progress)
    for log_id in {fork.log_id for fork in report.forks}:
        _, again = _open(path, [*given, *known])
        settle_fork(store, log_id, [row for row in again if _log_of(row) == log_id])
    if sharing is None and given:
        with store.writing():
            write_sharing(store, Sharing(given[0], is_on=False))
    return _result(store, report, created=False)


def create_from_bundle(
    path: Path,
    target: Path | None,
    *,
    code: str | None,
    desk: str,
    progress: Progress | None = None,
) -> BundleMerge:
    """Make an event file of a bundle.

    Args:
        target: None: named after the event, in the folder where new events go.

    Raises:
        KioskError: as `merge_bundle`, `file_exists`. Nothing is left then.
    """
    require("cryptography")
    secrets = [secret_of_code(code)] if code else []
    info, rows = _open(path, secrets)
    with new_event_file(target, desk=desk) as made:
        try:
            report = _merge(made.store, path, rows, info.events, progress)
        except Canceled as error:
            error.saved, error.next_step = "Nothing was made.", ""
            raise
        with made.store.writing():
            write_sharing(made.store, Sharing(secrets[0], is_on=False))
        result = _result(made.store, report, created=True)
    return replace(result, event=made.path)


def _read(path: Path, size: int = -1) -> bytes:
    try:
        return plain_bytes(path, size)
    except OSError as error:
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read ({error.strerror}).",
            saved="Nothing was changed.",
            next_step="Check the name, and that the stick is in.",
        ) from error


def _open(path: Path, secrets: list[bytes]) -> tuple[BundleInfo, Iterator[Any]]:
    """The bundle, wholly checked before anything of it is merged."""
    from kiosk.sync.bundle_file import NotABundle, OtherKey, open_bundle

    data = _read(path)
    try:
        info, rows = open_bundle(data, secrets)
    except NotABundle as error:
        raise _not_a_bundle(path) from error
    except OtherKey:
        raise KioskError(
            "code_missing",
            f"{path.name} cannot be opened without its event's code.",
            saved="Nothing was merged.",
            next_step="Give it: --code CODE. A desk of the event shows it (^P, Share this event; "
            "or kiosk share).",
        ) from None
    return info, rows


def _not_a_bundle(path: Path) -> KioskError:
    return KioskError(
        "not_a_bundle",
        f"{path.name} is no bundle of an event, or not all of one.",
        saved="Nothing was merged.",
        next_step="Write it again at the desk it is of (^P, Write a stick bundle; or "
        "kiosk bundle), and wait until that is done.",
    )


def _merge(
    store: Store, path: Path, rows: Iterator[Any], total: int, progress: Progress | None
) -> MergeReport:
    from kiosk.sync.bundle_file import NotABundle

    report = MergeReport()
    done = 0
    try:
        while piece := list(islice(rows, ROWS_AT_ONCE)):
            if progress:
                progress(done, total)
            read = len(piece)
            forked = {fork.log_id for fork in report.forks}
            if forked:  # told apart when all of it was read
                piece = [row for row in piece if _log_of(row) not in forked]
            report.take(merge_events(store, piece))
            done += read
        if progress:
            progress(total, total)
    except NotABundle as error:
        raise _not_a_bundle(path) from error
    except Canceled as error:
        error.saved = f"{counted(len(report.added), 'event')} had come in, to stay."
        error.next_step = "Merge the file again to get the rest; what is known is skipped."
        raise
    return report


def _log_of(row: Any) -> str:
    return row[0] if isinstance(row, list) and row and isinstance(row[0], str) else ""


def _result(store: Store, report: MergeReport, *, created: bool) -> BundleMerge:
    names = {
        log_id: escape_controls(name) or log_id[:8]
        for log_id, (name, _) in desk_names(store).items()
    }
    came = Counter(names[event.log_id] for event in report.added)
    return BundleMerge(
        store.path,
        len(report.added),
        report.known,
        len(report.set_aside),
        len(report.forks),
        count_attendees(store.connection),
        created,
        tuple(came.most_common()),
        count_doubles(store),
    )


def merge_sentences(result: BundleMerge, *, where: str) -> list[str]:
    """What a merge brought, in words; `where` the conflicts are told."""
    if not result.added:
        first = f"Nothing new: all {_events(result.known)} of it were here already."
    else:
        desks = ", ".join(f"{count:,} of {desk}" for desk, count in result.by_desk)
        known = f"; {result.known:,} were known" if result.known else ""
        first = f"{_events(result.added)} came in ({desks}){known}."
    told = [f"{first} {counted(result.people, 'person is', 'people are')} on the list."]
    if result.doubles:
        people = counted(result.doubles, "person was", "people were")
        told.append(f"{people} let in twice by desks apart: {where}.")
    if result.set_aside or result.forks:
        told.append(
            f"{counted(result.set_aside, 'event was', 'events were')} set aside, "
            f"{result.forks:,} contradict what is here: {where}."
        )
    return told


def _events(count: int) -> str:
    return counted(count, "event")
