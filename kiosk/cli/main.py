"""Which command was asked for, and what happens when it cannot be done."""

from __future__ import annotations

import argparse
import logging
import os
import sqlite3
import sys
from collections.abc import Callable

from kiosk import __version__
from kiosk.cli.console import CommandLine, Console
from kiosk.errors import Canceled, KioskError

DONE, PARTLY, COULD_NOT = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are sentences with the nearest valid word, exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise KioskError(
            "usage", f"{message[:1].upper()}{message[1:]}.", next_step=f"See `{self.prog} --help`."
        )


def build_parser() -> argparse.ArgumentParser:
    """All commands and options of the contract."""
    from kiosk.cli import commands

    parser: argparse.ArgumentParser = _Parser(
        prog="kiosk",
        description="An offline check-in desk for events. Without a command it opens the desk.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kiosk {__version__}")
    _common(parser, argparse.SUPPRESS)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for add in commands.ALL:
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
        arguments = build_parser().parse_args(argv)
        handler: Callable[[CommandLine], int] = getattr(arguments, "handler", _open_desk)
        line = CommandLine(arguments, console)
        try:
            return handler(line)
        except sqlite3.Error as error:
            raise _told(line, error) from error
        finally:
            line.close()
    except Canceled as error:
        console.say(str(error))
        return COULD_NOT
    except KioskError as error:
        console.fail(error)
        return COULD_NOT
    except KeyboardInterrupt:
        console.say("Stopped. What was acknowledged is saved.")
        return 130
    except BrokenPipeError:
        # the reader of our output left (`kiosk log | head`): end as quietly as other tools do
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        logging.getLogger("kiosk").exception("command failed")
        console.fail(
            KioskError(
                "internal",
                f"kiosk met an error of its own ({type(error).__name__}: {error}).",
                saved="Everything acknowledged before is saved.",
                next_step="Start it again; if it comes back, run `kiosk doctor`.",
            )
        )
        return COULD_NOT


def _told(line: CommandLine, error: sqlite3.Error) -> Exception:
    """A spoiled page or a held file met while reading, in the words that writing has for it.

    An error of our own SQL stays what it is.
    """
    from kiosk.storage.store import explain

    name = getattr(error, "sqlite_errorname", "") or ""
    path = line.event_path()
    if path is None or name in ("", "SQLITE_ERROR"):
        return error
    return explain(path, error)


def _open_desk(line: CommandLine) -> int:
    from kiosk.cli.commands.desk import open_desk

    return open_desk(line)
