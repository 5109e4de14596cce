"""Check rows that another desk sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import Body, LogEvent, event_hash
from kiosk.domain.log.ids import COUNTER_BITS, MAX_STAMP

MAX_BODY_BYTES = 16 * 1024 * 1024
"""An event is never larger: the largest that is written, 500 imported people, is far below."""
MAX_SEQ = 2**53
FOLLOWED_MS = 2 * 60 * 1000
"""A clock further ahead than this is reported and not followed."""
_TOO_LATE = MAX_STAMP + (1 << COUNTER_BITS)
_LOG_ID = re.compile(r"[0-9a-f]{32}")

WireRow = Sequence[Any]
"""`[log_id, seq, hlc, kind, subject, body, hash]`, the hash in hexadecimal or as bytes."""


@dataclass(frozen=True, slots=True)
class UnmergedRows:
    """A row that is not a valid event."""

    log_id: str
    """May be empty, where it is not known."""
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Two different events with one number: a file was copied or restored."""

    log_id: str
    seq: int


class Received(NamedTuple):
    """An event of another desk with valid shape, size and hash."""

    event: LogEvent
    row: tuple[Any, ...]
    """The event with its hash, as the log has it."""
    body: Body | None
    """None: the body does not fit its kind, and no table uses it."""


def read_rows(rows: Iterable[Any]) -> tuple[list[Received], list[UnmergedRows]]:
    """Split rows of another desk into events and invalid rows.

    Needs neither file nor clock, so any thread may do it while another one writes.
    """
    received: list[Received] = []
    set_aside: list[UnmergedRows] = []
    for row in rows:
        read = _read(row)
        if isinstance(read, UnmergedRows):
            set_aside.append(read)
        else:
            event, digest = read
            body = validated_body(event.kind, event.body)
            received.append(Received(event, (*event, digest), body))
    return received, set_aside


def read_row(row: Any) -> LogEvent | UnmergedRows:
    """A row of another desk as an event, if shape, size and hash are valid."""
    read = _read(row)
    return read if isinstance(read, UnmergedRows) else read[0]


def _read(row: Any) -> tuple[LogEvent, bytes] | UnmergedRows:
    if not isinstance(row, list | tuple) or len(row) != 7:
        return UnmergedRows("", 0, "not a row of the log")
    log_id, seq, hlc, kind, subject, body, digest = row
    if type(log_id) is not str or not _is_log_id(log_id):
        return UnmergedRows("", 0, "not the name of a log")
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        return UnmergedRows(log_id, 0, "not a number of a log")
    if type(hlc) is not int or not 0 <= hlc < _TOO_LATE:
        return UnmergedRows(log_id, seq, "an impossible time")
    if not (type(kind) is type(subject) is type(body) is str):
        return UnmergedRows(log_id, seq, "not text")
    if len(kind) > 60 or len(subject) > 200 or len(body) > MAX_BODY_BYTES:
        return UnmergedRows(log_id, seq, "larger than any event")
    event = LogEvent(log_id, seq, hlc, kind, subject, body)
    try:
        expected = event_hash(event)
    except UnicodeEncodeError:
        return UnmergedRows(log_id, seq, "not text")
    if (digest if type(digest) is bytes else _unhex(digest)) != expected:
        return UnmergedRows(log_id, seq, "the hash is wrong")
    return event, expected


@lru_cache(maxsize=256)
def _is_log_id(text: str) -> bool:
    """Remembered, because most rows of a message are of few logs."""
    return _LOG_ID.fullmatch(text) is not None


def _unhex(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError):
        return b""
