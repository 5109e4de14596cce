"""Into a rehearsal and out of it: a part of the program on screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.ui.tui.background import Job
from kiosk.ui.tui.host import Host


class Rehearsing(Host):
    """Mixed into the program on screen."""

    def action_rehearse(self) -> None:
        """The same desk with made-up people, in a file of its own."""
        event, desk = self.event_path, self.desk_name
        if event is None or self.is_rehearsing:
            return

        def made(path: Path) -> None:
            self.open_event(path)

        self.notify("The rehearsal is being made ...", markup=False)
        Job(
            self,
            "making the rehearsal",
            lambda _: _started(event, desk),
            then=made,
            failed=self.show_error,
        )

    async def action_quit(self) -> None:
        """Out of a rehearsal only after asking what becomes of it."""
        if not self.is_rehearsing:
            await super().action_quit()
            return
        from kiosk.ui.tui.setup.rehearsal import EndRehearsalScreen

        if not any(isinstance(screen, EndRehearsalScreen) for screen in self.screen_stack):
            self.push_screen(EndRehearsalScreen(), self._rehearsal_ends)

    def _rehearsal_ends(self, how: str | None) -> None:
        if how is not None:
            self.run_worker(self._end_rehearsal(how), exclusive=True, group="event")

    async def _end_rehearsal(self, how: str) -> None:
        from kiosk.services.setup.rehearsal import end_rehearsal, event_of
        from kiosk.ui.tui.setup.rehearsal import KEEP_AND_QUIT, WIPE_AND_OPEN

        rehearsal = self.event_path
        assert rehearsal is not None
        real = event_of(rehearsal)
        if how != KEEP_AND_QUIT:
            await asyncio.to_thread(self.close_sessions)
            try:
                await asyncio.to_thread(end_rehearsal, rehearsal)
            except KioskError as error:
                self.notify(str(error), severity="error", timeout=20, markup=False)
                return
        if how == WIPE_AND_OPEN and real is not None and real.is_file():
            self.open_event(real)
        else:
            self.exit()


def _started(event: Path, desk: str) -> Path:
    from kiosk.services.setup.rehearsal import start_rehearsal

    return start_rehearsal(event, desk=desk).path
