"""The kinds of events in the append-only log, and how an event is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

import msgspec

from kiosk.domain.log.ids import MAX_STAMP
from kiosk.domain.text import escape_surrogates

Body = dict[str, Any]

AFTER = "after"
"""In a body: the newest stamp that the desk had seen, where its own clock is far behind. It sorts
before every other key of a body."""
_AFTER_HEAD = f'{{"{AFTER}":'
_AFTER = re.compile(rf"{re.escape(_AFTER_HEAD)}(\d{{1,18}}),")


class EventKind(StrEnum):
    """Every kind of event that a log of this format can hold."""

    SETTING = "setting"
    """One setting of the event: `{key, value}`."""
    LIST = "list"
    """The new state of a check-in list; the subject is its id."""
    IMPORT_ROWS = "import_rows"
    """A chunk of new or changed rows: `{source, rows: [[...], ...]}`."""
    IMPORT_DONE = "import_done"
    """The end of an import with its report: `{source, sha256, ...}`."""
    WALK_IN = "walk_in"
    """A person registered at the desk: `{fields}`."""
    EDIT = "edit"
    """Fields typed at a desk: `{set: {field: value}}`; with `transfer: {from, reason}` where the
    ticket has a new holder, with `dealt: true` where the table was assigned at check-in, with
    `asked: true` where it answers a question, with `payment: {was}` where it is part of the next
    check-in of this log and ends with its undo: `was` is the status typed before, or empty."""
    BIND = "bind"
    """A code linked to an attendee: `{code}`, with `check_in: true` where the next event of this
    log is the check-in that linked it. With an empty subject the code is linked to no one again."""
    CHECK_IN = "check_in"
    """An admitted entry or exit."""
    REFUSED = "refused"
    """A refused scan."""
    UNDO = "undo"
    """Undoes one check-in: `{log_id, seq, reason}`."""
    BADGES_PRINTED = "badges_printed"
    """`{badges: [[attendee, hash, box, slot], ...], layout}`, with `job: [log_id, seq]` when it was
    printed on demand, with `made: true` when only a file was written, and no print is confirmed."""
    BADGE_WANTED = "badge_wanted"
    """A badge added to this desk's queue: `{number, printer, reason, cause}`; its log id and seq
    identify the job."""
    BADGE_JOB = "badge_job"
    """The new state of a print job: `{job: [log_id, seq], state, printer, ...}`."""
    HELP_DESK = "help_desk"
    """An attendee sent to the help desk, or settled there: `{at, waits, note}`; the newest
    counts."""
    DESK = "desk"
    """The desk that writes this log: `{earlier}`, the logs that it wrote before; with `closed:
    [[log_id, seq]]`, the ends of its unsigned logs; with `introduces: [log_id]`, new desks."""


class Stamp(NamedTuple):
    """Total order of all events of all desks; the greatest wins a field."""

    hlc: int
    log_id: str
    seq: int


class LogEvent(NamedTuple):
    """One row of the log."""

    log_id: str
    """The log of a desk: random, or made from its key once the event is shared."""
    seq: int
    """1, 2, 3 ... without gaps in each log."""
    hlc: int
    kind: str
    subject: str
    """The id of the attendee (or list), empty when about neither."""
    body: str
    """Canonical JSON: sorted keys, no spaces, UTF-8."""

    @property
    def stamp(self) -> Stamp:
        """Its place among all events about the same thing."""
        return Stamp(rank(self.hlc, self.body), self.log_id, self.seq)


def rank(hlc: int, body: str) -> int:
    """The stamp by which an event replaces others: its own, or just after the stamp that it names
    as older.

    So a desk with a clock days behind can correct what it sees.
    """
    older = _AFTER.match(body) if names_older(body) else None
    if older is None:  # nearly all
        return hlc
    after = int(older[1])
    return max(hlc, after + 1) if after <= MAX_STAMP else hlc


def names_older(body: str) -> bool:
    """Whether a body names a stamp as older, so that its `rank` is not the stamp of its event."""
    return body.startswith(_AFTER_HEAD)


class InvalidJson(ValueError):
    """A text is not JSON, or not JSON of the type that is wanted."""


MAX_NESTING = 100
"""Arrays and objects inside each other in one body. A fixed limit: the parser's own limit depends
on how deep the call is, and desks must give the same answer."""
_OUTSIDE_BRACKETS = re.compile(r"[^\[\]{}]+")


def canonical_json(body: Body) -> str:
    """The one way to write a body, so that its hash is the same on every desk.

    Half a surrogate pair is written as the text of its escape, because no strict reader takes
    JSON with half a pair.
    """
    try:
        return _SORTING.encode(body).decode()
    except (UnicodeEncodeError, OverflowError, TypeError):
        body = _storable(body)
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_SORTING = msgspec.json.Encoder(order="deterministic")


def parsed(text: str | bytes, wanted: Any = Any) -> Any:
    """The value of a JSON text, with the fields that the wanted type names.

    Raises:
        InvalidJson: it is no JSON, nested deeper than `MAX_NESTING`, or of another type.
        MemoryError: there is too little memory to read it.
    """
    if _is_too_deep(text):
        raise InvalidJson
    try:
        return _decoder(wanted).decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidJson from error


def parsed_lines(texts: Sequence[str], wanted: Any) -> list[Any]:
    """`parsed` of many JSON objects at once, in two thirds of the time.

    Each text is a line, so none may hold a line end. A line end between `}` and `{` is no JSON
    inside an object, so each of them ends a value: as many values as texts are one for each.

    Raises:
        InvalidJson: one of them is not what `parsed` takes, or is not written as bodies are.
    """
    lines = "\n".join(texts)
    is_object_a_line = (
        lines.startswith("{")
        and lines.endswith("}")
        and lines.count("\n") == lines.count("}\n{") == len(texts) - 1
    )
    if not is_object_a_line or any(map(_is_too_deep, texts)):
        raise InvalidJson
    try:
        values = _decoder(wanted).decode_lines(lines)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidJson from error
    if len(values) != len(texts):
        raise InvalidJson
    return values


@cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


def _is_too_deep(text: str | bytes) -> bool:
    if isinstance(text, bytes):
        text = text.decode("latin-1")  # brackets are the same bytes
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return False  # nearly all
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    brackets = _OUTSIDE_BRACKETS.sub("", "".join(unescaped.split('"')[::2]))
    for _ in range(MAX_NESTING):
        brackets = brackets.replace("[]", "").replace("{}", "")
        if not brackets:
            return False
    return True


def json_text(value: Any) -> str:
    """JSON as it is kept inside a row; like `canonical_json`, but in the order given."""
    return json_bytes(value).decode()


def json_lines(values: Sequence[Any]) -> list[bytes]:
    """`json_bytes` of many values, in a third of the time."""
    return _lines(values).split(b"\n") if values else []


def json_texts(values: Sequence[Any]) -> list[str]:
    """`json_text` of many values."""
    return _lines(values).decode().split("\n") if values else []


def _lines(values: Sequence[Any]) -> bytes:
    """JSON values, one a line: line ends inside of a text are escaped."""
    try:
        return _IN_ORDER.encode_lines(values)[:-1]
    except (UnicodeEncodeError, OverflowError, TypeError):
        return b"\n".join(map(json_bytes, values))


def json_bytes(value: Any) -> bytes:
    """`json_text`, encoded."""
    try:
        return _IN_ORDER.encode(value)
    except (UnicodeEncodeError, OverflowError, TypeError):
        return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":")).encode()


_IN_ORDER = msgspec.json.Encoder()


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return escape_surrogates(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value


def import_rows_json(desk: str, source: str, rows: Iterable[bytes], after: int = 0) -> str:
    """The canonical JSON of an import event, from rows that are JSON already.

    Imports write little else, so each row is encoded once, for the log and for its fingerprint.
    """
    first = f'"{AFTER}":{after},' if after else ""
    head, tail = f'{{{first}"desk":{json_text(desk)},"rows":[', f'],"source":{json_text(source)}}}'
    return "".join((head, b",".join(rows).decode(), tail))


def fingerprint(row_json: bytes) -> str:
    """A hash of an imported row as in the log: 64 bits, enough to detect a change."""
    return blake2b(row_json, digest_size=8).hexdigest()


def event_hash(event: LogEvent) -> bytes:
    """SHA-256 over the whole row, which detects a second, different row with one number."""
    log_id, seq, hlc, kind, subject, body = event
    text = f"{log_id}\x1f{seq}\x1f{hlc}\x1f{kind}\x1f{subject}\x1f{body}"
    return sha256(text.encode()).digest()
