"""What another desk sends, looked at before it is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.clock import MAX_STAMP_MS, hlc_ms
from kiosk.domain.events import LogEvent, event_hash

MAX_BODY_BYTES = 16 * 1024 * 1024
"""An event is never larger: the largest that is written, 500 imported people, is far below."""
MAX_SEQ = 2**53
FOLLOWED_MS = 2 * 60 * 1000
"""A desk's clock that is further ahead than this is named, and not followed."""
_LOG_ID = re.compile(r"[0-9a-f]{32}")

WireRow = Sequence[Any]
"""`[log_id, seq, hlc, kind, subject, body, hash]`, the hash in hexadecimal or as bytes."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that came as an event and was not believed."""

    log_id: str
    """As far as it can be told; may be empty."""
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Two different events under one number: somebody's file was copied or restored."""

    log_id: str
    seq: int


def read_row(row: Any) -> LogEvent | SetAside:
    """A row from outside as an event, when it is one in shape, size and hash."""
    if not isinstance(row, list | tuple) or len(row) != 7:
        return SetAside("", 0, "not a row of the log")
    log_id, seq, hlc, kind, subject, body, digest = row
    if type(log_id) is not str or not _LOG_ID.fullmatch(log_id):
        return SetAside("", 0, "no log has such a name")
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        return SetAside(log_id, 0, "not a number of the log")
    event = LogEvent(log_id, seq, hlc, kind, subject, body)
    why = _fault(event, digest)
    return SetAside(log_id, seq, why) if why else event


def _fault(event: LogEvent, digest: Any) -> str:
    _, _, hlc, kind, subject, body = event
    if type(hlc) is not int or not 0 <= hlc_ms(hlc) <= MAX_STAMP_MS:
        return "a time that no clock shows"
    if not (type(kind) is type(subject) is type(body) is str):
        return "not text"
    if len(kind) > 60 or len(subject) > 200 or len(body) > MAX_BODY_BYTES:
        return "larger than any event"
    try:
        expected = event_hash(event)
    except UnicodeEncodeError:
        return "not text"
    given = digest if isinstance(digest, bytes) else _unhex(digest)
    return "" if given == expected else "changed on its way"


def _unhex(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError):
        return b""
