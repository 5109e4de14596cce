"""Slow work in a dialog: its progress, and how to stop it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.errors import KioskError
from kiosk.printing.backends.save_pdf import open_in_viewer
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

T = TypeVar("T")


class WritingDialog(Dialog[None]):
    """A dialog whose job writes a file; Esc stops the job, then closes the dialog."""

    job: Job[Any] | None = None
    """The job that is running."""
    written: Path | None = None
    """The file written last."""

    def not_written(self, error: KioskError) -> None:
        """Show why the file was not written."""
        self.job = None
        self.say(f"✗ {full_message(error, DESK)}", is_error=True)

    def action_open_file(self) -> None:
        """Open the file that was written last."""
        if self.written is None:
            self.say("Write the file first: Enter.")
            return
        try:
            open_in_viewer(self.written)
        except KioskError as error:
            self.say(f"{self.written}: {error.problem}")

    def action_back(self) -> None:
        """Stop the job that is running, else leave."""
        if self.job is not None:
            self.job.stop()
        else:
            self.dismiss(None)


def percent(done: int, total: int | None) -> str:
    """`40 %`; empty while the total is not known."""
    return f"{100 * done // total} %" if total else ""


class RunningScreen(Dialog[T | KioskError], Generic[T]):
    """Work that runs alone, such as restoring. Answers its result or its error."""

    HELP = "The work continues until it is done. Esc stops it where the screen offers that."
    BINDINGS = [Binding("escape", "stop", "Stop")]

    def __init__(
        self, title: str, about: str, work: Callable[[Progress], T], *, can_stop: bool
    ) -> None:
        """Prepare the work; it begins when the screen is shown.

        Args:
            title: the work, as `Restoring`; also in the message after a stop.
            about: what stopping does, or why it is not possible.
            work: runs in a thread, and reports its progress.
        """
        super().__init__()
        self.work_title = title
        self.about = about
        self.work = work
        self.can_stop = can_stop
        self.job: Job[T] | None = None

    def compose(self) -> ComposeResult:
        """The work, its progress, and the key that stops it."""
        with Vertical(classes="dialog", id="running"):
            yield Static(self.work_title, classes="title", markup=False)
            yield StatusLine("0 %", id="running-said")
            yield Hint(*(["Esc stop"] if self.can_stop else []), about=self.about)

    def on_mount(self) -> None:
        """Begin."""
        self.job = Job(
            self.app,
            self.work_title,
            self.work,
            then=self._ended,
            failed=self._ended,
            progress=lambda done, total: self.say(percent(done, total)),
        )

    def _ended(self, result: T | KioskError) -> None:
        self.dismiss(result)

    def action_stop(self) -> None:
        """Stop the work, if that is safe."""
        if self.can_stop and self.job is not None:
            self.job.stop()
            self.say("Stopping ...")
