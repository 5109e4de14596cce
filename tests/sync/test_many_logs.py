"""An event with thousands of logs, honest or made up by one member: heads travel in parts."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from random import Random

import pytest

from kiosk.domain.log.merge import read_rows
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import MAX_LOGS, Introductions, add_roots
from kiosk.storage.replication.merge import log_heads, merge_events
from kiosk.sync.admission import Admission
from kiosk.sync.node import NodeOptions
from tests.support.stores import bind_code

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


ROOT = SignedLog(1)
MEMBER = SignedLog(2)


def shared(store: Store, *introduced: SignedLog) -> Admission:
    """The admission of a file whose event `ROOT` shared first, and to which it introduced logs."""
    names = [ROOT.log_id, *(log.log_id for log in introduced)]
    with store.writing():
        add_roots(store, [ROOT.log_id])
    admission = Admission(store)
    admission.learn(ROOT.log_id, {"introduces": names[1:]})
    return admission


@pytest.mark.parametrize("claim", [introduces, closes])
def test_a_member_brings_in_a_limited_number(store: Store, claim: object) -> None:
    """A member names 100 logs, each of these 100 more, and so on: few enter, in all."""
    admission = shared(store, MEMBER)
    logs, parents = [MEMBER], [MEMBER]
    entered = 0
    for generation in range(3):
        children = [SignedLog(1000 * (generation + 1) + n) for n in range(100)]
        for parent in parents[:5]:
            ids = [child.log_id for child in children]
            rows = [made_row(parent.log_id, 1, claim(*ids), kind="desk")]  # type: ignore[operator]
            entered += admitted(admission, rows, parent)
        for child in children:
            rows = [child.row(1, "{}")]
            entered += admitted(admission, rows, child)
        parents = children
        logs += children

    assert 1 <= entered <= MAX_LOGS // 16 + 10


def test_all_desks_accept_the_same_logs_in_any_order() -> None:
    """The rows of several logs arrive in any order; each log keeps its own."""
    random = Random(19)
    said = [("root", [f"a{n}" for n in range(5)]), ("a1", [f"b{n}" for n in range(60)])]
    said += [("root", ["a7"]), ("a0", ["b3", "a1", "root"]), ("b3", [f"c{n}" for n in range(30)])]
    said += [("a7", ["b59", "c29", "b3"]), ("b59", ["d1", "d2"]), ("a1", ["e1"])]
    results = set()
    for _ in range(200):
        logs = {log: [names for by, names in said if by == log] for log, _ in said}
        introductions = Introductions(["root"])
        while logs:
            log = random.choice(sorted(logs))
            introductions.take(log, {"introduces": logs[log].pop(0)})
            if not logs[log]:
                del logs[log]
        results.add(frozenset(introductions.named))

    assert 1 == len(results)
    assert {"a0", "b3", "b59"} <= next(iter(results))


@pytest.mark.parametrize("founder_leaves_after", [1, 3, 200])
def test_a_large_event_with_forks(founder_leaves_after: int) -> None:
    """60 desks join one after the other, each continues in a new log, and the first is lost."""
    introductions, here = Introductions(["root"]), ["root"]
    for number in range(120):
        by = max(here, key=lambda log: (introductions.left(log), log))
        introductions.take(by, {"introduces": [f"desk{number}"]})
        assert f"desk{number}" in introductions.named, number
        here.append(f"desk{number}")
        if number == founder_leaves_after:
            here.remove("root")


def test_a_row_of_laptops() -> None:
    """Each one joins at the one before it, and has met no other."""
    introductions = Introductions(["root"])
    before = "root"
    for number in range(6):
        introductions.take(before, {"introduces": [f"desk{number}"]})
        before = f"desk{number}"

    assert 6 == len(introductions.named)


def test_a_root_continues_after_an_attack() -> None:
    """A member has used up all introductions: the next log of a root is its own, with new ones."""
    introductions = Introductions(["root"])
    numbers = count()
    while introductions.left("root"):
        introductions.take("root", {"introduces": [f"m{next(numbers)}"]})
    assert introductions.may_continue("root")
    introductions.take("root", {"introduces": ["root 2"]})
    introductions.take("root", {"introduces": ["too late"]})
    introductions.take("root 2", {"introduces": ["desk"]})
    introductions.take("m0", {"introduces": [f"x{n}" for n in range(99)]})

    assert {"root 2", "desk"} <= introductions.named
    assert "too late" not in introductions.named
    assert not introductions.may_continue("m0")
    assert MAX_LOGS > introductions.left("root 2") > MAX_LOGS // 2


def test_an_introduced_desk_is_accepted_however_it_was_named() -> None:
    """A member cannot lock others out by introducing them again, or the first desk."""
    said = Introductions(["first"])
    said.take("first", {"introduces": ["a", "b"]})
    said.take("a", {"introduces": ["first", "b", "c"]})
    said.take("c", {"introduces": ["d"]})

    assert {"first", "a", "b", "c", "d"} == said.named


@pytest.mark.parametrize("claimed", [2, 9])
def test_a_member_neither_cuts_nor_extends_the_log_of_another_desk(
    store: Store, claimed: int
) -> None:
    """An unsigned log ends where it names the signed log that follows, and that log agrees."""
    owner, before = SignedLog(3), "ab" * 16
    admission = shared(store, MEMBER, owner)
    admission.learn(MEMBER.log_id, {"closed": [[before, claimed]]})
    admission.learn(owner.log_id, {"closed": [[before, 4]]})
    rows = [made_row(before, seq, '{"code":"X"}') for seq in range(1, 10)]
    rows[3] = made_row(before, 4, introduces(owner.log_id), kind="desk")

    assert 4 == admitted(admission, rows, owner)
    assert 0 == admitted(admission, rows[4:], owner)


def test_an_introduced_log_needs_signatures(store: Store) -> None:
    """Before the first row of a new desk arrives, no other desk writes rows in its name."""
    new = SignedLog(3)
    admission = shared(store, new)
    rows = [new.row(1, '{"code":"X"}')]

    assert 0 == len(admission.admit(read_rows(rows)[0], []).received)
    assert 1 == admitted(admission, rows, new)


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
