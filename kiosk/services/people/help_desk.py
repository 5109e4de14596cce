"""Send a person to the help desk with a note for all desks, and mark it as done there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.datetimes import clock_words
from kiosk.domain.log.event_schema import HELP_NOTE
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import clean_text, escape_controls
from kiosk.errors import Action, KioskError, Refused
from kiosk.services.event.event import event_info
from kiosk.services.people.people import find_attendee
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.help_desk import (
    HelpRow,
    help_row,
    help_waiting,
    questions_left_open,
    recent_help,
)

QUICK_NOTES = (
    "Says they paid",
    "Name or ticket is wrong",
    "Not on the list",
    "Asks for the organiser",
)
"""The usual notes; each has its own key."""


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A person who was sent to the help desk."""

    row: HelpRow
    attendee: Attendee | None
    """None: another desk sent a person whom this desk does not know yet."""
    zone: ZoneInfo

    @property
    def label(self) -> str:
        """The name to show."""
        return self.attendee.label if self.attendee else f"id {self.row.attendee_id[:8]}"

    @property
    def time(self) -> str:
        """`9:41`, in the event's zone."""
        return _clock(self.row, self.zone)


def waiting_people(store: Store) -> list[HelpRequest]:
    """All who wait, from all desks, and who left a question open; the longest wait first."""
    connection = store.connection
    rows = [*help_waiting(connection), *questions_left_open(connection)]
    return _requests(store, sorted(rows, key=lambda row: row.at_ms))


def recent_requests(store: Store, limit: int) -> list[HelpRequest]:
    """The newest note on each person, including settled ones; newest first."""
    return _requests(store, recent_help(store.connection, limit))


def _requests(store: Store, rows: list[HelpRow]) -> list[HelpRequest]:
    zone = event_info(store).zone
    connection = store.connection
    return [HelpRequest(row, attendee(connection, row.attendee_id), zone) for row in rows]


def send_to_help_desk(store: Store, attendee_id: str, note: str) -> HelpRow:
    """Record that a person was sent to the help desk, and why; the newest note counts.

    Raises:
        KioskError: `note_missing`, `no_such_attendee`, `id_not_unique`, or the store's own.
    """
    text = clean_text(note, limit=HELP_NOTE)
    if not text:
        raise KioskError(
            "note_missing",
            "Write a short note for the help desk.",
            saved="No one was sent.",
            next_step="Type a few words, for example: says they paid.",
        )
    with store.writing():
        person = find_attendee(store, attendee_id)
        _append(store, person.id, waits=True, note=text)
    return _known(store, person.id)


def settle_help(store: Store, attendee_id: str) -> HelpRow:
    """Mark a person as done at the help desk; the note stays in the log.

    Raises:
        KioskError: `not_waiting`, `no_such_attendee`, `id_not_unique`, or the store's own.
    """
    with store.writing():
        person = find_attendee(store, attendee_id)
        left_open = {row.attendee_id: row for row in questions_left_open(store.connection)}
        before = left_open.get(person.id) or help_row(store.connection, person.id)
        if before is None or not before.waits:
            raise Refused(
                "not_waiting",
                f"{escape_controls(person.label)} is not waiting at the help desk.",
                action=Action.SHOW_HELP_DESK,
            )
        _append(store, person.id, waits=False, note=before.note)
    return _known(store, person.id)


def _append(store: Store, attendee_id: str, *, waits: bool, note: str) -> None:
    body = {"at": store.clock(), "waits": waits, "note": note}
    store.append(EventKind.HELP_DESK, body, subject=attendee_id)


def _known(store: Store, attendee_id: str) -> HelpRow:
    row = help_row(store.connection, attendee_id)
    assert row is not None
    return row


def help_words(row: HelpRow, zone: ZoneInfo) -> str:
    """`help desk: says they paid (9:41, Desk 2)`, or that it is done."""
    what = escape_controls(row.note) if row.waits else "done"
    return f"help desk: {what} ({_clock(row, zone)}, {escape_controls(row.desk)})"


def _clock(row: HelpRow, zone: ZoneInfo) -> str:
    return clock_words(datetime.fromtimestamp(row.at_ms / 1000, zone))
