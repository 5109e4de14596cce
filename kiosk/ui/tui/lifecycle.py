"""Beside the desk: backups by themselves, an orderly end, errors kept to a file."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from kiosk.errors import KioskError
from kiosk.services.setup.recent import is_rehearsal
from kiosk.support.lazy_import import LazyModule
from kiosk.ui.tui.host import Host
from kiosk.ui.tui.session import SessionReply

if TYPE_CHECKING:
    from kiosk.services.safety import autobackup
    from kiosk.support import logs
else:
    logs, autobackup = (
        LazyModule("kiosk.support.logs"),
        LazyModule("kiosk.services.safety.autobackup"),
    )

_SIGNALS = ("SIGTERM", "SIGHUP")


class Caretaker(Host):
    """Mixed into the program on screen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.failed_with: str = ""
        """The kind of an error that ended the program."""
        self._backing_up = threading.Lock()
        self._told: set[str] = set()

    def take_care(self) -> None:
        """Begin; called when the program is on screen."""
        logs.start_log()
        self.set_interval(autobackup.EVERY_S, self._back_up_soon)
        if self.is_headless:
            return
        for name in _SIGNALS:
            number: int | None = getattr(signal, name, None)
            if number is None:
                continue
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    async def last_back_up(self) -> None:
        """At quit: copy what is not in a copy yet."""
        await asyncio.to_thread(self._back_up, False)

    def _end(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def _back_up_soon(self) -> None:
        threading.Thread(target=self._back_up, name="kiosk-backup", daemon=True).start()

    def _back_up(self, tell: bool = True) -> None:
        """In a thread of its own; what cannot be done is told once."""
        path = self.event_path
        if path is None or is_rehearsal(path) or not self._backing_up.acquire(blocking=False):
            return
        try:
            problems = autobackup.auto_back_up(path, desk=self.desk_name).problems
        except KioskError as error:
            problems = (error,)
        except Exception:
            logs.LOGGER.exception("a backup by itself failed")
            problems = ()
        finally:
            self._backing_up.release()
        for problem in problems:
            if tell and problem.code not in self._told:
                self._told.add(problem.code)
                self.post_message(SessionReply(self.show_error, problem))

    def _fatal_error(self) -> None:
        """An error nobody thought of: its place goes to the log file, none of its values to the
        screen, where the next in the queue would read them."""
        error = sys.exc_info()[1] or self._exception
        self.failed_with = type(error).__name__
        logs.LOGGER.error("the desk ended", exc_info=error)
        self._close_messages_no_wait()


def run_desk(app: Caretaker) -> int:
    """Run the program on screen.

    Returns:
        The exit code: 0, or 128 and the number of the signal that ended it.

    Raises:
        KioskError: `internal`; it ended by an error of its own.
    """
    app.run()
    if app.failed_with:
        raise KioskError(
            "internal",
            f"The desk met an error of its own ({app.failed_with}) and ended.",
            saved="Every check-in that was confirmed is saved.",
            next_step=f"Start it again. The place of the error is in {logs.log_path()}.",
        )
    return app.return_code or 0
