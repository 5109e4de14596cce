"""A rehearsal: the desk on the event's own lists, layout and settings, with made-up people.

It lives in a file and a folder of its own among what belongs to this person, never among events,
is never shared, and is wiped when it ends and when the real desk opens: nothing of it can come
into the event, and nothing of it stays.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import WALK_IN_SOURCE
from kiosk.domain.people.registration import Registration, TicketStatus
from kiosk.domain.setup.rehearsal_guide import RehearsedScan, Task, TaskWords, done_tasks, tasks
from kiosk.errors import KioskError
from kiosk.services.event.change import at_same_time
from kiosk.services.event.event import create_event, event_info, list_body
from kiosk.services.setup import demo_people
from kiosk.services.setup.demo import as_file, demo_registrations, write_notes
from kiosk.services.setup.imports import accept_import, plan_registrations
from kiosk.services.setup.new_event import building
from kiosk.services.setup.recent import REHEARSAL_FILE, REHEARSALS, is_rehearsal
from kiosk.storage.file.header import FORMAT, event_summary
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries.attendees import attendees_by_ids, ticket_types
from kiosk.storage.queries.lists import all_settings, check_in_lists
from kiosk.storage.queries.reports import count_from_source
from kiosk.storage.queries.scans import recent_scans
from kiosk.support.files import atomic_file
from kiosk.support.paths import state_dir

MARK = "REHEARSAL"
SETTING = "rehearsal"
_OF = "of"
"""The file beside the rehearsal that names the event it is of."""
_NOT_COPIED = frozenset(
    {
        "name",
        "timezone",
        "days",
        "demo",
        "purged",
        "purged_report",
        "ready_accepted",
        "backup_second",
        SETTING,
    }
)
_LOCAL = ("print_mode", "printer", "print_layout", "printer_tested")
"""What this machine prints with is rehearsed as well."""
_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal as it lies on the disk."""

    path: Path
    people: int
    is_new: bool


def rehearsal_path(event: Path) -> Path:
    """Where the rehearsal of an event lies, or would."""
    place = str(event.resolve()).encode("utf-8", "surrogateescape")
    return state_dir() / REHEARSALS / sha256(place).hexdigest()[:16] / REHEARSAL_FILE


def event_of(rehearsal: Path) -> Path | None:
    """The event that a rehearsal is of."""
    try:
        return Path(os.fsdecode((rehearsal.parent / _OF).read_bytes()))
    except OSError:
        return None


def start_rehearsal(event: Path, *, desk: str, now_ms: int | None = None) -> Rehearsal:
    """The rehearsal of an event: gone on with where there is one of today, else made anew.

    Raises:
        KioskError: the event cannot be read, or the disk takes nothing.
    """
    if is_rehearsal(event):
        event = event_of(event) or event
    now_ms = wall_ms() if now_ms is None else now_ms
    path = rehearsal_path(event)
    real = Store.open(event, desk=desk)
    try:
        people = _usable(path, real, now_ms)
        if people is not None:
            return Rehearsal(path, people, is_new=False)
        end_rehearsal(event)
        with building(path) as unfinished:
            people = _make(unfinished, real, desk, now_ms)
    finally:
        real.close()
    with atomic_file(path.parent / _OF) as file:
        file.write(os.fsencode(event.resolve()))
    return Rehearsal(path, people, is_new=True)


def end_rehearsal(event: Path) -> bool:
    """Wipe the rehearsal of an event with all that was made in it; False when there was none.

    Raises:
        KioskError: `cannot_wipe`.
    """
    if is_rehearsal(event):
        event = event_of(event) or event
    folder = rehearsal_path(event).parent
    if not folder.exists():
        return False
    remove_facts(rehearsal_path(event))
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise KioskError(
            "cannot_wipe",
            f"The rehearsal in {folder} cannot be wiped ({error.strerror or error}).",
            saved="The event itself is not touched by it.",
            next_step="Close the window that rehearses, then: kiosk rehearse --end",
        ) from error
    try:
        folder.parent.rmdir()
    except OSError:
        return True  # another event is being rehearsed
    return True


def _usable(path: Path, real: Store, now_ms: int) -> int | None:
    """How many people are in a rehearsal that was made today from the event as it is now."""
    seen = event_summary(path) if path.exists() else None
    if seen is None or seen.format != FORMAT or not isinstance(seen.settings.get(SETTING), dict):
        return None
    return seen.people if seen.settings[SETTING] == _stamp(real, now_ms) else None


def _stamp(real: Store, now_ms: int) -> dict[str, str]:
    """By what a rehearsal is known to be up to date."""
    info = event_info(real)
    today = datetime.fromtimestamp(now_ms / 1000, info.zone).date()
    lists = [list_body(item) for item in check_in_lists(real.connection)]
    look = sha256(repr((lists, sorted(_settings(real).items(), key=str))).encode()).hexdigest()
    return {"day": today.isoformat(), "look": look[:16]}


