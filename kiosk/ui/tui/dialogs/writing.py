"""Slow work in a dialog: its progress, and how to stop it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.errors import KioskError
from kiosk.printing.backends.save_pdf import open_in_viewer
from kiosk.services.event.event import open_event
from kiosk.services.setup.folders import short_path, typed_path
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog, EventDialog
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

T = TypeVar("T")


def on_event(
    event: Path, desk: str, work: Callable[[Store, Progress], T]
) -> Callable[[Progress], T]:
    """Work for a job, which opens the event in its own thread."""

    def run(progress: Progress) -> T:
        with closing(open_event(event, desk=desk)) as store:
            return work(store, progress)

    return run


class WritingDialog(EventDialog[None]):
    """A dialog that writes files, one at a time; Esc stops the job, then closes the dialog."""

    FILE = ""
    """The id of the field with the name of the file."""
    job: Job[tuple[Path, str]] | None = None
    """The job that is running."""
    written: Path | None = None
    """The file written last."""
    suggested = ""
    """The name that the dialog has put into the field."""

    @property
    def file_field(self) -> Input:
        """The field with the name of the file."""
        return self.query_one(f"#{self.FILE}", Input)

    @abstractmethod
    def suggestion(self) -> Path:
        """A file for what is chosen now."""

    def suggest(self) -> None:
        """Suggest a file, unless a person typed one."""
        field = self.file_field
        if field.value in ("", self.suggested):
            self.suggested = field.value = short_path(self.suggestion())

    def write(
        self,
        name: str,
        work: Callable[[Store, Path, Progress], tuple[Path, str]],
        progress: Callable[[int, int | None], str],
    ) -> None:
        """Write the file.

        Args:
            name: the work, in the message after a stop.
            work: writes a file with this name; returns the file, and what to say about it.
            progress: what to say meanwhile.
        """
        target = self.event.parent / typed_path(self.file_field.value)
        self.job = self.run_job(
            name,
            on_event(self.event, self.desk, lambda store, report: work(store, target, report)),
            self._was_written,
            failed=self._not_written,
            progress=lambda done, total: self.say(progress(done, total)),
        )

    def _was_written(self, result: tuple[Path, str]) -> None:
        self.job = None
        self.written, words = result
        self.say(words)
        if self.file_field.value == self.suggested:
            self.suggest()

    def _not_written(self, error: KioskError) -> None:
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
        self.job = self.run_job(
            self.work_title,
            self.work,
            self.dismiss,
            failed=self.dismiss,
            progress=lambda done, total: self.say(percent(done, total)),
        )

    def action_stop(self) -> None:
        """Stop the work, if that is safe."""
        if self.can_stop and self.job is not None:
            self.job.stop()
            self.say("Stopping ...")
