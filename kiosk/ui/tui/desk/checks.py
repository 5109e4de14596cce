"""What the desk checks after it opens: a restored file, the computer, its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.services.event.event import take_foreign_note
from kiosk.services.safety.environment_checks import (
    ClockWatch,
    EnvironmentWarning,
    clock_stepped_back_warning,
    environment_warnings,
)
from kiosk.services.sharing.desks import take_restored_note

if TYPE_CHECKING:
    from kiosk.ui.tui.desk.desk import DeskScreen

CLOCK_WATCH_S = 5.0
"""How often the computer's clock is checked."""


class StartChecks:
    """Shows on the banner what it finds."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._clock = ClockWatch()

    def start(self) -> None:
        """Check once, and the clock from then on."""
        self._desk.session.ask(take_restored_note, self._restored)
        self._desk.session.ask(take_foreign_note, self._from_elsewhere)
        self._desk.lookup_session.ask(environment_warnings, self._warn)
        self._desk.set_interval(CLOCK_WATCH_S, self._check_clock)

    def _check_clock(self) -> None:
        if back_ms := self._clock.look():
            self._desk.session.ask(
                lambda store: [clock_stepped_back_warning(store, back_ms)], self._warn
            )

    def _warn(self, warnings: list[EnvironmentWarning]) -> None:
        """The first on the banner, the others as notifications."""
        for warning in warnings[1:]:
            self._desk.app.notify(warning.text, title=warning.title, timeout=20, markup=False)
        for warning in warnings[:1]:
            self._desk.say(warning.title, warning.text, tone="warning", sign="!")

    def _restored(self, note: str) -> None:
        if note:
            words = "From a backup, copied or moved: a new log. ^P, Desks and conflicts shows more."
            self._desk.say("RESTORED", words)

    def _from_elsewhere(self, note: str) -> None:
        if note:
            self._desk.app.notify(note, timeout=20, markup=False)