def _settings(real: Store) -> dict[str, object]:
    kept = all_settings(real.connection)
    return {
        key: value
        for key, value in kept.items()
        if key not in _NOT_COPIED and not key.startswith("pin.")
    }


def _make(path: Path, real: Store, desk: str, now_ms: int) -> int:
    info = event_info(real)
    today = datetime.fromtimestamp(now_ms / 1000, info.zone).date()
    shift = _shift(info.days, today)
    store = create_event(
        path,
        name=f"{MARK} · {info.name}",
        days=[day + shift for day in info.days],
        timezone=info.timezone,
        desk=desk,
    )
    try:
        rows = made_up_people(ticket_types(real.connection))
        with store.writing():
            for key, value in {**_settings(real), SETTING: _stamp(real, now_ms)}.items():
                store.append(EventKind.SETTING, {"key": key, "value": value})
            for item in check_in_lists(store.connection):
                store.append(EventKind.LIST, list_body(item, removed=True), subject=item.id)
            for item in _lists(real, shift, info.zone, now_ms):
                store.append(EventKind.LIST, list_body(item), subject=item.id)
            store.set_machine_facts({key: real.machine_fact(key) for key in _LOCAL})
        accept_import(store, plan_registrations(store, as_file(rows)))
        write_notes(store, rows)
    finally:
        store.close()
    return len(rows)


def _shift(days: tuple[date, ...], today: date) -> timedelta:
    """How far the event is moved, so that one of its days is today."""
    return timedelta(0) if not days or today in days else today - min(days)


def _lists(real: Store, shift: timedelta, zone: ZoneInfo, now_ms: int) -> list[CheckInList]:
    """The event's lists, by their names, moved to today; one of them is open now."""
    moved = [
        replace(
            item,
            opens_ms=at_same_time(item.opens_ms, shift, zone, zone),
            closes_ms=at_same_time(item.closes_ms, shift, zone, zone),
        )
        for item in check_in_lists(real.connection)
    ]
    if moved and not any(item.is_open(now_ms) for item in moved):
        moved[0] = replace(moved[0], opens_ms=None, closes_ms=None)
    return moved


# made-up people


def code_of(number: int) -> str:
    """The code on the ticket of somebody made up, counted from 1."""
    return f"REHEARSE-{number:04}"


def made_up_people(types: list[str]) -> list[Registration]:
    """Everybody of the demo, with codes of the rehearsal and the event's own ticket types."""
    return [_person(row, number, types) for number, row in enumerate(demo_registrations(), 1)]


def _person(row: Registration, number: int, types: list[str]) -> Registration:
    code = code_of(number)
    kind = row.ticket_type
    if types:
        speakers = [name for name in types if "speaker" in name.casefold()]
        kind = speakers[0] if kind == "Speaker" and speakers else types[number % len(types)]
    return row._replace(identity=f"code:{code}", codes=(code,), ticket_type=kind)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A printed ticket of a rehearsal."""

    name: str
    about: str
    code: str


def rehearsal_tickets() -> list[Ticket]:
    """Twelve tickets, one at least of each kind that a desk meets."""
    rows = demo_registrations()
    numbers = {
        "A good ticket": [1, 7, 10, 19],
        "Not paid": [_first(rows, TicketStatus.UNPAID)],
        "Not approved": [_first(rows, TicketStatus.UNAPPROVED)],
        "Canceled": [_first(rows, TicketStatus.CANCELED)],
        "Blocked": [_first(rows, TicketStatus.BLOCKED)],
        "Ask first: read the note": [min(demo_people.ATTENTION)],
        "No name yet": [n for n, row in enumerate(rows, 1) if not row.name][:1],
    }
    party = next(n for n, row in enumerate(rows, 1) if row.heads > 1)
    numbers[f"A party of {rows[party - 1].heads}"] = [party]
    found = [
        Ticket(rows[number - 1].name or "(no name)", about, code_of(number))
        for about, several in numbers.items()
        for number in several
    ]
    return [*found, Ticket("Nobody", "A code that nobody has", "REHEARSE-9999")]


def _first(rows: list[Registration], status: TicketStatus) -> int:
    return next(n for n, row in enumerate(rows, 1) if row.status is status)


# the guide


def guide() -> dict[Task, TaskWords]:
    """What is to be tried, with the codes of this rehearsal."""
    unpaid = _first(demo_registrations(), TicketStatus.UNPAID)
    return tasks(code_of(1), code_of(unpaid))


def guide_progress(store: Store) -> frozenset[Task]:
    """What was tried already, by the rehearsal's own log."""
    rows = recent_scans(store.connection, limit=_LOOKED_AT)
    ids = list({row.attendee_id for row in rows if row.attendee_id})
    names = {p.id: p.label for p in attendees_by_ids(store.connection, ids)}
    seen = [
        RehearsedScan(
            names.get(row.attendee_id, ""),
            bool(row.code),
            Outcome(row.outcome),
            Direction(row.direction),
            row.forced,
            row.undone,
        )
        for row in rows
    ]
    return done_tasks(seen, count_from_source(store.connection, WALK_IN_SOURCE))
