"""Which table somebody is given at check-in, so that nobody who comes alone sits alone.

The rules, the weightier first:

1. A party stays together, and no table gets more people than it has seats while another has room.
2. A guest and their host sit together.
3. Whoever sits alone gets the next one who comes.
4. A regular goes where newcomers have none yet.
5. Few tables are opened at a time: one of three people is a start, five of one are none. A
   newcomer does not open a table while one with a regular can take them.
6. Among tables of about the same size: newcomers with regulars and spread over the tables,
   companies mixed, then the smallest, then the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.text import casefold_key

TABLE_FIELD = "Table"
"""The column that holds a person's table."""
A_START = 3
"""People at a table before the next one is opened."""
NEWCOMERS_MAY_FILL = 2
"""So many more are put to a regular before a newcomer has to open a table."""
_ABOUT_THE_SAME = 1
"""Tables so many people larger than the smallest may still be the better choice."""


@dataclass(frozen=True, slots=True)
class Party:
    """One ticket's people."""

    heads: int = 1
    is_newcomer: bool = False
    company: str = ""
    order: str = ""
    """Tickets of one order, where one of them is a guest's, sit together; empty: of none."""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table and who sits there now."""

    name: str
    seats: int | None = None
    """None: as many as come."""
    parties: tuple[Party, ...] = ()

    @property
    def taken(self) -> int:
        """People there."""
        return sum(party.heads for party in self.parties)

    @property
    def newcomers(self) -> int:
        """Tickets of newcomers there."""
        return sum(party.is_newcomer for party in self.parties)

    @property
    def has_regular(self) -> bool:
        """Whether somebody there has been here before."""
        return any(not party.is_newcomer for party in self.parties)

    def has_room_for(self, heads: int) -> bool:
        """Whether so many more can sit down."""
        return self.seats is None or self.taken + heads <= self.seats


@dataclass(frozen=True, slots=True)
class Deal:
    """The table that was dealt."""

    table: str
    is_full: bool = False
    """No table had room: this is the least full one, and a chair has to be brought."""


def deal_table(tables: Sequence[Table], party: Party) -> Deal | None:
    """The table for a party that comes in now; None where there are no tables.

    Args:
        tables: in the order in which they are to be opened.
    """
    with_room = [table for table in tables if table.has_room_for(party.heads)]
    if not with_room:
        return _least_full(tables)
    for narrowed in (_of_their_own, _alone, _without_regular):
        with_room = narrowed(with_room, party) or with_room
        if len(with_room) == 1:
            return Deal(with_room[0].name)
    candidates = _about_the_same(_opened_so_far(with_room, party))
    places = {table.name: place for place, table in enumerate(tables)}
    chosen = min(candidates, key=lambda table: (*_merits(table, party), places[table.name]))
    return Deal(chosen.name)


def table_words(name: str) -> str:
    """`Table 3`; a name that says so itself stays as it is."""
    return name if "table" in name.casefold() else f"Table {name}"


def _least_full(tables: Sequence[Table]) -> Deal | None:
    if not tables:
        return None
    return Deal(min(tables, key=lambda table: table.taken - (table.seats or 0)).name, is_full=True)


def _of_their_own(tables: list[Table], party: Party) -> list[Table]:
    """Where the host of this guest, or a guest of this host, sits."""
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
    """The tables among which a party is dealt before, if need be, another one is opened."""
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
