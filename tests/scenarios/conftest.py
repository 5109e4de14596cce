"""The command line as scenarios use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.storage.file.store import Store
from tests.conftest import Clock
from tests.support.program import Program

from .player import Player


@pytest.fixture
def player(
    event_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Player:
    """The command line, with the test's clock."""
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
    monkeypatch.setattr("kiosk.storage.file.store.wall_ms", clock)
    monkeypatch.setenv("KIOSK_DESK", "Desk 1")
    monkeypatch.chdir(event_path.parent)
    return Player(Program(event_path, capsys), clock, "Asia/Kolkata")
