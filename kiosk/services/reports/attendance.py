"""Export the attendance list: its rows, its columns and its file."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cache
from itertools import chain, islice
from pathlib import Path

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.text import clean_controls
from kiosk.errors import NotWritten
from kiosk.exporters.table import (
    SEPARATOR,
    Column,
    Kind,
    Table,
    merged_order,
    one_per_address,
    only_columns,
)
from kiosk.exporters.writers import writer_for
from kiosk.services.checkin.lists import is_door, named_list
from kiosk.services.checkin.tables import freed_tables, without_table
from kiosk.services.event.event import event_info
from kiosk.storage.file.modes import snapshot
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendance
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.tally import expected_ids
from kiosk.support.files import atomic_file, is_same_file, unused_path
from kiosk.support.progress import Progress


class Who(StrEnum):
    """Which tickets an export contains."""

    ALL = "all"
    PRESENT = "present"
    """Checked in."""
    ABSENT = "absent"
    """With a valid ticket that the list admits, and not checked in."""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """The rows and columns of an export."""

    list_name: str | None = None
    """The only list with columns and with entries that count; None: all lists, and an entry on any
    of them."""
    who: Who = Who.ALL
    """The rows. The counts of a report are always of all tickets."""
    columns: Sequence[str] | None = None
    """Titles of the only columns, in this order; None: all."""
    letter: bool = False
    """Each e-mail address once, with the name of its first ticket, and no ticket without an
    address: the tickets of one order often share the buyer's address."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The file that was written, and its number of rows."""

    rows: int
    file: Path


OWN_COLUMNS = (
    Column("Name"),
    Column("Given name"),
    Column("Family name"),
    Column("E-mail"),
    Column("Phone"),
    Column("Company"),
    Column("Ticket type"),
    Column("Order"),
    Column("Status"),
    Column("Party", Kind.NUMBER),
    Column("Guest of"),
    Column("Note"),
    Column("Code"),
    Column("Badge printed", Kind.MOMENT),
    Column("Box"),
    Column("Slot", Kind.NUMBER),
    Column("Badge state"),
    Column("Source"),
)
"""The fields of a ticket, as `attendance_rows` reads them."""

LETTER_COLUMNS = ("E-mail", "Name")
"""The columns of a mailing list."""

EVERYTHING = ExportOrder()
"""All tickets, lists and columns."""
_REMEMBERED = 10_000
"""Different answers that are kept as cells, so that equal ones (a meal) are read once."""


