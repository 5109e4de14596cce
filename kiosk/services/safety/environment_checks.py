"""What is odd about this computer: its clock, and the disk that the event lies on. Said once."""

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
    """A word on the screen."""

    title: str
    text: str


def environment_warnings(store: Store) -> list[EnvironmentWarning]:
    """What is to be said when the event is opened; mostly nothing."""
    found = (_clock_note(store), _share_note(store))
    return [note for note in found if note is not None]


def _clock_note(store: Store) -> EnvironmentWarning | None:
    """This desk recorded check-ins later than its clock says it is now."""
    newest, now_ms = newest_scan_ms(store.connection, store.log_id, store.desk), store.clock()
    if newest is None or newest <= now_ms + CLOCK_SLACK_MS:
        return None
    return EnvironmentWarning(
        "CLOCK",
        f"It says {_moment(store, now_ms)}; this desk's last scan was at "
        f"{_moment(store, newest)}. If it is wrong, set it. Scans keep their order.",
    )


def _share_note(store: Store) -> EnvironmentWarning | None:
    kind = network_share(store.path)
    if not kind:
        return None
    text = f"This file lies on a network share ({kind}): copy it to this laptop, open it there."
    return EnvironmentWarning("NETWORK SHARE", text)


def _moment(store: Store, at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, event_info(store).zone)
    return f"{at:%H:%M} on {at:%a} {at.day} {at:%b} {at.year}"


class ClockWatch:
    """Notices that the clock was set back while the desk is open.

    A jump ahead is no fault: the laptop slept. Days and windows follow the clock as it stands.
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
    """The word on it."""
    return EnvironmentWarning(
        "CLOCK",
        f"It went back by {ago(back_ms)}, to {_moment(store, store.clock())}. If that is wrong, "
        "set it. Scans keep their order.",
    )
