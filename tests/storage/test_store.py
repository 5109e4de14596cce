"""Creating, opening and refusing event files, and the guarantees of the log."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind, event_hash
from kiosk.domain.log.ids import attendee_id, attendee_id_prefix, badge_code, hlc_ms, next_hlc
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.storage.file.header import FORMAT
from kiosk.storage.file.machine_facts import DESK_NAME
from kiosk.storage.file.migrations import migrations
from kiosk.storage.file.modes import use_wal
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.log.reader import events_of
from kiosk.storage.log.statements import TABLES
from kiosk.storage.queries.attendees import attendee, find_by_code
from kiosk.storage.recovery.integrity import log_faults, table_dump
from kiosk.support import sqlite_header
from kiosk.support.sqlite_header import APPLICATION_ID
from tests.support.stores import NOON_MS, Clock, make_store, row, take_in

ASHA = Attendee("asha-id", name="आशा राव", email="asha@example.org")


def _sqlite(path: Path, application_id: int, version: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {application_id}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("CREATE TABLE notes(text)")
    connection.close()


FOREIGN: dict[str, tuple[str, Callable[[Path], object]]] = {
    "empty": ("not_an_event", lambda path: path.write_bytes(b"")),
    "text": ("not_an_event", lambda path: path.write_text("Name,Email\nAsha,a@b.c\n")),
    "binary": ("not_an_event", lambda path: path.write_bytes(bytes(range(256)) * 40)),
    "cut_off": ("not_an_event", lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\0" * 20)),
    "foreign": ("not_an_event", lambda path: _sqlite(path, 0, 1)),
    "other_program": ("not_an_event", lambda path: _sqlite(path, 0x47504B47, 1)),
    "newer": ("newer_format", lambda path: _sqlite(path, APPLICATION_ID, FORMAT + 1)),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_event_is_refused_and_left_alone(kind: str, tmp_path: Path) -> None:
    """A file that is no event is refused; neither it nor its folder changes."""
    path = tmp_path / "file.kiosk"
    code, make = FOREIGN[kind]
    make(path)
    before = path.read_bytes()

    with pytest.raises(KioskError) as caught:
        Store.open(path, desk="Desk 1")

    assert code == caught.value.code
    assert before == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    """Opening a name that is not there makes no file."""
    with pytest.raises(KioskError) as caught:
        Store.open(tmp_path / "none.kiosk", desk="Desk 1")

    assert caught.value.code == "no_event_file"
    assert list(tmp_path.iterdir()) == []


def test_a_new_event_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    """Making an event over a file is refused and leaves the file alone."""
    path = tmp_path / "e.kiosk"
    path.write_text("mine")

    with pytest.raises(KioskError) as caught:
        Store.create(path, desk="Desk 1")

    assert caught.value.code == "file_exists"
    assert path.read_text() == "mine"


def test_a_new_event_is_private_and_opens_again(tmp_path: Path) -> None:
    """An event file is its owner's alone, and knows its log and people when opened again."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    log_id, path = store.log_id, store.path
    store.close()

    again = Store.open(path, desk="Desk 2")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log_id == again.log_id
    assert attendee(again.connection, "asha-id") is not None


def test_migrations_are_all_applied_once(tmp_path: Path) -> None:
    """A new file has every step of the schema, and opening it again adds none."""
    store = make_store(tmp_path)
    count = "SELECT count(*) FROM _sqlite_migrations"
    first = store.connection.execute(count).fetchone()[0]
    store.close()

    again = Store.open(store.path, desk="Desk 1").connection.execute(count).fetchone()[0]

    assert len(list(migrations._migrations)) == first == again


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """What stops inside a transaction takes all of it back: log and tables."""
    store = make_store(tmp_path)
    before = list(store.events())

    def stopped() -> None:
        with store.writing():
            store.append(EventKind.WALK_IN, {"fields": {"name": "Li"}}, subject="li")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stopped()

    assert before == list(store.events())
    assert attendee(store.connection, "li") is None


def test_numbers_have_no_gaps_and_hashes_hold(tmp_path: Path) -> None:
    """A desk numbers its events 1, 2, 3 ..., and each row's hash is that of its content."""
    store = make_store(tmp_path)
    take_in(store, ASHA)

    events = list(store.events())
    hashes = [row[0] for row in store.connection.execute("SELECT hash FROM event ORDER BY seq")]

    assert list(range(1, len(events) + 1)) == [event.seq for event in events]
    assert [event_hash(event) for event in events] == hashes
    assert (len(events), 0, {}) == (
        (faults := log_faults(store.connection)).events,
        faults.corrupt,
        faults.gaps,
    )


def test_stamps_go_on_when_the_clock_steps_back(tmp_path: Path) -> None:
    """A clock set back, or standing still, never makes a later event look older."""
    store = make_store(tmp_path)
    clock = store.clock
    assert isinstance(clock, Clock)
    stamps = []
    for now_ms in (NOON_MS, NOON_MS, NOON_MS - 3_600_000, 0, NOON_MS + 1):
        clock.now_ms = now_ms
        with store.writing():
            stamps.append(store.append(EventKind.SETTING, {"key": "k", "value": now_ms}).hlc)

    assert sorted(set(stamps)) == stamps
    assert hlc_ms(stamps[-1]) == NOON_MS + 1
    assert next_hlc(5 << 16, 4) == (5 << 16) + 1


