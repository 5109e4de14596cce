"""`kiosk demo`."""

from __future__ import annotations

import argparse
import shlex

from kiosk.services.setup.recent import remember_event
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.streams import has_screen


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    demo = subparsers.add_parser("demo", help="a made-up event to try the desk with")
    demo.set_defaults(handler=_demo)
    return [demo]


def _demo(line: CommandLine) -> int:
    """Make the demo, or find the one of today, and open its desk where there is a terminal."""
    from kiosk.services.setup.demo import TRY, open_demo

    demo = open_demo(desk=line.desk)
    remember_event(demo.path)
    if line.console.as_json:
        line.console.json({"event": str(demo.path), "people": demo.people})
        return 0
    if has_screen():
        from kiosk.ui.tui.app import KioskApp, run_desk

        return run_desk(KioskApp(demo.path, desk=line.desk))
    line.console.show(f"{demo.path}: {demo.people} made-up people.")
    line.console.say(f"Open its desk: kiosk -e {shlex.quote(str(demo.path))} desk")
    line.console.say(f"{TRY}.")
    return 0
