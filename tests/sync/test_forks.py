"""Two laptops that wrote to copies of one log: both versions are kept, equal at every desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.log.merge import Fork
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import edit, walk_in
from kiosk.services.sharing.bundle import merge_bundle, write_bundle_file
from kiosk.services.sharing.conflicts import conflicts
from kiosk.services.sharing.sharing import ensure_secret
from kiosk.storage.file.clone_detection import HOME, fingerprint
from kiosk.storage.file.store import Store
from kiosk.storage.replication.forks import settle_fork
from kiosk.storage.replication.incidents import record_incidents
from tests.conftest import Clock
from tests.support.desks import all_rows, assert_sound, content, new_desk, send
from tests.support.stores import bind_code


@pytest.fixture
def clones(store: Store, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One desk's file twice; the second does not know that it is a copy."""
    for number in (1, 2, 3):
        bind_code(store, f"T{number}", walk_in(store, f"Guest {number}", {}).id)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "clone.kiosk"
    path.write_bytes(store.path.read_bytes())
    clone = Store(path, Store.open(path, desk="Desk 9").connection, "Desk 9", Clock())
    with clone.writing():
        clone.set_local(log_id=store.log_id, **{HOME: fingerprint(path)})
    clone.log_id = store.log_id
    yield store, clone
    clone.close()


def log_of(store: Store, log_id: str) -> list[tuple[Any, ...]]:
    """One log as another desk gets it."""
    return [row for row in all_rows(store) if row[0] == log_id]


def test_nothing_of_either_is_lost(clones: tuple[Store, Store], tmp_path: Path) -> None:
    """Both keep both, a third desk that held one of them too; what referred to a moved event
    refers to it still."""
    one, two = clones
    log_id = one.log_id
    scan(one, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T2"))
    undo(two)
    scan(one, ScanOrder(code="T3"))
    edit(two, walk_in(two, "Li", {}).id, {"company": "Zoho"})
    third = new_desk(tmp_path / "third.kiosk", "Desk 3", two)
    first_rows, second_rows = log_of(one, log_id), log_of(two, log_id)

    assert settle_fork(two, log_id, first_rows)
    assert settle_fork(one, log_id, second_rows)
    assert settle_fork(third, log_id, first_rows)
    for source in (one, two, third):
        for target in (one, two, third):
            send(source, target)
    assert_sound(one, two, third)
    rows = one.connection.execute(
        "SELECT code, undone FROM scan WHERE outcome = 'ok' ORDER BY code, undone"
    ).fetchall()
    assert [("T1", 0), ("T1", 0), ("T2", 1), ("T3", 0)] == rows
    assert 1 == len(conflicts(one).doubles)
    assert log_id not in (one.local("log_id"), two.local("log_id"))
    assert one.local("log_id") != two.local("log_id")
    third.close()


def test_by_stick_too(clones: tuple[Store, Store], tmp_path: Path) -> None:
    """A bundle carries the other version: rows behind the parting are not mixed into this one."""
    one, two = clones
    ensure_secret(one)
    with two.writing():
        two.set_machine_facts({"sharing": one.machine_fact("sharing")})
    scan(one, ScanOrder(code="T1"))
    for code in ("T2", "T3", "T1"):
        scan(two, ScanOrder(code=code))
    write_bundle_file(one, tmp_path / "one.bundle")
    write_bundle_file(two, tmp_path / "two.bundle")

    assert 1 == merge_bundle(one, tmp_path / "two.bundle").forks
    assert 1 == merge_bundle(two, tmp_path / "one.bundle").forks
    send(one, two)  # who introduced whom
    send(two, one)
    assert_sound(one, two)
    rows = one.connection.execute("SELECT code FROM scan WHERE outcome = 'ok' ORDER BY code")
    assert ["T1", "T1", "T2", "T3"] == [row[0] for row in rows]


def test_settling_again_changes_nothing(clones: tuple[Store, Store]) -> None:
    """The rows may come any number of times."""
    one, two = clones
    log_id = one.log_id
    scan(one, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T2"))
    rows = log_of(two, log_id)
    assert settle_fork(one, log_id, rows)
    before = content(one)

    assert settle_fork(one, log_id, rows)
    assert before == content(one)


@pytest.mark.parametrize("harm", ["gap", "changed", "other log", "nonsense"])
def test_what_is_no_whole_log_changes_nothing(clones: tuple[Store, Store], harm: str) -> None:
    """Rows that are not the beginning of one log, each with its hash, are left alone."""
    one, two = clones
    scan(one, ScanOrder(code="T1"))
    scan(two, ScanOrder(code="T2"))
    rows: list[Any] = log_of(two, one.log_id)
    match harm:
        case "gap":
            del rows[1]
        case "changed":
            rows[1] = (*rows[1][:5], "{}", rows[1][6])
        case "other log":
            rows[1] = ("ab" * 16, *rows[1][1:])
        case "nonsense":
            rows[1] = None
    before = content(one)

    assert not settle_fork(one, one.log_id, rows)
    assert before == content(one)


def test_what_a_third_desk_took_back(clones: tuple[Store, Store], tmp_path: Path) -> None:
    """A desk took back check-ins of a version that moves: its words are all kept, every desk holds
    the same, and what they do not lead to any more is named."""
    one, two = clones
    log_id = one.log_id
    scan(one, ScanOrder(code="T1"))
    scan(one, ScanOrder(code="T2"))
    scan(two, ScanOrder(code="T3"))
    thirds = []
    for number, clone in enumerate(clones):
        third = new_desk(tmp_path / f"third{number}.kiosk", f"Desk {3 + number}", clone)
        for row in third.connection.execute(
            "SELECT attendee_id FROM scan WHERE outcome = 'ok' ORDER BY seq"
        ).fetchall():
            undo(third, attendee_id=row[0])
        thirds.append(third)
    first_rows, second_rows = log_of(one, log_id), log_of(two, log_id)
    for store, rows in zip((*clones, *thirds), (second_rows, first_rows) * 2, strict=True):
        record_incidents(store, forks=[Fork(log_id, rows[-1][1])])
        assert settle_fork(store, log_id, rows)
    stores = (one, two, *thirds)
    for source in stores:
        for target in stores:
            send(source, target)

    assert_sound(*stores)
    words = one.connection.execute("SELECT count(*) FROM event WHERE kind = 'undo'").fetchone()[0]
    assert 3 == words
    standing = one.connection.execute("SELECT code FROM scan WHERE outcome = 'ok' AND undone = 0")
    notes = [note for note in conflicts(one).notes if " undid " in note]
    for (code,) in standing.fetchall():
        assert any(f"of Guest {code[1]} that has another number" in note for note in notes)
    for store in stores:
        assert notes == [note for note in conflicts(store).notes if " undid " in note]
    for third in thirds:
        third.close()