def export_attendance(
    store: Store,
    target: Path,
    order: ExportOrder = EVERYTHING,
    *,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the attendance list in the format of the target's name.

    Either the whole file is written, or the target stays as it was.

    Args:
        progress: gets the rows done and the rows in all; may raise `Canceled`.

    Raises:
        KioskError: `format_unknown`, `no_such_list`, `no_such_column`, `is_the_event`, or why
            the file cannot be written.
    """
    write = writer_for(target)
    check_is_no_event(store, target)
    with snapshot(store.connection):
        with_offset = target.suffix.casefold() == ".json"
        table = _ordered_table(store, order, with_offset=with_offset)
        with atomic_file(target) as file:
            rows = write(file, table, progress)
    return ExportResult(rows, target)


def _ordered_table(store: Store, order: ExportOrder, *, with_offset: bool = False) -> Table:
    """The rows and columns that an export contains."""
    columns = order.columns
    table = attendance_table(store, order, with_offset=with_offset)
    if order.letter:
        table = one_per_address(table, LETTER_COLUMNS[0])
        columns = LETTER_COLUMNS if columns is None else columns
    return table if columns is None else only_columns(table, columns)


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """The first rows of an export."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    """All rows."""


def export_preview(store: Store, order: ExportOrder, most: int) -> ExportPreview:
    """The first `most` rows of an export as text, and the number of all.

    Raises:
        KioskError: `no_such_list`, `no_such_column`.
    """
    with snapshot(store.connection):
        table = _ordered_table(store, order)
        shown = [tuple(row.split(SEPARATOR)) for row in islice(table.rows, most)]
        total = len(shown) + sum(1 for _ in table.rows) if order.letter else table.total
    return ExportPreview(tuple(column.title for column in table.columns), tuple(shown), total)


def export_columns(store: Store, list_name: str | None) -> tuple[str, ...]:
    """The titles of all columns of an export."""
    with snapshot(store.connection):
        table = attendance_table(store, ExportOrder(list_name))
    return tuple(column.title for column in table.columns)


def check_is_no_event(store: Store, target: Path) -> None:
    """Refuse to write an export over the event.

    Raises:
        KioskError: `is_the_event`.
    """
    if is_same_file(target, store.path):
        raise NotWritten(
            "is_the_event", f"{target} is the event itself.", next_step="Choose another file name."
        )


def attendance_table(
    store: Store, order: ExportOrder = EVERYTHING, *, with_offset: bool = False
) -> Table:
    """The attendance list with all columns; its rows are read from the store one by one.

    Args:
        with_offset: times as ISO 8601 with offset, for JSON; else as spreadsheets read them.

    Raises:
        KioskError: `no_such_list`.
    """
    connection = store.connection
    lists = check_in_lists(connection)
    chosen = named_list(lists, order.list_name)
    shown = [chosen] if chosen else lists
    parties = attendance.parties(connection)
    headers = merged_order(attendance.extra_header_orders(connection))
    selection = selection_of(connection, chosen, order.who)
    columns = _columns(shown, headers, parties=bool(parties))
    moment = _moments(event_info(store).zone, with_offset=with_offset)
    entries, no_entry = _entry_cells(
        attendance.all_entries(connection), shown, moment, parties=parties
    )
    people = attendance.attendance_rows(connection, selection)
    freed = freed_tables(store)
    rows = _rows(people, entries, no_entry, moment, _Answers(headers), freed)
    return Table(columns, rows, attendance.count_selected(connection, selection))


def selection_of(
    connection: sqlite3.Connection, chosen: CheckInList | None, who: Who
) -> attendance.Selection:
    """The tickets of an export, on one list; without one, at the door: a hand-out or a meal does
    not mark a person as in."""
    if who is Who.ALL:
        return attendance.Selection()
    lists = check_in_lists(connection)
    counted_lists = [chosen] if chosen else [item for item in lists if is_door(item, lists)]
    list_ids = [item.id for item in counted_lists] or None
    if who is Who.PRESENT:
        return attendance.Selection(arrived=True, list_ids=list_ids)
    if chosen is None or not chosen.is_restricted:
        return attendance.Selection(arrived=False, list_ids=list_ids)
    # a ticket that the list does not admit is not absent
    admitted = expected_ids(connection, chosen)
    return attendance.Selection(arrived=False, list_ids=list_ids, ids=admitted)


def _columns(
    lists: Sequence[CheckInList], headers: Sequence[str], *, parties: bool
) -> tuple[Column, ...]:
    columns = list(OWN_COLUMNS)
    for item in lists:
        columns.append(Column(f"{item.name} checked in at", Kind.MOMENT))
        columns.append(Column(f"{item.name} desk"))
        if parties:
            columns.append(Column(f"{item.name} people", Kind.NUMBER))
    columns += [Column(header) for header in headers]
    taken: set[str] = set()
    return tuple(
        Column(_free(clean_controls(column.title), taken), column.kind) for column in columns
    )


def _free(title: str, taken: set[str]) -> str:
    """The title, with a number if another column has the same title, ignoring case."""
    free, number = title, 1
    while free.casefold() in taken:
        number += 1
        free = f"{title} ({number})"
    taken.add(free.casefold())
    return free


def _moments(zone: tzinfo, *, with_offset: bool) -> Callable[[int], str]:
    """A function from milliseconds UTC to a time of the zone, in whole seconds.

    A day has few minutes, and each is looked up in the zone once.

    Args:
        with_offset: ISO 8601 with offset; else `2027-02-16 09:41:00`, as spreadsheets read it.
    """

    @cache
    def minute(number: int) -> tuple[str, str]:
        text = datetime.fromtimestamp(number * 60, zone).isoformat()
        begins = text[:17]
        return (begins, text[19:]) if with_offset else (begins.replace("T", " "), "")

    def moment(at_ms: int) -> str:
        number, seconds = divmod(at_ms // 1000, 60)
        begins, offset = minute(number)
        return f"{begins}{seconds:02}{offset}"

    return moment


def _entry_cells(
    entries: Iterable[tuple[str, str, int, str, int]],
    lists: Sequence[CheckInList],
    moment: Callable[[int], str],
    *,
    parties: Mapping[str, int],
) -> tuple[dict[str, str], str]:
    """Each ticket's cells of the lists (first entry, its desk, people checked in), and empty ones.

    Args:
        entries: (attendee, list, at_ms, desk, heads), oldest first.
        parties: ticket to its people, for tickets that admit several. A person who returns after
            an exit, or on another day of the list, counts once.
    """
    first: dict[str, dict[str, str]] = {item.id: {} for item in lists}
    cell = cache(lambda text: _joined([text]))
    came: dict[str, Counter[str]] = {item.id: Counter() for item in lists}
    for attendee_id, list_id, at_ms, desk, heads in entries:
        own = first.get(list_id)
        if own is None:
            continue
        if attendee_id not in own:
            own[attendee_id] = f"{SEPARATOR}{moment(at_ms)}{cell(desk)}"
        if parties:
            came[list_id][attendee_id] += heads
    if parties:
        for list_id, own in first.items():
            for attendee_id, heads in came[list_id].items():
                own[attendee_id] += SEPARATOR + str(min(heads, parties.get(attendee_id, 1)))
    nothing = _joined([""] * (3 if parties else 2))
    return _side_by_side([*first.values()], nothing), nothing * len(lists)


def _side_by_side(columns: Sequence[dict[str, str]], nothing: str) -> dict[str, str]:
    """Each ticket's cells of all columns as one text; `nothing` where a column has none."""
    if len(columns) == 1:
        return columns[0]
    tickets = dict.fromkeys(chain.from_iterable(columns))
    return {key: "".join([own.get(key, nothing) for own in columns]) for key in tickets}


def _joined(cells: list[str]) -> str:
    """Cells as an exporter takes them, a separator before each."""
    joined = SEPARATOR.join(["", *cells])
    if joined.count(SEPARATOR) == len(cells):
        return joined
    return SEPARATOR.join(["", *(cell.replace(SEPARATOR, " ") for cell in cells)])


class _Answers(dict[str, str]):
    """Imported columns (a JSON text) to cells under the headers, with a cache."""

    def __init__(self, headers: Sequence[str]) -> None:
        super().__init__({"{}": _joined([""] * len(headers))})
        self._headers = headers

    def __missing__(self, text: str) -> str:
        extra = json.loads(text)
        cells = _joined([extra.get(header, "") for header in self._headers])
        if len(self) < _REMEMBERED:
            self[text] = cells
        return cells


def _rows(
    rows: Iterable[tuple[str, str, int | None, str, str]],
    entries: dict[str, str],
    no_entry: str,
    moment: Callable[[int], str],
    answers: _Answers,
    freed: Collection[str],
) -> Iterator[str]:
    """The lines of the tickets.

    Args:
        freed: attendees whose table is no longer theirs.
    """
    for attendee_id, fields, printed_ms, place, extra in rows:
        if attendee_id in freed:
            extra = json.dumps(without_table(json.loads(extra)))
        printed = moment(printed_ms) if printed_ms else ""
        seen = entries.get(attendee_id, no_entry)
        yield f"{fields}{SEPARATOR}{printed}{SEPARATOR}{place}{seen}{answers[extra]}"


# The name of the file.

_NAMES = {Who.ALL: "attendance", Who.PRESENT: "came", Who.ABSENT: "no-shows"}


def suggested_target(event: Path, order: ExportOrder, suffix: str) -> Path:
    """An unused name next to the event: `pycon-report.pdf`, then `pycon-report-2.pdf`.

    Args:
        suffix: `.pdf` is a report, any other a table.
    """
    what = _NAMES[order.who]
    if suffix == ".pdf":
        what = "report" if order.who is Who.ALL else f"report-{what}"
    elif order.letter:
        what = f"{what}-e-mails"
    return unused_path(event.with_name(f"{event.stem}-{what}{suffix}"))
