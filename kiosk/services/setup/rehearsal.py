"""Create and end a rehearsal: the event's lists, layout and settings with made-up people.

The rehearsal has its own file in this user's data folder, not in the events folder. It is never
shared, and is deleted when it ends and when the real desk opens, so that none of it can get into
the event.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.lists import LIST_RULES_PREFIX, CheckInList, rules_value
from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.datetimes import day_at
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import WALK_IN_SOURCE
from kiosk.domain.people.registration import Registration, TicketStatus
from kiosk.domain.setup.rehearsal_guide import (
    RehearsedScan,
    Samples,
    Task,
    TaskWords,
    done_tasks,
    tasks,
)
from kiosk.errors import Action, KioskError
from kiosk.services.checkin.verdict_text import is_payment
from kiosk.services.event.change import shifted_list
from kiosk.services.event.event import create_event, event_info, list_body
from kiosk.services.setup.demo import as_file, demo_registrations, first_with_attention, write_notes
from kiosk.services.setup.imports import accept_import, plan_registrations
from kiosk.services.setup.new_event import building
from kiosk.services.setup.recent import REHEARSAL_FILE, REHEARSALS, is_rehearsal
from kiosk.storage.file.copy import event_summary
from kiosk.storage.file.header import FORMAT
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries.attendance import count_from_source
from kiosk.storage.queries.attendees import attendees_by_ids, ticket_types
from kiosk.storage.queries.help_desk import recent_help
from kiosk.storage.queries.lists import all_settings, check_in_lists
from kiosk.storage.queries.scans import recent_scans
from kiosk.support.files import atomic_file
from kiosk.support.paths import state_dir

MARK = "REHEARSAL"
SETTING = "rehearsal"
_OF = "of"
"""The file next to the rehearsal that contains the path of its event."""
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
REHEARSED = "rehearsed"
"""Setting of this machine: the day of the last rehearsal, as `16 Feb 2027`."""
_LOCAL = ("print_mode", "printer", "print_layout", "printer_tested")
"""Printer settings of this computer, used in the rehearsal too."""
_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The file of a rehearsal."""

    path: Path
    people: int
    is_new: bool


def rehearsal_path(event: Path) -> Path:
    """The path of the rehearsal of an event."""
    place = str(event.resolve()).encode("utf-8", "surrogateescape")
    return state_dir() / REHEARSALS / sha256(place).hexdigest()[:16] / REHEARSAL_FILE


def event_of(rehearsal: Path) -> Path | None:
    """The event of a rehearsal."""
    try:
        return Path(os.fsdecode((rehearsal.parent / _OF).read_bytes()))
    except OSError:
        return None


def start_rehearsal(event: Path, *, desk: str, now_ms: int | None = None) -> Rehearsal:
    """Continue today's rehearsal of an event, else create one.

    Raises:
        KioskError: the event cannot be read, or the disk cannot be written.
    """
    if is_rehearsal(event):
        event = event_of(event) or event
    now_ms = wall_ms() if now_ms is None else now_ms
    path = rehearsal_path(event)
    with closing(Store.open(event, desk=desk)) as real:
        _note_rehearsed(real, now_ms)
        people = _usable(path, real, now_ms)
        if people is not None:
            return Rehearsal(path, people, is_new=False)
        end_rehearsal(event)
        with building(path) as unfinished:
            people = _make(unfinished, real, desk, now_ms)
    with atomic_file(path.parent / _OF) as file:
        file.write(os.fsencode(event.resolve()))
    return Rehearsal(path, people, is_new=True)


def _note_rehearsed(real: Store, now_ms: int) -> None:
    today = datetime.fromtimestamp(now_ms / 1000, event_info(real).zone)
    with real.writing():
        real.set_machine_facts({REHEARSED: f"{today.day} {today:%b %Y}"})


def end_rehearsal(event: Path) -> bool:
    """Delete the rehearsal of an event and all its files; False if there was none.

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
            f"The rehearsal in {folder} cannot be deleted ({error.strerror or error}).",
            saved="The event itself is not affected.",
            action=Action.END_REHEARSAL,
        ) from error
    with contextlib.suppress(OSError):  # another event is being rehearsed
        folder.parent.rmdir()
    return True


def _usable(path: Path, real: Store, now_ms: int) -> int | None:
    """The number of people in a rehearsal that is up to date; None to create it again."""
    summary = event_summary(path) if path.exists() else None
    if summary is None or summary.format != FORMAT:
        return None
    return summary.people if summary.settings.get(SETTING) == _stamp(real, now_ms) else None


def _stamp(real: Store, now_ms: int) -> dict[str, str]:
    """The day, and a hash of the lists and settings; a rehearsal with the same is up to date."""
    info = event_info(real)
    today = day_at(now_ms, info.zone)
    lists = [list_body(item) for item in check_in_lists(real.connection)]
    digest = sha256(repr((lists, sorted(_settings(real).items(), key=str))).encode()).hexdigest()
    return {"day": today.isoformat(), "look": digest[:16]}


def _settings(real: Store) -> dict[str, object]:
    kept = all_settings(real.connection)
    return {
        key: value
        for key, value in kept.items()
        if key not in _NOT_COPIED and not key.startswith("pin.")
    }


def _make(path: Path, real: Store, desk: str, now_ms: int) -> int:
    info = event_info(real)
    today = day_at(now_ms, info.zone)
    shift = _shift(info.days, today)
    store = create_event(
        path,
        name=f"{MARK} · {info.name}",
        days=[day + shift for day in info.days],
        timezone=info.timezone,
        desk=desk,
    )
    with closing(store):
        rows = made_up_people(ticket_types(real.connection))
        with store.writing():
            for key, value in {**_settings(real), SETTING: _stamp(real, now_ms)}.items():
                store.append(EventKind.SETTING, {"key": key, "value": value})
            for item in check_in_lists(store.connection):
                store.append(EventKind.LIST, list_body(item, removed=True), subject=item.id)
            for item in _lists(real, shift, info.zone, now_ms):
                rules = {"key": f"{LIST_RULES_PREFIX}{item.id}", "value": rules_value(item.rules)}
                store.append(EventKind.SETTING, rules)
                store.append(EventKind.LIST, list_body(item), subject=item.id)
            store.set_machine_facts({key: real.machine_fact(key) for key in _LOCAL})
        accept_import(store, plan_registrations(store, as_file(rows)))
        write_notes(store, rows)
    return len(rows)


def _shift(days: tuple[date, ...], today: date) -> timedelta:
    """The shift that moves the event's first day to today; none if a day is today."""
    return timedelta(0) if not days or today in days else today - min(days)


