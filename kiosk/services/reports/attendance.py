"""The attendance list: who is on it, in which columns, and into which file."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

from kiosk.domain.checkin.rules import CheckInList
from kiosk.errors import KioskError
from kiosk.exporters import writer_for
from kiosk.exporters.table import (
    SEPARATOR,
    Column,
    Kind,
    Table,
    one_per_address,
    only_columns,
)
from kiosk.services.checkin.lists import find_list
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.queries import reports
from kiosk.storage.queries.attendees import ticket_types
from kiosk.storage.queries.lists import check_in_lists
from kiosk.support.files import atomic_file, is_same_file, unused_path
from kiosk.support.progress import Progress


class Who(StrEnum):
    """Whose rows an export holds."""

    ALL = "all"
    PRESENT = "present"
    """With a standing entry."""
    ABSENT = "absent"
    """With a valid ticket for it, and no standing entry."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written."""

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
    Column("Source"),
)
"""The desk's own fields, as `reports.AttendanceRow` has them."""

LETTER_COLUMNS = ("E-mail", "Name")
"""What a letter to many needs."""

_REMEMBERED = 10_000
"""Different answers kept as cells, so that equal ones (a shirt size, a meal) are read once."""


def export_attendance(
    store: Store,
    target: Path,
    *,
    list_name: str | None = None,
    who: Who = Who.ALL,
    columns: Sequence[str] | None = None,
    letter: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the attendance list in the format of the target's name, whole or not at all.

    Args:
        list_name: the only list whose columns are written and whose entries count;
            None: all lists, and an entry on any of them.
        columns: titles of the only columns to be written, in this order; None: all.
        letter: each e-mail address once, with the name of its first ticket, and no ticket
            without one: several tickets of one order often share the buyer's address.
        progress: told rows done and in all; may raise `Canceled`.

    Raises:
        KioskError: `format_unknown`, `no_such_list`, `no_such_column`, `is_the_event`, or why
            the file cannot be written.
    """
    write = writer_for(target)
    if is_same_file(target, store.path):
        raise KioskError(
            "is_the_event",
            f"{target} is the event itself.",
            saved="It was left as it is.",
            next_step="Choose another name for the list.",
        )
    with reports.snapshot(store.connection):
        table = attendance_table(store, list_name=list_name, who=who)
        if letter:
            table = one_per_address(table, LETTER_COLUMNS[0])
            columns = LETTER_COLUMNS if columns is None else columns
        if columns is not None:
            table = only_columns(table, columns)
        with atomic_file(target) as file:
            rows = write(file, table, progress)
    return ExportResult(rows, target)


def attendance_table(store: Store, *, list_name: str | None = None, who: Who = Who.ALL) -> Table:
    """The attendance list, its rows read from the store one by one as they are taken.

    Raises:
        KioskError: `no_such_list`.
    """
    connection = store.connection
    lists = check_in_lists(connection)
    chosen = find_list(lists, list_name) if list_name is not None else None
    shown = [chosen] if chosen else lists
    parties = reports.parties(connection)
    headers = merged_order(reports.extra_header_orders(connection))
    selection = selection_of(connection, chosen, who)
    columns = _columns(shown, headers, parties=bool(parties))
    moment = _moments(event_info(store).zone)
    entries, no_entry = _entry_cells(
        reports.standing_entries_of_all(connection), shown, moment, parties=parties
    )
    people = reports.attendance_rows(connection, selection)
    rows = _rows(people, entries, no_entry, moment, _Answers(headers))
    return Table(columns, rows, reports.count_selected(connection, selection))


def selection_of(
    connection: sqlite3.Connection, chosen: CheckInList | None, who: Who
) -> reports.Selection:
    """Whose rows are asked for, of one list or of all."""
    if who is Who.ALL:
        return reports.Selection()
    list_id = chosen.id if chosen else None
    if who is Who.PRESENT:
        return reports.Selection(arrived=True, list_id=list_id)
    if chosen is None or not chosen.ticket_types:
        return reports.Selection(arrived=False, list_id=list_id)
    # nobody is missed at a door that their ticket does not open
    admitted = [kind for kind in ["", *ticket_types(connection)] if chosen.admits_type(kind)]
    return reports.Selection(arrived=False, list_id=list_id, ticket_types=admitted)


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
    return tuple(Column(_free(column.title, taken), column.kind) for column in columns)


def _free(title: str, taken: set[str]) -> str:
    """The title, with a number behind it when another column has it already, in any case."""
    free, number = title, 1
    while free.casefold() in taken:
        number += 1
        free = f"{title} ({number})"
    taken.add(free.casefold())
    return free


def _moments(zone: tzinfo) -> Callable[[int], str]:
    """What turns milliseconds UTC into ISO time with offset, whole seconds.

    A desk's day has few minutes, and each is asked of the zone once.
    """

    @cache
    def minute(number: int) -> tuple[str, str]:
        text = datetime.fromtimestamp(number * 60, zone).isoformat()
        return text[:17], text[19:]

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
    """Each ticket's cells for the lists (first entry, its desk, people let in), and the empty ones.

    Args:
        entries: (attendee, list, at_ms, desk, heads), oldest first.
        parties: how many people a ticket admits, of those that admit several: who comes in
            again after an exit, or on another day of the list, is no further person.
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
    """What each ticket has in any of them, in one text; `nothing` where a column has none."""
    if len(columns) == 1:
        return columns[0]
    tickets = dict.fromkeys(chain.from_iterable(columns))
    return {key: "".join([own.get(key, nothing) for own in columns]) for key in tickets}


def _joined(cells: list[str]) -> str:
    """Cells as an exporter takes them, each behind a separator."""
    joined = SEPARATOR.join(["", *cells])
    if joined.count(SEPARATOR) == len(cells):
        return joined
    return SEPARATOR.join(["", *(cell.replace(SEPARATOR, " ") for cell in cells)])


class _Answers(dict[str, str]):
    """A ticket's imported columns (JSON) as cells under the headers; remembers many of them."""

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
) -> Iterator[str]:
    for attendee_id, fields, printed_ms, place, extra in rows:
        printed = moment(printed_ms) if printed_ms else ""
        seen = entries.get(attendee_id, no_entry)
        yield f"{fields}{SEPARATOR}{printed}{SEPARATOR}{place}{seen}{answers[extra]}"


