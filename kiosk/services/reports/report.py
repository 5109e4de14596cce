"""Write the attendance report: the counts, and the list of tickets, as a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList
from kiosk.errors import NotWritten
from kiosk.exporters.report_pdf import ReportFacts, ReportRow, write_report
from kiosk.services.badges.context import event_look
from kiosk.services.checkin.lists import named_list
from kiosk.services.event.event import event_info
from kiosk.services.reports.attendance import (
    EVERYTHING,
    ExportOrder,
    ExportPreview,
    ExportResult,
    Who,
    check_is_no_event,
    export_attendance,
    selection_of,
)
from kiosk.services.tally.event_tally import event_tally, purged_tally
from kiosk.storage.file.modes import snapshot
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendance
from kiosk.storage.queries.lists import check_in_lists
from kiosk.support.files import atomic_file
from kiosk.support.progress import Progress

REPORT_SUFFIX = ".pdf"


def export_file(
    store: Store,
    target: Path,
    order: ExportOrder = EVERYTHING,
    *,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the attendance in the format of the target's name: a table, or the report as a PDF.

    Args and errors are those of `export_attendance`.

    Raises:
        KioskError: also `no_columns_on_paper` for columns with a report.
    """
    if target.suffix.casefold() != REPORT_SUFFIX:
        return export_attendance(store, target, order, progress=progress)
    if order.columns is not None or order.letter:
        raise NotWritten(
            "no_columns_on_paper",
            "The PDF report has fixed columns.",
            next_step="Leave the columns out, or export to .csv or .xlsx.",
        )
    check_is_no_event(store, target)
    with snapshot(store.connection):
        facts, rows = report_facts(store, order.list_name, order.who)
    with atomic_file(target) as file:
        write_report(Path(file.name), facts, rows, event_look(store), progress)
    return ExportResult(len(rows), target)


def report_preview(store: Store, order: ExportOrder, most: int) -> ExportPreview:
    """The first `most` rows of the list in the report, and the number of all.

    Raises:
        KioskError: `no_such_list`, `only_all_lists`.
    """
    with snapshot(store.connection):
        _, rows = report_facts(store, order.list_name, order.who)
    titles = ("Name", "Company", "Ticket type", "In", "When")
    shown = [
        (one.person.name, one.person.company, one.person.ticket_type, "✓" * one.is_in, one.when)
        for one in rows[:most]
    ]
    return ExportPreview(titles, tuple(shown), len(rows))


def report_facts(
    store: Store, list_name: str | None, who: Who
) -> tuple[ReportFacts, list[ReportRow]]:
    """The counts, and the rows of the list.

    Of an event without its people: the counts that were kept, and no row.

    Raises:
        KioskError: `no_such_list`; `only_all_lists` for one list of an event without its people.
    """
    lists = check_in_lists(store.connection)
    chosen = named_list(lists, list_name)
    info = event_info(store)
    kept = purged_tally(store)
    if kept and chosen:
        raise NotWritten(
            "only_all_lists",
            "The people were removed, and their counts are kept for the event as a whole.",
            next_step="Export the report of all lists: it has a line for each list.",
        )
    tally = kept or event_tally(store)
    only = next((item for item in tally.lists if chosen and item.list_id == chosen.id), None)
    facts = ReportFacts(info.name, info.zone, store.clock(), str(who), tally, only)
    if kept:
        return facts, []
    selection = selection_of(store.connection, chosen, who)
    return facts, list(_rows(store, [chosen] if chosen else lists, selection, info.zone))


def _rows(
    store: Store, shown: Sequence[CheckInList], selection: attendance.Selection, zone: ZoneInfo
) -> Iterator[ReportRow]:
    """The rows in the order of the other formats, with the first entry on each list shown."""
    connection = store.connection
    shown_ids = {item.id for item in shown}
    entries: dict[str, dict[str, str]] = {}
    for attendee_id, list_id, at_ms, _, _ in attendance.all_entries(connection):
        if list_id in shown_ids:
            at = datetime.fromtimestamp(at_ms / 1000, zone)
            entries.setdefault(attendee_id, {}).setdefault(list_id, f"{at:%a %H:%M}")
    for person in attendance.listed_people(connection, selection):
        own = entries.get(person.attendee_id, {})
        yield ReportRow(person, bool(own), _entry_times(list(own.values())))


def _entry_times(entries: Sequence[str]) -> str:
    """`Tue 09:41, Wed 10:02`, or the first one and the number of the others."""
    if len(entries) <= 2:
        return ", ".join(entries)
    return f"{entries[0]} and {len(entries) - 1} more lists"
