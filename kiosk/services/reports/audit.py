"""Describe the log for people: time, desk, kind, attendee and details of each event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.words import banner
from kiosk.domain.log.events import Body, EventKind, LogEvent
from kiosk.domain.log.ids import hlc_ms
from kiosk.domain.log.setting_schema import QUESTION_PREFIX
from kiosk.domain.text import counted
from kiosk.services.checkin.lists import moment_text
from kiosk.services.checkin.tables import TABLES_SETTING
from kiosk.services.event.event import event_info
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.lists import list_names

_SHOWN = 300
"""Longest setting in a line, in characters: a layout with its pictures is a setting, too."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event of the log."""

    log_id: str
    seq: int
    at: str
    """ISO time with offset in the event's zone."""
    desk: str
    kind: str
    subject: str
    body: Body


def audit_trail(store: Store) -> Iterator[AuditEntry]:
    """All events of all desks, oldest first, one by one."""
    zone = event_info(store).zone
    for event in store.events():
        yield _entry(event, zone)


def _entry(event: LogEvent, zone: ZoneInfo) -> AuditEntry:
    body = _body(event)
    return AuditEntry(
        event.log_id,
        event.seq,
        _moment(body.get("at"), event, zone),
        str(body.get("desk", "")),
        event.kind,
        event.subject,
        body,
    )


def _body(event: LogEvent) -> Body:
    """The body; a corrupt one as its text."""
    try:
        body = json.loads(event.body)
    except ValueError:
        return {"text": event.body}
    return body if isinstance(body, dict) else {"text": event.body}


def _moment(at_ms: object, event: LogEvent, zone: ZoneInfo) -> str:
    """The time in the body; if it is missing or invalid, the time of the log's stamp."""
    for moment_ms in (at_ms, hlc_ms(event.hlc)):
        if isinstance(moment_ms, int) and not isinstance(moment_ms, bool):
            try:
                return moment_text(moment_ms, zone) or ""
            except (ValueError, OverflowError, OSError):
                continue
    return ""


class Narrator:
    """Describes each event in one line, with names instead of ids."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lists = list_names(store.connection)

    def line(self, entry: AuditEntry) -> str:
        """`2027-02-16T09:41:00+05:30  Desk 2  check_in  Priya Sharma  ✓ CHECKED IN on Day 1`."""
        what = f"{self._details(entry)}{_forced(entry.body)}"
        parts = (entry.at, entry.desk, entry.kind, self._person(entry), what)
        return "  ".join(part for part in parts if part)

    def _person(self, entry: AuditEntry) -> str:
        if not entry.subject or entry.kind == EventKind.LIST:
            return ""
        person = attendee(self._store.connection, entry.subject)
        return person.label if person else entry.subject

    def _details(self, entry: AuditEntry) -> str:
        body = entry.body
        match entry.kind:
            case EventKind.CHECK_IN | EventKind.REFUSED:
                return self._verdict(entry)
            case EventKind.UNDO:
                return f"{self._list(body.get('list'))} {_quoted(body.get('reason'))}".strip()
            case EventKind.EDIT:
                return _edited(body)
            case EventKind.WALK_IN:
                return ", ".join(f"{key} = {value}" for key, value in _items(body.get("fields")))
            case EventKind.IMPORT_ROWS:
                return f"{counted(len(body.get('rows', ())), 'row')} from {body.get('source', '')}"
            case EventKind.IMPORT_DONE:
                return str(body.get("file_name", ""))
            case EventKind.BADGES_PRINTED:
                badges = counted(len(body.get("badges", ())), "badge")
                return f"{badges}, layout {body.get('layout', '')}"
            case EventKind.BADGE_WANTED:
                return f"job {body.get('number')}, {body.get('cause')} {body.get('reason')}".strip()
            case EventKind.BADGE_JOB:
                return f"{body.get('state')}: {body.get('printer')} {body.get('sentence')}".strip()
            case EventKind.SETTING:
                return self._setting(str(body.get("key")), body.get("value"))
            case EventKind.LIST:
                return str(body.get("name", ""))
            case EventKind.HELP_DESK:
                way = "to the help desk" if body.get("waits") else "settled"
                return f"{way} {_quoted(body.get('note'))}".strip()
            case EventKind.BIND:
                released = "" if entry.subject else " (released)"
                return str(body.get("code", "")) + released
            case _:
                return ""

    def _verdict(self, entry: AuditEntry) -> str:
        body = entry.body
        try:
            words = str(banner(Outcome(body["outcome"]), Direction(body["direction"])))
        except (KeyError, ValueError):
            words = str(body.get("outcome", ""))
        code = "" if entry.subject else f" {_quoted(body.get('code'))}"
        return f"{words}{code} on {self._list(body.get('list'))}"

    def _setting(self, key: str, value: object) -> str:
        if key.startswith(QUESTION_PREFIX):
            return self._question(key.removeprefix(QUESTION_PREFIX), value)
        if key == TABLES_SETTING:
            return self._tables(value)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return _short(f"{key} = {text}")

    def _question(self, key: str, value: object) -> str:
        if not isinstance(value, dict):
            return f"question {_quoted(key)}: removed"
        lists = map(self._list, _texts(value.get("lists")))
        of = ", ".join([*lists, *_texts(value.get("types"))])
        choices = " / ".join(_texts(value.get("choices")))
        question = f"question {_quoted(value.get('name'))}: {value.get('text')} ({choices})"
        return _short(f"{question}, only {of}" if of else question)

    def _tables(self, value: object) -> str:
        if not isinstance(value, dict):
            return "tables: not assigned"
        names = _texts(value.get("names"))
        seats = f", {value['seats']} seats at each" if value.get("seats") else ""
        where = f", assigned on {self._list(value['list'])}" if value.get("list") else ""
        return _short(f"tables: {len(names)}{seats}{where} ({', '.join(names)})")

    def _list(self, list_id: object) -> str:
        return self._lists.get(str(list_id), str(list_id or ""))


def _forced(body: Body) -> str:
    """Say that a change was made against the rules, why, and with which PIN."""
    reason = "" if body.get("transfer") else _quoted(body.get("reason"))  # a transfer has said it
    forced = f", forced {reason}".rstrip() if body.get("forced") else ""
    role = body.get("authorised")
    return f"{forced}, with the {role}'s PIN" if role else forced


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []


def _edited(body: Body) -> str:
    values = _items(body.get("set"))
    if isinstance(transfer := body.get("transfer"), dict):
        reason = f" ({transfer['reason']})" if transfer.get("reason") else ""
        old_name = _quoted(transfer.get("from"))
        return f"transferred from {old_name}{reason}: {_changes(values, typed=True)}"
    if body.get("dealt"):
        return f"table assigned: {_changes(values)}"
    return f"answered: {_changes(values)}" if body.get("asked") else _changes(values)


def _changes(values: list[tuple[str, object]], *, typed: bool = False) -> str:
    """`Meal = Veg, company = Acme`; `typed`: without emptied fields."""
    return ", ".join(
        f"{key.removeprefix(EXTRA_PREFIX)} = {value}" for key, value in values if value or not typed
    )


def _short(text: str) -> str:
    return text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _quoted(value: object) -> str:
    return f"“{value}”" if value else ""
