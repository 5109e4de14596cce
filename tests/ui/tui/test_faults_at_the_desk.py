"""Faults under a running desk: a sentence, nothing lost, and on it goes without a restart."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.safety.doctor import examine
from kiosk.storage.file.copy import reading_only
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from tests.support.desk import Desk, open_desk
from tests.support.forked import fill
from tests.support.stores import bind_code

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 2 MB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount).returncode:
        pytest.skip("needs to mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def made(folder: Path, people: int = 9) -> Store:
    """An event that goes on now."""
    store = create_event(folder / "now.kiosk", name="Meetup", days=[date.today()], desk="Desk 1")
    for number in range(people):
        bind_code(store, f"T-{number}", walk_in(store, f"Person {number}", {}).id)
    return store


def entered(path: Path) -> list[str]:
    """Codes let in."""
    with reading_only(path) as connection:
        rows = connection.execute("SELECT code FROM scan WHERE outcome = 'ok' ORDER BY seq")
        return [row[0] for row in rows.fetchall()]


async def scan(desk: Desk, number: int, words: str) -> None:
    """One ticket, and what the banner must say of it."""
    await desk.scan(f"T-{number}")
    await desk.says(words)


async def test_moved_away_and_back(tmp_path: Path) -> None:
    """While the file is elsewhere nobody is told that they are in; back in its place, it goes
    on."""
    store = made(tmp_path)
    away = tmp_path / "away"
    away.mkdir()
    async with open_desk(store) as desk:
        await scan(desk, 1, "✓ CHECKED IN | Person 1")
        store.close()
        files = [tmp_path / f"now.kiosk{ending}" for ending in ("", "-wal", "-shm")]
        for file in files:
            shutil.move(file, away)
        await scan(desk, 2, "NOT DONE | now.kiosk is not in its folder")
        for file in files:
            shutil.move(away / file.name, file)
        await scan(desk, 2, "✓ CHECKED IN | Person 2")
    assert ["T-1", "T-2"] == entered(store.path)
    assert examine(store.path, desk="t").ok


async def test_deleted(tmp_path: Path) -> None:
    """Deleted under the desk: everything confirmed is kept in a copy, which the banner names."""
    store = made(tmp_path)
    async with open_desk(store) as desk:
        await scan(desk, 1, "✓ CHECKED IN | Person 1")
        store.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{store.path}{ending}").unlink()
        await scan(desk, 2, "everything before it is in now-salvaged.kiosk")
        await scan(desk, 3, "everything before it is in now-salvaged.kiosk")

    copy = tmp_path / "now-salvaged.kiosk"
    assert ["T-1"] == entered(copy)
    assert examine(copy, desk="t").ok
    assert 0o600 == copy.stat().st_mode & 0o777
    assert [] == list(tmp_path.glob("now-salvaged-2*"))


async def test_another_file_in_its_place(tmp_path: Path) -> None:
    """A stick that comes back, or a copy put there: the desk works on what is there now."""
    store = made(tmp_path)
    store.close()
    shutil.copy(store.path, tmp_path / "copy")
    async with open_desk(Store.open(store.path, desk="x")) as desk:
        desk_store = desk
        for ending in ("", "-wal", "-shm"):
            Path(f"{store.path}{ending}").rename(tmp_path / f"gone{ending}")
        shutil.copy(tmp_path / "copy", store.path)
        await scan(desk_store, 2, "✓ CHECKED IN | Person 2")
    assert ["T-2"] == entered(store.path)
    assert examine(store.path, desk="t").ok


async def test_the_disk_fills_and_has_room_again(disk: Path) -> None:
    """Nobody is told that they are in while nothing can be written; with room it goes on."""
    store = made(disk)
    async with open_desk(store) as desk:
        await scan(desk, 1, "✓ CHECKED IN | Person 1")
        film = fill(disk)
        number = 2
        while "NOT DONE" not in desk.banner:  # until what SQLite had reserved is used up
            await desk.scan(f"T-{number % 9}")
            await desk.pilot.pause(0.05)
            number += 1
            assert number < 400
        before = entered(store.path)
        assert "full" in desk.banner
        film.unlink()
        await desk.scan("T-1")
        await desk.says("CHECKED IN | Person 1")
    assert before == entered(store.path)
    assert examine(store.path, desk="t").ok
    store.close()


@pytest.mark.slow
async def test_held_for_ten_seconds(tmp_path: Path) -> None:
    """Another program keeps the file to itself: the desk says that it waits, and goes on."""
    import asyncio

    store = made(tmp_path)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        async with open_desk(store) as desk:
            other.execute("BEGIN EXCLUSIVE")
            await desk.scan("T-1")
            await desk.says("WAITING")
            await asyncio.sleep(11)
            assert "WAITING" in desk.banner
            other.execute("ROLLBACK")
            await desk.says("✓ CHECKED IN | Person 1")
    assert ["T-1"] == entered(store.path)


async def test_held_when_the_desk_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program has locked everybody out: the desk says so, and opens when it lets go."""
    monkeypatch.setattr("kiosk.storage.file.store.BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr("kiosk.ui.tui.worker._TRY_AGAIN_S", 0.1)
    store = made(tmp_path)
    store.close()
    app = KioskApp(store.path, desk="Desk 1")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO local VALUES ('x', 'y')")
        other.execute("COMMIT")
        async with app.run_test(size=(80, 24)) as pilot:
            desk = Desk(app, pilot)
            await pilot.pause(0.2)
            await desk.says("Another program is using")
            await desk.scan("T-1")
            other.close()
            await desk.says("✓ CHECKED IN | Person 1")
            await desk.ready()
