"""The life of the app around its screens: log file, signals and automatic backups.

Loaded after the first frame: it brings the backups, and all of the storage with them.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.services.safety.backup import EVERY_S, auto_back_up
from kiosk.services.setup.recent import is_rehearsal
from kiosk.support.files import remove_killed_parts
from kiosk.support.logs import LOGGER, start_log
from kiosk.support.paths import events_dir
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.ui.tui.app import KioskApp

_SIGNALS = ("SIGTERM", "SIGHUP")


class Lifecycle:
    """Owned by the app, which starts it after the first frame."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._backing_up = threading.Lock()
        self._reported: set[str] = set()
        """Codes of backup problems that were shown."""

    def start(self) -> None:
        """Start the log, the backups, and end in order when the system asks for it."""
        start_log()
        self._app.set_interval(EVERY_S, self._back_up_soon)
        if self._app.is_headless:
            return
        for name in _SIGNALS:
            number: int | None = getattr(signal, name, None)
            if number is None:
                continue
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    async def last_back_up(self) -> None:
        """At quit: back up what no backup has yet."""
        await asyncio.to_thread(self._back_up)

    def _end(self, number: int) -> None:
        self._app.exit(return_code=128 + number)

    def _back_up_soon(self) -> None:
        Job(
            self._app,
            "backup",
            lambda _: self._back_up(),
            then=self._show,
            failed=self._app.show_error,
        )

    def _show(self, problems: tuple[KioskError, ...]) -> None:
        """Show each kind of problem once."""
        for problem in problems:
            if problem.code not in self._reported:
                self._reported.add(problem.code)
                self._app.show_error(problem)

    def _back_up(self) -> tuple[KioskError, ...]:
        """Back up once; returns the problems. Runs in a thread."""
        remove_killed_parts(events_dir())
        path = self._app.event_path
        if path is None or is_rehearsal(path) or not self._backing_up.acquire(blocking=False):
            return ()
        try:
            return tuple(auto_back_up(path, desk=self._app.desk_name).problems)
        except KioskError as error:
            return (error,)
        except Exception:
            LOGGER.exception("an automatic backup failed")
            return ()
        finally:
            self._backing_up.release()
