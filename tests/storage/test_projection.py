"""Each kind of event and the rows that it leaves in the tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.domain.log.events import EventKind, LogEvent, canonical_json, fingerprint, json_bytes
from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.schema import make_tables
from kiosk.storage.log import projection
from kiosk.storage.log.imported_rows import ALL_CODES
from kiosk.storage.log.statements import TABLES
from tests.support.stores import row

STAMP = {"hlc": 50, "log_id": "x", "seq": 5}
NAME = "नाम"
"""Stored as it is, not as escapes."""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Empty tables of an event."""
    opened = sqlite3.connect(":memory:", isolation_level=None)
    make_tables(opened)
    yield opened
    opened.close()


def event(
    kind: EventKind | str,
    body: dict[str, Any],
    subject: str = "p1",
    *,
    log_id: str = "x",
    seq: int = 5,
    hlc: int | None = None,
) -> LogEvent:
    """An event of desk `x`; its stamp is ten times its number."""
    text = canonical_json({"desk": "Desk 1", **body})
    return LogEvent(log_id, seq, hlc or 10 * seq, str(kind), subject, text)


def rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """A table's rows, column by column."""
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def bring_in(connection: sqlite3.Connection, *events: LogEvent) -> None:
    """Events one by one."""
    for one in events:
        assert projection.apply(connection, one)


LIST = {
    "name": NAME,
    "opens_ms": 100,
    "closes_ms": 200,
    "ticket_types": [NAME, "VIP"],
    "entry": "daily",
    "position": 4,
    "is_day": True,
    "removed": False,
}
SCAN = {
    "at": 7,
    "list": "door",
    "code": "T-1",
    "direction": "exit",
    "outcome": "ok",
    "heads": 3,
    "forced": True,
    "reason": "VIP",
}
SCANNED = {
    **STAMP,
    "at_ms": 7,
    "desk": "Desk 1",
    "list_id": "door",
    "attendee_id": "p1",
    "code": "T-1",
    "direction": "exit",
    "outcome": "ok",
    "heads": 3,
    "forced": 1,
    "reason": "VIP",
    "undone": 0,
}
RUN = {
    "at": 9,
    "source": "pretix",
    "sha256": "abc",
    "file_name": "people.csv",
    "report": {"new": 2, "warnings": [NAME]},
}

ROWS: dict[str, tuple[LogEvent, str, list[dict[str, Any]]]] = {
    "a setting": (
        event(EventKind.SETTING, {"key": "name", "value": NAME}),
        "setting",
        [{"key": "name", "value": f'"{NAME}"', **STAMP}],
    ),
    "a list": (
        event(EventKind.LIST, LIST, "door"),
        "list",
        [
            {
                "id": "door",
                "name": NAME,
                "opens_ms": 100,
                "closes_ms": 200,
                "ticket_types": f'["{NAME}", "VIP"]',
                "entry": "daily",
                "position": 4,
                "is_day": 1,
                "removed": 0,
                "stamps": json.dumps({key: [1, *STAMP.values()] for key in LIST}),
                **STAMP,
            }
        ],
    ),
    "the end of an import": (
        event(EventKind.IMPORT_DONE, RUN, ""),
        "import_run",
        [
            {
                "at_ms": 9,
                "source": "pretix",
                "sha256": "abc",
                "file_name": "people.csv",
                "report": f'{{"new": 2, "warnings": ["{NAME}"]}}',
                **STAMP,
            }
        ],
    ),
    "a code bound": (
        event(EventKind.BIND, {"code": "K7"}),
        "binding",
        [{"code": "K7", "attendee_id": "p1", **STAMP}],
    ),
    "an edit of a person who is not here yet": (
        event(EventKind.EDIT, {"set": {"company": "Acme", "extra.Diet": "Jain"}}),
        "edit",
        [
            {"attendee_id": "p1", "field": "company", "value": "Acme", "offered": "", **STAMP},
            {"attendee_id": "p1", "field": "extra.Diet", "value": "Jain", "offered": "", **STAMP},
        ],
    ),
    "an edit of a field of a newer version": (
        event(EventKind.EDIT, {"set": {"avatar": "x", "name": "Asha"}}),
        "edit",
        [{"attendee_id": "p1", "field": "name", "value": "Asha", "offered": "", **STAMP}],
    ),
    "an exit": (event(EventKind.CHECK_IN, SCAN), "scan", [SCANNED]),
    "a refusal": (
        event(EventKind.REFUSED, {**SCAN, "outcome": "unpaid", "forced": False}),
        "scan",
        [{**SCANNED, "outcome": "unpaid", "forced": 0}],
    ),
    "an undo": (
        event(EventKind.UNDO, {"at": 8, "log_id": "y", "seq": 3, "reason": "slip"}),
        "undo",
        [
            {
                "target_log_id": "y",
                "target_seq": 3,
                "at_ms": 8,
                "desk": "Desk 1",
                "reason": "slip",
            }
        ],
    ),
    "printed badges": (
        event(
            EventKind.BADGES_PRINTED,
            {"at": 6, "layout": "plain", "badges": [["p1", "h1", "A", 2], ["p2", "h2", "B", 3]]},
        ),
        "badge",
        [
            {
                "attendee_id": person,
                "hash": digest,
                "layout": "plain",
                "box": box,
                "slot": slot,
                "prints": 1,
                "at_ms": 6,
                **STAMP,
            }
            for person, digest, box, slot in (("p1", "h1", "A", 2), ("p2", "h2", "B", 3))
        ],
    ),
    "the help desk": (
        event(EventKind.HELP_DESK, {"at": 6, "waits": True, "note": "pays"}),
        "help_desk",
        [
            {
                "attendee_id": "p1",
                "waits": 1,
                "note": "pays",
                "desk": "Desk 1",
                "at_ms": 6,
                **STAMP,
            }
        ],
    ),
}