# What organisers take away afterwards, ready made: a kind of file, and whose rows.


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """One file to choose."""

    label: str
    about: str
    ending: str
    """Of the file's name, with its suffix: `attendance.xlsx`."""
    who: Who = Who.ALL
    letter: bool = False
    """Addresses only, each once."""


TAKE_AWAYS = (
    ExportPreset("Attendance as a sheet", "everybody, lists, answers (XLSX)", "attendance.xlsx"),
    ExportPreset("Report with pictures", "arrivals, types, days, no-shows (PDF)", "report.pdf"),
    ExportPreset("Attendance as plain text", "for other programs (CSV)", "attendance.csv"),
    ExportPreset("Everything as JSON", "for scripts", "attendance.json"),
    ExportPreset(
        "E-mails of those who came", "for a thank-you letter (CSV)", "came.csv",
        Who.PRESENT, letter=True,
    ),
    ExportPreset(
        "E-mails of those who did not", "for a we-missed-you letter (CSV)", "no-shows.csv",
        Who.ABSENT, letter=True,
    ),
)  # fmt: skip


def target_for(event: Path, choice: ExportPreset) -> Path:
    """A name beside the event that no file has yet: `pycon-report.pdf`, `pycon-report-2.pdf`."""
    return unused_path(event.with_name(f"{event.stem}-{choice.ending}"))


# One order out of many partial ones.


def merged_order(orders: Collection[tuple[str, ...]]) -> list[str]:
    """All words, each behind those that stand before it in any of the orders.

    A row of a file knows only the headers it has a value for; together the rows know the order
    of the file. Where two orders contradict each other, the longer one is right.

    Args:
        orders: sequences without repeats, in any order themselves.
    """
    ranked = sorted(orders, key=lambda order: (-len(order), order))
    rank = {word: number for number, word in enumerate(dict.fromkeys(w for o in ranked for w in o))}
    behind: dict[str, set[str]] = {word: set() for word in rank}
    waits_for = dict.fromkeys(rank, 0)
    for order in ranked:
        for before, after in pairwise(order):
            if after not in behind[before]:
                behind[before].add(after)
                waits_for[after] += 1
    return _sorted(rank, behind, waits_for)


def _sorted(
    rank: dict[str, int], behind: dict[str, set[str]], waits_for: dict[str, int]
) -> list[str]:
    """Kahn's topological sort, the earliest seen first; a circle is cut where it was seen first."""
    ready = [(rank[word], word) for word, count in waits_for.items() if not count]
    heapq.heapify(ready)
    left = dict.fromkeys(sorted(rank, key=rank.__getitem__))
    merged: list[str] = []
    while left:
        word = heapq.heappop(ready)[1] if ready else next(iter(left))
        if word not in left:
            continue
        del left[word]
        merged.append(word)
        for after in behind[word]:
            waits_for[after] -= 1
            if waits_for[after] == 0 and after in left:
                heapq.heappush(ready, (rank[after], after))
    return merged