def _lists(real: Store, shift: timedelta, zone: ZoneInfo, now_ms: int) -> list[CheckInList]:
    """The event's lists, moved to today; at least one of them is open now."""
    moved = [shifted_list(item, shift, zone, zone) for item in check_in_lists(real.connection)]
    if moved and not any(item.is_open(now_ms) for item in moved):
        rules = replace(moved[0].rules, windows=(), daily=())
        moved[0] = replace(moved[0], opens_ms=None, closes_ms=None, rules=rules)
    return moved


# made-up people


def code_of(number: int) -> str:
    """The ticket code of a made-up person, counted from 1."""
    return f"REHEARSE-{number:04}"


def made_up_people(types: list[str]) -> list[Registration]:
    """The people of the demo, with rehearsal codes and the event's ticket types."""
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
    """Twelve tickets, at least one of each kind that a desk sees."""
    rows = demo_registrations()
    numbers = {
        "A good ticket": [1, 7, 10, 19],
        "Not paid": [_first(rows, TicketStatus.UNPAID)],
        "Not approved": [_first(rows, TicketStatus.UNAPPROVED)],
        "Canceled": [_first(rows, TicketStatus.CANCELED)],
        "Blocked": [_first(rows, TicketStatus.BLOCKED)],
        "Ask first: read the note": [first_with_attention()],
        "No name yet": [n for n, row in enumerate(rows, 1) if not row.name][:1],
    }
    party = next(n for n, row in enumerate(rows, 1) if row.heads > 1)
    numbers[f"A party of {rows[party - 1].heads}"] = [party]
    found = [
        Ticket(rows[number - 1].name or "(no name)", about, code_of(number))
        for about, several in numbers.items()
        for number in several
    ]
    return [*found, Ticket("(unknown)", "A code that no attendee has", UNKNOWN_CODE)]


def _first(rows: list[Registration], status: TicketStatus) -> int:
    return next(n for n, row in enumerate(rows, 1) if row.status is status)


# the guide

UNKNOWN_CODE = "REHEARSE-9999"
"""A code that no ticket of a rehearsal has."""


def guide() -> dict[Task, TaskWords]:
    """The tasks to try, with the codes of this rehearsal."""
    rows = demo_registrations()
    canceled, unpaid = (
        code_of(_first(rows, status)) for status in (TicketStatus.CANCELED, TicketStatus.UNPAID)
    )
    sample = _sample()
    return tasks(Samples(code_of(1), unpaid, canceled, UNKNOWN_CODE, sample.name, sample.company))


@cache
def _sample() -> Registration:
    """A valid attendee with a first name that others have, and a company that they do not."""
    valid = [row for row in demo_registrations() if row.status is TicketStatus.VALID]
    shared = Counter(row.given_name for row in valid if row.given_name)
    firms = Counter((row.given_name, row.company) for row in valid)

    def rank(row: Registration) -> tuple[bool, int]:
        is_alone = firms[row.given_name, row.company] == 1
        return is_alone and row.company.isascii() and bool(row.company), shared[row.given_name]

    return max((row for row in valid if row.given_name), key=rank)


def guide_progress(store: Store) -> frozenset[Task]:
    """The tasks that were done, by the log of the rehearsal."""
    rows = recent_scans(store.connection, limit=_LOOKED_AT)
    ids = list({row.attendee_id for row in rows if row.attendee_id})
    sample = (_sample().name, _sample().company)
    found = attendees_by_ids(store.connection, ids)
    samples = {person.id for person in found if (person.name, person.company) == sample}
    scans = [
        RehearsedScan(
            row.attendee_id in samples,
            bool(row.code),
            Outcome(row.outcome),
            Direction(row.direction),
            row.forced or is_payment(row.reason),
            row.undone,
        )
        for row in rows
    ]
    walk_ins = count_from_source(store.connection, WALK_IN_SOURCE)
    return done_tasks(scans, walk_ins, len(recent_help(store.connection, 1)))
