"""The messages of scans and keys: from driver to router, from router to screens."""

from __future__ import annotations

from enum import StrEnum

from textual import events
from textual.message import Message


class ScanSource(StrEnum):
    """How a code came to the desk."""

    SCANNER = "scanner"
    TYPED = "typed"
    PASTE = "paste"
    CAMERA = "camera"


class CodeScanned(Message):
    """A whole code arrived. Posted in the order in which codes arrived, none twice."""

    def __init__(self, raw: str, code: str, source: ScanSource) -> None:
        super().__init__()
        self.raw = raw
        """As it came, without the terminator."""
        self.code = code
        """Without prefix, control characters and outer space; never empty."""
        self.source = source


class KeysQuiet(events.Event, bubble=False):
    """No key has arrived since the last one, up to `at`. Stands in line with the keys."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.at = at
        """On the clock of the keys' own `time`."""


def mark_followed(key: events.Key) -> None:
    """Note on a key event that another arrived together with it."""
    setattr(key, _FOLLOWED, True)


def is_followed(key: events.Key) -> bool:
    """Whether another key arrived together with this one."""
    return bool(getattr(key, _FOLLOWED, False))


_FOLLOWED = "_kiosk_followed"
