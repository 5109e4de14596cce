"""Logs of several desks merge to equal tables everywhere; invalid rows are set aside."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.log.events import EventKind, LogEvent, canonical_json, event_hash
from kiosk.domain.log.ids import hlc_ms
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import event_info
from kiosk.services.people.people import edit, find_attendee, walk_in
from kiosk.services.safety.backup import back_up
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import find_by_code
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import log_heads, merge_events
from tests.conftest import Clock
from tests.support.desks import all_rows, assert_sound, content, new_desk, send
from tests.support.stores import bind_code

OTHER_LOG = "ab" * 16


@pytest.fixture
def desks(store: Store, tmp_path: Path) -> Iterator[list[Store]]:
    """Three desks of one event with three people."""
    for number in (1, 2, 3):
        person = walk_in(store, f"Guest {number}", {"company": "Acme"})
        bind_code(store, f"T{number}", person.id)
    others = [new_desk(tmp_path / f"{n}.kiosk", f"Desk {n}", store) for n in (2, 3)]
    yield [store, *others]
    for other in others:
        other.close()


def row(
    seq: int,
    kind: str = EventKind.BIND,
    body: Any = None,
    *,
    log_id: str = OTHER_LOG,
    subject: str = "",
    hlc: int = 1 << 16,
    text: str | None = None,
) -> tuple[Any, ...]:
    """A row as another desk would send it, its hash right."""
    text = canonical_json(body or {"code": "X", "desk": "Other"}) if text is None else text
    event = LogEvent(log_id, seq, hlc, str(kind), subject, text)
    return (*event, event_hash(event).hex())


def test_desks_agree_after_work_apart(desks: list[Store]) -> None:
    """Scans, edits, undos and new people made apart are at all desks afterwards, alike."""
    one, two, three = desks
    guest = find_by_code(one.connection, "T3").attendees[0].id
    scan(one, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T2"))
    undo(two)
    walk_in(three, "Li", {})
    edit(three, guest, {"company": "Zoho"})
    for source in desks:
        for target in desks:
            send(source, target)

    assert_sound(*desks)
    assert Outcome.ALREADY_REDEEMED == scan(three, ScanOrder(code="T1")).outcome
    assert Outcome.OK == scan(three, ScanOrder(code="T2")).outcome


@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_any_pieces(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Rows in any order, in pieces, some of them twice, end in the same file."""
    from tests.support.stores import make_store

    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("any")
    one = make_store(folder, name="one")
    two = new_desk(folder / "two.kiosk", "Desk 2", one)
    for number in range(8):
        bind_code(one, f"T{number}", walk_in(one, f"Guest {number}", {}).id)
    send(one, two)
    for desk in (one, two):
        for number in chance.sample(range(8), 5):
            scan(desk, ScanOrder(code=f"T{number}"))
    expected = new_desk(folder / "expected.kiosk", "Desk 3", one, two)
    rows = all_rows(one) + all_rows(two)
    chance.shuffle(rows)
    target = new_desk(folder / "target.kiosk", "Desk 4")
    while log_heads(target) != log_heads(expected):
        merge_events(target, chance.sample(rows, 12), per_transaction=chance.randint(1, 12))

    assert_sound(expected, target)
    for opened in (one, two, expected, target):
        opened.close()


def test_merging_again_changes_nothing(desks: list[Store]) -> None:
    """The second time every row is known."""
    before = content(desks[1])
    report = send(desks[0], desks[1])

    assert (0, len(all_rows(desks[0]))) == (len(report.added), report.known)
    assert before == content(desks[1])


