"""The doctor finds damage, salvages readable events, and leaves damaged files unchanged."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import edit
from kiosk.services.safety.doctor import Diagnosis, examine
from kiosk.services.safety.purge import purge
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.recovery.page_carver import readable_log
from kiosk.storage.replication.merge import merge_events
from tests.support.stores import make_store, take_in

PAGE = 4096
PEOPLE = [
    Attendee(f"id-{n}", name=f"आशा {n}", extra={"Story": f"long {n} " * 30}) for n in range(120)
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an event with imports that overflow their pages, scans and edits."""
    store = make_store(tmp_path_factory.mktemp("sound"))
    for start in range(0, len(PEOPLE), 40):
        take_in(store, *PEOPLE[start : start + 40])
    for number in range(90):
        scan(store, ScanOrder(code=f"T-id-{number}"))
    edit(store, "id-1", {"company": "Acme"})
    store.close()
    return store.path.read_bytes()


@pytest.fixture
def event(sound: bytes, tmp_path: Path) -> Path:
    """A new file with this event."""
    path = tmp_path / "e.kiosk"
    path.write_bytes(sound)
    return path


def _codes(diagnosis: Diagnosis) -> list[str]:
    return [check.code for check in diagnosis.checks if not check.ok]


def _events(path: Path) -> int:
    return len(readable_log(path).events)


@pytest.mark.slow
def test_a_sound_file_is_left_alone(event: Path) -> None:
    """A file without faults is not changed, and no file is created next to it."""
    before = event.read_bytes()

    diagnosis = examine(event, desk="Desk 1")

    assert diagnosis.ok
    assert [check.code for check in diagnosis.checks] == ["file", "log", "numbers", "tables"]
    assert (diagnosis.rebuilt, diagnosis.salvaged) == (False, None)
    assert before == event.read_bytes()
    assert [event] == list(event.parent.iterdir())


def test_a_file_in_use_can_be_checked(event: Path) -> None:
    """While a desk has the file open, events in the write-ahead log count."""
    store = Store.open(event, desk="Desk 1")
    scan(store, ScanOrder(code="T-id-100"))

    diagnosis = examine(event, desk="Desk 2")

    assert diagnosis.ok
    assert f"{len(list(store.events()))} events" in diagnosis.checks[1].what
    store.close()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("attendee", "UPDATE attendee SET name = 'Nobody' WHERE id = 'id-3'"),
        ("scan", "DELETE FROM scan WHERE seq = (SELECT max(seq) FROM scan)"),
        ("code", "INSERT INTO code VALUES ('X', 'id-1', 0)"),
        ("edit", "UPDATE edit SET value = 'Zoho'"),
    ],
)
def test_tables_that_differ_from_the_log_are_built_anew(
    table: str, statement: str, event: Path
) -> None:
    """Only the tables are wrong: they are rebuilt in place, said so, and right from then on."""
    store = Store.open(event, desk="Desk 1")
    store.connection.execute(statement)
    store.close()

    diagnosis = examine(event, desk="Desk 1")

    assert (diagnosis.rebuilt, diagnosis.salvaged, _codes(diagnosis)) == (True, None, ["tables"])
    assert table in diagnosis.checks[-1].what
    assert examine(event, desk="Desk 1").ok


def test_a_changed_event_is_found_and_the_others_saved(event: Path) -> None:
    """An edited log is detected by its hashes, and all other events go into a new file."""
    store = Store.open(event, desk="Desk 1")
    store.connection.execute("UPDATE event SET body = replace(body, 'T-id-7', 'T-id-8')")
    store.close()
    before = event.read_bytes()
    count = len(list(Store.open(event, desk="x").events()))

    diagnosis = examine(event, desk="Desk 1")

    assert _codes(diagnosis) == ["log"]
    assert diagnosis.salvaged is not None
    assert diagnosis.salvaged.lost > 0
    assert count == diagnosis.salvaged.events + diagnosis.salvaged.lost
    assert before == event.read_bytes()


