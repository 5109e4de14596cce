"""Does an event's body say what its kind must say?

Desks believe each other's rows only after this look at them: what does not fit stays in the log,
so that all desks hold the same one, but no table ever learns of it. The answer depends on the
event alone, hence every desk gives the same one in whatever order events arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any

import orjson

from kiosk.domain.checkin.questions import MAX_CHOICES
from kiosk.domain.checkin.rules import Direction, EntryRule, Outcome
from kiosk.domain.log.events import Body, EventKind, parsed
from kiosk.domain.people.attendee import EDITABLE_FIELDS, TEXT_FIELDS
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.printing.job import PrintState

MAX_TIME_MS = 253_000_000_000_000
"""In the year 9987: a moment in any time zone that `datetime` can still show."""
MAX_NUMBER = 1_000_000_000
MAX_TEXT = 20_000
MAX_DEPTH = 32
MAX_PICTURE = 1_400_000
"""Characters of a picture in base64: a megabyte of it."""
HELP_NOTE = 200
"""Characters of a note for the help desk: one line that is read while somebody waits."""
IMPORT_COLUMNS = 16
_HEADS_COLUMN, _STATUS_COLUMN = 11, 9
_EXTRA_COLUMN, _CODES_COLUMN = 14, 15

_STATUSES = frozenset(TicketStatus)
_OUTCOMES = frozenset(Outcome)
_DIRECTIONS = frozenset(Direction)
_ENTRY_RULES = frozenset(EntryRule)
_PRINT_STATES = frozenset(PrintState)
_SCAN_FIELDS = itemgetter("at", "list", "code", "direction", "outcome", "heads", "forced", "reason")


def validated_body(kind: str, text: str) -> Body | None:
    """The body of an event, if it fits its kind; None for one that must not be believed.

    Bodies of kinds that this kiosk does not know only have to be JSON objects.

    Raises:
        MemoryError: there is too little to tell.
    """
    try:
        body = parsed(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict) or not _text(body.get("desk", "")):
        return None
    check = _CHECKS.get(kind)
    if kind == EventKind.IMPORT_ROWS:
        _leave_out_fingerprints(body)
    try:
        fits = check is None or check(body)
    except (KeyError, TypeError, ValueError):
        return None
    return body if fits else None


def _text(value: Any, limit: int = MAX_TEXT) -> bool:
    return type(value) is str and len(value) <= limit and "\x00" not in value


def _number(value: Any, low: int = 0, high: int = MAX_NUMBER) -> bool:
    return type(value) is int and low <= value <= high


def _moment(value: Any) -> bool:
    return _number(value, high=MAX_TIME_MS)


def _shallow(value: Any, depth: int = MAX_DEPTH) -> bool:
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(_shallow(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return all(_shallow(item, depth - 1) for item in value)
    return True


def _setting(body: Body) -> bool:
    value = body["value"]
    if not _text(body["key"], 200) or not _shallow(value):
        return False
    match body["key"]:
        case "name" | "timezone":
            return _text(value, 200)
        case "layout_pack":
            return value is None or _layout_pack(value)
        case "logo_pack":
            return value is None or (_text(value["name"]) and _text(value["picture"], MAX_PICTURE))
        case "days":
            return type(value) is list and all(bool(date.fromisoformat(day)) for day in value)
        case key if key.startswith("question:"):
            return value is None or _question(value)
        case "tables":
            return value is None or _tables(value)
        case _:
            return True


def _layout_pack(value: Any) -> bool:
    pictures = value["pictures"]
    return (
        _text(value["name"])
        and _text(value["toml"], 100_000)
        and type(pictures) is dict
        and len(pictures) <= 12
        and all(_text(name, 400) and _text(data, MAX_PICTURE) for name, data in pictures.items())
    )


def _question(value: Any) -> bool:
    return (
        _text(value["name"], 200)
        and _text(value["text"], 1_000)
        and all(
            type(value[name]) is list and all(_text(item, 200) for item in value[name])
            for name in ("choices", "lists", "types")
        )
        and 2 <= len(value["choices"]) <= MAX_CHOICES
        and _number(value["position"])
    )


def _tables(value: Any) -> bool:
    names, seats = value["names"], value["seats"]
    return (
        type(names) is list
        and len(names) <= 1_000
        and all(_text(name, 200) for name in names)
        and (seats is None or _number(seats, 1))
        and _text(value["list"], 200)
    )


def _list(body: Body) -> bool:
    moments = (body["opens_ms"], body["closes_ms"])
    return (
        _text(body["name"], 200)
        and all(moment is None or _moment(moment) for moment in moments)
        and type(body["ticket_types"]) is list
        and all(_text(kind) for kind in body["ticket_types"])
        and body["entry"] in _ENTRY_RULES
        and _number(body["position"])
        and type(body["is_day"]) is bool
        and type(body["removed"]) is bool
    )


def _leave_out_fingerprints(body: Body) -> None:
    """Rows written before format 3 end with their fingerprint, which is made anew when needed."""
    rows = body.get("rows")
    if type(rows) is list and any(_has_fingerprint(row) for row in rows[:1]):
        body["rows"] = [row[:IMPORT_COLUMNS] if _has_fingerprint(row) else row for row in rows]


def _has_fingerprint(row: Any) -> bool:
    return type(row) is list and len(row) == IMPORT_COLUMNS + 1 and _text(row[-1], 16)


def _import_rows(body: Body) -> bool:
    rows = body["rows"]
    return _text(body["source"], 200) and type(rows) is list and all(_import_row(r) for r in rows)


def _import_row(row: Any) -> bool:
    if type(row) is not list or len(row) != IMPORT_COLUMNS:
        return False
    for column, value in enumerate(row):
        if column == _HEADS_COLUMN:
            if not _number(value):
                return False
        elif type(value) is not str:
            return False
    return (
        0 < len(row[0]) <= 200
        and row[_STATUS_COLUMN] in _STATUSES
        and (row[_EXTRA_COLUMN] == "{}" or _extra(parsed(row[_EXTRA_COLUMN])))
        and _codes(parsed(row[_CODES_COLUMN]))
    )


def _extra(value: Any) -> bool:
    return type(value) is dict and all(type(item) is str for item in value.values())


def _codes(value: Any) -> bool:
    if type(value) is not list or len(value) != 2:
        return False
    return all(type(part) is list and all(type(c) is str for c in part) for part in value)


def _import_done(body: Body) -> bool:
    report = body["report"]
    return (
        _moment(body["at"])
        and all(_text(body[name]) for name in ("source", "sha256", "file_name"))
        and type(report) is dict
        and _shallow(report)
    )


def _walk_in(body: Body) -> bool:
    fields = body["fields"]
    return type(fields) is dict and all(_walk_in_field(*item) for item in fields.items())


def _walk_in_field(name: str, value: Any) -> bool:
    if name == "heads":
        return _number(value)
    if name == "extra":
        return _extra(value)
    if name == "status":
        return value in _STATUSES
    return name in TEXT_FIELDS and _text(value)


def _edit(body: Body) -> bool:
    changes = body["set"]
    if type(changes) is not dict or not all(_text(value) for value in changes.values()):
        return False
    heads = changes.get("heads", "1")
    return (
        _transfer(body.get("transfer"))
        and heads.isascii()
        and heads.isdigit()
        and len(heads) <= 9
        and changes.get("status", TicketStatus.VALID) in _STATUSES
        and all(name in EDITABLE_FIELDS or _text(name, 300) for name in changes)
    )


def _transfer(told: Any) -> bool:
    """Whose the ticket was, where an edit passes it on."""
    return told is None or (_text(told["from"]) and _text(told["reason"]))


def _bind(body: Body) -> bool:
    return _text(body["code"])


def _scan(body: Body) -> bool:
    at, list_id, code, direction, outcome, heads, forced, reason = _SCAN_FIELDS(body)
    seen = body.get("seen")
    return (
        type(at) is int
        and 0 <= at <= MAX_TIME_MS
        and _texts(body["desk"], list_id, code, reason)
        and direction in _DIRECTIONS
        and outcome in _OUTCOMES
        and type(heads) is int
        and 0 <= heads <= MAX_NUMBER
        and type(forced) is bool
        and (seen is None or _target(*seen))
    )


def _texts(*values: Any) -> bool:
    """`_text` of all of them, by one look: most events are scans.

    Raises:
        TypeError: one is no text.
    """
    joined = "".join(values)
    if "\x00" in joined:
        return False
    return len(joined) <= MAX_TEXT or all(len(value) <= MAX_TEXT for value in values)


def _target(log_id: Any, seq: Any) -> bool:
    return _text(log_id, 64) and _number(seq, high=2**60)


def _undo(body: Body) -> bool:
    return (
        _moment(body["at"])
        and _target(body["log_id"], body["seq"])
        and _text(body["reason"])
        and _text(body["desk"])
    )


def _badges(body: Body) -> bool:
    badges = body["badges"]
    return (
        _moment(body["at"])
        and _text(body["layout"])
        and type(badges) is list
        and all(_badge(*badge) for badge in badges)
        and (not body.get("job") or _target(*body["job"]))
    )


def _badge(attendee: Any, digest: Any, box: Any, slot: Any) -> bool:
    return _text(attendee, 200) and _text(digest, 200) and _text(box, 200) and _number(slot)


def _badge_wanted(body: Body) -> bool:
    texts = ("reason", "cause", "desk", "printer")
    return (
        _moment(body["at"]) and _number(body["number"]) and all(_text(body[name]) for name in texts)
    )


def _badge_job(body: Body) -> bool:
    texts = ("printer", "backend", "layout", "hash", "sentence", "next_step")
    return (
        _target(*body["job"])
        and body["state"] in _PRINT_STATES
        and all(_text(body[name]) for name in texts)
        and _number(body["device_job"], high=2**53)
        and all(type(body[name]) is bool for name in ("needs_help", "final"))
        and all(_moment(body[name]) for name in ("sent_at", "at"))
    )


def _help_desk(body: Body) -> bool:
    return (
        _moment(body["at"])
        and type(body["waits"]) is bool
        and _text(body["note"], HELP_NOTE)
        and _text(body["desk"])
    )


_CHECKS: dict[str, Callable[[Body], bool]] = {
    EventKind.SETTING: _setting,
    EventKind.LIST: _list,
    EventKind.IMPORT_ROWS: _import_rows,
    EventKind.IMPORT_DONE: _import_done,
    EventKind.WALK_IN: _walk_in,
    EventKind.EDIT: _edit,
    EventKind.BIND: _bind,
    EventKind.CHECK_IN: _scan,
    EventKind.REFUSED: _scan,
    EventKind.UNDO: _undo,
    EventKind.BADGES_PRINTED: _badges,
    EventKind.BADGE_WANTED: _badge_wanted,
    EventKind.BADGE_JOB: _badge_job,
    EventKind.HELP_DESK: _help_desk,
}