def test_gap_waits(desks: list[Store]) -> None:
    """Rows after a missing one are not kept, and the number to request from is reported."""
    report = merge_events(desks[0], [row(1), row(3)])

    assert (1, {OTHER_LOG: 1}) == (len(report.added), report.waiting)
    assert 1 == log_heads(desks[0])[OTHER_LOG]


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "text",
        [1, 2],
        row(1)[:6],
        row(1, log_id="../../etc"),
        row(0),
        row(2**60),
        ("ab" * 16, "1", 1, "bind", "", "{}", "00"),
        ("ab" * 16, 1, 1, "bind", "", "{}", "00"),
        ("ab" * 16, 1, 1, "bind", "", {"a": 1}, "00"),
        ("ab" * 16, 1, 1, "bind", "", "\ud800", "00"),
        row(1, hlc=-5),
        row(1, hlc=2**62),
        row(1, subject="x" * 300),
        row(1, text="[" * (17 * 1024 * 1024)),
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_what_is_no_event_is_set_aside(store: Store, bad: Any) -> None:
    """It is not kept, it stops nothing behind it, and it is reported."""
    before = len(all_rows(store))
    report = merge_events(store, [bad, row(1)])

    assert (1, 1) == (len(report.set_aside), len(report.added))
    assert before + 1 == len(all_rows(store))
    assert 1 == sync_incidents(store).set_aside_count


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bind", "not json"),
        ("bind", "[]"),
        ("bind", '{"code":["a"]}'),
        ("bind", '{"code":"\\ud800"}'),
        ("setting", '{"key":"days","value":["never"]}'),
        ("setting", '{"key":"timezone","value":7}'),
        ("setting", '{"key":"x","value":' + "[" * 5000 + "]" * 5000 + "}"),
        ("check_in", "{}"),
        ("check_in", '{"at":1e300}'),
        ("edit", '{"set":{"heads":"many"}}'),
        ("edit", '{"set":{"status":"king"}}'),
        ("edit", '{"set":["heads"]}'),
        ("walk_in", '{"fields":{"id":"p","hlc":9}}'),
        ("walk_in", '{"fields":{"extra":{"a":1}}}'),
        ("import_rows", '{"source":"s","rows":[["a"]]}'),
        ("import_done", '{"at":1}'),
        ("list", '{"name":"L"}'),
        ("undo", '{"at":1,"log_id":5,"seq":"x","reason":""}'),
        ("badges_printed", '{"at":1,"layout":"l","badges":[["a","b"]]}'),
        ("badges_printed", '{"at":99999999999999999999,"layout":"l","badges":[]}'),
    ],
    ids=lambda text: text[:30],
)
def test_an_unreadable_body_changes_no_table(store: Store, kind: str, text: str) -> None:
    """It stays in the log, so that all desks hold the same one, and the desk works on."""
    before = content(store)
    report = merge_events(store, [row(1, kind, text=text), row(2)])
    after = content(store)

    assert 2 == len(report.added)
    assert [(OTHER_LOG, 1)] == [(item.log_id, item.seq) for item in report.set_aside]
    changed = {name for name in before if before[name] != after[name]}
    assert {"event", "binding"} == changed
    assert_sound(store)
    assert "PyCon Pune 2027" == event_info(store).name


def test_a_kind_of_a_newer_kiosk_is_kept(store: Store) -> None:
    """It travels on, though no table of this kiosk holds it."""
    report = merge_events(store, [row(1, "teleport", {"desk": "Other", "to": "Mars"})])

    assert (1, []) == (len(report.added), report.set_aside)
    assert_sound(store)


def test_a_fork_is_noticed(store: Store) -> None:
    """A second, different row under one number is refused and reported, never taken silently."""
    merge_events(store, [row(1, body={"code": "mine", "desk": "Other"})])
    before = content(store)
    report = merge_events(store, [row(1, body={"code": "else", "desk": "Other"})])

    assert [(OTHER_LOG, 1)] == [(fork.log_id, fork.seq) for fork in report.forks]
    assert before == content(store)
    assert [(OTHER_LOG, 1)] == [(fork.log_id, fork.seq) for fork in sync_incidents(store).forks]


def test_a_copied_file_writes_a_log_of_its_own(desks: list[Store], tmp_path: Path) -> None:
    """Two desks that began with one file by copying it never give a number twice."""
    original = desks[0]
    original.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(original.path, tmp_path / "copy.kiosk")
    copy = Store.open(tmp_path / "copy.kiosk", desk="Desk 9")
    scan(original, ScanOrder(code="T1"))
    scan(copy, ScanOrder(code="T2"))
    reports = [send(original, copy), send(copy, original)]

    assert [[], []] == [report.forks for report in reports]
    assert_sound(original, copy)
    copy.close()


def test_a_file_goes_on_with_its_log(event_path: Path, store: Store) -> None:
    """Opened again, it is the same desk."""
    store.close()
    Store.open(event_path, desk="Desk 1").close()
    log_id = store.log_id
    again = Store.open(event_path, desk="Desk 1")

    assert log_id == again.log_id
    again.close()


def test_a_restored_backup_writes_a_new_log(
    store: Store, event_path: Path, tmp_path: Path, clock: Clock
) -> None:
    """Events written between backup and restore come back from other desks unchanged."""
    bind_code(store, "T1", walk_in(store, "Asha", {}).id)
    backup = back_up(store, tmp_path / "backup.kiosk").file
    scan(store, ScanOrder(code="T1"))
    other = new_desk(tmp_path / "other.kiosk", "Desk 2", store)
    store.close()
    for name in ("-wal", "-shm"):
        event_path.with_name(event_path.name + name).unlink(missing_ok=True)
    event_path.write_bytes(backup.read_bytes())
    restored = Store.open(event_path, desk="Desk 1", clock=clock)
    walk_in(restored, "Ravi", {})
    reports = [send(other, restored), send(restored, other)]

    assert [[], []] == [report.forks for report in reports]
    assert_sound(restored, other)
    assert Outcome.ALREADY_REDEEMED == scan(restored, ScanOrder(code="T1")).outcome
    restored.close()
    other.close()


