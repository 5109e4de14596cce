"""No memory, no descriptors, a disk that fails, a share that cannot lock: a sentence each."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.log import events
from kiosk.domain.log.event_schema import validated_body
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.safety.doctor import examine
from kiosk.storage.file import store as store_module
from kiosk.storage.file.modes import NO_WAL, snapshot
from kiosk.storage.file.store import Store
from tests.support.forked import kiosk

from .conftest import people_csv

pytestmark = pytest.mark.slow


def memory_for(extra_mb: float) -> Callable[[], None]:
    """In the child: so much more memory than the program has now."""

    def limit() -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        size = pages * resource.getpagesize() + int(extra_mb * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    return limit


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
@pytest.mark.parametrize(
    "extra_mb",
    [1, pytest.param(4, marks=pytest.mark.slow), 12, pytest.param(40, marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("command", ["import", "badges", "export"])
def test_no_memory(command: str, extra_mb: float, event: Path, tmp_path: Path) -> None:
    """All of it or none of it, a sentence, no half file; afterwards everything works."""
    out = tmp_path / "out"
    out.mkdir()
    more = tmp_path / "more.csv"
    more.write_text(people_csv(20_000).replace("C0", "D0"))
    commands = {
        "import": ["import", str(more)],
        "badges": ["badges", "-o", str(out / "b.pdf")],
        "export": ["export", "-o", str(out / "x.xlsx")],
    }
    before = json.loads(kiosk("-e", str(event), "--json", "log")[1])

    code, _, err = kiosk("-e", str(event), *commands[command], before=memory_for(extra_mb))
    after = json.loads(kiosk("-e", str(event), "--json", "log")[1])

    assert code in (0, 1, 2, 70), err
    assert b"internal error" not in err, err
    if code == 2:
        assert b"no memory left" in err, err
        assert before == after
        assert [] == list(out.iterdir())
    assert examine(event, desk="t").ok
    assert [] == [item for item in event.parent.iterdir() if ".part" in item.name]


def test_a_parser_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little memory to read an event is an error. If the event counted as invalid, a whole
    import would be missing from the rebuilt tables."""

    class NoMemory:
        def decode(self, text: str) -> None:
            raise MemoryError

    monkeypatch.setattr(events, "_decoder", lambda wanted: NoMemory())
    with pytest.raises(MemoryError):
        validated_body("setting", "{}")


@pytest.mark.parametrize("descriptors", [4, 5, 6])
@pytest.mark.parametrize("command", ["scan", "export", "backup"])
def test_no_descriptors(command: str, descriptors: int, event: Path, tmp_path: Path) -> None:
    """Too many files are open: that sentence, not one of damage or of a folder."""
    arguments = {
        "scan": ["scan", "C00001"],
        "export": ["export", "-o", str(tmp_path / "x.csv")],
        "backup": ["backup", "-o", str(tmp_path / "b.kiosk")],
    }[command]
    code, _, err = kiosk(
        *("-e", str(event), *arguments),
        before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)),
    )

    assert (2, True) == (code, b"Too many files are open" in err), err
    assert 0 == kiosk("-e", str(event), *arguments)[0]


class _Failing:
    """A connection whose disk fails at one statement, once."""

    def __init__(self, connection: sqlite3.Connection, statement: str, name: str) -> None:
        self._connection, self._statement, self._name = connection, statement, name

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if self._statement and sql.startswith(self._statement):
            self._statement = ""
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = self._name
            raise error
        return self._connection.execute(sql, *values)


@pytest.mark.parametrize("statement", ["BEGIN", "INSERT INTO event", "COMMIT"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_IOERR_FSYNC", "disk_failed"),
        ("SQLITE_IOERR_WRITE", "disk_failed"),
        ("SQLITE_IOERR_READ", "disk_failed"),
        ("SQLITE_IOERR_SHMMAP", "no_such_disk"),
        ("SQLITE_PROTOCOL", "file_busy"),
        ("SQLITE_FULL", "disk_full"),
    ],
)
def test_a_disk_that_fails(name: str, code: str, statement: str, event: Path) -> None:
    """Wherever it fails: the sentence for it, nothing of the entry, and the next one works."""
    store = Store.open(event, desk="t")
    sound = store.connection
    store.connection = _Failing(sound, statement, name)  # type: ignore[assignment]

    with pytest.raises(KioskError) as caught:
        scan(store, ScanOrder(code="C00001"))
    after = scan(store, ScanOrder(code="C00001"))
    store.close()

    assert (code, "ok", False) == (caught.value.code, after.outcome, after.repeated)
    assert examine(event, desk="t").ok


def test_a_share_without_write_ahead_log(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said so, with the way out; the file is as it was."""
    before = event.read_bytes()

    def refuse(connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError(NO_WAL)

    monkeypatch.setattr(store_module, "use_wal", refuse)
    with pytest.raises(KioskError) as caught:
        Store.open(event, desk="t")

    assert "no_such_disk" == caught.value.code
    assert "disk of this computer" in caught.value.next_step
    assert before == event.read_bytes()
    assert [event.name] == os.listdir(event.parent)


def test_an_error_that_ends_the_transaction_is_told() -> None:
    """SQLite rolls back by itself where a disk fails: that error is told, and not that there is
    nothing to roll back (https://www.sqlite.org/lang_transaction.html, section 3.1)."""
    failure = sqlite3.OperationalError("the disk does not answer")

    def read(connection: sqlite3.Connection) -> None:
        with snapshot(connection):
            connection.rollback()
            raise failure

    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as connection,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        read(connection)

    assert failure is caught.value
