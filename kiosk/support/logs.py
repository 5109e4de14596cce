"""The log file: where a programming error happened, and nothing about anybody.

An exception's text may quote a row, and a row is a person; so the file gets the kind of each
exception and the places in the code, never its text or any value.
"""

from __future__ import annotations

import contextlib
import logging
import os
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from kiosk.support.files import private_folder
from kiosk.support.paths import state_dir

LOGGER = logging.getLogger("kiosk")
_MAX_BYTES = 256 * 1024
_KEPT = 2

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_path() -> Path:
    """Where the log file is."""
    return state_dir() / "kiosk.log"


def start_log() -> None:
    """Send the program's log to its file; where there can be none, nowhere."""
    if LOGGER.handlers:
        return
    LOGGER.propagate = False
    logging.raiseExceptions = False  # a full disk must not put a traceback on the screen
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):
        private_folder(log_path().parent)
        handler = _PrivateFile(
            log_path(), maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
        )
    handler.setFormatter(PlacesOnly("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(handler)


class _PrivateFile(RotatingFileHandler):
    """A file that its owner alone reads."""

    def _open(self):  # type: ignore[no-untyped-def]
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            errors="backslashreplace",
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )


class PlacesOnly(logging.Formatter):
    """Exceptions as their kinds and places."""

    def formatException(self, ei: _Caught) -> str:  # noqa: N802
        """`ValueError`, and below it file, line and function of each call."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(f"{'after ' if len(seen) > 1 else ''}{type(error).__qualname__}")
            lines += [
                f"  {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)
