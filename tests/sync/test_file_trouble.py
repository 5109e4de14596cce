"""A file that cannot be written hinders sharing, and is not called a network's fault."""

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


def test_a_full_disk_is_named_until_somebody_can_write(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence and its two words go out to who looks, and go when the file is written again."""
    monkeypatch.setattr("kiosk.sync.node.time.sleep", lambda _: None)
    shared: list[SharedState] = []
    looker = Store.open(store.path, desk="Desk 1")
    standing = NodeState(looker, tmp_path, "Desk 1", NodeOptions(), PeerBook(), lambda *_: None)
    asker = Fetcher(lambda *_: None, lambda: True)
    turns = _Turns(standing, asker, SharedState(), shared.append)

    def refuse(*_: object) -> None:
        raise FULL

    turns.take([])
    with monkeypatch.context() as full:
        full.setattr(Ingest, "take", refuse)
        turns.take([])
    turns._telling._next_look = 0.0
    turns.take([])
    told = read_status(tmp_path)
    walk_in(store, "Li", {})
    turns._telling._next_look = 0.0
    turns.take([])

    assert told is not None
    assert ("disk full", str(FULL)) == (told.hindrance, told.trouble)
    assert ("", "") == (shared[-1].hindrance, shared[-1].trouble)
    looker.close()