def test_a_log_gone_on_elsewhere_is_left_alone(store: Store) -> None:
    """Unknown rows of this file's own log show that it was restored: it begins a new log."""
    mine = store.log_id
    next_seq = log_heads(store)[mine] + 1
    report = merge_events(store, [row(next_seq, log_id=mine)])
    event_log = store.log_id
    walk_in(store, "Asha", {})

    assert report.new_log
    assert mine != event_log
    assert next_seq == log_heads(store)[mine]
    assert 1 == log_heads(store)[store.log_id]


def test_stamps_follow_what_was_seen(desks: list[Store]) -> None:
    """An event written after a received event gets a later stamp, within two minutes."""
    one, two, _ = desks
    clock = one.clock
    assert isinstance(clock, Clock)
    clock.pass_s(90)
    scan(one, ScanOrder(code="T1"))
    send(one, two)
    scan(two, ScanOrder(code="T1"))
    stamps = {row[3]: row[2] for row in all_rows(two)}

    assert stamps["check_in"] < stamps["refused"]


def test_a_fast_clock_is_named_and_not_followed(desks: list[Store]) -> None:
    """A desk seven minutes ahead does not take the others with it."""
    one, two, _ = desks
    assert isinstance(one.clock, Clock)
    one.clock.pass_s(7 * 60)
    scan(one, ScanOrder(code="T1"))
    report = send(one, two)
    scan(two, ScanOrder(code="T2"))
    newest = max(row[2] for row in all_rows(two) if row[0] == two.log_id)

    assert {"Desk 1": 7 * 60_000} == report.fast_clocks
    assert two.clock() == hlc_ms(newest)
    assert {"Desk 1": 7 * 60_000} == sync_incidents(two).fast_clocks


def test_a_correction_outdoes_a_fast_clock(desks: list[Store]) -> None:
    """A correction wins over the corrected entry of a desk with a fast clock."""
    one, two, _ = desks
    assert isinstance(one.clock, Clock)
    one.clock.pass_s(7 * 60)
    person = walk_in(one, "Asha", {"company": "Acme"}).id
    edit(one, person, {"company": "Fast"})
    send(one, two)
    edit(two, person, {"company": "Right"})
    send(two, one)

    assert "Right" == find_attendee(two, person).company
    assert "Right" == find_attendee(one, person).company


@pytest.mark.parametrize("days", [2, 9_000])
def test_a_desk_whose_clock_is_days_behind_is_heard(
    desks: list[Store], tmp_path: Path, days: int
) -> None:
    """A dead battery takes nobody's corrections away: who has seen a word replaces it, whatever
    the clocks say. And the desk's own stamps stay with its clock, so that others are not misled."""
    one, _, three = desks
    behind = Clock()
    behind.pass_s(-days * 86_400)
    two = new_desk(tmp_path / "behind.kiosk", "Behind", one, clock=behind)
    person = walk_in(one, "Asha", {"company": "Acme"}).id
    bind_code(one, "CODE-77", person)
    save_list(one, "Lunch", is_new=True)
    send(one, two)
    edit(two, person, {"company": "Seen and changed"})
    bind_code(two, "CODE-77", walk_in(two, "Ravi", {}).id)
    save_list(two, "Lunch", is_new=False, rename="Noon")
    report = send(two, three)
    send(two, one)
    edit(one, person, {"email": "asha@example.org"})
    send(one, two)
    send(one, three)
    for store in (one, two, three):
        asha = find_attendee(store, person)
        assert ("Seen and changed", "asha@example.org") == (asha.company, asha.email)
        assert ["Ravi"] == [p.name for p in find_by_code(store.connection, "CODE-77").attendees]
        assert "Noon" in {item.name for item in check_in_lists(store.connection)}
        assert_sound(store)
    assert not report.fast_clocks

    edit(one, person, {"company": "The last word"})
    send(one, two)
    assert "The last word" == find_attendee(two, person).company
    two.close()


def test_events_are_told_after_the_commit(store: Store) -> None:
    """Listeners get events that are on the disk, and none that were rolled back."""
    heard: list[LogEvent] = []
    store.after_commit = heard.extend
    with pytest.raises(KioskError):
        edit(store, walk_in(store, "Ravi", {}).id, {"name": "x", "heads": "many"})
    walk_in(store, "Asha", {})

    assert ["walk_in", "walk_in"] == [event.kind for event in heard]
    assert "Asha" == json.loads(heard[1].body)["fields"]["name"]
