"""Who counts as a desk that is here, and who as one that is away."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import introduce_desk
from kiosk.sync.node import NodeOptions
from kiosk.sync.node_state import Announcer, NodeState
from kiosk.sync.peers import MAX_JOINING, SILENT_S, DeskState, PeerBook
from kiosk.sync.status_file import SharedState
from kiosk.sync.wire import Head
from tests.conftest import Clock
from tests.support.desks import new_desk, send


def test_a_desk_that_joins_again_is_one_desk() -> None:
    """After a new code it first fetches the event into a new file, then uses its old file: no desk
    waits for the first of the two."""
    book = PeerBook()
    there = {"old": (4, "00"), "busy": (2, "00")}
    for node, log_id, desk in (
        ("a", "fetching", "a joining desk"),
        ("b", "busy", "Desk 2"),
        ("c", "idle", "Desk 3"),
    ):
        is_joining = log_id == "fetching"
        head = Head(node, log_id, desk, 0, there, is_joining=is_joining)
        book.heard(head, now=0.0, now_ms=0)
        book.gone(node)
    book.heard(Head("d", "old", "Desk 2", 0, there), now=1.0, now_ms=1_000)
    stand = [(desk.log_id, desk.state) for desk in book.statuses({}, now=1.0, now_ms=1_000)]

    assert [
        ("busy", DeskState.AWAY),
        ("old", DeskState.BEHIND),
        ("idle", DeskState.AWAY),
    ] == [(log_id, state) for log_id, state in stand]


def test_a_desk_whose_end_is_told_late_is_no_other_desk() -> None:
    """The second program of a laptop may be heard before the end of its first one is."""
    book = PeerBook()
    book.heard(Head("a", "fetching", "Desk 2", 0, {}, is_joining=True), now=0.0, now_ms=0)
    book.heard(Head("b", "other", "Desk 2", 0, {}), now=1.0, now_ms=1_000)
    book.gone("a")
    book.heard(Head("b", "other", "Desk 2", 0, {}), now=3.0, now_ms=3_000)

    assert ["other"] == [desk.log_id for desk in book.statuses({}, now=3.0, now_ms=3_000)]


def test_a_member_takes_no_place_of_a_desk() -> None:
    """A head under the node of another desk changes nothing about that desk."""
    book = PeerBook()
    book.heard(Head("real", "one", "Desk 2", 0, {"a": (4, "00")}, logs=1), now=0.0, now_ms=0)
    book.heard(Head("real", "hostile", "X", 0, {"a": (9, "00")}, logs=1), now=1.0, now_ms=0)
    desk = book.by_log["one"]
    book.trust.record_silence("hostile", {"a": 9}, {}, 1.0)

    assert ("Desk 2", {"a": 4}) == (desk.head.desk, book.expected(desk, {}))
    assert 9 == book.undelivered(book.by_log["hostile"], {})


def test_programs_that_only_say_that_they_join_crowd_no_desk_out() -> None:
    """A few are shown, none takes the place of a desk, and silent ones are dropped."""
    book = PeerBook()
    book.heard(Head("real", "one", "Desk 2", 0, {}, is_proven=True), now=0.0, now_ms=0)
    for number in range(500):
        made_up = Head(f"n{number}", f"log {number}", "X", 0, {}, is_joining=True)
        book.heard_joining(made_up, now=1.0, now_ms=1_000)
    book.heard_joining(Head("real", "one", "X", 0, {}, is_joining=True), now=2.0, now_ms=2_000)
    names = [desk.name for desk in book.statuses({}, now=2.0, now_ms=2_000)]
    late = Head("late", "late", "Desk 3", 0, {}, is_joining=True)
    book.heard_joining(late, now=1.0 + SILENT_S, now_ms=0)

    assert ["Desk 2", *["X"] * MAX_JOINING] == names
    assert {"one", "late"} == set(book.by_log)


def test_a_desk_that_joined_is_not_away() -> None:
    """The program that joined has ended, and its desk is not open yet."""
    book = PeerBook()
    joined = Head("a", "new", "Desk 2", 0, {"new": (1, "00")}, is_joining=True)
    book.heard(joined, now=0.0, now_ms=0)
    book.gone("a")
    states = [desk.state for desk in book.statuses({"new": 1}, now=1.0, now_ms=1_000)]
    book.heard(Head("b", "new", "Desk 2", 0, {"new": (1, "00")}), now=9.0, now_ms=9_000)
    opened = [desk.state for desk in book.statuses({"new": 1}, now=9.0, now_ms=9_000)]

    assert ([DeskState.JOINED], [DeskState.UP_TO_DATE]) == (states, opened)


def test_a_desk_of_the_same_name_that_wrote_is_another() -> None:
    """Two laptops of one name: the one that is away stays in the count."""
    book = PeerBook()
    there = {"one": (2, "00"), "two": (3, "00")}
    for node, log_id in (("a", "one"), ("b", "two")):
        book.heard(Head(node, log_id, "Desk", 0, there), now=0.0, now_ms=0)
    book.gone("a")
    book.heard(Head("b", "two", "Desk", 0, there), now=3.0, now_ms=3_000)

    assert ["one", "two"] == [desk.log_id for desk in book.statuses({}, now=3.0, now_ms=3_000)]


def test_a_restored_desk_is_not_away(store: Store, tmp_path: Path, clock: Clock) -> None:
    """Its earlier log leaves the status line once its newer log arrives."""
    two = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    walk_in(two, "Li", {})
    send(two, store)
    book, shown = PeerBook(), list[SharedState]()
    state = NodeState(store, tmp_path, "Desk 1", NodeOptions(), book, lambda *_: None)
    announcer = Announcer(state, SharedState(), shown.append)
    now = time.monotonic()
    book.heard(Head("a", two.log_id, "Desk 2", 0, {}), now=now, now_ms=0)
    book.gone("a")

    def publish() -> list[tuple[str, DeskState]]:
        state.refresh_heads()
        announcer._next_look = 0.0
        announcer.tick()
        return [(desk.name, desk.state) for desk in shown[-1].desks]

    before = publish()
    shutil.copy(back_up(two).file, tmp_path / "restored.kiosk")
    restored = Store.open(tmp_path / "restored.kiosk", desk="Desk 2", clock=clock)
    introduce_desk(restored)
    send(restored, store)
    log_id = restored.log_id
    book.heard(Head("b", log_id, "Desk 2", 0, {}), now=now, now_ms=0)
    after = publish()
    book.gone("b")
    later = publish()
    two.close()
    restored.close()

    assert [("Desk 2", DeskState.AWAY)] == before == later
    assert [("Desk 2", DeskState.UP_TO_DATE)] == after
