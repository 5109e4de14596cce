"""Which command was asked for, and what happens when it cannot be done."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from kiosk.errors import Canceled, KioskError, shortage_error
from kiosk.ui.cli.console import CommandLine, Console
from kiosk.ui.cli.parsing import Parser
from kiosk.ui.cli.streams import give_up

DONE, PARTLY, COULD_NOT = 0, 1, 2
INTERRUPTED = 130
"""What shells call a command ended by Ctrl+C: 128 and the signal's number."""


def build_parser(words: Collection[str] | None = None) -> Parser:
    """All commands and options of the contract, or of the commands among these words."""
    from kiosk.ui.cli import commands

    parser = Parser(
        prog="kiosk",
        description="An offline check-in desk for events. Without a command it opens the desk.",
    )
    _common(parser, argparse.SUPPRESS)
    subparsers: argparse._SubParsersAction[Any] = parser.add_subparsers(
        dest="command", metavar="COMMAND"
    )
    for add in commands.adders(words):
        for subparser in add(subparsers):
            _common(subparser, argparse.SUPPRESS)
    return parser


def _common(parser: argparse.ArgumentParser, default: object) -> None:
    """Options that may stand before or behind the command."""
    parser.add_argument(
        "-e", "--event", metavar="FILE", default=default, help="the event file to work on"
    )
    parser.add_argument(
        "--desk", metavar="NAME", default=default, help="what the log calls this desk"
    )
    parser.add_argument(
        "--json", action="store_true", default=default, help="print one JSON document"
    )


def run(argv: list[str]) -> int:
    """Run a command line; whatever goes wrong ends in a sentence on stderr, never a traceback."""
    console = Console(as_json="--json" in argv)
    try:
        with stoppable():
            return _run(argv, console)
    except KioskError as error:
        console.say(str(error)) if isinstance(error, Canceled) else console.fail(error)
        return COULD_NOT
    except KeyboardInterrupt as error:
        console.say("Stopped. What was acknowledged is saved.")
        return 128 + error.number if isinstance(error, Stopped) else INTERRUPTED
    except BrokenPipeError:
        give_up(sys.stdout)  # the reader of our output left (`kiosk log | head`): end as quietly
        return DONE
    except Exception as error:
        return _unforeseen(console, error)


def _run(argv: list[str], console: Console) -> int:
    try:
        options = _parsed(argv)
    except SystemExit as done:  # `--help` and `--version` have said what they had to say
        console.write("")  # where it can be written
        return int(done.code or 0)
    handler: Callable[[CommandLine], int] = getattr(options, "handler", _open_desk)
    line = CommandLine(options, console)
    try:
        return handler(line)
    except Exception as error:
        told = _told(line, error)
        if told is error:
            raise
        raise told from error
    finally:
        line.close()


def _parsed(argv: list[str]) -> argparse.Namespace:
    """The options; what they do not name is not imported.

    What is wrong with them, and help, is told by the parser that knows all commands.
    """
    if not {"-h", "--help"}.intersection(argv):
        with contextlib.suppress(KioskError):
            return build_parser(argv).parse_all(argv)
    return build_parser().parse_all(argv)


def _unforeseen(console: Console, error: Exception) -> int:
    """Nobody thought of it: the place goes to the log file, a sentence to the person."""
    if isinstance(error, FileNotFoundError) and not error.filename and _stands_nowhere():
        told = KioskError(
            "folder_gone",
            "The folder that kiosk was started in is gone.",
            saved="Everything acknowledged before is saved.",
            next_step="Go to another folder (cd), or write the file's name with its folder.",
        )
    elif scarce := shortage_error(error):
        told = scarce
    elif isinstance(error, OSError) and error.strerror:
        if console.output_failed:
            give_up(sys.stdout)
        name = f" {error.filename}" if error.filename else " its output"
        told = KioskError(
            "cannot_use_file",
            f"kiosk cannot read or write{name} ({error.strerror}).",
            saved="Everything acknowledged before is saved.",
            next_step="Check the name, the disk and that you may use it.",
        )
    else:
        from kiosk.support.logs import LOGGER, log_path, start_log

        start_log()
        LOGGER.error("a command failed", exc_info=error)
        told = KioskError(
            "internal",
            f"kiosk met an error of its own ({type(error).__name__}).",
            saved="Everything acknowledged before is saved.",
            next_step=f"Start it again; if it comes back, run `kiosk doctor`. See {log_path()}.",
        )
    console.fail(told)
    return COULD_NOT


def _stands_nowhere() -> bool:
    """Whether the folder the program was started in went away, say with a stick."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _told(line: CommandLine, error: Exception) -> Exception:
    """A spoiled page or a held file met while reading, in the words that writing has for it.

    Whatever else it is, it is looked into: did something spoiled on the disk lead to it? An error
    of our own stays what it is.
    """
    if isinstance(error, (KioskError, OSError, MemoryError, ImportError)):
        return error
    import sqlite3

    path = line.event_path()
    if path is None:
        return error
    from kiosk.storage.file.sqlite_errors import sqlite_errors_as_kiosk_errors

    if isinstance(error, sqlite3.Error):
        return sqlite_errors_as_kiosk_errors(path, error) or error
    from kiosk.storage.recovery.integrity import damage_behind

    return damage_behind(path) or error


def _open_desk(line: CommandLine) -> int:
    from kiosk.ui.cli.commands.desk import open_desk

    return open_desk(line)


# Ended from outside: the terminal was closed, the system shuts down.

_NAMES = ("SIGTERM", "SIGHUP")


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end; open work is rolled back, temporary files go."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Meanwhile these signals end the work as Ctrl+C does, instead of dropping it in the middle.

    A signal that the caller ignores (`nohup kiosk ...`) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)
