"""`kiosk new` and `kiosk lists`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from kiosk.domain.checkin.rules import CheckInList, ListKind
from kiosk.errors import KioskError
from kiosk.services.checkin import lists as list_service
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import create_event, event_info, parse_day
from kiosk.services.setup.recent import remember_event
from kiosk.storage.queries.lists import check_in_lists
from kiosk.ui.cli.console import CommandLine, at_home, say_types_nobody_has


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    new = subparsers.add_parser("new", help="make an event file")
    new.add_argument("file", type=Path, metavar="FILE")
    new.add_argument("--name", required=True, help="the event's name")
    new.add_argument("--day", action="append", default=[], metavar="DATE", help="2027-02-16")
    new.add_argument("--timezone", metavar="TZ", help="for example Asia/Kolkata")
    new.add_argument("--list", action="append", default=[], metavar="NAME", dest="lists")
    new.set_defaults(handler=_new)
    lists = subparsers.add_parser("lists", help="show or change check-in lists")
    lists.add_argument("action", nargs="?", choices=("add", "set", "remove"))
    lists.add_argument("name", nargs="?", metavar="NAME")
    lists.add_argument(
        "--opens", metavar="T", help="2027-02-16T09:00 or '16 Feb 9:00'; empty: always was"
    )
    lists.add_argument("--closes", metavar="T")
    lists.add_argument("--type", action="append", metavar="TYPE", dest="types")
    lists.add_argument("--entry", metavar="RULE", help="once, re-entry, daily or many")
    lists.add_argument("--kind", metavar="KIND", help=f"what it is for: {', '.join(ListKind)}")
    lists.add_argument("--rename", metavar="NEW", help="with set: its name from now on")
    lists.set_defaults(handler=_lists)
    return [new, lists]


def list_json(item: CheckInList, line: CommandLine) -> dict[str, Any]:
    """A list as the contract has it."""
    zone = event_info(line.store).zone
    return {
        "name": item.name,
        "opens": moment_text(item.opens_ms, zone),
        "closes": moment_text(item.closes_ms, zone),
        "types": list(item.ticket_types),
        "entry": str(item.entry),
    }


def _new(line: CommandLine) -> int:
    options = line.options
    path = at_home(options.file)
    if not path.suffix and not os.path.lexists(path):
        path = path.with_name(f"{path.name}.kiosk")
    store = create_event(
        path,
        name=options.name,
        days=[parse_day(day) for day in options.day],
        timezone=options.timezone,
        list_names=options.lists,
        desk=line.desk,
    )
    line.adopt(store)
    remember_event(path)
    lists = [list_json(item, line) for item in check_in_lists(store.connection)]
    if line.console.as_json:
        line.console.json({"event": str(path), "lists": lists})
    else:
        line.console.show(f"Made {path} with: {', '.join(item['name'] for item in lists)}.")
        line.console.say(f"Next: kiosk -e {path} import FILE")
    return 0


def _lists(line: CommandLine) -> int:
    options = line.options
    if options.action and not options.name:
        raise KioskError(
            "list_name_missing",
            f"`kiosk lists {options.action}` needs the name of a list.",
            saved="Nothing was changed.",
        )
    window = (options.opens, options.closes)
    given = (*window, options.types, options.entry, options.kind, options.rename)
    if options.action in (None, "remove") and any(value is not None for value in given):
        raise KioskError(
            "action_missing",
            "It is not said which list these options are for.",
            saved="Nothing was changed.",
            next_step="Use `kiosk lists add NAME ...` or `kiosk lists set NAME ...`.",
        )
    if options.action == "remove":
        list_service.remove_list(line.store, options.name)
    elif options.action:
        list_service.save_list(
            line.store,
            options.name,
            is_new=options.action == "add",
            opens=options.opens,
            closes=options.closes,
            ticket_types=options.types,
            entry=options.entry,
            kind=options.kind,
            rename=options.rename,
        )
        say_types_nobody_has(line, options.types)
    shown = [list_json(item, line) for item in check_in_lists(line.store.connection)]
    if line.console.as_json:
        line.console.json(shown)
        return 0
    for item in shown:
        hours = f"{item['opens'] or 'always'} to {item['closes'] or 'no end'}"
        types = ", ".join(item["types"]) or "all types"
        line.console.show(f"{item['name']}  ·  {hours}  ·  {types}  ·  {item['entry']}")
    return 0
