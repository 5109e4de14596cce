"""The parts of a desk that its first frame does not need.

The desk's thread imports this module, and all services with it, while the first frame is already
on the screen.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.services.checkin.card import attendee_card
from kiosk.services.tally.counts import desk_counts
from kiosk.ui.tui.desk.badges import BadgeControl
from kiosk.ui.tui.desk.card import card_content
from kiosk.ui.tui.desk.checks import StartChecks
from kiosk.ui.tui.desk.flow import ScanFlow
from kiosk.ui.tui.desk.help_desk import HelpDeskControl
from kiosk.ui.tui.desk.lookup import LookupControl
from kiosk.ui.tui.desk.people import PeopleControl

if TYPE_CHECKING:
    from kiosk.ui.tui.desk.desk import DeskScreen
    from kiosk.ui.tui.desk.screens import ScreenOpener


class DeskParts:
    """The controllers that a desk is composed of."""

    card = staticmethod(attendee_card)
    counts = staticmethod(desk_counts)
    card_content = staticmethod(card_content)

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self.flow = ScanFlow(desk)
        self.lookup = LookupControl(desk)
        self.badges = BadgeControl(desk)
        self.people = PeopleControl(desk)
        self.help_desk = HelpDeskControl(desk)
        self.checks = StartChecks(desk)

    @cached_property
    def screens(self) -> ScreenOpener:
        """Opens other screens; the first access loads them all."""
        # loaded when the desk is ready: it would be ready later by a fifth
        from kiosk.ui.tui.desk.screens import ScreenOpener

        return ScreenOpener(self._desk)
