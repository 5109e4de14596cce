"""A file that cannot be written is reported as such, not as a network fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.sync.fetcher import Fetcher
from kiosk.sync.ingest import Ingest
from kiosk.sync.node import NodeOptions, _Turns
from kiosk.sync.node_state import NodeState
from kiosk.sync.peers import PeerBook
from kiosk.sync.status_file import SharedState, read_status

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
