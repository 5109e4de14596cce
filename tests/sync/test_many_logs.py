"""An event with thousands of logs, honest or made up by one member: heads travel in parts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.domain.log.merge import read_rows
from kiosk.services.checkin.codes import bind_code
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import MAX_INTRODUCED
from kiosk.storage.replication.merge import log_heads, merge_events
from kiosk.sync.admission import Admission
from kiosk.sync.node import NodeOptions

from .agreement import NAME, code_of, store_of, wait_agree
from .programs import DeskProgram, wait_for
from .signed import SignedLog, made_row

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

MANY_LOGS = 5_200
PEOPLE = 40
LOCAL = NodeOptions(multicast=False, hosts=("127.0.0.1",))


def introduces(*log_ids: str) -> str:
    """The body of an event that introduces logs."""
    names = ",".join(f'"{log_id}"' for log_id in log_ids)
    return f'{{"desk":"H","earlier":[],"introduces":[{names}]}}'


def closes(*log_ids: str) -> str:
    """The body of an event that names the ends of unsigned logs."""
    ends = ",".join(f'["{log_id}",1]' for log_id in log_ids)
    return f'{{"closed":[{ends}],"desk":"H","earlier":[]}}'


def admitted(admission: Admission, rows: list[list[object]], log: SignedLog) -> int:
    """How many rows of a message that one log signs may enter."""
    received, _ = read_rows(rows)
    own = [row for row in rows if row[0] == log.log_id]
    return len(admission.admit(received, [log.seal(own)] if own else []).received)


@pytest.mark.parametrize("claim", [introduces, closes])
def test_a_log_introduces_a_limited_number(store: Store, claim: object) -> None:
    """Of all logs that one log names, as desks or as ends of unsigned logs, the first ones count:
    those of this message and those of later ones."""
    member = SignedLog()
    admission = Admission(store)
    admission.learn(store.log_id, {"introduces": [member.log_id]})
    others = [f"{number:032x}" for number in range(MANY_LOGS)]
    first = made_row(member.log_id, 1, claim(*others), kind="desk")  # type: ignore[operator]
    rows = [first, *(made_row(log_id, 1, "{}", kind="bind") for log_id in others)]

    assert 1 + MAX_INTRODUCED == admitted(admission, rows, member)


def test_an_introduced_desk_is_accepted_however_it_was_named() -> None:
    """A member cannot lock others out by introducing them again, or the first desk."""
    from kiosk.storage.replication.desk_logs import Introductions

    said = Introductions()
    said.take("first", {"introduces": ["a", "b"]})
    said.take("a", {"introduces": ["first", "b", "c"]})
    said.take("c", {"introduces": ["d"]})

    assert {"first", "a", "b", "c", "d"} == said.named


@pytest.mark.slow
def test_an_event_with_thousands_of_logs(tmp_path: Path) -> None:
    """Two desks agree on all of them, and a check-in is known at the other desk at once."""
    with DeskProgram(tmp_path, "Desk 1") as first, DeskProgram(tmp_path, "Desk 2") as second:
        store = create_event(first.event, name="Meetup", timezone="UTC", desk="Desk 1")
        for number in range(PEOPLE):
            bind_code(store, code_of(number), walk_in(store, f"{NAME} {number}", {}).id)
        merge_events(store, [made_row(f"{n:032x}", 1, '{"code":"X"}') for n in range(MANY_LOGS)])
        store.close()
        _, shared, _ = first.run("share")
        first.open()
        began = time.monotonic()
        exit_code, joined, said = second.run("join", shared["code"])
        print(f"joined in {time.monotonic() - began:.1f} s", end=", ")
        assert (0, PEOPLE) == (exit_code, joined["people"]), said
        second.open()
        there = store_of(second)
        try:
            assert MANY_LOGS < len(log_heads(there))
            for at in range(PEOPLE):
                assert ["ok"] == first.scan(code_of(at))
                began = time.monotonic()
                wait_for(lambda: _is_in(there, code_of(at)), "the check-in", 20)  # noqa: B023
                print(f"{(time.monotonic() - began) * 1000:.0f}", end=" ")
        finally:
            there.close()
        wait_agree(first, second)


def _is_in(store: Store, code: str) -> bool:
    sql = "SELECT 1 FROM scan WHERE code = ? AND outcome = 'ok'"
    return store.connection.execute(sql, (code,)).fetchone() is not None