@pytest.mark.parametrize(("one", "table", "expected"), ROWS.values(), ids=ROWS)
def test_an_event_leaves_its_rows(
    connection: sqlite3.Connection, one: LogEvent, table: str, expected: list[dict[str, Any]]
) -> None:
    """Every column of the table has the value that the event has."""
    bring_in(connection, one)

    assert expected == rows(connection, table)


@pytest.mark.parametrize(("one", "table", "expected"), ROWS.values(), ids=ROWS)
def test_a_rebuild_leaves_the_same_rows(
    connection: sqlite3.Connection, one: LogEvent, table: str, expected: list[dict[str, Any]]
) -> None:
    """A rebuild empties every table and fills it from the log alone."""
    for other, _, _ in ROWS.values():
        bring_in(connection, other._replace(log_id="y", seq=3, hlc=900, subject="p9"))

    projection.rebuild(connection, [one])

    assert expected == rows(connection, table)
    filled = {name for name in TABLES if rows(connection, name)}
    assert {table} == filled


@pytest.mark.parametrize(
    ("kind", "body", "change", "table", "column", "values"),
    [
        (EventKind.SETTING, {"key": "x", "value": 1}, {"value": 2}, "setting", "value", "12"),
        (EventKind.LIST, LIST, {"name": "Gate"}, "list", "name", (NAME, "Gate")),
        (EventKind.BIND, {"code": "K7"}, {"subject": "p2"}, "binding", "attendee_id", ("p1", "p2")),
        (
            EventKind.EDIT,
            {"set": {"name": "A"}},
            {"set": {"name": "B"}},
            "edit",
            "value",
            ("A", "B"),
        ),
        (
            EventKind.HELP_DESK,
            {"at": 1, "waits": True, "note": "a"},
            {"note": "b"},
            "help_desk",
            "note",
            ("a", "b"),
        ),
    ],
)
def test_the_newest_event_decides(
    connection: sqlite3.Connection,
    kind: EventKind,
    body: dict[str, Any],
    change: dict[str, Any],
    table: str,
    column: str,
    values: tuple[Any, Any],
) -> None:
    """Of two events on one thing the newer one stays, whichever comes first."""
    subject = change.get("subject", "p1")
    older = event(kind, body)
    newer = event(kind, {**body, **change}, subject, log_id="a", seq=6)
    bring_in(connection, older)

    assert [(values[0], 50, "x", 5)] == _stamped(connection, table, column)
    bring_in(connection, newer)
    assert [(values[1], 60, "a", 6)] == _stamped(connection, table, column)
    bring_in(connection, older)
    assert [(values[1], 60, "a", 6)] == _stamped(connection, table, column)


