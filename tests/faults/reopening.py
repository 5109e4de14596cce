"""An event opened, searched and closed again and again in one program; prints what it holds.

Usage: python -m tests.faults.reopening EVENT TIMES NAME
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import weakref
from pathlib import Path

from textual.pilot import Pilot

from kiosk.services.people.lookup import Lookup
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.widgets.scan_input import ScanInput


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _searched(app: KioskApp, name: str) -> bool:
    """Whether the desk has found the name; types it where it has not been."""
    screen = app.screen
    if not isinstance(screen, DeskScreen) or not screen.is_ready:
        return False
    screen.query_one(ScanInput).value = name
    return screen.person is not None and screen.person.attendee.name == name


async def _closed(pilot: Pilot[None], seen: list[weakref.ref[Lookup]]) -> None:
    """Wait for the threads of closed events, which a busy machine ends later."""
    end = time.monotonic() + 10
    while sum(ref() is not None for ref in seen) > 2 and time.monotonic() < end:
        await pilot.pause(0.1)


async def main(event: str, times: str, name: str) -> None:
    """Lines of: megabytes, names' indexes alive, threads, open files."""
    app = KioskApp(Path(event), desk="Desk 1")
    seen: list[weakref.ref[Lookup]] = []
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(int(times)):
            while not _searched(app, name):
                await pilot.pause(0.02)
            assert isinstance(app.screen, DeskScreen)
            index = app.screen.parts.lookup.index
            assert index is not None
            seen.append(weakref.ref(index))
            del index
            await _closed(pilot, seen)
            alive = sum(ref() is not None for ref in seen)
            process = Path("/proc/self")
            held = [len(list((process / what).iterdir())) for what in ("task", "fd")]
            print(f"{_rss_mb():.1f}", alive, *held, flush=True)
            before = id(app.screen)
            app.open_event(Path(event))
            while id(app.screen) == before:
                await pilot.pause(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
