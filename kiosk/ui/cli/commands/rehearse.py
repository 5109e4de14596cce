"""`kiosk rehearse`."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.streams import has_screen


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    rehearse = subparsers.add_parser(
        "rehearse", help="try the event's desk with made-up people; nothing counts"
    )
    rehearse.add_argument("--end", action="store_true", help="wipe the rehearsal")
    rehearse.add_argument("-o", "--out", type=Path, metavar="OUT.pdf", help="tickets to scan")
    rehearse.set_defaults(handler=_rehearse)
    return [rehearse]


def _rehearse(line: CommandLine) -> int:
    from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
    from kiosk.services.setup.rehearsal import end_rehearsal, start_rehearsal

    options = line.options
    if options.end and options.out:
        raise KioskError("usage", "--end makes no tickets.", next_step="Leave out -o, or --end.")
    event = line.store.path
    if options.end:
        line.close()
        return _ended(line, end_rehearsal(event))
    made = start_rehearsal(event, desk=line.desk)
    tickets = None
    if options.out:
        tickets = make_paper(line.store, options.out, PaperOrder(Paper.REHEARSAL_TICKETS)).file
    line.close()
    if line.console.as_json:
        told = {"event": str(made.path), "people": made.people}
        line.console.json({**told, "tickets": str(tickets) if tickets else None})
        return 0
    if tickets:
        line.console.say(f"Tickets to scan: {tickets}")
    if has_screen():
        from kiosk.ui.tui.app import KioskApp, run_desk

        return run_desk(KioskApp(made.path, desk=line.desk))
    line.console.show(f"{made.path}: {made.people} made-up people.")
    line.console.say(f"Line by line: kiosk -e {shlex.quote(str(made.path))} desk --plain")
    line.console.say("Wipe it: kiosk rehearse --end")
    return 0


def _ended(line: CommandLine, there_was_one: bool) -> int:
    if line.console.as_json:
        line.console.json({"ended": there_was_one})
    elif there_was_one:
        line.console.show("The rehearsal is wiped.")
    else:
        line.console.show("There is no rehearsal of this event.")
    return 0
