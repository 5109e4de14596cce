"""Assign a table at check-in, so that attendees who come alone do not sit alone.

The rules, the most important first:

1. A party stays together, and no table gets more people than seats while another has space.
2. A guest and their host sit together.
3. A person who sits alone gets the next one who arrives.
4. A regular goes to a table where newcomers have none yet.
5. Few tables are open at a time: three people are a start, five tables with one person are not.
   A newcomer opens no table while one with a regular has space.
6. Among tables of about the same size: newcomers with regulars and spread over the tables,
   companies mixed, then the smallest, then the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kiosk.domain.text import casefold_key, escape_controls

TABLE_FIELD = "Table"
"""The column with the attendee's table."""
A_START = 3
"""People at a table before the next one is opened."""
NEWCOMERS_MAY_FILL = 2
"""So many more join a regular before a newcomer has to open a table."""
_ABOUT_THE_SAME = 1
"""Tables larger than the smallest by this many people may still be chosen."""


class Party(NamedTuple):
    """The people of one ticket."""

    heads: int = 1
    is_newcomer: bool = False
    company: str = ""
    order: str = ""
    """Tickets of one order, where one of them is a guest ticket, sit together; empty: no order."""
    is_guest: bool = False


class Table(NamedTuple):
    """A table and the people at it."""

    name: str
    seats: int | None = None
    """None: no limit."""
    parties: tuple[Party, ...] = ()

    @property
    def taken(self) -> int:
        """The number of people at it."""
        return sum(party.heads for party in self.parties)

    @property
    def newcomers(self) -> int:
        """The number of newcomer tickets at it."""
        return sum(party.is_newcomer for party in self.parties)

    @property
    def has_regular(self) -> bool:
        """Whether one of them has attended before."""
        return any(not party.is_newcomer for party in self.parties)

    def has_room_for(self, heads: int) -> bool:
        """Whether so many more people fit."""
        return self.seats is None or self.taken + heads <= self.seats


class Deal(NamedTuple):
    """The assigned table."""

    table: str
    is_full: bool = False
    """No table had space: this is the least full one, and a chair must be added."""


def deal_table(tables: Sequence[Table], party: Party) -> Deal | None:
    """Assign a table to a party; None where there are no tables.

    Args:
        tables: in the order in which they are opened.
    """
    with_space = [table for table in tables if table.has_room_for(party.heads)]
    if not with_space:
        return _least_full(tables)
    for narrowed in (_of_their_host, _alone, _without_regular):
        with_space = narrowed(with_space, party) or with_space
        if len(with_space) == 1:
            return Deal(with_space[0].name)
    candidates = _about_the_same(_opened_so_far(with_space, party))
    places = {table.name: place for place, table in enumerate(tables)}
    chosen = min(candidates, key=lambda table: (*_merits(table, party), places[table.name]))
    return Deal(chosen.name)


def table_words(name: str) -> str:
    """`Table 3`; a name that contains the word is not changed."""
    return name if "table" in name.casefold() else f"Table {name}"


def table_phrase(table: str, *, is_full: bool) -> str:
    """`Table 3`, and what to do if all tables are full."""
    full = " (all are full: bring a chair)" if is_full else ""
    return escape_controls(table_words(table)) + full


def _least_full(tables: Sequence[Table]) -> Deal | None:
    if not tables:
        return None
    return Deal(min(tables, key=lambda table: table.taken - (table.seats or 0)).name, is_full=True)


def _of_their_host(tables: list[Table], party: Party) -> list[Table]:
    """The tables of the host of this guest, or of a guest of this host."""
    if not party.order:
        return []

    def belongs(other: Party) -> bool:
        return other.order == party.order and (other.is_guest or party.is_guest)

    return [table for table in tables if any(map(belongs, table.parties))]


def _alone(tables: list[Table], party: Party) -> list[Table]:
    return [table for table in tables if table.taken == 1]


def _without_regular(tables: list[Table], party: Party) -> list[Table]:
    if party.is_newcomer:
        return []
    return [table for table in tables if table.parties and not table.has_regular]


def _opened_so_far(tables: list[Table], party: Party) -> list[Table]:
    """The tables to choose from before another one is opened."""
    opened = [table for table in tables if table.parties]
    if party.is_newcomer:
        most = A_START + NEWCOMERS_MAY_FILL
        hosting = [table for table in opened if table.has_regular and table.taken < most]
        if hosting:
            return hosting
    begun = [table for table in opened if table.taken < A_START]
    empty = [table for table in tables if not table.parties]
    return begun or empty or opened


def _about_the_same(tables: list[Table]) -> list[Table]:
    most = min(table.taken for table in tables) + _ABOUT_THE_SAME
    return [table for table in tables if table.taken <= most]


def _merits(table: Table, party: Party) -> tuple[bool, int, int, int]:
    company = casefold_key(party.company)
    colleagues = (
        sum(casefold_key(other.company) == company for other in table.parties) if company else 0
    )
    if party.is_newcomer:
        return not table.has_regular, colleagues, table.newcomers, table.taken
    return False, colleagues, table.taken, 0
