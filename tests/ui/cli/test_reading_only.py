"""Commands that only read leave the event file, and its folder, exactly as they are."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.storage.file.copy import reading_only
from kiosk.storage.file.store import Store
from kiosk.ui.cli.main import run

FORMATS = Path(__file__).parents[2] / "data" / "formats"
COMMANDS = [
    ["find", "a"],
    ["stats"],
    ["log"],
    ["show", "@person"],
    ["export", "-o", "@out.csv"],
    ["export", "-o", "@out.pdf"],
    ["ready"],
    ["lists"],
    ["settings"],
    ["questions"],
    ["tables"],
    ["printers"],
    ["queue"],
    ["conflicts"],
    ["conflicts", "-o", "@out.xlsx"],
    ["desks"],
    ["help-desk"],
    ["pin"],
    ["backup", "-o", "@backup.kiosk"],
    ["paper", "checklist", "-o", "@paper.pdf"],
]


def names(command: list[str]) -> str:
    """A short name of a test case."""
    return " ".join(command[:2])


State = dict[str, tuple[bytes, int]]


def state_of(path: Path) -> State:
    """Every file in the folder of the event: its bytes and when it was changed."""
    return {
        item.name: (item.read_bytes(), item.stat().st_mtime_ns)
        for item in path.parent.iterdir()
        if item.is_file() and not item.name.endswith("-shm")
    } | {item.name: (b"", 0) for item in path.parent.glob("*-shm")}


def current(path: Path, store: Store) -> None:
    """An event of this machine, closed."""
    store.close()
    shutil.move(store.path, path)
    Store.open(path, desk="t").close()


def copied(path: Path, store: Store) -> None:
    """A copy that this machine has never opened."""
    store.close()
    shutil.copyfile(store.path, path)


def killed(path: Path, store: Store) -> None:
    """A copy of a desk that was killed, with its write-ahead log."""
    for ending in ("", "-wal"):
        shutil.copyfile(f"{store.path}{ending}", f"{path}{ending}")
    assert path.with_name(path.name + "-wal").stat().st_size > 0


def older(path: Path, store: Store) -> None:
    """A file of an older kiosk."""
    path.write_bytes(gzip.decompress((FORMATS / "before-the-badge-queue.kiosk.gz").read_bytes()))


def in_a_read_only_folder(path: Path, store: Store) -> None:
    """A file on a disk that cannot be written."""
    copied(path, store)
    path.chmod(stat.S_IRUSR)
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)


def hostile(path: Path, store: Store) -> None:
    """A file of a stranger: facts of another machine, and a badge that waits for its printer."""
    copied(path, store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO local VALUES ('printer', 'ipp://127.0.0.1:9/x')")
        connection.execute("INSERT OR REPLACE INTO local VALUES ('home', '')")


@pytest.fixture
def event(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Path]:
    """The event file of one kind, alone in a folder."""
    person = walk_in(store, "Asha", {})
    walk_in(store, "Ravi", {})
    scan(store, ScanOrder(attendee_id=person.id))
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "event.kiosk"
    request.param(path, store)
    yield path
    folder.chmod(0o700)


KINDS = [
    current,
    in_a_read_only_folder,
    hostile,
    *(pytest.param(kind, marks=pytest.mark.slow) for kind in (copied, killed, older)),
]


@pytest.mark.parametrize("command", COMMANDS, ids=names)
@pytest.mark.parametrize("event", KINDS, indirect=True, ids=lambda kind: kind.__name__)
def test_nothing_is_written(
    event: Path,
    command: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bytes and times stay, no file appears next to it, and no other computer is called."""
    called: list[object] = []

    def refuse(address: object, *_: object, **__: object) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with reading_only(event) as connection:
        person = connection.execute("SELECT id FROM attendee LIMIT 1").fetchone()[0]
    out = tmp_path / "out"
    out.mkdir()
    words = [
        person if word == "@person" else word.replace("@", f"{out}{os.sep}") for word in command
    ]
    before = state_of(event)

    code = run(["-e", str(event), *words])

    err = capsys.readouterr().err
    assert code in (0, 1), err
    assert before == state_of(event)
    assert ("127.0.0.1", 9) not in called


@pytest.mark.parametrize("event", [copied], indirect=True, ids=["copied"])
def test_while_a_desk_is_open(event: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command reads what an open desk has just written, and leaves its files."""
    desk = Store.open(event, desk="t")
    walk_in(desk, "Newcomer", {})
    before = state_of(event)

    assert 0 == run(["-e", str(event), "find", "Newcomer"])

    assert "Newcomer" in capsys.readouterr().out
    assert before == state_of(event)
    desk.close()


@pytest.mark.parametrize("event", [copied], indirect=True, ids=["copied"])
def test_a_writing_command_says_it(event: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first command that writes to a file from elsewhere says in one line what it lost."""
    assert 0 == run(["-e", str(event), "find", "a"])
    reading = capsys.readouterr().err
    assert 0 == run(["-e", str(event), "walk-in", "--name", "Li"])
    first = capsys.readouterr().err
    assert 0 == run(["-e", str(event), "walk-in", "--name", "Lo"])
    second = capsys.readouterr().err

    assert [False, True, False] == ["not set on this laptop" in e for e in (reading, first, second)]


@pytest.mark.parametrize("event", [copied], indirect=True, ids=["copied"])
def test_a_store_for_reading_refuses_writes(event: Path) -> None:
    """No service can write through it, whatever it tries."""
    from kiosk.errors import KioskError

    with closing(Store.open_reading(event, desk="t")) as store:
        with pytest.raises(KioskError) as caught:
            walk_in(store, "Li", {})
        assert ("read_only", True) == (caught.value.code, store.is_read_only)
