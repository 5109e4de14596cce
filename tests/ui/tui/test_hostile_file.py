"""The desk opens an event file of a stranger: nothing leaves or enters this computer."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.domain.log.events import EventKind
from kiosk.services.people.people import walk_in
from kiosk.services.printing.jobs import Cause, queue_badges
from kiosk.storage.file.store import Store
from kiosk.support.paths import facts_file
from kiosk.ui.cli.main import run
from kiosk.ui.tui.app import KioskApp
from tests.support.screens import Screens

pytestmark = pytest.mark.slow

_LISTEN_S = 3.0
"""Longer than the desk takes to send a waiting badge or to start sharing."""


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A computer of the sender."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


def was_called(server: socket.socket) -> bool:
    """Whether a connection arrived."""
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.fixture(params=["copied", "unmarked"])
def hostile(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Path]:
    """A file with sharing on, a private file as its logo, a backup place, and a waiting badge."""
    private = tmp_path / "private.png"
    private.write_bytes(b"the passwords of this computer")
    public = tmp_path / "public"
    public.mkdir()
    with listening() as desk, listening() as printer:
        uri = f"ipp://127.0.0.1:{printer.getsockname()[1]}/ipp/print"
        for key, value in (("logo", str(private)), ("backup_second", str(public))):
            with store.writing():
                store.append(EventKind.SETTING, {"key": key, "value": value})
        person = walk_in(store, "Asha", {})
        queue_badges(store, [person.id], printer=uri, cause=Cause.COMMAND)
        store.close()
        path = tmp_path / "stranger" / "event.kiosk"
        path.parent.mkdir()
        shutil.copyfile(store.path, path)
        facts_file(store.path).unlink()
        facts = {
            "home": "" if request.param == "unmarked" else "0" * 32,
            "logo_here": str(private),
            "backup_second": str(public),
            "printer": uri,
            "print_mode": "check_in",
            "sharing": json.dumps(
                {
                    "secret": "00" * 16,
                    "old_secrets": [],
                    "is_on": True,
                    "port": 0,
                    "addresses": [["127.0.0.1", desk.getsockname()[1]]],
                }
            ),
        }
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO local VALUES (?, ?)", list(facts.items())
            )
        before = log_of(path)
        yield path
        assert [False, False] == [was_called(desk), was_called(printer)]
        assert before == log_of(path)[: len(before)]
        assert b"passwords" not in path.read_bytes()
        assert [] == list(public.iterdir())


def log_of(path: Path) -> list[tuple[str, str]]:
    """Kind and body of every event."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT kind, body FROM event ORDER BY hlc").fetchall()


async def test_at_the_desk(hostile: Path) -> None:
    """The desk says that the settings are gone; nothing is printed, shared, packed or copied."""
    before = log_of(hostile)
    app = KioskApp(hostile, desk="Victim")
    async with app.run_test(size=(80, 24)) as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: any("not set on this" in n.message for n in app._notifications))
        await asyncio.sleep(_LISTEN_S)

    assert before == log_of(hostile)


@pytest.mark.parametrize("command", [["queue"], ["ready"], ["desks"], ["stats"], ["printers"]])
def test_by_commands(hostile: Path, command: list[str]) -> None:
    """The fixture finds the file unchanged and its sender's computer without a call."""
    before = hostile.read_bytes()

    assert run(["-e", str(hostile), *command]) in (0, 1)
    assert before == hostile.read_bytes()


def test_at_the_plain_desk(hostile: Path) -> None:
    """The same line by line, said once."""
    words = [sys.executable, "-m", "kiosk", "-e", str(hostile), "desk", "--plain"]

    first, second = (
        subprocess.run(words, input=b"Asha\nquit\n", capture_output=True, timeout=60, check=True)
        for _ in range(2)
    )

    assert [1, 0] == [done.stderr.count(b"not set on this laptop") for done in (first, second)]
