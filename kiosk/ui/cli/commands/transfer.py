"""`kiosk transfer`."""

from __future__ import annotations

import argparse

from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.ui.cli.commands.people import print_person
from kiosk.ui.cli.commands.pin import ask_permission
from kiosk.ui.cli.console import CommandLine


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    parser = subparsers.add_parser(
        "transfer",
        help="a ticket belongs to somebody else now",
        description="A ticket belongs to somebody else now: code, order and status stay, and "
        "nothing of the old holder but the history. No import brings them back; the badge counts "
        "as changed.",
    )
    parser.add_argument("attendee", metavar="ID", help="whose ticket; kiosk find NAME shows it")
    parser.add_argument("--name", required=True, metavar="N", help="the new holder")
    for option in ("email", "phone", "company"):
        parser.add_argument(f"--{option}", default="", help=f"the new holder's {option}")
    parser.add_argument("--reason", default="", metavar="R", help="kept in the history")
    parser.add_argument(
        "--force", action="store_true", help="though somebody is in with it; needs --reason"
    )
    parser.add_argument(
        "--pin-stdin", action="store_true", help="with --force: the PIN is the first input line"
    )
    parser.set_defaults(handler=_transfer)
    return [parser]


def _transfer(line: CommandLine) -> int:
    options = line.options
    if options.force:
        ask_permission(line, line.store, from_stdin=options.pin_stdin)
    holder = NewHolder(options.name, options.email, options.phone, options.company)
    person = transfer_ticket(
        line.store, options.attendee, holder, reason=options.reason, force=options.force
    )
    print_person(line, person)
    return 0
