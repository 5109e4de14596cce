"""`kiosk tables`."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.domain.checkin.tables import table_words
from kiosk.domain.people.first_time import FIRST_TIME_MARK, is_first_timer
from kiosk.domain.text import escape_surrogates
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.checkin.tables import TableNow, TablesNow, set_tables, tables_now, tables_off
from kiosk.storage.queries.tables import Seated
from kiosk.ui.cli.console import CommandLine


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    parser = subparsers.add_parser(
        "tables",
        help="deal tables at check-in, so that newcomers sit with regulars",
        description="Deals a table at check-in, so that newcomers sit with regulars and companies "
        "mix; without options it shows who sits where. One person's table is corrected with "
        "kiosk edit ID --set table=3.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--set", dest="count", type=int, metavar="N", help="so many tables")
    which.add_argument("--names", metavar="A,B,C", help="tables of these names")
    which.add_argument("--off", action="store_true", help="deal none from now on")
    parser.add_argument("--seats", type=int, metavar="K", help="at each table; 0: no limit")
    parser.add_argument(
        "--list", dest="list_name", metavar="L", help="dealt at this list; empty: at each day's"
    )
    parser.set_defaults(handler=_tables)
    return [parser]


def _tables(line: CommandLine) -> int:
    options = line.options
    given = (options.count, options.names, options.seats, options.list_name)
    if options.off:
        if given != (None, None, None, None):
            raise KioskError(
                "bad_usage",
                "--off stands alone.",
                saved="Nothing was changed.",
                next_step="Leave --seats and --list out.",
            )
        tables_off(line.store)
    elif given != (None, None, None, None):
        names = options.names
        set_tables(
            line.store,
            count=options.count,
            names=None if names is None else escape_surrogates(names).split(","),
            seats=options.seats,
            list_name=options.list_name,
        )
    now = tables_now(line.store)
    if line.console.as_json:
        line.console.json(tables_json(now))
    else:
        for text in table_lines(now):
            line.console.show(text)
    return 0


def tables_json(now: TablesNow) -> dict[str, Any]:
    """The tables as the command line's JSON has them."""
    setup = now.setup
    names = {item.id: item.name for item in now.lists}
    return {
        "on": setup is not None,
        "dealt_at": names.get(setup.list_id) if setup else None,
        "list": now.list.name,
        "seats": setup.seats if setup else None,
        "tables": [
            {
                "name": table.name,
                "seats": table.seats,
                "taken": table.taken,
                "first_timers": table.newcomers,
                "people": [_seated_json(person) for person in table.people],
            }
            for table in now.tables
        ],
        "elsewhere": [{**_seated_json(p), "table": p.table or None} for p in now.elsewhere],
    }


def _seated_json(person: Seated) -> dict[str, Any]:
    return {
        "id": person.attendee_id,
        "name": person.name,
        "company": person.company,
        "party": person.heads,
        "first_time": is_first_timer(person.extra),
    }


def table_lines(now: TablesNow) -> list[str]:
    """Each table with who sits there."""
    lines = []
    if now.setup is None:
        lines.append("No tables are dealt. kiosk tables --set 6 --seats 8 deals six of eight.")
    for table in now.tables:
        lines.append(f"{table_words(table.name)}: {_taken(table)}")
        lines += [f"  {_who(person)}" for person in table.people]
    if now.elsewhere and now.tables:
        lines.append("In, at no table of these:")
        lines += [f"  {_who(person)}  {person.table}".rstrip() for person in now.elsewhere]
    return lines


def _taken(table: TableNow) -> str:
    of = f" of {table.seats}" if table.seats else ""
    newcomers = f", {table.newcomers} here for the first time" if table.newcomers else ""
    seats = f", {counted(table.seats, 'seat')}" if table.seats else ""
    return f"{table.taken}{of}{newcomers}" if table.taken else f"nobody yet{seats}"


def _who(person: Seated) -> str:
    name = person.name or f"Guest of {person.guest_of}"
    party = f"party of {person.heads}" if person.heads > 1 else ""
    mark = FIRST_TIME_MARK if is_first_timer(person.extra) else ""
    return "  ".join(part for part in (name, person.company, party, mark) if part)
