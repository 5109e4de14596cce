"""The smallest app that takes scans, for tests of the keyboard."""

from __future__ import annotations

import sys
from typing import Any

from textual import constants, events
from textual.app import App
from textual.driver import Driver

from kiosk.ui.tui.input.priority import InputPriority
from kiosk.ui.tui.input.router import ScanRouter


class ScanningApp(App[None]):
    """Sends keys through a router, as the desk does."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.scans = ScanRouter(self, super().on_event)

    @property
    def right_of_way(self) -> InputPriority:
        """What the driver claims."""
        return self.scans.priority

    async def on_event(self, event: events.Event) -> None:
        """Every event goes through the router."""
        await self.scans.on_event(event)

    def get_driver_class(self) -> type[Driver]:
        """The desk's driver on a terminal."""
        if constants.DRIVER or sys.platform == "win32":
            return super().get_driver_class()
        from kiosk.ui.tui.input.driver import DeskDriver

        return DeskDriver
