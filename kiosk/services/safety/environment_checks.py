"""Warn about this computer when an event is opened: its clock, and network shares."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.setup.readiness import CLOCK_SLACK_MS
from kiosk.services.event.event import event_info
from kiosk.services.sharing.desks import ago
from kiosk.storage.file.copy import network_share
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries.scans import newest_scan_ms


@dataclass(frozen=True, slots=True)
class EnvironmentWarning:
    """A warning on the screen."""

    title: str
    text: str


def environment_warnings(store: Store) -> list[EnvironmentWarning]:
    """Warnings to show when the event is opened; usually none."""
    warnings = (_clock_warning(store), _share_warning(store))
    return [warning for warning in warnings if warning is not None]


def _clock_warning(store: Store) -> EnvironmentWarning | None:
    """Warn if this desk's last check-in is later than the clock's present time."""
    newest, now_ms = newest_scan_ms(store.connection, store.log_id, store.desk), store.clock()
    if newest is None or newest <= now_ms + CLOCK_SLACK_MS:
        return None
    return EnvironmentWarning(
        "CLOCK",
        f"It says {_moment(store, now_ms)}; this desk's last scan was at "
        f"{_moment(store, newest)}. Set it if it is wrong. Scans keep their order.",
    )


def _share_warning(store: Store) -> EnvironmentWarning | None:
    kind = network_share(store.path)
    if not kind:
        return None
    text = f"This file is on a network share ({kind}): copy it to this laptop and open the copy."
    return EnvironmentWarning("NETWORK SHARE", text)


def _moment(store: Store, at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, event_info(store).zone)
    return f"{at:%H:%M} on {at:%a} {at.day} {at:%b} {at.year}"


class ClockWatch:
    """Detects that the clock was set back while the desk is open.

    A jump ahead is no fault: the laptop slept. Days and windows follow the present clock.
    """

    def __init__(
        self, wall: Callable[[], int] = wall_ms, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._latest = self._offset_ms()

    def look(self) -> int:
        """Milliseconds by which the clock went back since the last look; 0 for no step."""
        offset_ms = self._offset_ms()
        back_ms, self._latest = self._latest - offset_ms, offset_ms
        return back_ms if back_ms > CLOCK_SLACK_MS else 0

    def _offset_ms(self) -> int:
        return self._wall() - int(self._monotonic() * 1000)


def clock_stepped_back_warning(store: Store, back_ms: int) -> EnvironmentWarning:
    """The warning about a clock that was set back."""
    return EnvironmentWarning(
        "CLOCK",
        f"It went back by {ago(back_ms)}, to {_moment(store, store.clock())}. Set it if that is "
        "wrong. Scans keep their order.",
    )
