"""Check rows that another desk sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from kiosk.domain.log.event_schema import validated_bodies
from kiosk.domain.log.events import Body, LogEvent, event_hash
from kiosk.domain.log.ids import COUNTER_BITS, MAX_STAMP

MAX_BODY_BYTES = 16 * 1024 * 1024
"""An event is never larger: the largest that is written, 500 imported people, is far below."""
MAX_KIND, MAX_SUBJECT = 60, 200
"""Characters."""
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
    rows = list(rows)
    set_aside: list[UnmergedRows] = []
    read = _read_all(rows)
    if read is None:
        each = list(map(_read, rows))
        set_aside = [one for one in each if isinstance(one, UnmergedRows)]
        read = [one for one in each if not isinstance(one, UnmergedRows)]
    texts: dict[str, list[str]] = {}
    for event, _ in read:
        texts.setdefault(event.kind, []).append(event.body)
    bodies = {kind: iter(validated_bodies(kind, of_kind)) for kind, of_kind in texts.items()}
    received = [
        Received(event, (*event, digest), next(bodies[event.kind])) for event, digest in read
    ]
    return received, set_aside


class _Row(NamedTuple):
    """A row of the right shape and size."""

    log_id: str
    seq: Annotated[int, Meta(ge=1, le=MAX_SEQ)]
    hlc: Annotated[int, Meta(ge=0, lt=_TOO_LATE)]
    kind: Annotated[str, Meta(max_length=MAX_KIND)]
    subject: Annotated[str, Meta(max_length=MAX_SUBJECT)]
    body: Annotated[str, Meta(max_length=MAX_BODY_BYTES)]
    digest: str


def _read_all(rows: list[Any]) -> list[tuple[LogEvent, bytes]] | None:
    """`_read` of many rows at once, in half the time; None: at least one is invalid."""
    try:
        checked = msgspec.convert(rows, list[_Row])
        events = [LogEvent._make(row[:6]) for row in checked]
        digests = [event_hash(event) for event in events]
    except (msgspec.ValidationError, UnicodeEncodeError):
        return None
    is_right = b"".join(digests).hex() == "".join([row.digest for row in checked])
    if not is_right or not all(map(_is_log_id, {event.log_id for event in events})):
        return None
    return list(zip(events, digests, strict=True))


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
    if len(kind) > MAX_KIND or len(subject) > MAX_SUBJECT or len(body) > MAX_BODY_BYTES:
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
