"""Read the rows of the attendance list: tickets, their first entries and their answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.domain.people.registration import PERSON_FIELDS
from kiosk.storage.queries.badges import BADGE_STATE
from kiosk.storage.queries.scans import ENTERED

_REMEMBERED = 10_000
"""Different texts that are kept, so that equal ones (a shirt size, a meal) are read once."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tickets are listed."""

    arrived: bool | None = None
    """True: checked in. False: valid and not checked in. None: all."""
    list_ids: Collection[str] | None = None
    """Entries on these lists count; None: on any."""
    ticket_types: Collection[str] | None = None
    """Only these, exactly as written; None: all. Used for tickets that are not checked in."""
    ids: Collection[str] | None = None
    """Only these tickets; None: all. Used for tickets that are not checked in."""

    def where(self) -> tuple[str, tuple[str, ...]]:
        """The condition on `attendee` and its values."""
        if self.arrived is None:
            return "1", ()
        on_list, values = among("list_id", self.list_ids)
        entered = (
            "EXISTS (SELECT 1 FROM scan WHERE scan.attendee_id = attendee.id "
            f"AND {ENTERED}{on_list})"
        )
        if self.arrived:
            return entered, values
        condition = f"status = 'valid' AND NOT {entered}"
        for column, wanted in (("ticket_type", self.ticket_types), ("attendee.id", self.ids)):
            more, wanted_values = among(column, wanted)
            condition, values = condition + more, (*values, *wanted_values)
        return condition, values


def among(column: str, wanted: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that a column has one of these values, to add, and its values; None: any."""
    if wanted is None:
        return "", ()
    return f" AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(list(wanted)),)


FIELD_SEPARATOR = "\x1f"
"""Between the fields that are read as one text."""

FIELDS = (*PERSON_FIELDS, "status", "heads", "guest_of", "note")
"""Fields of a ticket in the attendance list, in its order; its code follows."""

_BY_NAME = "ORDER BY name = '', name COLLATE NOCASE"
_CODE = """coalesce(
    json_extract(attendee.codes, '$[0][0]'), json_extract(attendee.codes, '$[1][0]'),
    (SELECT min(code) FROM binding WHERE binding.attendee_id = attendee.id), '')"""


def _attendance_sql(field: str) -> str:
    """The statement for the rows of `attendance_rows`.

    Args:
        field: how a text is read, with `{}` for its name.
    """
    marks = FIELD_SEPARATOR.join(["%s"] * (len(FIELDS) + 1))
    fields = ", ".join(field.format(name) for name in (*FIELDS, _CODE))
    place = FIELD_SEPARATOR.join(["%s"] * 4)
    box = field.format("coalesce(badge.box, '')")
    return f"""
SELECT attendee.id, printf('{marks}', {fields}), badge.at_ms,
    printf('{place}', {box}, coalesce(nullif(badge.slot, 0), ''), {BADGE_STATE},
        {field.format("source")}), extra
FROM attendee LEFT JOIN badge ON badge.attendee_id = attendee.id
"""


_ATTENDANCE = _attendance_sql("{}")
_ATTENDANCE_CLEANED = _attendance_sql(f"replace({{}}, '{FIELD_SEPARATOR}', ' ')")


def count_selected(connection: sqlite3.Connection, selection: Selection) -> int:
    """The number of selected tickets."""
    where, values = selection.where()
    row = connection.execute(f"SELECT count(*) FROM attendee WHERE {where}", values).fetchone()
    return int(row[0])


def attendance_rows(
    connection: sqlite3.Connection, selection: Selection
) -> Iterator[tuple[str, str, int | None, str, str]]:
    """The selected tickets, sorted by name.

    A row is (id; `FIELDS` and the code that a scanner reads first; ms UTC of the newest badge or
    None; box, slot and source; imported columns as a JSON object of header to value). Fields are
    joined by `FIELD_SEPARATOR`: an export of 100,000 people is mostly the making of texts.

    A field that contains the separator itself is read with a space in its place. The `+` keeps
    SQLite from reading by the index of ids, which would not save the sort.
    """
    where, values = selection.where()
    for row in connection.execute(f"{_ATTENDANCE} WHERE {where} {_BY_NAME}, +attendee.id", values):
        separators = row[1].count(FIELD_SEPARATOR) - len(FIELDS)
        if separators or row[3].count(FIELD_SEPARATOR) != 2:
            row = connection.execute(
                f"{_ATTENDANCE_CLEANED} WHERE attendee.id = ?", (row[0],)
            ).fetchone()
        yield row


def all_entries(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int, str, int]]:
    """(attendee, list, at_ms, desk, heads) of every entry that is not undone, oldest first."""
    return connection.execute(
        f"SELECT attendee_id, list_id, at_ms, desk, heads FROM scan WHERE {ENTERED} "
        "ORDER BY at_ms, log_id, seq"
    )


def extra_header_orders(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Every sequence of imported headers that a ticket has, each in the order of its file."""
    orders: set[tuple[str, ...]] = set()
    seen: set[str] = set()
    for (text,) in connection.execute("SELECT extra FROM attendee WHERE extra != '{}'"):
        if text in seen:
            continue
        orders.add(tuple(json.loads(text)))
        if len(seen) < _REMEMBERED:
            seen.add(text)
    return orders


def parties(connection: sqlite3.Connection) -> dict[str, int]:
    """Ticket to its number of people, for tickets that admit more than one."""
    return dict(connection.execute("SELECT id, heads FROM attendee WHERE heads > 1"))


def count_from_source(connection: sqlite3.Connection, source: str) -> int:
    """The number of tickets from one source."""
    row = connection.execute("SELECT count(*) FROM attendee WHERE source = ?", (source,)).fetchone()
    return int(row[0])


def selected_names(connection: sqlite3.Connection, selection: Selection) -> list[tuple[str, str]]:
    """(name, name of the host) of the selected tickets, sorted by name."""
    where, values = selection.where()
    return connection.execute(
        f"SELECT name, guest_of FROM attendee WHERE {where} {_BY_NAME}, id", values
    ).fetchall()


class ListedPerson(NamedTuple):
    """A ticket, as the list of the report shows it."""

    attendee_id: str
    name: str
    guest_of: str
    company: str
    ticket_type: str
    email: str
    heads: int
    status: str


def listed_people(connection: sqlite3.Connection, selection: Selection) -> Iterator[ListedPerson]:
    """The selected tickets, sorted by name as in the other formats."""
    where, values = selection.where()
    rows = connection.execute(
        "SELECT id, name, guest_of, company, ticket_type, email, heads, status FROM attendee "
        f"WHERE {where} {_BY_NAME}, id",
        values,
    )
    return map(ListedPerson._make, rows)