def test_missing_events_are_found(event: Path) -> None:
    """A number missing in a log is said, with how many."""
    store = Store.open(event, desk="Desk 1")
    store.connection.execute("DELETE FROM event WHERE seq IN (40, 41)")
    store.close()

    diagnosis = examine(event, desk="Desk 1")

    assert "numbers" in _codes(diagnosis)
    assert "2 in log" in diagnosis.checks[2].what


@pytest.mark.parametrize("lost", ["1", "kind = 'import_rows'", "seq > 20"])
def test_tables_that_know_more_than_the_log(lost: str, event: Path) -> None:
    """When events were removed, the old file is kept as a copy before the tables are rebuilt, and
    a purge deletes the copy."""
    store = Store.open(event, desk="Desk 1")
    store.connection.execute(f"DELETE FROM event WHERE {lost}")
    store.close()

    diagnosis = examine(event, desk="Desk 1")
    kept = event.with_name("e-before-doctor.kiosk")
    copy = Store.open(kept, desk="x")

    assert kept.name in diagnosis.checks[-1].what
    assert len(PEOPLE) == count_attendees(copy.connection)
    copy.close()
    purge(store := Store.open(event, desk="Desk 1"))
    store.close()
    assert not kept.exists()


def _zeroed(first: int, count: int) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        return data[:first] + bytes(count) + data[first + count :]

    return spoil


