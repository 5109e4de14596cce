"""The tables are the same in whatever order the events of several desks come in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.log.events import EventKind, LogEvent, canonical_json
from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.schema import make_tables
from kiosk.storage.log import projection
from kiosk.storage.log.statements import TABLES
from kiosk.storage.recovery.integrity import table_dump
from tests.support.stores import row

pytestmark = pytest.mark.slow

PEOPLE = ("p1", "p2")
_REPORT: dict[str, Any] = {"report": {}}


def _scan(draw: st.DrawFn, at: int) -> dict[str, Any]:
    return {
        "at": at,
        "list": draw(st.sampled_from(["door", "lunch"])),
        "direction": draw(st.sampled_from(["entry", "exit"])),
        "code": "T-1",
        "outcome": "ok",
        "heads": 1,
        "forced": False,
        "lifted": [],
        "reason": "",
        "seen": None,
    }


def _list(draw: st.DrawFn, position: int) -> dict[str, Any]:
    fields = st.sampled_from(["name", "entry", "position", "removed"])
    changed = draw(st.none() | st.lists(fields, unique=True))
    return {
        **({} if changed is None else {"changed": changed}),
        "name": draw(st.sampled_from(["Door", "Gate"])),
        "opens_ms": None,
        "closes_ms": None,
        "ticket_types": [],
        "entry": "once",
        "position": position,
        "is_day": False,
        "removed": draw(st.booleans()),
    }


@st.composite
def imports(draw: st.DrawFn) -> dict[str, Any]:
    """A chunk of one or two people."""
    ids = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True))
    rows = []
    for attendee_id in ids:
        person = Attendee(attendee_id, name=draw(st.sampled_from(["Asha", "Ravi"])))
        person = replace(person, extra=draw(st.dictionaries(st.sampled_from("AB"), st.just("x"))))
        codes = draw(st.lists(st.sampled_from(["c1", "C1", "c2"]), max_size=2, unique=True))
        rows.append(row(person, *codes, weak=("w",)))
    return {"source": draw(st.sampled_from(["one", "two"])), "rows": rows}


@st.composite
def bodies(draw: st.DrawFn) -> tuple[EventKind, str, dict[str, Any]]:
    """One event of any kind; an undo may name an event of either log, there yet or not."""
    kind = draw(st.sampled_from(list(EventKind)))
    person = draw(st.sampled_from(PEOPLE))
    at = draw(st.integers(1, 5))
    match kind:
        case EventKind.SETTING:
            return kind, "", {"key": "name", "value": draw(st.sampled_from(["a", "b"]))}
        case EventKind.LIST:
            return kind, "door", _list(draw, at)
        case EventKind.IMPORT_ROWS:
            return kind, "", draw(imports())
        case EventKind.IMPORT_DONE:
            return kind, "", {"at": at, "source": "one", "sha256": "s", "file_name": "f"} | _REPORT
        case EventKind.WALK_IN:
            return kind, "walker", {"fields": {"name": "Li", "extra": {"A": "y"}}}
        case EventKind.EDIT:
            field = draw(st.sampled_from(["name", "company", "extra.A", "extra.Z", "heads"]))
            value = "3" if field == "heads" else draw(st.sampled_from(["u", "v"]))
            whom = draw(st.sampled_from([*PEOPLE, "walker"]))
            return kind, whom, {"set": {field: value}}
        case EventKind.BIND:
            return kind, person, {"code": "bound"}
        case EventKind.CHECK_IN | EventKind.REFUSED:
            return kind, person, _scan(draw, at)
        case EventKind.UNDO:
            target = {"log_id": draw(st.sampled_from("xy")), "seq": draw(st.integers(1, 6))}
            return kind, person, {"at": at, "reason": draw(st.sampled_from("rs")), **target}
        case EventKind.BADGES_PRINTED:
            badge = [person, draw(st.sampled_from(["h1", "h2"])), "A", at]
            printed = {"at": at, "layout": "plain", "badges": [badge]}
            return kind, "", printed | draw(st.sampled_from([{}, {"job": ["x", 1]}]))
        case EventKind.BADGE_WANTED:
            wanted = {"at": at, "number": at, "printer": "P", "reason": "", "cause": "key"}
            return kind, person, wanted
        case EventKind.BADGE_JOB:
            return kind, person, _job(draw, at)
        case EventKind.HELP_DESK:
            note = draw(st.sampled_from(["pays", "asks"]))
            return kind, person, {"at": at, "waits": draw(st.booleans()), "note": note}
        case EventKind.DESK:
            return kind, "", {"earlier": []}


def _job(draw: st.DrawFn, at: int) -> dict[str, Any]:
    """A job's new state; its job may be there yet or not."""
    return {
        "job": [draw(st.sampled_from("xy")), draw(st.integers(1, 6))],
        "at": at,
        "state": draw(st.sampled_from(["sent", "done", "failed"])),
        "printer": "P",
        "backend": "cups",
        "device_job": at,
        "layout": "plain",
        "hash": "h1",
        "sentence": "The badge waits.",
        "next_step": "Wait.",
        "needs_help": draw(st.booleans()),
        "final": draw(st.booleans()),
        "sent_at": at,
    }


@st.composite
def logs(draw: st.DrawFn) -> list[LogEvent]:
    """The logs of two desks, with stamps that may be equal."""
    events: list[LogEvent] = []
    for log_id in "xy":
        hlc = 0
        for seq in range(1, draw(st.integers(1, 6)) + 1):
            hlc += draw(st.integers(1, 3))
            kind, subject, body = draw(bodies())
            text = canonical_json({**body, "desk": f"Desk {log_id}"})
            events.append(LogEvent(log_id, seq, hlc, kind, subject, text))
    return events


@cache
def _empty_tables() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_tables(connection)
        return connection.serialize()


def _tables(events: list[LogEvent], *, at_once: bool) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(_empty_tables())
        if at_once:
            projection.rebuild(connection, events)
        else:
            for event in events:
                projection.apply(connection, event)
        return {table: list(table_dump(connection, table)) for table in TABLES}


@given(st.data(), logs())
@settings(max_examples=80, deadline=None)
def test_any_order_gives_equal_tables(data: st.DataObject, events: list[LogEvent]) -> None:
    """Any permutation of the logs gives the tables that the order of their stamps gives."""
    shuffled = data.draw(st.permutations(events))
    in_order = sorted(events, key=lambda event: event.stamp)

    expected = _tables(in_order, at_once=False)

    assert expected == _tables(shuffled, at_once=False)


@given(st.data(), logs())
@settings(max_examples=60, deadline=None)
def test_rebuilding_equals_one_by_one(data: st.DataObject, events: list[LogEvent]) -> None:
    """Tables built at once, in any order, are those that events one by one have made."""
    shuffled = data.draw(st.permutations(events))
    in_order = sorted(events, key=lambda event: event.stamp)

    assert _tables(in_order, at_once=False) == _tables(shuffled, at_once=True)
