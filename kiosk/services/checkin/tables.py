"""Tables dealt at check-in: set up, dealt inside the scan's transaction, shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tables import TABLE_FIELD, Deal, Party, Table, deal_table
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.lists import choose_list, find_list, is_door
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries import questions as queries
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.lists import check_in_lists, setting
from kiosk.storage.queries.questions import Seated, seated, was_dealt

TABLES_SETTING = "tables"
MOST_TABLES = 500
MOST_SEATS = 1_000
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TableSetup:
    """Which tables there are and at which door they are dealt."""

    names: tuple[str, ...]
    seats: int | None = None
    """At each; None: as many as come."""
    list_id: str = ""
    """Empty: at the door of each day."""

    def applies_to(self, item: CheckInList, lists: Sequence[CheckInList]) -> bool:
        """Whether an entry on this list gives a table."""
        return item.id == self.list_id if self.list_id else is_door(item, lists)


def _gives_tables(
    setup: TableSetup | None, item: CheckInList, lists: Sequence[CheckInList]
) -> bool:
    return setup.applies_to(item, lists) if setup else is_door(item, lists)


@dataclass(frozen=True, slots=True)
class TableNow:
    """A table with the people who are in."""

    name: str
    seats: int | None
    people: tuple[Seated, ...]

    @property
    def taken(self) -> int:
        """Heads at the table."""
        return sum(person.heads for person in self.people)

    @property
    def newcomers(self) -> int:
        """Tickets of newcomers at the table."""
        return sum(is_first_timer(person.extra) for person in self.people)


@dataclass(frozen=True, slots=True)
class TablesNow:
    """All tables at one moment."""

    setup: TableSetup | None
    """None: no tables are dealt."""
    list: CheckInList
    """Its entries count now."""
    lists: tuple[CheckInList, ...]
    tables: tuple[TableNow, ...]
    elsewhere: tuple[Seated, ...]
    """People who are in, and have another table or none."""


def table_setup(connection: sqlite3.Connection) -> TableSetup | None:
    """The tables that are assigned now."""
    return table_setup_of(setting(connection, TABLES_SETTING))


def table_setup_of(value: Any) -> TableSetup | None:
    """The tables in the value of the setting; None where no tables are assigned."""
    if not isinstance(value, dict) or not value.get("names"):
        return None
    return TableSetup(tuple(value["names"]), value.get("seats"), value.get("list", ""))


def set_tables(
    store: Store,
    *,
    count: int | None = None,
    names: Iterable[str] | None = None,
    seats: int | None = None,
    list_name: str | None = None,
) -> TableSetup:
    """Assign tables from now on; values that are not given do not change.

    Args:
        count: number of tables, called 1, 2, 3 ...
        names: their names, in the order in which they are opened.
        seats: at each table; 0: no limit.
        list_name: a check-in on this list assigns a table; empty: the list of each day.

    Raises:
        KioskError: `bad_tables`, `bad_seats`, `no_such_list`.
    """
    with store.writing():
        before = table_setup(store.connection)
        called = before.names if before else ()
        if count is not None:
            called = tuple(str(number) for number in range(1, _checked_count(count) + 1))
        elif names is not None:
            called = _checked_names(names)
        if not called:
            raise _bad_tables("The number of tables is missing.")
        if seats is not None and not 0 <= seats <= MOST_SEATS:
            raise Refused(
                "bad_seats",
                f"{seats} is no number of seats.",
                next_step=f"Give 1 to {MOST_SEATS}, or 0 for as many as come.",
            )
        list_id = before.list_id if before else ""
        if list_name is not None:
            lists = check_in_lists(store.connection)
            list_id = find_list(lists, list_name).id if list_name.strip() else ""
        kept = before.seats if before else None
        setup = TableSetup(called, kept if seats is None else seats or None, list_id)
        _write(store, {"names": list(setup.names), "seats": setup.seats, "list": setup.list_id})
    return setup


def tables_off(store: Store) -> None:
    """Deal no tables from now on; who has one keeps it."""
    with store.writing():
        _write(store, None)


def _write(store: Store, value: object) -> None:
    store.append(EventKind.SETTING, {"key": TABLES_SETTING, "value": value})


def _checked_count(count: int) -> int:
    if not 1 <= count <= MOST_TABLES:
        raise _bad_tables(f"{count} is no number of tables.")
    return count


def _checked_names(names: Iterable[str]) -> tuple[str, ...]:
    called = [text for name in names if (text := clean_text(name, limit=LONGEST_NAME))]
    if len({name.casefold() for name in called}) < len(called):
        raise _bad_tables("Two tables have the same name.")
    if len(called) > MOST_TABLES:
        raise _bad_tables(f"{len(called)} tables are too many.")
    return tuple(called)


def _bad_tables(problem: str) -> KioskError:
    return Refused(
        "bad_tables",
        problem,
        next_step=f"Give their number (1 to {MOST_TABLES}), or their names: Banyan, Neem, Palm.",
    )


def tables_now(store: Store) -> TablesNow:
    """Who sits where, of those who are in.

    Raises:
        KioskError: `no_lists`.
    """
    lists = check_in_lists(store.connection)
    setup = table_setup(store.connection)
    doors = [item for item in lists if setup is not None and setup.applies_to(item, lists)]
    shown = choose_list(doors or lists, None, store.clock())
    people = seated(store.connection, shown.id)
    names = setup.names if setup else tuple(dict.fromkeys(p.table for p in people if p.table))
    tables = _with_people(names, setup.seats if setup else None, people)
    at_one = {person.attendee_id for table in tables for person in table.people}
    elsewhere = tuple(person for person in people if person.attendee_id not in at_one)
    return TablesNow(setup, shown, tuple(lists), tables, elsewhere)


def overfilled_tables(connection: sqlite3.Connection) -> list[tuple[str, TableNow]]:
    """(name of the list, table) of each table with more people than seats."""
    setup = table_setup(connection)
    if setup is None or not setup.seats:
        return []
    lists = check_in_lists(connection)
    return [
        (item.name, table)
        for item in lists
        if setup.applies_to(item, lists)
        for table in _with_people(setup.names, setup.seats, seated(connection, item.id))
        if table.taken > setup.seats
    ]


def _with_people(
    names: Sequence[str], seats: int | None, people: Sequence[Seated]
) -> tuple[TableNow, ...]:
    at: dict[str, list[Seated]] = {name.casefold(): [] for name in names}
    for person in people:
        at.get(person.table.casefold(), []).append(person)
    return tuple(TableNow(name, seats, tuple(at[name.casefold()])) for name in names)


def deal_at_entry(
    store: Store,
    person: Attendee,
    item: CheckInList,
    lists: Sequence[CheckInList],
    setup: TableSetup | None,
    *,
    was_in: bool,
) -> tuple[Attendee, Deal | None]:
    """Assign a table to an attendee who was just checked in, inside the scan's transaction.

    An attendee keeps a table. They get another one only if they check in again (after an undo, on
    another day) and the assigned table is full or removed by then.

    Args:
        was_in: they had an entry on this list before that is not undone.

    Returns:
        The attendee as stored now, and their table; None if this list assigns none.
    """
    connection = store.connection
    own = person.extra.get(TABLE_FIELD, "")
    if not _gives_tables(setup, item, lists):
        return person, None
    if setup is None or (own and (was_in or not was_dealt(connection, person.id))):
        return person, Deal(own) if own else None
    others = [other for other in seated(connection, item.id) if other.attendee_id != person.id]
    tables = [
        Table(table.name, table.seats, tuple(map(_party_of, table.people)))
        for table in _with_people(setup.names, setup.seats, others)
    ]
    mine = next((table for table in tables if table.name.casefold() == own.casefold()), None)
    if mine is not None and mine.has_room_for(person.heads):
        return person, Deal(own)
    deal = deal_table(tables, _party_of(person))
    if deal is None or deal.table == own:
        return person, deal
    store.append(
        EventKind.EDIT,
        {"set": {EXTRA_PREFIX + TABLE_FIELD: deal.table}, "dealt": True},
        subject=person.id,
    )
    # a table typed at another desk with a faster clock has priority: show the stored one
    seated_now = attendee(connection, person.id) or person
    return seated_now, deal._replace(table=seated_now.extra.get(TABLE_FIELD, deal.table))


def freed_tables(store: Store, attendee_id: str | None = None) -> set[str]:
    """Attendees who have lost their table: it was assigned at a check-in that was undone.

    The seat is free for the next attendee. A typed or imported table stays.

    Args:
        attendee_id: the only attendee to look at; None: all.
    """
    lists = check_in_lists(store.connection)
    setup = table_setup(store.connection)
    giving = [item.id for item in lists if _gives_tables(setup, item, lists)]
    return queries.freed_tables(store.connection, giving, attendee_id)


def as_seated(store: Store, person: Attendee) -> Attendee:
    """The attendee without a table that is no longer theirs, see `freed_tables`."""
    if TABLE_FIELD not in person.extra or not freed_tables(store, person.id):
        return person
    return replace(person, extra=without_table(person.extra))


def without_table(extra: Mapping[str, str]) -> dict[str, str]:
    """Imported columns without the table."""
    return {header: value for header, value in extra.items() if header != TABLE_FIELD}


def _party_of(person: Seated | Attendee) -> Party:
    return Party(
        person.heads,
        is_first_timer(person.extra),
        person.company,
        person.order_code,
        bool(person.guest_of),
    )
