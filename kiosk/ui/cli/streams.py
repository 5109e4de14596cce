"""The three streams of a command line, whatever the shell made of them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TextIO


def mend_streams() -> None:
    """See that input, output and messages exist.

    A closed one (`kiosk log >&-`) is None in Python, and its number would go to the next file
    that is opened: the event itself. Each is opened on nothing instead.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = getattr(sys, name)
        if stream is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def has_screen() -> bool:
    """Whether a full screen can be shown and typed to: a `dumb` terminal shows lines only."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return is_terminal and os.environ.get("TERM") != "dumb"


def keep_errors_off_screen() -> None:
    """Errors that Python only reports (while it tidies up, or in a thread) go to the log file."""

    def report(unraisable: sys.UnraisableHookArgs) -> None:
        _log("an error while tidying up", unraisable.exc_value)

    def of_thread(arguments: threading.ExceptHookArgs) -> None:
        _log("a thread ended", arguments.exc_value)

    sys.unraisablehook = report
    threading.excepthook = of_thread


def _log(what: str, error: BaseException | None) -> None:
    with contextlib.suppress(Exception):  # the interpreter may be half gone
        from kiosk.support.logs import LOGGER, start_log

        start_log()
        LOGGER.error(what, exc_info=error)


def give_up(stream: TextIO) -> None:
    """Send what is still to be written there nowhere: its reader left, or its disk is full.

    Else Python tries once more at the end, fails, and changes the exit code.
    """
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