def _flipped(data: bytes) -> bytes:
    chance, spoiled = random.Random(5), bytearray(data)
    for _ in range(12):
        spoiled[chance.randrange(PAGE, len(data))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "first page zeroed": _zeroed(0, PAGE),
    "header zeroed": _zeroed(0, 100),
    "header overwritten": lambda data: b"\xff" * 100 + data[100:],
    "second page zeroed": _zeroed(PAGE, PAGE),
    "third page zeroed": _zeroed(2 * PAGE, PAGE),
    "pages in the middle zeroed": _zeroed(20 * PAGE, 3 * PAGE),
    "end cut off": lambda data: data[: len(data) - 5 * PAGE],
    "end cut off inside a page": lambda data: data[: len(data) * 5 // 6 + 77],
    "bits flipped": _flipped,
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_file_is_salvaged_into_a_new_one(what: str, sound: bytes, event: Path) -> None:
    """Every event with a right hash goes into a new, sound file; the damaged one is not touched."""
    total = _events(event)
    event.write_bytes(DAMAGE[what](sound))
    before = event.read_bytes()

    diagnosis = examine(event, desk="Desk 1")

    assert not diagnosis.ok
    assert before == event.read_bytes()
    salvaged = diagnosis.salvaged
    assert salvaged is not None
    assert salvaged.file == event.with_name("e-salvaged.kiosk")
    assert {event, salvaged.file} == set(event.parent.iterdir())
    assert salvaged.events == _events(event) > 0
    assert salvaged.events + salvaged.lost >= total - 5
    assert {"numbers"} >= set(_codes(examine(salvaged.file, desk="Desk 1")))


@pytest.mark.parametrize("what", ["first page zeroed", "header zeroed", "second page zeroed"])
def test_a_spoiled_way_to_the_rows_loses_none(what: str, sound: bytes, event: Path) -> None:
    """Header, schema or the root of the log gone: all rows are still there."""
    total = _events(event)
    event.write_bytes(DAMAGE[what](sound))

    salvaged = examine(event, desk="Desk 1").salvaged

    assert salvaged is not None
    assert (total, 0, len(PEOPLE)) == (salvaged.events, salvaged.lost, salvaged.people)


def test_salvaged_work_goes_on_under_a_new_log(sound: bytes, event: Path) -> None:
    """The desk continues in the new file: check-ins are known, and no number is used twice."""
    event.write_bytes(_zeroed(0, PAGE)(sound))
    salvaged = examine(event, desk="Desk 1").salvaged
    assert salvaged is not None
    store = Store.open(salvaged.file, desk="Desk 1")
    old_logs = {entry.log_id for entry in store.events()}

    results = [scan(store, ScanOrder(code=f"T-id-{n}")) for n in (5, 100)]

    assert [str(result.outcome) for result in results] == ["already_redeemed", "ok"]
    assert store.log_id not in old_logs
    store.close()


def test_a_second_salvage_does_not_overwrite_the_first(sound: bytes, event: Path) -> None:
    """Each run creates a new file."""
    event.write_bytes(_zeroed(0, PAGE)(sound))

    files = [examine(event, desk="Desk 1").salvaged for _ in range(2)]

    assert [f.file.name for f in files if f] == ["e-salvaged.kiosk", "e-salvaged-2.kiosk"]


def test_what_was_committed_beside_the_file_is_salvaged_too(event: Path) -> None:
    """After a crash and damage to the file, events in the write-ahead log count."""
    store = Store.open(event, desk="Desk 1")
    store.connection.execute("PRAGMA wal_autocheckpoint = 0")
    scan(store, ScanOrder(code="T-id-100"))
    store.connection.execute("BEGIN IMMEDIATE")
    data, wal = event.read_bytes(), event.with_name("e.kiosk-wal").read_bytes()
    count = len(list(store.events()))
    store.connection.execute("ROLLBACK")
    store.close()
    broken = event.with_name("broken.kiosk")
    broken.write_bytes(bytes(PAGE) + data[PAGE:])
    broken.with_name("broken.kiosk-wal").write_bytes(wal)

    salvaged = examine(broken, desk="Desk 1").salvaged

    assert salvaged is not None
    assert (count, 0) == (salvaged.events, salvaged.lost)


NO_EVENT: dict[str, bytes] = {
    "empty": b"",
    "text": b"Name,Email\n" * 500,
    "zeros": bytes(40_000),
    "noise": random.Random(1).randbytes(40_000),
    "hex": b"0123456789abcdef" * 4_000,
}


@pytest.mark.parametrize("what", NO_EVENT)
def test_a_file_that_is_no_event_is_refused(what: str, tmp_path: Path) -> None:
    """Nothing of an event is in it: it is said so, and nothing is written."""
    path = tmp_path / "file.kiosk"
    path.write_bytes(NO_EVENT[what])

    with pytest.raises(KioskError) as caught:
        examine(path, desk="Desk 1")

    assert caught.value.code == "not_an_event"
    assert [path] == list(tmp_path.iterdir())


def test_an_event_of_which_nothing_can_be_read(sound: bytes, event: Path) -> None:
    """A header alone is a damaged event with nothing to save."""
    event.write_bytes(sound[:PAGE] + bytes(len(sound) - PAGE))

    diagnosis = examine(event, desk="Desk 1")

    assert (diagnosis.ok, diagnosis.salvaged, _codes(diagnosis)) == (False, None, ["file"])


def test_what_this_kiosk_cannot_read_is_named(event: Path) -> None:
    """Events of newer kinds and invalid events are counted by desk; the file has no fault."""
    rows = []
    bodies = [("seance", '{"desk":"Tent\\u001b"}'), ("bind", "{}"), ("bind", '{"desk":"Tent"}')]
    for seq, (kind, body) in enumerate(bodies, 1):
        one = LogEvent("ab" * 16, seq, seq << 16, kind, "", body)
        rows.append((*one, event_hash(one).hex()))
    store = Store.open(event, desk="Desk 1")
    merge_events(store, rows)
    store.close()

    diagnosis = examine(event, desk="Desk 1")
    said = [check.what for check in diagnosis.checks if check.code == "unread"]
    assert diagnosis.ok
    assert [
        "1 event of Tent of an unknown kind; a newer kiosk can read them.",
        "2 events of Tent with invalid content; kept in the log, and ignored.",
    ] == said
