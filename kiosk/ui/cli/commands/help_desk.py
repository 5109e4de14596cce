"""`kiosk help-desk`: who was sent there and why, sending somebody, settling."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import moment_text
from kiosk.services.people.help_desk import (
    HelpRequest,
    send_to_help_desk,
    settle_help,
    waiting_people,
)
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.records import attendee_json


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    parser = subparsers.add_parser(
        "help-desk", help="who was sent to the help desk; sends somebody, with a note for all desks"
    )
    parser.add_argument("attendee", nargs="?", metavar="ID", help="whom to send")
    parser.add_argument("note", nargs="*", metavar="NOTE", help="why, in a few words")
    parser.add_argument("--done", metavar="ID", help="this person is settled")
    parser.set_defaults(handler=_help_desk)
    return [parser]


def _help_desk(line: CommandLine) -> int:
    options = line.options
    if options.done and options.attendee:
        raise KioskError(
            "usage",
            "Either somebody is sent to the help desk, or somebody is settled there.",
            saved="Nothing was changed.",
            next_step="kiosk help-desk ID NOTE, or kiosk help-desk --done ID.",
        )
    if options.done:
        settle_help(line.store, options.done)
    elif options.attendee:
        send_to_help_desk(line.store, options.attendee, " ".join(options.note))
    _show(line, waiting_people(line.store))
    return 0


def _show(line: CommandLine, waiting: list[HelpRequest]) -> None:
    if line.console.as_json:
        line.console.json([_json(one) for one in waiting])
        return
    for one in waiting:
        person = one.attendee
        kind = f", {escape_controls(person.ticket_type)}" if person and person.ticket_type else ""
        who = f"{escape_controls(one.label)}{kind}"
        line.console.show(
            f"{one.time}  {who}: {escape_controls(one.row.note)}  ({escape_controls(one.row.desk)})"
        )
        line.console.show(f"       settled: kiosk help-desk --done {one.row.attendee_id[:8]}")
    if not waiting:
        line.console.show("Nobody waits at the help desk.")


def _json(one: HelpRequest) -> dict[str, Any]:
    return {
        "id": one.row.attendee_id,
        "attendee": attendee_json(one.attendee) if one.attendee else None,
        "note": one.row.note,
        "at": moment_text(one.row.at_ms, one.zone),
        "desk": one.row.desk,
    }
