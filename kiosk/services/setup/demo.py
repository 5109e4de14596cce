"""Create the demo event: made-up people, the same each time except for the dates."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.domain.datetimes import day_at
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import attendee_id
from kiosk.domain.people.registration import Registration, RegistrationFile, TicketStatus
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError
from kiosk.services.checkin import checkin
from kiosk.services.checkin.checkin import ScanOrder
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import create_event, day_window, parse_timezone, system_timezone
from kiosk.services.people.people import edit
from kiosk.services.setup.imports import accept_import, plan_registrations
from kiosk.services.setup.new_event import building
from kiosk.storage.file.copy import event_summary
from kiosk.storage.file.header import FORMAT
from kiosk.storage.file.store import Store, wall_ms
from kiosk.support.paths import assets_dir, events_dir

DEMO_NAME = "Demo Conf"
DEMO_SETTING = "demo"
TRY = "Try it: type or scan DEMO-0007, or type asha"
PLATFORM = "demo"
SHIRTS = "T-shirt"
HAND_OUTS = {SHIRTS: "once", "Lunch": "daily"}
"""Lists other than days, each with its entry rule."""
_ARRIVED_EVERY = 4
_ARRIVED_AMONG = 120

_STATUSES = {
    0: (TicketStatus.UNPAID, "awaiting payment"),
    1: (TicketStatus.UNAPPROVED, "waiting list"),
    2: (TicketStatus.CANCELED, "canceled"),
    3: (TicketStatus.UNPAID, "pay at the desk"),
    4: (TicketStatus.BLOCKED, "blocked"),
}
_STATUS_EVERY = 11
"""One person in this many has a ticket that is not valid."""
_PLAIN = 20
"""The first people have valid tickets, as codes to try."""
_NAMELESS = {63: 62, 64: 62, 140: 139}
"""Number of a ticket without a name to the number of its buyer."""
_PARTIES = {31: 3, 77: 2, 101: 5, 150: 2}


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's event file."""

    path: Path
    people: int
    is_new: bool


def demo_path() -> Path:
    """The path of the demo."""
    return events_dir() / "demo.kiosk"


def open_demo(*, desk: str, path: Path | None = None, now_ms: int | None = None) -> Demo:
    """Open the demo; create it if there is none, and again when its days are over.

    Raises:
        KioskError: `not_the_demo` when another event has its name, `demo_in_use`, `cannot_write`.
    """
    path = path or demo_path()
    now_ms = wall_ms() if now_ms is None else now_ms
    if path.exists():
        people = _usable(path, now_ms)
        if people is not None:
            return Demo(path, people, is_new=False)
        _close_old_demo(path, desk)
    with building(path, replace=True) as unfinished:
        people = _make(unfinished, desk, now_ms)
    return Demo(path, people, is_new=True)


def _usable(path: Path, now_ms: int) -> int | None:
    """The number of people in a demo that is not over; None to create it again."""
    summary = event_summary(path)
    if summary is None or not summary.settings.get(DEMO_SETTING):
        raise KioskError(
            "not_the_demo",
            f"{path} already exists and is not the demo.",
            saved="It was not changed.",
            next_step="Rename or move that file, then try again.",
        )
    try:
        last = max(date.fromisoformat(day) for day in summary.settings["days"])
        zone = parse_timezone(str(summary.settings["timezone"]))
    except (KioskError, KeyError, TypeError, ValueError):
        return None
    is_over = day_at(now_ms, zone) > last
    return summary.people if summary.format == FORMAT and not is_over else None


def _close_old_demo(path: Path, desk: str) -> None:
    """Remove the write-ahead log of the old demo: SQLite would apply it to the new one."""
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists():
        Store.open(path, desk=desk).close()
    if wal.exists():
        raise KioskError(
            "demo_in_use",
            "An older demo is still open at another desk.",
            saved="It was not changed.",
            next_step="Close it there, then try again.",
        )


