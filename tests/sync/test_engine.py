"""The engine that is installed, and does not run on this computer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.event.event import create_event
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.sharing import share
from kiosk.storage.file.store import Store
from kiosk.support.install_hint import install_hint
from kiosk.support.paths import FileLock
from kiosk.sync.status_file import (
    LOCK_NAME,
    SharedState,
    read_status,
    remove_abandoned_sessions,
    write_status,
)

from .programs import wait_for

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")


@pytest.mark.slow
def test_an_engine_that_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk does not only show `alone`: it says how to reinstall the engine."""
    store: Store = create_event(tmp_path / "e.kiosk", name="E", timezone="UTC", desk="Desk 1")
    share(store)
    monkeypatch.setitem(sys.modules, "zenoh", None)
    monkeypatch.setattr("kiosk.services.sharing.runner.require", lambda *_: None)
    part = SharingRunner(store.path, "Desk 1")
    part.start()
    try:
        wait_for(lambda: bool(part.node and part.node.state.trouble), "the trouble")
        assert part.node is not None
        assert (
            f"eclipse-zenoh cannot be loaded: {install_hint('desks', again=True)}"
            in part.node.state.trouble
        )
    finally:
        part.stop()
        store.close()


@pytest.mark.slow
def test_the_engine_may_still_close_when_the_program_ends(tmp_path: Path) -> None:
    """The program waits for it: Python must not end a thread inside the engine, which aborts."""
    program = f"""
from pathlib import Path
from kiosk.domain.sharing.pairing import Address
from kiosk.sync import network
from kiosk.sync.certificates import write_tls_files
network.LEAVE_S = 0.0  # as on a link that does not answer
tls = write_tls_files(bytes(16), Path({str(tmp_path)!r}))
plan = network.NetworkPlan("x", "n", tls, (Address("127.0.0.1", 0),), (), False)
network.Network(plan, lambda *_: None).close()
"""
    for _ in range(6):  # a daemon fails in half of them
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert (0, "") == (done.returncode, done.stderr)


def test_problems_of_the_network_are_not_on_the_screen(tmp_path: Path) -> None:
    """Also a plain desk writes them to the log file."""
    path = tmp_path / "e.kiosk"
    program = f"""
import logging
from pathlib import Path
from kiosk.services.sharing.runner import SharingRunner
part = SharingRunner(Path({str(path)!r}), "Desk 1")
part.start()
part.stop()
logging.getLogger("kiosk").warning("the session could not be opened")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ("", "", 0) == (done.stdout, done.stderr, done.returncode)


def test_a_library_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that was not built for this system is an error with a way out, not a crash."""
    monkeypatch.setitem(sys.modules, "kiosk.sync.node", None)

    with pytest.raises(KioskError) as caught:
        SharingRunner(tmp_path / "e.kiosk", "Desk 1").start()

    assert "not_installed" == caught.value.code
    assert install_hint("desks", again=True) in caught.value.next_step


def test_a_folder_of_keys_that_cannot_be_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk reports the folder, that its check-ins are saved, and what to do."""
    state = tmp_path / "state"
    monkeypatch.setenv("KIOSK_STATE", str(state))
    state.mkdir()
    (state / "sharing").write_text("a file in its place")
    part = SharingRunner(tmp_path / "e.kiosk", "Desk 1")

    with pytest.raises(KioskError) as caught:
        part.start()

    assert "cannot_write" == caught.value.code
    assert str(state / "sharing") in caught.value.problem
    assert "Check-ins here are saved." == caught.value.saved
    assert part.node is None


def test_the_status_of_a_killed_program_is_removed(tmp_path: Path) -> None:
    """It has names of desks. That of a running program stays."""
    running, killed = tmp_path / "running", tmp_path / "killed"
    for folder in (running, killed):
        folder.mkdir()
        (folder / LOCK_NAME).touch()
        write_status(folder, SharedState())
        (folder / "status.json.part").touch()
    lock = FileLock(running / LOCK_NAME)
    assert lock.take()
    remove_abandoned_sessions(tmp_path)
    lock.release()

    assert read_status(running) is not None
    assert [LOCK_NAME] == [path.name for path in killed.iterdir()]


@pytest.mark.slow
def test_a_program_that_does_not_close_its_node_ends(tmp_path: Path) -> None:
    """After an error, nothing may keep the terminal."""
    program = f"""
from pathlib import Path
from kiosk.storage.file.store import Store
from kiosk.sync.workers import Answerer
file = Path({str(tmp_path / "e.kiosk")!r})
Store.create(file, desk="one").close()
Answerer(lambda: Store.open(file, desk="one"), lambda: None).start()
raise SystemExit(7)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=30)

    assert 7 == done.returncode
