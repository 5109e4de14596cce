"""`kiosk find`, `show`, `edit` and `walk-in`."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.text import escape_surrogates
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import find_list, moment_text
from kiosk.services.event.event import event_info
from kiosk.services.people.lookup import Lookup
from kiosk.services.people.people import edit, find_attendee, walk_in
from kiosk.storage.queries.attendees import codes_of, transfers_of
from kiosk.storage.queries.badges import printed_badge
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import scans_of
from kiosk.ui.cli.commands.checkin import input_lines
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.records import attendee_json, scan_json

_SHOWN = 60
"""Characters of a query that are repeated."""


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    find = subparsers.add_parser("find", help="look people up")
    find.add_argument("query", nargs="+", metavar="QUERY", help="a name ..., or - for one per line")
    find.add_argument("--limit", type=int, default=10, metavar="N")
    find.set_defaults(handler=_find)
    show = subparsers.add_parser("show", help="one person")
    show.add_argument("attendee", metavar="ID")
    show.set_defaults(handler=_show)
    change = subparsers.add_parser("edit", help="correct one person")
    change.add_argument("attendee", metavar="ID")
    change.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", required=True)
    change.add_argument("--check-in", action="store_true", help="and check them in")
    change.add_argument("--list", dest="list_name", metavar="L", help="the list to check in on")
    change.set_defaults(handler=_edit)
    new = subparsers.add_parser("walk-in", help="register somebody at the door")
    new.add_argument("--name", required=True, metavar="N")
    new.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    new.add_argument("--check-in", action="store_true")
    new.add_argument("--list", dest="list_name", metavar="L", help="the list to check in on")
    new.set_defaults(handler=_walk_in)
    return [find, show, change, new]


def _found_json(person: Attendee, arrived: set[str]) -> dict[str, Any]:
    record = attendee_json(person)
    record.pop("party")
    return {**record, "checked_in": person.id in arrived}


def _find(line: CommandLine) -> int:
    options = line.options
    if options.limit < 1:
        raise KioskError("bad_limit", "--limit wants a number of 1 or more.")
    lookup = Lookup.load(line.store)
    if options.query == ["-"]:
        for text in input_lines():
            _answer(line, lookup, text, options.limit)
        return 0
    _answer(line, lookup, " ".join(options.query), options.limit)
    return 0


def _answer(line: CommandLine, lookup: Lookup, query: str, limit: int) -> None:
    found = lookup.search(line.store, query, limit).people
    if line.console.as_json:
        line.console.json([_found_json(person, lookup.arrived) for person in found])
    else:
        for person in found:
            mark = "✓" if person.id in lookup.arrived else " "
            details = " · ".join(
                part for part in (person.company, person.email, person.ticket_type) if part
            )
            line.console.show(f"{mark} {person.label}  {details}  {person.id}")
        if not found:
            shown = query if len(query) <= _SHOWN else f"{query[:_SHOWN]}…"
            line.console.say(f"Nobody found for “{shown}”.")


def person_json(line: CommandLine, person: Attendee) -> dict[str, Any]:
    """Everything known of one person."""
    connection = line.store.connection
    zone = event_info(line.store).zone
    names = {item.id: item.name for item in check_in_lists(connection)}
    badge = printed_badge(connection, person.id)
    return {
        **attendee_json(person),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "phone": person.phone,
        "status_word": person.status_word,
        "guest_of": person.guest_of,
        "note": person.note,
        "attention": person.to_acknowledge,
        "source": person.source,
        "arrived_at_source": person.arrived_at_source,
        "first_time": is_first_timer(person.extra),
        "table": person.extra.get(TABLE_FIELD) or None,
        "passed_on": [
            {
                "from": transfer.old_name,
                "at": moment_text(transfer.at_ms, zone),
                "desk": transfer.desk,
                "reason": transfer.reason,
            }
            for transfer in transfers_of(connection, person.id)
        ],
        "codes": codes_of(connection, person.id),
        "badge_code": badge_code(person.id),
        "fields": dict(person.extra),
        "badge": {"printed": bool(badge), "box": badge.box or None, "slot": badge.slot or None}
        if badge
        else {"printed": False, "box": None, "slot": None},
        "check_ins": [
            {
                "list": names.get(row.list_id, row.list_id),
                "at": moment_text(row.at_ms, zone),
                "desk": row.desk,
                "direction": row.direction,
                "outcome": row.outcome,
                "heads": row.heads,
                "forced": row.forced,
                "reason": row.reason,
                "undone": row.undone,
            }
            for row in scans_of(connection, person.id)
        ],
    }


_IN_LINES_OF_THEIR_OWN = frozenset({"name", "check_ins", "fields", "badge", "passed_on"})


def print_person(line: CommandLine, person: Attendee) -> None:
    """Everything known of one person, on stdout."""
    record = person_json(line, person)
    if line.console.as_json:
        line.console.json(record)
        return
    line.console.show(person.label)
    for key, value in record.items():
        if key not in _IN_LINES_OF_THEIR_OWN and value not in ("", None, [], False):
            shown = ", ".join(value) if isinstance(value, list) else value
            shown = "yes" if shown is True else shown
            line.console.show(f"  {key.replace('_', ' ')}: {shown}")
    for header, value in record["fields"].items():
        line.console.show(f"  {header}: {value}")
    for given in record["passed_on"]:
        reason = f" ({given['reason']})" if given["reason"] else ""
        line.console.show(
            f"  {given['at']} {given['desk']}: passed on from {given['from']}{reason}"
        )
    for row in record["check_ins"]:
        undone = " (undone)" if row["undone"] else ""
        line.console.show(
            f"  {row['at']} {row['desk']}: {row['direction']} {row['outcome']} "
            f"on “{row['list']}”{undone}"
        )


def _show(line: CommandLine) -> int:
    print_person(line, find_attendee(line.store, line.options.attendee))
    return 0


def changes_given(given: list[str]) -> dict[str, str]:
    changes = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise KioskError(
                "bad_set",
                f"“{item}” does not say which field gets which value.",
                saved="Nothing was changed.",
                next_step='Write it as --set company="Acme".',
            )
        changes[escape_surrogates(name)] = value
    return changes


def _edit(line: CommandLine) -> int:
    options = line.options
    if options.list_name is not None:
        find_list(check_in_lists(line.store.connection), options.list_name)  # before anything
    person = edit(line.store, options.attendee, changes_given(options.set))
    if options.check_in:
        return _check_in(line, person)
    print_person(line, person)
    return 0


def _walk_in(line: CommandLine) -> int:
    options = line.options
    if options.list_name is not None:
        find_list(check_in_lists(line.store.connection), options.list_name)  # before anything
    person = walk_in(line.store, options.name, changes_given(options.set))
    if not options.check_in:
        print_person(line, person)
        return 0
    return _check_in(line, person)


def _check_in(line: CommandLine, person: Attendee) -> int:
    order = ScanOrder(attendee_id=person.id, list_name=line.options.list_name)
    result = scan(line.store, order)
    if result.attendee is not None:
        person = result.attendee  # with the table that was dealt
    if line.console.as_json:
        zone = event_info(line.store).zone
        line.console.json({**person_json(line, person), "scan": scan_json(result, zone)})
    else:
        line.console.show(result.message)
    return 0 if result.outcome == "ok" else 1