@pytest.mark.parametrize("odd", ["x" * 30_000, "a\x00b"], ids=["too long", "a NUL"])
def test_what_no_desk_would_believe_is_not_written(odd: str, tmp_path: Path) -> None:
    """What would be acknowledged, and gone with the next rebuild, is refused instead."""
    store = Store.create(tmp_path / "e.kiosk", desk="A")
    with pytest.raises(KioskError) as caught, store.writing():
        store.append(EventKind.BIND, {"code": odd}, subject="x")

    assert "not_kept" == caught.value.code
    assert [] == list(store.events())


def test_half_a_pair_of_surrogates_is_kept_as_text(tmp_path: Path) -> None:
    """Strict readers take no JSON with it: its escape stands there, and the entry is believed."""
    store = Store.create(tmp_path / "e.kiosk", desk="A")
    with store.writing():
        event = store.append(EventKind.SETTING, {"key": "place", "value": "Hall \udcff"})

    assert validated_body(event.kind, event.body) == {
        "key": "place",
        "value": "Hall \\udcff",
        "desk": "A",
    }


def test_rebuilding_gives_the_same_tables(tmp_path: Path) -> None:
    """Tables built from the log are those that the desk's work has made."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    with store.writing():
        store.append(EventKind.EDIT, {"set": {"company": "Acme"}}, subject="asha-id")
    take_in(store, Attendee("asha-id", name="Asha", company="Other"))
    before = {table: list(table_dump(store.connection, table)) for table in TABLES}

    with store.writing():
        projection.rebuild(store.connection, events_of(store.connection))

    after = {table: list(table_dump(store.connection, table)) for table in TABLES}
    assert before == after
    assert before["attendee"]


def test_codes_of_an_older_row_go_when_imports_follow_each_other(tmp_path: Path) -> None:
    """Of two rows for one person only the newer one's codes admit, also after a rebuild."""
    store = make_store(tmp_path)
    with store.writing():
        for code in ("old", "new"):
            rows = [row(ASHA, code)]
            store.append(EventKind.IMPORT_ROWS, {"source": "sheet", "rows": rows})
    with store.writing():
        projection.rebuild(store.connection, store.events())

    assert find_by_code(store.connection, "old").attendees == []
    assert [p.id for p in find_by_code(store.connection, "new").attendees] == ["asha-id"]


def test_somebody_twice_in_the_first_chunk_is_one_person(tmp_path: Path) -> None:
    """A first import may contain an attendee twice: the first row stays."""
    store = make_store(tmp_path)
    rows = [row(ASHA, "one"), row(replace(ASHA, name="Other"), "two")]
    with store.writing():
        store.append(EventKind.IMPORT_ROWS, {"source": "sheet", "rows": rows})

    for code in ("one", "two"):
        assert [ASHA.name] == [p.name for p in find_by_code(store.connection, code).attendees]


def test_two_desks_derive_one_id_and_its_badge_code_leads_back() -> None:
    """An id depends on platform and identity alone, and a badge's code is the id's beginning."""
    one, other = attendee_id("tito", "ticket:1"), attendee_id("tito", "ticket:1")

    assert one == other != attendee_id("tito", "ticket:2")
    assert one.startswith(attendee_id_prefix(badge_code(one)) or "?")


def test_threads_may_look_at_many_files_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Descriptors are kept for few of them; none is closed while another thread reads it."""
    monkeypatch.setattr(sqlite_header, "MOST_KEPT", 2)
    files = [tmp_path / f"{number}.kiosk" for number in range(12)]
    for number, file in enumerate(files):
        file.write_bytes(b"%02d" % number)

    def look(turn: int) -> bool:
        number = turn % len(files)
        return sqlite_header.first_bytes(files[number], 2) == b"%02d" % number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(2_000)))


class _BusyOnce(sqlite3.Connection):
    """A connection that another one gets in the way of, as SQLite says it without waiting."""

    refusals = 1

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.endswith("WAL") and self.refusals:
            self.refusals -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error
        return super().execute(sql, parameters)


def test_two_programs_that_start_a_write_ahead_log_at_once(tmp_path: Path) -> None:
    """Both get it, as long as each waits for the other."""
    with closing(sqlite3.connect(tmp_path / "e", factory=_BusyOnce)) as connection:
        use_wal(connection)
        assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()
    with closing(sqlite3.connect(tmp_path / "e", factory=_BusyOnce, timeout=0)) as connection:
        connection.refusals = 1_000_000
        with pytest.raises(sqlite3.OperationalError):
            use_wal(connection)


def test_a_log_of_an_undone_transaction_is_not_used(tmp_path: Path) -> None:
    """As when the disk is full: the desk keeps its log, and its settings of this machine."""
    with closing(make_store(tmp_path)) as store:
        before = store.log_id
        with store.writing():
            store.set_machine_facts({DESK_NAME: "Door"})
        with suppress(ZeroDivisionError), store.writing():
            store.start_new_log()
            assert before != store.log_id
            raise ZeroDivisionError

        assert before == store.log_id
        assert "Door" == store.machine_fact(DESK_NAME)
