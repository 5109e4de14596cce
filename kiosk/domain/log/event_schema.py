"""Check the body of an event against the schema of its kind.

Desks check the rows of other desks before they use them. A body that does not fit stays in the
log, so that all desks hold the same log, but no table uses it. The answer depends on the event
alone, so every desk gives the same answer in any order of events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from kiosk.domain.checkin.rules import Direction, EntryRule, Outcome
from kiosk.domain.log.events import Body, EventKind, InvalidJson, parsed, parsed_lines
from kiosk.domain.log.setting_schema import (
    QUESTION_PREFIX,
    Moment,
    Number,
    Text,
    Text64,
    Text200,
    are_days,
    can_be_answered,
    is_shallow,
    type_of,
)
from kiosk.domain.people.attendee import TEXT_FIELDS
from kiosk.domain.people.registration import ImportRow, TicketStatus, code_lists
from kiosk.domain.printing.job import PrintState

_NUL = "\\u0000"
"""The only way to write the character NUL in JSON."""
HELP_NOTE = 200
"""Characters of a note for the help desk: one line, read while an attendee waits."""

# Texts hold no NUL, which `_has_nul` checks: a pattern here would be tried on each text.
_Text300 = Annotated[str, Meta(max_length=300)]
_Note = Annotated[str, Meta(max_length=HELP_NOTE)]
_DeviceJob = Annotated[int, Meta(ge=0, le=2**53)]
_Seq = Annotated[int, Meta(ge=0, le=2**60)]
_EventRef = tuple[Text64, _Seq]
"""(log_id, seq) of another event."""


class _AnyBody(TypedDict):
    """What every body may say; a body of an unknown kind is checked for no more."""

    desk: NotRequired[Text]


class _Setting(_AnyBody):
    key: Text200
    value: Any
    """Checked by `_SETTINGS`, by its key."""


class _List(_AnyBody):
    name: Text200
    opens_ms: Moment | None
    closes_ms: Moment | None
    ticket_types: list[Text]
    entry: EntryRule
    position: Number
    is_day: bool
    removed: bool
    changed: NotRequired[list[Text]]
    """The fields that this event changes; absent: all of them."""


class _ImportRows(_AnyBody):
    source: Text200
    rows: list[ImportRow]


class _OldImportRows(_AnyBody):
    """As `_ImportRows`; before format 3 each row ended with its fingerprint."""

    source: Text200
    rows: list[list[Any]]


class _ImportDone(_AnyBody):
    at: Moment
    source: Text
    sha256: Text
    file_name: Text
    report: dict[str, Any]


class _WalkIn(_AnyBody):
    fields: dict[str, Any]
    """Checked by `_WalkInFields`."""


_WalkInFields = msgspec.defstruct(
    "_WalkInFields",
    [
        *((name, Text | msgspec.UnsetType, msgspec.UNSET) for name in TEXT_FIELDS),
        ("heads", Number | msgspec.UnsetType, msgspec.UNSET),
        ("status", TicketStatus | msgspec.UnsetType, msgspec.UNSET),
        ("extra", dict[str, str] | msgspec.UnsetType, msgspec.UNSET),
    ],
    forbid_unknown_fields=True,
)


# "from" is a keyword, so this one has no class body.
_Transfer = TypedDict("_Transfer", {"from": Text, "reason": Text})


class _Edit(_AnyBody):
    set: dict[_Text300, Text]
    transfer: NotRequired[_Transfer | None]
    asked: NotRequired[Any]
    dealt: NotRequired[Any]


class _Bind(_AnyBody):
    code: Text


class _Scan(TypedDict):
    at: Moment
    desk: Text
    list: Text
    code: Text
    direction: Direction
    outcome: Outcome
    heads: Number
    forced: bool
    reason: Text
    seen: NotRequired[_EventRef | None]
    """The newest scan of this attendee that the desk knew."""


class _Undo(TypedDict):
    at: Moment
    log_id: Text64
    seq: _Seq
    reason: Text
    desk: Text


class _Badges(_AnyBody):
    at: Moment
    layout: Text
    badges: list[tuple[Text200, Text200, Text200, Number]]
    """(attendee, hash, box, slot)"""
    made: NotRequired[Any]
    job: NotRequired[Any]
    """An `_EventRef`, or any empty value for none."""


class _BadgeWanted(TypedDict):
    at: Moment
    number: Number
    reason: Text
    cause: Text
    desk: Text
    printer: Text


class _BadgeJob(_AnyBody):
    job: _EventRef
    state: PrintState
    printer: Text
    backend: Text
    layout: Text
    hash: Text
    sentence: Text
    next_step: Text
    device_job: _DeviceJob
    needs_help: bool
    final: bool
    sent_at: Moment
    at: Moment


class _HelpDesk(TypedDict):
    at: Moment
    waits: bool
    note: _Note
    desk: Text


class _Desk(_AnyBody):
    earlier: list[Text64]
    closed: NotRequired[list[_EventRef]]
    introduces: NotRequired[list[Text64]]


_BODIES: dict[str, Any] = {
    EventKind.SETTING: _Setting,
    EventKind.LIST: _List,
    EventKind.IMPORT_ROWS: _ImportRows,
    EventKind.IMPORT_DONE: _ImportDone,
    EventKind.WALK_IN: _WalkIn,
    EventKind.EDIT: _Edit,
    EventKind.BIND: _Bind,
    EventKind.CHECK_IN: _Scan,
    EventKind.REFUSED: _Scan,
    EventKind.UNDO: _Undo,
    EventKind.BADGES_PRINTED: _Badges,
    EventKind.BADGE_WANTED: _BadgeWanted,
    EventKind.BADGE_JOB: _BadgeJob,
    EventKind.HELP_DESK: _HelpDesk,
    EventKind.DESK: _Desk,
}

_SETTINGS = frozenset(
    {"name", "timezone", "layout_pack", "logo_pack", "sponsors_pack", "days", "tables"}
)
"""An event that sets one of these, or a question, to a value of another type is not used at all."""


def validated_body(kind: str, text: str) -> Body | None:
    """The body of an event with the fields of its kind; None for one that does not fit.

    Bodies of kinds that this kiosk does not know only have to be JSON objects.

    Raises:
        MemoryError: there is too little memory to read it.
    """
    try:
        body: Body = parsed(text, _BODIES.get(kind, _AnyBody))
    except InvalidJson:
        return _old_import_rows(text) if kind == EventKind.IMPORT_ROWS else None
    return body if _passes(kind, body, text) else None


def validated_bodies(kind: str, texts: Sequence[str]) -> list[Body | None]:
    """`validated_body` of many events of one kind."""
    try:
        bodies: list[Body] = parsed_lines(texts, _BODIES.get(kind, _AnyBody))
    except InvalidJson:  # of at least one
        return [validated_body(kind, text) for text in texts]
    if kind not in _CHECKS and not any(_NUL in text for text in texts):
        return list(bodies)
    pairs = zip(bodies, texts, strict=True)
    return [body if _passes(kind, body, text) else None for body, text in pairs]


def _passes(kind: str, body: Body, text: str) -> bool:
    """Whether a body of the right types also passes the checks beyond them."""
    check = _CHECKS.get(kind)
    try:
        if check is not None and not check(body):
            return False
    except (msgspec.DecodeError, ValueError):
        return False
    return not (_NUL in text and _has_nul(_texts_without_nul(body)))


def _texts_without_nul(body: Body) -> Body:
    """The parts of a body in which no text may hold NUL."""
    checked = {name: value for name, value in body.items() if name not in _MAY_HOLD_NUL}
    if "fields" in checked:
        checked["fields"] = {**checked["fields"], "extra": None}
    key = checked.get("key", "")
    if "value" in checked and key not in _SETTINGS and not key.startswith(QUESTION_PREFIX):
        del checked["value"]
    return checked


_MAY_HOLD_NUL = frozenset({"rows", "report", "asked", "dealt"})


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\x00" in value


def _is_setting(body: Body) -> bool:
    key, value = body["key"], body["value"]
    if not is_shallow(value):
        return False
    if key.startswith(QUESTION_PREFIX) or key in _SETTINGS:
        msgspec.convert(value, type_of(key))
    if key.startswith(QUESTION_PREFIX) and not can_be_answered(value):
        return False
    return key != "days" or are_days(value)


def _has_import_rows(body: Body) -> bool:
    for row in body["rows"]:
        if row.extra != "{}":
            _extra(row.extra)
        code_lists(row.codes)
    return True


_extra = msgspec.json.Decoder(dict[str, str]).decode


def _old_import_rows(text: str) -> Body | None:
    """Rows as they were written before format 3, without their fingerprints."""
    try:
        body: Body = parsed(text, _OldImportRows)
        rows = body["rows"]
        if not rows or not _has_fingerprint(rows[0]):
            return None
        body["rows"] = [row[:-1] if _has_fingerprint(row) else row for row in rows]
        body = msgspec.convert(body, _ImportRows)
        has_nul = _NUL in text and _has_nul(_texts_without_nul(body))
        return body if _has_import_rows(body) and not has_nul else None
    except (InvalidJson, msgspec.DecodeError):
        return None


def _has_fingerprint(row: list[Any]) -> bool:
    last = row[-1] if len(row) == len(ImportRow._fields) + 1 else None
    return type(last) is str and len(last) <= 16 and "\x00" not in last


def _is_walk_in(body: Body) -> bool:
    msgspec.convert(body["fields"], _WalkInFields)
    return True


def _is_edit(body: Body) -> bool:
    changes = body["set"]
    heads = changes.get("heads", "1")
    return (
        heads.isascii()
        and heads.isdigit()
        and len(heads) <= 9
        and changes.get("status", TicketStatus.VALID) in _STATUSES
    )


_STATUSES = frozenset({*TicketStatus, ""})
"""Empty: the edit is withdrawn, and the imported status counts."""


def _names_job(body: Body) -> bool:
    if job := body.get("job"):
        msgspec.convert(job, _EventRef)
    return True


_CHECKS: dict[str, Callable[[Body], bool]] = {
    EventKind.SETTING: _is_setting,
    EventKind.IMPORT_ROWS: _has_import_rows,
    EventKind.IMPORT_DONE: lambda body: is_shallow(body["report"]),
    EventKind.WALK_IN: _is_walk_in,
    EventKind.EDIT: _is_edit,
    EventKind.BADGES_PRINTED: _names_job,
}
"""Checks beyond types."""