def _stamped(connection: sqlite3.Connection, table: str, column: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {column}, hlc, log_id, seq FROM {table}").fetchall()


def test_unreadable_and_unknown_events_change_no_table(connection: sqlite3.Connection) -> None:
    """An unreadable event is reported; an event of a newer version waits in the log."""
    unreadable = event(EventKind.BIND, {"code": 7})
    unknown = event("teleport", {"to": "Mars"})
    bad_rows = event(EventKind.IMPORT_ROWS, {"source": "sheet", "rows": [["a"]]})
    bad_scan = event(EventKind.CHECK_IN, {"at": "now"}, seq=6)

    assert not projection.apply(connection, unreadable)
    assert not projection.apply(connection, bad_scan)
    assert projection.apply(connection, unknown)
    projection.apply_all(connection, [unknown, bad_rows, bad_scan, unreadable])
    projection.apply_all(connection, [bad_scan, event(EventKind.CHECK_IN, SCAN)])
    assert ["scan"] == [name for name in TABLES if rows(connection, name)]
    assert [SCANNED] == rows(connection, "scan")


def _person(connection: sqlite3.Connection, person_id: str = "p1") -> dict[str, Any]:
    found = [person for person in rows(connection, "attendee") if person["id"] == person_id]
    assert 1 == len(found)
    return found[0]


EMPTY_FIELDS = {
    "given_name": "",
    "family_name": "",
    "email": "",
    "phone": "",
    "company": "",
    "ticket_type": "",
    "order_code": "",
    "status_word": "",
    "guest_of": "",
    "note": "",
    "attention": "",
    "arrived_at_source": "",
    "fingerprint": "",
}


def test_a_walk_in_has_the_defaults_of_the_desk(connection: sqlite3.Connection) -> None:
    """A walk-in without further fields is one person with a valid ticket and no codes."""
    bring_in(connection, event(EventKind.WALK_IN, {"fields": {"name": "Li"}}))

    assert {
        "id": "p1",
        "name": "Li",
        "status": "valid",
        "heads": 1,
        "source": "walk-in",
        "extra": "{}",
        "codes": "[[],[]]",
        **EMPTY_FIELDS,
        **STAMP,
    } == _person(connection)


def test_a_walk_in_keeps_what_was_typed(connection: sqlite3.Connection) -> None:
    """Typed fields replace the defaults, and further answers are kept in their own spelling."""
    fields = {"name": "Li", "heads": 3, "status": "unpaid", "note": "pays", "extra": {NAME: NAME}}
    bring_in(connection, event(EventKind.WALK_IN, {"fields": fields}))
    person = _person(connection)

    assert ("Li", 3, "unpaid", "pays", f'{{"{NAME}": "{NAME}"}}') == tuple(
        person[name] for name in ("name", "heads", "status", "note", "extra")
    )


def test_an_edit_that_came_before_its_walk_in_stays_on_top(
    connection: sqlite3.Connection,
) -> None:
    """The person has the edited value, and the edit keeps the value that it replaced."""
    bring_in(
        connection,
        event(EventKind.EDIT, {"set": {"name": "Lee", "heads": "4", "extra.A": "x"}}, seq=6),
        event(EventKind.WALK_IN, {"fields": {"name": "Li", "heads": 2}}),
    )
    person = _person(connection)

    assert ("Lee", 4, {"A": "x"}) == (person["name"], person["heads"], json.loads(person["extra"]))
    assert [("extra.A", ""), ("heads", "2"), ("name", "Li")] == connection.execute(
        "SELECT field, offered FROM edit ORDER BY field"
    ).fetchall()


def test_an_older_walk_in_changes_nothing(connection: sqlite3.Connection) -> None:
    """A walk-in behind a newer one of the same person leaves that one and its edits."""
    bring_in(
        connection,
        event(EventKind.WALK_IN, {"fields": {"name": "New"}}, seq=7),
        event(EventKind.EDIT, {"set": {"company": "Acme"}}, seq=6),
    )
    before = rows(connection, "attendee"), rows(connection, "edit")
    bring_in(connection, event(EventKind.WALK_IN, {"fields": {"name": "Old"}}, seq=5))

    assert before == (rows(connection, "attendee"), rows(connection, "edit"))


def test_an_edit_remembers_the_value_it_replaced(connection: sqlite3.Connection) -> None:
    """The first edit keeps the registered value; later edits do not replace that."""
    bring_in(
        connection,
        event(EventKind.WALK_IN, {"fields": {"name": "Li", "extra": {"A": "1"}}}),
        event(EventKind.EDIT, {"set": {"name": "Lee", "extra.A": "2"}}, seq=6),
        event(EventKind.EDIT, {"set": {"name": "Leigh"}}, seq=8),
        event(EventKind.EDIT, {"set": {"name": "Lost"}}, seq=7),
    )

    assert [("extra.A", "2", "1"), ("name", "Leigh", "Li")] == connection.execute(
        "SELECT field, value, offered FROM edit ORDER BY field"
    ).fetchall()
    assert ("Leigh", '{"A": "2"}') == (_person(connection)["name"], _person(connection)["extra"])


@pytest.mark.parametrize("at_once", [True, False])
def test_imported_rows_are_people_with_their_codes(
    connection: sqlite3.Connection, at_once: bool
) -> None:
    """An import brings people, their own codes and their weak codes; both paths agree."""
    asha = row(Attendee("p1", name="Asha", email="a@b.example", heads=2), "C1", weak=("W1",))
    ravi = row(Attendee("p2", name="Ravi"), "C2")
    first = event(EventKind.IMPORT_ROWS, {"source": "pretix", "rows": [asha]}, "")
    second = event(EventKind.IMPORT_ROWS, {"source": "sheet", "rows": [ravi]}, "", seq=6)
    if at_once:
        projection.apply_all(connection, [first, second])
    else:
        bring_in(connection, first, second)
    person = _person(connection)

    assert ("Asha", "a@b.example", 2, "pretix", *STAMP.values()) == tuple(
        person[name] for name in ("name", "email", "heads", "source", "hlc", "log_id", "seq")
    )
    assert fingerprint(json_bytes(asha)) == person["fingerprint"]
    assert ("Ravi", "sheet") == (
        _person(connection, "p2")["name"],
        _person(connection, "p2")["source"],
    )
    assert [("C1", "p1", 0), ("C2", "p2", 0), ("W1", "p1", 1)] == connection.execute(
        f"SELECT * FROM ({ALL_CODES}) WHERE code IS NOT NULL ORDER BY code"
    ).fetchall()


@pytest.mark.parametrize("undo_first", [True, False])
def test_an_undo_and_its_scan_come_in_any_order(
    connection: sqlite3.Connection, undo_first: bool
) -> None:
    """Only the scan that the undo names is undone."""
    scans = [
        event(EventKind.CHECK_IN, SCAN),
        event(EventKind.CHECK_IN, SCAN, log_id="y"),
        event(EventKind.CHECK_IN, SCAN, seq=6),
    ]
    undo = event(EventKind.UNDO, {"at": 8, "log_id": "x", "seq": 5, "reason": ""}, seq=9)
    bring_in(connection, *([undo, *scans] if undo_first else [*scans, undo]))

    assert [("x", 5, 1), ("x", 6, 0), ("y", 5, 0)] == connection.execute(
        "SELECT log_id, seq, undone FROM scan ORDER BY log_id, seq"
    ).fetchall()


@pytest.mark.parametrize(
    "greater",
    [
        {"at": 9, "desk": "A", "reason": "a"},
        {"at": 8, "desk": "C", "reason": "a"},
        {"at": 8, "desk": "B", "reason": "c"},
    ],
)
def test_of_two_undos_of_one_scan_one_is_kept(
    connection: sqlite3.Connection, greater: dict[str, Any]
) -> None:
    """The later undo stays, then the greater desk name, then the greater reason."""
    lesser = {"at": 8, "desk": "B", "reason": "b"}
    target = {"log_id": "y", "seq": 1}
    two = [
        event(EventKind.UNDO, {**lesser, **target}, seq=9),
        event(EventKind.UNDO, {**greater, **target}, seq=7),
    ]
    expected = [("y", 1, greater["at"], greater["desk"], greater["reason"])]

    bring_in(connection, *two)
    assert expected == connection.execute("SELECT * FROM undo").fetchall()
    bring_in(connection, *reversed(two))
    assert expected == connection.execute("SELECT * FROM undo").fetchall()


@pytest.mark.parametrize("newest_first", [True, False])
def test_prints_are_counted_and_the_newest_badge_is_kept(
    connection: sqlite3.Connection, newest_first: bool
) -> None:
    """Each printed badge counts; what is on the badge follows the newest event."""
    older = event(
        EventKind.BADGES_PRINTED, {"at": 1, "layout": "old", "badges": [["p1", "h1", "A", 1]]}
    )
    newer = event(
        EventKind.BADGES_PRINTED,
        {"at": 2, "layout": "new", "badges": [["p1", "h2", "B", 2]]},
        seq=6,
    )
    bring_in(connection, *([newer, older] if newest_first else [older, newer]))

    assert [
        {
            "attendee_id": "p1",
            "hash": "h2",
            "layout": "new",
            "box": "B",
            "slot": 2,
            "prints": 2,
            "at_ms": 2,
            "hlc": 60,
            "log_id": "x",
            "seq": 6,
        }
    ] == rows(connection, "badge")


def test_a_printed_badge_closes_its_print_job(connection: sqlite3.Connection) -> None:
    """A badge that was printed on the spot marks its job, and no other badge does."""
    wanted = {"at": 1, "number": 1, "printer": "P", "reason": "", "cause": "key"}
    printed = {"at": 2, "layout": "plain", "badges": [["p1", "h1", "A", 1]]}
    bring_in(
        connection,
        event(EventKind.BADGE_WANTED, wanted, seq=1),
        event(EventKind.BADGE_WANTED, wanted, seq=2),
        event(EventKind.BADGES_PRINTED, printed, seq=3),
        event(EventKind.BADGES_PRINTED, {**printed, "job": ["x", 2]}, seq=4),
    )

    assert [("x", 1, 0), ("x", 2, 1)] == connection.execute(
        "SELECT log_id, seq, printed FROM badge_job ORDER BY seq"
    ).fetchall()


def test_two_desks_change_different_fields_of_a_list(connection: sqlite3.Connection) -> None:
    """Both changes stay, in either order; of one field, the newer change."""
    made = event(EventKind.LIST, LIST, "door", seq=1)
    renamed = event(
        EventKind.LIST, {**LIST, "name": "Gate", "changed": ["name"]}, "door", log_id="a", seq=2
    )
    moved = event(
        EventKind.LIST,
        {**LIST, "opens_ms": 150, "closes_ms": 300, "changed": ["closes_ms", "opens_ms"]},
        "door",
        log_id="b",
        seq=3,
    )
    for order in ((made, renamed, moved), (moved, renamed, made), (renamed, moved, made)):
        connection.execute("DELETE FROM list")
        bring_in(connection, *order)
        (found,) = rows(connection, "list")
        values = (found["name"], found["opens_ms"], found["closes_ms"], found["position"])
        assert ("Gate", 150, 300, 4) == values


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name":[9]}', '{"name":["x",1,"a",1]}'])
def test_damaged_stamps_of_a_list(connection: sqlite3.Connection, text: str) -> None:
    """They are lost, and a later change counts."""
    bring_in(connection, event(EventKind.LIST, LIST, "door", seq=1))
    connection.execute("UPDATE list SET stamps = ?", (text,))
    changed = {**LIST, "name": "Gate", "changed": ["name"]}
    bring_in(connection, event(EventKind.LIST, changed, "door", seq=2))
    assert "Gate" == rows(connection, "list")[0]["name"]


def test_many_undos_are_found_by_the_index(connection: sqlite3.Connection) -> None:
    """Marking undone scans does not look at every scan of the event."""
    marks = ", ".join(["(?, ?)"] * 100)
    plan = connection.execute(
        "EXPLAIN QUERY PLAN " + projection._undo_scans(marks), ("x", 1) * 100
    ).fetchall()

    assert not [step for *_, step in plan if step.startswith("SCAN scan")]
