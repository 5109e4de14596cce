"""Some columns of a table, for those who want no more: a mailing list."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from kiosk.errors import KioskError
from kiosk.exporters.table import SEPARATOR, Table


def only_columns(table: Table, titles: Sequence[str]) -> Table:
    """The table with these columns in this order; each may be asked for once.

    A title is compared without case, spaces and hyphens (`email` is `E-mail`).

    Raises:
        KioskError: `no_such_column`, with the nearest that there is.
    """
    places = {_key(column.title): number for number, column in enumerate(table.columns)}
    chosen: list[int] = []
    for title in titles:
        place = places.get(_key(title))
        if place is None:
            raise _unknown(title, table)
        if place not in chosen:
            chosen.append(place)
    columns = tuple(table.columns[place] for place in chosen)
    return Table(columns, _cut(table.rows, chosen), table.total)


def one_per_address(table: Table, title: str) -> Table:
    """The first row of each address in that column, whatever its case; none without an address.

    `total` stays what it was: how many are left is known when they are written.

    Raises:
        KioskError: `no_such_column`.
    """
    titles = [_key(column.title) for column in table.columns]
    if _key(title) not in titles:
        raise _unknown(title, table)
    place = titles.index(_key(title))

    def rows() -> Iterator[str]:
        seen = {""}
        for row in table.rows:
            address = row.split(SEPARATOR)[place].strip().casefold()
            if address not in seen:
                seen.add(address)
                yield row

    return Table(table.columns, rows(), table.total)


def _cut(rows: Iterator[str], places: Sequence[int]) -> Iterator[str]:
    for row in rows:
        cells = row.split(SEPARATOR)
        yield SEPARATOR.join([cells[place] for place in places])


def _key(title: str) -> str:
    return "".join(char for char in title.casefold() if char not in " -_\t")


def _unknown(title: str, table: Table) -> KioskError:
    names = [column.title for column in table.columns]
    near = difflib.get_close_matches(title, names, n=1, cutoff=0.6)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return KioskError(
        "no_such_column",
        f"There is no column “{title.strip()}”.",
        saved="Nothing was written.",
        next_step=f"{hint}The columns are: {', '.join(names)}.",
    )
