"""The three streams of a command line, whatever the shell made of them."""

from __future__ import annotations

import contextlib
import os
import sys


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


def give_up_output() -> None:
    """Send what is still to be written nowhere: its reader left, or its disk is full."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