def _make(path: Path, desk: str, now_ms: int) -> int:
    zone_name = system_timezone()
    zone = parse_timezone(zone_name)
    today = day_at(now_ms, zone)
    rows = demo_registrations()
    clock = _DemoClock(now_ms)
    store = create_event(
        path,
        name=DEMO_NAME,
        days=[today, today + timedelta(days=1)],
        timezone=zone_name,
        desk=desk,
        clock=clock,
    )
    with closing(store):
        # the doors opened an hour ago, but not yesterday
        clock.now_ms = max(day_window(today, zone)[0], now_ms - 60 * 60 * 1000)
        with store.writing():
            store.append(EventKind.SETTING, {"key": DEMO_SETTING, "value": True})
        for name, entry in HAND_OUTS.items():
            save_list(store, name, is_new=True, entry=entry)
        accept_import(store, plan_registrations(store, as_file(rows)))
        write_notes(store, rows)
        _check_in_early(store, rows, clock, now_ms)
    return len(rows)


class _DemoClock:
    """A clock that the demo sets to the time of its past check-ins."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def as_file(rows: list[Registration]) -> RegistrationFile:
    """Made-up people in the form of an imported file."""
    return RegistrationFile(
        platform=PLATFORM,
        source=PLATFORM,
        file_name="made-up people",
        sha256="",
        columns={},
        registrations=rows,
        duplicates=0,
        rejected=[],
    )


@cache
def _demo_people() -> dict[str, Any]:
    return tomllib.loads((assets_dir() / "demo_people.toml").read_text(encoding="utf-8"))


def demo_registrations() -> list[Registration]:
    """All people of the demo: `DEMO-0001` and so on, in the order of `demo_people.toml`."""
    lines = _demo_people()["names"].splitlines()
    names = [clean_text(name) for line in lines for name in line.split("|") if name.strip()]
    return [_registration(number, names) for number in range(1, len(names) + 1)]


def _registration(number: int, names: Sequence[str]) -> Registration:
    name, buyer = names[number - 1], _NAMELESS.get(number)
    status, word = TicketStatus.VALID, "confirmed"
    if number > _PLAIN and number % _STATUS_EVERY == 0 and buyer is None:
        status, word = _STATUSES[number // _STATUS_EVERY % len(_STATUSES)]
    given, _, family = name.rpartition(" ") if name.isascii() and " " in name else ("", "", "")
    return Registration(
        identity=f"code:DEMO-{number:04}",
        name="" if buyer else name,
        given_name="" if buyer else given,
        family_name="" if buyer else family,
        email=f"person{buyer or number:03}@example.org",
        phone=f"+91 20 5550 {number:04}" if number % 3 else "",
        company="" if buyer else _pick("companies", number),
        ticket_type="Speaker" if number == 7 else _pick("ticket_types", number),
        order_code=f"D{(buyer or number) * 7919 % 100_000:05}",
        status=status,
        status_word=word,
        heads=_PARTIES.get(number, 1),
        guest_of=names[buyer - 1] if buyer else "",
        codes=(f"DEMO-{number:04}",),
        weak_codes=(),
        arrived_at_source="",
        extra=tuple(_answers(number)),
        row=number,
    )


def _pick(kind: str, number: int) -> str:
    values: list[str] = _demo_people()[kind]
    return values[number * 5 % len(values)]


def _answers(number: int) -> Iterator[tuple[str, str]]:
    answers = {
        "T-shirt": _pick("shirts", number),
        "Diet": _pick("diets", number),
        "City": _pick("cities", number),
        "First time here?": "Yes" if number % 4 == 1 else "No",
    }
    return ((question, answer) for question, answer in answers.items() if answer)


def write_notes(store: Store, rows: list[Registration]) -> None:
    """Write desk notes about some of the people."""
    for field in ("note", "attention"):
        for number, text in _demo_people()[field].items():
            edit(store, attendee_id(PLATFORM, rows[int(number) - 1].identity), {field: text})


def first_with_attention() -> int:
    """The number of the first person who needs something done before the check-in."""
    return min(map(int, _demo_people()["attention"]))


def _check_in_early(store: Store, rows: list[Registration], clock: _DemoClock, now_ms: int) -> None:
    """Check in some people, at even intervals since the doors opened; number 7 is not in."""
    early = rows[_PLAIN:_ARRIVED_AMONG:_ARRIVED_EVERY]
    step_ms = max(1, (now_ms - clock.now_ms) // (len(early) + 1))
    for number, row in enumerate(early):
        clock.now_ms += step_ms
        checkin.scan(store, ScanOrder(code=row.codes[0]))
        if number % 2:
            checkin.scan(store, ScanOrder(code=row.codes[0], list_name=SHIRTS))
