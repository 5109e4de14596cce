"""List the scans of all desks, and undo one of them."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.privileges import undo_need
from kiosk.domain.log.events import EventKind
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.event.event import event_info
from kiosk.services.people.help_desk import HelpRequest, recent_requests
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import last_event
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.lists import list_names
from kiosk.storage.queries.scans import (
    ScanRow,
    code_linked_by,
    recent_scans,
    scan_row,
    scans_of_desk,
    status_before_payment,
)


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One scan with its names."""

    scan: ScanRow
    name: str
    list_name: str
    zone: ZoneInfo
    ticket_type: str = ""


def recent_activity(store: Store, limit: int, *, this_desk: bool = False) -> list[ActivityLine]:
    """The newest scans of all desks or of this one, newest first."""
    zone = event_info(store).zone
    names = list_names(store.connection)
    rows = (
        scans_of_desk(store.connection, store.log_id, limit)
        if this_desk
        else recent_scans(store.connection, limit)
    )
    ids = [row.attendee_id for row in rows if row.attendee_id]
    found = {one.id: one for one in people.attendees_by_ids(store.connection, ids)}
    lines = []
    for row in rows:
        person = found.get(row.attendee_id)
        name, kind = (person.label, person.ticket_type) if person else ("", "")
        lines.append(ActivityLine(row, name, names.get(row.list_id, ""), zone, kind))
    return lines


def undo_scan(
    store: Store, row: ScanRow, *, reason: str, given: Authorisation = NOT_AUTHORISED
) -> None:
    """Undo one entry or exit, of any desk.

    Raises:
        KioskError: `nothing_to_undo` when it was a refusal or is undone already; `pin_needed` for
            an older one.
    """
    with store.writing():
        now = scan_row(store.connection, row.log_id, row.seq)
        if now is None or now.outcome != "ok" or now.undone:
            raise KioskError(
                "nothing_to_undo",
                "Only a check-in that is not undone yet can be undone.",
                saved="Nothing was changed.",
            )
        append_undo(store, now, reason, given)


def append_undo(store: Store, row: ScanRow, reason: str, given: Authorisation) -> None:
    """Undo one scan, with the code that it linked and the payment; inside `writing()`.

    Raises:
        KioskError: `pin_needed` for an older scan.
    """
    given = given.because(clean_text(reason))
    marks = require(store, undo_need(store.clock() - row.at_ms), given)
    code = code_linked_by(store.connection, row)
    unpaid = status_before_payment(store.connection, row)
    store.append(
        EventKind.UNDO,
        {
            "at": store.clock(),
            "log_id": row.log_id,
            "seq": row.seq,
            "list": row.list_id,
            "reason": given.reason,
            **marks,
        },
        subject=row.attendee_id,
    )
    if code:
        store.append(EventKind.BIND, {"code": code})
    if unpaid is not None:
        store.append(EventKind.EDIT, {"set": {"status": unpaid}}, subject=row.attendee_id)


@dataclass(frozen=True, slots=True)
class Activity:
    """Scans and help desk notes of all desks, newest first."""

    read_to: int
    """The place in the log up to which this is complete."""
    lines: tuple[ActivityLine | HelpRequest, ...]


def activity_since(store: Store, read_to: int, limit: int) -> Activity | None:
    """Read the newest scans, and the newest note on each person sent to the help desk.

    Returns:
        None when nothing was written to the log after `read_to`.
    """
    place = last_event(store.connection)
    if place == read_to:
        return None
    lines: list[ActivityLine | HelpRequest] = [*recent_activity(store, limit)]
    lines += recent_requests(store, limit)
    return Activity(place, tuple(sorted(lines, key=_at_ms, reverse=True)[:limit]))


def _at_ms(line: ActivityLine | HelpRequest) -> int:
    return line.row.at_ms if isinstance(line, HelpRequest) else line.scan.at_ms
