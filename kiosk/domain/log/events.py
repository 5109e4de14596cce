"""The append-only log: what kinds of events there are, and how one is written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

import orjson

from kiosk.domain.log.ids import MAX_STAMP
from kiosk.domain.text import escape_surrogates

Body = dict[str, Any]

AFTER = "after"
"""In a body: the newest stamp that the desk had seen, where its own clock is far behind that. It
sorts before every other word of a body."""
_AFTER_HEAD = f'{{"{AFTER}":'
_AFTER = re.compile(rf"{re.escape(_AFTER_HEAD)}(\d{{1,18}}),")


class EventKind(StrEnum):
    """Every kind of event that a log of this format can hold."""

    SETTING = "setting"
    """One setting of the event: `{key, value}`."""
    LIST = "list"
    """A check-in list as it is from now on; subject is the list's id."""
    IMPORT_ROWS = "import_rows"
    """A chunk of new or changed rows: `{source, rows: [[...], ...]}`."""
    IMPORT_DONE = "import_done"
    """The end of an import with its report: `{source, sha256, ...}`."""
    WALK_IN = "walk_in"
    """A person registered at the desk: `{fields}`."""
    EDIT = "edit"
    """Fields typed at the desk: `{set: {field: value}}`; with `transfer: {from, reason}` where the
    ticket is somebody else's now, with `dealt: true` where it is the table given at check-in, with
    `asked: true` where it answers what is asked there."""
    BIND = "bind"
    """A code linked to an attendee: `{code}`, with `check_in: true` where the next event of this
    log is the check-in that linked it. With an empty subject the code is linked to no one again."""
    CHECK_IN = "check_in"
    """An entry or exit that was let through."""
    REFUSED = "refused"
    """A scan that was not."""
    UNDO = "undo"
    """Takes one check-in back: `{log_id, seq, reason}`."""
    BADGES_PRINTED = "badges_printed"
    """`{badges: [[attendee, hash, box, slot], ...], layout}`, with `job: [log_id, seq]` when it
    was printed on the spot."""
    BADGE_WANTED = "badge_wanted"
    """A badge put into this desk's queue: `{number, printer, reason, cause}`; its log id and seq
    name the job."""
    BADGE_JOB = "badge_job"
    """All that is known of a job from now on: `{job: [log_id, seq], state, printer, ...}`."""
    HELP_DESK = "help_desk"
    """A person sent to the help desk, or settled there: `{at, waits, note}`; the newest counts."""


class Stamp(NamedTuple):
    """Total order of all events of all desks; the greatest wins a field."""

    hlc: int
    log_id: str
    seq: int


class LogEvent(NamedTuple):
    """One row of the log."""

    log_id: str
    """Which desk's log: random, made with the file."""
    seq: int
    """1, 2, 3 ... without gaps in each log."""
    hlc: int
    kind: str
    subject: str
    """The attendee's (or list's) id, empty when about neither."""
    body: str
    """Canonical JSON: sorted keys, no spaces, UTF-8."""

    @property
    def stamp(self) -> Stamp:
        """Where this event stands among all that say the same thing."""
        return Stamp(rank(self.hlc, self.body), self.log_id, self.seq)


def rank(hlc: int, body: str) -> int:
    """The stamp by which an event replaces others: its own, or just behind that of which it says
    that it was written after it. So a desk whose clock is days behind can correct what it sees."""
    told = _AFTER.match(body) if body.startswith(_AFTER_HEAD) else None
    if told is None:  # nearly all
        return hlc
    after = int(told[1])
    return max(hlc, after + 1) if after <= MAX_STAMP else hlc


def canonical_json(body: Body) -> str:
    """The one way to write a body down, so that its hash is the same on every desk.

    Of half a pair of surrogates its escape is written out as text: no strict reader takes JSON
    with half a pair, and what nobody can read is lost.
    """
    try:
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        body = _storable(body)
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str | bytes) -> Any:
    """What a JSON text says.

    orjson calls a text that there is no memory for no JSON, too (`Not enough memory to allocate
    buffer for parsing`); taken at its word, a whole import would count for nothing.

    Raises:
        orjson.JSONDecodeError: it is no JSON.
        MemoryError: it may well be.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "memory" in error.msg:
            raise MemoryError from error
        raise


def json_text(value: Any) -> str:
    """JSON as it is kept inside a row; like `canonical_json`, but in the order given."""
    return json_bytes(value).decode()


def json_bytes(value: Any) -> bytes:
    """`json_text`, encoded."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":")).encode()


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return escape_surrogates(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value


def import_rows_json(desk: str, source: str, rows: Iterable[bytes], after: int = 0) -> str:
    """What `canonical_json` makes of an import event's body, from rows that are JSON already.

    Rows are nearly all that an import writes; turned into text once they serve the log and the
    fingerprints.
    """
    first = f'"{AFTER}":{after},' if after else ""
    head, tail = f'{{{first}"desk":{json_text(desk)},"rows":[', f'],"source":{json_text(source)}}}'
    return "".join((head, b",".join(rows).decode(), tail))


def fingerprint(row_json: bytes) -> str:
    """Of an imported row as the log has it: 64 bits, enough to see that a row changed."""
    return blake2b(row_json, digest_size=8).hexdigest()


def event_hash(event: LogEvent) -> bytes:
    """SHA-256 over the whole row: a second, different row under one number is noticed."""
    log_id, seq, hlc, kind, subject, body = event
    text = f"{log_id}\x1f{seq}\x1f{hlc}\x1f{kind}\x1f{subject}\x1f{body}"
    return sha256(text.encode()).digest()
