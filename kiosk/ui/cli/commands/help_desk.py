"""`kiosk help-desk`."""

from __future__ import annotations

from typing import Any

import click

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
from kiosk.ui.cli.options import command
from kiosk.ui.cli.records import attendee_json


@command("help-desk", reads=lambda attendee, done, **_: not (attendee or done))
@click.argument("attendee", required=False, metavar="[ID]")
@click.argument("note", nargs=-1, metavar="[NOTE]...")
@click.option("--done", metavar="ID", help="Attendee whose question is settled.")
def help_desk_command(
    line: CommandLine, attendee: str | None, note: tuple[str, ...], done: str | None
) -> int:
    """Show who waits at the help desk.

    With ID and NOTE, send an attendee there: all desks see the note.
    """
    if done and attendee:
        raise KioskError(
            "usage",
            "Either send an attendee to the help desk, or settle one.",
            saved="Nothing was changed.",
            next_step="Use `kiosk help-desk ID NOTE` or `kiosk help-desk --done ID`.",
        )
    if done:
        settle_help(line.store, done)
    elif attendee:
        send_to_help_desk(line.store, attendee, " ".join(note))
    waiting = waiting_people(line.store)
    lines = [_request_lines(request) for request in waiting]
    line.console.result(
        [_request_json(request) for request in waiting],
        lines or ["No attendee waits at the help desk."],
    )
    return 0


def _request_lines(request: HelpRequest) -> str:
    person, row = request.attendee, request.row
    kind = f", {person.ticket_type}" if person and person.ticket_type else ""
    who, note, desk = map(escape_controls, (f"{request.label}{kind}", row.note, row.desk))
    return (
        f"{request.time}  {who}: {note}  ({desk})\n"
        f"       settled: kiosk help-desk --done {row.attendee_id[:8]}"
    )


def _request_json(request: HelpRequest) -> dict[str, Any]:
    return {
        "id": request.row.attendee_id,
        "attendee": attendee_json(request.attendee) if request.attendee else None,
        "note": request.row.note,
        "at": moment_text(request.row.at_ms, request.zone),
        "desk": request.row.desk,
    }
