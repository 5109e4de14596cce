"""List the scans of all desks, undo scans, and check people out without a scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.privileges import undo_need
from kiosk.domain.checkin.rules import CheckInList, Direction, Outcome, heads_inside
from kiosk.domain.checkin.tally import count_ticket
from kiosk.domain.log.events import Body, EventKind
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.checkin.lists import named_list
from kiosk.services.event.event import event_info
from kiosk.services.people.help_desk import HelpRequest, recent_requests
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import last_event
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.lists import check_in_lists, list_names
from kiosk.storage.queries.scans import (
    ScanRow,
    code_linked_by,
    last_standing_scan,
    recent_scans,
    scan_row,
    scans_moved_by,
    scans_of_desk,
    standing_scans,
    status_before_payment,
)
from kiosk.storage.queries.tally import tickets_with_passages


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
            raise nothing_to_undo("Only a check-in that is not undone yet can be undone.")
        append_undo(store, now, reason, given)


def party_sentence(store: Store, row: ScanRow) -> str:
    """` 2 of 3 are in.` after an undo; empty for a ticket of one person."""
    person = people.attendee(store.connection, row.attendee_id)
    here = next((x for x in check_in_lists(store.connection) if x.id == row.list_id), None)
    if person is None or here is None or person.heads == 1:
        return ""
    history = standing_scans(store.connection, person.id, here.id)
    return f" {heads_inside(here, history, store.clock())} of {person.heads} are in."


def nothing_to_undo(problem: str) -> KioskError:
    """The error of an undo without a check-in that can be undone."""
    return Refused("nothing_to_undo", problem)


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
    for moved in scans_moved_by(store.connection, row):
        append_undo(store, moved, reason, given)


def last_to_undo(
    store: Store, *, attendee_id: str | None = None, list_name: str | None = None
) -> ScanRow | None:
    """The entry or exit that `undo` would undo.

    Raises:
        KioskError: `no_such_list`.
    """
    chosen = named_list(check_in_lists(store.connection), list_name)
    return last_standing_scan(
        store.connection,
        log_id=store.log_id,
        desk=store.desk,
        attendee_id=attendee_id,
        list_id=chosen.id if chosen else None,
    )


def undo(
    store: Store,
    *,
    attendee_id: str | None = None,
    list_name: str | None = None,
    reason: str = "",
    given: Authorisation = NOT_AUTHORISED,
) -> ScanRow:
    """Undo the last entry or exit: of this desk, or of one attendee.

    Raises:
        KioskError: `nothing_to_undo`, `no_such_list`, `pin_needed` for an older one.
    """
    with store.writing():
        last = last_to_undo(store, attendee_id=attendee_id, list_name=list_name)
        if last is None:
            owner = "this attendee" if attendee_id else "this desk"
            raise nothing_to_undo(f"There is no check-in of {owner} to undo.")
        append_undo(store, last, reason or given.reason, given)
    return last


# People who leave without a scan.

ExitMark = Literal["moved", "all_out"]
"""They entered another list, by the check-in written before; or everybody was checked out."""


def scan_body(at_ms: int, list_id: str, direction: Direction, outcome: Outcome) -> Body:
    """The event of a scan without a code that admits no one."""
    return {
        "at": at_ms,
        "list": list_id,
        "direction": direction,
        "code": "",
        "outcome": outcome,
        "heads": 0,
        "forced": False,
        "lifted": [],
        "reason": "",
        "seen": None,
    }


def append_exit(
    store: Store,
    attendee_id: str,
    list_id: str,
    heads: int,
    *,
    at_ms: int,
    reason: str,
    mark: ExitMark,
) -> None:
    """Record that people of a ticket left, without a scan; inside `writing()`.

    Args:
        at_ms: when they left.
        mark: why; the undo of the entry that moved a person undoes the exit too.
    """
    seen = standing_scans(store.connection, attendee_id, list_id)
    store.append(
        EventKind.CHECK_IN,
        {
            **scan_body(at_ms, list_id, Direction.EXIT, Outcome.OK),
            "heads": heads,
            "reason": clean_text(reason),
            "seen": [seen[-1].log_id, seen[-1].seq] if seen else None,
            mark: True,
        },
        subject=attendee_id,
    )


def leave_other_lists(
    store: Store,
    attendee_id: str,
    entered: CheckInList,
    lists: Sequence[CheckInList],
    heads: int,
    at_ms: int,
) -> None:
    """Check out of the lists that people leave by entering this one; inside `writing()`.

    They leave this list in the same way where a paper list is entered after a later entry.
    """
    entries = []
    for item in lists:
        if item.id == entered.id:
            continue
        history = standing_scans(store.connection, attendee_id, item.id)
        if item.id in entered.rules.leaves:
            before = [scan for scan in history if scan.at_ms <= at_ms]
            if inside := min(heads, heads_inside(item, before, at_ms)):
                _move(store, attendee_id, item, entered, inside, at_ms)
        if entered.id in item.rules.leaves:
            entries += [
                (scan.at_ms, scan.heads, item)
                for scan in history
                if scan.direction is Direction.ENTRY and scan.at_ms > at_ms
            ]
    if entries:
        later_ms, others, item = min(entries, key=lambda entry: entry[0])
        _move(store, attendee_id, entered, item, min(heads, others), later_ms)


def _move(
    store: Store, attendee_id: str, left: CheckInList, to: CheckInList, heads: int, at_ms: int
) -> None:
    reason = f"entered “{to.name}”"
    append_exit(store, attendee_id, left.id, heads, at_ms=at_ms, reason=reason, mark="moved")


def inside_now(store: Store, item: CheckInList) -> dict[str, int]:
    """The tickets with people inside on a list, and how many."""
    now_ms, zone = store.clock(), item.rules.zone
    since_ms = item.rules.inside_since(now_ms) or 0
    inside = {}
    for attendee_id, ticket in tickets_with_passages(store.connection):
        here = [p for p in ticket.passages if p.list_id == item.id and p.at_ms >= since_ms]
        if heads := count_ticket(ticket.heads, here, zone).inside:
            inside[attendee_id] = heads
    return inside


def check_out_everybody(store: Store, item: CheckInList) -> int:
    """Check out everyone who is inside on a list, in one transaction.

    Returns:
        The number of people.
    """
    with store.writing():
        inside = inside_now(store, item)
        for attendee_id, heads in inside.items():
            append_exit(
                store,
                attendee_id,
                item.id,
                heads,
                at_ms=store.clock(),
                reason="everybody was checked out",
                mark="all_out",
            )
    return sum(inside.values())


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
