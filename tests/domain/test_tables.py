"""Properties of table assignment, for any order of arrival."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.tables import (
    A_START,
    NEWCOMERS_MAY_FILL,
    Deal,
    Party,
    Table,
    deal_table,
    table_words,
)

COMPANIES = ("", "Acme", "acme ", "Zoho")
singles = st.builds(
    Party,
    heads=st.just(1),
    is_newcomer=st.booleans(),
    company=st.sampled_from(COMPANIES),
    order=st.just(""),
    is_guest=st.just(False),
)
parties = st.builds(
    Party,
    heads=st.integers(1, 4),
    is_newcomer=st.booleans(),
    company=st.sampled_from(COMPANIES),
    order=st.sampled_from(("", "", "A", "B")),
    is_guest=st.booleans(),
)
seats = st.one_of(st.none(), st.integers(2, 8))


def empty(count: int, seats: int | None = None) -> list[Table]:
    return [Table(str(number), seats) for number in range(1, count + 1)]


def seat(tables: list[Table], party: Party) -> tuple[list[Table], Deal]:
    """One arrival."""
    deal = deal_table(tables, party)
    assert deal is not None
    return [
        table._replace(parties=(*table.parties, party)) if table.name == deal.table else table
        for table in tables
    ], deal


def all_seated(tables: list[Table], arrivals: list[Party]) -> list[Table]:
    for party in arrivals:
        tables, _ = seat(tables, party)
    return tables


def sizes(tables: list[Table]) -> list[int]:
    return [table.taken for table in tables]


REGULAR, NEWCOMER = Party(), Party(is_newcomer=True)


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        ([REGULAR], [1, 0, 0]),
        ([REGULAR, REGULAR], [2, 0, 0]),
        ([REGULAR] * 4, [3, 1, 0]),
        ([REGULAR] * 5, [3, 2, 0]),
        ([REGULAR] * 9, [3, 3, 3]),
        ([REGULAR] * 10, [4, 3, 3]),
        ([REGULAR] * 12, [4, 4, 4]),
        ([REGULAR, *[NEWCOMER] * 4], [5, 0, 0]),
        ([REGULAR, *[NEWCOMER] * 6], [5, 2, 0]),
        ([REGULAR, *[NEWCOMER] * 5, REGULAR], [5, 2, 0]),
        ([NEWCOMER, NEWCOMER, REGULAR], [3, 0, 0]),
        ([Party(heads=4), Party(heads=2), REGULAR], [4, 3, 0]),
    ],
)
def test_people_are_dealt(arrivals: list[Party], expected: list[int]) -> None:
    """Pairs first, then threes, then the next table, then all evenly."""
    assert expected == sizes(all_seated(empty(3), arrivals))


def test_companies_mix() -> None:
    """Two of one company do not share a table where another is as good."""
    acme, zoho = Party(company="Acme"), Party(company="Zoho")
    tables = [Table("1", None, (acme,) * 3), Table("2", None, (zoho,) * 3)]

    assert ("2", "1") == tuple(seat(tables, party)[1].table for party in (acme, zoho))


def test_newcomers_are_spread() -> None:
    """Each goes to the regulars who have the fewest newcomers."""
    tables = [
        Table("1", None, (REGULAR, REGULAR, NEWCOMER)),
        Table("2", None, (REGULAR, REGULAR, REGULAR)),
    ]

    assert "2" == seat(tables, NEWCOMER)[1].table


def test_guests_sit_with_their_host() -> None:
    """Whichever of the two comes first."""
    host, guest = Party(order="A"), Party(order="A", is_guest=True)
    with_host = [Table("1", None, (REGULAR, REGULAR)), Table("2", None, (host, REGULAR))]
    with_guest = [Table("1", None, (REGULAR, REGULAR)), Table("2", None, (guest, REGULAR))]

    assert ("2", "2") == (seat(with_host, guest)[1].table, seat(with_guest, host)[1].table)


def test_an_order_without_guests_is_no_party() -> None:
    """A company that buys ten tickets at once meets others."""
    ordered = Party(order="A", company="Acme")
    tables = [Table("1", None, (ordered,) * 3), Table("2", None, (REGULAR,) * 3)]

    assert "2" == seat(tables, ordered)[1].table


def test_when_all_are_full_the_least_full_is_said() -> None:
    """A missing chair is reported."""
    tables = [Table("1", 2, (REGULAR,) * 3), Table("2", 2, (REGULAR,) * 2)]

    assert Deal("2", is_full=True) == deal_table(tables, REGULAR)


def test_without_tables_nothing_is_dealt() -> None:
    """There is no table of nothing."""
    assert None is deal_table([], REGULAR)


@pytest.mark.parametrize(
    ("name", "words"), [("3", "Table 3"), ("Banyan", "Table Banyan"), ("Long table", "Long table")]
)
def test_a_table_is_called_so(name: str, words: str) -> None:
    """Once, not twice."""
    assert words == table_words(name)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), seats, st.lists(parties, max_size=30))
def test_capacity_is_respected(count: int, limit: int | None, arrivals: list[Party]) -> None:
    """A table gets more people than seats only when no table has space for the party."""
    tables = empty(count, limit)
    for party in arrivals:
        had_room = any(table.has_room_for(party.heads) for table in tables)
        tables, deal = seat(tables, party)
        chosen = next(table for table in tables if table.name == deal.table)

        assert had_room is not deal.is_full
        assert deal.is_full or chosen.seats is None or chosen.taken <= chosen.seats


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), seats, st.lists(singles, max_size=40))
def test_nobody_who_comes_alone_sits_alone_for_long(
    count: int, limit: int | None, arrivals: list[Party]
) -> None:
    """At no time is more than one person alone at a table, and the next arrival joins them."""
    tables = empty(count, limit)
    for party in arrivals:
        alone_before = [table.name for table in tables if table.taken == 1]
        tables, deal = seat(tables, party)

        assert sum(table.taken == 1 for table in tables) <= 1
        assert not alone_before or deal.table in alone_before or deal.is_full


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), seats, st.lists(singles, max_size=40))
def test_newcomers_sit_with_regulars(count: int, limit: int | None, arrivals: list[Party]) -> None:
    """A newcomer is not dealt to newcomers while a begun table with a regular can take them, and
    a regular goes to newcomers who have none."""
    tables = empty(count, limit)
    for party in arrivals:
        free = [table for table in tables if table.has_room_for(1)]
        alone = [table for table in free if table.taken == 1]
        hosting = [
            table
            for table in free
            if table.has_regular and table.taken < A_START + NEWCOMERS_MAY_FILL
        ]
        waiting = [table for table in free if table.parties and not table.has_regular]
        before = {table.name: table for table in tables}
        tables, deal = seat(tables, party)
        chosen = before[deal.table]
        if not free or alone:
            continue
        if party.is_newcomer and hosting:
            assert chosen.has_regular
        if not party.is_newcomer and waiting:
            assert not chosen.has_regular


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.lists(singles, max_size=60))
def test_sizes_stay_balanced(count: int, arrivals: list[Party]) -> None:
    """Open tables never differ by more than the start size and the newcomers who may fill it."""
    tables = all_seated(empty(count), arrivals)
    begun = [size for size in sizes(tables) if size]
    widest = A_START + NEWCOMERS_MAY_FILL

    assert not begun or max(begun) - min(begun) <= widest
    if any(size == 0 for size in sizes(tables)):
        assert max(sizes(tables)) <= widest + 1


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(0, 60))
def test_regulars_alone_are_dealt_evenly(count: int, people: int) -> None:
    """Once every table is begun, they differ by one person."""
    found = sizes(all_seated(empty(count), [REGULAR] * people))

    assert people < count * A_START or max(found) - min(found) <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), seats, st.lists(parties, max_size=30))
def test_the_deal_is_always_the_same(count: int, limit: int | None, arrivals: list[Party]) -> None:
    """It depends on who sits where, not on chance, nor on the order in which they came there."""
    tables = all_seated(empty(count, limit), arrivals)
    shuffled = [table._replace(parties=table.parties[::-1]) for table in tables]

    assert deal_table(tables, NEWCOMER) == deal_table(shuffled, NEWCOMER)
