"""Control sharing for the desk: start it with the event, describe its status, stop it.

Services of sharing are imported in functions: most desks share nothing, and the first frame does
not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.support.progress import Worker
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from kiosk.domain.log.events import LogEvent
    from kiosk.services.sharing.desks import LinkStatus
    from kiosk.services.sharing.runner import SharingRunner
    from kiosk.storage.file.store import Store
    from kiosk.sync.status_file import SharedState

STOP_S = 10.0
"""The longest wait for the end of sharing when the event is closed."""
COUNT_EVERY = 5
"""Calls of `look` between two counts of double admissions."""


class SharingControl:
    """Starts the engine in a background thread when the event is shared."""

    def __init__(self, path: Path, desk: str, show: Callable[[LinkStatus], None]) -> None:
        self.path = path
        self.desk = desk
        self.runner: SharingRunner | None = None
        self.is_on = False
        self.has_network = True
        self.trouble = ""
        self.doubles = 0
        self._show = show
        self._zone: ZoneInfo | None = None
        self._worker: Worker | None = None
        self._is_busy = False
        """The runner is being started or stopped."""
        self._looks = 0

    def prepare(self, store: Store) -> Store:
        """Let a connection of this desk report its new events."""
        store.after_commit = self._wrote
        return store

    def _wrote(self, events: list[LogEvent]) -> None:
        if self.runner is not None:
            self.runner.notify(events)

    def look(self, session: Session, slow_session: Session) -> None:
        """Check each second whether the event is shared, and how the desks are."""
        session.ask(_zone_if_shared, self._looked)
        if self.is_on:
            slow_session.ask(_has_network, self._network_seen)
        if self._looks % COUNT_EVERY == 0:
            slow_session.ask(_count_doubles, self._counted)
            if self.is_on:
                slow_session.ask(_share_layout)
        self._looks += 1

    def _network_seen(self, has_network: bool) -> None:
        self.has_network = has_network

    def _looked(self, zone: ZoneInfo | None) -> None:
        self.is_on, self._zone = zone is not None, zone
        if self.is_on and self.runner is None and not self._is_busy:
            self._in_background(self._start)
        self._show(self.status())

    def _in_background(self, job: Callable[[], None]) -> None:
        if self._worker is None:
            self._worker = Worker("kiosk-share")
            self._worker.start()
        self._is_busy = True
        self._worker.put(job)

    def _start(self) -> None:
        from kiosk.services.sharing.runner import SharingRunner

        runner = SharingRunner(self.path, self.desk)
        try:
            runner.start()
            self.runner, self.trouble = runner, ""
        except KioskError as error:
            self.trouble = full_message(error, DESK)
        finally:
            self._is_busy = False

    def _counted(self, doubles: int) -> None:
        self.doubles = doubles

    @property
    def state(self) -> SharedState | None:
        """The sharing status; None while the event is not shared."""
        node = self.runner.node if self.runner is not None else None
        return node.state if self.is_on and node is not None else None

    def status(self) -> LinkStatus:
        """The status for the line of counters; without sharing, only double admissions."""
        from kiosk.services.sharing.desks import LinkStatus, desk_problems, link_status, now_ms

        state = self.state
        doubles = f"{self.doubles} admitted twice" if self.doubles else ""
        if not self.is_on or state is None:  # merged sticks bring double admissions too
            return LinkStatus("not shared" if self.is_on and self.trouble else doubles)
        status = link_status(state, now_ms(), self._zone, has_network=self.has_network)
        words = status.words
        if self.hint():
            words = words.replace("alone", "alone (see ^P, Desks and conflicts)")
        if doubles:
            words = f"{words} · {doubles}"
        # last: a narrow screen cuts it off, and the Desks screen shows it too
        if problems := desk_problems(state):
            words = f"{words} · {problems[0].rstrip('.')}"
        return replace(status, words=words)

    def hint(self) -> str:
        """What to try while no desk is found; empty when that is not needed."""
        state = self.state
        if state is None:
            return ""
        from kiosk.services.sharing.desks import alone_hint, now_ms

        return alone_hint(state, now_ms(), self._zone, has_network=self.has_network)

    def stop(self) -> None:
        """Stop sharing, also while it is starting."""
        if self._worker is not None:
            self._worker.put(self._stop_runner)
            self._worker.finish(STOP_S)

    def _stop_runner(self) -> None:
        if self.runner is not None:
            self.runner.stop()


def _zone_if_shared(store: Store) -> ZoneInfo | None:
    """The event's time zone; None while it is not shared."""
    from kiosk.services.event.event import event_info
    from kiosk.services.sharing.sharing import is_shared

    return event_info(store).zone if is_shared(store) else None


def _has_network(_: Store) -> bool:
    from kiosk.services.sharing.desks import has_network

    return has_network()


def _count_doubles(store: Store) -> int:
    from kiosk.services.sharing.conflicts import count_doubles

    return count_doubles(store)


def _share_layout(store: Store) -> None:
    from kiosk.services.badges.shared_layout import refresh_shared

    refresh_shared(store)
