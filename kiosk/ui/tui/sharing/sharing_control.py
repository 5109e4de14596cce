"""Sharing as the desk sees it: on when the event is, its state in a few words, off at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.domain.log.events import LogEvent
    from kiosk.services.sharing.runner import SharingRunner
    from kiosk.storage.file.store import Store
    from kiosk.sync.status_file import SharedState

COUNT_EVERY = 5
"""Looks between two counts of double admissions."""


class SharingControl:
    """Starts the engine in a thread of its own when the event is shared; never waits for it."""

    def __init__(self, path: Path, desk: str, show: Callable[[str], None]) -> None:
        self.path = path
        self.desk = desk
        self.part: SharingRunner | None = None
        self.is_on = False
        self.has_network = True
        self.trouble = ""
        self.doubles = 0
        self._show = show
        self._starting = False
        self._looks = 0

    def prepare(self, store: Store) -> Store:
        """Have a connection of this desk tell what it writes."""
        store.after_commit = self._wrote
        return store

    def _wrote(self, events: list[LogEvent]) -> None:
        if self.part is not None:
            self.part.wrote(events)

    def look(self, session: Session, slow_session: Session) -> None:
        """Once a second: has sharing been turned on, and how do the desks stand?"""
        session.ask(_is_shared, self._looked)
        if self.is_on:
            slow_session.ask(_has_network, self._network_seen)
        if self._looks % COUNT_EVERY == 0:
            slow_session.ask(_count_doubles, self._counted)
            if self.is_on:
                slow_session.ask(_share_layout)
        self._looks += 1

    def _network_seen(self, has_network: bool) -> None:
        self.has_network = has_network

    def _looked(self, is_on: bool) -> None:
        self.is_on = is_on
        if is_on and self.part is None and not self._starting:
            self._starting = True
            threading.Thread(target=self._start, name="kiosk-share", daemon=True).start()
        self._show(self.words())

    def _start(self) -> None:
        from kiosk.services.sharing.runner import SharingRunner

        part = SharingRunner(self.path, self.desk)
        try:
            part.start()
            self.part, self.trouble = part, ""
        except KioskError as error:
            self.trouble = error.problem
        finally:
            self._starting = False

    def _counted(self, doubles: int) -> None:
        self.doubles = doubles

    @property
    def state(self) -> SharedState | None:
        """How the desks stand; None while this one is not shared."""
        node = self.part.node if self.part is not None else None
        return node.state if self.is_on and node is not None else None

    def words(self) -> str:
        """For the line of counters; on a desk that shares nothing only what sticks brought."""
        state = self.state
        doubles = f"{self.doubles} let in twice" if self.doubles else ""
        if not self.is_on or state is None:  # desks that merge sticks have doubles too
            return "not shared" if self.is_on and self.trouble else doubles
        from kiosk.services.sharing.desks import odd_desks, status_words
        from kiosk.storage.file.store import wall_ms

        words = status_words(state, wall_ms(), has_network=self.has_network)
        if self.hint():
            words = words.replace("alone", "alone (see ^P, Desks)")
        if doubles:
            words = f"{words} · {doubles}"
        odd = odd_desks(state)  # last: on a narrow screen it is cut off, and Desks tells it anyway
        return f"{words} · {odd[0].rstrip('.')}" if odd else words

    def hint(self) -> str:
        """What to try while nobody is found; empty while there is no need."""
        state = self.state
        if state is None:
            return ""
        from kiosk.services.sharing.desks import alone_hint
        from kiosk.storage.file.store import wall_ms

        return alone_hint(state, wall_ms(), has_network=self.has_network)

    def restart(self) -> None:
        """Leave and come again, for an address that was typed; begins with the next look."""
        part, self.part = self.part, None
        if part is not None:
            self._starting = True
            threading.Thread(target=self._stop_old, args=(part,), daemon=True).start()

    def _stop_old(self, part: SharingRunner) -> None:
        part.stop()
        self._starting = False

    def stop(self) -> None:
        """Leave."""
        if self.part is not None:
            self.part.stop()


def _is_shared(store: Store) -> bool:
    from kiosk.storage.replication.sharing import read_sharing

    sharing = read_sharing(store)
    return sharing is not None and sharing.is_on


def _has_network(_: Store) -> bool:
    from kiosk.services.sharing.desks import has_network

    return has_network()


def _count_doubles(store: Store) -> int:
    from kiosk.storage.replication.merge import log_heads

    if len(log_heads(store)) < 2:
        return 0
    from kiosk.services.sharing.conflicts import count_doubles

    return count_doubles(store)


def _share_layout(store: Store) -> None:
    from kiosk.services.badges.shared_layout import refresh_shared

    refresh_shared(store)
