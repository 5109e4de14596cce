"""Prepare the process: standard streams, errors in threads, Textual's variables."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, MutableMapping
from typing import TextIO


def open_closed_streams() -> None:
    """Open each closed standard stream on the null device, and write UTF-8.

    A closed stream (`kiosk log >&-`) is None in Python, and its descriptor would go to the next
    file that is opened: the event.
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
    """Whether the terminal can show a full screen; a `dumb` terminal shows only lines."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return is_terminal and os.environ.get("TERM") != "dumb"


def first_line() -> str:
    """Read one line of standard input; bytes that are not UTF-8 become surrogates."""
    return _decoded(sys.stdin.buffer.readline())


def input_lines() -> Iterator[str]:
    """Yield the lines of standard input as they arrive."""
    return map(_decoded, sys.stdin.buffer)


def prompted_lines(prompt: str) -> Iterator[str]:
    """Yield lines of standard input; each is read only when it is asked for.

    Args:
        prompt: printed before each line; empty for a pipe.
    """
    while True:
        if prompt:
            print(prompt, end="", flush=True)
        raw = sys.stdin.buffer.readline()
        if not raw:
            if prompt:
                print()
            return
        yield _decoded(raw)


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape").rstrip("\r\n")


def log_background_errors() -> None:
    """Log the errors that Python only reports (in a thread, or at the end), off the screen."""

    def log_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
        _log("an error while cleaning up", unraisable.exc_value)

    def log_thread(arguments: threading.ExceptHookArgs) -> None:
        _log("a thread ended with an error", arguments.exc_value)

    sys.unraisablehook = log_unraisable
    threading.excepthook = log_thread


def _log(what: str, error: BaseException | None) -> None:
    with contextlib.suppress(Exception):  # the interpreter may be shutting down
        from kiosk.support.logs import LOGGER, start_log  # only errors need the log file

        start_log()
        LOGGER.error(what, exc_info=error)


def discard_output(stream: TextIO) -> None:
    """Send the rest of a stream to the null device: its reader left, or its disk is full.

    Otherwise Python tries to write it again at exit, fails, and changes the exit code.
    """
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)


# The environment variables that Textual reads once, when it is imported: set them before.

_FOR_DEVELOPERS = (
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_FILENAME",
    "TEXTUAL_SCREENSHOT_LOCATION",
)
"""They write keys (PINs, too) and personal data to files, press keys, or change the driver."""
_COLOUR_SYSTEMS = frozenset({"auto", "standard", "256", "truecolor", "windows"})
"""See `COLOR_SYSTEMS` in `rich/console.py`; another value is an error."""
FRAMES_PER_S = 240
"""Textual waits up to one frame before it paints; at its 60 a key is seen 28 ms after it was
pressed, at 240 after 10 ms. Idle screens are not drawn at all, so it costs nothing at rest."""


def leave_switches(environ: MutableMapping[str, str]) -> None:
    """Remove variables that would stop the desk or disclose personal data."""
    for name in _FOR_DEVELOPERS:
        environ.pop(name, None)
    if environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in _COLOUR_SYSTEMS:
        del environ["TEXTUAL_COLOR_SYSTEM"]


def draw_often(environ: MutableMapping[str, str]) -> None:
    """Set Textual's frame rate, unless the user has set it."""
    environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_S))


def ask_secret(question: str) -> str:
    """Ask on the terminal, without showing the answer."""
    import getpass  # only a question for a PIN needs it

    try:
        return getpass.getpass(question)
    except EOFError:
        return ""
