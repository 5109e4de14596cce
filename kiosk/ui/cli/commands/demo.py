"""`kiosk demo` and `kiosk rehearse`: desks with made-up people."""

from __future__ import annotations

import shlex
from pathlib import Path

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
    if line.console.as_json:
        line.console.json({"event": demo.path, "people": demo.people})
        return 0
    if has_screen():
        return _run_desk(line, demo.path)
    line.console.show(f"{demo.path}: {demo.people} made-up people.")
    line.console.say(f"Open its desk: kiosk -e {shlex.quote(str(demo.path))} desk")
    line.console.say(f"{TRY}.")
    return 0


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
    if line.console.as_json:
        made = {"event": rehearsal.path, "people": rehearsal.people, "tickets": tickets}
        line.console.json(made)
        return 0
    if tickets:
        line.console.say(f"Tickets to scan: {tickets}")
    if has_screen():
        return _run_desk(line, rehearsal.path)
    line.console.show(f"{rehearsal.path}: {rehearsal.people} made-up people.")
    line.console.say(f"Line by line: kiosk -e {shlex.quote(str(rehearsal.path))} desk --plain")
    line.console.say("Delete it: kiosk rehearse --end")
    return 0


def _run_desk(line: CommandLine, path: Path) -> int:
    # without a terminal there is no screen to load
    from kiosk.ui.tui.app import KioskApp, run_desk

    return run_desk(KioskApp(path, desk=line.desk))
