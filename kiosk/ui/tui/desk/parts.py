"""The parts of a desk that its first frame does not need.

The desk's thread imports this module, and all services with it, while the first frame is already
on the screen.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.services.checkin.card import attendee_card, desk_rest
from kiosk.services.event.event import take_foreign_note
from kiosk.services.safety.environment_checks import (
    ClockWatch,
    EnvironmentWarning,
    clock_stepped_back_warning,
    environment_warnings,
)
from kiosk.services.sharing.desks import take_restored_note
from kiosk.services.tally.counts import desk_counts
from kiosk.ui.tui.desk.badges import BadgeControl
from kiosk.ui.tui.desk.flow import ScanFlow
from kiosk.ui.tui.desk.help_desk import HelpDeskControl
from kiosk.ui.tui.desk.lookup import LookupControl
from kiosk.ui.tui.desk.people import PeopleControl
from kiosk.ui.tui.desk.pictures import PictureControl
from kiosk.ui.tui.desk.rest import Panes

if TYPE_CHECKING:
    from kiosk.ui.tui.desk.desk import DeskScreen
    from kiosk.ui.tui.desk.screens import ScreenOpener

CLOCK_WATCH_S = 5.0
"""How often the computer's clock is checked."""


class StartChecks:
    """Checks the event and the computer, and shows problems on the banner."""

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


class DeskParts:
    """The controllers that a desk is composed of."""

    card = staticmethod(attendee_card)
    counts = staticmethod(desk_counts)
    rest = staticmethod(desk_rest)

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self.flow = ScanFlow(desk)
        self.lookup = LookupControl(desk)
        self.badges = BadgeControl(desk)
        self.people = PeopleControl(desk)
        self.help_desk = HelpDeskControl(desk)
        self.checks = StartChecks(desk)
        self.panes = Panes(desk)
        self.pictures = PictureControl(desk)

    @cached_property
    def screens(self) -> ScreenOpener:
        """Opens other screens; the first access loads them all."""
        # loaded when the desk is ready: it would be ready later by a fifth
        from kiosk.ui.tui.desk.screens import ScreenOpener

        return ScreenOpener(self._desk)
