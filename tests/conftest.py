"""Fixtures that every part of the suite uses: a clock to turn, an event to work on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from kiosk.services.event.event import create_event
from kiosk.storage.file.store import Store

# a busy machine is slow, and that is no fault of what is tested
_BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("desk", **_BUSY)
settings.register_profile("ci", derandomize=True, **_BUSY)
# what decides must say the same of the same tree each time
settings.load_profile("ci" if os.environ.get("CI") else "desk")

ZONE = ZoneInfo("Asia/Kolkata")
DAY = date(2027, 2, 16)
SAMPLES = Path(__file__).parent / "data" / "samples"


class Clock:
    """The desk's clock, turned by the test."""

    def __init__(self) -> None:
        self.now_ms = int(datetime(2027, 2, 16, 9, 40, tzinfo=ZONE).timestamp() * 1000)

    def __call__(self) -> int:
        return self.now_ms

    def pass_s(self, seconds: float) -> None:
        """Let time pass (or, negative, step back)."""
        self.now_ms += int(seconds * 1000)


@pytest.fixture
def clock() -> Clock:
    """09:40 on the event's first day."""
    return Clock()


@pytest.fixture
def event_path(tmp_path: Path) -> Path:
    """Where the test's event lies."""
    return tmp_path / "pycon.kiosk"


@pytest.fixture
def store(event_path: Path, clock: Clock) -> Iterator[Store]:
    """A two-day event with nobody in it."""
    store = create_event(
        event_path,
        name="PyCon Pune 2027",
        days=[DAY, date(2027, 2, 17)],
        timezone="Asia/Kolkata",
        desk="Desk 1",
        clock=clock,
    )
    yield store
    store.close()


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what belongs to the person at this computer."""
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("KIOSK_EVENT", raising=False)
    monkeypatch.delenv("KIOSK_DESK", raising=False)
