"""`kiosk` and `kiosk desk`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.storage.file.header import check_header
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.streams import has_screen

PROMPT = "> "


THREAD_TURN_S = 0.0002
"""How long one thread may keep others waiting, a 25th of Python's own: while the search is being
built in its thread, a scan changes threads some twenty times before its verdict is painted."""


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    desk = subparsers.add_parser("desk", help="open the desk of this event")
    desk.add_argument("--list", dest="list_name", metavar="L", help="the check-in list")
    desk.add_argument(
        "--plain", action="store_true", help="line by line, for screen readers and pipes"
    )
    desk.add_argument(
        "--scan-only", action="store_true", help="no edit, no walk-in, no undo of other desks"
    )
    desk.add_argument(
        "--self-service", action="store_true", help="locked, for attendees; a PIN ends it"
    )
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
    options = line.options
    if getattr(options, "plain", False):
        return _plain_desk(line)
    path = line.event_path()
    if path is not None:
        check_header(path)
        path = path.resolve()
    if not has_screen():
        raise KioskError(
            "no_terminal",
            "The desk needs a terminal to be shown in.",
            saved="Nothing was changed.",
            next_step="Start it in a terminal window, or line by line with --plain.",
        )
    self_service = getattr(options, "self_service", False)
    if self_service:
        _check_lockable(line)
    from kiosk.ui.tui.textual_env import draw_often, leave_switches

    leave_switches(os.environ)
    draw_often(os.environ)
    gc.disable()  # until the first frame: all that is imported stays
    sys.setswitchinterval(THREAD_TURN_S)
    from kiosk.ui.tui.app import KioskApp, run_desk

    app = KioskApp(
        path,
        desk=line.desk,
        list_name=getattr(options, "list_name", None),
        camera=getattr(options, "camera", False),
        scan_only=getattr(options, "scan_only", False),
        self_service=self_service,
    )
    return run_desk(app)


def _check_lockable(line: CommandLine) -> None:
    """A screen that nobody could unlock is not locked."""
    from kiosk.services.checkin.pins import no_pin, pin_roles

    if not pin_roles(line.store):
        raise no_pin()
    line.close()


def _plain_desk(line: CommandLine) -> int:
    from kiosk.ui.cli.commands.pin import ask_secret
    from kiosk.ui.plain.desk import PlainDesk
    from kiosk.ui.plain.sharing import PlainSharing

    options = line.options
    if options.self_service or options.camera:
        raise KioskError(
            "usage",
            "--plain is a desk for a volunteer's keyboard and scanner.",
            next_step="Leave out --self-service and --camera.",
        )
    interactive = sys.stdin.isatty()
    lines = _lines(PROMPT if interactive else "")

    def secret(question: str) -> str:
        return ask_secret(question) if interactive else next(lines, "")

    def news(sentence: str) -> None:
        """From sharing's thread, while a line is awaited: the prompt comes again behind it."""
        if interactive:
            print("\r", end="")
        line.console.show(sentence)
        if interactive:
            print(PROMPT, end="", flush=True)

    _end_rehearsal(line.store.path)
    sharing = PlainSharing(line.store, line.desk, line.console.show, news)
    desk = PlainDesk(
        line.store,
        line.console.show,
        secret,
        list_name=options.list_name,
        scan_only=options.scan_only,
        sharing=sharing,
    )
    try:
        desk.run(lines)
    except KeyboardInterrupt:
        print()
        line.console.show("Good-bye. Everything confirmed is saved.")
    finally:
        sharing.stop()
    return 0


def _end_rehearsal(path: Path) -> None:
    """The doors open: what was rehearsed is wiped."""
    from kiosk.services.setup.recent import has_rehearsals, is_rehearsal

    if has_rehearsals() and not is_rehearsal(path):
        from kiosk.services.setup.rehearsal import end_rehearsal

        end_rehearsal(path)


def _lines(prompt: str) -> Iterator[str]:
    """Lines as they are typed or piped in, each asked for only when the last is answered."""
    while True:
        if prompt:
            print(prompt, end="", flush=True)
        raw = sys.stdin.buffer.readline()
        if not raw:
            if prompt:
                print()
            return
        yield raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
