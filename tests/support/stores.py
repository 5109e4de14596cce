"""Small events for tests: a clock that stands still, and people as an import brings them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.services.event.event import create_event
from kiosk.storage.file.store import Store

NOON_MS = 1_802_759_400_000
"""2027-02-16T12:00:00+05:30."""


class Clock:
    """A wall clock that only tests move."""

    def __init__(self, now_ms: int = NOON_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def make_store(folder: Path, *, lists: tuple[str, ...] = ("Door",), name: str = "e") -> Store:
    """A new event in Kolkata, its clock standing at noon."""
    return create_event(
        folder / f"{name}.kiosk",
        name="Meetup",
        timezone="Asia/Kolkata",
        list_names=lists,
        desk="Desk 1",
        clock=Clock(),
    )


def bind_code(store: Store, code: str, attendee_id: str) -> None:
    """Link a code to an attendee."""
    with store.writing():
        store.append(EventKind.BIND, {"code": clean_scan(code)}, subject=attendee_id)


def row(person: Attendee, *codes: str, weak: tuple[str, ...] = ()) -> list[Any]:
    """A person as the log's import events have them."""
    return [
        person.id,
        person.name,
        person.given_name,
        person.family_name,
        person.email,
        person.phone,
        person.company,
        person.ticket_type,
        person.order_code,
        str(person.status),
        person.status_word,
        person.heads,
        person.guest_of,
        person.arrived_at_source,
        json.dumps(dict(person.extra), ensure_ascii=False),
        json.dumps([codes, weak]),
    ]


def take_in(store: Store, *people: Attendee) -> None:
    """Bring people in; each one's ticket has the code `T-` and the id."""
    with store.writing():
        store.append(
            EventKind.IMPORT_ROWS,
            {"source": "sheet", "rows": [row(person, f"T-{person.id}") for person in people]},
        )
