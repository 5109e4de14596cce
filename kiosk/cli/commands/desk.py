"""`kiosk`, `kiosk desk` and `kiosk demo`."""

from __future__ import annotations

import argparse

from kiosk.cli.console import CommandLine


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    desk = subparsers.add_parser("desk", help="open the desk of this event")
    desk.add_argument("--list", dest="list_name", metavar="L", help="the check-in list")
    desk.set_defaults(handler=open_desk)
    return [desk]


def open_desk(line: CommandLine) -> int:
    """The desk of the event, or the welcome screen where there is none yet."""
    raise NotImplementedError
