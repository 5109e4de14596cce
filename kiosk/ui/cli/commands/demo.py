"""`kiosk demo` and `kiosk rehearse`: desks with made-up people."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from kiosk.errors import KioskError
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.services.setup.demo import TRY, open_demo
from kiosk.services.setup.recent import remember_event
from kiosk.services.setup.rehearsal import end_rehearsal, start_rehearsal
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import command, output_option
from kiosk.ui.cli.streams import has_screen


@command("demo")
def demo_command(line: CommandLine) -> int:
    """Open a made-up event of about 200 people, and its desk."""
    demo = open_demo(desk=line.desk)
    remember_event(demo.path)
    made = {"event": demo.path, "people": demo.people}
    opens = f"Open its desk: kiosk -e {shlex.quote(str(demo.path))} desk"
    return _run_or_show(line, made, opens, f"{TRY}.")


@command("rehearse")
@click.option("--end", is_flag=True, help="Delete the rehearsal.")
@output_option("OUT.pdf", "PDF of tickets to scan in the rehearsal.", "--out")
def rehearse_command(line: CommandLine, end: bool, output: Path | None) -> int:
    """Practise at the desk of the event with made-up people; nothing counts."""
    if end and output:
        raise KioskError("usage", "--end makes no tickets.", next_step="Omit -o or --end.")
    event = line.store.path
    if end:
        line.close()
        existed = end_rehearsal(event)
        message = "The rehearsal is deleted." if existed else "This event has no rehearsal."
        line.console.result({"ended": existed}, [message])
        return 0
    rehearsal = start_rehearsal(event, desk=line.desk)
    tickets = None
    if output:
        tickets = make_paper(line.store, output, PaperOrder(Paper.REHEARSAL_TICKETS)).file
    line.close()
    if tickets:
        line.console.hint(f"Tickets to scan: {tickets}")
    made = {"event": rehearsal.path, "people": rehearsal.people, "tickets": tickets}
    opens = f"Line by line: kiosk -e {shlex.quote(str(rehearsal.path))} desk --plain"
    return _run_or_show(line, made, opens, "Delete it: kiosk rehearse --end")


def _run_or_show(line: CommandLine, made: dict[str, Any], *hints: str) -> int:
    """Open the desk of a made-up event; without a screen, say how to open it."""
    if line.console.as_json or not has_screen():
        line.console.result(made, [f"{made['event']}: {made['people']} made-up people."])
        for hint in hints:
            line.console.hint(hint)
        return 0
    # without a terminal there is no screen to load
    from kiosk.ui.tui.app import KioskApp, run_desk

    return run_desk(KioskApp(made["event"], desk=line.desk))
