"""Files that cannot be written are reported as such, and sharing continues when they can."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync.fetcher import Fetcher
from kiosk.sync.ingest import Ingest
from kiosk.sync.node import Node, NodeOptions, _Turns
from kiosk.sync.node_state import NodeState
from kiosk.sync.peers import PeerBook
from kiosk.sync.session import SessionKeeper
from kiosk.sync.status_file import LOCK_NAME, SharedState, read_status

from .programs import wait_for

FULL = KioskError("disk_full", "The disk is full.", saved="This was not saved.", next_step="Free.")


def test_a_full_disk_is_reported_until_the_file_can_be_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status shows the sentence and its short form until the file is written again."""
    monkeypatch.setattr("kiosk.sync.node.time.sleep", lambda _: None)
    shared: list[SharedState] = []
    looker = Store.open(store.path, desk="Desk 1")
    state = NodeState(looker, tmp_path, "Desk 1", NodeOptions(), PeerBook(), lambda *_: None)
    fetcher = Fetcher(lambda *_: None, lambda: True)
    turns = _Turns(state, fetcher, SharedState(), shared.append)

    def refuse(*_: object) -> None:
        raise FULL

    turns.take([])
    with monkeypatch.context() as full:
        full.setattr(Ingest, "process", refuse)
        turns.take([])
    turns._announcer._next_look = 0.0
    turns.take([])
    status = read_status(tmp_path)
    walk_in(store, "Li", {})
    turns._announcer._next_look = 0.0
    turns.take([])

    assert status is not None
    assert ("disk full", str(FULL)) == (status.hindrance, status.trouble)
    assert ("", "") == (shared[-1].hindrance, shared[-1].trouble)
    looker.close()


def test_a_new_log_that_could_not_begin_is_trouble_until_it_does(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored desk on a full disk: the trouble ends without an entry of another program."""
    monkeypatch.setattr("kiosk.sync.node.time.sleep", lambda _: None)
    monkeypatch.setattr(SessionKeeper, "keep", lambda _: False)
    with store.writing():
        write_sharing(store, Sharing(bytes(16)))
    looker = Store.open(store.path, desk="Desk 1")
    state = NodeState(looker, tmp_path, "Desk 1", NodeOptions(), PeerBook(), lambda *_: None)
    turns = _Turns(state, Fetcher(lambda *_: None, lambda: True), SharedState(), lambda _: None)

    def refuse(_: Store) -> None:
        raise FULL

    with monkeypatch.context() as full:
        full.setattr("kiosk.sync.node.introduce_desk", refuse)
        turns.take([])
    trouble = state.file_trouble
    turns.take([])
    looker.close()

    assert FULL is trouble
    assert state.file_trouble is None


def test_keys_that_cannot_be_written_are_reported_and_written_later(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the state folder is full, and later it is not."""
    pytest.importorskip("nacl", reason="the extra `desks` is not installed")
    state = NodeState(store, tmp_path, "Desk 1", NodeOptions(), PeerBook(), lambda *_: None)
    state.sharing = Sharing(bytes(16))
    keeper = SessionKeeper(state)
    monkeypatch.setattr("kiosk.sync.session.Network", lambda plan, _: plan)

    def refuse(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("kiosk.sync.certificates._write", refuse)
        opened = keeper.keep()
    trouble, is_soon = state.trouble, keeper.keep()
    keeper.open_soon()

    assert (False, False) == (opened, is_soon)
    assert "cannot be written (No space left on device)" in trouble
    assert str(tmp_path) in trouble
    assert keeper.keep()
    assert "" == state.trouble


def test_sharing_begins_when_its_folder_can_be_made(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state folder is read-only at first; here a file has its name."""
    monkeypatch.setattr("kiosk.sync.node.STANDBY_S", 0.02)
    taken = tmp_path / "sharing"
    taken.write_text("")
    folder = taken / "event"
    node = Node(lambda: Store.open(store.path, desk="Desk 1"), folder, desk="Desk 1")
    node.start()
    try:
        wait_for(lambda: "cannot be written" in node.state.trouble, "the trouble", 10)
        taken.unlink()
        wait_for(lambda: not node.state.trouble, "the end of the trouble", 10)
        assert (folder / LOCK_NAME).exists()
    finally:
        node.stop()
