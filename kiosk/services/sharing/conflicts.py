"""Report conflicts between desks that worked offline: double admissions, forks, wrong clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.checkin.double_admissions import DoubleAdmission, double_admissions
from kiosk.domain.text import counted, escape_controls
from kiosk.exporters.table import SEPARATOR, Column, Kind, Table
from kiosk.exporters.writers import writer_for
from kiosk.services.badges.context import badge_person, event_look
from kiosk.services.checkin.lists import moment_text
from kiosk.services.checkin.tables import overfilled_tables
from kiosk.services.event.event import event_info
from kiosk.services.sharing.desks import ago
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.lists import check_in_lists, list_names
from kiosk.storage.queries.scans import badge_prints, passed_scans_of_several_desks
from kiosk.storage.replication.desk_logs import desk_logs, superseded
from kiosk.storage.replication.forks import dangling_undos
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import log_heads
from kiosk.support.files import atomic_file


@dataclass(frozen=True, slots=True)
class Admission:
    """One entry of a double admission."""

    desk: str
    at: str
    """ISO time with offset, by that desk's own clock."""
    log_id: str
    seq: int
    heads: int
    badge_printed: bool
    """Whether that desk printed the badge."""


@dataclass(frozen=True, slots=True)
class DoubleEntry:
    """A person admitted by several desks that were offline, with the entries in order."""

    attendee_id: str
    name: str
    list_name: str
    admissions: tuple[Admission, ...]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All conflicts that a person should check."""

    doubles: tuple[DoubleEntry, ...]
    notes: tuple[str, ...]
    """Forked logs, events set aside, wrong clocks: one sentence each."""


def count_doubles(store: Store) -> int:
    """Number of double admissions, for the counter on the screen."""
    return len(_doubles(store)) if len(log_heads(store)) > 1 else 0


def doubles_text(doubles: int, where: str) -> str:
    """How many attendees were admitted twice, and where to see them."""
    people = counted(doubles, "person was", "people were")
    return f"{people} admitted twice while desks were offline: {where}."


def conflicts(store: Store) -> Conflicts:
    """The whole report. Desks with the same log get the same report."""
    zone = event_info(store).zone
    admitted_twice = _doubles(store)
    printed = badge_prints(store.connection, {item.attendee_id for item in admitted_twice})
    lists = list_names(store.connection)
    doubles = []
    for item in admitted_twice:
        person = attendee(store.connection, item.attendee_id)
        admissions = tuple(
            Admission(
                scan.desk,
                moment_text(scan.at_ms, zone) or "",
                scan.log_id,
                scan.seq,
                scan.heads,
                (scan.log_id, item.attendee_id) in printed,
            )
            for scan in item.entries
        )
        name = person.label if person else item.attendee_id
        doubles.append(
            DoubleEntry(item.attendee_id, name, lists.get(item.list_id, item.list_id), admissions)
        )
    return Conflicts(tuple(doubles), tuple(_notes(store)))


def _doubles(store: Store) -> list[DoubleAdmission]:
    connection = store.connection
    scans = passed_scans_of_several_desks(connection)
    if not scans:
        return []
    lists = {item.id: item for item in check_in_lists(connection)}
    people = {scan.attendee_id for scan in scans}
    heads = {one: person.heads for one in people if (person := attendee(connection, one))}
    return double_admissions(scans, lists, heads, event_info(store).zone)


def _notes(store: Store) -> Iterator[str]:
    incidents = sync_incidents(store)
    names = {log_id: log.name for log_id, log in desk_logs(store.connection).items()}
    for fork in incidents.forks:
        desk = escape_controls(names.get(fork.log_id, "")) or fork.log_id[:8]
        yield (
            f"The file of {desk} was copied or restored: its log has two versions from event "
            f"{fork.seq} on. All desks keep both."
        )
    for undo in dangling_undos(store.connection, [fork.log_id for fork in incidents.forks]):
        desk = escape_controls(names.get(undo.log_id, "")) or undo.log_id[:8]
        yield (
            f"{desk} undid a check-in of {_label(store, undo.attendee_id)} that has another "
            "number since then: undo it again."
        )
        if undo.hit_attendee_id:
            hit = _label(store, undo.hit_attendee_id)
            yield f"A check-in of {hit} was undone instead: check {hit} in again if needed."
    if incidents.new_log:
        yield "This desk's file was restored or copied; it has written a new log since then."
    if incidents.set_aside_count:
        few = ", ".join(
            escape_controls(names.get(item.log_id, "") or item.log_id[:8] or "unknown")
            + f": {item.why}"
            for item in incidents.set_aside[:3]
        )
        events = counted(
            incidents.set_aside_count, "event of other desks was", "events of other desks were"
        )
        yield f"{events} set aside ({few})."
    yield from _overfilled(store)
    for desk, ahead_ms in incidents.fast_clocks.items():
        yield f"The clock of {escape_controls(desk)} was {ago(ahead_ms)} ahead of this desk's."


def _overfilled(store: Store) -> Iterator[str]:
    """Tables that several desks filled without knowing of each other."""
    logs = desk_logs(store.connection)
    if len(logs.keys() - superseded(logs)) < 2:
        return  # one desk warns when it seats a person at a full table
    for list_name, table in overfilled_tables(store.connection):
        yield (
            f"Table {escape_controls(table.name)} on {escape_controls(list_name)} has "
            f"{counted(table.taken, 'person', 'people')} for {table.seats} seats: desks assigned "
            "it while they were offline. Add chairs, or edit the table of some of them."
        )


def _label(store: Store, attendee_id: str) -> str:
    person = attendee(store.connection, attendee_id)
    return escape_controls(person.label) if person else attendee_id


def export_conflicts(store: Store, target: Path) -> int:
    """Write the double admissions to a file, one line each; return the number of lines.

    Args:
        target: .csv, .xlsx or .json for a table, .pdf for a page with boxes to tick.

    Raises:
        KioskError: unknown file type, or the disk's own.
    """
    if target.suffix.casefold() == ".pdf":
        return _print_sheet(store, target)

    write = writer_for(target)
    kinds = {"At": Kind.MOMENT, "Entry": Kind.NUMBER, "People": Kind.NUMBER}
    titles = ("Name", "List", "Entry", "At", "Desk", "People", "Badge printed there", "ID")
    columns = tuple(Column(title, kinds.get(title, Kind.TEXT)) for title in titles)
    lines = [
        SEPARATOR.join(cell.replace(SEPARATOR, " ") for cell in cells)
        for cells in _lines(conflicts(store))
    ]
    with atomic_file(target) as file:
        write(file, Table(columns, iter(lines), len(lines)), None)
    return len(lines)


def _lines(report: Conflicts) -> Iterator[tuple[str, ...]]:
    for double in report.doubles:
        for number, one in enumerate(double.admissions, 1):
            printed = "yes" if one.badge_printed else "no"
            yield (
                double.name,
                double.list_name,
                str(number),
                one.at,
                one.desk,
                str(one.heads),
                printed,
                double.attendee_id,
            )


def _print_sheet(store: Store, target: Path) -> int:
    from kiosk.badges.paper.sheets import (
        ConflictBlock,
        render_conflict_sheet,
    )  # with the PDF modules

    report = conflicts(store)
    blocks = []
    for double in report.doubles:
        person = attendee(store.connection, double.attendee_id)
        if person is not None:
            lines = admission_lines(double)
            blocks.append(ConflictBlock(badge_person(person), double.list_name, lines))
    render_conflict_sheet(blocks, report.notes, target, event=event_look(store))
    return sum(len(double.admissions) for double in report.doubles)


def admission_lines(double: DoubleEntry) -> list[str]:
    """`Tue 16 Feb 09:41:05  Desk 2, badge printed there`; with the year where years differ."""
    years = {one.at[:4] for one in double.admissions}
    return [_admission_words(one, has_year=len(years) > 1) for one in double.admissions]


def _admission_words(one: Admission, *, has_year: bool) -> str:
    at = datetime.fromisoformat(one.at)
    year = f" {at.year}" if has_year else ""
    badge = "badge printed there" if one.badge_printed else "no badge there"
    heads = f", {one.heads} people" if one.heads > 1 else ""
    return (
        f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M:%S}  {escape_controls(one.desk)}{heads}, {badge}"
    )
