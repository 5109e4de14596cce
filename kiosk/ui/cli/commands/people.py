"""`kiosk find`, `show`, `edit`, `walk-in` and `transfer`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import choose_list, event_lists, moment_text, named_list
from kiosk.services.checkin.verdict_text import is_late
from kiosk.services.event.event import event_info
from kiosk.services.people.lookup import Lookup
from kiosk.services.people.people import (
    edit,
    email_given,
    find_attendee,
    registered_like,
    state_of_badge,
    walk_in,
)
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.ui.cli.commands.pin import with_permission
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import command, list_option, pin_option, repeatable
from kiosk.ui.cli.records import attendee_json, badge_json, changes_given, rights_json, scan_json
from kiosk.ui.cli.streams import input_lines

_QUERY_SHOWN = 60
"""Characters of a query that a message repeats."""


@command("find", reads=True)
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@click.option("--limit", default=10, metavar="N", help="Most people to show; default: 10.")
@list_option("Mark the people who are checked in on this list; default: on any list.")
def find_command(
    line: CommandLine, query: tuple[str, ...], limit: int, list_name: str | None
) -> int:
    """Find attendees, best match first. QUERY is a name, or - for one query per input line."""
    if limit < 1:
        raise KioskError("bad_limit", "--limit needs a number of 1 or more.")
    item = named_list(event_lists(line.store), list_name)
    lookup = Lookup.load(line.store, list_id=item.id if item else None)
    for text in input_lines() if query == ("-",) else [" ".join(query)]:
        _show_matches(line, lookup, text, limit)
    return 0


def _show_matches(line: CommandLine, lookup: Lookup, query: str, limit: int) -> None:
    matches = lookup.search(line.store, query, limit).people
    document = [_match_json(person, lookup.arrived) for person in matches]
    line.console.result(document, (_match_line(person, lookup.arrived) for person in matches))
    if not matches:
        shown = query if len(query) <= _QUERY_SHOWN else f"{query[:_QUERY_SHOWN]}…"
        line.console.hint(f"No attendee found for “{shown}”.")


def _match_line(person: Attendee, arrived: set[str]) -> str:
    mark = "✓" if person.id in arrived else " "
    details = " · ".join(filter(None, (person.company, person.email, person.ticket_type)))
    return f"{mark} {person.label}  {details}  {person.id}"


def _match_json(person: Attendee, arrived: set[str]) -> dict[str, Any]:
    record = attendee_json(person)
    del record["party"]
    return {**record, "checked_in": person.id in arrived}


@command("show", reads=True)
@click.argument("attendee", metavar="ID")
def show_command(line: CommandLine, attendee: str) -> int:
    """Show everything about one attendee. Find the ID with kiosk find."""
    print_person(line, find_attendee(line.store, attendee))
    return 0


_reason_option = click.option(
    "--reason", default="", metavar="TEXT", help="Reason for a change against the rules."
)


@command("edit")
@click.argument("attendee", metavar="ID")
@repeatable("--set", "changes", "FIELD=VALUE", "New value of a field; repeatable.")
@click.option("--check-in", is_flag=True, help="Check the attendee in, too.")
@list_option("Check-in list for --check-in.")
@_reason_option
@pin_option
def edit_command(
    line: CommandLine,
    attendee: str,
    changes: tuple[str, ...],
    check_in: bool,
    list_name: str | None,
    reason: str,
) -> int:
    """Edit one attendee.

    Where a PIN is set, a change that admits a refused ticket needs it, and a reason: another
    status, more people, another ticket type. Unblocking needs the organiser's PIN.
    """
    if not changes and not check_in:
        raise Refused(
            "nothing_to_edit",
            "Nothing to change was given.",
            next_step='Name a field: --set company="Acme". Check the attendee in: --check-in.',
        )
    _check_list(line, list_name)
    fields = changes_given(changes)
    person = with_permission(
        line, lambda given: edit(line.store, attendee, fields, given=given), reason=reason
    )
    return _finish(line, person, "is saved", check_in, list_name)


@command("walk-in")
@click.option("--name", required=True, metavar="NAME", help="Name of the person.")
@repeatable("--set", "changes", "FIELD=VALUE", "Value of a field; repeatable.")
@click.option("--check-in", is_flag=True, help="Check the person in, too.")
@list_option("Check-in list for --check-in.")
@click.option(
    "--anyway",
    is_flag=True,
    help="Register a person who may be registered already, and accept a new ticket type.",
)
@_reason_option
@pin_option
def walk_in_command(
    line: CommandLine,
    /,
    name: str,
    changes: tuple[str, ...],
    check_in: bool,
    list_name: str | None,
    anyway: bool,
    reason: str,
) -> int:
    """Register a person at the desk.

    Nothing is registered when an attendee with this name or e-mail is registered and not checked
    in yet: the command names them (--json: registered) and ends with 1. --anyway registers
    another person.

    A person with the name or e-mail of a blocked attendee needs a reason and, where one is set,
    the organiser's PIN.
    """
    _check_list(line, list_name)
    fields = changes_given(changes)
    if not anyway and (alike := _registered_like(line, name, fields, list_name)):
        _say_registered(line, alike)
        return 1
    person = with_permission(
        line,
        lambda given: walk_in(line.store, name, fields, given=given, checks_type=not anyway),
        reason=reason,
    )
    return _finish(line, person, "is registered", check_in, list_name)


def _registered_like(
    line: CommandLine, name: str, fields: dict[str, str], list_name: str | None
) -> list[Attendee]:
    """Attendees who may be the walk-in, and are not in on the list of the check-in."""
    item = choose_list(event_lists(line.store), list_name, line.store.clock())
    return registered_like(line.store, name, email_given(line.store, fields), item.id)


def _say_registered(line: CommandLine, alike: list[Attendee]) -> None:
    if line.console.as_json:
        line.console.json({"registered": [attendee_json(person) for person in alike]})
    for person in alike:
        order = f"order {person.order_code}" if person.order_code else ""
        known = (person.label, person.company, person.ticket_type, person.email, order)
        shown = ", ".join(part for part in known if part)
        line.console.say(f"Registered and not in yet: {shown}. ID: {person.id}")
    line.console.say(
        "No one was added. Check this attendee in: kiosk edit ID --check-in. "
        "Another person: repeat the command with --anyway."
    )


def _check_list(line: CommandLine, list_name: str | None) -> None:
    """Refuse an unknown list before anything is saved."""
    named_list(event_lists(line.store), list_name)


def _finish(
    line: CommandLine, person: Attendee, done: str, check_in: bool, list_name: str | None
) -> int:
    """Show the person, or the verdict; `done` is what is true if they are not checked in."""
    if not check_in:
        print_person(line, person)
        return 0
    result = scan(line.store, ScanOrder(attendee_id=person.id, list_name=list_name))
    scanned = scan_json(line.store, result, event_info(line.store).zone)
    said, is_in = [result.message], result.outcome == "ok"
    if not is_in:
        said.insert(0, f"{person.label} {done}, but not checked in:")
    line.console.result({**person_json(line, person), "scan": scanned}, said)
    return 0 if is_in else 1


@command("transfer")
@click.argument("attendee", metavar="ID")
@click.option("--name", required=True, metavar="NAME", help="Name of the new holder.")
@click.option("--email", default="", metavar="EMAIL", help="E-mail of the new holder.")
@click.option("--phone", default="", metavar="PHONE", help="Phone of the new holder.")
@click.option("--company", default="", metavar="COMPANY", help="Company of the new holder.")
@click.option("--reason", default="", metavar="TEXT", help="Reason, kept in the history.")
@click.option("--force", is_flag=True, help="Transfer a ticket that is checked in; needs --reason.")
@pin_option
def transfer_command(
    line: CommandLine, /, attendee: str, reason: str, force: bool, **holder: str
) -> int:
    """Transfer the ticket of attendee ID to another person.

    Code, order and status stay. Of the old holder only the history remains, and no import brings
    them back. The badge counts as changed.
    """
    new = NewHolder(**holder)
    person = with_permission(
        line,
        lambda given: transfer_ticket(line.store, attendee, new, force=force, given=given),
        reason=reason,
    )
    print_person(line, person)
    return 0


def person_json(line: CommandLine, person: Attendee) -> dict[str, Any]:
    """Describe everything about one attendee, as the contract does."""
    store = line.store
    card = attendee_card(store, person.id)
    assert card is not None
    person, zone = card.attendee, card.zone
    names = {item.id: item.name for item in event_lists(store)}
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
        "first_time": card.is_first_timer,
        "table": card.table or None,
        "ticket": rights_json(card.rights, zone),
        "passed_on": [
            {
                "from": transfer.old_name,
                "at": moment_text(transfer.at_ms, zone),
                "desk": transfer.desk,
                "reason": transfer.reason,
            }
            for transfer in card.transfers
        ],
        "codes": list(card.codes),
        "badge_code": badge_code(person.id),
        "fields": dict(person.extra),
        "badge": badge_json(card.badge, state_of_badge(store, person.id)),
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
                "late": is_late(row.reason),
            }
            for row in card.history
        ],
    }


_NOT_ONE_LINE = frozenset({"name", "check_ins", "fields", "badge", "passed_on", "ticket"})


def print_person(line: CommandLine, person: Attendee) -> None:
    """Print everything about one attendee."""
    record = person_json(line, person)
    line.console.result(record, _person_lines(person.label, record))


def _person_lines(label: str, record: dict[str, Any]) -> Iterator[str]:
    yield label
    for key, value in record.items():
        if key not in _NOT_ONE_LINE and value not in ("", None, [], False):
            shown = ", ".join(value) if isinstance(value, list) else value
            yield f"  {key.replace('_', ' ')}: {'yes' if shown is True else shown}"
    for header, value in record["fields"].items():
        yield f"  {header}: {value}"
    for given in record["passed_on"]:
        reason = f" ({given['reason']})" if given["reason"] else ""
        yield f"  {given['at']} {given['desk']}: transferred from {given['from']}{reason}"
    for row in record["check_ins"]:
        undone = " (undone)" if row["undone"] else ""
        yield (
            f"  {row['at']} {row['desk']}: {row['direction']} {row['outcome']} "
            f"on “{row['list']}”{undone}"
        )
