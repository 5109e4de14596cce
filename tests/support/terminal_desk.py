"""`kiosk desk` as a program on a real terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.storage.file.store import Store
from tests.support.pty_driver import PtyProgram, wait_until

_ROOT = Path(__file__).parents[2]


@contextmanager
def desk(event: Path, **options: str) -> Iterator[PtyProgram]:
    """`kiosk desk` on a terminal, ready to scan."""
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(event), "desk", "--list", "Door"],
        env={"PYTHONPATH": str(_ROOT), "TEXTUAL_DRIVER": "", **options},
    )
    with program:
        program.wait_for_text("in the last 15 min", 40)
        yield program


def entered(event: Path) -> list[str]:
    """Codes that were let in, as the log has them."""
    store = Store.open(event, desk="t")
    try:
        bodies = [json.loads(item.body) for item in store.events() if item.kind == "check_in"]
    finally:
        store.close()
    return [body["code"] for body in bodies]


def quit_desk(program: PtyProgram) -> int | None:
    """Quit by Ctrl+Q, and confirm it: guests have just arrived. Returns the exit code."""
    program.write("\x11")
    program.wait_for_text("Quit kiosk?")
    program.write("\r")
    return ended(program.pid)


def ended(pid: int, timeout_s: float = 20.0) -> int | None:
    """The exit code (minus the signal) of a program, None when it does not end."""
    found: list[int] = []

    def is_over() -> bool:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            found.append(os.waitstatus_to_exitcode(status))
        return bool(done)

    return found[0] if wait_until(is_over, timeout_s) else None
