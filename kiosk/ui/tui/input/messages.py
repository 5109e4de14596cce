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

    def __init__(self, raw: str, code: str, source: ScanSource, *, ended: bool = True) -> None:
        super().__init__()
        self.raw = raw
        """As it came, without the terminator."""
        self.code = code
        """Without prefix, control characters and outer space; never empty."""
        self.source = source
        self.ended = ended
        """Enter ended it: as a typed line it may decide."""


class KeysQuiet(events.Event, bubble=False):
    """No key has arrived since the last one, up to `at`. Posted in the order of the keys."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.at = at
        """On the clock of the keys' own `time`."""


class InputNoise(events.Event, bubble=False):
    """Something arrived that is no key: a terminal's report, or part of a code."""

    def __init__(self, at: float, began: float | None = None) -> None:
        super().__init__()
        self.time = at
        self.began = at if began is None else began


def mark_followed(key: events.Key) -> None:
    """Note on a key event that another arrived together with it."""
    setattr(key, _FOLLOWED, True)


def is_followed(key: events.Key) -> bool:
    """Whether another key arrived together with this one."""
    return bool(getattr(key, _FOLLOWED, False))


def mark_key(message: Message, *, began: float | None = None, data: str | None = None) -> None:
    """Note on a message how it arrived.

    Args:
        message: a key, a mouse event or a paste.
        began: arrival of the first byte of its sequence; its `time` is that of the last one.
        data: the characters that it is if it turns out to be part of a code.
    """
    if began is not None:
        setattr(message, _BEGAN, began)
    if data is not None:
        setattr(message, _DATA, data)


def began_at(message: Message) -> float:
    """Arrival of the first byte of a key's sequence."""
    return float(getattr(message, _BEGAN, message.time))


def marked_data(message: Message) -> str | None:
    """The characters noted by `mark_key`, None without a note."""
    data: str | None = getattr(message, _DATA, None)
    return data


_FOLLOWED = "_kiosk_followed"
_BEGAN = "_kiosk_began"
_DATA = "_kiosk_data"
