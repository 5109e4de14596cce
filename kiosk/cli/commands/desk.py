"""`kiosk` and `kiosk desk`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kiosk.cli.console import CommandLine
from kiosk.errors import KioskError
from kiosk.services.recent import remember_event
from kiosk.storage.store import check_header


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    desk = subparsers.add_parser("desk", help="open the desk of this event")
    desk.add_argument("--list", dest="list_name", metavar="L", help="the check-in list")
    desk.add_argument(
        "--camera",
        nargs="?",
        const=True,
        default=False,
        type=Path,
        metavar="PATH",
        help="scan with the laptop's camera, or read a video or pictures",
    )
    desk.set_defaults(handler=open_desk)
    return [desk]


def open_desk(line: CommandLine) -> int:
    """The desk of the event, or the welcome screen where there is none yet."""
    path = line.event_path()
    if path is not None:
        check_header(path)
        remember_event(path)
        path = path.resolve()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise KioskError(
            "no_terminal",
            "The desk needs a terminal to be shown in.",
            saved="Nothing was changed.",
            next_step="Start it in a terminal window, or use the other commands (--help).",
        )
    from kiosk.tui.frame_rate import draw_often

    draw_often(os.environ)
    from kiosk.tui.app import KioskApp
    from kiosk.tui.caretaker import run_desk

    app = KioskApp(
        path,
        desk=line.desk,
        list_name=getattr(line.options, "list_name", None),
        camera=getattr(line.options, "camera", False),
    )
    return run_desk(app)
