"""The desk under a clock that a test turns. Usage: soak_desk.py EVENT CLOCK [LIST]

CLOCK is a file of eight bytes: milliseconds UTC, least byte first.
"""

from __future__ import annotations

import gc
import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.ui.cli.commands.desk import THREAD_TURN_S
from kiosk.ui.cli.streams import draw_often


def turned_by(file: Path) -> Callable[[], int]:
    """The moment that the file says now."""
    with file.open("r+b") as opened:
        page = mmap.mmap(opened.fileno(), 8)
    return lambda: int.from_bytes(page[:8], "little")


def main(event: str, clock: str, list_name: str = "") -> int:
    """As `kiosk desk` does it."""
    draw_often(os.environ)
    gc.disable()
    sys.setswitchinterval(THREAD_TURN_S)
    from kiosk.ui.tui.app import KioskApp, run_desk

    return run_desk(
        KioskApp(
            Path(event),
            desk="Desk 1",
            list_name=list_name or None,
            clock=turned_by(Path(clock)),
        )
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
