"""Write programming errors to the log file, without personal data.

The text of an exception may quote a row about a person. So the file gets the type of each exception
and the places in the code, never its text or any value.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from kiosk.support.files import private, private_folder
from kiosk.support.paths import state_dir

LOGGER = logging.getLogger("kiosk")
_MAX_BYTES = 256 * 1024
_KEPT = 2

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_path() -> Path:
    """The path of the log file."""
    return state_dir() / "kiosk.log"


def start_log() -> None:
    """Send log records to the log file; where it cannot be created, discard them."""
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
    """A log file that only its owner can read."""

    def _open(self):  # type: ignore[no-untyped-def]
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            errors="backslashreplace",
            opener=private,
        )


class PlacesOnly(logging.Formatter):
    """Format exceptions as types and places."""

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
