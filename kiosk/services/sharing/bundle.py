"""Write the log to a bundle file for a USB stick, and merge bundles in any order, repeatedly."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk import __version__
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.merge import Fork, UnmergedRows, read_rows
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import Action, Canceled, KioskError
from kiosk.services.badges.shared_layout import refresh_shared
from kiosk.services.event.event import event_info
from kiosk.services.sharing.conflicts import count_doubles, doubles_text
from kiosk.services.sharing.desks import clock_time
from kiosk.services.sharing.sharing import (
    code_of,
    ensure_secret,
    name_desk,
    new_event_file,
    secret_of_code,
)
from kiosk.storage.file.modes import snapshot
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.replication.desk_logs import (
    add_roots,
    desk_logs,
    introduce_desk,
    introduce_others,
    roots,
    unique_names,
)
from kiosk.storage.replication.incidents import record_incidents
from kiosk.storage.replication.merge import MergeReport, log_heads, merge_received
from kiosk.storage.replication.seals import (
    Seal,
    keep_seals,
    own_key,
    seal_own_log,
    sealed_parts,
    signed_logs,
)
from kiosk.storage.replication.sharing import CodeChange, Sharing, read_sharing, write_sharing
from kiosk.support.files import atomic_file, plain_bytes
from kiosk.support.progress import Progress
from kiosk.sync.admission import UNKNOWN_LOGS_OF_A_BUNDLE, Admission
from kiosk.sync.bundle_file import (
    FAMILY,
    MAGIC,
    Bundle,
    BundleInfo,
    NotABundle,
    OtherKey,
    OtherVersion,
    open_bundle,
    write_bundle,
)
from kiosk.sync.forks import settle_proven_fork
from kiosk.sync.keys import require

ROWS_AT_ONCE = 2_000
SUFFIX = ".bundle"


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
    """Result of a merge."""

    event: Path
    added: int
    known: int
    set_aside: int
    forks: int
    people: int
    created: bool
    """The event was not on this laptop before."""
    by_desk: tuple[tuple[str, int], ...]
    """Number of added events by the desk that wrote them, most first."""
    doubles: int
    """People admitted twice while desks were offline, as known now."""


def bundle_name(store: Store) -> str:
    """File name for a bundle of this desk, unlike those of other desks."""
    name = f"{store.path.stem} {store.desk}"
    return " ".join(re.sub(r"[^\w\-. ]+", " ", name).split())[:80].strip(" .") + SUFFIX


def check_bundle(path: Path) -> None:
    """Check by its first bytes that a file is a bundle.

    Raises:
        KioskError: `not_a_bundle`, `cannot_read`.
    """
    if not _read(path, len(MAGIC)).startswith(FAMILY):
        raise _not_a_bundle(path)


def write_bundle_file(
    store: Store, target: Path, *, progress: Progress | None = None
) -> BundleResult:
    """Write all events of this file, from all desks, into one encrypted file.

    Args:
        progress: called with the number of events written; an exception stops it. No file is left
            then.

    Raises:
        KioskError: `not_installed`, `bundle_target_taken`, or why it cannot be written; an
            earlier file of this name is unchanged then.
    """
    require("nacl")
    _check_may_replace(target)
    secret = ensure_secret(store)
    introduce_desk(store)
    refresh_shared(store)
    seal_own_log(store)
    with snapshot(store.connection):
        name, heads = event_info(store).name, log_heads(store)
        every = dict.fromkeys(heads, 0)
        rows, seals = next(sealed_parts(store, every, limit=2**40, max_bytes=2**50), ([], []))
        info = BundleInfo(
            name, heads, len(rows), store.clock(), store.desk, tuple(seals), roots(store)
        )
    with atomic_file(target) as file:
        file.write(write_bundle(secret, info, _reported(rows, len(rows), progress)))
        file.flush()
        back = open_bundle(Path(file.name).read_bytes(), [secret])
        if back.info != info or sum(1 for _ in back.rows) != info.events:
            raise KioskError(
                "bundle_not_sound",
                "The bundle on the disk differs from the written data.",
                saved="It was discarded; an earlier file of this name is unchanged.",
                next_step="Try another stick.",
            )
        size = file.tell()
    people = count_attendees(store.connection)
    return BundleResult(target, info.events, people, size, code_of(store))


def _reported(rows: list[Any], total: int, progress: Progress | None) -> Iterator[Any]:
    for done, row in enumerate(rows):
        if progress and done % ROWS_AT_ONCE == 0:
            progress(done, total)
        yield row
    if progress:
        progress(total, total)


def _check_may_replace(target: Path) -> None:
    """Check that the target would replace nothing but an older bundle."""
    if not os.path.isfile(target):
        return
    head = _read(target, len(MAGIC))
    if head and not head.startswith(FAMILY):
        raise KioskError(
            "bundle_target_taken",
            f"{target} exists already and is no bundle.",
            saved="It was left as it is.",
            next_step="Choose another name.",
        )


def merge_bundle(
    store: Store,
    path: Path,
    *,
    code: str | None = None,
    accept_old_code: bool = False,
    progress: Progress | None = None,
) -> BundleMerge:
    """Merge a bundle into the open event.

    Args:
        code: the event's code, if this laptop does not know it.
        accept_old_code: also merge a bundle that was written with the old code after it changed.
        progress: called with the number of events read; an exception stops it.

    Raises:
        KioskError: `not_a_bundle`, `other_version`, `code_missing`, `wrong_code`, `bad_code`,
            `another_event`, `old_code` (needs `accept_old_code`), or the store's own. Events
            merged before that stay, and the bundle can be merged again.
    """
    require("nacl")
    sharing = read_sharing(store)
    given = secret_of_code(code) if code else None
    known = (sharing.secret, *sharing.old_secrets) if sharing else ()
    bundle = _open(path, known, given)
    info = bundle.info
    if not info.heads.keys() & log_heads(store).keys():
        raise _another_event(store, path, info)
    if not accept_old_code and sharing is not None and bundle.secret != sharing.secret:
        is_old = bundle.secret in sharing.old_secrets
        _refuse_old_code(store, sharing, path, info, is_old=is_old)
    if not roots(store) and not signed_logs(store.connection):
        introduce_desk(store)  # a root too: this desk and that of the bundle have separate logs
        with store.writing():
            add_roots(store, info.roots)
    admission = Admission(store)

    def read() -> Bundle:
        return _open(path, known, given)

    report = _merge(store, path, read, admission, progress)
    for log_id in {fork.log_id for fork in report.forks}:
        rows = [row for row in read().rows if _log_of(row) == log_id]
        settle_proven_fork(store, log_id, rows, [one for one in info.seals if one.log_id == log_id])
    if given and given not in known:
        _keep_code(store, sharing, given)
    return _result(store, report, created=False)


def _keep_code(store: Store, sharing: Sharing | None, code: bytes) -> None:
    """Use the code that a person gave for later bundles, unless this desk shares with another."""
    if sharing is not None and sharing.is_on:
        return
    kept = Sharing(code, is_on=False)
    if sharing is not None:
        change = sharing.replaced or CodeChange(store.desk, store.clock())
        old = (sharing.secret, *sharing.old_secrets)
        kept = replace(sharing, secret=code, old_secrets=old, changed=change, replaced=None)
    with store.writing():
        write_sharing(store, kept)


SAME_NAME = (
    "another event with the same name: one of the two was created separately, or its personal data "
    "was deleted."
)


def _another_event(store: Store, path: Path, info: BundleInfo) -> KioskError:
    problem = f"{path.name} contains another event, “{info.name}”."
    if info.name == event_info(store).name:
        problem = f"{path.name} contains {SAME_NAME}"
    return KioskError(
        "another_event",
        problem,
        saved="Nothing was merged.",
        next_step="Open the event of the bundle, then merge the bundle again.",
        action=Action.OPEN_EVENT,
    )


def _refuse_old_code(
    store: Store, sharing: Sharing, path: Path, info: BundleInfo, *, is_old: bool
) -> None:
    """Refuse a bundle with another code, unless it was written before the code changed.

    A laptop that was lost has the old code. Its bundle names the time itself, so a bundle that
    brings a desk which is not known here needs a person too.
    """
    changed, known = sharing.changed, log_heads(store)
    since_ms = changed.at_ms if changed else 0
    if info.written_ms and info.written_ms < since_ms and info.heads.keys() <= known.keys():
        return
    if all(known.get(log_id, 0) >= seq for log_id, seq in info.heads.items()):
        return  # it brings nothing
    desk = escape_controls(info.desk) or "another desk"
    which = "the old code" if is_old else "another code than that of this desk"
    zone = event_info(store).zone
    written = f" at {clock_time(info.written_ms, zone)}" if info.written_ms else ""
    change = (
        f", which {escape_controls(changed.desk)} replaced at {clock_time(since_ms, zone)}"
        if changed and is_old
        else ""
    )
    raise KioskError(
        "old_code",
        f"{path.name} was written{written} by {desk} with {which}{change}. A lost laptop can have "
        "that code too.",
        saved="Nothing was merged.",
        next_step="Only if you know that desk and trust it: confirm, and its events are merged.",
        action=Action.ACCEPT_OLD_CODE,
    )


def create_from_bundle(
    path: Path,
    target: Path | None,
    *,
    code: str | None,
    desk: str | None,
    progress: Progress | None = None,
) -> BundleMerge:
    """Create an event file from a bundle.

    Args:
        desk: the name of this desk; None: the next free number, as `Desk 2`.
        target: the new file; None: named after the event, in the folder of new events.

    Raises:
        KioskError: as `merge_bundle`, `file_exists`. No file is left then.
    """
    require("nacl")
    given = secret_of_code(code) if code else None
    opened = _open(path, (), given)
    with new_event_file(target, desk=desk or "a new desk") as made:
        try:
            admission = Admission(made.store, trusts_all=True)
            report = _merge(made.store, path, lambda: _open(path, (), given), admission, progress)
        except Canceled as error:
            error.saved, error.next_step = "No event was created.", ""
            raise
        with made.store.writing():
            add_roots(made.store, opened.info.roots)
            write_sharing(made.store, Sharing(opened.secret, is_on=False))
        name_desk(made.store, desk, in_log=False)
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
            next_step="Check the name, and that the stick is plugged in.",
        ) from error


def _open(path: Path, known: Sequence[bytes], given: bytes | None) -> Bundle:
    """Open a bundle; all of it is checked before anything is merged.

    Args:
        known: the secrets of this desk.
        given: the secret that a person gave; None: no code was given.
    """
    data = _read(path)
    try:
        return open_bundle(data, [given, *known] if given else known)
    except NotABundle as error:
        raise _not_a_bundle(path) from error
    except OtherVersion:
        raise KioskError(
            "other_version",
            f"{path.name} was written by another version of kiosk (this one is {__version__}).",
            saved="Nothing was merged.",
            next_step="Install the same version on both laptops, and write the bundle again.",
        ) from None
    except OtherKey:
        code, problem = "code_missing", f"{path.name} cannot be opened without its event's code."
        if given:
            code, problem = "wrong_code", f"The code is not the one of {path.name}."
        elif known:
            problem = (
                f"{path.name} was written with a code that is not known here: the code was "
                "changed, or it is a bundle of another event."
            )
        raise KioskError(
            code,
            problem,
            saved="Nothing was merged.",
            next_step="The desk that wrote it shows the code.",
            action=Action.GIVE_CODE,
        ) from None


def _not_a_bundle(path: Path) -> KioskError:
    return KioskError(
        "not_a_bundle",
        f"{path.name} is no bundle of an event, or is incomplete.",
        saved="Nothing was merged.",
        next_step="Write it again at its desk, and wait until that is done.",
        action=Action.WRITE_BUNDLE,
    )


def _merge(
    store: Store,
    path: Path,
    read: Callable[[], Bundle],
    admission: Admission,
    progress: Progress | None,
) -> MergeReport:
    """Merge the signed rows of introduced logs, and those of a few unknown ones.

    Args:
        read: opens the bundle. Logs that a later row introduces are merged in a further pass.
    """
    report = MergeReport()
    try:
        refused = _pass(store, read(), admission, report, progress)
        takes_unknown = False
        while refused:
            still = _pass(store, read(), admission, report, progress, only=refused)
            if still == refused:
                if takes_unknown:
                    break
                admission.unknown_left, takes_unknown = UNKNOWN_LOGS_OF_A_BUNDLE, True
            refused = still
    except NotABundle as error:
        raise _not_a_bundle(path) from error
    except Canceled as error:
        error.saved = f"{counted(len(report.added), 'event')} were merged and saved."
        error.next_step = "Merge the file again to get the rest; known events are skipped."
        raise
    unknown = [UnmergedRows(log_id, 1, "no desk introduces its log") for log_id in sorted(refused)]
    report.set_aside += unknown
    record_incidents(store, set_aside=unknown)
    if own_key(store) is not None and (accepted := admission.accepted_unknown()):
        with store.writing():
            introduce_others(store, accepted)
    return report


def _pass(
    store: Store,
    bundle: Bundle,
    admission: Admission,
    report: MergeReport,
    progress: Progress | None,
    *,
    only: Collection[str] | None = None,
) -> set[str]:
    """Merge the rows of a bundle, or `only` those of some logs; return the refused logs."""
    refused: set[str] = set()
    done, total, seals = 0, bundle.info.events, bundle.info.seals
    rows = (row for row in bundle.rows if only is None or _log_of(row) in only)
    for chunk in _chunks(rows, {(one.log_id, one.seq) for one in seals}):
        if progress:
            progress(done, total)
        taken, refused_now = _merge_chunk(store, chunk, seals, admission)
        report.take(taken)
        refused |= refused_now
        done += len(chunk)
    if progress:
        progress(total, total)
    return refused


def _merge_chunk(
    store: Store, chunk: list[Any], seals: Sequence[Seal], admission: Admission
) -> tuple[MergeReport, set[str]]:
    """The report, and the refused logs."""
    received, set_aside = read_rows(chunk)
    logs = {one.event.log_id for one in received}
    admitted = admission.admit(received, [seal for seal in seals if seal.log_id in logs])
    report = merge_received(
        store,
        admitted.received,
        [*set_aside, *admitted.set_aside],
        then=lambda connection: keep_seals(connection, admitted.seals),
    )
    report.forks += [Fork(log_id, 0) for log_id in dict.fromkeys(admitted.contradicted)]
    return report, admitted.refused


def _chunks(rows: Iterator[Any], ends: set[tuple[str, int]]) -> Iterator[list[Any]]:
    """Rows in parts of about `ROWS_AT_ONCE`; a run of rows before a seal is not split."""
    signed = {log_id for log_id, _ in ends}
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        log_id = _log_of(row)
        may_end = log_id not in signed or (log_id, row[1]) in ends
        if len(chunk) >= ROWS_AT_ONCE and may_end:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _log_of(row: Any) -> str:
    return row[0] if isinstance(row, list) and row and isinstance(row[0], str) else ""


def _result(store: Store, report: MergeReport, *, created: bool) -> BundleMerge:
    names = {
        log_id: escape_controls(name)
        for log_id, name in unique_names(desk_logs(store.connection)).items()
    }
    events = [event for event in report.added if event.kind != EventKind.DESK]
    added = Counter(names[event.log_id] for event in events)
    return BundleMerge(
        store.path,
        len(events),
        report.known,
        len(report.set_aside),
        len(report.forks),
        count_attendees(store.connection),
        created,
        tuple(added.most_common()),
        count_doubles(store),
    )


def merge_sentences(result: BundleMerge, *, where: str) -> list[str]:
    """Describe a merge in sentences; `where` says where to see the conflicts."""
    if not result.added:
        first = f"Nothing new: all its {_events(result.known)} were here already."
    else:
        desks = ", ".join(f"{count:,} of {desk}" for desk, count in result.by_desk)
        known = f"; {result.known:,} were known" if result.known else ""
        first = f"{_events(result.added)} merged ({desks}){known}."
    lines = [f"{first} {counted(result.people, 'person is', 'people are')} on the list."]
    if result.doubles:
        lines.append(doubles_text(result.doubles, where))
    if result.set_aside or result.forks:
        lines.append(
            f"{counted(result.set_aside, 'event was', 'events were')} set aside, "
            f"{counted(result.forks, 'log contradicts', 'logs contradict')} this desk's: {where}."
        )
    return lines


def _events(count: int) -> str:
    return counted(count, "event")
