"""`kiosk` and `kiosk desk`: open the desk of an event."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path

import click

from kiosk.errors import KioskError, Refused
from kiosk.services.event.first_look import check_event_file, first_look
from kiosk.services.setup.recent import has_rehearsals, is_rehearsal
from kiosk.ui.cli.console import CommandLine, expand_home, visible_line
from kiosk.ui.cli.options import OptionalValue, command, list_option
from kiosk.ui.cli.streams import ask_secret, draw_often, has_screen, leave_switches, prompted_lines

PROMPT = "> "

THREAD_TURN_S = 0.0002
"""How long one thread may keep others waiting, a 25th of Python's default: while a thread builds
the search index, a scan changes threads some twenty times before its verdict is painted."""


@command("desk")
@list_option("Check-in list to start with.")
@click.option("--plain", is_flag=True, help="Work line by line, for screen readers and pipes.")
@click.option("--scan-only", is_flag=True, help="No edits, no walk-ins, no undo of other desks.")
@click.option("--self-service", is_flag=True, help="Lock the desk for attendees; a PIN unlocks it.")
@click.option(
    "--camera",
    cls=OptionalValue,
    metavar="[PATH]",
    help="Scan with the laptop's camera, or read a video or a folder of pictures.",
)
def desk_command(
    line: CommandLine,
    list_name: str | None,
    plain: bool,
    scan_only: bool,
    self_service: bool,
    camera: str | None,
) -> int:
    """Open the desk of the event."""
    if plain:
        if self_service or camera is not None:
            raise KioskError(
                "usage",
                "--plain is a desk for a volunteer's keyboard and scanner.",
                next_step="Omit --self-service and --camera.",
            )
        return _open_plain_desk(line, list_name, scan_only=scan_only)
    return open_desk(
        line,
        list_name=list_name,
        scan_only=scan_only,
        self_service=self_service,
        camera=expand_home(Path(camera)) if camera else camera is not None,
    )


def open_desk(
    line: CommandLine,
    *,
    list_name: str | None = None,
    scan_only: bool = False,
    self_service: bool = False,
    camera: bool | Path = False,
) -> int:
    """Open the desk of the event, or the welcome screen if there is no event yet."""
    path = line.event_path()
    if path is not None:
        check_event_file(path)
        path = path.resolve()
    if not has_screen():
        raise Refused(
            "no_terminal",
            "The desk needs a terminal.",
            next_step="Start it in a terminal window, or work line by line: kiosk desk --plain.",
        )
    if self_service:
        _check_unlockable(line)
    if path is not None:
        _show_names(path, list_name)
    # the first frame: Textual reads its environment when it is imported
    leave_switches(os.environ)
    draw_often(os.environ)
    gc.disable()  # until the first frame: everything that is imported stays
    sys.setswitchinterval(THREAD_TURN_S)
    from kiosk.ui.tui.app import KioskApp, run_desk

    app = KioskApp(
        path,
        desk=line.desk,
        list_name=list_name,
        camera=camera,
        scan_only=scan_only,
        self_service=self_service,
    )
    return run_desk(app)


def _show_names(path: Path, list_name: str | None) -> None:
    """Print the names of event and list, while Textual and the desk are loaded."""
    names = first_look(path, list_name, time.time_ns() // 1_000_000)
    print(visible_line(f"Opening {', '.join(filter(None, names))} ..."), flush=True)


def _check_unlockable(line: CommandLine) -> None:
    from kiosk.services.checkin.authorisation import (  # not needed for the first frame
        no_pin,
        pin_roles,
    )

    line.reads = True  # the desk itself opens the event for writing
    if not pin_roles(line.store):
        raise no_pin()
    line.close()


def _open_plain_desk(line: CommandLine, list_name: str | None, *, scan_only: bool) -> int:
    # the desk on screen does not need the plain desk
    from kiosk.ui.plain.desk import Backups, PlainDesk
    from kiosk.ui.plain.sharing import PlainSharing

    interactive = sys.stdin.isatty()
    lines = prompted_lines(PROMPT if interactive else "")

    def secret(question: str) -> str:
        return ask_secret(question) if interactive else next(lines, "")

    def show_news(sentence: str) -> None:
        """Print a message of the sharing thread, then the prompt again."""
        if interactive:
            print("\r", end="")
        line.console.show(sentence)
        if interactive:
            print(PROMPT, end="", flush=True)

    _end_rehearsal(line.store.path)
    sharing = PlainSharing(line.store, line.desk, line.console.show, show_news)
    desk = PlainDesk(
        line.store,
        line.console.show,
        secret,
        list_name=list_name,
        scan_only=scan_only,
        sharing=sharing,
    )
    backups = Backups(line.store, line.console.show)
    try:
        desk.run(backups.between(lines))
    except KeyboardInterrupt:
        print()
        line.console.show("Good-bye. Everything confirmed is saved.")
    finally:
        sharing.stop()
    backups.make()
    return 0


def _end_rehearsal(path: Path) -> None:
    """Delete the rehearsal of the event, because the real desk opens."""
    if has_rehearsals() and not is_rehearsal(path):
        from kiosk.services.setup.rehearsal import end_rehearsal  # few desks need it

        end_rehearsal(path)
