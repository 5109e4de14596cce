"""Files of an older kiosk: opened, brought up to date, and nothing of them lost."""

from __future__ import annotations

import gzip
import os
import random
import signal
import sqlite3
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.safety.doctor import examine
from kiosk.services.tally.event_tally import event_tally
from kiosk.storage.file import store as store_module
from kiosk.storage.file.copy import reading_only
from kiosk.storage.file.header import FORMAT
from kiosk.storage.file.migrations import migrations
from kiosk.storage.file.schema import missing_or_foreign
from kiosk.storage.file.store import Store
from kiosk.storage.log.statements import TABLES
from kiosk.storage.recovery.integrity import table_dump
from kiosk.support.sqlite_header import APPLICATION_ID
from tests.conftest import OLD_FORMATS
from tests.support.stores import make_store

OLD = OLD_FORMATS
"""Made by the program at two points of its history: three people imported, a walk-in, entries,
a second scan refused, one entry taken back, a correction, printed badges."""
SAVED = sorted(path.name for path in OLD.glob("*.gz"))
STEPS = [step.name for step in migrations._migrations]
Rows = list[tuple[Any, ...]]


@pytest.fixture(params=SAVED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file as an older kiosk left it."""
    return unpacked(request.param, tmp_path)


def unpacked(name: str, folder: Path) -> Path:
    """A saved file under its own name."""
    path = folder / name.removesuffix(".gz")
    path.write_bytes(gzip.decompress((OLD / name).read_bytes()))
    return path


def log_rows(path: Path) -> Rows:
    """The log as it stands, byte for byte."""
    with reading_only(path) as connection:
        return connection.execute("SELECT * FROM event ORDER BY log_id, seq").fetchall()


def steps_taken(path: Path) -> tuple[int, int]:
    """(the mark in the file, how many steps it holds)."""
    with reading_only(path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return version, connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0]


def test_the_mark_counts_the_steps() -> None:
    """A new step without a new mark would leave older files without it: raise FORMAT with it."""
    assert len(STEPS) == FORMAT


def test_an_older_file_keeps_everything(old: Path) -> None:
    """Attendees, entries, corrections and badges are there, no event has changed, and work
    continues."""
    before = log_rows(old)

    store = Store.open(old, desk="t")
    stats = event_tally(store)
    verdicts = [scan(store, ScanOrder(code=code, list_name="Door")) for code in ("C-1", "C-2")]
    people = dict(store.connection.execute("SELECT name, company FROM attendee").fetchall())
    badges = store.connection.execute("SELECT count(*) FROM badge").fetchone()[0]
    store.close()

    assert (4, 1) == (stats.people, stats.lists[0].total.checked_in)
    assert {"आशा राव": "Acme", "Bo Berg": "Initech", "欧阳小明": "Zoho", "Li": ""} == people
    assert (["already_redeemed", "ok"], 4) == ([v.outcome for v in verdicts], badges)
    assert set(before) <= set(log_rows(old))
    assert (FORMAT, FORMAT) == steps_taken(old)
    assert examine(old, desk="t").ok


@pytest.mark.parametrize("mark", [0, 1])
@pytest.mark.parametrize("step", STEPS[1:])
def test_every_step_is_taken_from_the_one_before(step: str, mark: int, tmp_path: Path) -> None:
    """A file that stopped before any step gets the rest, and its tables say what its log says."""
    made = make_store(tmp_path)
    rows = made.connection.execute("SELECT * FROM event").fetchall()
    tables = {name: list(table_dump(made.connection, name)) for name in TABLES}
    made.close()
    path = tmp_path / "older.kiosk"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.apply(Database(connection), stop_before=step)
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO local VALUES ('log_id', ?)", (rows[0][0],))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {mark}")

    store = Store.open(path, desk="t")

    assert tables == {name: list(table_dump(store.connection, name)) for name in TABLES}
    store.close()
    assert rows == log_rows(path)
    assert (FORMAT, FORMAT) == steps_taken(path)


def test_many_open_an_old_file_at_once(tmp_path: Path) -> None:
    """The desk opens it from two threads while a script runs: each finds it complete."""
    path = unpacked("before-the-badge-queue.kiosk.gz", tmp_path)

    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store.open(path, desk="t"), range(8)))
    people = [
        store.connection.execute("SELECT count(*) FROM attendee").fetchone()[0] for store in stores
    ]
    for store in stores:
        store.close()

    assert [4] * 8 == people
    assert (FORMAT, FORMAT) == steps_taken(path)


def test_an_old_file_that_may_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked up in as a new one would be; writing is refused, and not a byte of it changes."""
    path = unpacked("before-the-badge-queue.kiosk.gz", tmp_path)
    before = path.read_bytes()

    def refuse(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("INSERT INTO local VALUES ('x', 'y')")

    monkeypatch.setattr(store_module, "use_wal", refuse)  # as on a read-only disk
    store = Store.open(path, desk="t")

    assert 4 == event_tally(store).people
    with pytest.raises(KioskError) as caught:
        scan(store, ScanOrder(code="C-2", list_name="Door"))
    store.close()
    assert "read_only" == caught.value.code
    assert before == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_newer_beside_the_file(tmp_path: Path) -> None:
    """A newer kiosk's mark that stands only in the write-ahead log is seen as well."""
    path = make_store(tmp_path).path
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("PRAGMA wal_autocheckpoint = 0")
        newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
        with pytest.raises(KioskError) as caught:
            Store.open(path, desk="t")

    assert "newer_format" == caught.value.code


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("times", [6, pytest.param(150, marks=pytest.mark.slow)])
def test_killed_while_it_is_brought_up_to_date(times: int, tmp_path: Path) -> None:
    """Old or new at every instant, never between; opening it again finishes the work."""
    chance = random.Random(times)
    original = unpacked("before-the-badge-queue.kiosk.gz", tmp_path)
    before = log_rows(original)
    path = tmp_path / "folder" / "copy.kiosk"
    seen: dict[tuple[int, int], int] = {}
    longest = 0.0
    for number in range(-1, times):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(original.read_bytes())
        start = time.perf_counter()
        wait = longest * (number + chance.random()) / times if number >= 0 else 5.0
        killed(lambda: Store.open(path, desk="t").close(), wait)
        longest = longest or time.perf_counter() - start
        found = steps_taken(path)
        seen[found] = seen.get(found, 0) + 1
        Store.open(path, desk="t").close()
        assert (FORMAT, FORMAT) == steps_taken(path)
        assert before == log_rows(path)
        for item in path.parent.iterdir():
            item.unlink()

    assert set(seen) <= {(1, 2), (FORMAT, FORMAT)}
    print(f"{times} kills: {seen.get((1, 2), 0)} old, {seen[FORMAT, FORMAT]} new, 0 between")


def killed(work: Callable[[], object], wait_s: float) -> None:
    """Do it in a fork of this process, and kill that when the time is over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    end = time.perf_counter() + wait_s
    while time.perf_counter() < end:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_other_programs_see_names_and_times(old: Path) -> None:
    """Two views, and foreign keys from everything about an attendee; a changed view is foreign."""
    with closing(Store.open(old, desk="t")) as store:
        scan(store, ScanOrder(code="C-2", list_name="Door"))
    with closing(sqlite3.connect(old)) as connection:
        connection.row_factory = sqlite3.Row
        people = {row["name"]: row for row in connection.execute("SELECT * FROM people")}
        entries = list(connection.execute("SELECT * FROM attendance"))
        keys = {row[3]: row[2] for row in connection.execute("PRAGMA foreign_key_list(scan)")}

        assert {"Bo Berg", "Li"} <= set(people)
        assert ("Door", "entry") == (entries[-1]["list"], entries[-1]["direction"])
        name = entries[-1]["name"]
        assert people[name]["first_entry_utc"] == entries[-1]["at_utc"]
        assert {"attendee_id": "attendee", "list_id": "list"} == keys
        assert "" == missing_or_foreign(connection)

        connection.execute("DROP VIEW people")
        connection.execute("CREATE VIEW people AS SELECT * FROM attendee")
        assert "foreign view" in missing_or_foreign(connection)
