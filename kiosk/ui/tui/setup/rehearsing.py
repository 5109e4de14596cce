"""Start and end a rehearsal, for the app."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.setup.rehearsal import end_rehearsal, event_of, start_rehearsal
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.setup.rehearsal import KEEP_AND_QUIT, WIPE_AND_OPEN, EndRehearsalScreen
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.ui.tui.app import KioskApp


def start(app: KioskApp) -> None:
    """Make a rehearsal of the event in a file of its own, and open its desk."""
    event, desk = app.event_path, app.desk_name
    if event is None or app.is_rehearsing:
        return

    def made(path: Path) -> None:
        app.open_event(path)

    app.notify("The rehearsal is being made ...", markup=False)
    Job(
        app,
        "making the rehearsal",
        lambda _: start_rehearsal(event, desk=desk).path,
        then=made,
        failed=app.show_error,
    )


def ask_how_to_end(app: KioskApp) -> None:
    """Ask what becomes of the rehearsal, once."""

    def chosen(how: str | None) -> None:
        if how is not None:
            app.run_worker(_end(app, how), exclusive=True, group="event")

    if not any(isinstance(screen, EndRehearsalScreen) for screen in app.screen_stack):
        app.push_screen(EndRehearsalScreen(), chosen)


async def _end(app: KioskApp, how: str) -> None:
    rehearsal = app.event_path
    assert rehearsal is not None
    real = event_of(rehearsal)
    if how != KEEP_AND_QUIT:
        await asyncio.to_thread(app.close_sessions)
        try:
            await asyncio.to_thread(end_rehearsal, rehearsal)
        except KioskError as error:
            message = escape_controls(full_message(error, DESK))
            app.notify(message, severity="error", timeout=20, markup=False)
            return
    if how == WIPE_AND_OPEN and real is not None and real.is_file():
        app.open_event(real)
    else:
        app.exit()
